//! Netskope v2: classifications, rules, device tags, client status (netskope-v2).

pub(super) mod audit;
mod audit_params;
mod audit_trail;
mod bulk;
mod classifications;
mod client_status;
mod device_tags;
mod failures;
mod get_tags;
mod named_devices;
mod options;
mod options_params;
mod page;
mod rules;
mod shapes;
mod status_params;
mod status_rows;
mod status_schema;
mod supported_os;
mod tag_page;

use crate::routing::{Routes, routes};

pub(super) use failures::wording;

/// The paths of this dialect.
pub(crate) fn routes() -> Routes {
    routes!(
        classifications::list,
        classifications::create,
        classifications::show,
        classifications::put,
        classifications::patch,
        classifications::delete,
        options::list,
        rules::list,
        rules::create,
        rules::show,
        rules::put,
        rules::patch,
        rules::delete,
        device_tags::create,
        device_tags::patch,
        device_tags::delete,
        get_tags::get_tags,
        bulk::add,
        bulk::remove,
        bulk::replace,
        supported_os::list,
        audit::list,
        client_status::search,
    )
}
