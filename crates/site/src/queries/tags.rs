//! The tags of a site as a list (alloyscan, Tags): searched, ordered, paged.

use std::cmp::Reverse;

use domain::{TagId, fold};

use super::client_status::Page;
use super::smallest::Smallest;
use crate::Site;
use crate::catalogue::{Tag, Tags};

/// In what order tags are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TagOrder {
    /// By name, whatever its case.
    #[default]
    Name,
    /// The other way round.
    NameDescending,
    /// By how many devices carry them, the fewest first; those of one usage by name.
    Usage,
    /// The most first; those of one usage by name.
    UsageDescending,
}

/// A page of a site's tags, and how many there are on all pages.
#[derive(Debug)]
pub struct ListedTags<'a> {
    /// Those of the page.
    pub tags: Vec<&'a Tag>,
    /// How many match.
    pub total: usize,
}

/// The tags that hold `search` in their names, whatever its case; without one, all.
#[must_use]
pub fn list<'a>(site: &'a Site, search: Option<&str>, order: TagOrder, page: Page) -> ListedTags<'a> {
    let tags = &site.catalogue.tags;
    let ids = tags.ids_by_name();
    match search {
        None => cut(tags, order, page, ids.len(), |place| ids[place]),
        Some(search) => {
            let places = tags.holding(&fold(search));
            cut(tags, order, page, places.len(), |place| ids[places[place] as usize])
        }
    }
}

/// The page of so many tags, given in the order of their names.
fn cut(
    tags: &Tags,
    order: TagOrder,
    page: Page,
    total: usize,
    id: impl Fn(usize) -> TagId,
) -> ListedTags<'_> {
    let usage = |place: &usize| tags.usage(id(*place));
    let places: Vec<usize> = match order {
        TagOrder::Name => (0..total).skip(page.offset).take(page.limit).collect(),
        TagOrder::NameDescending => (0..total).rev().skip(page.offset).take(page.limit).collect(),
        TagOrder::Usage => least(page, (0..total).map(|place| (usage(&place), place))),
        TagOrder::UsageDescending => least(page, (0..total).map(|place| (Reverse(usage(&place)), place))),
    };
    let tags = places.into_iter().filter_map(|place| tags.get(id(place))).collect();
    ListedTags { tags, total }
}

/// The places of the page, least keys first.
fn least<K: Ord + Clone>(page: Page, keys: impl Iterator<Item = (K, usize)>) -> Vec<usize> {
    let mut smallest = Smallest::new(page.offset.saturating_add(page.limit));
    keys.for_each(|key| smallest.offer(key));
    smallest.into_sorted_after(page.offset).into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use domain::{
        Change, Colour, Description, DeviceNumber, DeviceUid, Owner, Source, TagFields, TagName, Timestamp,
        UserKey,
    };
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::{Context, State};

    /// A site whose tags, numbered from 1, have these names and are carried by so many devices; a name that is taken is
    /// left out.
    fn site(named: &[(String, usize)]) -> Site {
        let devices = named.iter().map(|(_, usage)| *usage).max().unwrap_or_default();
        let numbers: Vec<_> = (1..).take(devices).map(DeviceNumber).collect();
        let mut changes: Vec<_> = numbers
            .iter()
            .map(|device| Change::DeviceAdded {
                device: *device,
                uid: DeviceUid::new(&device.to_string()).unwrap(),
                userkey: UserKey::new("").unwrap(),
            })
            .collect();
        let mut taken = Vec::new();
        for (number, (name, usage)) in (1..).zip(named) {
            let (id, name) = (TagId(number), TagName::new(name).unwrap());
            let folded = fold(name.as_str());
            if taken.contains(&folded) {
                continue;
            }
            taken.push(folded);
            let after = TagFields { name, description: Description::empty(), colour: Colour::Gray };
            changes.push(Change::TagAdded { id, after });
            let devices = numbers[..*usage].to_vec();
            changes.push(Change::Tagged {
                source: Source::Api,
                expires_at: None,
                devices,
                added: vec![id],
                removed: Vec::new(),
            });
        }
        let (actor, now) = (Owner::new("ann").unwrap(), Timestamp::from_seconds(9));
        let mut site = Site::default();
        site.apply(&Context { actor, now, request_id: "r".into() }, changes, None);
        site
    }

    fn naive(site: &Site, search: Option<&str>, order: TagOrder, page: Page) -> (Vec<TagId>, usize) {
        let mut all: Vec<_> = site.catalogue.tags.iter().collect();
        let name = |tag: &&Tag| fold(tag.fields.name.as_str());
        let usage = |tag: &&Tag| site.catalogue.tags.usage(tag.id);
        all.retain(|tag| search.is_none_or(|search| name(tag).contains(&fold(search))));
        all.sort_by_key(name);
        match order {
            TagOrder::Name => {}
            TagOrder::NameDescending => all.reverse(),
            TagOrder::Usage => all.sort_by_key(usage),
            TagOrder::UsageDescending => all.sort_by_key(|tag| Reverse(usage(tag))),
        }
        let total = all.len();
        (all.into_iter().skip(page.offset).take(page.limit).map(|tag| tag.id).collect(), total)
    }

    proptest! {
        #[test]
        fn a_list_agrees_with_looking_at_each_tag(
            named in vec(("[aAbBéÉ1]{1,4}", 0_usize..5), 0..40),
            search in proptest::option::of("[aAbé1]{1,2}"),
            offset in 0_usize..12,
            limit in 1_usize..12,
        ) {
            let (site, page) = (site(&named), Page { offset, limit });
            use TagOrder::{Name, NameDescending, Usage, UsageDescending};
            for order in [Name, NameDescending, Usage, UsageDescending] {
                let listed = list(&site, search.as_deref(), order, page);
                let ids: Vec<_> = listed.tags.iter().map(|tag| tag.id).collect();
                prop_assert_eq!((ids, listed.total), naive(&site, search.as_deref(), order, page));
            }
        }
    }
}
