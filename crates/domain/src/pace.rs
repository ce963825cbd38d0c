//! How fast the requests of one token are served (netskope-v1, Pacing).

use crate::error::FormError;

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure<const MIN: u16, const MAX: u16>(u16);

/// How many requests are served at once. More than ten thousand a period is no pace.
pub type AtOnce = Figure<1, 10_000>;
/// How many requests may wait. Each that does holds a connection, of which there are so many.
pub type Waiting = Figure<0, 1_000>;
/// How long a period is, in seconds: longer than its first second, and short enough that who comes last is served well
/// before an answer is given up, which is after a minute.
pub type PeriodSeconds = Figure<2, 30>;

/// So many requests in a period, some of them at once and the others evenly over what comes after its first second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many are served at once.
    pub at_once: AtOnce,
    /// How many more wait for their turn; beyond them requests are refused.
    pub waiting: Waiting,
    /// How long the period is.
    pub seconds: PeriodSeconds,
}

/// The paces of a site's tokens, of each in each dialect apart; `None`: as fast as they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pacing {
    /// On Netskope's REST API v1.
    pub netskope_v1: Option<Pace>,
    /// On Netskope's v2.
    pub netskope_v2: Option<Pace>,
    /// On AlloyScan's paths and our own.
    pub alloyscan: Option<Pace>,
}

impl<const MIN: u16, const MAX: u16> Figure<MIN, MAX> {
    /// Reads a number.
    ///
    /// # Errors
    /// Says which there may be.
    pub fn new(figure: i64) -> Result<Self, FormError> {
        let known = u16::try_from(figure).ok().filter(|figure| (MIN..=MAX).contains(figure));
        known.map(Self).ok_or_else(|| FormError::new("range", format!("must be {MIN} to {MAX}")))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0 as u32
    }
}

impl Pace {
    /// The seed's: 24 in five seconds, four of them in the first.
    pub const SEED: Self = Self { at_once: Figure(4), waiting: Figure(20), seconds: Figure(5) };

    /// How many requests are served in one period.
    #[must_use]
    pub const fn total(self) -> u32 {
        self.at_once.get() + self.waiting.get()
    }
}

/// The seed's.
impl Default for Pace {
    fn default() -> Self {
        Self::SEED
    }
}

/// As Netskope has it: REST API v1 is paced.
impl Default for Pacing {
    fn default() -> Self {
        Self { netskope_v1: Some(Pace::SEED), netskope_v2: None, alloyscan: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_pace_is_one_that_may_be_set() {
        let Pace { at_once, waiting, seconds } = Pace::SEED;
        assert_eq!((AtOnce::new(4), Waiting::new(20)), (Ok(at_once), Ok(waiting)));
        assert_eq!(PeriodSeconds::new(5), Ok(seconds));
        assert_eq!(Pace::SEED.total(), 24);
    }

    #[test]
    fn a_figure_is_the_least_to_the_most_that_there_may_be() {
        for good in [2, 5, 30] {
            assert_eq!(i64::from(PeriodSeconds::new(good).unwrap().get()), good);
        }
        assert_eq!(Waiting::new(0).unwrap().get(), 0);
        for bad in [i64::MIN, -1, 0, 1, 31, 1 << 32, (1 << 32) + 5, i64::MAX] {
            assert_eq!(PeriodSeconds::new(bad).unwrap_err().message, "must be 2 to 30", "{bad}");
        }
    }
}
