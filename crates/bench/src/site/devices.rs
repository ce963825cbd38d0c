//! The fleet of the bench: 10,000 Windows machines, the same in every run.

use serde_json::{Value, json};

/// How many devices there are.
pub const COUNT: u64 = 10_000;

/// `{nsdeviceuid, userkey, hostname}` of device `number`, as bulk calls name it.
pub fn name(number: u64) -> Value {
    json!({"nsdeviceuid": uid(number), "userkey": user(number), "hostname": hostname(number)})
}

/// The check-in of device `number` (DESIGN §5). `revision` turns one fact over: a process runs or not.
pub fn check_in(number: u64, revision: u64) -> Value {
    let mixed = mix(number);
    let version = ["10.0.19045", "10.0.22621", "10.0.22631", "10.0.26100"][(mixed % 4) as usize];
    let encrypted: &[&str] = if mixed % 10 < 8 { &["bitlocker"] } else { &[] };
    json!({
        "nsdeviceuid": uid(number),
        "userkey": user(number),
        "username": user(number),
        "hostname": hostname(number),
        "os": "windows",
        "osVersion": version,
        "edition": "Windows 11 Enterprise",
        "clientVersion": "135.1.10.2611",
        "serialNumber": format!("SN{mixed:016X}"),
        "ipAddress": format!("10.{}.{}.{}", mixed & 0xff, (mixed >> 8) & 0xff, (mixed >> 16) & 0xff),
        "facts": {
            "domain": if mixed.is_multiple_of(3) { "corp.local" } else { "branch.local" },
            "antivirus": [{"product": "Windows Defender", "upToDate": !mixed.is_multiple_of(5)}],
            "diskEncryption": encrypted,
            "processes": {"guard.exe": revision.is_multiple_of(2)},
        },
    })
}

fn uid(number: u64) -> String {
    let (high, low) = (mix(number), mix(number ^ u64::MAX));
    format!(
        "{:08X}-{:04X}-{:04X}-{:04X}-{:012X}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

fn user(number: u64) -> String {
    format!("user{number}@corp.example")
}

fn hostname(number: u64) -> String {
    format!("w11-{number:05}")
}

/// Scatters consecutive numbers (the finaliser of SplitMix64), so that ids look like ids and facts vary.
pub fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_device_has_its_own_uid_of_the_usual_form() {
        let uids: HashSet<String> = (0..COUNT).map(uid).collect();
        assert_eq!(uids.len() as u64, COUNT);
        assert!(uids.iter().all(|uid| uid.len() == 36));
    }

    #[test]
    fn two_revisions_of_a_check_in_differ_in_one_fact() {
        let (even, odd) = (check_in(7, 0), check_in(7, 1));
        assert_ne!(even, odd);
        assert_eq!(even["osVersion"], odd["osVersion"]);
        assert_eq!(even, check_in(7, 2));
    }
}
