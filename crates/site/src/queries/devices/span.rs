//! Addresses as far as 64 bits tell them apart.

/// What addresses are compared by at a glance: how far each is beyond the lowest of a span, in steps of as many as it
/// takes to count the highest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    lowest: u128,
    step_bits: u32,
}

/// The span of all.
impl Default for Span {
    fn default() -> Self {
        Self { lowest: 0, step_bits: 128 - COUNT_BITS }
    }
}

/// Steps are counted in so many bits.
const COUNT_BITS: u32 = 63;

impl Span {
    /// The span that has all of these.
    pub(super) fn of(addresses: impl Iterator<Item = Option<u128>> + Clone) -> Self {
        let lowest = addresses.clone().map(number).min().unwrap_or_default();
        let width = addresses.map(number).max().unwrap_or_default() - lowest;
        Self { lowest, step_bits: (u128::BITS - width.leading_zeros()).saturating_sub(COUNT_BITS) }
    }

    /// Addresses, and none before all of them, are in the order of these numbers: the lowest or the highest is that of
    /// what lies beyond the span.
    #[inline]
    pub(super) fn glance(&self, address: Option<u128>) -> u64 {
        match number(address).checked_sub(self.lowest) {
            None => 0,
            Some(beyond) => {
                u64::try_from(beyond >> self.step_bits).map_or(u64::MAX, |steps| steps.saturating_add(1))
            }
        }
    }

    /// As [`Self::glance`], at many addresses of version 4.
    pub(super) fn v4_glances(&self, addresses: &[u32], glances: &mut [u64]) {
        // No other lies as far from the lowest of all as 64 bits count.
        let lowest = u64::try_from(self.lowest).unwrap_or(u64::MAX);
        let step_bits = self.step_bits.min(COUNT_BITS);
        for (glance, address) in glances.iter_mut().zip(addresses) {
            let number = V4 + u64::from(*address);
            *glance = if number < lowest { 0 } else { ((number - lowest) >> step_bits) + 1 };
        }
    }

    /// Whether addresses of this number are all the same.
    #[inline]
    pub(super) fn tells_all(&self, glance: u64) -> bool {
        self.step_bits == 0 && glance != 0 && glance != u64::MAX
    }
}

/// The number of the lowest address of version 4.
const V4: u64 = (0xFFFF << 32) + 1;

/// The highest address is taken for the one before: by none is it had.
fn number(address: Option<u128>) -> u128 {
    address.map_or(0, |address| address.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address() -> impl Strategy<Value = Option<u128>> {
        let v4 = any::<u32>().prop_map(|address| 0xFFFF << 32 | u128::from(address));
        let near = (0..9_u128).prop_map(|host| 0x2001_0DB8 << 96 | host);
        proptest::option::weighted(0.9, prop_oneof![any::<u128>(), v4, near, 0..9_u128])
    }

    proptest! {
        #[test]
        fn addresses_are_in_the_order_of_their_glances(
            within in proptest::collection::vec(address(), 1..4), (one, other) in (address(), address()),
        ) {
            let span = Span::of(within.iter().copied());
            let pairs = within.iter().zip(&within[1..]).map(|(one, other)| (*one, *other)).chain([(one, other)]);
            for span in [span, Span::default()] {
                for address in [0, 1, 77 << 8, u32::MAX] {
                    let mut glances = [0];
                    span.v4_glances(&[address], &mut glances);
                    prop_assert_eq!(glances[0], span.glance(Some(0xFFFF << 32 | u128::from(address))));
                }
                for (one, other) in pairs.clone() {
                    let [at, before] = [one, other].map(|address| span.glance(address));
                    prop_assert!(at.cmp(&before) == one.cmp(&other) || at == before);
                    prop_assert!(at != before || one == other || !span.tells_all(at));
                }
            }
            // All of a span are not the same to it unless they are.
            let glances: std::collections::BTreeSet<_> = within.iter().map(|address| span.glance(*address)).collect();
            prop_assert!(glances.len() > 1 || within.iter().all(|address| *address == within[0]));
            prop_assert!(glances.len() > 1 || glances.iter().all(|glance| span.tells_all(*glance)));
        }
    }
}
