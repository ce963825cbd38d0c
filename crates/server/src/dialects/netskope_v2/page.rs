//! `offset` and `limit` of the lists of `deviceclassification` (netskope-v2 §4, §6).

use domain::Error;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::failure::Failure;
use crate::openapi::parameters::{bounded, number};
use crate::params::Params;

/// Most items of one page.
const PAGE_MAX: usize = 10_000;

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    offset: usize,
    limit: usize,
}

impl Page {
    /// As the parameters say; without any, everything.
    ///
    /// # Errors
    /// For an offset without a limit, and for what is no number.
    pub(super) fn of(params: &Params) -> Result<Self, Failure> {
        let (offset, limit) = (params.count("offset")?, params.limit(PAGE_MAX)?);
        if offset.is_some() && limit.is_none() {
            return Err(Error::invalid("limit", "missing", "offset needs a limit beside it").into());
        }
        Ok(Self { offset: offset.unwrap_or(0), limit: limit.unwrap_or(usize::MAX) })
    }

    /// The part of `all`.
    pub(super) fn cut<T>(self, all: impl Iterator<Item = T>) -> Vec<T> {
        all.skip(self.offset).take(self.limit).collect()
    }
}

impl IntoParams for Page {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            number("offset", 0, Some(0), "How many items to leave out; only beside a `limit`."),
            bounded("limit", (1, PAGE_MAX), None, "How many items to show at most; absent: all."),
        ]
    }
}
