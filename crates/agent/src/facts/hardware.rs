//! Make, model and serial number, from the firmware's tables (SMBIOS through `/sys/class/dmi/id`).

use crate::Root;

/// What firmware holds when nobody filled it in.
const PLACEHOLDERS: [&str; 9] = [
    "0",
    "default string",
    "none",
    "not applicable",
    "not specified",
    "system manufacturer",
    "system product name",
    "system serial number",
    "to be filled by o.e.m.",
];

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hardware {
    pub make: Option<String>,
    pub model: Option<String>,
    /// Only the superuser may read it.
    pub serial: Option<String>,
}

pub(super) fn read(root: &Root) -> Hardware {
    let read = |name: &str| {
        let value = root.line(&format!("/sys/class/dmi/id/{name}"))?;
        (!PLACEHOLDERS.contains(&value.to_lowercase().as_str())).then_some(value)
    };
    Hardware { make: read("sys_vendor"), model: read("product_name"), serial: read("product_serial") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::fake::Machine;

    #[test]
    fn what_the_firmware_was_told_is_reported_and_placeholders_are_not() {
        let machine = Machine::new(&[
            ("/sys/class/dmi/id/sys_vendor", "Dell Inc.\n"),
            ("/sys/class/dmi/id/product_name", "Latitude 5540\n"),
            ("/sys/class/dmi/id/product_serial", "To Be Filled By O.E.M.\n"),
        ]);
        let hardware = read(&machine.root());
        assert_eq!(hardware.make.as_deref(), Some("Dell Inc."));
        assert_eq!(hardware.model.as_deref(), Some("Latitude 5540"));
        assert_eq!(hardware.serial, None);
        assert_eq!(read(&Machine::new(&[]).root()), Hardware::default());
    }
}
