//! The figures of the node, of connections and of bodies.

use std::fmt;
use std::sync::Arc;

use node::{CheckpointStats, Head, Node, Stats};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;

use super::page::{Page, counter, gauge};
use crate::auth::Lanes;
use crate::body::Intake;
use crate::serve::Connections;
use crate::streams::Streams;

/// What is read off when it is asked for.
pub(super) struct Running {
    pub(super) node: Arc<Node>,
    pub(super) intake: Arc<Intake>,
    pub(super) connections: Connections,
    pub(super) streams: Arc<Streams>,
    pub(super) lanes: Arc<Lanes>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").finish_non_exhaustive()
    }
}

impl Collector for Running {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page(encoder);
        self.transport(&mut page)?;
        self.holdings(&mut page)?;
        let stats = self.node.stats();
        writer(&mut page, stats)?;
        checkpoints(&mut page, &stats.checkpoints)?;
        self.heads(&mut page)
    }
}

#[expect(clippy::cast_precision_loss, reason = "what is counted here fits into a machine's memory")]
impl Running {
    fn transport(&self, page: &mut Page<'_>) -> fmt::Result {
        let open = self.connections.open() as f64;
        page.gauge("fleetmark_http_connections", "Open connections.", open)?;
        let streams = self.streams.open() as f64;
        page.gauge("fleetmark_change_streams", "Streams of changes that are followed.", streams)?;
        let waiting = self.lanes.waiting() as f64;
        let help = "Requests that wait for their turn, as their tokens are paced.";
        page.gauge("fleetmark_http_requests_waiting", help, waiting)?;
        let help = "Bytes of request bodies that were read.";
        page.counter("fleetmark_http_request_body_bytes", help, self.intake.bytes_read())?;
        let held = self.intake.bytes_held() as f64;
        page.gauge(
            "fleetmark_http_request_bodies_held_bytes",
            "Bytes of request bodies in memory, or about to be.",
            held,
        )
    }

    /// Where each log ends. Each is told of by the head that it has, and so under another label after each write.
    fn heads(&self, page: &mut Page<'_>) -> fmt::Result {
        let help = "Where the change log of a site (0: the instance) ends: its version, under the hash of its last \
                    record.";
        let mut family = page.family("fleetmark_change_log_head", help, MetricType::Gauge)?;
        for Head { site, version, hash } in self.node.heads() {
            let (site, hash) = (site.to_string(), hash.to_string());
            gauge(&mut family, &[("site", &site), ("head", &hash)], version.0 as f64)?;
        }
        Ok(())
    }

    fn holdings(&self, page: &mut Page<'_>) -> fmt::Result {
        let (instance, sites) = (self.node.instance(), self.node.sites());
        let devices: u64 = sites.iter().map(|site| u64::from(site.fleet.len())).sum();
        page.gauge("fleetmark_sites", "Sites.", sites.len() as f64)?;
        page.gauge("fleetmark_devices", "Devices of all sites.", devices as f64)?;
        page.gauge(
            "fleetmark_tokens",
            "Tokens of all sites, expired ones too.",
            instance.token_count() as f64,
        )?;
        let queued = self.node.queued() as f64;
        page.gauge("fleetmark_commands_queued", "Commands that wait for a writer.", queued)?;
        let trouble = f64::from(u8::from(self.node.ready().is_err()));
        page.gauge("fleetmark_store_trouble", "1 while writes are refused, as /readyz tells.", trouble)
    }
}

fn writer(page: &mut Page<'_>, stats: &Stats) -> fmt::Result {
    let help = "How long the store took to make a commit durable.";
    page.durations("fleetmark_commit_duration_seconds", help, &stats.commit_micros.get())?;
    let help = "Commands that one commit carried.";
    page.histogram("fleetmark_commit_commands", help, &stats.group_commands.get())?;
    let help = "Commits that the store did not take.";
    page.counter("fleetmark_commit_failures", help, stats.failed_commits.get())?;
    page.counter("fleetmark_records", "Records made durable.", stats.records.get())?;
    page.counter("fleetmark_record_bytes", "What they weigh.", stats.record_bytes.get())?;
    page.counter("fleetmark_command_panics", "Commands that panicked.", stats.panics.get())?;
    let help = "Commands that were not tried, or not taken by the store.";
    let mut refused = page.family("fleetmark_commands_refused", help, MetricType::Counter)?;
    counter(&mut refused, &[("reason", "busy")], stats.busy.get())?;
    counter(&mut refused, &[("reason", "unavailable")], stats.unavailable.get())
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 and the bytes of a checkpoint fit")]
fn checkpoints(page: &mut Page<'_>, stats: &CheckpointStats) -> fmt::Result {
    page.counter("fleetmark_checkpoints_written", "Checkpoints written.", stats.written.get())?;
    let help = "Checkpoints that could not be written.";
    page.counter("fleetmark_checkpoints_failed", help, stats.failed.get())?;
    let help = "Times that older checkpoints or history could not be taken away.";
    page.counter("fleetmark_tidying_failed", help, stats.tidying_failed.get())?;
    if stats.written.get() == 0 {
        return Ok(());
    }
    let written = stats.last_written_millis.get() as f64 / 1e3;
    page.gauge("fleetmark_checkpoint_last_time_seconds", "When the last was written, since 1970.", written)?;
    let bytes = stats.last_bytes.get() as f64;
    page.gauge("fleetmark_checkpoint_last_bytes", "What had to be written for the last.", bytes)?;
    let took = stats.last_micros.get() as f64 / 1e6;
    page.gauge("fleetmark_checkpoint_last_duration_seconds", "How long the last took.", took)
}
