//! Netskope v2: classifications, rules, device tags, client status (netskope-v2).

mod audit;
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

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Gate;

pub(super) use failures::wording;

/// The paths of this dialect.
pub(crate) fn routes() -> OpenApiRouter<Gate> {
    OpenApiRouter::new()
        .routes(routes!(classifications::list, classifications::create))
        .routes(routes!(
            classifications::show,
            classifications::put,
            classifications::patch,
            classifications::delete
        ))
        .routes(routes!(options::list))
        .routes(routes!(rules::list, rules::create))
        .routes(routes!(rules::show, rules::put, rules::patch, rules::delete))
        .routes(routes!(device_tags::create))
        .routes(routes!(device_tags::patch, device_tags::delete))
        .routes(routes!(get_tags::get_tags))
        .routes(routes!(bulk::add))
        .routes(routes!(bulk::remove))
        .routes(routes!(bulk::replace))
        .routes(routes!(supported_os::list))
        .routes(routes!(audit::list))
        .routes(routes!(client_status::search))
}
