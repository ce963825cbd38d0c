//! Which part of a list is asked for (netskope-v1, Endpoints).

use site::queries::client_status::Page;

use super::whole_number;
use crate::params::Params;
use crate::violations::Violations;

/// Most entries of one page.
pub(super) const ENTRIES_MAX: usize = 5000;

/// `limit` and `skip`. What is said twice, in the address and in a body, must be the same.
pub(super) fn read(params: &Params, wrong: &mut Violations) -> Page {
    params.agree(wrong);
    let limit = whole_number::read(params, "limit", 1..=ENTRIES_MAX, ENTRIES_MAX, wrong);
    let offset = whole_number::read(params, "skip", 0..=usize::MAX, 0, wrong);
    Page { offset, limit }
}
