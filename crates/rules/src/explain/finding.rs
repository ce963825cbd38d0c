//! What one check found.

use domain::{FactGroup, Os, TagId};
use serde_json::Value;

use super::{looked_at, reason};
use crate::check::Check;
use crate::device::Device;
use crate::truth::Truth;

/// What a check without a fact and a reason weighs as JSON, in bytes.
const WEIGHT_MIN: usize = 128;

/// What one check looked at, and what it says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it says.
    pub verdict: Truth,
    /// The group of facts that it asks about; `None` for a tag, and for a check that we do not know.
    pub group: Option<FactGroup>,
    /// What the device reported that the check compares, in the form of check-ins; null where it reported none. Of a
    /// list, what may count, the best first and [`super::FACTS_SHOWN_MAX`] at most. Of a tag: whether it is carried.
    pub fact: Value,
    /// Why it does not pass, in one sentence; or that there was no room to say it.
    pub reason: Option<String>,
    /// About as many bytes as it has as JSON.
    pub(super) weight: usize,
}

impl Finding {
    /// Of a check for whose fact there is no room.
    pub(super) fn cut(check: &Check, verdict: Truth) -> Self {
        let reason = Some("not shown: the checks before have taken all room".to_owned());
        Self { verdict, group: looked_at::group(check), fact: Value::Null, reason, weight: WEIGHT_MIN }
    }

    /// Asks `check`; a tag has the name that `tag_name` says.
    pub(super) fn of<'n>(
        check: &Check,
        os: Os,
        device: &impl Device,
        tag_name: &dyn Fn(TagId) -> Option<&'n str>,
    ) -> Self {
        let verdict = check.evaluate(os, device);
        let fact = looked_at::fact(check, os, device);
        let reason = match verdict {
            Truth::Pass => None,
            Truth::Fail | Truth::Unknown => Some(match check {
                Check::DeviceTag(tag) => {
                    let named = tag_name(*tag).map_or_else(|| tag.to_string(), str::to_owned);
                    format!("the device does not carry the tag {named}")
                }
                Check::Other { name, .. } => format!("{name} is a check that this server does not know"),
                check => reason::of(check, os, device, verdict),
            }),
        };
        let weight = WEIGHT_MIN + fact.to_string().len() + reason.as_ref().map_or(0, String::len);
        Self { verdict, group: looked_at::group(check), fact, reason, weight }
    }
}
