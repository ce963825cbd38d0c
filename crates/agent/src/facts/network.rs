//! Hostname, hardware addresses and private address, from `/sys/class/net` and `/proc/net`.

use std::net::Ipv4Addr;

use crate::Root;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Network {
    /// Those of real interfaces and of the one with the default route; in lower case, sorted.
    pub mac_addresses: Option<Vec<String>>,
    /// The IPv4 address on the default route's network, else the first that is not the loopback's.
    pub ip_address: Option<String>,
}

/// The name the kernel goes by, else the one it is to have after the next start.
pub(super) fn hostname(root: &Root) -> Option<String> {
    root.line("/proc/sys/kernel/hostname").or_else(|| root.line("/etc/hostname"))
}

pub(super) fn read(root: &Root) -> Network {
    let routes = routes(root);
    let default = routes.iter().find(|route| route.mask == 0).map(|route| route.interface.as_str());
    Network { mac_addresses: mac_addresses(root, default), ip_address: ip_address(root, &routes, default) }
}

fn mac_addresses(root: &Root, default: Option<&str>) -> Option<Vec<String>> {
    let mut addresses = Vec::new();
    for interface in root.names("/sys/class/net").some()? {
        let folder = format!("/sys/class/net/{interface}");
        let real = root.metadata(&format!("{folder}/device")).some().is_some();
        if !real && default != Some(&interface) {
            continue;
        }
        let address = root.line(&format!("{folder}/address"));
        addresses.extend(address.filter(|address| address.len() == 17 && address != "00:00:00:00:00:00"));
    }
    addresses.sort();
    addresses.dedup();
    Some(addresses)
}

fn ip_address(root: &Root, routes: &[Route], default: Option<&str>) -> Option<String> {
    let locals: Vec<Ipv4Addr> = locals(&root.text("/proc/net/fib_trie").some()?);
    let on_default = |address: &&Ipv4Addr| {
        routes.iter().any(|route| {
            route.mask != 0
                && default == Some(&route.interface)
                && address.to_bits() & route.mask == route.destination
        })
    };
    locals.iter().find(on_default).or_else(|| locals.first()).map(Ipv4Addr::to_string)
}

/// A row of the routing table.
struct Route {
    interface: String,
    destination: u32,
    mask: u32,
}

/// `/proc/net/route`: columns between tabs; addresses are hexadecimal in network order, read as the machine's own.
fn routes(root: &Root) -> Vec<Route> {
    let text = root.text("/proc/net/route").some().unwrap_or_default();
    let route = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let address = |column: usize| {
            let number = u32::from_str_radix(columns.get(column)?, 16).ok()?;
            Some(u32::from_be_bytes(number.to_ne_bytes()))
        };
        Some(Route { interface: (*columns.first()?).to_owned(), destination: address(1)?, mask: address(7)? })
    };
    text.lines().skip(1).filter_map(route).collect()
}

/// The machine's own addresses in `/proc/net/fib_trie`: each stands in the line before its `/32 host LOCAL`.
fn locals(fib_trie: &str) -> Vec<Ipv4Addr> {
    let mut locals = Vec::new();
    let mut previous = None;
    for line in fib_trie.lines() {
        if let Some((_, address)) = line.split_once("|-- ") {
            previous = address.trim().parse::<Ipv4Addr>().ok();
        } else if line.trim() == "/32 host LOCAL" {
            locals.extend(previous.filter(|address| !address.is_loopback() && !locals.contains(address)));
        }
    }
    locals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::fake::Machine;

    const ROUTE: &str = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
        eth0\t00000000\t0102010A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n\
        docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n\
        eth0\t0002010A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
    const FIB_TRIE: &str = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 127.0.0.1\n        /32 host LOCAL\n\
        \x20    |-- 172.17.0.1\n        /32 host LOCAL\n     |-- 10.1.2.0\n        /24 link UNICAST\n\
        \x20    |-- 10.1.2.3\n        /32 host LOCAL\n     |-- 10.1.2.255\n        /32 link BROADCAST\n";

    #[test]
    fn the_address_is_that_of_the_default_route() {
        let machine = Machine::new(&[("/proc/net/route", ROUTE), ("/proc/net/fib_trie", FIB_TRIE)]);
        assert_eq!(read(&machine.root()).ip_address.as_deref(), Some("10.1.2.3"));
        let machine = Machine::new(&[("/proc/net/fib_trie", FIB_TRIE)]);
        assert_eq!(read(&machine.root()).ip_address.as_deref(), Some("172.17.0.1"));
    }

    #[test]
    fn only_real_interfaces_and_that_of_the_default_route_have_addresses_worth_telling() {
        let machine = Machine::new(&[
            ("/sys/class/net/lo/address", "00:00:00:00:00:00\n"),
            ("/sys/class/net/docker0/address", "02:42:ac:11:00:01\n"),
            ("/sys/class/net/wlan0/address", "3c:22:fb:00:00:02\n"),
            ("/sys/class/net/wlan0/device/vendor", "0x8086\n"),
            ("/sys/class/net/eth0/address", "02:42:0a:01:02:03\n"),
        ]);
        assert_eq!(read(&machine.root()).mac_addresses.unwrap(), ["3c:22:fb:00:00:02"]);
        machine.write("/proc/net/route", ROUTE);
        assert_eq!(read(&machine.root()).mac_addresses.unwrap(), ["02:42:0a:01:02:03", "3c:22:fb:00:00:02"]);
        assert_eq!(read(&Machine::new(&[]).root()), Network::default());
    }

    #[test]
    fn the_kernels_hostname_comes_before_the_file() {
        let machine = Machine::new(&[("/etc/hostname", "next\n")]);
        assert_eq!(hostname(&machine.root()).as_deref(), Some("next"));
        machine.write("/proc/sys/kernel/hostname", "now\n");
        assert_eq!(hostname(&machine.root()).as_deref(), Some("now"));
    }
}
