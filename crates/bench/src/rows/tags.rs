//! A catalogue of 10,000 tags: a page with exact usage, one tag by its name, a search, and the order of usage.

use serde_json::Value;

use super::jobs;
use super::measuring::{Measuring, Side, rate};
use crate::failure::{Failure, Outcome};
use crate::load::{Api, Blocking, Closed};
use crate::metrics::Figures;
use crate::report::{Measure, Row, Target};
use crate::servers::TOKEN;
use crate::site::{self, devices};
use crate::yardstick::{self, Yardstick};

const TAGS: u64 = 10_000;
const PAGE: Target = Target::TimesAtLeast { must: 0.70, aim: 0.90 };
/// Of searching names (DESIGN §9).
const WITH_PART: Target = Target::AtMost { must: Measure::Millis(0.03), aim: None };
const BY_USAGE: Target = Target::AtMost { must: Measure::Millis(1.0), aim: None };
const GET_TAGS: &str = "/api/v2/devices/device/tags/gettags";
const LIST: &str = "/api/v1/tags";

/// Measures them.
///
/// # Errors
/// When a server does not start, or a call is refused.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let ours = bench.fleetmark("tags")?.start(None)?;
    let api = Api::new(ours.address, TOKEN);
    let mut tags = site::fill(&api, devices::COUNT)?.tags;
    for number in tags.len() as u64 + 1..=TAGS {
        tags.push(site::tag(&api, number)?);
    }
    // Each call uses two other tags; one time round all of them are on devices.
    let connections = usize::from(bench.connections);
    let used = Closed { address: ours.address, requests: jobs::bulk_replace(&tags[..200]), connections };
    used.run(bench.round())?;

    let pages = jobs::tag_pages(tags.len());
    let mut connection = Blocking::open(ours.address)?;
    checked(connection.call(&pages[1])?)?;
    let file = bench.bench.folder.inside("yardstick")?.join("page.json");
    // Both send the page that this leaves in the file.
    let floor = yardstick::start_floor(&file, ours, &pages[1])?;
    let theirs = yardstick::start(Yardstick::Page, &file, None)?;
    let known = bench.bench.folder.inside("yardstick")?.join("pages.json");
    let plain = yardstick::start_plain(&known, ours, &pages)?;
    let [our_round, their_round, floor_round, plain_round] =
        bench.closed([ours, theirs, floor, plain].map(|server| Side::new(server, &pages)).each_ref())?;
    [theirs, floor, plain].into_iter().for_each(|server| server.process.stop());

    let name = format!("page of {} of {TAGS} tags with exact usage", jobs::PAGE_TAGS);
    let mut rows = vec![
        rate(name.as_str(), our_round, 'P', their_round, PAGE),
        rate(format!("{name}, F in its place"), floor_round, 'P', their_round, Target::Unset),
        rate(format!("{name}, G in its place"), plain_round, 'P', their_round, Target::Unset),
    ];
    for (what, requests, route, target) in [
        (format!("one of {TAGS} tags by name"), jobs::tags_by_name(TAGS), GET_TAGS, Target::Unset),
        (format!("those of {TAGS} tags that hold a part"), jobs::tags_with_part(TAGS), LIST, WITH_PART),
        (format!("50 of {TAGS} tags by usage"), jobs::tags_by_usage(), LIST, BY_USAGE),
    ] {
        let before = Figures::read(&api)?;
        for request in requests.iter() {
            connection.call(request)?;
        }
        let inside = Figures::read(&api)?.mean_ms_since(&before, route);
        rows.extend(
            inside
                .map(|ms| Row::of(format!("{what}, inside the server"), Measure::Millis(ms)).target(target)),
        );
    }
    ours.process.stop();
    Ok(rows)
}

/// The yardstick sends this page over and over: it must be a full one.
fn checked(page: &[u8]) -> Outcome {
    let page: Value =
        serde_json::from_slice(page).map_err(|error| Failure::new("a page of tags is no JSON", error))?;
    let rows = &page["data"]["data"];
    match rows.as_array().map(Vec::len) {
        Some(jobs::PAGE_TAGS) => Ok(()),
        _ => Err(Failure::new("a page has other than 50 tags", page)),
    }
}
