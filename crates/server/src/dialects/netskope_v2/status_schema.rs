//! The schema of status rows, which are written field by field (netskope-v2 §9). A test holds it against real rows.

use serde_json::json;
use site::queries::client_status::Field;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::status_params::Search;
use super::status_rows::GROUPS;
use crate::openapi::parameters::{number, seconds, text};

/// Stands for a row in the document.
pub(super) enum StatusRow {}

impl ToSchema for StatusRow {}

impl PartialSchema for StatusRow {
    fn schema() -> RefOr<Schema> {
        let forms = AnyOfBuilder::new().item(full_row()).item(narrow_row()).item(group_row());
        forms.description(Some("One device as a full record or as narrow row, or one group of rows.")).into()
    }
}

impl IntoParams for Search {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = "How many rows to show at most. A larger number is taken for 10000.";
        vec![
            seconds("starttime", "Unix seconds: only devices seen then or later."),
            seconds("endtime", "Unix seconds: only devices seen before or then."),
            text(
                "query",
                "Only rows for which this holds, as `os eq 'Windows' and (hostname like 'w11' or timestamp >= 1753692494)`: eq, \
                 neq, like, notlike, gt, gte, lt, lte and their signs, `from … to …`, `in ['a','b']`, and, or, not.",
            ),
            text(
                "fields",
                "Fields to show, between commas, by flat name or as `group.name`; absent: full records.",
            ),
            text("groupbys", "Fields to count by, between commas. The largest groups come first."),
            text("groupby", "The same as `groupbys`."),
            text(
                "orderbys",
                "Fields to order by, between commas, each with `asc` (default) or `desc` after it. \
                Absent: newest first.",
            ),
            text("sortby", "The same as `orderbys`."),
            text(
                "sortorder",
                "`asc` or `desc`, for those fields of `sortby` that have no direction of their own.",
            ),
            number("offset", 0, Some(0), "How many rows to leave out."),
            number("limit", 0, Some(10_000), limit),
            text("timeout", "Ignored."),
        ]
    }
}

/// A device's full record: objects of fields.
fn full_row() -> ObjectBuilder {
    let record = Field::ALL.iter().filter(|field| field.group().is_empty() && **field != Field::User);
    let row = GROUPS.into_iter().fold(object_of(record), |row, group| {
        let fields = Field::ALL.iter().filter(|field| field.group() == group);
        row.property(group, object_of(fields)).required(group)
    });
    row.title(Some("full record"))
}

/// Some fields under the names by which they were asked for.
fn narrow_row() -> ObjectBuilder {
    // A field may be called by a name with its group, so more names than these can stand here.
    let names = Field::ALL.iter().fold(ObjectBuilder::new().schema_type(Type::Object), |row, field| {
        row.property(field.name(), shown(*field))
    });
    names.required(Field::Id.name()).title(Some("narrow row"))
}

/// A combination of values and how many rows have it.
fn group_row() -> ObjectBuilder {
    let values = Field::ALL.iter().fold(ObjectBuilder::new().schema_type(Type::Object), |values, field| {
        values.property(field.name(), shown(*field))
    });
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .title(Some("group"))
        .property("_id", values.description(Some("The value of each field counted by.")))
        .required("_id")
        .property("count", whole().minimum(Some(1)).description(Some("How many rows have these values.")))
        .required("count")
        .examples([json!({"_id": {"os": "Windows"}, "count": 12})])
}

fn object_of<'a>(fields: impl Iterator<Item = &'a Field>) -> ObjectBuilder {
    fields.fold(ObjectBuilder::new().schema_type(Type::Object), |object, field| {
        object.property(field.name(), shown(*field)).required(field.name())
    })
}

/// The form of a field's values, and what they mean.
fn shown(field: Field) -> RefOr<Schema> {
    let text = |meaning: &str| string().description(Some(meaning)).into();
    let seen = || whole().description(Some("Unix seconds of the last check-in.")).into();
    let added = |what: &str| {
        let meaning = format!("Unix seconds of when the {what} was first seen.");
        whole().description(Some(meaning)).into()
    };
    match field {
        Field::Id => {
            let uuid = string().format(Some(SchemaFormat::Custom("uuid".to_owned())));
            uuid.description(Some("The device's id.")).into()
        }
        Field::DeviceId => text("A prefix of the site's, an underscore, and the machine's `nsdeviceuid`."),
        Field::ClientVersion => text("The version of the client that reports."),
        Field::Timestamp | Field::LastEventTimestamp | Field::LastUpdateTimestamp | Field::EventTimestamp => {
            seen()
        }
        Field::PrivateIp => text("The address on the device's own network."),
        Field::Hostname => text("The machine's name."),
        Field::Nsdeviceuid => text("The machine."),
        Field::Os => text(
            "The operating system as people spell it: `Windows`, `Mac`, `Linux`, `Android`, `iOS`, \
            `ChromeOS`, `Windows Server`.",
        ),
        Field::OsVersion => text("Its version."),
        Field::DeviceMake => text("Who made the machine."),
        Field::DeviceModel => text("The machine's model."),
        Field::SerialNumber => text("The machine's serial number."),
        Field::MacAddresses => {
            let addresses = ArrayBuilder::new().items(string());
            addresses.description(Some("The hardware addresses of its network interfaces.")).into()
        }
        Field::Username => text("The user's name."),
        Field::Userkey => text("The user's key."),
        Field::User => text("The user's name, or key where no name was reported."),
        Field::Status => {
            let words = ["Managed", "Unmanaged", "Not Configured", "Unknown"];
            let meaning = "Managed: a classification matched. Unmanaged: rules are there and none matched. Not \
                Configured: no rule is for the operating system. Unknown: nothing was reported.";
            string().enum_values(Some(words)).description(Some(meaning)).into()
        }
        Field::Classification => text("The name of the classification; empty when there is none."),
        Field::ClassificationId => ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::Integer, Type::Null]))
            .description(Some("The classification's id; null when there is none."))
            .into(),
        Field::Event => text("What made the device report."),
        Field::UserAddedTime => added("device"),
        Field::ClientInstallTime => added("machine"),
        Field::PublicIp | Field::ManagementId | Field::Actor | Field::EventStatus | Field::NpaStatus => {
            text("Not reported here: empty.")
        }
    }
}

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn whole() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer)
}
