//! What-if: what changes of rules and priorities would do, worked out on a clone that nobody else sees. Drafts are
//! decided by the commands that would make them, one after the other, and evaluated as those would be.

mod drafting;

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{ClassificationId, ClassificationName, Conditions, Error, Limits, Os, RuleId, RuleName, fold};

use self::drafting::Drafting;
use crate::Site;
use crate::catalogue::Stamp;
use crate::commands::ChangeRule;
use crate::effects::{Effects, Move};
use crate::fleet::Systems;
use crate::matching::Matching;
use crate::state::{Context, State as _};

/// Most drafts that are previewed together.
pub const DRAFTS_MAX: usize = 100;

/// A change that is not made.
#[derive(Debug)]
pub enum Draft {
    /// A new rule.
    New(DraftRule),
    /// A change of a rule.
    Edit(ChangeRule),
    /// That a rule is deleted.
    Delete(RuleId),
    /// That a classification moves to another priority.
    Priority {
        /// Which.
        id: ClassificationId,
        /// Its new place, from 1 (strongest).
        to: u32,
    },
}

/// A rule that does not exist.
#[derive(Debug)]
pub struct DraftRule {
    /// Its name; `None`: any that is free.
    pub name: Option<RuleName>,
    /// The classification it would give, by name.
    pub label: ClassificationName,
    /// The operating system it would be for.
    pub os: Os,
    /// What would have to hold of a device.
    pub conditions: Conditions,
}

/// What drafts would do.
#[derive(Debug)]
pub struct WhatIf {
    /// The site as it would be, but for the outcomes of its devices, which are what they are.
    pub drafted: Site,
    /// The rules that the drafts are about: those that they would make, change or delete, and all of a classification
    /// that they would move.
    pub rules: BTreeSet<RuleId>,
    /// Of how many devices those rules are true, any of them sufficing.
    pub matching: Matching,
    /// The devices that would move, from what they are to what they would be.
    pub effects: Effects,
    /// The devices that there are.
    pub(crate) systems: Systems,
}

impl WhatIf {
    /// The site as it would be.
    #[must_use]
    pub fn made(&self) -> Site {
        let mut site = self.drafted.clone();
        site.fleet.set_outcomes(&self.effects);
        site
    }

    /// The moves, those of most devices first.
    #[must_use]
    pub fn largest_first(&self) -> Vec<&Move> {
        let mut moves: Vec<_> = self.effects.moves.iter().collect();
        moves.sort_by_key(|moved| Reverse(moved.devices.len()));
        moves
    }
}

/// Why a draft cannot be made.
#[derive(Debug)]
pub struct Refused {
    /// Its place, from 0.
    pub draft: usize,
    /// As the change itself would be refused; fields are those of the draft.
    pub error: Error,
}

/// What the drafts would do to `site` within its limits, each seeing what those before it did; `None` once `stop` is true.
///
/// # Errors
/// The first that would be refused.
pub fn what_if(
    site: &Site,
    drafts: Vec<Draft>,
    limits: Limits,
    context: &Context,
    stop: &AtomicBool,
) -> Result<Option<WhatIf>, Refused> {
    let stamp = Stamp { by: context.actor.clone(), at: context.now.max(site.time()) };
    let names = drafts.iter().filter_map(Draft::name).map(|name| fold(name.as_str())).collect();
    let mut drafting = Drafting::new(site.clone(), names, limits);
    for (place, draft) in drafts.into_iter().enumerate() {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        drafting.add(place, draft, context, &stamp).map_err(|error| Refused { draft: place, error })?;
    }
    Ok(worked_out(site, drafting, &stamp, stop))
}

/// What all changes together do.
fn worked_out(site: &Site, drafting: Drafting, stamp: &Stamp, stop: &AtomicBool) -> Option<WhatIf> {
    let (changes, rules) = drafting.finish();
    let mut drafted = site.clone();
    let dirty = drafted.set_all(stamp, &changes);
    let compiled: Vec<_> = rules.values().cloned().collect();
    let (effects, matching, systems) = drafted.foretell(&dirty, &compiled, stop)?;
    Some(WhatIf { drafted, rules: rules.into_keys().collect(), matching, effects, systems })
}

impl Draft {
    /// The name that it would give to a rule.
    fn name(&self) -> Option<&RuleName> {
        match self {
            Self::New(rule) => rule.name.as_ref(),
            Self::Edit(change) => change.name.as_ref(),
            Self::Delete(_) | Self::Priority { .. } => None,
        }
    }
}
