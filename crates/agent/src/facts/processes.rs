//! The processes that rules ask about, from `/proc` (proc(5)).

use std::collections::{BTreeMap, HashSet};

use wire::check_in::{MAX_PROBED, Process};

use crate::Root;

/// `None` when nothing is asked or `/proc` cannot be read. Where other users' processes are hidden (`hidepid`), a
/// process that is not seen may run all the same: it is left out.
pub(super) fn look_for(root: &Root, names: &[String]) -> Option<BTreeMap<String, Process>> {
    if names.is_empty() {
        return None;
    }
    let ids = root.names("/proc").some()?;
    let ids: Vec<&String> =
        ids.iter().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).collect();
    let all_seen = ids.iter().any(|id| *id == "1");
    let running: HashSet<String> = ids.iter().flat_map(|id| names_of(root, id)).collect();
    let look = |name: &String| {
        let runs = running.contains(name);
        (runs || all_seen).then(|| (name.clone(), Process::from(runs)))
    };
    Some(names.iter().take(MAX_PROBED).filter_map(look).collect())
}

/// What a process may be asked for by: the kernel's name for it (cut at 15 bytes), the name and the path of its
/// program, and the name it was called by.
fn names_of(root: &Root, id: &str) -> Vec<String> {
    let program = root.link(&format!("/proc/{id}/exe"));
    let program = program.as_deref().map(|path| path.strip_suffix(" (deleted)").unwrap_or(path));
    let command = root.text(&format!("/proc/{id}/cmdline")).some().unwrap_or_default();
    let called = command.split('\0').next().unwrap_or_default();
    let names = [program, program.map(base), Some(base(called)), None];
    let mut names: Vec<String> = names.into_iter().flatten().map(str::to_owned).collect();
    names.extend(root.line(&format!("/proc/{id}/comm")));
    names.retain(|name| !name.is_empty());
    names
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::fake::Machine;

    fn machine() -> Machine {
        Machine::new(&[
            ("/proc/1/comm", "systemd\n"),
            ("/proc/1/cmdline", "/sbin/init\0splash\0"),
            ("/proc/42/comm", "a-process-with-\n"),
            ("/proc/42/cmdline", "/opt/corp/a-process-with-a-long-name\0--all\0"),
            ("/proc/meminfo", "MemTotal: 1\n"),
        ])
    }

    fn look(machine: &Machine, name: &str) -> Option<bool> {
        let processes = look_for(&machine.root(), &[name.to_owned()]).unwrap();
        processes.get(name).map(|process| process.running)
    }

    #[test]
    fn a_process_is_found_by_any_of_its_names() {
        let machine = machine();
        for name in ["systemd", "init", "a-process-with-a-long-name"] {
            assert_eq!(look(&machine, name), Some(true), "{name}");
        }
        assert_eq!(look(&machine, "x.exe"), Some(false));
        assert_eq!(look(&machine, "Systemd"), Some(false));
    }

    #[cfg(unix)]
    #[test]
    fn a_program_is_found_by_its_path_also_after_an_update_removed_it() {
        let machine = machine();
        let link = machine.root().path("/proc/42/exe");
        std::os::unix::fs::symlink("/opt/corp/guard (deleted)", link).unwrap();
        assert_eq!(look(&machine, "/opt/corp/guard"), Some(true));
        assert_eq!(look(&machine, "guard"), Some(true));
    }

    #[test]
    fn hidden_processes_are_unknown_not_absent() {
        let machine = Machine::new(&[("/proc/77/comm", "own\n")]);
        assert_eq!(look(&machine, "own"), Some(true));
        assert_eq!(look(&machine, "other"), None);
    }

    #[test]
    fn nothing_asked_or_nothing_readable_reports_nothing() {
        assert_eq!(look_for(&machine().root(), &[]), None);
        assert_eq!(look_for(&Machine::new(&[]).root(), &["x".to_owned()]), None);
    }
}
