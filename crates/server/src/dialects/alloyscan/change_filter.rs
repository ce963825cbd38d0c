//! The parameters that pick entries of the change log (alloyscan, Change log).

use domain::Error;
use site::queries::changes::{Action, ChangeFilter, Object};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::failure::Failure;
use crate::openapi::parameters::{parameter, text};
use crate::params::Params;

/// What entries are about, what was done and by whom: those of a stream.
pub(super) enum Picked {}

/// The same and a span of time: those of a list.
pub(super) enum PickedOfSpan {}

/// Reads the parameters of [`Picked`].
///
/// # Errors
/// Names the parameter and what it may be.
pub(super) fn picked(params: &Params) -> Result<ChangeFilter, Failure> {
    let objects = Object::ALL.map(|object| (object.name(), object));
    let actions = Action::ALL.map(|action| (action.name(), action));
    Ok(ChangeFilter {
        object: one_of("object", params, &objects)?,
        action: one_of("change", params, &actions)?,
        user: params.text("user").map(str::to_owned),
        since: None,
        until: None,
    })
}

/// Reads the parameters of [`PickedOfSpan`].
///
/// # Errors
/// As [`picked`].
pub(super) fn picked_of_span(params: &Params) -> Result<ChangeFilter, Failure> {
    let (since, until) = (params.any_moment("since")?, params.any_moment("until")?);
    Ok(ChangeFilter { since, until, ..picked(params)? })
}

/// The parameter as one of these, whatever its case.
fn one_of<T: Copy>(
    name: &'static str,
    params: &Params,
    all: &[(&'static str, T)],
) -> Result<Option<T>, Failure> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let found = all.iter().find(|(known, _)| known.eq_ignore_ascii_case(text));
    let (_, found) = found.ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|(known, _)| *known).collect();
        Error::invalid(name, "unknown", format!("{name} must be one of {}", known.join(", ")))
    })?;
    Ok(Some(*found))
}

impl IntoParams for Picked {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let names = |names: Vec<&'static str>| {
            ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names))
        };
        let objects = names(Object::ALL.iter().map(|object| object.name()).collect());
        let actions = names(Action::ALL.iter().map(|action| action.name()).collect());
        vec![
            parameter("object", objects, "Only entries about this, in any case."),
            parameter("change", actions, "Only entries of this, in any case."),
            text("user", "Only what this one did: the owner of a token, whole, in any case."),
        ]
    }
}

impl IntoParams for PickedOfSpan {
    fn into_params(of: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = Picked::into_params(of);
        let moment = "RFC 3339 or Unix seconds, that instant included.";
        all.push(text("since", &format!("Only what was done then or later: {moment}")));
        all.push(text("until", &format!("Only what was done then or earlier: {moment}")));
        all
    }
}
