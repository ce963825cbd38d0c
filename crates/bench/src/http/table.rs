//! The result as a Markdown table, ready for the README.

use std::fmt::Write;

use crate::stats::Round;

/// One job, measured.
pub struct Row {
    /// What was done.
    pub job: &'static str,
    /// The yardstick's letter.
    pub yardstick: char,
    /// Fleetmark's median round; absent when the yardsticks were measured alone.
    pub fleetmark: Option<Round>,
    /// The yardstick's median round.
    pub floor: Round,
}

/// A heading and one line a job.
pub fn markdown(rows: &[Row]) -> String {
    let mut table = String::from(
        "| job | Fleetmark/s | yardstick/s | ratio | Fleetmark p50 / p99 ms | yardstick p50 / p99 ms |\n\
         |---|---|---|---|---|---|\n",
    );
    for row in rows {
        let (rate, ratio, latency) = match &row.fleetmark {
            Some(ours) => {
                let ratio = ours.per_second / row.floor.per_second;
                (format!("{:.0}", ours.per_second), format!("{ratio:.2}"), latency(ours))
            }
            None => ("–".to_owned(), "–".to_owned(), "–".to_owned()),
        };
        let Row { job, yardstick, floor, .. } = row;
        let line = writeln!(
            table,
            "| {job} | {rate} | {yardstick}: {:.0} | {ratio} | {latency} | {} |",
            floor.per_second,
            self::latency(floor)
        );
        line.expect("writing to a String cannot fail");
    }
    table
}

fn latency(round: &Round) -> String {
    format!("{:.2} / {:.2}", round.p50_ms, round.p99_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOR: Round = Round { per_second: 1000.0, p50_ms: 0.5, p99_ms: 1.25 };

    #[test]
    fn a_job_is_shown_with_its_ratio() {
        let ours = Round { per_second: 640.4, p50_ms: 1.0, p99_ms: 2.0 };
        let table = markdown(&[Row { job: "work", yardstick: 'B', fleetmark: Some(ours), floor: FLOOR }]);
        assert!(table.ends_with("| work | 640 | B: 1000 | 0.64 | 1.00 / 2.00 | 0.50 / 1.25 |\n"), "{table}");
    }

    #[test]
    fn a_yardstick_alone_has_no_ratio() {
        let table = markdown(&[Row { job: "work", yardstick: 'H', fleetmark: None, floor: FLOOR }]);
        assert!(table.ends_with("| work | – | H: 1000 | – | – | 0.50 / 1.25 |\n"), "{table}");
    }
}
