//! Arrows point downwards only (DESIGN §2): this is the list of all that may exist.

use crate::workspace::{Crate, crates};

/// Crate → crates of the workspace that it may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("rules", &["domain"]),
    ("site", &["domain", "rules"]),
    ("store", &["domain"]),
    ("store-sqlite", &["domain", "store"]),
    ("node", &["domain", "rules", "site", "store"]),
    ("wire", &[]),
    ("server", &["domain", "rules", "site", "node", "wire"]),
    ("client", &["wire"]),
    ("agent", &["client", "wire"]),
    (
        "fleetmark",
        &["domain", "rules", "site", "store", "store-sqlite", "node", "wire", "server", "client", "agent"],
    ),
    ("bench", &["domain", "rules"]),
    ("xtask", &[]),
];

/// Besides those, what the tests of a crate may use.
const ALLOWED_IN_TESTS: &[(&str, &[&str])] = &[("node", &["store-sqlite"]), ("server", &["store"])];

#[test]
fn every_dependency_between_crates_is_an_allowed_arrow() {
    let crates = crates();
    let forbidden = forbidden(&crates);
    assert!(forbidden.is_empty(), "not in the list of arrows: {}", forbidden.join(", "));
}

#[test]
fn every_crate_is_in_the_list_of_arrows() {
    for Crate { name, .. } in crates() {
        assert!(ALLOWED.iter().any(|(from, _)| *from == name), "{name} has no entry in the list of arrows");
    }
}

#[test]
fn the_list_of_arrows_has_no_cycle() {
    // A crate may only use crates that have an entry above it or whose own uses are all settled.
    let mut settled: Vec<&str> = Vec::new();
    while settled.len() < ALLOWED.len() {
        let next = ALLOWED
            .iter()
            .find(|(from, to)| !settled.contains(from) && to.iter().all(|name| settled.contains(name)));
        let (from, _) = next.expect("an arrow leads back");
        settled.push(from);
    }
}

#[test]
fn an_arrow_upwards_is_named() {
    let crates = [
        of("domain", &[("site", "normal"), ("serde", "normal")]),
        of("site", &[]),
        of("server", &[("store", "dev")]),
        of("store", &[]),
    ];
    assert_eq!(forbidden(&crates), ["domain → site (normal)"]);
}

fn forbidden(crates: &[Crate]) -> Vec<String> {
    let mut forbidden = Vec::new();
    for Crate { name, dependencies, .. } in crates {
        for (to, kind) in dependencies {
            let ours = crates.iter().any(|other| other.name == *to);
            let in_tests = kind == "dev" && listed(ALLOWED_IN_TESTS, name, to);
            if ours && !in_tests && !listed(ALLOWED, name, to) {
                forbidden.push(format!("{name} → {to} ({kind})"));
            }
        }
    }
    forbidden
}

fn listed(list: &[(&str, &[&str])], from: &str, to: &str) -> bool {
    list.iter().any(|(name, allowed)| *name == from && allowed.contains(&to))
}

fn of(name: &str, dependencies: &[(&str, &str)]) -> Crate {
    let dependencies = dependencies.iter().map(|(to, kind)| ((*to).to_owned(), (*kind).to_owned()));
    Crate { name: name.to_owned(), folder: Default::default(), dependencies: dependencies.collect() }
}
