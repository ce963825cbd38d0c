//! A request on its way to its handler.

use std::future::Future;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::request::Parts;

use crate::auth::Gate;
use crate::body::Upload;
use crate::dialects::Dialect;
use crate::edge::RequestInfo;
use crate::failure::Failure;

/// What a handler may take from.
pub(crate) struct Call {
    pub(crate) gate: Gate,
    pub(crate) info: Arc<RequestInfo>,
    pub(crate) head: Parts,
    /// What stands in the path where its template has ids in braces, in its order; empty where it has none.
    pub(crate) ids: [String; 2],
    /// Whose manners it keeps.
    pub(crate) dialect: Dialect,
    /// The token that stands among the parameters, once these were taken, where a dialect has it there.
    pub(crate) token: Option<String>,
    /// Whether it was paced, which it is once.
    pub(crate) had_its_turn: bool,
    pub(crate) body: CallBody,
}

/// Where the body of a request is.
pub(crate) enum CallBody {
    /// There is none.
    Nothing,
    /// In memory.
    Here(Bytes),
    /// On its way.
    Coming(Upload),
}

/// What a handler can ask for as a parameter. They are taken in their order, and the first failure is the answer.
pub(crate) trait FromCall: Sized + Send {
    /// Takes it.
    ///
    /// # Errors
    /// When the request has none, or none that may be given.
    fn from_call(call: &mut Call) -> impl Future<Output = Result<Self, Failure>> + Send;
}
