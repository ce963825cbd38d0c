//! `GET /api/v2/events/datasearch/clientstatus` (netskope-v2 §9) and `GET /api/v2/devices/supportedos` (§10).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schema::OsName;

/// The answer of a search; `R` is a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchReply<R> {
    /// The rows of this page.
    pub result: Vec<R>,
    /// How it went.
    pub status: SearchStatus,
}

/// How a search went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchStatus {
    /// Rows on this page.
    pub count: usize,
    /// `SUCCESS` or `FAILED`.
    pub execution: String,
    /// `Executed Successfully`, or what is wrong.
    pub message: String,
    /// The HTTP status.
    pub status_code: u16,
}

impl SearchStatus {
    /// Of a search that went well.
    #[must_use]
    pub fn success(count: usize) -> Self {
        let (execution, message) = ("SUCCESS".to_owned(), "Executed Successfully".to_owned());
        Self { count, execution, message, status_code: 200 }
    }
}

/// The operating systems that rules can be for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SupportedOs {
    /// Their names.
    #[schema(value_type = Vec<OsName>)]
    pub available_os: Vec<&'static str>,
}
