//! AlloyScan: the tag catalogue, devices, the tags on them, and the change log (alloyscan).

mod assignments_shown;
mod change_cursor;
mod change_filter;
mod change_log;
mod change_stream;
mod changes;
mod changes_csv;
mod changes_stream;
mod device_added;
pub(super) mod device_filter;
mod device_list;
pub(super) mod device_shown;
mod device_tags;
mod device_texts;
mod devices;
mod devices_csv;
pub(in crate::dialects) mod facts_shown;
mod failures;
pub(super) mod named_tag;
mod paging;
pub(super) mod segment_form;
pub(super) mod segment_shown;
mod segments;
mod shapes;
mod tag_list;
pub(super) mod tag_shown;
mod tags;
pub(super) mod terms_form;

use crate::routing::{Routes, routes};

pub(super) use failures::wording;
pub(super) use paging::Paging;

/// The paths of this dialect.
pub(crate) fn routes() -> Routes {
    routes!(
        tag_list::list,
        tags::create,
        tags::show,
        tags::patch,
        tags::delete,
        device_list::list,
        device_added::add,
        devices::show,
        devices::delete,
        device_tags::attach,
        device_tags::detach,
        segments::list,
        segments::create,
        segments::show,
        segments::patch,
        segments::delete,
        changes::list,
        changes_stream::stream,
    )
}
