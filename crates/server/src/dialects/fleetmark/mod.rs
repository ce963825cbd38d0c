//! Our own paths, in the manners of AlloyScan's (DESIGN §5).

mod app_registration_form;
mod app_registrations;
pub(super) mod area_levels;
mod backfill;
mod bulk_tags;
mod bulk_tags_form;
mod bulk_tags_shown;
mod check_in_form;
mod check_ins;
mod device_history;
mod device_history_shown;
pub(super) mod expiry;
mod explain;
mod explanation_shown;
mod facts_form;
mod last_use_shown;
mod maintenance;
pub(super) mod maintenance_form;
mod merge_tags;
mod notices;
mod oauth;
pub(super) mod report_shown;
mod rules_lint;
mod rules_preview;
mod rules_preview_form;
mod shapes;
mod site_pacing;
pub(super) mod site_settings;
mod sites;
mod token_form;
mod token_shown;
mod tokens;

pub use self::token_shown::token_shown;
use crate::routing::{Routes, routes};

/// The paths of this dialect.
pub(crate) fn routes() -> Routes {
    routes!(
        app_registrations::list,
        app_registrations::create,
        app_registrations::show,
        app_registrations::patch,
        app_registrations::delete,
        backfill::backfill,
        bulk_tags::tag,
        check_ins::take_in,
        device_history::list,
        explain::show,
        maintenance::show,
        maintenance::patch,
        merge_tags::merge,
        notices::list,
        oauth::issue,
        oauth::issue_at_older_path,
        rules_lint::lint,
        rules_preview::preview,
        sites::list,
        sites::create,
        sites::show,
        sites::patch,
        tokens::list,
        tokens::create,
        tokens::show,
        tokens::patch,
        tokens::delete,
    )
}
