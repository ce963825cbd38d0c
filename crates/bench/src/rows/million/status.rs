//! clientstatus that ends now: inside the server as its own figures tell it, and over HTTP.

use crate::failure::Outcome;
use crate::large::catalogue;
use crate::load::{Api, Blocking, request};
use crate::report::{Measure, Row, Target};
use crate::rows::measuring::Measuring;
use crate::servers::Server;

use super::inside;

const ROUTE: &str = "/api/v2/events/datasearch/clientstatus";
const FIELDS: &str = "fields=nsdeviceuid,hostname,os,device_classification_custom_status";

/// Measures them.
///
/// # Errors
/// When a call is refused.
pub fn rows(bench: &Measuring, server: Server, api: &Api) -> Outcome<Vec<Row>> {
    let within = |must, aim| Target::AtMost { must: Measure::Millis(must), aim: Some(Measure::Millis(aim)) };
    let filter = format!(
        "limit=100&query=os%20eq%20Windows%20and%20device_classification_custom_status%20eq%20'{}'",
        catalogue::classification(3).replace(' ', "%20")
    );
    let asked = [
        ("newest 100", "limit=100".to_owned(), within(1.0, 0.3)),
        ("newest 10,000, four fields", format!("limit=10000&{FIELDS}"), within(4.0, 1.5)),
        ("newest 10,000, whole rows", "limit=10000".to_owned(), Target::Unset),
        ("a filtered 100", filter, within(2.0, 0.5)),
    ];
    let mut connection = Blocking::open(server.address)?;
    let mut rows = Vec::new();
    for (what, query, target) in asked {
        let request = request::get(&format!("{ROUTE}?{query}"));
        let name = format!("clientstatus, {what}, inside the server");
        connection.call(&request)?;
        let requests = vec![request; bench.times() as usize];
        rows.push(inside::row(bench, api, &mut connection, ROUTE, &requests, name, target)?);
    }
    Ok(rows)
}
