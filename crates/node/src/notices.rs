//! Says in the log what is about to expire, or has.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use site::Instance;
use site::queries::notices::{Kind, Level, Notice, all};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::clock::Clock;
use crate::log::Published;

/// How often it is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Most lines of the log at once; a further one says how many more there were.
const LINES_MAX: usize = 100;

/// Looks at once and then again and again, until `stop` says true or nobody can say so any more.
pub(crate) async fn tell(
    instance: Arc<Published<Instance>>,
    clock: Arc<dyn Clock>,
    mut stop: watch::Receiver<bool>,
) {
    let mut told = Told::default();
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            _ = looks.tick() => log(&told.news(&instance.state(), clock.now())),
        }
    }
}

fn log(news: &[Notice<'_>]) {
    for notice in &news[..news.len().min(LINES_MAX)] {
        let Notice { kind, id, site, name, owner, level, expires_at } = notice;
        tracing::warn!(%site, kind = kind.name(), id, %name, %owner, level = level.name(), %expires_at, "should be extended");
    }
    if let Some(more) = news.len().checked_sub(LINES_MAX).filter(|more| *more > 0) {
        tracing::warn!(more, "should be extended");
    }
}

/// What was told since the start and still stands.
#[derive(Debug, Default)]
struct Told(HashSet<(Kind, u32, Level, Timestamp)>);

impl Told {
    /// What is to be told that was not.
    fn news<'i>(&mut self, instance: &'i Instance, now: Timestamp) -> Vec<Notice<'i>> {
        let key = |notice: &Notice<'_>| (notice.kind, notice.id, notice.level, notice.expires_at);
        let all: Vec<_> = all(instance, now).collect();
        let standing = all.iter().map(key).collect();
        let before = std::mem::replace(&mut self.0, standing);
        all.into_iter().filter(|notice| !before.contains(&key(notice))).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::{Areas, Owner, Role, SiteId, TagName, TokenFields, TokenHash, TokenId};
    use site::instance::commands::{AddSite, ChangeToken, CreateToken};
    use site::{Command, Context, State};

    use super::*;

    const DAY_SECONDS: i64 = 86_400;

    fn day(number: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + number * DAY_SECONDS)
    }

    fn run(instance: &mut Instance, mut command: impl Command<Instance>) {
        let actor = Owner::new("ann").unwrap();
        let context = Context { actor, now: day(0), request_id: "r".into() };
        let changes = command.decide(instance, &context).unwrap();
        instance.apply(&context, changes, None);
    }

    #[test]
    fn each_level_of_each_expiry_is_told_once() {
        let mut instance = Instance::default();
        run(&mut instance, AddSite { name: TagName::new("default").unwrap(), administrator: None });
        let fields = TokenFields {
            name: TagName::new("import").unwrap(),
            owner: Owner::new("ann").unwrap(),
            role: Role::User,
            areas: Areas::default(),
            global: false,
            expires_at: Some(day(31)),
        };
        let (site, hash) = (SiteId(1), TokenHash::of("token"));
        run(&mut instance, CreateToken { site, hash, fields, by_global: false });
        let mut told = Told::default();
        let mut levels = |instance: &Instance, number: i64| {
            told.news(instance, day(number)).iter().map(|notice| notice.level).collect::<Vec<_>>()
        };
        for (number, level) in [
            (0, None),
            (1, Some(Level::ExpiresIn30Days)),
            (2, None),
            (24, Some(Level::ExpiresIn7Days)),
            (30, None),
            (31, Some(Level::Expired)),
            (400, None),
        ] {
            assert_eq!(levels(&instance, number), Vec::from_iter(level), "day {number}");
        }
        let extended = ChangeToken {
            site,
            id: TokenId(1),
            name: None,
            owner: None,
            role: None,
            areas: None,
            global: None,
            expires_at: Some(Some(day(420))),
            by_global: false,
        };
        run(&mut instance, extended);
        assert_eq!(levels(&instance, 400), [Level::ExpiresIn30Days]);
    }
}
