//! Whose device this is: who is logged in, else who owns the machine.

use crate::Root;

/// The numbers of people's accounts (login.defs(5)); below are the system's, above are dynamic ones.
const PEOPLE: std::ops::RangeInclusive<u32> = 1000..=60_000;

/// The user: this process's own when it is a person; else the person who is logged in (the lowest number when there
/// are several); else the machine's only person; else the account this process runs as, by its number when it has no
/// name, as in many containers.
pub(super) fn read(root: &Root) -> Option<String> {
    let accounts = accounts(root);
    let named = |id: u32| accounts.iter().find(|(number, _)| *number == id).map(|(_, name)| name.clone());
    let own = own_id(root);
    if let Some(name) = own.filter(|id| PEOPLE.contains(id)).and_then(&named) {
        return Some(name);
    }
    let mut people = accounts.iter().filter(|(id, _)| PEOPLE.contains(id));
    let only = || match (people.next(), people.next()) {
        (Some((_, name)), None) => Some(name.clone()),
        _ => None,
    };
    logged_in(root).or_else(only).or_else(|| own.map(|id| named(id).unwrap_or_else(|| id.to_string())))
}

/// Whether this process is the superuser's.
pub(crate) fn is_superuser(root: &Root) -> bool {
    own_id(root) == Some(0)
}

/// The effective user id, the second number of `Uid:` in `/proc/self/status` (proc(5)).
fn own_id(root: &Root) -> Option<u32> {
    let status = root.text("/proc/self/status").some()?;
    let ids = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    ids.split_whitespace().nth(1)?.parse().ok()
}

/// Number and name of the accounts of `/etc/passwd` that somebody can log in to (passwd(5)).
fn accounts(root: &Root) -> Vec<(u32, String)> {
    let text = root.text("/etc/passwd").some().unwrap_or_default();
    let account = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let id = fields.nth(1)?.parse().ok()?;
        let shell = fields.nth(3)?;
        (!shell.ends_with("/nologin") && !shell.ends_with("/false")).then_some((id, name))
    };
    text.lines().filter_map(account).collect()
}

/// The person whom systemd's login manager knows: `/run/systemd/users/<number>` holds `NAME=` and `STATE=`.
fn logged_in(root: &Root) -> Option<String> {
    let mut ids: Vec<u32> =
        root.names("/run/systemd/users").some()?.iter().filter_map(|name| name.parse().ok()).collect();
    ids.sort_unstable();
    ids.into_iter().filter(|id| PEOPLE.contains(id)).find_map(|id| {
        let text = root.text(&format!("/run/systemd/users/{id}")).some()?;
        let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let present = matches!(value("STATE"), Some("active" | "online"));
        value("NAME").filter(|_| present).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::fake::Machine;

    const ONE: &str = "root:x:0:0:root:/root:/bin/bash\njoe:x:1000:1000::/home/joe:/bin/bash\nbuild:x:1001:1001::/srv:/usr/sbin/nologin\nnobody:x:65534:65534::/:/\n";
    const TWO: &str =
        "root:x:0:0::/root:/bin/sh\njoe:x:1000:1000::/home/joe:/bin/sh\nann:x:1001:1001::/home/ann:/bin/sh\n";

    fn status(id: u32) -> String {
        format!("Name:\tfleetmark\nUid:\t{id}\t{id}\t{id}\t{id}\nGid:\t0\t0\t0\t0\n")
    }

    #[test]
    fn a_person_who_runs_the_agent_is_its_user() {
        let machine = Machine::new(&[("/etc/passwd", TWO), ("/proc/self/status", &status(1001))]);
        assert_eq!(read(&machine.root()).as_deref(), Some("ann"));
        assert!(!is_superuser(&machine.root()));
    }

    #[test]
    fn a_service_tells_who_is_logged_in() {
        let machine = Machine::new(&[
            ("/etc/passwd", TWO),
            ("/proc/self/status", &status(0)),
            ("/run/systemd/users/0", "NAME=root\nSTATE=active\n"),
            ("/run/systemd/users/1000", "NAME=joe\nSTATE=closing\n"),
            ("/run/systemd/users/1001", "NAME=ann\nSTATE=active\n"),
        ]);
        assert_eq!(read(&machine.root()).as_deref(), Some("ann"));
    }

    #[test]
    fn nobody_logged_in_leaves_the_machines_only_person_else_the_account_that_runs() {
        let machine = Machine::new(&[("/etc/passwd", ONE), ("/proc/self/status", &status(0))]);
        assert_eq!(read(&machine.root()).as_deref(), Some("joe"));
        machine.write("/etc/passwd", TWO);
        assert_eq!(read(&machine.root()).as_deref(), Some("root"));
        assert!(is_superuser(&machine.root()));
        let machine = Machine::new(&[("/proc/self/status", &status(1_000_540_000))]);
        assert_eq!(read(&machine.root()).as_deref(), Some("1000540000"));
        assert_eq!(read(&Machine::new(&[]).root()), None);
    }
}
