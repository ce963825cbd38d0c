//! What one changed rule would do to the whole fleet.

use serde_json::Value;

use crate::failure::Outcome;
use crate::large::catalogue::Edit;
use crate::load::{Api, Blocking, Requests, request};
use crate::report::{Measure, Row, Target};
use crate::rows::measuring::{Measuring, one_by_one};
use crate::servers::{Server, TOKEN};
use crate::stats;

const PATH: &str = "/api/v1/rules/preview";
const COLD: Target = Target::AtMost { must: Measure::Millis(30.0), aim: None };
const WARM: Target = Target::AtMost { must: Measure::Millis(5.0), aim: Some(Measure::Millis(1.5)) };

/// What the first preview of a server takes, in milliseconds.
///
/// # Errors
/// When it is refused, as by a build that has no previews.
pub fn cold(server: Server) -> Outcome<f64> {
    let requests = requests(&Api::new(server.address, TOKEN))?;
    let took = one_by_one(&mut Blocking::open(server.address)?, requests.iter().take(1))?;
    Ok(took.into_iter().sum())
}

/// Measures previews on a server that has worked, beside those first ones; when those were refused, the rows say why.
///
/// # Errors
/// When the server cannot be asked.
pub fn rows(bench: &Measuring, server: Server, api: &Api, cold_ms: &Outcome<Vec<f64>>) -> Outcome<Vec<Row>> {
    let name = |how: &str| format!("preview of one changed rule with moves, {}, {how}", bench.devices_text());
    let names = [name("first after a start"), name("again")];
    let cold_ms = match cold_ms {
        Ok(cold_ms) => cold_ms.clone(),
        Err(why) => return Ok(names.into_iter().map(|name| Row::left_out(name, why.to_string())).collect()),
    };
    let requests = requests(api)?;
    let mut connection = Blocking::open(server.address)?;
    one_by_one(&mut connection, requests.iter())?;
    let again = std::iter::repeat_n(&requests[0], bench.times() as usize);
    let warm_ms = one_by_one(&mut connection, again)?;
    let mut took_ns: Vec<u32> = warm_ms.iter().copied().map(stats::ms_to_ns).collect();
    let [first, again] = names;
    Ok(vec![
        Row::of(first, Measure::median(Measure::Millis, cold_ms)).target(bench.of_a_million(COLD)),
        Row::of(again, Measure::median(Measure::Millis, warm_ms))
            .latency(stats::latency(&mut took_ns))
            .target(bench.of_a_million(WARM)),
    ])
}

/// Both edits, each as a draft that names its rule; the first moves many devices.
fn requests(api: &Api) -> Outcome<Requests> {
    let draft = |edit: Edit| {
        let mut rule = edit.rule(1);
        rule["id"] = Value::from(edit.id(api)?);
        Ok(request::post(PATH, &rule))
    };
    Ok([draft(Edit::MovesMany)?, draft(Edit::MovesNone)?].into())
}
