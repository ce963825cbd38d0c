//! How fast a site's callers are served, as bodies say it and as it is shown.

use domain::Figure;
use site::instance::commands::{ChangePace, ChangePacing};
use wire::sites::{Pace, Pacing, PatchPace, PatchPacing};

use crate::violations::Violations;

/// What is to change of it; null: all as it is where nothing was ever set.
pub(super) fn change(said: Option<Option<PatchPacing>>, wrong: &mut Violations) -> ChangePacing {
    let Some(said) = said else { return ChangePacing::default() };
    let Some(said) = said else { return ChangePacing::reset() };
    let mut dialect = |member: &str, said: Option<Option<PatchPace>>| {
        said.map(|said| said.map(|said| change_pace(member, said, wrong)))
    };
    ChangePacing {
        netskope_v1: dialect("netskopeV1", said.netskope_v1),
        netskope_v2: dialect("netskopeV2", said.netskope_v2),
        alloyscan: dialect("alloyscan", said.alloyscan),
    }
}

fn change_pace(dialect: &str, said: PatchPace, wrong: &mut Violations) -> ChangePace {
    ChangePace {
        at_once: figure(dialect, "atOnce", said.at_once, wrong),
        waiting: figure(dialect, "waiting", said.waiting, wrong),
        seconds: figure(dialect, "seconds", said.seconds, wrong),
    }
}

fn figure<const MIN: u16, const MAX: u16>(
    dialect: &str,
    member: &str,
    said: Option<i64>,
    wrong: &mut Violations,
) -> Option<Figure<MIN, MAX>> {
    wrong.take_some(format!("settings.pacing.{dialect}.{member}"), said.map(Figure::new))
}

/// As it is, or was, set.
pub(super) fn shown(pacing: &domain::Pacing) -> Pacing {
    Pacing {
        netskope_v1: pacing.netskope_v1.map(shown_pace),
        netskope_v2: pacing.netskope_v2.map(shown_pace),
        alloyscan: pacing.alloyscan.map(shown_pace),
    }
}

fn shown_pace(pace: domain::Pace) -> Pace {
    Pace { at_once: pace.at_once.get(), waiting: pace.waiting.get(), seconds: pace.seconds.get() }
}
