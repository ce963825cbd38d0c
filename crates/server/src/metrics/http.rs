//! The figures of requests.

use std::fmt::{self, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use node::Counter;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;

use super::page::{Page, counter, durations};
use super::route::Route;
use crate::dialects::Dialect;
use crate::limit::Limit;

/// Counts requests, without a lock and without allocating.
pub(crate) struct Http {
    /// Of each dialect, for the paths that no route has.
    unmatched: [Arc<Route>; Dialect::ALL.len()],
    /// All of them, by dialect and template.
    all: Vec<Arc<Route>>,
    in_flight: AtomicUsize,
    panics: Counter,
    refused: [Counter; Limit::ALL.len()],
}

/// Counts a request as being in hand until it is dropped.
pub(crate) struct InFlight<'a>(&'a AtomicUsize);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Http {
    /// One for the paths of these templates, which differ, each with its dialect.
    pub(crate) fn of(templates: impl Iterator<Item = (&'static str, String)>) -> Self {
        let unmatched = Dialect::ALL.map(|dialect| Arc::new(Route::new(dialect.name(), None)));
        let mut all = unmatched.to_vec();
        all.extend(templates.map(|(dialect, template)| Arc::new(Route::new(dialect, Some(&template)))));
        all.sort_by_key(|route| (route.dialect, route.label().to_owned()));
        Self {
            unmatched,
            all,
            in_flight: AtomicUsize::default(),
            panics: Counter::default(),
            refused: Default::default(),
        }
    }

    /// A request has come.
    pub(crate) fn begin(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(&self.in_flight)
    }

    /// How many requests are in hand.
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Where requests for the paths of a template are counted.
    pub(crate) fn of_template(&self, template: &str) -> Arc<Route> {
        let found = self.all.iter().find(|route| route.template() == Some(template));
        Arc::clone(found.expect("it was made for all templates"))
    }

    /// Where requests of a dialect for a path that no route has are counted.
    pub(crate) fn unmatched(&self, dialect: Dialect) -> &Route {
        &self.unmatched[dialect as usize]
    }

    /// A request's handling panicked.
    pub(crate) fn panicked(&self) {
        self.panics.add(1);
    }

    /// A request was refused because of a limit.
    pub(crate) fn refused(&self, limit: Limit) {
        self.refused[limit as usize].add(1);
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

impl Collector for Http {
    #[expect(clippy::cast_precision_loss, reason = "as many requests at once do not fit into a machine")]
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result {
        let mut page = Page(encoder);
        let routes: Vec<_> = self.all.iter().filter(|route| route.was_called()).collect();
        let mut requests =
            page.family("fleetmark_http_requests", "Requests answered.", MetricType::Counter)?;
        for route in &routes {
            let (dialect, template) = (route.dialect, route.label());
            for (method, status, count) in route.answers() {
                let labels =
                    [("dialect", dialect), ("route", template), ("method", method), ("status", status)];
                counter(&mut requests, &labels, count)?;
            }
        }
        let (name, help) =
            ("fleetmark_http_request_duration_seconds", "From the head of a request to its answer's.");
        let mut family = page.family(name, help, MetricType::Histogram)?;
        for route in &routes {
            let labels = [("dialect", route.dialect), ("route", route.label())];
            durations(&mut family.encode_family(&labels)?, &route.duration.get())?;
        }
        let in_flight = self.in_flight() as f64;
        page.gauge("fleetmark_http_requests_in_flight", "Requests in hand.", in_flight)?;
        let help = "Requests whose handling panicked.";
        page.counter("fleetmark_http_panics", help, self.panics.get())?;
        let help = "Requests refused because of a limit.";
        let mut refused = page.family("fleetmark_http_refused", help, MetricType::Counter)?;
        for (limit, count) in Limit::ALL.iter().zip(&self.refused) {
            counter(&mut refused, &[("limit", limit.name())], count.get())?;
        }
        Ok(())
    }
}
