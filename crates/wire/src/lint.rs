//! `GET /api/v1/rules/lint`: what is wrong with rules.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::alloyscan::devices::DeviceNames;

/// One thing that is wrong with a rule, or a rule that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LintFinding)]
pub struct Finding<'a> {
    /// What is wrong.
    #[schema(value_type = Code)]
    pub code: &'static str,
    /// The rule; null when one is missing.
    #[schema(required)]
    pub rule: Option<Named<'a>>,
    /// The classification that the rule gives, or that has none.
    pub classification: Named<'a>,
    /// `windows`, `mac`, `linux`, `android`, `ios`, `chromeos` or `winserver`; null: the classification has no rule for
    /// any system.
    #[schema(required)]
    pub os: Option<&'static str>,
    /// The rules that make it so, the strongest first.
    pub others: Vec<Named<'a>>,
    /// What is wrong and what to do about it.
    pub message: String,
    /// A device of the fleet that shows it; null when none was found.
    #[schema(required)]
    pub witness: Option<DeviceNames<'a>>,
}

/// A rule or a classification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NamedDefinition)]
pub struct Named<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
}

/// Stands for what is wrong.
enum Code {}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        "LintCode".into()
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let codes = ["never_true", "always_true", "duplicate", "shadowed", "redundant", "no_rule_for_os"];
        let meaning = "`never_true`: no device can pass the rule. `always_true`: every device of its system passes it. \
            `duplicate`: it asks the same as an earlier one. `shadowed`: every device that passes it passes a rule of a \
            stronger classification too. `redundant`: every device that passes it passes another rule of its \
            classification too, or one of a stronger. `no_rule_for_os`: the classification has no rule for a system \
            that the fleet has devices of.";
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(codes))
            .description(Some(meaning))
            .into()
    }
}
