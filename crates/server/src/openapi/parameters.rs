//! Parameters of addresses, for the documents.

use serde_json::Value;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

/// The `{id}` of a path.
pub(crate) enum Id {}

impl IntoParams for Id {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
        let id = ParameterBuilder::new()
            .name("id")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(
                "The number that it was created with. 404 where there is none of that number.",
            ));
        vec![id.schema(Some(schema)).build()]
    }
}

macro_rules! uuids {
    ($($(#[$doc:meta])* $params:ident: $($name:literal = $description:expr),+;)+) => {
        $(
            $(#[$doc])*
            pub(crate) enum $params {}

            impl IntoParams for $params {
                fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                    vec![$(uuid($name, $description)),+]
                }
            }
        )+
    };
}

const DEVICE: &str = "The UUID that check-ins and lists name the device by.";
const SEGMENT: &str = "The UUID that lists name the segment by.";
const TAG: &str = "The UUID that lists name the tag by.";

uuids! {
    /// The `{id}` of a device.
    DeviceId: "id" = DEVICE;
    /// The `{id}` of a tag.
    TagId: "id" = TAG;
    /// The `{id}` of a segment.
    SegmentId: "id" = SEGMENT;
    /// The `{deviceId}` of a path below a device.
    BelowDevice: "deviceId" = DEVICE;
    /// The `{deviceId}` and the `{tagId}` of a tag on a device.
    TagOnDevice: "deviceId" = DEVICE, "tagId" = TAG;
}

fn uuid(name: &str, description: &str) -> Parameter {
    let format = SchemaFormat::Custom("uuid".to_owned());
    let schema = ObjectBuilder::new().schema_type(Type::String).format(Some(format));
    let id = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description));
    id.schema(Some(schema)).build()
}

/// A parameter that is a whole number, from `from` on.
pub(crate) fn number(name: &str, from: i64, default: Option<i64>, description: &str) -> Parameter {
    let schema = whole().minimum(Some(from)).default(default.map(Value::from));
    parameter(name, schema, description)
}

/// A parameter that is a whole number within limits.
pub(crate) fn bounded(
    name: &str,
    (min, max): (usize, usize),
    default: Option<usize>,
    description: &str,
) -> Parameter {
    let schema = whole().minimum(Some(min)).maximum(Some(max)).default(default.map(Value::from));
    parameter(name, schema, description)
}

/// A parameter that is a moment, in Unix seconds.
pub(crate) fn seconds(name: &str, description: &str) -> Parameter {
    let format = SchemaFormat::KnownFormat(KnownFormat::Int64);
    parameter(name, whole().format(Some(format)), description)
}

/// A parameter that is a text.
pub(crate) fn text(name: &str, description: &str) -> Parameter {
    parameter(name, ObjectBuilder::new().schema_type(Type::String), description)
}

/// A parameter of any other form.
pub(crate) fn parameter(name: &str, schema: ObjectBuilder, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

fn whole() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer)
}
