//! Our own paths, in the manners of AlloyScan's (DESIGN §5).

mod app_registration_form;
mod app_registrations;
mod area_levels;
mod backfill;
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
mod notices;
mod oauth;
mod rules_lint;
mod rules_preview;
mod rules_preview_form;
mod shapes;
mod site_settings;
mod sites;
mod tokens;

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
        explain::show,
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
