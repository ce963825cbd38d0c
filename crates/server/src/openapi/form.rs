//! Whose error bodies a path has, for the documents.

use utoipa::ToSchema;
use utoipa::openapi::{Ref, RefOr, Schema};
use wire::management::ErrorReply;
use wire::netskope_v1;
use wire::netskope_v2::{ClassificationError, DevicesError, EventsError, Message, SearchError};

/// The form of a path's failures (netskope-v2 §3); a test holds it against the wording of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `deviceclassification`.
    Classification,
    /// `devices`.
    Devices,
    /// `events/datasearch`.
    Search,
    /// The other events.
    Events,
    /// REST API v1.
    V1,
    /// Everything that is not Netskope's.
    Ours,
}

impl Form {
    pub(super) fn of(path: &str) -> Self {
        match path {
            _ if path.starts_with("/api/v2/deviceclassification") => Self::Classification,
            _ if path.starts_with("/api/v2/devices") => Self::Devices,
            _ if path.starts_with("/api/v2/events/datasearch") => Self::Search,
            _ if path.starts_with("/api/v2/") => Self::Events,
            "/api/v1/clients" | "/api/v1/alerts" | "/api/v1/events" => Self::V1,
            _ => Self::Ours,
        }
    }

    /// The status of a failure that has `status` on most paths; none where these paths do not have it.
    pub(super) const fn status(self, status: u16) -> Option<u16> {
        match (self, status) {
            (Self::V1, 307) => Some(302),
            (Self::V1, 401) => None,
            (_, status) => Some(status),
        }
    }

    /// Whether it is one of Netskope's v2.
    pub(super) const fn is_v2(self) -> bool {
        matches!(self, Self::Classification | Self::Devices | Self::Search | Self::Events)
    }

    /// What names of shared responses begin with.
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Classification => "Classification",
            Self::Devices => "Devices",
            Self::Search => "Search",
            Self::Events => "Events",
            Self::V1 | Self::Ours => "",
        }
    }

    /// The body under `status`: what is wrong with a token, or how often it comes, is told alike on all of v2.
    pub(super) fn body(self, status: u16) -> RefOr<Schema> {
        let name = match self {
            Self::Ours => ErrorReply::name(),
            Self::V1 => netskope_v1::ErrorReply::name(),
            _ if matches!(status, 401 | 403 | 429) => Message::name(),
            Self::Classification => ClassificationError::name(),
            Self::Devices => DevicesError::name(),
            Self::Search => SearchError::name(),
            Self::Events => EventsError::name(),
        };
        Ref::from_schema_name(name).into()
    }

    /// The schemas that [`Form::body`] refers to.
    pub(super) fn schemas(self) -> Vec<(String, RefOr<Schema>)> {
        fn named<T: ToSchema>() -> Vec<(String, RefOr<Schema>)> {
            let mut schemas = vec![(T::name().into_owned(), T::schema())];
            T::schemas(&mut schemas);
            schemas
        }
        match self {
            Self::Classification => [named::<ClassificationError>(), named::<Message>()].concat(),
            Self::Devices => [named::<DevicesError>(), named::<Message>()].concat(),
            Self::Search => [named::<SearchError>(), named::<Message>()].concat(),
            Self::Events => [named::<EventsError>(), named::<Message>()].concat(),
            Self::V1 => named::<netskope_v1::ErrorReply>(),
            Self::Ours => named::<ErrorReply>(),
        }
    }
}
