//! The verdict over memory.

/// The last third may have so many times the memory of the middle third.
const GROWTH_MAX: f64 = 1.10;

/// Samples in the order of time, in MiB.
#[derive(Debug, Default)]
pub struct Memory(Vec<f64>);

impl Memory {
    /// The next one.
    pub fn add(&mut self, resident_mib: f64) {
        self.0.push(resident_mib);
    }

    /// Least, most and last after the first third, in which caches and kept states fill; and whether it grew from the
    /// middle third to the last.
    pub fn report(&self) -> String {
        let warm = &self.0[self.0.len() / 3..];
        let (middle, last) = warm.split_at(warm.len() / 2);
        let (Some(before), Some(after), Some(now)) = (mean(middle), mean(last), warm.last()) else {
            return "Memory: too short to tell; take more operations.".to_owned();
        };
        let least = warm.iter().copied().fold(f64::INFINITY, f64::min);
        let most = warm.iter().copied().fold(0.0, f64::max);
        let verdict = if after <= before * GROWTH_MAX { "flat" } else { "grows" };
        format!(
            "Memory after warm-up: least {least:.0} MiB, most {most:.0} MiB, last {now:.0} MiB. Mean of the middle third \
             {before:.0} MiB, of the last {after:.0} MiB (at most {GROWTH_MAX:.2} ×): {verdict}."
        )
    }
}

fn mean(samples: &[f64]) -> Option<f64> {
    let sum: f64 = samples.iter().sum();
    let count = u32::try_from(samples.len()).ok().filter(|count| *count > 0)?;
    Some(sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(samples: &[f64]) -> String {
        let mut memory = Memory::default();
        samples.iter().for_each(|mib| memory.add(*mib));
        memory.report()
    }

    #[test]
    fn what_fills_in_the_beginning_does_not_count() {
        let text = report(&[10.0, 60.0, 100.0, 102.0, 101.0, 103.0]);
        assert!(
            text.starts_with("Memory after warm-up: least 100 MiB, most 103 MiB, last 103 MiB."),
            "{text}"
        );
        assert!(text.ends_with(": flat."), "{text}");
    }

    #[test]
    fn steady_growth_is_told() {
        let text = report(&[100.0, 120.0, 140.0, 160.0, 180.0, 200.0]);
        assert!(text.ends_with("(at most 1.10 ×): grows."), "{text}");
        assert!(report(&[]).contains("too short"));
    }
}
