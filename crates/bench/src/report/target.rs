//! What a figure has to reach (DESIGN §9).

use super::measure::Measure;

/// A bound that must hold and one that is aimed at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// At least so many times the yardstick: for rates.
    TimesAtLeast {
        /// Below this the job is missed.
        must: f64,
        /// From here on it is as good as hoped for.
        aim: f64,
    },
    /// At most so many times the yardstick: for latencies.
    TimesAtMost {
        /// Above this the job is missed.
        must: f64,
        /// Up to here it is as good as hoped for.
        aim: f64,
    },
    /// At most so much, whatever the yardstick.
    AtMost {
        /// Above this the job is missed.
        must: Measure,
        /// Up to here it is as good as hoped for; absent: there is no more to hope for.
        aim: Option<Measure>,
    },
    /// Nothing was set: the figure is there to be known.
    Unset,
}

/// How a figure stands to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What is aimed at.
    Aim,
    /// What must be, and no more.
    Must,
    /// Less than what must be.
    Missed,
    /// No target, or nothing to compare with.
    Open,
}

impl Target {
    /// Judges a figure, and its ratio to the yardstick where there is one.
    pub fn judge(&self, measured: Measure, ratio: Option<f64>) -> Verdict {
        let graded = |aim: bool, must: bool| match (aim, must) {
            (true, _) => Verdict::Aim,
            (_, true) => Verdict::Must,
            _ => Verdict::Missed,
        };
        match (self, ratio) {
            (Self::TimesAtLeast { must, aim }, Some(ratio)) => graded(ratio >= *aim, ratio >= *must),
            (Self::TimesAtMost { must, aim }, Some(ratio)) => graded(ratio <= *aim, ratio <= *must),
            (Self::AtMost { must, aim }, _) => {
                let within = |bound: Measure| measured.value() <= bound.value();
                graded(within(aim.unwrap_or(*must)), within(*must))
            }
            (Self::Unset | Self::TimesAtLeast { .. } | Self::TimesAtMost { .. }, _) => Verdict::Open,
        }
    }

    /// Both bounds as the table shows them.
    pub fn bounds(&self) -> [String; 2] {
        match self {
            Self::TimesAtLeast { must, aim } => [must, aim].map(|times| format!("≥ {times:.2} ×")),
            Self::TimesAtMost { must, aim } => [must, aim].map(|times| format!("≤ {times:.2} ×")),
            Self::AtMost { must, aim } => {
                [Some(*must), *aim].map(|bound| bound.map_or_else(none, |bound| format!("≤ {bound}")))
            }
            Self::Unset => [none(), none()],
        }
    }
}

impl Verdict {
    /// As the table shows it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Aim => "aim",
            Self::Must => "must",
            Self::Missed => "**no**",
            Self::Open => "–",
        }
    }
}

fn none() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_judged_by_its_ratio() {
        let target = Target::TimesAtLeast { must: 0.4, aim: 0.6 };
        let judged = |ratio| target.judge(Measure::PerSecond(1.0), ratio);
        assert_eq!(judged(Some(0.61)), Verdict::Aim);
        assert_eq!(judged(Some(0.4)), Verdict::Must);
        assert_eq!(judged(Some(0.39)), Verdict::Missed);
        assert_eq!(judged(None), Verdict::Open, "without a yardstick nothing can be said");
    }

    #[test]
    fn a_latency_beside_a_yardstick_may_be_higher_up_to_its_bound() {
        let target = Target::TimesAtMost { must: 1.5, aim: 1.15 };
        let judged = |ratio| target.judge(Measure::Millis(1.0), Some(ratio));
        assert_eq!([judged(1.1), judged(1.5), judged(1.6)], [Verdict::Aim, Verdict::Must, Verdict::Missed]);
    }

    #[test]
    fn a_bound_in_itself_needs_no_yardstick() {
        let target = Target::AtMost { must: Measure::Millis(10.0), aim: Some(Measure::Millis(4.0)) };
        let judged = |ms| target.judge(Measure::Millis(ms), None);
        assert_eq!([judged(4.0), judged(10.0), judged(10.1)], [Verdict::Aim, Verdict::Must, Verdict::Missed]);
        let only_must = Target::AtMost { must: Measure::Mib(1.0), aim: None };
        assert_eq!(only_must.judge(Measure::Mib(0.5), None), Verdict::Aim);
    }
}
