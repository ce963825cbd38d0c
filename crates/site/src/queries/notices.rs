//! What is about to expire, or has: app registrations and tokens (alloyscan, Authentication).

use domain::{Owner, SiteId, TagName, Timestamp};

use crate::Instance;

const DAY_MILLIS: i64 = 86_400_000;

/// What expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An app registration.
    AppRegistration,
    /// A token.
    Token,
}

impl Kind {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AppRegistration => "app_registration",
            Self::Token => "token",
        }
    }
}

/// How near the expiry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Within 30 days.
    ExpiresIn30Days,
    /// Within 7 days.
    ExpiresIn7Days,
    /// It has come.
    Expired,
}

impl Level {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExpiresIn30Days => "expires_in_30_days",
            Self::ExpiresIn7Days => "expires_in_7_days",
            Self::Expired => "expired",
        }
    }

    /// That of an expiry at that moment; `None` while there is time.
    fn of(expires_at: Timestamp, now: Timestamp) -> Option<Self> {
        match expires_at.millis() - now.millis() {
            ..=0 => Some(Self::Expired),
            left if left <= 7 * DAY_MILLIS => Some(Self::ExpiresIn7Days),
            left if left <= 30 * DAY_MILLIS => Some(Self::ExpiresIn30Days),
            _ => None,
        }
    }
}

/// One thing that somebody should extend or remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice<'i> {
    /// What it is.
    pub kind: Kind,
    /// Its id among those of its kind.
    pub id: u32,
    /// Whose.
    pub site: SiteId,
    /// What it is for.
    pub name: &'i TagName,
    /// Who answers for it.
    pub owner: &'i Owner,
    /// How near its expiry is.
    pub level: Level,
    /// When that is.
    pub expires_at: Timestamp,
}

/// The notices of one site, the nearest expiry first.
#[must_use]
pub fn notices(instance: &Instance, site: SiteId, now: Timestamp) -> Vec<Notice<'_>> {
    let mut notices: Vec<_> = all(instance, now).filter(|notice| notice.site == site).collect();
    notices.sort_by_key(|notice| (notice.expires_at, notice.kind, notice.id));
    notices
}

/// The notices of all sites, in no order.
pub fn all(instance: &Instance, now: Timestamp) -> impl Iterator<Item = Notice<'_>> {
    let registrations = instance.app_registrations().map(|one| {
        let fields = &one.fields;
        (Kind::AppRegistration, one.id.0, one.site, &fields.name, &fields.owner, Some(fields.expires_at))
    });
    let tokens = instance.tokens().map(|one| {
        let fields = &one.fields;
        (Kind::Token, one.id.0, one.site, &fields.name, &fields.owner, fields.expires_at)
    });
    registrations.chain(tokens).filter_map(move |(kind, id, site, name, owner, expires_at)| {
        let expires_at = expires_at?;
        let level = Level::of(expires_at, now)?;
        Some(Notice { kind, id, site, name, owner, level, expires_at })
    })
}

#[cfg(test)]
mod tests {
    use domain::{AppRegistrationFields, Areas, Role, TokenFields, TokenHash};
    use uuid::Uuid;

    use super::*;
    use crate::instance::commands::{AddSite, CreateAppRegistration, CreateToken};
    use crate::{Command, Context, State};

    /// A moment so many days and milliseconds after the test's own.
    fn at(days: i64, millis: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000).plus_millis(days * DAY_MILLIS + millis)
    }

    fn run(instance: &mut Instance, mut command: impl Command<Instance>) {
        let actor = Owner::new("ann").unwrap();
        let context = Context { actor, now: at(0, 0), request_id: "r".into() };
        let changes = command.decide(instance, &context).unwrap();
        instance.apply(&context, changes, None);
    }

    fn add_site(instance: &mut Instance, name: &str) {
        run(instance, AddSite { name: TagName::new(name).unwrap(), administrator: None });
    }

    fn add_token(instance: &mut Instance, site: SiteId, name: &str, expires_at: Option<Timestamp>) {
        let (owner, areas) = (Owner::new("ann").unwrap(), Areas::default());
        let name = TagName::new(name).unwrap();
        let hash = TokenHash::of(&format!("{site} {name}"));
        let fields = TokenFields { name, owner, role: Role::User, areas, global: false, expires_at };
        run(instance, CreateToken { site, hash, fields, by_global: false });
    }

    fn add_registration(instance: &mut Instance, site: SiteId, name: &str, expires_at: Timestamp) {
        let (owner, areas) = (Owner::new("bob").unwrap(), Areas::default());
        let client_id = Uuid::from_u128(instance.version().0.into());
        let name = TagName::new(name).unwrap();
        let fields =
            AppRegistrationFields { name, owner, role: Role::User, areas, expires_at, enabled: true };
        run(instance, CreateAppRegistration { site, client_id, secret: TokenHash::of("s"), fields });
    }

    #[test]
    fn the_nearest_expiry_comes_first_and_what_has_time_does_not_come() {
        let (mut instance, site) = (Instance::default(), SiteId(1));
        add_site(&mut instance, "default");
        add_site(&mut instance, "lab");
        add_token(&mut instance, site, "a month and a bit", Some(at(30, 1)));
        add_token(&mut instance, site, "a month", Some(at(30, 0)));
        add_token(&mut instance, site, "for ever", None);
        add_token(&mut instance, SiteId(2), "theirs", Some(at(1, 0)));
        add_registration(&mut instance, site, "a week and a bit", at(7, 1));
        add_registration(&mut instance, site, "a week", at(7, 0));
        add_registration(&mut instance, site, "now", at(0, 0));
        add_token(&mut instance, site, "hardly", Some(at(0, 1)));
        let told: Vec<_> = notices(&instance, site, at(0, 0))
            .iter()
            .map(|notice| (notice.level.name(), notice.kind.name(), notice.name.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("expired", "app_registration", "now"),
                ("expires_in_7_days", "token", "hardly"),
                ("expires_in_7_days", "app_registration", "a week"),
                ("expires_in_30_days", "app_registration", "a week and a bit"),
                ("expires_in_30_days", "token", "a month"),
            ]
        );
        assert_eq!(notices(&instance, SiteId(2), at(0, 0)).len(), 1);
        assert_eq!(notices(&instance, SiteId(3), at(0, 0)), []);
        assert_eq!(all(&instance, at(40, 0)).filter(|notice| notice.level == Level::Expired).count(), 7);
    }
}
