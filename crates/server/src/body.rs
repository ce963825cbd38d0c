//! JSON bodies, read strictly.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use domain::Error;
use domain::json::Strict;
use http_body_util::LengthLimitError;
use serde::Deserialize;

use crate::failure::Failure;
use crate::shape::Shaped;
use crate::violations::Violations;

/// The largest body (DESIGN §8).
const BODY_MAX_BYTES: usize = 16 << 20;
/// How long a body may take to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The bytes of a body that is declared as JSON.
#[derive(Debug)]
pub(crate) struct JsonBody(Bytes);

impl<S: Sync> FromRequest<S> for JsonBody {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Failure::UnsupportedMediaType);
        }
        read(request.into_body(), BODY_MAX_BYTES).await.map(Self)
    }
}

impl JsonBody {
    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads the body as a `T`, which may borrow from it.
    ///
    /// # Errors
    /// Names everything that is wrong with it.
    pub(crate) fn read<'a, T: Deserialize<'a> + Shaped>(&'a self) -> Result<T, Failure> {
        serde_json::from_slice(&self.0).map_err(|_| self.explain::<T>())
    }

    /// Why the body could not be read. It is read again in slower ways, which tell more.
    fn explain<'a, T: Deserialize<'a> + Shaped>(&'a self) -> Failure {
        let value = match self.strict() {
            Ok(Strict(value)) => value,
            Err(failure) => return failure,
        };
        let mut found = Violations::default();
        T::SHAPE.inspect(&value, "", &mut found);
        if let Err(failure) = found.finish() {
            return failure;
        }
        let mut deserializer = serde_json::Deserializer::from_slice(&self.0);
        let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
            return Error::invalid("", "json", "the body must be one JSON value and nothing after it").into();
        };
        let field = error.path().to_string();
        let message = format!("{field}: {}", error.inner());
        Error::invalid(field, "value", message).into()
    }

    /// The body as any JSON without a member given twice.
    ///
    /// # Errors
    /// Says what is wrong and where.
    pub(crate) fn strict(&self) -> Result<Strict, Failure> {
        serde_json::from_slice(&self.0).map_err(|error| {
            let message = error.to_string();
            let code = if message.starts_with("duplicate field") { "duplicate_member" } else { "json" };
            Error::invalid("", code, format!("the body must be strict JSON: {message}")).into()
        })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// All of a body.
///
/// # Errors
/// When it is larger than `max_bytes`, or does not come whole and in time.
pub(crate) async fn read(body: Body, max_bytes: usize) -> Result<Bytes, Failure> {
    let read = tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, max_bytes)).await;
    read.map_err(|_| Failure::BodyTimedOut)?.map_err(|error| failed(&error, max_bytes))
}

fn failed(error: &axum::Error, max_bytes: usize) -> Failure {
    if std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<LengthLimitError>) {
        return Failure::TooLarge { max_bytes };
    }
    Error::invalid("", "body", "the body broke off before its end; send it again").into()
}
