//! A small deterministic generator: SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators",
//! 2014). Good enough to make things up; nothing here is secret.

#[derive(Debug, Clone)]
pub(super) struct Rng(u64);

impl Rng {
    /// A stream of its own for each purpose and number.
    pub(super) fn new(seed: u64, purpose: &str, number: u64) -> Self {
        let mut rng = Self(seed);
        for byte in purpose.bytes() {
            rng.0 = rng.next() ^ u64::from(byte);
        }
        rng.0 = rng.next() ^ number;
        rng.next();
        rng
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 ≤ n < `bound`, which is small beside 2⁶⁴, so that the bias does not show.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Something in `percent` of a hundred cases, else nothing.
    pub(super) fn maybe<T>(&mut self, percent: u64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(percent).then(|| make(self))
    }

    /// One of several, all alike.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let place = usize::try_from(self.below(from.len() as u64)).expect("a place in a slice is a usize");
        &from[place]
    }

    /// One of several, in proportion to their weights, which must not all be 0.
    pub(super) fn weighted<'a, T>(&mut self, from: &'a [(u64, T)]) -> &'a T {
        let mut left = self.below(from.iter().map(|(weight, _)| weight).sum());
        let chosen = from.iter().find(|(weight, _)| {
            let here = left < *weight;
            left = left.saturating_sub(*weight);
            here
        });
        &chosen.expect("a number below the sum of the weights falls on one of them").1
    }

    /// `length` characters out of `alphabet`, which is ASCII.
    pub(super) fn text(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| char::from(*self.pick(alphabet.as_bytes()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let first = |purpose, number| Rng::new(1, purpose, number).next();
        assert_eq!(first("a", 1), first("a", 1));
        let different = [first("a", 1), first("a", 2), first("b", 1), Rng::new(2, "a", 1).next()];
        assert!((1..4).all(|place| !different[..place].contains(&different[place])));
    }

    #[test]
    fn weights_are_heeded() {
        let mut rng = Rng::new(1, "weights", 0);
        let count = (0..10_000).filter(|_| *rng.weighted(&[(0, 'a'), (9, 'b'), (1, 'c')]) == 'b').count();
        assert!((8_700..9_300).contains(&count), "{count}");
    }
}
