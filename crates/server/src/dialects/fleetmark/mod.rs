//! Our own paths, in the manners of AlloyScan's (DESIGN §5).

mod bulk_tags;
mod bulk_tags_form;
mod bulk_tags_shown;
mod check_in_form;
mod check_ins;
mod expiry;
mod explain;
mod explanation_shown;
mod facts_form;
mod merge_tags;
mod rules_lint;
mod rules_preview;
mod rules_preview_form;
mod shapes;
mod sites;
mod tokens;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Gate;

/// The paths of this dialect.
pub(crate) fn routes() -> OpenApiRouter<Gate> {
    OpenApiRouter::new()
        .routes(routes!(check_ins::take_in))
        .routes(routes!(explain::show))
        .routes(routes!(bulk_tags::tag))
        .routes(routes!(merge_tags::merge))
        .routes(routes!(rules_lint::lint))
        .routes(routes!(rules_preview::preview))
        .routes(routes!(sites::list))
        .routes(routes!(sites::show, sites::patch))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::show, tokens::patch, tokens::delete))
}
