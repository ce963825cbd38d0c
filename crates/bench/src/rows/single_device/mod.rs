//! One device and 30 rules on one thread, in this process: Fleetmark's evaluator beside the fastest rule crate.

mod json_logic;
mod laptop;

use std::hint::black_box;
use std::sync::Arc;

use domain::{ClassificationId, Conditions, Os};
use rules::{Compiled, Program, Tree};
use serde_json::json;

use super::measuring::Measuring;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::report::{Measure, Row, Target};
use json_logic::JsonLogic;
use laptop::Laptop;

const CLASSIFICATIONS: u32 = 10;
const RULES: u32 = 3;
/// The tag that the rules of the strongest classification ask for; each other asks for the next.
const FIRST_TAG: u32 = 100;
const BITLOCKER: &str = "BitLocker";
/// Devices judged between two looks at the clock.
const BATCH: u32 = 2_000;
const BATCHES: usize = 101;
const TARGET: Target = Target::TimesAtLeast { must: 10.0, aim: 20.0 };

/// What tells the rules of one classification from those of another.
#[derive(Clone, Copy)]
enum Told {
    ByTag,
    ByDisk,
}

/// Measures it for a device that no rule takes, for one that the weakest classification takes, and for one that the
/// strongest does; then for a device that no rule takes where rules ask for no tag, by which rules are found.
///
/// # Errors
/// When the two do not agree, or a rule is refused.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let last = CLASSIFICATIONS - 1;
    let cases = [
        ("no rule", Told::ByTag, None, TARGET),
        ("the weakest classification", Told::ByTag, Some(last), TARGET),
        // One rule is not thirty.
        ("the very first rule", Told::ByTag, Some(0), Target::Unset),
        ("no rule, none of which asks for a tag", Told::ByDisk, None, Target::Unset),
    ];
    let row = |(takes, told, expected, target)| Ok(row(bench, told, takes, expected)?.target(target));
    cases.into_iter().map(row).collect()
}

fn row(bench: &Measuring, told: Told, takes: &str, expected: Option<u32>) -> Outcome<Row> {
    let (program, json_logic) = (program(told)?, JsonLogic::compile(told)?);
    let device = told.device(expected);
    let parsed = json_logic::parse(&device)?;
    let ours = program.classify(&device).classification.map(|id| id.0 - 1);
    let theirs = json_logic.classify(&mut json_logic.session(), &parsed)?;
    if (ours, theirs) != (expected, expected) {
        return Err(Failure::text(format!("{takes}: rules say {ours:?}, datalogic-rs {theirs:?}")));
    }
    let (mut our_rates, mut their_rates) = (Vec::new(), Vec::new());
    let mut session = json_logic.session();
    let batches = if bench.bench.quick { BATCHES / 10 } else { BATCHES };
    for _ in 0..batches {
        our_rates.push(per_second(|| _ = black_box(program.classify(black_box(&device)))));
        their_rates.push(per_second(|| _ = black_box(json_logic.classify(&mut session, black_box(&parsed)))));
    }
    let row = Row::of(
        format!("one device, 30 rules, one thread, taken by {takes}"),
        Measure::median(Measure::PerSecond, our_rates),
    );
    let theirs = Measure::median(Measure::PerSecond, their_rates);
    Ok(row.beside("datalogic-rs", theirs, None))
}

fn per_second(mut judge: impl FnMut()) -> f64 {
    let (took_ms, ()) = clock::timed(|| (0..BATCH).for_each(|_| judge()));
    f64::from(BATCH) * 1e3 / took_ms
}

impl Told {
    /// A device of the classification at that place, or of none.
    fn device(self, place: Option<u32>) -> Laptop {
        match (self, place) {
            (Self::ByTag, place) => Laptop::new(place.map(|place| FIRST_TAG + place), BITLOCKER),
            (Self::ByDisk, None) => Laptop::new(None, BITLOCKER),
            (Self::ByDisk, Some(place)) => Laptop::new(None, &disk(place)),
        }
    }
}

/// What encrypts the disks of devices of a classification.
fn disk(place: u32) -> String {
    format!("Vault Nr {place}")
}

/// Each rule asks for a recent Windows, a domain or an antivirus, encryption, and, last in the text, a tag of its
/// classification if that is what tells it.
fn program(told: Told) -> Outcome<Program> {
    let classifications = (0..CLASSIFICATIONS).map(|place| {
        let rules = (0..RULES).map(|rule| Ok((Os::Windows, Arc::new(compiled(told, place, rule)?))));
        Ok((ClassificationId(place + 1), rules.collect::<Outcome<Vec<_>>>()?))
    });
    let classifications: Vec<_> = classifications.collect::<Outcome<_>>()?;
    Ok(Program::new(classifications.into_iter()))
}

fn compiled(told: Told, place: u32, rule: u32) -> Outcome<Compiled> {
    let encrypted = |product: &str| json!({"disk_enc_check": {"product": product}});
    let mut checks = vec![
        json!({"min_os_version_check": {"min_os_version": format!("10.0.1904{rule}"), "edition": "Windows 11"}}),
        json!({"$or": [
            {"domain_check": {"domains": [format!("corp{rule}.local")]}},
            {"av_check": {"product_name": "Microsoft Defender"}},
        ]}),
    ];
    match told {
        Told::ByTag => {
            checks.extend([encrypted(BITLOCKER), json!({"device_tag_check": {"tag_id": FIRST_TAG + place}})]);
        }
        Told::ByDisk => checks.push(encrypted(&disk(place))),
    }
    let conditions = json!({"$and": [{"$and": checks}]}).to_string();
    let conditions =
        Conditions::new(&conditions).map_err(|error| Failure::new("conditions", error.message))?;
    let tree = Tree::check(&conditions, Os::Windows);
    let tree =
        tree.map_err(|faults| Failure::new("a rule of the bench is refused", format!("{faults:?}")))?;
    Ok(Compiled::new(&tree, Os::Windows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_evaluators_give_the_same_answers() {
        for told in [Told::ByTag, Told::ByDisk] {
            let (program, json_logic) =
                (program(told).expect("rules"), JsonLogic::compile(told).expect("logic"));
            for place in [None, Some(0), Some(4), Some(9), Some(10)] {
                let device = told.device(place);
                let parsed = json_logic::parse(&device).expect("JSON");
                let ours = program.classify(&device).classification.map(|id| id.0 - 1);
                let theirs = json_logic.classify(&mut json_logic.session(), &parsed).expect("evaluates");
                assert_eq!(ours, theirs, "{place:?}");
                assert_eq!(ours, place.filter(|place| *place < CLASSIFICATIONS));
            }
        }
    }
}
