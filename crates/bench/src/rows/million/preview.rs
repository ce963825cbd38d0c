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
const NOT_SERVED: &str = "this build has no previews";

/// What the first preview of a server takes, in milliseconds; none when it has no previews.
///
/// # Errors
/// When the server cannot be asked.
pub fn cold(server: Server) -> Outcome<Option<f64>> {
    let api = Api::new(server.address, TOKEN);
    let requests = requests(&api)?;
    let took = one_by_one(&mut Blocking::open(server.address)?, requests.iter().take(1));
    Ok(took.ok().and_then(|took| took.first().copied()))
}

/// Measures previews on a server that has worked, beside those first ones.
///
/// # Errors
/// When the server cannot be asked.
pub fn rows(bench: &Measuring, server: Server, api: &Api, cold_ms: &[f64]) -> Outcome<Vec<Row>> {
    let name = |how: &str| format!("preview of one changed rule with moves, {}, {how}", bench.devices_text());
    let names = [name("first after a start"), name("again")];
    if cold_ms.is_empty() {
        return Ok(names.into_iter().map(|name| Row::left_out(name, NOT_SERVED)).collect());
    }
    let requests = requests(api)?;
    let mut connection = Blocking::open(server.address)?;
    one_by_one(&mut connection, requests.iter())?;
    let again = requests.iter().cycle().take(bench.times() as usize);
    let warm_ms = one_by_one(&mut connection, again)?;
    let mut took_ns: Vec<u32> = warm_ms.iter().copied().map(stats::ms_to_ns).collect();
    let [first, again] = names;
    Ok(vec![
        Row::of(first, Measure::median(Measure::Millis, cold_ms.to_vec())).target(COLD),
        Row::of(again, Measure::median(Measure::Millis, warm_ms))
            .latency(stats::latency(&mut took_ns))
            .target(WARM),
    ])
}

/// Both edits, each as a draft that names its rule.
fn requests(api: &Api) -> Outcome<Requests> {
    let draft = |edit: Edit| {
        let mut rule = edit.rule(1);
        rule["id"] = Value::from(edit.id(api)?);
        Ok(request::post(PATH, &rule))
    };
    Ok([draft(Edit::MovesMany)?, draft(Edit::MovesNone)?].into())
}
