//! The key of a record: `site << 40 | version`, in one signed 64-bit rowid.

use domain::{SiteId, Version};

const VERSION_BITS: u32 = 40;

/// The highest version: a trillion records; at 100,000 a second, 127 days of nothing else.
pub const MAX_VERSION: Version = Version((1 << VERSION_BITS) - 1);

/// The highest site: what is left of 63 bits.
pub const MAX_SITE: SiteId = SiteId((1 << (63 - VERSION_BITS)) - 1);

/// The key of a record; none beyond [`MAX_SITE`] or [`MAX_VERSION`].
pub fn record_key(site: SiteId, version: Version) -> Option<i64> {
    if site > MAX_SITE || version > MAX_VERSION {
        return None;
    }
    i64::try_from(u64::from(site.0) << VERSION_BITS | version.0).ok()
}

/// The version in a key.
pub fn version_in(key: i64) -> Version {
    Version(key.cast_unsigned() & MAX_VERSION.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_sites_and_versions() {
        let corners = [(0, 0), (0, 1), (0, MAX_VERSION.0), (1, 0), (MAX_SITE.0, MAX_VERSION.0)];
        let keys = corners.map(|(site, version)| record_key(SiteId(site), Version(version)).unwrap());
        assert!(keys.is_sorted());
        assert_eq!(keys.map(|key| version_in(key).0), corners.map(|(_, version)| version));
    }

    #[test]
    fn what_does_not_fit_has_no_key() {
        assert_eq!(record_key(SiteId(MAX_SITE.0 + 1), Version(1)), None);
        assert_eq!(record_key(SiteId(0), MAX_VERSION.next()), None);
    }
}
