//! The figures of requests.

use std::collections::HashMap;
use std::fmt::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};
use node::Counter;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;

use super::page::{Page, counter, durations};
use super::route::Route;
use crate::limit::Limit;

/// Stands for the route of a path that none has.
const UNMATCHED: &str = "unmatched";

/// Counts requests. A request takes no lock and allocates nothing, unless it is the first of its route.
#[derive(Debug, Default)]
pub(crate) struct Http {
    /// By template, and by dialect for what has no route; templates begin with a slash, dialects do not.
    routes: ArcSwap<HashMap<Box<str>, Arc<Route>>>,
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
    /// A request has come.
    pub(crate) fn begin(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(&self.in_flight)
    }

    /// A request was answered.
    pub(crate) fn answered(
        &self,
        dialect: &'static str,
        route: Option<&MatchedPath>,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let key = route.map_or(dialect, MatchedPath::as_str);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(known) = self.routes.load().get(key) {
            return known.count(method, status, micros);
        }
        let template = route.map_or(UNMATCHED, MatchedPath::as_str);
        self.routes.rcu(|routes| {
            let mut routes = HashMap::clone(routes);
            routes.entry(key.into()).or_insert_with(|| Arc::new(Route::new(dialect, template)));
            routes
        });
        if let Some(known) = self.routes.load().get(key) {
            known.count(method, status, micros);
        }
    }

    /// A request's handling panicked.
    pub(crate) fn panicked(&self) {
        self.panics.add(1);
    }

    /// A request was refused because of a limit.
    pub(crate) fn refused(&self, limit: Limit) {
        self.refused[limit as usize].add(1);
    }

    /// All routes that were called so far, in order.
    fn routes(&self) -> Vec<Arc<Route>> {
        let mut routes: Vec<_> = self.routes.load().values().cloned().collect();
        routes.sort_by(|a, b| (a.dialect, &a.template).cmp(&(b.dialect, &b.template)));
        routes
    }
}

impl Collector for Http {
    #[expect(clippy::cast_precision_loss, reason = "as many requests at once do not fit into a machine")]
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result {
        let mut page = Page(encoder);
        let routes = self.routes();
        let mut requests =
            page.family("fleetmark_http_requests", "Requests answered.", MetricType::Counter)?;
        for route in &routes {
            let (dialect, template) = (route.dialect, &*route.template);
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
            let labels = [("dialect", route.dialect), ("route", &*route.template)];
            durations(&mut family.encode_family(&labels)?, &route.duration.get())?;
        }
        let in_flight = self.in_flight.load(Ordering::Relaxed) as f64;
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
