//! The domain this machine is joined to, from the settings of sssd, realmd and Kerberos.

use crate::{Root, root::Found};

/// Finds a domain in the text of a settings file.
type FindDomain = fn(&str) -> Option<String>;

/// The settings that name a domain, the surest first.
const SETTINGS: [(&str, FindDomain); 3] =
    [("/etc/sssd/sssd.conf", sssd), ("/etc/realmd.conf", realmd), ("/etc/krb5.conf", kerberos)];

/// The domain in lower case; empty when every setting could be read and none names one; `None` when one that might
/// could not be read (sssd's is the superuser's alone).
pub(super) fn read(root: &Root) -> Option<String> {
    let mut unknown = false;
    for (path, domain) in SETTINGS {
        match root.text(path) {
            Found::Some(text) => {
                if let Some(domain) = domain(&text) {
                    return Some(domain.to_lowercase());
                }
            }
            Found::None => {}
            Found::Unknown => unknown = true,
        }
    }
    (!unknown).then(String::new)
}

/// The first of `domains` in `[sssd]`, else the first `[domain/NAME]` (sssd.conf(5)).
fn sssd(text: &str) -> Option<String> {
    let enabled = setting(text, "sssd", "domains")
        .and_then(|domains| Some(domains.split(',').next()?.trim().to_owned()))
        .filter(|domain| !domain.is_empty());
    enabled.or_else(|| sections(text).find_map(|name| name.strip_prefix("domain/").map(str::to_owned)))
}

/// The first section that is named like a realm (realmd.conf(5)); its other sections have no dot.
fn realmd(text: &str) -> Option<String> {
    sections(text).find(|name| name.contains('.')).map(str::to_owned)
}

/// `default_realm` in `[libdefaults]` (krb5.conf(5)).
fn kerberos(text: &str) -> Option<String> {
    setting(text, "libdefaults", "default_realm")
}

fn sections(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(section)
}

fn section(line: &str) -> Option<&str> {
    line.trim().strip_prefix('[')?.strip_suffix(']').map(str::trim)
}

/// A value `name = value` in a section. Comments begin with `#` or `;`, so they begin no name.
fn setting(text: &str, in_section: &str, name: &str) -> Option<String> {
    let mut current = "";
    for line in text.lines() {
        if let Some(section) = section(line) {
            current = section;
        } else if let Some((key, value)) = line.split_once('=')
            && current == in_section
            && key.trim() == name
            && !value.trim().is_empty()
        {
            return Some(value.trim().to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::fake::Machine;

    #[test]
    fn sssd_names_the_domain_first() {
        let machine = Machine::new(&[
            (
                "/etc/sssd/sssd.conf",
                "[sssd]\nservices = nss\n# domains = no\ndomains = Corp.Local, other.local\n",
            ),
            ("/etc/krb5.conf", "[libdefaults]\n  default_realm = OTHER.EXAMPLE\n"),
        ]);
        assert_eq!(read(&machine.root()).as_deref(), Some("corp.local"));
        let machine = Machine::new(&[(
            "/etc/sssd/sssd.conf",
            "[sssd]\ndomains =\n[domain/ad.example]\nid_provider = ad\n",
        )]);
        assert_eq!(read(&machine.root()).as_deref(), Some("ad.example"));
    }

    #[test]
    fn realmd_and_kerberos_follow() {
        let machine =
            Machine::new(&[("/etc/realmd.conf", "[service]\nautomatic-install = no\n[corp.local]\n")]);
        assert_eq!(read(&machine.root()).as_deref(), Some("corp.local"));
        let krb5 = "[libdefaults]\n\tdefault_realm = CORP.EXAMPLE\n[realms]\n CORP.EXAMPLE = {\n }\n";
        assert_eq!(read(&Machine::new(&[("/etc/krb5.conf", krb5)]).root()).as_deref(), Some("corp.example"));
    }

    #[test]
    fn a_machine_whose_settings_name_none_is_joined_to_none() {
        assert_eq!(read(&Machine::new(&[]).root()).as_deref(), Some(""));
        let machine = Machine::new(&[("/etc/krb5.conf", "[libdefaults]\n# default_realm = X\n")]);
        assert_eq!(read(&machine.root()).as_deref(), Some(""));
    }

    #[test]
    fn settings_that_may_not_be_read_leave_the_domain_unknown_unless_others_name_it() {
        let machine = Machine::new(&[]);
        machine.unreadable("/etc/sssd/sssd.conf");
        assert_eq!(read(&machine.root()), None);
        machine.write("/etc/krb5.conf", "[libdefaults]\ndefault_realm = CORP.LOCAL\n");
        assert_eq!(read(&machine.root()).as_deref(), Some("corp.local"));
    }
}
