//! Outcomes that were prepared, set after something else has happened to the fleet.

use domain::{
    ClassificationId, DeviceNumber, DeviceUid, Outcome, Owner, Source, Status, TagId, Timestamp, UserKey,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::super::{Location, Reason};
use super::super::Moved;
use super::*;

/// Devices of the fleet that is judged: those of two blocks, and of a third that has room for more.
const DEVICES: u32 = 2948;

/// What happens in between.
#[derive(Clone, Debug)]
enum Event {
    /// So many devices from one on have another outcome.
    Outcomes(u32, u32, usize),
    Tagged(u32),
    Removed(u32),
    Inserted(u32),
}

fn event() -> impl Strategy<Value = Event> {
    let device = || 1..=DEVICES;
    prop_oneof![
        2 => (device(), prop_oneof![1..4_u32, Just(1100)], 0..7_usize).prop_map(|(first, count, kind)| Event::Outcomes(first, count, kind)),
        1 => device().prop_map(Event::Tagged),
        1 => device().prop_map(Event::Removed),
        1 => prop_oneof![1..3_u32, Just(200)].prop_map(Event::Inserted),
    ]
}

/// The unknown one and some others.
fn outcome(kind: usize) -> Outcome {
    match kind.checked_sub(1) {
        None => Outcome::default(),
        Some(kind) => {
            let classification = Some(ClassificationId(u32::try_from(kind).unwrap()));
            Outcome { status: Status::Managed, classification, ..Outcome::default() }
        }
    }
}

fn insert(fleet: &mut Fleet, count: u32) {
    for _ in 0..count {
        let number = fleet.next_number();
        let uid = DeviceUid::new(&format!("pc-{number}")).unwrap();
        fleet.insert(number, Timestamp::EPOCH, &uid, &UserKey::new("").unwrap());
    }
}

/// A fleet whose devices have outcomes of some kinds, which follow from their numbers.
fn fleet(kinds: &[usize]) -> Fleet {
    let mut fleet = Fleet::default();
    fleet.begin(Version(1));
    insert(&mut fleet, DEVICES);
    for (place, kind) in kinds.iter().enumerate() {
        let own = (1..=DEVICES).filter(|number| *number as usize * 7 / 5 % kinds.len() == place);
        fleet.set_outcome(own.map(DeviceNumber), &outcome(*kind));
    }
    fleet
}

fn tag(fleet: &mut Fleet, device: u32) {
    let (at, author) = (Timestamp::from_seconds(9), Owner::new("ann").unwrap());
    let reason = Reason { source: Source::Api, author, at, expires_at: None };
    fleet.tag_singly(&[DeviceNumber(device)], &[TagId(1)], &[], &reason);
}

fn happen(fleet: &mut Fleet, event: &Event) {
    match *event {
        Event::Outcomes(first, count, kind) => {
            fleet.set_outcome((first..first + count).map(DeviceNumber), &outcome(kind));
        }
        Event::Tagged(device) => tag(fleet, device),
        Event::Removed(device) => fleet.remove(DeviceNumber(device)),
        Event::Inserted(count) => insert(fleet, count),
    }
}

/// What moves the devices that are `within` to the outcomes that their numbers tell.
fn verdicts(fleet: &Fleet, kinds: &[usize], within: impl Fn(usize) -> Words) -> Verdicts {
    let mut blocks = Vec::new();
    for (number, block) in fleet.blocks.iter().enumerate() {
        let mut moves = Vec::<Moved>::new();
        for place in within(number).iter().filter(|place| block.number.get(*place) != 0) {
            let kind = kinds[block.number.get(place) as usize / 3 % kinds.len()];
            let (from, to) = (block.outcome.get(place), u32::try_from(6 - kind).unwrap());
            if fleet.dictionaries.outcome.get(from).cloned().unwrap_or_default() == outcome(kind) {
                continue;
            }
            match moves.iter_mut().find(|moved| (moved.from, moved.to) == (from, to)) {
                Some(moved) => moved.places.insert(place),
                None => {
                    let mut places = Words::NONE;
                    places.insert(place);
                    moves.push(Moved { from, to, places });
                }
            }
        }
        if !moves.is_empty() {
            blocks.push((number, moves));
        }
    }
    Verdicts::of((0..7).rev().map(outcome).collect(), blocks)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn what_was_prepared_makes_no_difference_whatever_happened_since(
        before in vec(0..4_usize, 1..5),
        to in vec(1..7_usize, 1..5),
        events in vec(event(), 0..6),
    ) {
        let before = fleet(&before);
        let prepared = before.prepare(verdicts(&before, &to, |_| Words::ALL));
        prop_assert_eq!(&prepared.after.outcomes().map(|(_, uses)| uses).sum::<u32>(), &DEVICES);
        let mut now = before.clone();
        now.begin(Version(2));
        events.iter().for_each(|event| happen(&mut now, event));

        let left = prepared.others(&now, Version(1));
        let holds = |block| left.get(&block).copied().unwrap_or(Words::ALL);
        for block in 0..now.blocks.len() {
            for place in holds(block).iter().filter(|place| now.blocks[block].number.get(*place) != 0) {
                let of = |fleet: &Fleet| {
                    let device = fleet.device(Location::at(block, place)).unwrap();
                    (device.number(), device.outcome(), device.tags().to_vec())
                };
                prop_assert_eq!(of(&now), of(&before));
            }
        }
        let mut others = prepared.verdicts().within(|block| left.get(&block).copied().unwrap_or_default());
        others.join(verdicts(&now, &to, |block| !holds(block)));
        prop_assert!(others.blocks.is_sorted_by(|(one, _), (next, _)| one < next));
        let (mut with, mut without) = (now.clone(), now.clone());
        let effects = without.settle(&verdicts(&now, &to, |_| Words::ALL));
        prop_assert_eq!(with.settle_prepared(&prepared, &others), effects);
        prop_assert!(with == without);
    }
}

#[test]
fn ids_that_went_to_other_outcomes_meanwhile_are_given_anew() {
    let before = fleet(&[1]);
    let prepared = before.prepare(verdicts(&before, &[2, 3], |_| Words::ALL));
    let mut now = before.clone();
    now.begin(Version(2));
    // Takes the id that was to be another's.
    now.set_outcome(std::iter::once(DeviceNumber(DEVICES)), &outcome(5));
    let left = prepared.others(&now, Version(1));
    assert_eq!(left.iter().map(|(block, holds)| (*block, holds.len())).collect::<Vec<_>>(), [(2, 1023)]);
    let others = verdicts(&now, &[2, 3], |block| if block == 2 { Words::ALL } else { Words::NONE });
    let mut without = now.clone();
    let effects = without.settle(&verdicts(&now, &[2, 3], |_| Words::ALL));
    assert_eq!(now.settle_prepared(&prepared, &others), effects);
    assert!(now == without && !Arc::ptr_eq(&now.blocks[0], &prepared.after.blocks[0]));
}

#[test]
fn blocks_that_are_what_they_were_are_those_that_were_prepared() {
    let before = fleet(&[1]);
    let prepared = before.prepare(verdicts(&before, &[2, 3], |_| Words::ALL));
    let mut now = before.clone();
    now.begin(Version(2));
    tag(&mut now, DEVICES);
    let others = verdicts(&now, &[2, 3], |block| if block == 2 { Words::ALL } else { Words::NONE });
    now.settle_prepared(&prepared, &others);
    let are_prepared = [0, 1, 2].map(|block| Arc::ptr_eq(&now.blocks[block], &prepared.after.blocks[block]));
    assert_eq!(are_prepared, [true, true, false]);
}
