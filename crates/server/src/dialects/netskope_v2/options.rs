//! `GET /api/v2/deviceclassification/options`: what the author of a rule can choose from (netskope-v2 §5).

use axum::response::Response;
use domain::{Error, Os, fold};
use rules::options;
use wire::netskope_v2::{ClassificationOption, OptionValue};

use super::options_params::Choice;
use crate::auth::{DeviceClassification, Viewer};
use crate::failure::Failure;
use crate::params::Params;
use crate::reply;

/// What a type offers for an operating system: what people call it, and what a rule says.
type Offered = fn(Os) -> Vec<(&'static str, OptionValue)>;

/// The types of options.
pub(super) const TYPES: [(&str, Offered); 5] = [
    ("av_prod_name", |os| named(options::antivirus_products(os))),
    ("os", |os| vec![(os.display_name(), OptionValue::Text(os.name()))]),
    ("os_version", |os| named(options::editions(os))),
    ("check", |os| {
        let checks = options::checks(os).into_iter();
        checks.map(|(name, schema)| (name, OptionValue::Schema(schema))).collect()
    }),
    ("disk_encryption_product", |os| {
        let products = options::disk_encryption_products(os).iter();
        products.map(|(name, value)| (*name, OptionValue::Text(value))).collect()
    }),
];

/// Lists what the author of a rule can choose from
///
/// Antivirus products, operating systems, editions of Windows, checks with the JSON schema of their parameters, and
/// products that encrypt disks.
#[utoipa::path(
    get,
    path = "/api/v2/deviceclassification/options",
    operation_id = "listOptions",
    tag = "rules",
    security(("token" = ["device_classification:view"])),
    params(Choice),
    responses(
        (status = 200, description = "The options, as a bare array.", body = [ClassificationOption]),
        (status = 400, description = "The type is missing or unknown, or there is no such `os`."),
    ),
)]
pub(super) async fn list(_: Viewer<DeviceClassification>, params: Params) -> Result<Response, Failure> {
    let wanted = params.text("type").unwrap_or_default();
    let (kind, offered) = *TYPES.iter().find(|(name, _)| *name == wanted).ok_or_else(|| unknown(wanted))?;
    let os = params.text("os").map(Os::new).transpose();
    let os = os.map_err(|error| Error::Invalid(vec![error.at("os")]))?;
    let key = params.text("key").map(fold);
    let systems = Os::ALL.into_iter().filter(|known| os.is_none_or(|os| os == *known));
    let all = systems.flat_map(|os| offered(os).into_iter().map(move |(key, value)| (os.name(), key, value)));
    let of_key = all.filter(|(_, name, _)| key.as_ref().is_none_or(|key| *key == fold(name)));
    let options = of_key.map(|(os, key, value)| ClassificationOption { kind, os, key, value });
    Ok(reply::ok(&options.collect::<Vec<_>>()))
}

/// Options that a rule says as they are called.
fn named(names: &[&'static str]) -> Vec<(&'static str, OptionValue)> {
    names.iter().map(|name| (*name, OptionValue::Text(name))).collect()
}

fn unknown(kind: &str) -> Failure {
    let (code, what) =
        if kind.is_empty() { ("missing", "is missing") } else { ("unknown_type", "is unknown") };
    let types = TYPES.map(|(name, _)| name).join(", ");
    Error::invalid("type", code, format!("type {what}; it must be one of {types}")).into()
}
