//! One device and 30 rules on one thread, in this process: Fleetmark's evaluator beside the fastest rule crate.

mod json_logic;
mod laptop;

use std::hint::black_box;
use std::sync::Arc;

use domain::{ClassificationId, Conditions, Os};
use rules::{Compiled, Program, Tree};

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
/// Devices judged between two looks at the clock.
const BATCH: u32 = 2_000;
const BATCHES: usize = 101;
const TARGET: Target = Target::TimesAtLeast { must: 10.0, aim: 20.0 };

/// Measures it for a device that no rule matches, so that all 30 are gone through, for one that the weakest
/// classification takes, and for one that the strongest does.
///
/// # Errors
/// When the two do not agree, or a rule is refused.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let (program, json_logic) = (program()?, JsonLogic::compile()?);
    let last = CLASSIFICATIONS - 1;
    let cases = [
        ("no rule", None, TARGET),
        ("the weakest classification", Some(last), TARGET),
        // One rule is not thirty.
        ("the very first rule", Some(0), Target::Unset),
    ];
    let row =
        |(takes, expected, target)| Ok(row(bench, &program, &json_logic, takes, expected)?.target(target));
    cases.into_iter().map(row).collect()
}

fn row(
    bench: &Measuring,
    program: &Program,
    json_logic: &JsonLogic,
    takes: &str,
    expected: Option<u32>,
) -> Outcome<Row> {
    let device = Laptop::new(expected.map(|place| FIRST_TAG + place));
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

/// Each rule asks for a recent Windows, a domain or an antivirus, encryption, and, last in the text, a tag of its
/// classification.
fn program() -> Outcome<Program> {
    let classifications = (0..CLASSIFICATIONS).map(|place| {
        let rules = (0..RULES).map(|rule| Ok((Os::Windows, Arc::new(compiled(place, rule)?))));
        Ok((ClassificationId(place + 1), rules.collect::<Outcome<Vec<_>>>()?))
    });
    let classifications: Vec<_> = classifications.collect::<Outcome<_>>()?;
    Ok(Program::new(classifications.into_iter()))
}

fn compiled(place: u32, rule: u32) -> Outcome<Compiled> {
    let conditions = format!(
        r#"{{"$and":[{{"$and":[
            {{"$or":[{{"min_os_version_check":{{"min_os_version":"10.0.1904{rule}","edition":"Windows 11"}}}}]}},
            {{"$or":[{{"domain_check":{{"domains":["corp{rule}.local"]}}}},
                     {{"av_check":{{"product_name":"Microsoft Defender"}}}}]}},
            {{"$or":[{{"disk_enc_check":{{"product":"bitlocker"}}}}]}},
            {{"$or":[{{"device_tag_check":{{"tag_id":{}}}}}]}}
        ]}}]}}"#,
        FIRST_TAG + place
    );
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
        let (program, json_logic) = (program().expect("rules"), JsonLogic::compile().expect("logic"));
        for tag in [None, Some(99), Some(100), Some(104), Some(109), Some(110)] {
            let device = Laptop::new(tag);
            let parsed = json_logic::parse(&device).expect("JSON");
            let ours = program.classify(&device).classification.map(|id| id.0 - 1);
            let theirs = json_logic.classify(&mut json_logic.session(), &parsed).expect("evaluates");
            assert_eq!(ours, theirs, "{tag:?}");
            assert_eq!(ours.is_some(), tag.is_some_and(|tag| (100..110).contains(&tag)));
        }
    }
}
