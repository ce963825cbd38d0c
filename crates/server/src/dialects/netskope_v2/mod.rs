//! Netskope v2: classifications, rules, device tags, client status (netskope-v2).

mod audit;
mod audit_trail;
mod bulk;
mod classifications;
mod client_status;
mod device_tags;
mod failures;
mod get_tags;
mod named_devices;
mod options;
mod page;
mod rules;
mod shapes;
mod status_params;
mod status_rows;
mod supported_os;

use axum::Router;
use axum::routing::{get, patch, post};

use crate::auth::Gate;

pub(super) use failures::wording;

/// The paths of this dialect.
pub(crate) fn routes() -> Router<Gate> {
    let classifications = get(classifications::list).post(classifications::create);
    let classification = get(classifications::show)
        .put(classifications::put)
        .patch(classifications::patch)
        .delete(classifications::delete);
    let rules = get(rules::list).post(rules::create);
    let rule = get(rules::show).put(rules::put).patch(rules::patch).delete(rules::delete);
    let device_tag = patch(device_tags::patch).delete(device_tags::delete);
    Router::new()
        .route("/api/v2/deviceclassification/tags", classifications)
        .route("/api/v2/deviceclassification/tags/{id}", classification)
        .route("/api/v2/deviceclassification/options", get(options::list))
        .route("/api/v2/deviceclassification/rules", rules)
        .route("/api/v2/deviceclassification/rules/{id}", rule)
        .route("/api/v2/devices/device/tags", post(device_tags::create))
        .route("/api/v2/devices/device/tags/{id}", device_tag)
        .route("/api/v2/devices/device/tags/gettags", post(get_tags::get_tags))
        .route("/api/v2/devices/device/tags/bulkadd", post(bulk::add))
        .route("/api/v2/devices/device/tags/bulkremove", post(bulk::remove))
        .route("/api/v2/devices/device/tags/bulkreplace", post(bulk::replace))
        .route("/api/v2/devices/supportedos", get(supported_os::list))
        .route("/api/v2/events/data/audit", get(audit::list))
        .route("/api/v2/events/datasearch/clientstatus", get(client_status::search))
}
