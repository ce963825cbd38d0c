//! The server's own figures at `/metrics`.

use crate::failure::Outcome;
use crate::load::Api;

const DURATION: &str = "fleetmark_http_request_duration_seconds";

/// What `/metrics` said at a moment.
#[derive(Debug)]
pub struct Figures(String);

impl Figures {
    /// Asks for them.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn read(api: &Api) -> Outcome<Self> {
        api.text("/metrics").map(Self)
    }

    /// The mean of what requests of this route took inside the server since `before`, in milliseconds; none when there
    /// were none.
    pub fn mean_ms_since(&self, before: &Self, route: &str) -> Option<f64> {
        let since = |what: &str| {
            let name = format!("{DURATION}_{what}");
            self.of_route(&name, route) - before.of_route(&name, route)
        };
        let (seconds, count) = (since("sum"), since("count"));
        (count > 0.0).then(|| seconds * 1e3 / count)
    }

    /// The figure of this name that has no labels; zero when it is not there.
    pub fn get(&self, name: &str) -> f64 {
        self.find(|line| line.strip_prefix(name)?.strip_prefix(' '))
    }

    fn of_route(&self, name: &str, route: &str) -> f64 {
        let label = format!("route=\"{route}\"");
        self.find(|line| {
            let (labels, value) = line.strip_prefix(name)?.strip_prefix('{')?.split_once("} ")?;
            labels.split(',').any(|one| one == label).then_some(value)
        })
    }

    fn find<'a>(&'a self, value: impl Fn(&'a str) -> Option<&'a str>) -> f64 {
        self.0.lines().find_map(value).and_then(|value| value.trim().parse().ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(sum: f64, count: u32) -> Figures {
        Figures(format!(
            "# TYPE fleetmark_records counter\nfleetmark_records_total 7\n\
             {DURATION}_sum{{dialect=\"v2\",route=\"/other\"}} 99\n\
             {DURATION}_sum{{dialect=\"v2\",route=\"/tags\"}} {sum}\n\
             {DURATION}_count{{dialect=\"v2\",route=\"/tags\"}} {count}\n"
        ))
    }

    #[test]
    fn the_mean_is_that_of_the_requests_between_two_readings() {
        let (before, after) = (page(0.5, 10), page(0.502, 14));
        let mean = after.mean_ms_since(&before, "/tags").expect("there were requests");
        assert!((mean - 0.5).abs() < 1e-9, "{mean}");
        assert_eq!(after.mean_ms_since(&after, "/tags"), None);
    }

    #[test]
    fn a_figure_without_labels_is_found_by_its_whole_name() {
        assert_eq!(page(1.0, 1).get("fleetmark_records_total"), 7.0);
        assert_eq!(page(1.0, 1).get("fleetmark_records"), 0.0);
    }
}
