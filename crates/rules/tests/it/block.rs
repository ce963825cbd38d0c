//! Judging a block of devices comes to what judging one after the other comes to.

use std::collections::BTreeMap;

use domain::{ClassificationId, Os, Outcome};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use rules::block::{Answers, Bits, Cascade, Class, Outcomes, PLACES, Revision, Script, Words};
use rules::{Program, Truth};
use serde_json::Value;

use crate::device::Reported;
use crate::{compiled, generate};

const SYSTEMS: [Os; 2] = [Os::Windows, Os::Linux];

/// Which of a pool of rules each classification has, strongest first.
type Book = Vec<(ClassificationId, Vec<usize>)>;

/// The devices of a block by place.
type Devices = BTreeMap<usize, Reported>;

/// Asks the devices themselves, and answers nonsense for those that it was not asked about.
struct Asked<'a> {
    revision: &'a Revision,
    devices: &'a Devices,
    bits: Bits,
}

impl Answers for Asked<'_> {
    fn answer(&mut self, leaf: usize, needed: &Words) -> &Bits {
        self.bits = Bits::all(if leaf.is_multiple_of(2) { Truth::Pass } else { Truth::Fail });
        for (place, device) in self.devices.iter().filter(|(place, _)| needed.has(**place)) {
            self.bits.set(*place, self.revision.leaves()[leaf].evaluate(device));
        }
        &self.bits
    }
}

fn places(devices: &Devices) -> Words {
    let mut places = Words::NONE;
    devices.keys().for_each(|place| places.insert(*place));
    places
}

/// What a block of devices of one system gets, by place.
fn judged(
    revision: &Revision,
    os: Os,
    devices: &Devices,
    before: impl Fn(&Reported) -> Outcome,
) -> BTreeMap<usize, Outcome> {
    let mut outcomes = Outcomes::default();
    let mut judged = BTreeMap::new();
    let mut by_script = Vec::<(Script, Words)>::new();
    let mut asked = Asked { revision, devices, bits: Bits::default() };
    let doubtful = revision.in_doubt(os, &places(devices), &mut asked);
    for (place, device) in devices {
        let outcome = before(device);
        if !doubtful.has(*place) {
            judged.insert(*place, outcome);
            continue;
        }
        match revision.script(os, &outcome, &mut outcomes) {
            None => drop(judged.insert(*place, outcome)),
            Some(script) => match by_script.iter_mut().find(|(known, _)| *known == script) {
                Some((_, places)) => places.insert(*place),
                None => {
                    by_script.push((script, Words::NONE));
                    by_script.last_mut().unwrap().1.insert(*place);
                }
            },
        }
    }
    let classes: Vec<_> =
        by_script.iter().map(|(script, places)| Class { script, places: *places }).collect();
    let mut told = Vec::new();
    Cascade::default().judge(revision, os, &classes, &mut asked, &mut outcomes, |class, outcome, places| {
        assert!(places.without(&classes[class].places).is_empty(), "they are of that class");
        told.push((outcome, *places));
    });
    for (outcome, places) in told {
        for place in places.iter() {
            let twice = judged.insert(place, outcomes.all()[outcome as usize].clone());
            assert_eq!(twice, None, "place {place} was told of twice");
        }
    }
    judged
}

fn program(book: &Book, pool: &[(Os, Value)]) -> Program {
    Program::new(book.iter().map(|(classification, rules)| {
        let rules = rules.iter().map(|rule| &pool[*rule]);
        (*classification, rules.map(|(os, tree)| (*os, compiled(tree, *os))).collect())
    }))
}

/// A book, and one that came of it: classifications moved, gone and come, rules taken and given.
fn books(rules: usize) -> impl Strategy<Value = (Book, Book)> {
    let classification = move || vec(0..rules, 0..3);
    let change = (0..5_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), classification());
    (vec(classification(), 0..7), vec(change, 0..3)).prop_map(|(rules, changes)| {
        let before: Book = (1..).map(ClassificationId).zip(rules).collect();
        let mut after = before.clone();
        for (kind, one, other, rules) in changes {
            match (kind, after.is_empty()) {
                (0, false) => {
                    let moved = after.remove(one.index(after.len()));
                    after.insert(other.index(after.len() + 1), moved);
                }
                (1, false) => {
                    let place = one.index(after.len());
                    after[place].1 = rules;
                }
                (2, false) => {
                    let place = one.index(after.len());
                    after[place].1.extend(rules);
                }
                (3, false) => {
                    let place = one.index(after.len());
                    let left = after[place].1.len() / 2;
                    after[place].1.truncate(left);
                }
                (_, true) => after.push((ClassificationId(99), rules)),
                _ => drop(after.remove(one.index(after.len()))),
            }
        }
        (before, after)
    })
}

fn pool() -> impl Strategy<Value = Vec<(Os, Value)>> {
    vec(select(&SYSTEMS[..]).prop_flat_map(|os| (Just(os), generate::tree(os))), 8)
}

proptest! {
    #![proptest_config(Config::with_cases(512))]

    #[test]
    fn a_block_is_judged_as_its_devices_are(
        (os, devices) in select(&SYSTEMS[..])
            .prop_flat_map(|os| (Just(os), vec((0..PLACES, generate::device(os)), 1..40))),
        pool in pool(),
        (before, after) in books(8),
    ) {
        let devices: Devices = devices.iter().map(|(place, device)| (*place, Reported::new(device))).collect();
        let (before, after) = (program(&before, &pool), program(&after, &pool));
        let expected: BTreeMap<_, _> =
            devices.iter().map(|(place, device)| (*place, after.classify(device))).collect();
        let anew = Revision::new(None, &after);
        prop_assert_eq!(&judged(&anew, os, &devices, |_| Outcome::default()), &expected);
        let revised = Revision::new(Some(&before), &after);
        prop_assert_eq!(&judged(&revised, os, &devices, |device| before.classify(device)), &expected);
        prop_assert_eq!(revised.is_empty(), before == after);
    }

    #[test]
    fn rules_are_counted_as_their_devices_are(
        (os, devices) in select(&SYSTEMS[..])
            .prop_flat_map(|os| (Just(os), vec((0..PLACES, generate::device(os)), 1..40))),
        pool in pool(),
        (before, after) in books(8),
        counted in vec(0..8_usize, 0..3),
    ) {
        let devices: Devices = devices.iter().map(|(place, device)| (*place, Reported::new(device))).collect();
        let (before, after) = (program(&before, &pool), program(&after, &pool));
        let counted: Vec<_> =
            counted.into_iter().map(|rule| &pool[rule]).map(|(os, tree)| (*os, compiled(tree, *os))).collect();
        let of_system = || counted.iter().filter(|(of, _)| *of == os);
        let revision = Revision::counting(Some(&before), &after, &counted);
        prop_assert_eq!(revision.is_empty(), before == after);
        let mut asked = Asked { revision: &revision, devices: &devices, bits: Bits::default() };
        let bits = revision.count(os, &places(&devices), &mut asked);
        prop_assert_eq!(bits.is_some(), of_system().next().is_some());
        for place in 0..PLACES {
            let said = devices.get(&place).map(|device| of_system().map(|(_, rule)| rule.evaluate(device)).max());
            let mut expected = Bits::default();
            expected.set(place, said.flatten().unwrap_or(Truth::Fail));
            let bits = bits.unwrap_or_default();
            prop_assert_eq!((bits.pass.has(place), bits.maybe.has(place)), (expected.pass.has(place), expected.maybe.has(place)));
        }
        let expected: BTreeMap<_, _> =
            devices.iter().map(|(place, device)| (*place, after.classify(device))).collect();
        prop_assert_eq!(&judged(&revision, os, &devices, |device| before.classify(device)), &expected);
    }
}

/// Which devices are in doubt after a change, of those that carry one of the first tags each, or two, or none.
#[test]
fn who_is_told_by_the_rules_that_came_what_those_that_went_told_is_in_no_doubt() {
    let check = |id: u32| serde_json::json!({"device_tag_check": {"tag_id": id}});
    let all = |ids: &[u32]| serde_json::json!({"$and": ids.iter().copied().map(check).collect::<Vec<_>>()});
    let pool = [all(&[1]), all(&[2]), all(&[3]), all(&[1, 2]), all(&[1, 3])].map(|tree| (Os::Linux, tree));
    let devices = [&[][..], &[1], &[2], &[3], &[1, 2], &[1, 3]];
    let device = |tags: &&[u32]| Reported::new(&serde_json::json!({"os": "linux", "tags": tags}));
    let devices: Devices = devices.iter().map(device).enumerate().collect();
    let book = |rules: &[(u32, &[usize])]| -> Book {
        rules.iter().map(|(id, rules)| (ClassificationId(*id), rules.to_vec())).collect()
    };
    let doubtful = |before: &[(u32, &[usize])], after: &[(u32, &[usize])]| {
        let (before, after) = (program(&book(before), &pool), program(&book(after), &pool));
        let revision = Revision::new(Some(&before), &after);
        let mut asked = Asked { revision: &revision, devices: &devices, bits: Bits::default() };
        revision.in_doubt(Os::Linux, &places(&devices), &mut asked).iter().collect::<Vec<_>>()
    };
    let before: &[(u32, &[usize])] = &[(1, &[0]), (2, &[1, 3])];
    assert_eq!(doubtful(before, before), [0; 0]);
    assert_eq!(doubtful(before, &[(1, &[1]), (2, &[1, 3])]), [1, 2, 5], "who carries both passes both rules");
    assert_eq!(doubtful(before, &[(1, &[0]), (2, &[1, 4])]), [4, 5], "the check that both have holds there");
    assert_eq!(doubtful(before, &[(1, &[0]), (2, &[1])]), [4], "a rule went");
    assert_eq!(doubtful(before, &[(1, &[0]), (3, &[2]), (2, &[1, 3])]), [3, 5], "a classification came");
    assert_eq!(doubtful(before, &[(2, &[1, 3])]), [1, 4, 5], "a classification went");
    assert_eq!(doubtful(before, &[(2, &[1, 3]), (1, &[0])]), [0, 1, 2, 3, 4, 5], "the order is another");
    assert_eq!(doubtful(before, &[]), [0, 1, 2, 3, 4, 5], "no rule is left");
}

/// What can be known is not asked: how many candidates are looked at after a change, and of how many of them also the
/// rules that they had before.
#[test]
fn only_what_an_outcome_leaves_open_is_asked() {
    let tag = |id: u32| (Os::Linux, serde_json::json!({"$and": [{"device_tag_check": {"tag_id": id}}]}));
    let pool: Vec<_> = (1..7).map(tag).collect();
    let book: Book = (0..4).map(|place| (ClassificationId(place), vec![place as usize])).collect();
    let asked = |before: &Book, after: &Book, tags: Value| {
        let (before, after) = (program(before, &pool), program(after, &pool));
        let revision = Revision::new(Some(&before), &after);
        let device = Reported::new(&serde_json::json!({"os": "linux", "tags": tags}));
        match revision.script(Os::Linux, &before.classify(&device), &mut Outcomes::default()) {
            None | Some(Script::Settled(_)) => (0, 0),
            Some(Script::Open(steps)) => {
                let asked = steps.iter().filter(|step| step.is_asked()).count();
                (asked, steps.iter().filter(|step| step.asks_all()).count())
            }
        }
    };
    let mut edited = book.clone();
    edited[1].1 = vec![4];
    assert_eq!(asked(&book, &edited, serde_json::json!([1])), (0, 0), "a stronger one has it");
    assert_eq!(
        asked(&book, &edited, serde_json::json!([2])),
        (3, 3),
        "it had it: those weaker were never asked"
    );
    assert_eq!(asked(&book, &edited, serde_json::json!([3])), (1, 1), "a weaker one has it, and would still");
    assert_eq!(asked(&book, &edited, serde_json::json!([])), (1, 1), "all others fail");
    let mut moved = book.clone();
    moved.swap(0, 3);
    assert_eq!(asked(&book, &moved, serde_json::json!([4])), (0, 0), "all are known");
    assert_eq!(asked(&book, &moved, serde_json::json!([2])), (1, 1), "only the one that went up");
    let mut more = book.clone();
    more[1].1 = vec![1, 4];
    assert_eq!(asked(&book, &more, serde_json::json!([2])), (0, 0), "the rule that gave it is still there");
    assert_eq!(asked(&book, &more, serde_json::json!([3])), (1, 0), "what failed fails");
    assert_eq!(asked(&more, &book, serde_json::json!([3])), (0, 0), "without a rule it fails as well");
    assert_eq!(asked(&more, &book, serde_json::json!([2])), (3, 3), "it is not known which rule gave it");
    let mut other = more.clone();
    other[1].1 = vec![1, 5];
    assert_eq!(asked(&more, &other, serde_json::json!([3])), (1, 0), "only the rule that is new");
}
