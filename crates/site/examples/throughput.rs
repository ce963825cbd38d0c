//! How fast and how large a site is: `cargo run --release -p site --example throughput [DEVICES [JOB…]]`, 1,000,000
//! devices and all jobs unless told otherwise, by parts of their names.
//!
//! 10 classifications with 3 rules each of 4 checks. Each job is timed as a writer does it: on a clone of a snapshot
//! that a reader holds, from decide to the encoded record; medians of several runs, on one thread.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

mod fleet;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use domain::{Colour, Description, DeviceName, DeviceNumber, TagFields, TagId, TagName};
use site::commands::{
    Assign, Assignment, ChangeRule, CreateTag, DeleteTag, MergeTags, RemoveDevice, Retag, TagRef, Wanted,
};
use site::queries::client_status::{ClientStatus, Field, Order, Page, Window};
use site::queries::language::Query;
use site::queries::tags::{self as tag_list, TagOrder};
use site::{Command, Foreseen, Site, State};

use crate::fleet::{catalogue, check_ins, conditions, context, run, spread, uid};

const RUNS: u32 = 31;

fn main() {
    let devices: u32 = std::env::args().nth(1).map_or(1_000_000, |text| text.parse().expect("a number"));
    let mut site = catalogue();
    let before = resident_bytes();
    let mut seconds = 0.0;
    for first in (0..devices).step_by(1000) {
        let mut command = check_ins((first..devices.min(first + 1000)).map(|device| (device, 0)));
        let (held, start) = (site.clone(), Instant::now());
        run(&mut site, &mut command);
        seconds += start.elapsed().as_secs_f64();
        drop(held);
    }
    println!("{devices} devices in {seconds:.1} s, {:.0}/s", f64::from(devices) / seconds);
    let bytes = resident_bytes().saturating_sub(before);
    println!("memory: {} MiB, {} bytes a device", bytes >> 20, bytes / u64::from(devices));
    for (outcome, count) in site.fleet.outcomes() {
        println!("{count:>9} {} {:?}", outcome.status.name(), outcome.classification.map(|id| id.0));
    }

    time("clone and drop", &mut site, |_| (), |_, _| ());
    let known = |round, state| check_ins(spread(devices, round, 1000).map(move |device| (device, state)));
    time("1,000 check-ins, nothing new but the time", &mut site, |round| known(round, 0), run);
    time(
        "1,000 check-ins, version and antivirus differ",
        &mut site,
        |round| known(round, round % 2 + 1),
        run,
    );
    let single = |round| {
        let one = |device| check_ins(std::iter::once((device, round % 2)));
        spread(devices, round, 1000).map(one).collect::<Vec<_>>()
    };
    time("1,000 check-ins, a command each", &mut site, single, |site, commands| {
        commands.iter_mut().for_each(|command| run(site, command));
    });
    for (name, asked, calls) in [
        ("100 devices get two tags that no rule asks about", [21, 22], 1),
        ("100 devices get two tags that rules ask about", [1, 2], 1),
        ("64 calls in which 100 devices get two such tags", [1, 2], 64),
    ] {
        let assign = |round: u32| {
            let tags = vec![TagId(asked[round as usize % 2]), TagId(23)];
            let names = spread(devices, round, 100).map(|device| DeviceName::new(&uid(device), None));
            let names = names.map(|name| name.expect("a name")).collect();
            Assign::new(Assignment::Replace, tags, names, 5)
        };
        let group = |round| (0..calls).map(|call| assign(round * calls + call)).collect::<Vec<_>>();
        time(name, &mut site, group, |site, calls| calls.iter_mut().for_each(|call| run(site, call)));
    }
    evaluations(&mut site);
    let rule = site.catalogue.rules.iter().next().expect("there are rules").id;
    let edit = |domain: &str| {
        let conditions = Some(conditions(9, 0, domain));
        ChangeRule { id: rule, name: None, label: None, os: None, conditions }
    };
    time(
        "an edit of a rule, no device moves",
        &mut site,
        |round| edit(["none", "nil"][round as usize % 2]),
        run,
    );
    let some = |round| edit(["corp.local", "none"][round as usize % 2]);
    time("an edit of a rule, many devices move", &mut site, some, run);
    searches(&mut site, devices);
    // Devices stand in the order of their first check-in; from here on they have checked in since, in no order.
    for round in 0..devices / 10_000 {
        run(&mut site, &mut check_ins(spread(devices, 1000 + round, 1000).map(|device| (device, 0))));
    }
    for (name, limit) in [("newest 100", 100), ("newest 10,000", 10_000)] {
        let name = format!("{name} of devices that came in no order");
        search(&name, &mut site, None, |rows| rows.newest(Page { offset: 0, limit }).len());
    }
    for query in ["os eq Linux", "hostname like '4242'", "timestamp lt 1750000100 and os neq Linux"] {
        let name = format!("filtered 100 of devices that came in no order: {query}");
        search(&name, &mut site, Some(query), |rows| rows.newest(Page { offset: 0, limit: 100 }).len());
    }
    tags_of_many(&mut site, devices);
    let removed = |round| spread(devices, round, 100).collect::<Vec<_>>();
    time("100 devices removed, a command each", &mut site, removed, |site, chosen| {
        for device in chosen {
            let number = site.fleet.of_machine(&uid(*device)).next().map(|device| device.number());
            if let Some(number) = number {
                run(site, &mut RemoveDevice { id: site.device_id(number) });
            }
        }
    });
}

/// Rules over the whole fleet, on as many threads as this process may use (`taskset -c 0` for one).
fn evaluations(site: &mut Site) {
    let never = AtomicBool::new(false);
    time(
        "all rules over all devices",
        site,
        |_| (),
        |site, _: &mut ()| {
            assert_eq!(site.misjudged(&never), Some(0), "what is stored is what the rules say");
        },
    );
    let rule = site.catalogue.rules.iter().next().expect("there are rules");
    let (id, rules) = (rule.id, [(rule.fields.os, Arc::clone(&rule.compiled))]);
    time(
        "count of the devices that a rule is true of",
        site,
        |_| (),
        |site, _: &mut ()| {
            std::hint::black_box(site.count_matching(&rules, &never));
        },
    );
    let edit = |domain: &str| {
        let conditions = Some(conditions(9, 0, domain));
        ChangeRule { id, name: None, label: None, os: None, conditions }
    };
    for (name, domains) in
        [("no device moves", ["none", "nil"]), ("many devices move", ["corp.local", "none"])]
    {
        let edit = |round: u32| edit(domains[round as usize % 2]);
        time(&format!("an edit of a rule, {name}: foreseen"), site, edit, |site, edit| {
            std::hint::black_box(foresee(site, edit));
        });
        let foreseen = |site: &Site, round| {
            let mut edit = edit(round);
            let foreseen = foresee(site, &mut edit);
            (edit, foreseen)
        };
        time_on(
            &format!("an edit of a rule, {name}: once foreseen"),
            site,
            foreseen,
            |site, (edit, foreseen)| {
                run_foreseen(site, edit, foreseen.as_ref());
            },
        );
    }
}

/// Works out ahead what a command does.
fn foresee<C: Command<Site>>(site: &Site, command: &mut C) -> Option<Foreseen> {
    let changes = command.decide(site, &context(site)).expect("nothing here is refused");
    site.foresee(&changes, &AtomicBool::new(false))
}

/// As [`run`], with what was worked out ahead.
fn run_foreseen<C: Command<Site>>(site: &mut Site, command: &mut C, foreseen: Option<&Foreseen>) {
    let context = context(site);
    let changes = command.decide(site, &context).expect("nothing here is refused");
    let record = site.apply(&context, changes, foreseen);
    std::hint::black_box((Site::encode(&record), command.outcome(site)));
}

/// Searches of client status, up to the devices of the page; what their JSON takes is not in it.
fn searches(site: &mut Site, devices: u32) {
    let hundred = Page { offset: 0, limit: 100 };
    for (name, page) in [
        ("newest 100", hundred),
        ("newest 10,000", Page { offset: 0, limit: 10_000 }),
        ("newest 100 after half of all", Page { offset: devices as usize / 2, limit: 100 }),
    ] {
        search(name, site, None, |rows| rows.newest(page).len());
    }
    for query in [
        "os eq Linux",
        "os_version gt 10.0.19080 and device_make in [Dell, HP]",
        "device_classification_status eq Managed and client_version like '135.1.7'",
        "hostname like '4242'",
        "username eq 'user4242@corp.example'",
        "mac_addresses eq '00:1a:2b:01:02:03' or serial_number eq 'SN00004242'",
        "timestamp lt 1750000100 and os neq Linux",
        "os eq Solaris",
    ] {
        search(&format!("filtered 100: {query}"), site, Some(query), |rows| rows.newest(hundred).len());
    }
    let named = format!("nsdeviceuid eq '{}'", uid(4242));
    search("filtered 100: nsdeviceuid eq …", site, Some(&named), |rows| rows.newest(hundred).len());
    let list: Vec<_> = (0..350).map(uid).collect();
    let list = format!("device_id in ['{}']", list.join("','"));
    search("filtered 100: device_id in 350 values", site, Some(&list), |rows| rows.newest(hundred).len());
    for field in [Field::Hostname, Field::OsVersion] {
        let order = Order { field, descending: true };
        let name = format!("100 in the order of {}", field.name());
        search(&name, site, None, |rows| rows.ordered(&[order], hundred).len());
    }
    search("grouped by os and status", site, None, |rows| {
        rows.grouped(&[Field::Os, Field::Status], hundred).map_or(0, |groups| groups.len())
    });
    search("grouped by hostname", site, None, |rows| {
        rows.grouped(&[Field::Hostname], hundred).map_or(0, |groups| groups.len())
    });
}

fn search(name: &str, site: &mut Site, query: Option<&str>, count: impl Fn(&ClientStatus<'_>) -> usize) {
    time(
        name,
        site,
        |_| (),
        |site, _: &mut ()| {
            let query = query.map(|text| Query::parse(text).expect("a query"));
            let rows = ClientStatus::new(site, Window::default()).matching(query.as_ref());
            std::hint::black_box(count(&rows));
        },
    );
}

/// Tags on all devices at once, and the catalogue as a list.
fn tags_of_many(site: &mut Site, devices: u32) {
    let all = || Wanted::Found((1..=devices).map(DeviceNumber).collect());
    let named = |site: &Site, tag| vec![TagRef::Id(site.tag_id(TagId(tag)))];
    for (what, tag) in [("no rule asks about", 25), ("rules ask about", 3)] {
        let put = |site: &Site, round: u32| match round % 2 {
            0 => Retag::new(named(site, tag), Vec::new(), all()),
            _ => Retag::new(Vec::new(), named(site, tag), all()),
        };
        time_on(&format!("a tag that {what} put on all devices, or taken off"), site, put, run);
    }
    let mut tagged = site.clone();
    run(&mut tagged, &mut Retag::new(named(site, 25), Vec::new(), all()));
    for (name, merged) in
        [("a tag that all devices carry is deleted", false), ("… merged into another", true)]
    {
        let job = |round| (round, tagged.clone());
        time(name, site, job, |site, (_, tagged): &mut (u32, Site)| {
            let mut done = tagged.clone();
            if merged {
                run(&mut done, &mut MergeTags { from: TagId(25), into: TagId(26) });
            } else {
                run(&mut done, &mut DeleteTag { id: TagId(25), force: true });
            }
            std::hint::black_box((&site, done));
        });
    }
    drop(tagged);
    for number in 0..9_970 {
        let name =
            TagName::new(&format!("Team {:x} of site {number}", number * 7919 % 65_536)).expect("a name");
        let fields = TagFields { name, description: Description::empty(), colour: Colour::Gray };
        run(site, &mut CreateTag::new(fields));
    }
    let page = Page { offset: 0, limit: 50 };
    for (name, search, order) in [
        ("with a part that few hold", Some("4242"), TagOrder::Name),
        ("with a part that none holds", Some("solaris"), TagOrder::Name),
        ("with a part that all hold", Some("team"), TagOrder::Name),
        ("by usage", None, TagOrder::UsageDescending),
    ] {
        let listed = |site: &mut Site, _: &mut ()| {
            std::hint::black_box(tag_list::list(site, search, order, page).total);
        };
        time(&format!("list of 10,000 tags, 50 {name}"), site, |_| (), listed);
    }
}

/// Does a job on a clone of a site that is held meanwhile, some times over, and prints the median.
fn time<J>(name: &str, site: &mut Site, job: impl Fn(u32) -> J, run: impl Fn(&mut Site, &mut J)) {
    time_on(name, site, |_, round| job(round), run);
}

/// As [`time`]; making the job, which is not timed, looks at the site.
fn time_on<J>(name: &str, site: &mut Site, job: impl Fn(&Site, u32) -> J, run: impl Fn(&mut Site, &mut J)) {
    let mut wanted = std::env::args().skip(2).peekable();
    if wanted.peek().is_some() && !wanted.any(|part| name.contains(&part)) {
        return;
    }
    let mut runs: Vec<_> = (0..RUNS)
        .map(|round| {
            let (mut job, held) = (job(site, round), site.clone());
            let start = Instant::now();
            let mut next = held.clone();
            run(&mut next, &mut job);
            *site = next;
            let spent = start.elapsed().as_secs_f64() * 1e3;
            drop(held);
            spent
        })
        .collect();
    runs.sort_by(f64::total_cmp);
    println!("{:>9.3} ms, best {:>8.3}  {name}", runs[runs.len() / 2], runs[0]);
}

fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or_default() << 10
}
