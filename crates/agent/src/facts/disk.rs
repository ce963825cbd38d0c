//! Disk encryption in use, from the device mapper's ids in `/sys/block`.

use crate::{Root, root::Found};

/// `["luks"]` when a LUKS volume is open, an empty list when there is none, `None` when nobody can tell.
pub(super) fn encryption(root: &Root) -> Option<Vec<String>> {
    let mut unknown = false;
    for name in root.names("/sys/block").some()? {
        if !name.starts_with("dm-") {
            continue;
        }
        match root.text(&format!("/sys/block/{name}/dm/uuid")) {
            Found::Some(uuid) if uuid.starts_with("CRYPT-LUKS") => return Some(vec!["luks".to_owned()]),
            Found::Some(_) | Found::None => {}
            Found::Unknown => unknown = true,
        }
    }
    (!unknown).then(Vec::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::fake::Machine;

    #[test]
    fn an_open_luks_volume_is_told_from_other_mapped_devices() {
        let machine =
            Machine::new(&[("/sys/block/sda/size", "1\n"), ("/sys/block/dm-0/dm/uuid", "LVM-abc\n")]);
        assert_eq!(encryption(&machine.root()).unwrap(), Vec::<String>::new());
        machine.write("/sys/block/dm-1/dm/uuid", "CRYPT-LUKS2-0123-luks-root\n");
        assert_eq!(encryption(&machine.root()).unwrap(), ["luks"]);
    }

    #[test]
    fn what_cannot_be_read_stays_unknown() {
        assert_eq!(encryption(&Machine::new(&[]).root()), None);
        let machine = Machine::new(&[]);
        machine.unreadable("/sys/block/dm-0/dm/uuid");
        assert_eq!(encryption(&machine.root()), None);
    }
}
