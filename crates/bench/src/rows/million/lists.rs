//! Pages of AlloyScan's list of devices in the order that takes longest, by name: the first page, one in the middle, and
//! one in the middle of what nobody asked for before.

use crate::failure::{Failure, Outcome};
use crate::load::{Api, Blocking, request};
use crate::report::{Measure, Row, Target};
use crate::rows::measuring::Measuring;
use crate::servers::Server;

use super::inside;

const ROUTE: &str = "/api/v1/devices";
/// What is asked for, and how the row says so.
const FILTERS: [(&str, &str); 8] = [
    ("", "all devices"),
    ("&q=f", "devices that hold a digit that most do"),
    ("&q=42", "devices that hold two digits"),
    ("&q=ab", "devices that hold two letters that are digits too, and in names"),
    ("&q=10.2", "devices that hold a part of addresses"),
    ("&q=w11", "devices that hold what many names do"),
    ("&os=windows", "devices of a system"),
    ("&seenAfter=2026-01-01T00:00:00Z", "devices that checked in since a moment"),
];
/// The offset of a page that is asked for without the first.
const ALONE: u64 = 50_000;

/// Measures them.
///
/// # Errors
/// When a call is refused.
pub fn rows(bench: &Measuring, server: Server, api: &Api) -> Outcome<Vec<Row>> {
    let within = Target::AtMost { must: Measure::Millis(10.0), aim: None };
    let path = |filter: &str, offset: u64| format!("{ROUTE}?sort=name&limit=50&offset={offset}{filter}");
    let mut connection = Blocking::open(server.address)?;
    let mut rows = Vec::new();
    for (filter, what) in FILTERS {
        let first = api.get(&path(filter, 0))?;
        let total =
            first["total"].as_u64().ok_or_else(|| Failure::text("a list of devices tells no total"))?;
        for (offset, page) in [(0, "first page"), (total / 2, "page in the middle")] {
            let requests = vec![request::get(&path(filter, offset)); bench.times() as usize];
            connection.call(&requests[0])?;
            let name = format!("{what}, {page} of {total} by name, inside the server");
            rows.push(inside::row(bench, api, &mut connection, ROUTE, &requests, name, within)?);
        }
    }
    // Two hexadecimal digits, others each time.
    let search = |number| path(&format!("&q={:02x}", number % 256), ALONE);
    let requests: Vec<_> = (0..bench.times()).map(|number| request::get(&search(number * 37))).collect();
    let name = format!(
        "devices that hold two digits, page from {ALONE} on by name without the first, inside the server"
    );
    rows.push(inside::row(bench, api, &mut connection, ROUTE, &requests, name, within)?);
    Ok(rows)
}
