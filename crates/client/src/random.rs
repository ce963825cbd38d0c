//! The edge where randomness comes in: jitter only, nothing secret.

/// A random number, 0 ≤ n < 1, for jitter. Without a source of randomness it is ½: a wait without jitter is still
/// a wait.
#[expect(clippy::disallowed_methods, reason = "the edge: jitter of waits needs real randomness")]
pub fn random_unit() -> f64 {
    let mut bytes = [0; 4];
    if getrandom::fill(&mut bytes).is_err() {
        return 0.5;
    }
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_stays_between_nothing_and_one() {
        assert!((0..1000).map(|_| super::random_unit()).all(|n| (0.0..1.0).contains(&n)));
    }
}
