//! The figures of one route.

use std::array;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use node::{Counter, Histogram};

/// Upper bounds of the durations that are told apart, in microseconds: 50 µs to a minute.
const DURATION_MICROS: &[u64] = &[
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
];
/// Stands for the template where there is none.
const UNMATCHED: &str = "unmatched";
/// The methods that are named; the last stands for all others.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "other"];
/// The statuses that the server gives; the last stands for all others.
const STATUSES: [&str; 22] = [
    "200", "201", "202", "204", "302", "304", "307", "400", "401", "403", "404", "405", "408", "409", "410",
    "413", "414", "415", "429", "500", "503", "other",
];

/// What the route's answers were. All of it is there from the start, so that counting is adding.
pub(crate) struct Route {
    pub(super) dialect: &'static str,
    template: Option<Box<str>>,
    pub(super) duration: Histogram,
    answers: [[Counter; STATUSES.len()]; METHODS.len()],
}

impl Route {
    /// One without a template is that of all paths that no route has.
    pub(super) fn new(dialect: &'static str, template: Option<&str>) -> Self {
        let answers = array::from_fn(|_| array::from_fn(|_| Counter::default()));
        Self {
            dialect,
            template: template.map(Into::into),
            duration: Histogram::new(DURATION_MICROS),
            answers,
        }
    }

    /// Its template; none when it is that of no route.
    pub(crate) fn template(&self) -> Option<&str> {
        self.template.as_deref()
    }

    /// As the label says it.
    pub(super) fn label(&self) -> &str {
        self.template().unwrap_or(UNMATCHED)
    }

    /// A request was answered.
    pub(crate) fn count(&self, method: &Method, status: StatusCode, took: Duration) {
        self.answers[place(&METHODS, method.as_str())][place(&STATUSES, status.as_str())].add(1);
        self.duration.observe(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    pub(super) fn was_called(&self) -> bool {
        self.answers().next().is_some()
    }

    /// Method, status and how often, for what there was.
    pub(super) fn answers(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        METHODS.iter().zip(&self.answers).flat_map(|(method, counts)| {
            let counts = STATUSES.iter().zip(counts).map(|(status, count)| (*method, *status, count.get()));
            counts.filter(|(.., count)| *count > 0)
        })
    }
}

/// Where the name stands, or the place of all others.
fn place<const N: usize>(names: &[&str; N], name: &str) -> usize {
    names.iter().position(|known| *known == name).unwrap_or(N - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_counts_with_all_others() {
        let route = Route::new("fleetmark", Some("/x"));
        route.count(&Method::GET, StatusCode::OK, Duration::from_micros(10));
        route.count(&Method::GET, StatusCode::OK, Duration::from_micros(10));
        route.count(
            &Method::from_bytes(b"BREW").unwrap(),
            StatusCode::IM_A_TEAPOT,
            Duration::from_micros(10),
        );
        assert_eq!(route.answers().collect::<Vec<_>>(), [("GET", "200", 2), ("other", "other", 1)]);
        assert_eq!(route.duration.get().sum, 30);
    }
}
