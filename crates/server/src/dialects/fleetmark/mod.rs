//! Our own paths, in the manners of AlloyScan's (DESIGN §5).

mod app_registration_form;
mod app_registrations;
mod area_levels;
mod check_in_form;
mod check_ins;
mod device_shown;
mod devices;
mod expiry;
mod explain;
mod explanation_shown;
mod facts_form;
mod facts_shown;
mod failures;
mod notices;
mod oauth;
mod paging;
mod rules_lint;
mod rules_preview;
mod rules_preview_form;
mod shapes;
mod sites;
mod tokens;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Gate;

pub(super) use failures::wording;

/// The paths of this dialect.
pub(crate) fn routes() -> OpenApiRouter<Gate> {
    OpenApiRouter::new()
        .routes(routes!(app_registrations::list, app_registrations::create))
        .routes(routes!(app_registrations::show, app_registrations::patch, app_registrations::delete))
        .routes(routes!(check_ins::take_in))
        .routes(routes!(devices::list))
        .routes(routes!(devices::show, devices::delete))
        .routes(routes!(explain::show))
        .routes(routes!(notices::list))
        .routes(routes!(oauth::issue))
        .routes(routes!(oauth::issue_at_older_path))
        .routes(routes!(rules_lint::lint))
        .routes(routes!(rules_preview::preview))
        .routes(routes!(sites::list, sites::create))
        .routes(routes!(sites::show, sites::patch))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::show, tokens::patch, tokens::delete))
}
