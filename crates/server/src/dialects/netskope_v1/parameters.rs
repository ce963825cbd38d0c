//! The parameters of each endpoint, for the document (netskope-v1, Endpoints).

use serde_json::Value;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::page::ENTRIES_MAX;
use super::span::PERIODS;
use super::{alerts, clients, events};
use crate::openapi::parameters::{bounded, number, parameter, seconds, text};

impl IntoParams for clients::Search {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let own = [
            text("op", "Always `query`; may be left out."),
            text("query", "Only machines for which this holds, as `host_info.hostname like 'lab'`."),
        ];
        own.into_iter().chain(page()).collect()
    }
}

impl IntoParams for alerts::Search {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let own = [
            text("type", "Only alerts of this kind."),
            text("query", "Only alerts for which this holds."),
            text("acked", "Only alerts that were acknowledged (`true`), or that were not (`false`)."),
            text("unsorted", "`true`: in any order."),
        ];
        own.into_iter().chain(span()).chain(page()).collect()
    }
}

impl IntoParams for events::Search {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let kinds = [events::AUDIT, events::INFRASTRUCTURE].map(Value::from);
        let kinds = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(kinds));
        let own = [
            parameter("type", kinds, "The kind of events; must be given."),
            text("query", "Only events for which this holds, as `user eq 'joe@corp.example'`."),
        ];
        own.into_iter().chain(span()).chain(page()).collect()
    }
}

fn page() -> [Parameter; 2] {
    [
        bounded("limit", (1, ENTRIES_MAX), Some(ENTRIES_MAX), "How many entries to show at most."),
        number("skip", 0, Some(0), "How many entries to leave out."),
    ]
}

fn span() -> [Parameter; 3] {
    let periods = ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(PERIODS));
    [
        parameter("timeperiod", periods, "Only what lies so many seconds back at most; a day unless told."),
        seconds("starttime", "Instead of `timeperiod`: only what lies at or after this moment."),
        seconds("endtime", "Instead of `timeperiod`: only what lies at or before this moment."),
    ]
}
