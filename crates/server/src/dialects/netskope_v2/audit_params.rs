//! The parameters of the audit trail, for the document (netskope-v2 §10).

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::audit::Search;
use crate::openapi::parameters::{number, seconds, text};

impl IntoParams for Search {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = "How many events to show at most. A larger number is taken for 10000.";
        vec![
            seconds("starttime", "Unix seconds: only what was done then or later."),
            seconds("endtime", "Unix seconds: only what was done before or then."),
            text("query", "Only events for which this holds, as `user eq 'joe@corp.example'`."),
            number("offset", 0, Some(0), "How many events to leave out."),
            number("limit", 0, Some(10_000), limit),
        ]
    }
}
