//! Bodies that hold parameters: JSON objects or forms.

use axum::http::header;
use domain::{Error, Violation};
use serde_json::{Map, Value};

use super::form::{FORM, FORM_MAX_BYTES};
use super::{JSON, JsonBody, bytes, is_declared_as};
use crate::failure::Failure;
use crate::routing::{Call, CallBody, FromCall};
use crate::violations::Violations;

/// What such bodies are declared as.
const EITHER: &str = "application/json or application/x-www-form-urlencoded";

/// The parameters of a body, in its order; none of a request without one.
pub(crate) struct BodyParameters(Vec<(String, String)>);

impl FromCall for BodyParameters {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let pairs = if is_absent(call).await? {
            Vec::new()
        } else if is_declared_as(FORM, &call.head.headers) {
            let form = bytes(call, FORM, FORM_MAX_BYTES).await?;
            form_urlencoded::parse(&form).into_owned().collect()
        } else {
            // Who sends one has shown no token, so it may be no larger than a form.
            let body = bytes(call, JSON, FORM_MAX_BYTES).await.map_err(|failure| match failure {
                Failure::UnsupportedMediaType { .. } => Failure::UnsupportedMediaType { wanted: EITHER },
                failure => failure,
            })?;
            members(&JsonBody(body))?
        };
        Ok(Self(pairs))
    }
}

impl BodyParameters {
    /// Leaves a parameter out.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// All of them.
    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
}

/// Whether nothing was sent: some clients announce a body without saying of what kind, and send none.
async fn is_absent(call: &Call) -> Result<bool, Failure> {
    let is_declared = call.head.headers.contains_key(header::CONTENT_TYPE);
    Ok(match &call.body {
        CallBody::Nothing => true,
        CallBody::Here(bytes) => bytes.is_empty(),
        CallBody::Coming(upload) if !is_declared => upload.read(FORM_MAX_BYTES).await?.is_empty(),
        CallBody::Coming(_) => false,
    })
}

fn members(body: &JsonBody) -> Result<Vec<(String, String)>, Failure> {
    body.strict()?;
    let members: Map<String, Value> = serde_json::from_slice(&body.0)
        .map_err(|_| Error::invalid("", "value", "the body must be an object of parameters"))?;
    let mut wrong = Violations::default();
    let mut pairs = Vec::new();
    for (name, value) in members {
        match value {
            Value::Null => {}
            Value::String(text) => pairs.push((name, text)),
            Value::Number(number) => pairs.push((name, number.to_string())),
            Value::Bool(truth) => pairs.push((name, truth.to_string())),
            Value::Array(_) | Value::Object(_) => {
                let message = format!("{name} must be a text or a number");
                wrong.push(Violation::new(name, "value", message));
            }
        }
    }
    wrong.finish()?;
    Ok(pairs)
}
