//! What runs, since when, and how much memory it has.

use domain::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;

use super::page::Page;

/// Linux tells here, among other things, how much memory the process has.
const STATUS: &str = "/proc/self/status";

#[derive(Debug)]
pub(super) struct Process {
    started: Timestamp,
}

impl Process {
    pub(super) fn started(at: Timestamp) -> Self {
        Self { started: at }
    }
}

impl Collector for Process {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 and bytes of memory fit")]
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        let mut page = Page(encoder);
        let mut build = page.family("fleetmark_build_info", "What runs, always 1.", MetricType::Gauge)?;
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        ConstGauge::new(1i64).encode(build.encode_family(&version)?)?;
        let started = self.started.millis() as f64 / 1e3;
        page.gauge("process_start_time_seconds", "When the server started, since 1970.", started)?;
        let status = std::fs::read_to_string(STATUS).unwrap_or_default();
        match resident_bytes(&status) {
            Some(bytes) => {
                page.gauge("process_resident_memory_bytes", "Memory that the process has.", bytes as f64)
            }
            None => Ok(()),
        }
    }
}

/// `VmRSS:     12345 kB`, in bytes.
fn resident_bytes(status: &str) -> Option<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_where_the_system_tells_it() {
        assert_eq!(resident_bytes("Name:\tx\nVmRSS:\t   12 kB\nVmData:\t 9 kB\n"), Some(12 * 1024));
        for odd in ["", "VmRSS:", "VmRSS: x kB", "VmRSS: 12 MB", "VmRSS: 18446744073709551615 kB"] {
            assert_eq!(resident_bytes(odd), None, "{odd}");
        }
    }
}
