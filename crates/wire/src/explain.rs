//! `/api/v1/devices/{id}/explain` (decided, Preview and explain): why a device has its classification, and what single
//! fact or tag would change it.

#![expect(unused_qualifications, reason = "the derived schema of a recursive member is written with one")]

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType, Type};

use crate::alloyscan::devices::DeviceNames;

/// The proof of one device.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation<'a> {
    /// Which.
    pub device: DeviceNames<'a>,
    /// The moment that ages are counted to, RFC 3339.
    #[schema(format = DateTime)]
    pub at: String,
    /// `Managed`, `Unmanaged`, `Not Configured` or `Unknown`.
    pub status: &'static str,
    /// The classification's name; null when there is none.
    #[schema(required)]
    pub classification: Option<&'a str>,
    /// Names of stronger classifications that could not be judged, because a fact they ask for is unknown.
    pub undetermined: Vec<&'a str>,
    /// The classifications that have rules for the device's operating system, strongest first; none while that is
    /// unknown.
    pub classifications: Vec<ExplainedClassification<'a>>,
    /// The single facts and tags that would give the device another status or classification: those that lead to a
    /// stronger one first, then by name. Of several values of one fact that lead to the same, the nearest to what the
    /// device has. At most 64. The operating system is never supposed to be another.
    pub flips: Vec<Flip<'a>>,
    /// Whether these are all; false when there are more than are told, or than a bounded search could try.
    pub flips_complete: bool,
}

/// What the rules of one classification say of the device.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedClassification<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// From 1, the strongest.
    pub priority: u32,
    /// Any of the rules suffices: `pass` if one passes, else `unknown` if one is unknown, else `fail`.
    pub verdict: Verdict,
    /// Its rules for the device's operating system.
    pub rules: Vec<ExplainedRule<'a>>,
}

/// What one rule says of the device.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedRule<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// What it says.
    pub verdict: Verdict,
    /// Its conditions, each part with what it says; null when `reason` says why.
    #[schema(required)]
    pub tree: Option<ExplainedNode<'a>>,
    /// Why there is no tree: its conditions are of another version of the server and unknown of every device, or the
    /// trees of stronger rules have taken all room. Else null.
    #[schema(required)]
    pub reason: Option<String>,
}

/// What a check, a tree, a rule or a classification says of a device: `unknown` when a fact that decides was not
/// reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// The facts to tell are missing.
    Unknown,
}

/// A part of a condition tree.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ExplainedNode<'a> {
    /// An operator.
    Operator(ExplainedOperator<'a>),
    /// A check.
    Check(ExplainedCheck<'a>),
}

/// An operator of a condition tree.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ExplainedOperator<'a> {
    /// `$and`: the least of its children's verdicts. `$or`: the greatest.
    pub op: &'static str,
    /// What it says: of verdicts `pass` is the greatest, then `unknown`, then `fail`.
    pub verdict: Verdict,
    /// Its parts in the author's order.
    #[schema(no_recursion)]
    pub children: Vec<ExplainedNode<'a>>,
}

/// A check of a condition tree.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedCheck<'a> {
    /// Its name, as `av_check`.
    pub check: &'a str,
    /// Its parameters as the author wrote them.
    #[schema(schema_with = parameters)]
    pub parameters: &'a Value,
    /// What it says.
    pub verdict: Verdict,
    /// What the device reported that the check compares, as check-ins say it; null when it reported none. Of a list, the
    /// entries that come nearest, 20 at most. Of a tag: whether the device carries it.
    #[schema(schema_with = fact)]
    pub fact: &'a Value,
    /// How many seconds before `at` the device last reported on facts of this group, whether or not on this one; null
    /// when never, and for tags.
    #[schema(required, minimum = 0)]
    pub fact_age: Option<i64>,
    /// The moment when it did, RFC 3339.
    #[schema(required, format = DateTime)]
    pub reported_at: Option<String>,
    /// Why it does not pass; null when it does.
    #[schema(required)]
    pub reason: Option<&'a str>,
}

/// A single fact or tag that would change the outcome.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Flip<'a> {
    /// `fact` or `tag`.
    pub kind: FlipKind,
    /// The tag's name; of a fact where a check-in says it, as `osVersion` or `facts.processes[x.exe]`.
    pub name: String,
    /// The tag's id, as `device_tag_check` asks for it; null for a fact.
    #[schema(required)]
    pub tag_id: Option<u32>,
    /// What the device reports now, as check-ins say it; of an entry of a list null when it is not there. Of a tag:
    /// whether the device carries it.
    #[schema(schema_with = from)]
    pub from: Value,
    /// What would have to be so instead, in the same form; the other entries of a list stay.
    #[schema(schema_with = to)]
    pub to: Value,
    /// What would then come out.
    pub then: FlippedOutcome<'a>,
}

/// What a flip is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FlipKind {
    /// A fact that the device reports.
    Fact,
    /// A tag that it carries.
    Tag,
}

/// The outcome after a flip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlippedOutcome<'a> {
    /// `Managed` or `Unmanaged`.
    pub status: &'static str,
    /// The classification's name; null when there is none.
    #[schema(required)]
    pub classification: Option<&'a str>,
}

fn fact() -> Schema {
    fact_that(
        "What the device reported that the check compares, as check-ins say it; null when it reported none. Of a list, \
         the entries that come nearest, 20 at most. Of a tag: whether the device carries it.",
    )
}

fn from() -> Schema {
    fact_that(
        "What the device reports now, as check-ins say it; of an entry of a list null when it is not there. Of a tag: \
         whether the device carries it.",
    )
}

fn to() -> Schema {
    fact_that("What would have to be so instead, in the same form; the other entries of a list stay.")
}

/// Facts have a few forms.
fn fact_that(meaning: &str) -> Schema {
    let entry = OneOfBuilder::new().item(of(Type::Object)).item(of(Type::String));
    let list = ArrayBuilder::new().items(entry);
    let forms = [Type::Null, Type::Boolean, Type::String, Type::Object].map(of);
    let forms = forms.into_iter().fold(OneOfBuilder::new(), OneOfBuilder::item);
    forms.item(list).description(Some(meaning)).build().into()
}

/// Nearly always an object; of a check that the server does not know they may be anything.
fn parameters() -> Schema {
    let list = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(SchemaType::AnyValue));
    let forms = [Type::Null, Type::Boolean, Type::Number, Type::String, Type::Object].map(of);
    let forms = forms.into_iter().fold(OneOfBuilder::new(), OneOfBuilder::item);
    forms.item(list).description(Some("Its parameters as the author wrote them.")).build().into()
}

fn of(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind)
}
