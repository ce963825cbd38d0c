//! What can be done to a site: one struct a command, which looks at the site and says what changes.

mod add_device;
mod assign;
mod attach;
mod auto_tag;
mod backfill;
mod check_in;
mod classifications;
mod found;
mod merge_tags;
mod reclassify;
mod remove_device;
mod retag;
mod rules;
mod segments;
mod tag_ref;
mod tags;
mod terms;

pub use self::add_device::AddDevice;
pub use self::assign::{Assign, Assigned, Assignment, BULK_DEVICES_MAX, UnknownDevice};
pub use self::attach::{AttachTag, DetachTag};
pub use self::backfill::{Backfill, tag_given};
pub use self::check_in::{CHECK_INS_MAX, CheckIn, CheckIns, Judged};
pub use self::classifications::{
    ChangeClassification, CreateClassifications, DeleteClassification, NewClassification,
};
pub use self::found::Found;
pub use self::merge_tags::MergeTags;
pub use self::reclassify::Reclassify;
pub use self::remove_device::RemoveDevice;
pub use self::retag::{RETAGGED_MAX, Retag, Retagged, RetaggedDevice, Wanted, WantedDevice};
pub use self::rules::{ChangeRule, CreateRules, DeleteRule, NewRule};
pub use self::segments::{ChangeSegment, CreateSegment, DeleteSegment};
pub use self::tag_ref::TagRef;
pub use self::tags::{ChangeTag, CreateTag, DeleteTag};
pub use self::terms::Terms;

use domain::{Error, Limit, Limits, TagId};

use crate::Site;
use crate::fleet::DeviceRef;

/// From so many devices on, a change of rules is worked out before it is the writer's turn: to look at fewer takes the
/// writer no longer than a flush.
const LARGE_FLEET: u32 = 16_384;

/// Whether a device lacks a tag and `limits` leave room for it and `more` others.
#[must_use]
pub fn has_room(device: &DeviceRef<'_>, tag: TagId, more: usize, limits: &Limits) -> bool {
    limits.alloyscan_tags_per_device.allows(device.tags().len() + more + 1) && !device.tags().contains(&tag)
}

/// Whether a site that holds so many of what is named may get others. One that holds too many already need not lose
/// any.
fn may_hold<const DEFAULT: u32, const MAX: u32>(
    name: &'static str,
    limit: Limit<DEFAULT, MAX>,
    held: usize,
    added: usize,
) -> Result<(), Error> {
    if added == 0 || limit.allows(held + added) {
        return Ok(());
    }
    let message =
        format!("the site holds {held} {name} and may hold at most {}; delete some first", limit.get());
    Err(Error::LimitReached { limit: name, message })
}

fn is_large(site: &Site) -> bool {
    site.fleet.len() >= LARGE_FLEET
}

#[cfg(test)]
mod tests {
    use domain::{Change, ClassificationId, DeviceUid, Owner, RuleId, Timestamp, UserKey};

    use super::*;
    use crate::{Command, Context, State};

    #[test]
    fn only_what_moves_a_large_fleet_is_fleet_wide() {
        let mut site = Site::default();
        let (actor, now) = (Owner::new("ann").unwrap(), Timestamp::from_seconds(9));
        let context = Context { actor, now, request_id: "r".into() };
        let grow = |site: &mut Site, count: u32| {
            let first = site.fleet.next_number().0;
            let added = (first..first + count).map(|number| Change::DeviceAdded {
                device: domain::DeviceNumber(number),
                uid: DeviceUid::new(&number.to_string()).unwrap(),
                userkey: UserKey::new("").unwrap(),
            });
            site.apply(&context, added.collect(), None);
        };
        let id = ClassificationId(7);
        let moves = |priority| ChangeClassification { id, name: None, description: None, priority };
        let rule = ChangeRule { id: RuleId(7), name: None, label: None, os: None, conditions: None };
        let told = |site: &Site| {
            let rules = [CreateRules::new(Vec::new()).is_fleet_wide(site), rule.is_fleet_wide(site)];
            (rules, DeleteRule(RuleId(7)).is_fleet_wide(site), moves(Some(1)).is_fleet_wide(site))
        };
        grow(&mut site, LARGE_FLEET - 1);
        assert_eq!(told(&site), ([false, false], false, false));
        grow(&mut site, 1);
        assert_eq!(told(&site), ([true, true], true, true));
        assert!(!moves(None).is_fleet_wide(&site), "a name moves nobody");
        assert!(!CheckIns::new(Vec::new()).is_fleet_wide(&site));
    }
}
