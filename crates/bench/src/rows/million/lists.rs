//! Pages of AlloyScan's list of devices in the order that takes longest, by name: the first page and one in the middle.

use crate::failure::{Failure, Outcome};
use crate::load::{Api, Blocking, request};
use crate::report::{Measure, Row, Target};
use crate::rows::measuring::Measuring;
use crate::servers::Server;

use super::inside;

const ROUTE: &str = "/api/v1/devices";
/// What is asked for, and how the row says so.
const FILTERS: [(&str, &str); 6] = [
    ("", "all devices"),
    ("&q=f", "devices that hold a digit that most do"),
    ("&q=42", "devices that hold two digits"),
    ("&q=w11", "devices that hold what many names do"),
    ("&os=windows", "devices of a system"),
    ("&seenAfter=2026-01-01T00:00:00Z", "devices that checked in since a moment"),
];
/// Until the fleet is in order, a page sorts a part of it.
const PAGES_BEFORE: usize = 100;

/// Measures them.
///
/// # Errors
/// When a call is refused.
pub fn rows(bench: &Measuring, server: Server, api: &Api) -> Outcome<Vec<Row>> {
    let within = Target::AtMost { must: Measure::Millis(10.0), aim: None };
    let path = |filter: &str, offset: u64| format!("{ROUTE}?sort=name&limit=50&offset={offset}{filter}");
    let mut connection = Blocking::open(server.address)?;
    for _ in 0..PAGES_BEFORE {
        connection.call(&request::get(&path("", 0)))?;
    }
    let mut rows = Vec::new();
    for (filter, what) in FILTERS {
        let first = api.get(&path(filter, 0))?;
        let total =
            first["total"].as_u64().ok_or_else(|| Failure::text("a list of devices tells no total"))?;
        for (offset, page) in [(0, "first page"), (total / 2, "page in the middle")] {
            let request = request::get(&path(filter, offset));
            let name = format!("{what}, {page} of {total} by name, inside the server");
            rows.push(inside::row(bench, api, &mut connection, ROUTE, &request, name, within)?);
        }
    }
    Ok(rows)
}
