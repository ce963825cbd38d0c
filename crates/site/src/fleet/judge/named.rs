//! Files and processes: the lists of a block are gone through once for all leaves that ask about any.

use domain::{FactText, fold};
use hashbrown::HashMap;
use rules::Truth;
use rules::block::{Bits, Column, Leaf, Words, places_of};
use smallvec::SmallVec;

use super::super::block::{Block, Dictionaries};
use super::super::dictionary::Dictionary;
use super::super::probed::{Probed, Said};
use super::memo::Memo;
use super::planes::transpose;
use super::value::Value;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Processes,
    Files,
}

/// Most leaves that are looked up together: three bits of a row each, and one is left.
const TOGETHER: usize = 21;
/// Every third bit, from the lowest on: whether a device spoke of what a leaf asks about. The bits behind it: whether
/// the leaf passes then, and whether it may.
const SPOKE: u64 = 0x1249_2492_4924_9249;
const PASSES: usize = 1;
const MAY: usize = 2;
/// Most devices of a word that are looked at one by one; with more, the others of the word are looked at with them.
const FEW: u32 = 16;

/// Leaves that ask about files, or about processes.
#[derive(Debug)]
pub(super) struct Named<'r> {
    kind: Kind,
    asking: Vec<Asking>,
    /// By name, which of them ask about it: by one that is to be met as it is, and by one that was folded.
    wanted: [HashMap<&'r str, u64>; 2],
}

/// A leaf that asks about a name.
#[derive(Debug)]
struct Asking {
    leaf: usize,
    /// What it says where nothing was said of the name.
    unsaid: Truth,
}

impl Kind {
    /// The name that a leaf asks about, and whether its case makes no difference.
    fn asked(self, leaf: &Leaf) -> Option<(&str, bool)> {
        match (self, leaf.column()) {
            (Self::Processes, Column::Process { name, ignore_case }) => Some((name, ignore_case)),
            (Self::Files, Column::File { path, ignore_case }) => Some((path, ignore_case)),
            _ => None,
        }
    }

    fn names(self, ids: &Dictionaries) -> &Dictionary<FactText> {
        match self {
            Self::Processes => &ids.processes.names,
            Self::Files => &ids.files.names,
        }
    }

    fn column(self, block: &Block) -> &Probed {
        match self {
            Self::Processes => &block.processes,
            Self::Files => &block.files,
        }
    }

    fn value(self, ids: &Dictionaries, said: Said) -> Value<'_> {
        let Said { truth, detail, .. } = said;
        match self {
            Self::Processes => Value::Process(truth, ids.processes.details.get(detail).map(FactText::as_str)),
            Self::Files => Value::File(truth, ids.files.details.get(detail).copied()),
        }
    }
}

impl<'r> Named<'r> {
    /// All those of the `chosen` leaves, which ask about names of this kind; with the numbers of those that each asks
    /// for.
    pub(super) fn of<'c>(
        kind: Kind,
        all: &'r [Leaf],
        chosen: &'c [usize],
    ) -> impl Iterator<Item = (Self, &'c [usize])> {
        chosen.chunks(TOGETHER).map(move |chosen| {
            let mut wanted = [HashMap::new(), HashMap::new()];
            let asked = chosen.iter().map(|leaf| kind.asked(&all[*leaf]));
            for (bit, (name, ignore_case)) in asked.enumerate().filter_map(|(bit, asked)| Some((bit, asked?)))
            {
                *wanted[usize::from(ignore_case)].entry(name).or_default() |= 1 << bit;
            }
            let asking = |leaf: &usize| Asking { leaf: *leaf, unsaid: all[*leaf].evaluate(&Value::Nothing) };
            (Self { kind, asking: chosen.iter().map(asking).collect(), wanted }, chosen)
        })
    }

    /// Room for who asks about names.
    pub(super) fn memo(&self, ids: &Dictionaries) -> Memo {
        Memo::new(self.kind.names(ids).next)
    }

    /// Which of the leaves ask about a name.
    fn asking_about(&self, name: &str) -> u64 {
        let [as_it_is, folded] = &self.wanted;
        let exactly = as_it_is.get(name).copied().unwrap_or_default();
        if folded.is_empty() {
            return exactly;
        }
        let in_any_case = if name.is_ascii() {
            let mut lower: SmallVec<[u8; 256]> = name.as_bytes().into();
            lower.make_ascii_lowercase();
            std::str::from_utf8(&lower).ok().and_then(|lower| folded.get(lower))
        } else {
            folded.get(&*fold(name))
        };
        exactly | in_any_case.copied().unwrap_or_default()
    }

    /// What the leaves make of a thing that was said.
    fn row(&self, all: &[Leaf], ids: &Dictionaries, memo: &mut Memo, said: Said) -> u64 {
        let names = self.kind.names(ids);
        let asking =
            memo.row(said.name, || names.get(said.name).map_or(0, |name| self.asking_about(name.as_str())));
        places_of(asking).fold(0, |row, bit| {
            let truth = all[self.asking[bit].leaf].evaluate(&self.kind.value(ids, said));
            let (passes, may) = (u64::from(truth == Truth::Pass), u64::from(truth != Truth::Fail));
            row | (1 | passes << PASSES | may << MAY) << (3 * bit)
        })
    }

    /// Looks up at least those places of a block, and gives those that it did. Where a device spoke of two names that
    /// are the same to a leaf, `judge` tells what the leaf says, by number and place.
    pub(super) fn look_up(
        &self,
        all: &[Leaf],
        (ids, memo): (&Dictionaries, &mut Memo),
        block: &Block,
        places: &Words,
        answers: &mut [Bits],
        judge: impl Fn(usize, usize) -> Truth,
    ) -> Words {
        let is_many = |word: u64| word.count_ones() > FEW;
        let places = places.map_words(|_, word| if is_many(word) { u64::MAX } else { word });
        match self.kind.column(block) {
            Probed::Coded { said, codes } => {
                let mut rows = [0; 256];
                for (row, said) in rows.iter_mut().zip(&**said) {
                    *row = self.row(all, ids, memo, *said);
                }
                let hear = |place| heard(codes.get(place).iter().map(|code| rows[usize::from(*code)]));
                self.answer(&places, hear, answers, judge);
            }
            Probed::Plain(lists) => {
                let mut row = |said: &Said| self.row(all, ids, memo, *said);
                let hear = |place| heard(lists.get(place).iter().map(&mut row));
                self.answer(&places, hear, answers, judge);
            }
        }
        places
    }

    /// Sets what the leaves say of some places; `hear` tells by place what the device there said.
    fn answer(
        &self,
        places: &Words,
        mut hear: impl FnMut(usize) -> Heard,
        answers: &mut [Bits],
        judge: impl Fn(usize, usize) -> Truth,
    ) {
        for word in places.words() {
            let wanted = places.0[word];
            let mut planes = [0; 64];
            let mut twice = SmallVec::<[(usize, u64); 8]>::new();
            for place in places_of(wanted) {
                let heard = hear(word * 64 + place);
                if heard.twice != 0 {
                    twice.push((word * 64 + place, heard.twice));
                }
                match wanted {
                    u64::MAX => planes[place] = heard.row,
                    _ => places_of(heard.row).for_each(|bit| planes[bit] |= 1 << place),
                }
            }
            if wanted == u64::MAX {
                transpose(&mut planes);
            }
            for (asking, [spoke, passes, may]) in self.asking.iter().zip(planes.as_chunks::<3>().0) {
                let unsaid = |says: bool| if says { !spoke } else { 0 };
                let Bits { pass, maybe } = &mut answers[asking.leaf];
                let set = |bits: &mut u64, said: u64| *bits = *bits & !wanted | said & wanted;
                set(&mut pass.0[word], passes | unsaid(asking.unsaid == Truth::Pass));
                set(&mut maybe.0[word], may | unsaid(asking.unsaid != Truth::Fail));
            }
            for (place, twice) in twice {
                for bit in places_of(twice) {
                    let leaf = self.asking[bit / 3].leaf;
                    answers[leaf].set(place, judge(leaf, place));
                }
            }
        }
    }
}

/// What the leaves make of all that a device said.
struct Heard {
    row: u64,
    /// Where it spoke of two names that are the same to a leaf: the leaf's lowest bit.
    twice: u64,
}

#[inline]
fn heard(rows: impl Iterator<Item = u64>) -> Heard {
    rows.fold(Heard { row: 0, twice: 0 }, |Heard { row, twice }, next| Heard {
        row: row | next,
        twice: twice | row & next & SPOKE,
    })
}
