//! AlloyScan: the tag catalogue, devices, and the tags on them (alloyscan).

pub(super) mod device_filter;
pub(super) mod device_shown;
mod device_tags;
mod devices;
mod facts_shown;
mod failures;
pub(super) mod named_tag;
mod paging;
mod shapes;
mod tag_list;
pub(super) mod tag_shown;
mod tags;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Gate;

pub(super) use failures::wording;
pub(super) use paging::Paging;

/// The paths of this dialect.
pub(crate) fn routes() -> OpenApiRouter<Gate> {
    OpenApiRouter::new()
        .routes(routes!(tag_list::list, tags::create))
        .routes(routes!(tags::show, tags::patch, tags::delete))
        .routes(routes!(devices::list))
        .routes(routes!(devices::show, devices::delete))
        .routes(routes!(device_tags::attach))
        .routes(routes!(device_tags::detach))
}
