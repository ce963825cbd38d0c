//! REST API v1 beside API v2: how fast a client that pages through all devices gets them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::measuring::Measuring;
use crate::failure::{Failure, Outcome};
use crate::load::{Api, Blocking, Closed, Requests, request};
use crate::report::{Measure, Row, Target};
use crate::servers::{Server, TOKEN};
use crate::site::{self, devices};
use crate::stats::Round;

/// As clients of v1 page.
const PAGE: u32 = 500;
const V1: &str = "/api/v1/clients?op=query&";
const V2: &str = "/api/v2/events/datasearch/clientstatus?";
/// Within 15 % of v2.
const ROWS: Target = Target::TimesAtLeast { must: 0.85, aim: 1.0 };

/// A dialect's list.
struct List {
    /// All its pages, in order.
    pages: Requests,
    /// Bytes of an answer's body, over all pages.
    page_bytes: f64,
}

/// Measures both, one server and one connection, page after page and from the first again.
///
/// The same data: 10,000 machines of one user each, so that an entry of v1's `clients` and a row of v2's `clientstatus`
/// are about the same device, and in each dialect's whole record: ids, version of the client, host (make, model, name,
/// uid, system and its version, serial number, hardware addresses), last event and its time, and the user with status
/// and classification. v2 tells the addresses and the classification's id besides; v1 tells the last event once for the
/// machine and once for the user, and when each came. So rows are compared, and bytes are told beside them.
///
/// # Errors
/// When the server does not start, or a call is refused.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let server = bench.fleetmark("dialects")?.start(None)?;
    let api = Api::new(server.address, TOKEN);
    site::fill(&api, devices::COUNT)?;
    switch_pacing_off(&api)?;
    let v1 = List::of(server, V1, "skip", |page| &page["data"])?;
    let v2 = List::of(server, V2, "offset", |page| &page["result"])?;
    let measured = bench.in_turn([&v1, &v2], |list, duration| {
        let load = Closed { address: server.address, requests: Arc::clone(&list.pages), connections: 1 };
        load.run(duration)
    });
    server.process.stop();
    let [v1_round, v2_round] = measured?;
    let beside = |what: &str, of_page: fn(&List) -> f64| {
        let measure = |list: &List, round: Round| Measure::PerSecond(of_page(list) * round.per_second);
        let job = format!("{what} of v1 `clients` in pages of {PAGE}, one connection");
        Row::of(job, measure(&v1, v1_round)).latency(v1_round.latency).beside(
            "v2 `clientstatus`",
            measure(&v2, v2_round),
            Some(v2_round.latency),
        )
    };
    Ok(vec![beside("rows", |_| f64::from(PAGE)).target(ROWS), beside("bytes", |list| list.page_bytes)])
}

/// Nobody waits for a turn.
fn switch_pacing_off(api: &Api) -> Outcome {
    let sites = api.get("/api/v1/sites")?;
    let id = &sites["items"][0]["id"];
    let off = json!({"settings": {"pacing": {"netskopeV1": null}}});
    api.patch(&format!("/api/v1/sites/{id}"), &off).map(|_| ())
}

impl List {
    /// The list at `path`, whose pages say by `skip` how many they leave out. `items` finds a page's in its body.
    fn of(server: Server, path: &str, skip: &str, items: impl Fn(&Value) -> &Value) -> Outcome<Self> {
        let skipped = (0..devices::COUNT).step_by(PAGE as usize);
        let page = |skipped| request::get(&format!("{path}limit={PAGE}&{skip}={skipped}"));
        let pages: Requests = skipped.map(page).collect();
        let mut connection = Blocking::open(server.address)?;
        let mut bytes = 0.0;
        for request in pages.iter() {
            let body = connection.call(request)?;
            let page: Value =
                serde_json::from_slice(body).map_err(|error| Failure::new("a page is no JSON", error))?;
            if items(&page).as_array().map(Vec::len) != Some(PAGE as usize) {
                return Err(Failure::new(format!("a page of {path} is not full"), page));
            }
            bytes += f64::from(u32::try_from(body.len()).unwrap_or(u32::MAX));
        }
        let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        Ok(Self { pages, page_bytes: bytes / f64::from(count) })
    }
}
