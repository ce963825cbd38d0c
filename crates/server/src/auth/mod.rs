//! Who calls, and what they may do. Rights are types: a handler that writes asks for a [`Manager`] or an
//! [`Administrator`], and whoever may not write never gets the value that could.

mod admission;
mod area;
mod basic;
mod change_reader;
mod client;
mod credentials;
mod gate;
mod paced;
mod presented;
mod rights;
mod used_by;

pub(crate) use area::{ClientStatus, DeviceClassification, Devices};
pub(crate) use change_reader::ChangeReader;
pub(crate) use client::Client;
pub(crate) use gate::Gate;
pub(crate) use paced::Lanes;
pub(crate) use presented::token as presented_token;
pub(crate) use rights::{Administrator, GlobalAdministrator, Holder, Manager, SiteManager, Viewer};
