//! What can be done to a site: one struct a command, which looks at the site and says what changes.

mod assign;
mod check_in;
mod classifications;
mod found;
mod remove_device;
mod rules;
mod tags;

pub use self::assign::{Assign, Assigned, Assignment, BULK_DEVICES_MAX, UnknownDevice};
pub use self::check_in::{CHECK_INS_MAX, CheckIn, CheckIns, Judged};
pub use self::classifications::{
    ChangeClassification, CreateClassifications, DeleteClassification, NewClassification,
};
pub use self::found::Found;
pub use self::remove_device::RemoveDevice;
pub use self::rules::{ChangeRule, CreateRules, DeleteRule, NewRule};
pub use self::tags::{ChangeTag, CreateTag, DeleteTag};

use crate::Site;

/// From so many devices on, a change of rules is worked out before it is the writer's turn: to look at fewer takes the
/// writer no longer than a flush.
const LARGE_FLEET: u32 = 16_384;

fn is_large(site: &Site) -> bool {
    site.fleet.len() >= LARGE_FLEET
}
