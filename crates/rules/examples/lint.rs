//! How long it takes to judge rules: `cargo run --release -p rules --example lint`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "an example that measures")]
#![allow(clippy::needless_pass_by_value, reason = "json! makes values")]

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use domain::{Conditions, Os};
use rules::Tree;
use rules::lint::{RankedRule, lint};
use serde_json::{Value, json};

fn main() {
    measure("30 rules as people write them", (0..30).map(usual).collect());
    measure("500 rules as people write them", (0..500).map(usual).collect());
    measure(
        "500 rules of 512 checks of 4096, any of pairs",
        (0..500).map(|n| wide(n, "$or", "$and")).collect(),
    );
    measure(
        "500 rules of 512 checks of 4096, all of pairs",
        (0..500).map(|n| wide(n, "$and", "$or")).collect(),
    );
    measure("500 rules, half of them beyond proof", (0..500).map(hard).collect());
}

fn measure(what: &str, conditions: Vec<Value>) {
    let tree =
        |conditions: &Value| Tree::check(&Conditions::new(&conditions.to_string()).unwrap(), Os::Windows);
    let trees: Vec<_> = conditions.iter().map(|conditions| tree(conditions).unwrap()).collect();
    let rank = |place: usize| place * 10 / trees.len();
    let rules: Vec<_> =
        trees.iter().enumerate().map(|(place, tree)| RankedRule { tree, rank: rank(place) }).collect();
    let stop = AtomicBool::new(false);
    let mut took: Vec<_> = (0..5)
        .map(|_| {
            let start = Instant::now();
            let flaws = lint(&rules, &stop).unwrap().len();
            (start.elapsed(), flaws)
        })
        .collect();
    took.sort_unstable();
    let (median, flaws) = took[2];
    println!("{what}: {median:.2?}, {flaws} findings");
}

fn tag(id: usize) -> Value {
    json!({"device_tag_check": {"tag_id": id}})
}

/// A version, a domain, an antivirus product, a process and one of three tags.
fn usual(n: usize) -> Value {
    let version = format!("10.0.{}", 19_045 + n % 7 * 100);
    json!({"$and": [
        {"min_os_version_check": {"min_os_version": version, "edition": "Windows All"}},
        {"domain_check": {"domains": [format!("d{}.local", n % 5), "corp.local"]}},
        {"av_check": {"product_name": format!("product {}", n % 11), "signature_up_to_date": true}},
        {"$or": [tag(1 + n % 13), tag(20 + n % 17), tag(40 + n % 19)]},
        {"process_check": {"process": format!("agent{}.exe", n % 3), "signerName": "Corp"}},
    ]})
}

/// 256 pairs of checks.
fn wide(n: usize, outer: &str, inner: &str) -> Value {
    let check = |k: usize| tag(1 + (n * 7919 + k * (2 * n + 1)) % 4096);
    let pairs: Vec<_> = (0..256).map(|k| json!({ inner: [check(2 * k), check(2 * k + 1)] })).collect();
    json!({ outer: pairs })
}

/// In turn a rule for one hole that has two pigeons, and one for every pigeon having a hole.
fn hard(n: usize) -> Value {
    let holes = 15;
    let sits = |pigeon: usize, hole: usize| tag(1 + pigeon * holes + hole);
    if n < 250 {
        let pairs = (0..=holes).flat_map(|one| (0..one).map(move |other| (one, other)));
        let pairs: Vec<_> = pairs
            .map(|(one, other)| json!({"$and": [sits(one, n % holes), sits(other, n % holes), tag(300 + n / holes)]}))
            .collect();
        return json!({ "$or": pairs });
    }
    let somewhere = |pigeon: usize| -> Value {
        let sits: Vec<_> = (0..holes).map(|hole| sits(pigeon, hole)).collect();
        json!({ "$or": sits })
    };
    let mut all: Vec<_> = (0..=holes).map(somewhere).collect();
    all.extend([tag(300), tag(1000 + n)]);
    json!({ "$and": all })
}
