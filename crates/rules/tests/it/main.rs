//! Condition trees against their contract and against a naive reading of their JSON.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::needless_pass_by_value, reason = "json! makes values")]

mod agreement;
mod block;
mod contract;
mod criteria;
mod device;
mod explain;
mod generate;
mod lint;
mod naive;
mod options;
mod program;
mod violations;

use std::sync::Arc;

use domain::{Conditions, Os, Violation};
use rules::{Compiled, Tree};
use serde_json::Value;

/// The checked tree of `conditions`.
fn check(conditions: &Value, os: Os) -> Result<Tree, Vec<Violation>> {
    Tree::check(&Conditions::new(&conditions.to_string()).expect("conditions are an object"), os)
}

fn tree(conditions: &Value, os: Os) -> Tree {
    check(conditions, os).unwrap_or_else(|violations| panic!("{conditions} for {os:?}: {violations:?}"))
}

fn compiled(conditions: &Value, os: Os) -> Arc<Compiled> {
    Arc::new(Compiled::new(&tree(conditions, os), os))
}
