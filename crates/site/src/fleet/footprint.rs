//! How much memory a fleet takes, part by part.

use super::Fleet;
use super::block::{Block, Lasting};
use super::column::Column;

impl Fleet {
    /// Bytes of memory that each part takes: a name, and what was asked for. What the allocator adds is not in it.
    #[must_use]
    pub fn footprint(&self) -> Vec<(&'static str, usize)> {
        let mut parts = vec![
            ("blocks", self.blocks.len() * (size_of::<Block>() + size_of::<Lasting>() + 2 * 16 + 8)),
            ("index by machine", self.machines.heap_bytes()),
            ("index by number", self.locations.heap_bytes()),
            ("first seen", self.first_seen.heap_bytes()),
            ("quantiles", self.chosen.0.heap_bytes()),
        ];
        macro_rules! columns {
            ($($column:ident),+) => {
                $(parts.push((
                    stringify!($column),
                    self.blocks.iter().map(|block| block.$column.heap_bytes()).sum(),
                ));)+
            };
        }
        columns!(number, os, seen, fresh);
        let older = |block: &Block| block.older.iter().map(Column::heap_bytes).sum::<usize>();
        parts.push(("older", self.blocks.iter().map(|block| older(block)).sum()));
        columns!(uid, userkey, username, is_userkey, hostname, serial_number, mac_addresses, ip_address);
        columns!(os_version, edition, distribution, client_version, device_make, device_model, event);
        columns!(domain, antivirus, disk_encryption, registry, passcode, compromised, storage_encrypted, mdm);
        columns!(processes, files, certificates, tags, reasons, outcome);
        parts
    }
}
