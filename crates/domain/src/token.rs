//! Tokens: who may do what.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::Maintenance;
use crate::app_registration::AppRegistrationFields;
use crate::error::FormError;
use crate::ids::{AppRegistrationId, SiteId, TokenId};
use crate::settings::SiteSettings;
use crate::text::{Owner, TagName};
use crate::time::Timestamp;

/// Shortest token that may be brought from outside, in characters.
pub const BOOTSTRAP_TOKEN_MIN_CHARS: usize = 8;
/// Most tokens of one site.
pub const TOKENS_MAX: usize = 10_000;

/// SHA-256 of a token's text: all that is kept of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Of the text that a client presents.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// From its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Never shows anything: a hash of a short token could be tried against guesses.
impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// What a token's holder is on its site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// Every area, and management.
    Administrator = 0,
    /// The areas that the token names.
    User = 1,
}

impl Role {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::User => "user",
        }
    }

    /// Reads the name on the wire.
    ///
    /// # Errors
    /// For another name.
    pub fn new(name: &str) -> Result<Self, FormError> {
        [Self::Administrator, Self::User]
            .into_iter()
            .find(|role| role.name() == name)
            .ok_or_else(|| FormError::new("unknown_role", "must be administrator or user"))
    }
}

/// A functional area that tokens are given (netskope-v2 §2; decided, Common).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Area {
    /// Classifications, rules, options.
    DeviceClassification = 0,
    /// Devices, their tags, check-ins.
    Devices = 1,
    /// Status rows and other events.
    ClientStatus = 2,
    /// CCI: asked for by the original's set-up, governs nothing here.
    Cci = 3,
    /// Decisions.
    Decisions = 4,
}

impl Area {
    /// All of them, by number.
    pub const ALL: [Self; 5] =
        [Self::DeviceClassification, Self::Devices, Self::ClientStatus, Self::Cci, Self::Decisions];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeviceClassification => "device_classification",
            Self::Devices => "devices",
            Self::ClientStatus => "client_status",
            Self::Cci => "cci",
            Self::Decisions => "decisions",
        }
    }

    /// Reads the name on the wire.
    ///
    /// # Errors
    /// Lists the areas there are.
    pub fn new(name: &str) -> Result<Self, FormError> {
        Self::ALL.into_iter().find(|area| area.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            FormError::new("unknown_area", format!("must be one of {names}"))
        })
    }
}

/// How much a token may do in an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// Read.
    View = 1,
    /// Read and write.
    Manage = 2,
}

impl Level {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Manage => "manage",
        }
    }

    /// Reads the name on the wire.
    ///
    /// # Errors
    /// For another name.
    pub fn new(name: &str) -> Result<Self, FormError> {
        [Self::View, Self::Manage]
            .into_iter()
            .find(|level| level.name() == name)
            .ok_or_else(|| FormError::new("unknown_level", "must be view or manage"))
    }
}

/// The level that a token has in each area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas([Option<Level>; Area::ALL.len()]);

impl Areas {
    /// With `level` in `area`.
    #[must_use]
    pub fn with(mut self, area: Area, level: Level) -> Self {
        self.0[area as usize] = Some(level);
        self
    }

    /// The level in `area`.
    #[must_use]
    pub fn level(&self, area: Area) -> Option<Level> {
        self.0[area as usize]
    }

    /// Each area that has a level.
    pub fn iter(&self) -> impl Iterator<Item = (Area, Level)> {
        Area::ALL.into_iter().filter_map(|area| Some((area, self.level(area)?)))
    }
}

/// What is set of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFields {
    /// What it is for.
    pub name: TagName,
    /// Who answers for what is done with it.
    pub owner: Owner,
    /// What its holder is on the site.
    pub role: Role,
    /// The areas of a User.
    pub areas: Areas,
    /// Whether its holder manages the instance's sites, whatever its role on its own (alloyscan, Roles).
    pub global: bool,
    /// From when on it is refused; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// One thing that a command altered in the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstanceChange {
    /// A site was added.
    SiteAdded {
        /// Its id, the next of the instance's counter.
        id: SiteId,
        /// Unique in the instance.
        name: TagName,
    },
    /// A site's settings were changed.
    SiteChanged {
        /// Which site.
        site: SiteId,
        /// As they were.
        before: SiteSettings,
        /// As set.
        after: SiteSettings,
    },
    /// Work on the whole server began, ended, or is told of in another way.
    MaintenanceChanged {
        /// As it was.
        before: Maintenance,
        /// As set.
        after: Maintenance,
    },
    /// A token was made.
    TokenAdded {
        /// Its id, the next of the instance's counter.
        id: TokenId,
        /// The site it is for.
        site: SiteId,
        /// All that is kept of its text.
        hash: TokenHash,
        /// As set.
        after: TokenFields,
    },
    /// A token was changed.
    TokenChanged {
        /// Its id.
        id: TokenId,
        /// As it was.
        before: TokenFields,
        /// As set.
        after: TokenFields,
    },
    /// A token was revoked.
    TokenRevoked {
        /// Its id.
        id: TokenId,
        /// As it was.
        before: TokenFields,
    },
    /// An app registration was made.
    AppRegistrationAdded {
        /// Its id, the next of the instance's counter.
        id: AppRegistrationId,
        /// The site it is for.
        site: SiteId,
        /// What it calls itself.
        client_id: Uuid,
        /// All that is kept of its secret.
        secret: TokenHash,
        /// As set.
        after: AppRegistrationFields,
    },
    /// An app registration was changed.
    AppRegistrationChanged {
        /// Its id.
        id: AppRegistrationId,
        /// As it was.
        before: AppRegistrationFields,
        /// As set.
        after: AppRegistrationFields,
    },
    /// An app registration was removed, and with it its access tokens.
    AppRegistrationRemoved {
        /// Its id.
        id: AppRegistrationId,
        /// As it was.
        before: AppRegistrationFields,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_hold_one_level_each() {
        let areas = Areas::default().with(Area::Devices, Level::View).with(Area::Devices, Level::Manage);
        assert_eq!(areas.iter().collect::<Vec<_>>(), [(Area::Devices, Level::Manage)]);
        assert_eq!(areas.level(Area::Cci), None);
        assert!(Area::ALL.iter().enumerate().all(|(number, area)| *area as usize == number));
    }

    #[test]
    fn a_hash_is_not_shown() {
        assert_eq!(format!("{:?}", TokenHash::of("secret-token")), "TokenHash(…)");
    }
}
