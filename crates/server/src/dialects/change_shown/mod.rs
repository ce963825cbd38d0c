//! An entry of the change log as lists and streams show it. Each noun is shown in the words of the dialect that has it.

mod described;
mod gone_names;
mod managed;

use std::borrow::Cow;

use domain::{ClassificationId, SiteId, Source};
use node::Gone;
use site::queries::changes::{Entry, Subject};
use site::{Instance, Move, Site};
use wire::alloyscan::changes::{Change, Moved};

use self::described::described;
pub(super) use self::gone_names::GoneNames;
use crate::uuid_text::uuid_text;

/// Most moves that one entry tells.
const MOVES_MAX: usize = 20;

/// Where names are looked up that a record does not have.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) instance: &'a Instance,
    pub(super) id: SiteId,
    pub(super) site: &'a Site,
    /// What is there no more.
    pub(super) gone: &'a Gone,
}

/// The entry, told.
pub(super) fn shown<'a>(names: Names<'a>, entry: &Entry<'a>) -> Change<'a> {
    let Names { instance, id, site, .. } = names;
    let (before, after) = described(names, entry.subject);
    let moves = entry.moves();
    let version = match entry.subject {
        Subject::Site(..) => Some(entry.version.0),
        Subject::Instance(_) => None,
    };
    Change {
        id: uuid_text(entry.id),
        time: entry.at.text(),
        object: entry.kind.object.name(),
        entity: entry.entity(instance, id, site),
        change: entry.kind.action.name(),
        user: entry.user.as_str(),
        before,
        after,
        request_id: entry.request_id,
        version,
        devices: entry.devices(),
        source: entry.source().map(Source::name),
        moved: (!moves.is_empty()).then(|| moves.iter().map(|(_, count)| count).sum()),
        moves: moves.into_iter().take(MOVES_MAX).map(|moved| self::moved(names, moved)).collect(),
    }
}

fn moved<'a>(names: Names<'a>, (moved, count): (&Move, u64)) -> Moved<'a> {
    let (from, to) = (&moved.from, &moved.to);
    Moved {
        from: from.classification.map(|id| classification(names, id)),
        to: to.classification.map(|id| classification(names, id)),
        from_status: from.status.name(),
        to_status: to.status.name(),
        count,
    }
}

fn classification(names: Names<'_>, id: ClassificationId) -> Cow<'_, str> {
    classification_name(names.site, names.gone, id)
}

/// The name that a classification has now, or had last; its id where neither is known.
pub(super) fn classification_name<'a>(site: &'a Site, gone: &'a Gone, id: ClassificationId) -> Cow<'a, str> {
    let known = site.catalogue.classifications.get(id).map(|(_, known)| &known.fields.name);
    match known.or_else(|| gone.classifications.get(&id)) {
        Some(name) => name.as_str().into(),
        None => format!("classification {id}").into(),
    }
}
