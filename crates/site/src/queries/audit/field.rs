//! What a query may ask of an event.

use super::{AUDIT_TYPE, Event};
use crate::queries::language::{self, Kind, Row, Seen};

/// A field of an event, under the name of its member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Unix seconds.
    Timestamp,
    /// Who did it.
    User,
    /// [`AUDIT_TYPE`].
    Type,
    /// What was done.
    AuditLogEvent,
}

impl Field {
    const fn name(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp",
            Self::User => "user",
            Self::Type => "type",
            Self::AuditLogEvent => "audit_log_event",
        }
    }
}

impl language::Field for Field {
    const ALL: &'static [Self] = &[Self::Timestamp, Self::User, Self::Type, Self::AuditLogEvent];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    fn full_name(self) -> String {
        self.name().to_owned()
    }

    fn kind(self) -> Kind {
        match self {
            Self::Timestamp => Kind::Number,
            Self::User | Self::Type | Self::AuditLogEvent => Kind::Text,
        }
    }
}

impl Row<Field> for Event<'_> {
    fn any(&self, field: Field, mut test: impl FnMut(Seen<'_>) -> bool) -> bool {
        test(match field {
            Field::Timestamp => Seen::Number(self.at.seconds()),
            Field::User => Seen::Text(self.user.as_str()),
            Field::Type => Seen::Text(AUDIT_TYPE),
            Field::AuditLogEvent => Seen::Text(self.name),
        })
    }
}
