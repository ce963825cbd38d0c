//! Random conditions over a handful of checks. Some a system cannot have, and some ask about tags that are none.

use domain::{Conditions, Os};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::steps::Pick;

/// Conditions, before it is known which tags there are.
#[derive(Clone, Debug)]
pub struct Wish {
    operator: &'static str,
    asked: Vec<Asked>,
}

/// One thing that conditions ask.
#[derive(Clone, Debug)]
enum Asked {
    Tag(Pick),
    Version(&'static str),
    /// Name and parameters.
    Plain(&'static str, Parameters),
}

type Parameters = fn() -> Value;

/// Checks that need no more than their parameters; the last two are for phones only.
const PLAIN: [(&str, Parameters); 9] = [
    ("domain_check", || json!({"domains": ["corp.local"]})),
    ("process_check", || json!({"process": "x.exe"})),
    ("file_check", || json!({"path": "/etc/x"})),
    ("av_check", || json!({"product_name": "any"})),
    ("disk_enc_check", || json!({"product": "luks"})),
    ("cert_check", || json!({"issuer": "CN=Corp"})),
    ("opswat_check", || json!({"kept": true})),
    ("passcode_required_check", || json!({})),
    ("mdm_check", || json!({})),
];

/// Any conditions of one to three checks.
pub fn wish() -> impl Strategy<Value = Wish> {
    (select(&["$and", "$or"][..]), vec(asked(), 1..4)).prop_map(|(operator, asked)| Wish { operator, asked })
}

fn asked() -> impl Strategy<Value = Asked> {
    prop_oneof![
        3 => Pick::any().prop_map(Asked::Tag),
        2 => select(&["0", "10.0", "10.0.22631", "any"][..]).prop_map(Asked::Version),
        4 => select(&PLAIN[..]).prop_map(|(name, parameters)| Asked::Plain(name, parameters)),
    ]
}

impl Wish {
    /// The conditions for `os`, with the tags that are picked from `tags`.
    pub fn conditions(&self, os: Os, tags: &[u32]) -> Conditions {
        let checks: Vec<_> = self.asked.iter().map(|asked| asked.check(os, tags)).collect();
        Conditions::new(&json!({ self.operator: checks }).to_string()).unwrap()
    }
}

impl Asked {
    fn check(&self, os: Os, tags: &[u32]) -> Value {
        match self {
            Self::Tag(pick) => json!({"device_tag_check": {"tag_id": pick.of(tags)}}),
            Self::Version(min) if os == Os::Windows => {
                json!({"min_os_version_check": {"min_os_version": min, "edition": "Windows All"}})
            }
            Self::Version(min) => json!({"min_os_version_check": {"min_os_version": min}}),
            Self::Plain(name, parameters) => json!({ *name: parameters() }),
        }
    }
}
