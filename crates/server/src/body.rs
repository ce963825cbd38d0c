//! Bodies: JSON, read strictly, and forms.

mod form;
mod intake;
mod objects;
mod parameters;
pub(crate) mod reason;
mod upload;

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use domain::Error;
use domain::json::Strict;
use http_body_util::BodyExt;
use serde::Deserialize;

pub(crate) use self::form::FormBody;
pub(crate) use self::intake::{BODIES_MAX_BYTES, Held, Intake};
pub(crate) use self::parameters::BodyParameters;
use self::reason::Reason;
pub(crate) use self::upload::Upload;
use crate::failure::Failure;
use crate::routing::{Call, CallBody, FromCall};
use crate::shape::{Shape, Shaped};
use crate::violations::Violations;

const JSON: &str = "application/json";
/// The largest body (DESIGN §8).
const BODY_MAX_BYTES: usize = 16 << 20;
/// Most values of a body of which all that is wrong is named. To look at a body as a whole takes many times its own
/// memory if its values are small; of one with more of them the first fault is named.
const EXPLAINED_MAX_VALUES: usize = 50_000;
/// How long a body may take to come.
pub(crate) const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The bytes of a body that is declared as JSON.
#[derive(Debug)]
pub(crate) struct JsonBody(Bytes);

impl FromCall for JsonBody {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        bytes(call, JSON, BODY_MAX_BYTES).await.map(Self)
    }
}

/// The bytes of a body that is declared as `wanted`.
///
/// # Errors
/// When it is declared otherwise, is larger than `max_bytes`, or does not come whole and in time.
async fn bytes(call: &Call, wanted: &'static str, max_bytes: usize) -> Result<Bytes, Failure> {
    if !is_declared_as(wanted, &call.head.headers) {
        return Err(Failure::UnsupportedMediaType { wanted });
    }
    match &call.body {
        CallBody::Nothing => Ok(Bytes::new()),
        CallBody::Here(bytes) if bytes.len() > max_bytes => Err(Failure::TooLarge { max_bytes }),
        CallBody::Here(bytes) => Ok(bytes.clone()),
        CallBody::Coming(upload) => upload.read(max_bytes).await,
    }
}

/// Has the body of a call in memory, where it is still coming.
///
/// # Errors
/// When it is larger than any may be, or does not come whole and in time.
pub(crate) async fn take_in(call: &mut Call) -> Result<(), Failure> {
    if let CallBody::Coming(upload) = &call.body {
        call.body = CallBody::Here(upload.read(BODY_MAX_BYTES).await?);
    }
    Ok(())
}

impl JsonBody {
    /// The body as a `T`, which may borrow from it, if it is one.
    pub(crate) fn is<'a, T: Deserialize<'a>>(&'a self) -> Option<T> {
        objects::read(&self.0).ok()
    }

    /// Reads the body as a `T`, which may borrow from it.
    ///
    /// # Errors
    /// Names everything that is wrong with it; of a body of very many values only the first thing.
    pub(crate) fn read<'a, T: Deserialize<'a> + Shaped>(&'a self) -> Result<T, Failure> {
        self.is().ok_or_else(|| self.explain::<T>())
    }

    /// Why the body could not be read. It is read again in slower ways, which tell more.
    fn explain<'a, T: Deserialize<'a> + Shaped>(&'a self) -> Failure {
        if let Err(failure) = self.strict().and_then(|()| self.inspect(&T::SHAPE)) {
            return failure;
        }
        match reason::read::<T>(&self.0, "the body") {
            Err(Reason { field, message }) => Error::invalid(field, "value", message).into(),
            Ok(_) => {
                Error::invalid("", "json", "the body must be one JSON value and nothing after it").into()
            }
        }
    }

    /// Looks at all values at once, if they are few enough.
    fn inspect(&self, shape: &Shape) -> Result<(), Failure> {
        let mut found = Violations::default();
        if self.values_at_most() <= EXPLAINED_MAX_VALUES {
            let value = serde_json::from_slice(&self.0).map_err(|error| not_strict(&error))?;
            shape.inspect(&value, "", &mut found);
        }
        found.finish()
    }

    /// No fewer than the values of the body: before each stands a comma or the start of an array or object, or it is
    /// the only one.
    fn values_at_most(&self) -> usize {
        1 + self.0.iter().filter(|byte| matches!(byte, b'{' | b'[' | b',')).count()
    }

    /// Checks that the body is JSON without a member given twice.
    ///
    /// # Errors
    /// Says what is wrong and where.
    pub(crate) fn strict(&self) -> Result<(), Failure> {
        serde_json::from_slice(&self.0).map(|Strict| ()).map_err(|error| not_strict(&error))
    }
}

fn not_strict(error: &serde_json::Error) -> Failure {
    let message = error.to_string();
    let code = if message.starts_with("duplicate field") { "duplicate_member" } else { "json" };
    Error::invalid("", code, format!("the body must be strict JSON: {message}")).into()
}

fn is_declared_as(wanted: &str, headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(header::CONTENT_TYPE) else { return false };
    if content_type == wanted {
        return true;
    }
    let content_type = content_type.to_str().ok();
    let essence = content_type.and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(wanted))
}

/// All of a body, as `held`.
///
/// # Errors
/// When it is larger than `max_bytes`, does not come whole and in time, or the server holds too many.
async fn read(body: &mut Body, max_bytes: usize, held: &mut Held) -> Result<Bytes, Failure> {
    let read = tokio::time::timeout(BODY_TIMEOUT, collect(body, max_bytes, held)).await;
    read.unwrap_or(Err(Failure::BodyTimedOut))
}

/// The same, however long it takes.
///
/// # Errors
/// As there.
pub(crate) async fn collect<B>(body: &mut B, max_bytes: usize, held: &mut Held) -> Result<Bytes, Failure>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    // Most bodies come in one piece, which is taken as it is. Of others the bytes are copied together, so that a body
    // in many small pieces weighs no more than its bytes.
    let (mut first, mut all) = (Bytes::new(), Vec::new());
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(|_| broke_off())?.into_data() else { continue };
        if first.len().max(all.len()) + piece.len() > max_bytes {
            return Err(Failure::TooLarge { max_bytes });
        }
        held.grow(piece.len())?;
        if first.is_empty() {
            first = piece;
            continue;
        }
        if all.is_empty() {
            all.extend_from_slice(&first);
        }
        all.extend_from_slice(&piece);
    }
    Ok(if all.is_empty() { first } else { all.into() })
}

fn broke_off() -> Failure {
    Error::invalid("", "body", "the body broke off before its end; send it again").into()
}
