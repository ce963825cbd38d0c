//! Outcomes set on two threads.

use domain::{DeviceUid, Status, Timestamp, UserKey, Version};
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::super::column::BLOCK;
use super::*;

const BLOCKS: usize = 4;
/// Outcomes that a device may get.
const KINDS: u8 = 3;

/// Devices in some blocks, all with the same outcome.
fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    fleet.begin(Version(1));
    for number in (1..).take(BLOCKS * BLOCK) {
        let uid = DeviceUid::new(&format!("pc-{number}")).unwrap();
        fleet.insert(DeviceNumber(number), Timestamp::EPOCH, &uid, &UserKey::new("").unwrap());
    }
    fleet.set_outcome(fleet.clone().iter().map(|device| device.number()), &outcomes()[0]);
    fleet
}

fn outcomes() -> Vec<Outcome> {
    Status::ALL.into_iter().map(|status| Outcome { status, ..Outcome::default() }).collect()
}

/// Of each place of a block the number of the outcome that it gets.
fn block() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![1 => Just(vec![0; BLOCK]), 3 => vec(0..KINDS, BLOCK)]
}

/// What moves the devices of a fleet to those outcomes.
fn verdicts(fleet: &Fleet, to: &[Vec<u8>]) -> Verdicts {
    let from = fleet.blocks[0].outcome.get(0);
    let moves = |to: &Vec<u8>| -> Vec<_> {
        let of = |number: u32| {
            let mut places = Words::NONE;
            (0..BLOCK).filter(|place| u32::from(to[*place]) == number).for_each(|place| places.insert(place));
            Moved { from, to: number, places }
        };
        (1..KINDS).map(u32::from).map(of).filter(|moved| !moved.places.is_empty()).collect()
    };
    let blocks = to.iter().map(moves).enumerate().filter(|(_, moves)| !moves.is_empty()).collect();
    Verdicts::of(outcomes(), blocks)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn outcomes_set_in_two_parts_are_those_set_device_by_device(to in vec(block(), BLOCKS)) {
        let before = fleet();
        let verdicts = verdicts(&before, &to);
        for lower in 0..=verdicts.blocks.len() {
            let (mut at_once, mut singly) = (before.clone(), before.clone());
            let effects = at_once.set_verdicts(&verdicts, lower).effects();
            prop_assert_eq!(&before.effects_in_parts(&verdicts, lower), &effects);
            singly.set_outcomes(&effects);
            let of = |fleet: &Fleet| fleet.iter().map(|device| device.outcome()).collect::<Vec<_>>();
            let expected = to.concat().into_iter().map(|number| outcomes()[usize::from(number)].clone());
            prop_assert!(of(&at_once) == of(&singly) && of(&singly) == expected.collect::<Vec<_>>());
            let used = |fleet: &Fleet| {
                let mut used: Vec<_> = fleet.outcomes().map(|(of, uses)| (of.clone(), uses)).collect();
                used.sort();
                used
            };
            prop_assert_eq!(used(&at_once), used(&singly));
            for (number, block) in to.iter().enumerate() {
                let mut moved = Words::NONE;
                (0..BLOCK).filter(|place| block[*place] > 0).for_each(|place| moved.insert(place));
                let block = |fleet: &Fleet| fleet.blocks[number].outcome.clone();
                prop_assert_eq!(!block(&at_once).equal_places(&block(&before)), moved);
            }
        }
    }
}
