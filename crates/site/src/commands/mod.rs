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
