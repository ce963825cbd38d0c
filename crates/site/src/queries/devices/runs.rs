//! A page in the order of texts, out of blocks whose places stand in that order already: what lies between two devices
//! of a sample is found in each without looking at most, and again between nearer ones, until few are left. Of a first
//! page it is enough to know where the blocks' orders begin.

use std::cmp::Ordering;
use std::ops::{ControlFlow, Range};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use domain::fold;
use rules::block::Words;

use super::order::{DeviceKey, DeviceOrder};
use super::{rank, text};
use crate::DeviceRef;
use crate::fleet::{BLOCK, BlockRef, SortedTexts, Texts};
use crate::queries::sweep::sweep;

/// Another thread is worth its start from so many blocks, runs or devices on.
const ALONE: usize = 64;

/// How much is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Narrowing {
    /// So many blocks a thread sorts for one page; until all are sorted, pages come about otherwise.
    pub(super) sorts: usize,
    /// A page is looked for where runs begin if there are at least so many times as many runs as devices up to its end.
    pub(super) runs: usize,
    /// So few are compared one by one.
    pub(super) few: usize,
    /// Of more so many tell how these lie.
    pub(super) sample: usize,
    /// So many times as far from the page as chance mostly moves them are the two devices between which it is looked for
    /// first, and then.
    pub(super) spreads: [usize; 2],
}

impl Default for Narrowing {
    fn default() -> Self {
        Self { sorts: 16, runs: 2, few: 8192, sample: 1024, spreads: [1, 6] }
    }
}

/// Devices of a block in their order.
#[derive(Clone)]
struct Run<'a> {
    block: BlockRef<'a>,
    texts: SortedTexts<'a>,
    descending: bool,
    /// Those whose places stand there in the order,
    range: Range<usize>,
    /// as far as they are among these,
    places: Words,
    /// and how many those are.
    count: usize,
}

/// What devices are compared by: their texts without case, and by their numbers where these are the same.
struct Bound {
    text: String,
    number: u32,
}

/// The page of the devices at some places of blocks, of which there are so many. `None` where the blocks are not sorted
/// yet, or the sample tells too little.
pub(super) fn select<'a>(
    blocks: &[(BlockRef<'a>, Words)],
    total: usize,
    order: DeviceOrder,
    page: Range<usize>,
    narrowing: Narrowing,
    stop: &AtomicBool,
) -> Option<Vec<DeviceRef<'a>>> {
    let mut runs = runs(blocks, order, narrowing.sorts, stop).filter(|runs| count(runs) == total)?;
    if page.end <= runs.len() / narrowing.runs {
        runs = first(&runs, page.end, order, stop).unwrap_or(runs);
    }
    let (mut before, mut left) = (0, count(&runs));
    while left > narrowing.few.max(4 * page.len()) {
        let sample = sampled(&runs, left, narrowing.sample, order, stop);
        let part_of = page.start - before..page.end - before;
        let (passed, nearer) = narrowing.spreads.into_iter().find_map(|spreads| {
            let (first, last) = rank::around(&part_of, left, sample.len(), spreads);
            let bounds = (first.map(|place| &sample[place]), last.map(|place| &sample[place]));
            let (passed, nearer) = narrow(&runs, bounds, stop);
            let within = count(&nearer);
            let holds = passed <= part_of.start && part_of.end <= passed + within && within < left;
            holds.then_some((passed, nearer))
        })?;
        (before, left, runs) = (before + passed, count(&nearer), nearer);
    }
    let runs: Vec<_> = runs.iter().collect();
    let visit = |all: &mut Vec<_>, run: &Run<'a>| {
        all.extend(run.devices().map(|device| (bound(order.by, &device), device)));
        ControlFlow::Continue(())
    };
    let (mut all, more) = sweep(&runs, ALONE, Some(stop), Vec::new, visit);
    all.extend(more.into_iter().flatten());
    let ranks = page.start - before..page.end - before;
    if all.len() < ranks.end {
        // It was stopped.
        return Some(Vec::new());
    }
    let part = rank::part(all, ranks, |(one, _), (other, _)| one.compare(other, order.descending));
    Some(part.into_iter().map(|(_, device)| device).collect())
}

/// Those devices as runs, if no block, or few, must be sorted for that.
fn runs<'a>(
    blocks: &[(BlockRef<'a>, Words)],
    order: DeviceOrder,
    sorts: usize,
    stop: &AtomicBool,
) -> Option<Vec<Run<'a>>> {
    let is_cut = AtomicBool::new(false);
    let new = || (Vec::new(), 0);
    let visit = |(runs, sorted): &mut (Vec<Run<'a>>, usize), (block, places): (BlockRef<'a>, Words)| {
        let unsorted = |texts: &Texts| usize::from(!texts.are_sorted());
        let texts = match order.by {
            DeviceKey::SerialNumber => block.serial_numbers(),
            _ => block.hostnames(),
        };
        *sorted += unsorted(texts);
        if *sorted > sorts {
            is_cut.store(true, Relaxed);
            return ControlFlow::Break(());
        }
        let mut lacking = Words::NONE;
        if order.by == DeviceKey::Name {
            // They go by another name.
            let texts = texts.sorted();
            (0..texts.empty()).for_each(|at| lacking.insert(texts.place(at)));
            lacking = lacking & places;
        }
        runs.push(Run::of(block, texts, places.without(&lacking), order));
        if !lacking.is_empty() {
            *sorted += unsorted(block.uids());
            runs.push(Run::of(block, block.uids(), lacking, order));
        }
        ControlFlow::Continue(())
    };
    let ((mut runs, _), more) = sweep(blocks, ALONE, Some(stop), new, visit);
    runs.extend(more.into_iter().flat_map(|(more, _)| more));
    (!is_cut.into_inner()).then_some(runs)
}

/// Of runs what comes no later than the beginning of the last of so many that begin first: as many devices, and all that
/// come before these, are among that. `None` where fewer runs have a device.
fn first<'a, 'r>(
    runs: &'r [Run<'a>],
    devices: usize,
    order: DeviceOrder,
    stop: &AtomicBool,
) -> Option<Vec<Run<'a>>> {
    let runs: Vec<_> = runs.iter().collect();
    let visit = |begun: &mut Vec<_>, run: &'r Run<'a>| {
        begun.extend(run.nth(0).map(|device| (bound(order.by, &device), run)));
        ControlFlow::Continue(())
    };
    let (mut begun, more) = sweep(&runs, ALONE, Some(stop), Vec::new, visit);
    begun.extend(more.into_iter().flatten());
    let last = devices.checked_sub(1).filter(|last| *last < begun.len())?;
    let compare = |(one, _): &(Bound, _), (other, _): &(Bound, _)| one.compare(other, order.descending);
    let (before, (last, run), behind) = begun.select_nth_unstable_by(last, compare);
    // One that begins behind it with the same text may have a lower number further on.
    let alike = behind.iter().filter(|(first, _)| first.text == last.text);
    let begun = before.iter().chain(alike).map(|(_, run)| *run).chain([*run]);
    let first = narrow(&begun.cloned().collect::<Vec<_>>(), (None, Some(last)), stop).1;
    // Where it was stopped there may be fewer.
    (count(&first) >= devices).then_some(first)
}

/// Some of the devices of runs, of which there are so many, in their order.
fn sampled(runs: &[Run<'_>], total: usize, most: usize, order: DeviceOrder, stop: &AtomicBool) -> Vec<Bound> {
    let mut ranks = rank::sampled(total, most).peekable();
    let mut passed = 0;
    let mut sampled = Vec::with_capacity(most);
    for run in runs {
        while let Some(rank) = ranks.next_if(|rank| *rank < passed + run.count) {
            sampled.push((run, rank - passed));
        }
        passed += run.count;
    }
    let visit = |sample: &mut Vec<Bound>, (run, before): (&Run<'_>, usize)| {
        sample.extend(run.nth(before).map(|device| bound(order.by, &device)));
        ControlFlow::Continue(())
    };
    let (mut sample, more) = sweep(&sampled, ALONE, Some(stop), Vec::new, visit);
    sample.extend(more.into_iter().flatten());
    sample.sort_unstable_by(|one, other| one.compare(other, order.descending));
    sample
}

/// How many devices come before those between some, and these.
fn narrow<'a>(
    runs: &[Run<'a>],
    (first, last): (Option<&Bound>, Option<&Bound>),
    stop: &AtomicBool,
) -> (usize, Vec<Run<'a>>) {
    let runs: Vec<_> = runs.iter().collect();
    let new = || (0, Vec::new());
    let visit = |(passed, nearer): &mut (usize, Vec<_>), run: &Run<'a>| {
        let (before, run) = run.between(first, last);
        *passed += before;
        nearer.extend((run.count > 0).then_some(run));
        ControlFlow::Continue(())
    };
    let ((mut passed, mut nearer), more) = sweep(&runs, ALONE, Some(stop), new, visit);
    if let Some((more_passed, more)) = more {
        passed += more_passed;
        nearer.extend(more);
    }
    (passed, nearer)
}

fn count(runs: &[Run<'_>]) -> usize {
    runs.iter().map(|run| run.count).sum()
}

fn bound(by: DeviceKey, device: &DeviceRef<'_>) -> Bound {
    Bound { text: fold(&text(by, device)), number: device.number().0 }
}

impl Bound {
    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let by_text = self.text.cmp(&other.text);
        let by_text = if descending { by_text.reverse() } else { by_text };
        by_text.then(self.number.cmp(&other.number))
    }
}

impl<'a> Run<'a> {
    /// Those at some places of a block.
    fn of(block: BlockRef<'a>, texts: &'a Texts, places: Words, order: DeviceOrder) -> Self {
        let (texts, count) = (texts.sorted(), places.len() as usize);
        Self { block, texts, descending: order.descending, range: 0..BLOCK, places, count }
    }

    /// A part of its order as one of the other, in which the last is the first; it is the same back again.
    fn turned(&self, range: Range<usize>) -> Range<usize> {
        if self.descending { BLOCK - range.end..BLOCK - range.start } else { range }
    }

    /// Those of its places that stand somewhere.
    fn places(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        range
            .map(|at| self.texts.place(if self.descending { BLOCK - 1 - at } else { at }))
            .filter(|place| self.places.has(*place))
    }

    fn devices(&self) -> impl Iterator<Item = DeviceRef<'a>> {
        self.places(self.range.clone()).map(|place| self.block.device(place))
    }

    /// The device before which so many others of it are.
    fn nth(&self, before: usize) -> Option<DeviceRef<'a>> {
        // Mostly it has all.
        let start = if self.is_whole() { self.range.start + before } else { self.range.start };
        let before = before - (start - self.range.start);
        self.places(start..self.range.end).nth(before).map(|place| self.block.device(place))
    }

    /// Whether it has all places of its part of the order.
    fn is_whole(&self) -> bool {
        self.count == self.range.len()
    }

    /// How many of it stand somewhere.
    fn count_of(&self, range: Range<usize>) -> usize {
        if self.is_whole() { range.len() } else { self.places(range).count() }
    }

    /// Where in it those of a text stand, or would.
    fn range_of(&self, text: &str) -> Range<usize> {
        self.turned(self.texts.range_of(text, self.turned(self.range.clone())))
    }

    /// How many of it come before those between two devices, both included, and these.
    fn between(&self, first: Option<&Bound>, last: Option<&Bound>) -> (usize, Self) {
        let Range { start, end } = self.range;
        let alike = |bound: Option<&Bound>| bound.map(|bound| (self.range_of(&bound.text), bound.number));
        let (first, last) = (alike(first), alike(last));
        let from = first.as_ref().map_or(start, |(alike, _)| alike.start);
        let to = last.as_ref().map_or(end, |(alike, _)| alike.end);
        let mut nearer = Self { range: from..to, count: self.count_of(from..to), ..self.clone() };
        // Of one text some are before the one, or behind the other.
        let mut passed = self.count_of(start..from);
        if let Some((alike, number)) = first {
            passed += nearer.remove(self, alike, |own| own < number);
        }
        if let Some((alike, number)) = last {
            nearer.remove(self, alike, |own| own > number);
        }
        (passed, nearer)
    }

    /// Takes those away that stand somewhere in the order of `all` and of whose numbers `is_beyond`. Gives how many.
    fn remove(&mut self, all: &Self, range: Range<usize>, is_beyond: impl Fn(u32) -> bool) -> usize {
        let before = self.count;
        for place in all.places(range).filter(|place| is_beyond(self.block.number(*place))) {
            self.places.set(place, false);
            self.count -= 1;
        }
        before - self.count
    }
}
