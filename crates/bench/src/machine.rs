//! On what the numbers were measured: a ratio travels, a number alone does not.

use std::fs;
use std::process::Command;

/// One line: cores, processor, kernel, compiler, and the load before the bench began.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").ok();
    let cpu = cpu.as_deref().and_then(model_in).unwrap_or("unknown processor").to_owned();
    let kernel = first_word("/proc/sys/kernel/osrelease");
    let load = first_word("/proc/loadavg");
    let rustc = Command::new("rustc").arg("--version").output().ok();
    let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let rustc = rustc.unwrap_or_else(|| "rustc unknown".to_owned());
    format!("{cores} cores, {cpu}, kernel {kernel}, {rustc}, load {load} before the run")
}

fn first_word(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

/// The value of the first `model name : …` line.
fn model_in(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, model)| model.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_the_first_model_name() {
        let cpuinfo = "processor\t: 0\nmodel name\t: Fast CPU @ 3 GHz\nmodel name\t: Other\n";
        assert_eq!(model_in(cpuinfo), Some("Fast CPU @ 3 GHz"));
        assert_eq!(model_in("processor\t: 0\n"), None);
    }
}
