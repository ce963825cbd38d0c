//! `offset` and `limit` of our lists (alloyscan, Tags).

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::failure::Failure;
use crate::openapi::parameters::{bounded, number};
use crate::params::Params;

const LIMIT_DEFAULT: usize = 50;
const LIMIT_MAX: usize = 1000;

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub(in crate::dialects) struct Paging {
    pub(in crate::dialects) offset: usize,
    pub(in crate::dialects) limit: usize,
}

impl Paging {
    /// As the parameters say.
    ///
    /// # Errors
    /// Names the parameter that is no number or out of its limits.
    pub(in crate::dialects) fn of(params: &Params) -> Result<Self, Failure> {
        let limit = params.limit(LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
        Ok(Self { offset: params.count("offset")?.unwrap_or(0), limit })
    }
}

impl IntoParams for Paging {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = "How many items to show at most.";
        vec![
            number("offset", 0, Some(0), "How many items to leave out."),
            bounded("limit", (1, LIMIT_MAX), Some(LIMIT_DEFAULT), limit),
        ]
    }
}
