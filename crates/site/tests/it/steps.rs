//! Random steps in the life of a site. Names are few, so that they collide and are refused often.

use domain::{Colour, Os, Ranges, Report, SegmentType, Source};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use site::commands::Assignment;

use crate::conditions::{Wish, wish};
use crate::reports::{SYSTEMS, report};

/// Something of which one may exist: mostly one that does.
#[derive(Clone, Copy, Debug)]
pub enum Pick {
    /// The one of that place among those there are.
    Known(usize),
    /// This id, whatever it names.
    Id(u32),
}

/// What is wanted, by whom and how long after the step before (the clock goes back at times).
#[derive(Clone, Debug)]
pub struct Step {
    pub actor: &'static str,
    pub seconds: i64,
    pub act: Act,
}

/// A member that a change may name.
type Text = Option<&'static str>;

/// What is wanted.
#[derive(Clone, Debug)]
pub enum Act {
    /// With the tag that agents give, if they do, and since how many seconds before.
    CheckIns(Vec<(&'static str, &'static str, Report)>, Option<(Pick, i64)>),
    CreateSegment {
        name: &'static str,
        ranges: Ranges,
        auto_tag: Option<Pick>,
    },
    ChangeSegment {
        id: Pick,
        name: Text,
        ranges: Option<Ranges>,
        auto_tag: Option<Option<Pick>>,
    },
    DeleteSegment(Pick),
    Backfill(Pick),
    RemoveDevice(Pick),
    CreateTag {
        name: &'static str,
        description: &'static str,
    },
    ChangeTag {
        id: Pick,
        name: Text,
        description: Text,
        colour: Option<Colour>,
    },
    DeleteTag {
        id: Pick,
        force: bool,
    },
    MergeTags {
        from: Pick,
        into: Pick,
    },
    Retag {
        add: Vec<Pick>,
        remove: Vec<Pick>,
        devices: Vec<(&'static str, Text)>,
        source: Source,
        /// In so many seconds, never, or nothing is said.
        expiry: Option<Option<i64>>,
    },
    CreateClassifications(Vec<(&'static str, Text)>),
    ChangeClassification {
        id: Pick,
        name: Text,
        description: Text,
        priority: Option<u32>,
    },
    DeleteClassification(Pick),
    CreateRules(Vec<(&'static str, &'static str, Os, Wish)>),
    ChangeRule {
        id: Pick,
        name: Text,
        label: Text,
        os: Option<Os>,
        conditions: Option<Wish>,
    },
    DeleteRule(Pick),
    Assign {
        how: Assignment,
        tags: Vec<Pick>,
        devices: Vec<(&'static str, Text)>,
        limit: usize,
    },
}

const NAMES: &[&str] = &["one", "ONE", "two", "three", "four"];
const DESCRIPTIONS: &[&str] = &["", "first", "second"];
const UIDS: &[&str] = &["PC-1", "pc-1", "PC-2", "büro-3", "BÜRO-3", "PC-4"];
const USERS: &[&str] = &["", "joe", "Joe", "ann"];
/// As a request names users: all, one, several, the machine itself.
const NAMED_USERS: &[&str] = &["", "joe", "Joe,ann", "pc-1", "nobody"];

impl Pick {
    pub fn any() -> impl Strategy<Value = Self> {
        prop_oneof![9 => any::<usize>().prop_map(Self::Known), 1 => (0..40_u32).prop_map(Self::Id)]
    }

    /// The id picked, where `known` are those there are.
    pub fn of(self, known: &[u32]) -> u32 {
        match self {
            Self::Known(place) if !known.is_empty() => known[place % known.len()],
            Self::Known(_) => 0,
            Self::Id(id) => id,
        }
    }
}

/// Any life of up to `length` steps.
pub fn life(length: usize) -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 1..length)
}

fn step() -> impl Strategy<Value = Step> {
    let seconds = prop_oneof![12 => -2..6_i64, 1 => 600..3000_i64];
    (select(&["ann", "joe"][..]), seconds, act()).prop_map(|(actor, seconds, act)| Step {
        actor,
        seconds,
        act,
    })
}

fn act() -> impl Strategy<Value = Act> {
    let item = (select(UIDS), select(USERS), report());
    let priority = option::weighted(0.6, 0..5_u32);
    let rule = || (select(NAMES), select(NAMES), select(&SYSTEMS[..]), wish());
    let how = select(&[Assignment::Add, Assignment::Remove, Assignment::Replace][..]);
    let device = (select(UIDS), option::of(select(NAMED_USERS)));
    let source = select(&[Source::Api, Source::Manual, Source::Import][..]);
    let expiry = option::weighted(0.6, option::weighted(0.8, 0..20_i64));
    let agent_tag = option::weighted(0.2, (Pick::any(), 0..4_i64));
    prop_oneof![
        8 => (vec(item, 1..5), agent_tag).prop_map(|(items, agent_tag)| Act::CheckIns(items, agent_tag)),
        3 => (select(NAMES), ranges(), option::of(Pick::any()))
            .prop_map(|(name, ranges, auto_tag)| Act::CreateSegment { name, ranges, auto_tag }),
        2 => (Pick::any(), text(NAMES), option::of(ranges()), option::of(option::of(Pick::any())))
            .prop_map(|(id, name, ranges, auto_tag)| Act::ChangeSegment { id, name, ranges, auto_tag }),
        1 => Pick::any().prop_map(Act::DeleteSegment),
        2 => Pick::any().prop_map(Act::Backfill),
        3 => Pick::any().prop_map(Act::RemoveDevice),
        3 => (select(NAMES), select(DESCRIPTIONS))
            .prop_map(|(name, description)| Act::CreateTag { name, description }),
        1 => (Pick::any(), text(NAMES), text(DESCRIPTIONS), option::of(select(&Colour::ALL[..])))
            .prop_map(|(id, name, description, colour)| Act::ChangeTag { id, name, description, colour }),
        2 => (Pick::any(), any::<bool>()).prop_map(|(id, force)| Act::DeleteTag { id, force }),
        1 => (Pick::any(), Pick::any()).prop_map(|(from, into)| Act::MergeTags { from, into }),
        5 => (vec(Pick::any(), 0..3), vec(Pick::any(), 0..3), vec(device.clone(), 1..4), source, expiry).prop_map(
            |(add, remove, devices, source, expiry)| Act::Retag { add, remove, devices, source, expiry }
        ),
        3 => vec((select(NAMES), text(DESCRIPTIONS)), 1..4).prop_map(Act::CreateClassifications),
        3 => (Pick::any(), text(NAMES), text(DESCRIPTIONS), priority).prop_map(
            |(id, name, description, priority)| Act::ChangeClassification { id, name, description, priority }
        ),
        1 => Pick::any().prop_map(Act::DeleteClassification),
        6 => vec(rule(), 1..3).prop_map(Act::CreateRules),
        3 => (Pick::any(), text(NAMES), text(NAMES), option::weighted(0.2, select(&SYSTEMS[..])), option::of(wish()))
            .prop_map(|(id, name, label, os, conditions)| Act::ChangeRule { id, name, label, os, conditions }),
        2 => Pick::any().prop_map(Act::DeleteRule),
        8 => (how, vec(Pick::any(), 0..4), vec(device, 1..5), 1..4_usize)
            .prop_map(|(how, tags, devices, limit)| Act::Assign { how, tags, devices, limit }),
    ]
}

/// A change of one rule or one priority.
pub fn rule_act() -> impl Strategy<Value = Act> {
    let rule = (select(NAMES), select(NAMES), select(&SYSTEMS[..]), wish());
    let id = Pick::any;
    prop_oneof![
        4 => rule.prop_map(|rule| Act::CreateRules(vec![rule])),
        3 => (id(), text(NAMES), text(NAMES), option::weighted(0.1, select(&SYSTEMS[..])), option::of(wish()))
            .prop_map(|(id, name, label, os, conditions)| Act::ChangeRule { id, name, label, os, conditions }),
        2 => id().prop_map(Act::DeleteRule),
        2 => (id(), 0..5_u32).prop_map(|(id, to)| {
            Act::ChangeClassification { id, name: None, description: None, priority: Some(to) }
        }),
    ]
}

/// Networks around the addresses that devices report, and domains around theirs.
fn ranges() -> impl Strategy<Value = Ranges> {
    let networks = &["10.0.0.0/8", "10.0.0.0/30", "10.0.0.1", "10.0.0.2/31", "fd00::/16", "0.0.0.0/0"][..];
    let domains = &["local", "corp.local", "LAB.local", "other"][..];
    let of = |kind, pool: &'static [&'static str]| {
        vec(select(pool), 0..3).prop_map(move |texts| Ranges::new(kind, &texts).unwrap())
    };
    prop_oneof![3 => of(SegmentType::AddressList, networks), 1 => of(SegmentType::Domain, domains)]
}

fn text(pool: &'static [&'static str]) -> impl Strategy<Value = Text> {
    option::weighted(0.4, select(pool))
}
