//! The result as a Markdown table, ready for docs/PERFORMANCE.md.

use super::row::{Cpu, Figures, Latency, Row};

const HEADING: &str = "\
| job | Fleetmark | yardstick | ratio | must | aim | met | p50 / p99 ms | yardstick's p50 / p99 ms | CPU µs | yardstick's CPU µs |\n\
|---|---|---|---|---|---|---|---|---|---|---|\n";

/// The whole reason was told when it came up.
const CELL_CHARS_MAX: usize = 120;

/// A heading and one line a job.
pub fn markdown(rows: &[Row]) -> String {
    let lines = rows.iter().map(|row| match &row.result {
        Ok(figures) => measured(&row.job, figures),
        Err(why) => format!("| {} | left out: {} | | | | | | | | | |\n", row.job, one_cell(why)),
    });
    std::iter::once(HEADING.to_owned()).chain(lines).collect()
}

fn measured(job: &str, figures: &Figures) -> String {
    let yardstick = figures.yardstick.as_ref();
    let name = yardstick.map(|yardstick| format!("{}: {}", yardstick.name, yardstick.measured));
    let ratio = figures
        .ratio()
        .map(|ratio| if ratio < 9.995 { format!("{ratio:.2}") } else { format!("{ratio:.0}") });
    let [must, aim] = figures.target.bounds();
    let cells = [
        job.to_owned(),
        figures.measured.to_string(),
        name.unwrap_or_else(dash),
        ratio.unwrap_or_else(dash),
        must,
        aim,
        figures.verdict().text().to_owned(),
        latency(figures.latency),
        latency(yardstick.and_then(|yardstick| yardstick.latency)),
        cpu(figures.cpu),
        cpu(yardstick.and_then(|yardstick| yardstick.cpu)),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// The beginning of a text, as a cell can hold it.
fn one_cell(text: &str) -> String {
    let text: String = text.chars().take(CELL_CHARS_MAX).collect();
    text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn latency(latency: Option<Latency>) -> String {
    latency.map_or_else(dash, |latency| format!("{:.2} / {:.2}", latency.p50_ms, latency.p99_ms))
}

fn cpu(cpu: Option<Cpu>) -> String {
    cpu.map_or_else(dash, |cpu| format!("{:.1} + {:.1}", cpu.own_us, cpu.system_us))
}

fn dash() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Measure, Target};

    fn line(row: Row) -> String {
        markdown(&[row]).lines().last().expect("a line").to_owned()
    }

    #[test]
    fn a_job_is_shown_with_its_ratio_and_verdict() {
        let row = Row::of("work", Measure::PerSecond(640.4))
            .beside("B", Measure::PerSecond(1000.0), Some(Latency { p50_ms: 0.5, p99_ms: 1.25 }))
            .latency(Latency { p50_ms: 1.0, p99_ms: 2.0 })
            .cpu(Some(Cpu { own_us: 1.52, system_us: 2.16 }), None)
            .target(Target::TimesAtLeast { must: 0.4, aim: 0.6 });
        assert_eq!(
            line(row),
            "| work | 640/s | B: 1000/s | 0.64 | ≥ 0.40 × | ≥ 0.60 × | aim | 1.00 / 2.00 | 0.50 / 1.25 | 1.5 + 2.2 | – |"
        );
    }

    #[test]
    fn a_figure_alone_has_dashes_for_what_it_lacks() {
        let row = Row::of("disk", Measure::Mib(94.0))
            .target(Target::AtMost { must: Measure::Mib(150.0), aim: Some(Measure::Mib(80.0)) });
        assert_eq!(line(row), "| disk | 94.0 MiB | – | – | ≤ 150 MiB | ≤ 80.0 MiB | must | – | – | – | – |");
    }

    #[test]
    fn what_was_left_out_says_why() {
        let text = line(Row::left_out("PostgreSQL", "there is no `pgbench`"));
        assert_eq!(text, "| PostgreSQL | left out: there is no `pgbench` | | | | | | | | | |");
    }

    #[test]
    fn a_reason_of_several_lines_stays_in_its_cell() {
        let text = line(Row::left_out("PostgreSQL", "it failed:\n a | b\n"));
        assert_eq!(text, "| PostgreSQL | left out: it failed: a \\| b | | | | | | | | | |");
    }

    #[test]
    fn every_line_has_as_many_cells_as_the_heading() {
        let rows = [Row::of("a", Measure::Millis(1.0)), Row::left_out("b", "c")];
        let cells: Vec<_> = markdown(&rows).lines().map(|line| line.matches('|').count()).collect();
        assert!(cells.iter().all(|count| *count == 12), "{cells:?}");
    }
}
