//! How much a site may hold, as far as that is set site by site (decided, Common).

use crate::error::FormError;

/// Most tags of a site.
pub const TAGS_MAX: u32 = 10_000;
/// Most tags that a device carries.
pub const TAGS_PER_DEVICE_MAX: u32 = 64;
/// Most classifications of a site.
pub const CLASSIFICATIONS_MAX: u32 = 250;
/// Most rules of a site.
pub const RULES_MAX: u32 = 500;

/// How many of something there may be: 1 to `MAX`, which is as many as memory and formats are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit<const DEFAULT: u32, const MAX: u32>(u32);

/// How many tags a site may have.
pub type TagsLimit = Limit<TAGS_MAX, TAGS_MAX>;
/// How many tags a device may get through Netskope's calls (seed).
pub type NetskopeTagsPerDevice = Limit<5, TAGS_PER_DEVICE_MAX>;
/// How many tags a device may get in any other way, also by itself.
pub type AlloyScanTagsPerDevice = Limit<TAGS_PER_DEVICE_MAX, TAGS_PER_DEVICE_MAX>;
/// How many classifications a site may have.
pub type ClassificationsLimit = Limit<CLASSIFICATIONS_MAX, CLASSIFICATIONS_MAX>;
/// How many rules a site may have.
pub type RulesLimit = Limit<RULES_MAX, RULES_MAX>;

/// How much a site may hold. What was there before a limit was lowered stays; only what is added beyond is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Its tags.
    pub tags: TagsLimit,
    /// A device's tags, as Netskope's calls put them on.
    pub netskope_tags_per_device: NetskopeTagsPerDevice,
    /// A device's tags, as all else puts them on.
    pub alloyscan_tags_per_device: AlloyScanTagsPerDevice,
    /// Its classifications.
    pub classifications: ClassificationsLimit,
    /// Its rules.
    pub rules: RulesLimit,
}

impl<const DEFAULT: u32, const MAX: u32> Limit<DEFAULT, MAX> {
    /// Reads a number.
    ///
    /// # Errors
    /// Says which there may be.
    pub fn new(count: i64) -> Result<Self, FormError> {
        let known = u32::try_from(count).ok().filter(|count| (1..=MAX).contains(count));
        known.map(Self).ok_or_else(|| FormError::new("range", format!("must be 1 to {MAX}")))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// Whether there may be so many.
    #[must_use]
    pub fn allows(self, count: usize) -> bool {
        count <= self.0 as usize
    }
}

impl<const DEFAULT: u32, const MAX: u32> Default for Limit<DEFAULT, MAX> {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_one_to_the_most_that_there_may_be() {
        type Few = Limit<5, 64>;
        assert_eq!(Few::default().get(), 5);
        for good in [1, 5, 64] {
            assert_eq!(i64::from(Few::new(good).unwrap().get()), good);
        }
        for bad in [i64::MIN, -1, 0, 65, 1 << 32, (1 << 32) + 5, i64::MAX] {
            assert_eq!(Few::new(bad).unwrap_err().message, "must be 1 to 64", "{bad}");
        }
    }

    #[test]
    fn as_many_as_the_limit_are_allowed() {
        let limit = Limit::<5, 64>::new(7).unwrap();
        assert!(limit.allows(0) && limit.allows(7) && !limit.allows(8));
    }
}
