//! `POST /api/v1/rules/preview` (decided, Preview): what changes of rules and priorities would do.

#![expect(unused_qualifications, reason = "the derived schemas of members are written with them")]

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::Text;
use crate::alloyscan::devices::DeviceNames;
use crate::lint::Finding;
use crate::netskope_v2::Conditions;
use crate::schema::OsName;

/// Most drafts of one preview.
pub const MAX_DRAFTS: usize = 100;

/// The body: one draft, or several that are previewed together, each seeing what those before it did.
#[derive(Debug, Clone)]
pub enum Drafts<'a> {
    /// An object.
    One(Draft<'a>),
    /// An array of them.
    Several(Vec<Draft<'a>>),
}

/// A change that is not made. With `delete` or `priority` and nothing else it is that; with `id` it changes that rule,
/// and an absent member stays; else it is a new rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Draft<'a> {
    /// The rule that would be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// The rule that would be deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<u32>,
    /// The classification that would move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<DraftPriority>,
    /// The rule's name; a new rule needs none here.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = r"^ *[0-9A-Za-z\-()._]([0-9A-Za-z\-()._ ]{0,78}[0-9A-Za-z\-()._])? *$")]
    pub name: Option<Text<'a>>,
    /// The name of the classification that it would give. A new rule needs it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = r"^ *[0-9A-Za-z\-()._]([0-9A-Za-z\-()._ ]{0,78}[0-9A-Za-z\-()._])? *$")]
    pub label: Option<Text<'a>>,
    /// The operating system that it would be for. A new rule needs it; that of a rule that exists cannot change.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OsName>)]
    pub os: Option<Text<'a>>,
    /// What would have to hold of a device. A new rule needs it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Conditions>)]
    pub conditions: Option<&'a RawValue>,
}

/// Where a classification would move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftPriority {
    /// The classification.
    pub id: u32,
    /// Its place, from 1 (strongest) to the number of classifications; the others close up.
    #[schema(minimum = 1)]
    pub to: u32,
}

impl<'de: 'a, 'a> Deserialize<'de> for Drafts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DraftsVisitor)
    }
}

struct DraftsVisitor;

impl<'de> Visitor<'de> for DraftsVisitor {
    type Value = Drafts<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or an array of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Drafts<'de>, A::Error> {
        Draft::deserialize(MapAccessDeserializer::new(map)).map(Drafts::One)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Drafts<'de>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(Drafts::Several)
    }
}

impl ToSchema for Drafts<'_> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Draft::name().into_owned(), Draft::schema()));
        Draft::schemas(schemas);
    }
}

impl PartialSchema for Drafts<'_> {
    fn schema() -> RefOr<Schema> {
        let one = Ref::from_schema_name(Draft::name());
        let several = ArrayBuilder::new()
            .items(one.clone())
            .min_items(Some(1))
            .max_items(Some(MAX_DRAFTS))
            .description(Some("Drafts that are previewed together, each seeing what those before it did."));
        OneOfBuilder::new().item(one).item(several).into()
    }
}

/// What the drafts together would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preview<'a> {
    /// How many devices the site has.
    pub of: u64,
    /// Devices for which a drafted rule passes: a new or changed one as drafted, a deleted one as it was, and any of a
    /// classification that would move.
    pub matched: u64,
    /// Devices for which none of them passes and one is unknown.
    pub unknown: u64,
    /// Devices whose status, classification or `undetermined` would change.
    pub moved: u64,
    /// Those, by what they are and would be; the largest moves first, at most 1000.
    pub moves: Vec<Move<'a>>,
    /// What would be wrong with the rules that the drafts are about, and what would be wrong anew with others. A new rule
    /// stands there with an id that it may get.
    pub lint: Vec<Finding<'a>>,
}

/// Devices that would move the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Move<'a> {
    /// Their classification's name; null when they have none.
    #[schema(required, example = "low risk")]
    pub from: Option<&'a str>,
    /// The name of that which they would have; null for none.
    #[schema(required, example = "high risk")]
    pub to: Option<&'a str>,
    /// Their status word: `Managed`, `Unmanaged`, `Not Configured` or `Unknown`.
    #[schema(example = "Managed")]
    pub from_status: &'static str,
    /// The status word that they would have.
    #[schema(example = "Managed")]
    pub to_status: &'static str,
    /// Stronger classifications that cannot be judged for them, because a fact they ask for is unknown.
    pub from_undetermined: Vec<&'a str>,
    /// Those that then could not be judged.
    pub to_undetermined: Vec<&'a str>,
    /// How many devices they are.
    pub count: u64,
    /// A few of them.
    pub sample: Vec<DeviceNames<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_one_draft_or_several() {
        let one = r#"{"label":"low","os":"mac","conditions":{ "$and": [] }}"#;
        match serde_json::from_str(one).unwrap() {
            Drafts::One(Draft { conditions, .. }) => {
                assert_eq!(conditions.unwrap().get(), r#"{ "$and": [] }"#);
            }
            other => panic!("{other:?}"),
        }
        let several = r#"[{"delete":7},{"id":1,"name":null},{"priority":{"id":3,"to":1}}]"#;
        match serde_json::from_str(several).unwrap() {
            Drafts::Several(drafts) => {
                assert_eq!((drafts[0].delete, drafts[1].id), (Some(7), Some(1)));
                assert_eq!(drafts[2].priority, Some(DraftPriority { id: 3, to: 1 }));
            }
            other => panic!("{other:?}"),
        }
        for wrong in ["7", "null", "\"x\"", "[7]", r#"{"shoe":1}"#, r#"{"priority":{"id":1}}"#] {
            assert!(serde_json::from_str::<Drafts<'_>>(wrong).is_err(), "{wrong}");
        }
    }
}
