//! On what the numbers were measured: a ratio travels, a number alone does not.

use std::fs;
use std::process::Command;

/// One line: cores, processor, memory, kernel, compiler, and the load before the bench began.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").ok();
    let cpu = cpu.as_deref().and_then(model_in).unwrap_or("unknown processor").to_owned();
    let memory = fs::read_to_string("/proc/meminfo").ok().as_deref().and_then(memory_gib_in);
    let memory = memory.map_or_else(|| "memory unknown".to_owned(), |gib| format!("{gib} GiB"));
    let kernel = first_word("/proc/sys/kernel/osrelease");
    let load = first_word("/proc/loadavg");
    let rustc = said(Command::new("rustc").arg("--version")).unwrap_or_else(|| "rustc unknown".to_owned());
    format!("{cores} cores, {cpu}, {memory}, kernel {kernel}, {rustc}, load {load} before the run")
}

/// The commit that was built, with a mark when files differ from it.
pub fn commit() -> String {
    let commit = said(Command::new("git").args(["describe", "--always", "--dirty", "--abbrev=12"]));
    commit.unwrap_or_else(|| "unknown".to_owned())
}

/// The arguments of this run but `flag` and its value, each with a space before it.
pub fn arguments_after(flag: &str) -> String {
    shown(&std::env::args().skip(2).collect::<Vec<_>>(), flag)
}

fn shown(arguments: &[String], flag: &str) -> String {
    let place = arguments.iter().position(|argument| argument == flag);
    let left_out = |number: usize| place.is_some_and(|place| number == place || number == place + 1);
    let shown = arguments.iter().enumerate().filter(|(number, _)| !left_out(*number));
    shown.flat_map(|(_, argument)| [" ", argument.as_str()]).collect()
}

/// The first line that a program prints; none when it fails.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
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

/// The number in `MemTotal:  24000000 kB`, rounded.
fn memory_gib_in(meminfo: &str) -> Option<u64> {
    let rest = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = rest.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some((kib + (1 << 19)) >> 20)
}

/// Has the system write to disk what it still keeps from before, a build for instance: otherwise it would do so half a
/// minute later, and the flushes that are measured would wait for that. Where there is no such command, it stays as it is.
pub fn flush() {
    drop(Command::new("sync").status());
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

    #[test]
    fn memory_is_told_in_whole_gibibytes() {
        assert_eq!(memory_gib_in("MemFree: 1 kB\nMemTotal:       24641188 kB\n"), Some(23));
    }

    #[test]
    fn the_command_is_shown_as_one_would_type_it() {
        let arguments = ["--fleetmark", "/t/fleetmark", "--rows", "http"].map(str::to_owned);
        assert_eq!(shown(&arguments, "--fleetmark"), " --rows http");
        assert_eq!(shown(&arguments[..2], "--fleetmark"), "");
    }
}
