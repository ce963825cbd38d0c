use super::*;
use crate::root::fake::Machine;

#[test]
fn a_joined_debian_laptop_reports_everything_it_can_see() {
    let machine = Machine::new(&[
        ("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
        ("/proc/sys/kernel/hostname", "debian-box\n"),
        ("/etc/sssd/sssd.conf", "[sssd]\ndomains = corp.local\n"),
        ("/etc/passwd", "root:x:0:0::/root:/bin/sh\njoe:x:1000:1000::/home/joe:/bin/sh\n"),
        ("/proc/self/status", "Uid:\t0\t0\t0\t0\n"),
        ("/proc/1/comm", "systemd\n"),
        ("/sys/class/dmi/id/sys_vendor", "LENOVO\n"),
        ("/sys/class/dmi/id/product_name", "20XW\n"),
        ("/sys/class/dmi/id/product_serial", "PF3ABCDE\n"),
        ("/sys/block/dm-0/dm/uuid", "CRYPT-LUKS2-1\n"),
        ("/etc/corp.conf", "abc"),
    ]);
    let probes = Probes {
        files: vec!["/etc/corp.conf".into()],
        processes: vec!["systemd".into(), "guard".into()],
        registry: vec![],
    };
    let checkin = collect(&machine.root(), "UID", &probes, "Check-in");
    assert_eq!(checkin.nsdeviceuid, "UID");
    assert_eq!(checkin.hostname.as_deref(), Some("debian-box"));
    assert_eq!(checkin.userkey.as_deref(), Some("joe"));
    assert_eq!(checkin.os.as_deref(), FAMILY_OF_TESTS);
    assert_eq!(
        (checkin.distribution.as_deref(), checkin.os_version.as_deref()),
        (Some("debian"), Some("12"))
    );
    assert_eq!(
        (checkin.device_make.as_deref(), checkin.serial_number.as_deref()),
        (Some("LENOVO"), Some("PF3ABCDE"))
    );
    let facts = checkin.facts.unwrap();
    assert_eq!(facts.domain.as_deref(), Some("corp.local"));
    assert_eq!(facts.disk_encryption.unwrap(), ["luks"]);
    assert!(facts.files.unwrap()["/etc/corp.conf"].present);
    let processes = facts.processes.unwrap();
    assert!(processes["systemd"].running && !processes["guard"].running);
    assert_eq!((facts.antivirus, facts.certificates, facts.registry), (None, None, None));
}

#[test]
fn a_bare_container_reports_little_and_claims_nothing() {
    let machine = Machine::new(&[("/etc/os-release", "ID=alpine\nVERSION_ID=3.20.3\n")]);
    let checkin = collect(&machine.root(), "UID", &Probes::default(), "Check-in");
    assert_eq!((checkin.userkey, checkin.hostname, checkin.device_make), (None, None, None));
    assert_eq!((checkin.mac_addresses, checkin.ip_address), (None, None));
    assert_eq!(checkin.facts, Some(Facts { domain: Some(String::new()), ..Facts::default() }));
}

const FAMILY_OF_TESTS: Option<&str> = os::FAMILY;
