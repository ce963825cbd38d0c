//! Bodies that are forms.

use super::bytes;
use crate::failure::Failure;
use crate::routing::{Call, FromCall};

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
/// The largest form. Who sends one has shown no token.
pub(super) const FORM_MAX_BYTES: usize = 64 << 10;

/// The parameters of a body that is declared as a form, in its order.
pub(crate) struct FormBody(Vec<(String, String)>);

impl FromCall for FormBody {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let bytes = bytes(call, FORM, FORM_MAX_BYTES).await?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

impl FormBody {
    /// The text of a parameter; an empty one counts as absent (RFC 6749, section 3.2).
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// A parameter of these that is given more than once.
    pub(crate) fn repeated(&self, names: &[&'static str]) -> Option<&'static str> {
        let times = |name: &str| self.0.iter().filter(|(known, _)| known == name).count();
        names.iter().copied().find(|name| times(name) > 1)
    }
}
