//! The uid that this machine is known by.

use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use crate::{Error, Root, StateFolder};

/// Makes the hash of a machine id ours, so that it equals no other program's.
const APPLICATION: &[u8] = b"fleetmark device uid 1\0";

/// An upper-case UUID: the one in the state folder; else one derived from the machine's id, which itself never
/// leaves the machine (machine-id(5) asks for that); else a random one, kept in the state folder.
///
/// # Errors
/// A machine without an id whose state folder cannot be used: it would be a new device after every start.
pub(crate) fn device_uid(root: &Root, state: &StateFolder) -> Result<String, Error> {
    if let Some(uid) = state.read_uid() {
        return Ok(uid);
    }
    if let Some(id) = machine_id(root) {
        return Ok(text(derived(&id)));
    }
    let uid = text(random()?);
    state.write_uid(&uid)?;
    Ok(uid)
}

/// 32 hexadecimal digits. A machine that was not set up yet has `uninitialized` there, a container mostly nothing.
fn machine_id(root: &Root) -> Option<String> {
    let id = ["/etc/machine-id", "/var/lib/dbus/machine-id"].iter().find_map(|path| root.line(path))?;
    let valid =
        id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && id.bytes().any(|b| b != b'0');
    valid.then(|| id.to_ascii_lowercase())
}

/// A UUID of version 8 (RFC 9562, section 5.8).
fn derived(machine_id: &str) -> Uuid {
    let hash = Sha256::new().chain_update(APPLICATION).chain_update(machine_id).finalize();
    let (bytes, _) = hash.split_first_chunk::<16>().expect("a SHA-256 hash has 32 bytes");
    Builder::from_custom_bytes(*bytes).into_uuid()
}

#[expect(clippy::disallowed_methods, reason = "the edge: a machine without an id needs a random one")]
fn random() -> Result<Uuid, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Error::NoRandomness)?;
    Ok(Builder::from_random_bytes(bytes).into_uuid())
}

fn text(uid: Uuid) -> String {
    uid.hyphenated().to_string().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::fake::Machine;

    const ID: &str = "8d3f2b1c4e5a69788796a5b4c3d2e1f0";

    fn uid(machine: &Machine) -> String {
        device_uid(&machine.root(), &StateFolder::new(machine.root().path("/state"))).unwrap()
    }

    #[test]
    fn a_machine_with_an_id_has_the_same_uid_always_and_the_id_is_not_in_it() {
        let machine = Machine::new(&[("/etc/machine-id", &format!("{ID}\n"))]);
        let first = uid(&machine);
        assert_eq!(first, uid(&Machine::new(&[("/var/lib/dbus/machine-id", ID)])));
        let parsed = Uuid::parse_str(&first).unwrap();
        assert_eq!((parsed.get_version_num(), first.to_uppercase()), (8, first.clone()));
        assert!(!ID.contains(&first.to_lowercase()[..8]));
        assert!(!machine.root().path("/state").exists(), "nothing needs to be kept");
    }

    #[test]
    fn a_container_without_an_id_keeps_a_random_one() {
        for id in ["", "uninitialized\n", "00000000000000000000000000000000\n"] {
            let machine = Machine::new(&[("/etc/machine-id", id)]);
            let first = uid(&machine);
            assert_eq!(Uuid::parse_str(&first).unwrap().get_version_num(), 4);
            assert_eq!(uid(&machine), first);
            machine.write("/etc/machine-id", ID);
            assert_eq!(uid(&machine), first, "an id that comes later does not make another device");
        }
    }

    #[test]
    fn a_container_that_cannot_keep_its_uid_says_so() {
        let machine = Machine::new(&[("/state", "a file, not a folder")]);
        let error =
            device_uid(&machine.root(), &StateFolder::new(machine.root().path("/state"))).unwrap_err();
        assert!(error.to_string().contains("--state-dir"), "{error}");
    }
}
