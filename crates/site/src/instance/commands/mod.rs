//! What can be done to the instance: one file for each kind of thing it holds.

mod app_registrations;
mod maintenance;
mod sites;
mod tokens;

pub use app_registrations::{ChangeAppRegistration, CreateAppRegistration, DeleteAppRegistration};
pub use maintenance::ChangeMaintenance;
pub use sites::{AddSite, AddedSite, ChangeAccess, ChangeLimits, ChangePace, ChangePacing, ChangeSite};
pub use tokens::{ChangeToken, CreateToken, RevokeToken};
