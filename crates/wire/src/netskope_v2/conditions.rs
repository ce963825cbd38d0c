//! Condition trees (netskope-v2 §6). They travel as the text that they are; here is the schema that the API document
//! has of them, which no derive could say: names of checks are members, and trees contain trees.

use std::borrow::Cow;
use std::collections::BTreeMap;

use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Named schemas, of which `Conditions` is the whole tree.
const SCHEMAS: &str = include_str!("conditions.json");

/// Stands for a condition tree in schemas.
#[derive(Debug)]
pub enum Conditions {}

impl PartialSchema for Conditions {
    fn schema() -> RefOr<Schema> {
        schemas().remove(&*Self::name()).unwrap_or_else(|| Ref::from_schema_name(Self::name()).into())
    }
}

impl ToSchema for Conditions {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Conditions")
    }

    fn schemas(named: &mut Vec<(String, RefOr<Schema>)>) {
        named.extend(schemas());
    }
}

fn schemas() -> BTreeMap<String, RefOr<Schema>> {
    serde_json::from_str(SCHEMAS).expect("a test reads the committed file")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_schemas_of_trees_are_read_without_loss() {
        let written: Value = serde_json::from_str(SCHEMAS).unwrap();
        assert_eq!(serde_json::to_value(schemas()).unwrap(), written);
        assert!(schemas().contains_key(&*Conditions::name()));
    }
}
