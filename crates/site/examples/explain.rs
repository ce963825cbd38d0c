//! How long explaining one device takes: `cargo run --release -p site --example explain`.
//!
//! On a usual site (30 rules of 4 checks), on one with as many rules and checks as there may be, and on one whose rules
//! all ask about lists as long as a device can report. Medians of several runs, on one thread; the flips found beside.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

mod fleet;

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use domain::{
    Change, ClassificationFields, ClassificationId, ClassificationName, Conditions, Description,
    DeviceNumber, DeviceUid, FactText, Facts, Os, Owner, ProcessFact, RegistryValue, Report, RuleFields,
    RuleId, RuleName, Timestamp, UserKey,
};
use site::queries::explain::explain;
use site::{Context, Site, State};

use crate::fleet::{catalogue, check_ins, run, spread};

const RUNS: usize = 9;

fn main() {
    let mut usual = catalogue();
    run(&mut usual, &mut check_ins(spread(1000, 0, 1000).map(|device| (device, 0))));
    time("30 rules of 4 checks", &usual);
    time("500 rules of 512 checks, 4,096 of them different, about processes", &greatest(&process));
    time(
        "500 rules of 512 checks, 4,096 of them different, about 4,096 registry values",
        &greatest(&registry),
    );
}

fn process(check: usize) -> String {
    format!(r#"{{"process_check":{{"process":"p{check}"}}}}"#)
}

fn registry(check: usize) -> String {
    format!(
        r#"{{"reg_check":{{"rootKey":"HKLM","key":"SOFTWARE\\K","value":"v{check}","type":"REG_SZ","data":"1"}}}}"#
    )
}

/// 250 classifications of two rules each, and a device that answers all that they ask; every rule lacks one thing.
fn greatest(check: &dyn Fn(usize) -> String) -> Site {
    let mut site = Site::default();
    let (actor, now) = (Owner::new("bench").expect("an owner"), Timestamp::from_seconds(1_750_000_000));
    let context = Context { actor, now, request_id: "7-a".into() };
    let mut changes = vec![Change::Founded { salt: 7 }];
    for id in 1..=250 {
        let name = ClassificationName::new(&format!("class {id}")).expect("a name");
        let after = ClassificationFields { name, description: Description::empty() };
        changes.push(Change::ClassificationAdded { id: ClassificationId(id), after });
    }
    for rule in 0..500_u32 {
        let checks: Vec<_> = (0..512).map(|place| check((rule as usize * 8 + place) % 4096)).collect();
        let conditions =
            Conditions::new(&format!(r#"{{"$and":[{}]}}"#, checks.join(","))).expect("an object");
        let after = RuleFields {
            name: RuleName::new(&format!("rule {rule}")).expect("a name"),
            classification: ClassificationId(rule / 2 + 1),
            os: Os::Windows,
            conditions,
        };
        changes.push(Change::RuleAdded { id: RuleId(1000 + rule), after });
    }
    apply(&mut site, &context, changes);
    let text = |text: &str| FactText::new(text).expect("a fact");
    let value = |n: usize| RegistryValue {
        root_key: text("HKEY_LOCAL_MACHINE"),
        key: text(r"SOFTWARE\K"),
        value: text(&format!("v{n}")),
        kind: text("REG_SZ"),
        data: text(if n % 512 == 7 { "0" } else { "1" }),
    };
    let runs = |n: usize| (text(&format!("p{n}")), ProcessFact { running: n % 512 != 7, signer: None });
    let facts = Facts {
        processes: Some((0..4096).map(runs).collect()),
        registry: Some((0..4096).map(value).collect()),
        ..Facts::default()
    };
    let report = Report { os: Some(Os::Windows), facts, ..Report::default() };
    let (device, uid) = (DeviceNumber(1), DeviceUid::new("PC-1").expect("a uid"));
    let added = Change::DeviceAdded { device, uid, userkey: UserKey::new("").expect("a key") };
    let (reported, report) = (report.groups(), Box::new(report));
    apply(&mut site, &context, vec![added, Change::CheckedIn { device, reported, report }]);
    site
}

fn apply(site: &mut Site, context: &Context, changes: Vec<Change>) {
    site.apply(context, changes, None);
}

/// Explains every device of the site, and tells the time of one.
fn time(job: &str, site: &Site) {
    let mut seconds = Vec::with_capacity(RUNS);
    let (mut flips, mut complete) = (0, true);
    for _ in 0..RUNS {
        flips = 0;
        let start = Instant::now();
        for device in site.fleet.iter() {
            let explanation = explain(site, &device, &AtomicBool::new(false)).expect("nobody stops it");
            flips += explanation.flips.len();
            complete &= explanation.flips_complete;
        }
        seconds.push(start.elapsed().as_secs_f64() / f64::from(site.fleet.len()));
    }
    seconds.sort_by(f64::total_cmp);
    let milliseconds = seconds[RUNS / 2] * 1000.0;
    println!(
        "{milliseconds:>10.3} ms  {job}; flips of {} devices: {flips}, complete: {complete}",
        site.fleet.len()
    );
}
