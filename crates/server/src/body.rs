//! JSON bodies, read strictly.

mod objects;
pub(crate) mod reason;
mod upload;

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use domain::Error;
use domain::json::Strict;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;

use self::reason::Reason;
pub(crate) use self::upload::Upload;
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
        match request.extensions().get::<Upload>() {
            Some(upload) => upload.read(BODY_MAX_BYTES).await,
            None => read(&mut request.into_body(), BODY_MAX_BYTES).await,
        }
        .map(Self)
    }
}

impl JsonBody {
    /// The body as a `T`, which may borrow from it, if it is one.
    pub(crate) fn is<'a, T: Deserialize<'a>>(&'a self) -> Option<T> {
        objects::read(&self.0).ok()
    }

    /// Reads the body as a `T`, which may borrow from it.
    ///
    /// # Errors
    /// Names everything that is wrong with it.
    pub(crate) fn read<'a, T: Deserialize<'a> + Shaped>(&'a self) -> Result<T, Failure> {
        self.is().ok_or_else(|| self.explain::<T>())
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
        match reason::read::<T>(&self.0, "the body") {
            Err(Reason { field, message }) => Error::invalid(field, "value", message).into(),
            Ok(_) => {
                Error::invalid("", "json", "the body must be one JSON value and nothing after it").into()
            }
        }
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
pub(crate) async fn read(body: &mut Body, max_bytes: usize) -> Result<Bytes, Failure> {
    let read = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, max_bytes).collect()).await;
    match read.map_err(|_| Failure::BodyTimedOut)? {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Failure::TooLarge { max_bytes }),
        Err(_) => Err(Error::invalid("", "body", "the body broke off before its end; send it again").into()),
    }
}
