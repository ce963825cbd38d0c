//! Which handler answers a request, and what handlers take from it.
//!
//! A handler is found once for all that needs to know (its figures, its log line, its answer), takes parts of the
//! request where they lie, and is one future: a general router would look, box and copy for each of these.

mod call;
mod handler;
mod routes;
mod table;

pub(crate) use self::call::{Call, CallBody, FromCall};
pub(crate) use self::routes::{Routes, routes};
pub(crate) use self::table::{Place, Table};
