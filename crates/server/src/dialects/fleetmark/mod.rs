//! Our own paths, in the manners of AlloyScan's (DESIGN §5).

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
mod rules_lint;
mod rules_preview;
mod rules_preview_form;
mod shapes;
mod sites;
mod tokens;

use crate::routing::{Routes, routes};

/// The paths of this dialect.
pub(crate) fn routes() -> Routes {
    routes!(
        check_ins::take_in,
        explain::show,
        bulk_tags::tag,
        merge_tags::merge,
        backfill::backfill,
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
