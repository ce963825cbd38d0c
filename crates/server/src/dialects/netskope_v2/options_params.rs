//! The parameters of options, for the document (netskope-v2 §5).

use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::options::TYPES;
use crate::openapi::parameters::{parameter, text};

/// What is to be chosen from.
pub(super) enum Choice {}

impl IntoParams for Choice {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let types = ObjectBuilder::new().schema_type(Type::String);
        let types = types.enum_values(Some(TYPES.map(|(name, _)| name)));
        let mut kind = parameter("type", types, "What to choose.");
        kind.required = Required::True;
        vec![
            kind,
            text("os", "Only for this operating system, in any case; absent: for each."),
            text("key", "Only the option that is called so, in any case."),
        ]
    }
}
