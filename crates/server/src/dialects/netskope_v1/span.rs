//! The span of time that alerts and events are asked for (netskope-v1, alerts).

use domain::{Timestamp, Violation};

use crate::params::Params;
use crate::violations::Violations;

/// The periods that can be named, in seconds: an hour, a day, a week, thirty days.
pub(super) const PERIODS: [i64; 4] = [3600, 86_400, 604_800, 2_592_000];

/// Both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: Timestamp,
    /// None: until now.
    pub(super) end: Option<Timestamp>,
}

impl Span {
    /// `timeperiod`, or `starttime` and `endtime` in Unix seconds; the last day without either.
    pub(super) fn of(params: &Params, now: Timestamp, wrong: &mut Violations) -> Self {
        let last = |seconds: i64| Self { start: now.plus_millis(-1000 * seconds), end: None };
        let moments = ["starttime", "endtime"].map(|name| moment(params, name, wrong));
        match (params.text("timeperiod"), moments) {
            (None, [None, None]) => last(PERIODS[1]),
            (None, [start, end]) => {
                if let (Some(start), Some(end)) = (start, end)
                    && end < start
                {
                    wrong.push(Violation::new("endtime", "order", "endtime must not be before starttime"));
                }
                Self { start: start.unwrap_or_default(), end: end.map(|end| end.plus_millis(999)) }
            }
            (Some(text), moments) => {
                if moments != [None, None] {
                    let message = "give timeperiod or starttime and endtime, not both";
                    wrong.push(Violation::new("timeperiod", "ambiguous", message));
                }
                let period = text.parse().ok().filter(|period| PERIODS.contains(period));
                last(period.unwrap_or_else(|| {
                    let periods = PERIODS.map(|period| period.to_string()).join(", ");
                    let message = format!("timeperiod must be one of {periods}");
                    wrong.push(Violation::new("timeperiod", "period", message));
                    PERIODS[1]
                }))
            }
        }
    }
}

fn moment(params: &Params, name: &'static str, wrong: &mut Violations) -> Option<Timestamp> {
    let text = params.text(name)?;
    let seconds = text.parse().ok().filter(|seconds: &i64| *seconds >= 0);
    if seconds.is_none() {
        wrong.push(Violation::new(name, "number", format!("{name} must be Unix seconds")));
    }
    seconds.map(Timestamp::from_seconds)
}
