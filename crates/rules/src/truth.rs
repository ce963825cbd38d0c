//! Three-valued truth.

/// What a check, a tree or a rule says of a device. Unknown is not no: a fact that was never reported decides
/// nothing. The order is Kleene's: `$and` is the minimum of its children, `$or` the maximum (netskope-v2 §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Truth {
    /// It does not hold.
    Fail = 0,
    /// The facts to tell are missing.
    Unknown = 1,
    /// It holds.
    Pass = 2,
}

impl Truth {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// The minimum of `truths`, asking no further than the first that fails.
    pub(crate) fn all(truths: impl Iterator<Item = Self>) -> Self {
        let mut result = Self::Pass;
        for truth in truths {
            if truth == Self::Fail {
                return Self::Fail;
            }
            result = result.and(truth);
        }
        result
    }

    /// The maximum of `truths`, asking no further than the first that passes.
    pub(crate) fn any(truths: impl Iterator<Item = Self>) -> Self {
        let mut result = Self::Fail;
        for truth in truths {
            if truth == Self::Pass {
                return Self::Pass;
            }
            result = result.or(truth);
        }
        result
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Pass } else { Self::Fail }
    }
}

/// A statement about a fact that may not have been reported.
impl From<Option<bool>> for Truth {
    fn from(holds: Option<bool>) -> Self {
        holds.map_or(Self::Unknown, Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, Fail, Pass, Unknown};

    #[test]
    fn follows_kleenes_tables() {
        let all = [Fail, Unknown, Pass];
        let and = [[Fail, Fail, Fail], [Fail, Unknown, Unknown], [Fail, Unknown, Pass]];
        let or = [[Fail, Unknown, Pass], [Unknown, Unknown, Pass], [Pass, Pass, Pass]];
        for (row, a) in all.into_iter().enumerate() {
            for (column, b) in all.into_iter().enumerate() {
                assert_eq!(a.and(b), and[row][column]);
                assert_eq!(a.or(b), or[row][column]);
                assert_eq!(Truth::all([a, b].into_iter()), a.and(b));
                assert_eq!(Truth::any([a, b].into_iter()), a.or(b));
                for c in all {
                    assert_eq!(a.and(b).and(c), a.and(b.and(c)));
                    assert_eq!(a.or(b).or(c), a.or(b.or(c)));
                    assert_eq!(a.and(b.or(c)), a.and(b).or(a.and(c)));
                    assert_eq!(a.or(b.and(c)), a.or(b).and(a.or(c)));
                    assert_eq!(a.and(a.or(b)), a);
                }
            }
        }
    }

    #[test]
    fn stops_at_the_first_that_decides() {
        let mut asked = 0;
        let mut counted = |truth| {
            asked += 1;
            truth
        };
        Truth::all([Unknown, Fail, Pass].into_iter().map(&mut counted));
        Truth::any([Unknown, Pass, Fail].into_iter().map(&mut counted));
        assert_eq!(asked, 4);
    }
}
