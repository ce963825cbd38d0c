//! The dialects: each owns its routes, its envelopes and all its failures.

pub(crate) mod alloyscan;
mod change_shown;
pub(crate) mod fleetmark;
pub(crate) mod netskope_v1;
pub(crate) mod netskope_v2;
mod rule_form;

use axum::http::{StatusCode, Uri};
use domain::{Pace, Pacing};

use crate::failure::Failure;
use crate::routing::Call;

/// How a failure is told, under the id of its request: its status and JSON body.
pub(crate) type Wording = fn(&Failure, &str) -> (StatusCode, Vec<u8>);

/// Whose a request is, whether or not its path is routed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Dialect {
    /// AlloyScan's, or our own, which fail alike.
    Ours,
    /// Netskope's REST API v1.
    NetskopeV1,
    /// Netskope's v2.
    NetskopeV2,
}

impl Dialect {
    /// The dialect of an address.
    pub(crate) fn of(uri: &Uri, is_routed: bool) -> Self {
        match uri.path() {
            path if path.starts_with("/api/v2/") => Self::NetskopeV2,
            _ if netskope_v1::claims(uri, is_routed) => Self::NetskopeV1,
            _ => Self::Ours,
        }
    }

    /// All whose names requests are counted under that nobody routes.
    pub(crate) const ALL: [Self; 3] = [Self::Ours, Self::NetskopeV1, Self::NetskopeV2];

    /// As figures call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ours => "fleetmark",
            Self::NetskopeV1 => "netskope_v1",
            Self::NetskopeV2 => "netskope_v2",
        }
    }

    /// The wording of whatever fails at a path.
    pub(crate) fn wording(self, path: &str) -> Wording {
        match self {
            Self::Ours => |failure, _| alloyscan::wording(failure),
            Self::NetskopeV1 => netskope_v1::wording,
            Self::NetskopeV2 => netskope_v2::wording(path),
        }
    }

    /// How fast a token's requests in it are served.
    pub(crate) fn pace(self, pacing: &Pacing) -> Option<Pace> {
        match self {
            Self::Ours => pacing.alloyscan,
            Self::NetskopeV1 => pacing.netskope_v1,
            Self::NetskopeV2 => pacing.netskope_v2,
        }
    }

    /// Why a request for a path that nobody routes fails.
    pub(crate) async fn elsewhere(self, call: Call) -> Failure {
        match self {
            Self::NetskopeV1 => netskope_v1::elsewhere(call).await,
            Self::Ours | Self::NetskopeV2 => Failure::NoRoute,
        }
    }
}
