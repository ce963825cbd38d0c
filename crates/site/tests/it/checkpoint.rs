//! Checkpoints: a site that was written and restored is the site, and goes on as it would have.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use proptest::prelude::*;
use proptest::sample::Index;
use site::checkpoint::{PartKey, decode_header, decode_part, encode_header, parts, restore};
use site::{DecodeError, Site, State};

use crate::agreement::live;
use crate::live::finds_those_of;
use crate::picture::Picture;
use crate::steps::life;

/// A checkpoint as a store keeps it.
#[derive(Clone, Debug)]
pub struct Written {
    pub header: Vec<u8>,
    pub parts: BTreeMap<PartKey, Vec<u8>>,
}

impl Written {
    /// The checkpoint of a site, with parts that it shares with an earlier one taken from there.
    pub fn of(site: &Site, earlier: Option<(&Site, &Self)>) -> Self {
        let written = |part: &site::checkpoint::Part<'_>| match earlier {
            Some((earlier, written)) if part.is_shared_with(earlier) => written.parts[&part.key()].clone(),
            _ => part.encode(),
        };
        let parts: BTreeMap<_, _> = parts(site).iter().map(|part| (part.key(), written(part))).collect();
        let keys: Vec<_> = parts.keys().map(|key| (*key, 1)).collect();
        Self { header: encode_header(site, &keys), parts }
    }

    pub fn restored(&self, threads: usize) -> Result<Site, DecodeError> {
        let header = decode_header(&self.header)?;
        let parts = self.parts.iter().rev().map(|(key, bytes)| decode_part(*key, bytes));
        restore(&header, parts.collect::<Result<_, _>>()?, NonZeroUsize::new(threads).unwrap())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_checkpoint_and_the_records_after_it_make_what_all_records_make(
        steps in life(50),
        earlier in any::<Index>(),
        later in any::<Index>(),
        threads in 1..4_usize,
    ) {
        let live = live(steps)?;
        let later = later.index(live.log.len());
        let earlier = earlier.index(later + 1);
        let (before, snapshot) = (&live.log[earlier].1, &live.log[later].1);
        let full = Written::of(snapshot, None);
        let incremental = Written::of(snapshot, Some((before, &Written::of(before, None))));
        prop_assert_eq!(&incremental.parts, &full.parts, "shared parts have the bytes that they had");

        let mut site = full.restored(threads).unwrap();
        prop_assert!(site == *snapshot, "version {} differs", snapshot.version());
        prop_assert!(finds_those_of(&site, snapshot) && finds_those_of(snapshot, &site));
        prop_assert_eq!(Picture::of(&site), Picture::of(snapshot));
        prop_assert_eq!(&Written::of(&site, None).parts, &full.parts);
        for (record, snapshot) in &live.log[later + 1..] {
            site.replay(&Site::decode(record).unwrap());
            prop_assert!(site == *snapshot, "version {} differs", snapshot.version());
        }
        prop_assert!(finds_those_of(&site, &live.site));
        prop_assert_eq!(Picture::of(&site), Picture::of(&live.site));
    }
}
