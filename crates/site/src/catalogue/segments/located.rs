//! Where segments lie: found by the narrowest range that holds an address or a domain.

use std::collections::HashMap;
use std::net::IpAddr;

use domain::{Range, Ranges, SegmentId, address_number, fold};

/// Networks lie within each other or apart, so all addresses fall into pieces, each of which has one narrowest network
/// or none.
#[derive(Debug, Default)]
pub(super) struct Located {
    /// The first address of each piece, ascending, and whose it is up to the next.
    pieces: Vec<(u128, Option<SegmentId>)>,
    /// By first and last address.
    ranges: HashMap<(u128, u128), SegmentId>,
    /// By their folded names.
    domains: HashMap<String, SegmentId>,
}

impl Located {
    pub(super) fn new<'r>(segments: impl Iterator<Item = (SegmentId, &'r Ranges)>) -> Self {
        let mut located = Self::default();
        for (id, ranges) in segments {
            match ranges {
                Ranges::Addresses(ranges) => {
                    located.ranges.extend(ranges.iter().map(|range| (range.bounds(), id)));
                }
                Ranges::Domains(domains) => {
                    located.domains.extend(domains.iter().map(|domain| (fold(domain.as_str()), id)));
                }
            }
        }
        located.pieces = pieces(&located.ranges);
        located
    }

    /// All pieces, ascending.
    pub(super) fn pieces(&self) -> &[(u128, Option<SegmentId>)] {
        &self.pieces
    }

    /// The segment with the narrowest network that holds an address.
    pub(super) fn of_address(&self, address: IpAddr) -> Option<SegmentId> {
        let address = address_number(address);
        let after = self.pieces.partition_point(|(first, _)| *first <= address);
        self.pieces[..after].last()?.1
    }

    /// The segment with the longest domain that this one is, or lies in.
    pub(super) fn of_domain(&self, domain: &str) -> Option<SegmentId> {
        if self.domains.is_empty() {
            return None;
        }
        let domain = fold(domain);
        let mut rest = domain.as_str();
        loop {
            if let Some(id) = self.domains.get(rest) {
                return Some(*id);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    pub(super) fn holder_of_range(&self, range: Range) -> Option<SegmentId> {
        self.ranges.get(&range.bounds()).copied()
    }

    pub(super) fn holder_of_domain(&self, domain: &str) -> Option<SegmentId> {
        self.domains.get(&fold(domain)).copied()
    }
}

fn pieces(ranges: &HashMap<(u128, u128), SegmentId>) -> Vec<(u128, Option<SegmentId>)> {
    let mut sorted: Vec<_> = ranges.iter().map(|((first, last), id)| (*first, *last, *id)).collect();
    // Of those that begin together the widest comes first.
    sorted.sort_unstable_by_key(|(first, last, _)| (*first, u128::MAX - last));
    let (mut pieces, mut open) = (Vec::with_capacity(2 * sorted.len()), Vec::<(u128, SegmentId)>::new());
    for (first, last, id) in sorted {
        close(&mut pieces, &mut open, Some(first));
        pieces.push((first, Some(id)));
        open.push((last, id));
    }
    close(&mut pieces, &mut open, None);
    // Where one piece has no address the next begins with the same.
    pieces.dedup_by(|later, earlier| {
        let empty = later.0 == earlier.0;
        if empty {
            earlier.1 = later.1;
        }
        empty
    });
    pieces
}

/// Ends the open networks that lie before an address, or all of them: what follows one belongs to the one around it.
fn close(
    pieces: &mut Vec<(u128, Option<SegmentId>)>,
    open: &mut Vec<(u128, SegmentId)>,
    before: Option<u128>,
) {
    while let Some((last, _)) = open.pop_if(|(last, _)| before.is_none_or(|before| *last < before)) {
        let around = open.last().map(|(_, id)| *id);
        if let Some(next) = last.checked_add(1) {
            pieces.push((next, around));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use domain::SegmentType;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn located(segments: &[(SegmentType, &[&str])]) -> Located {
        let ranges: Vec<_> =
            segments.iter().map(|(kind, texts)| Ranges::new(*kind, texts).unwrap()).collect();
        Located::new((1..).map(SegmentId).zip(&ranges))
    }

    #[test]
    fn the_narrowest_network_has_the_address() {
        let located = located(&[
            (SegmentType::AddressList, &["10.0.0.0/8", "2001:db8::/32"]),
            (SegmentType::AddressList, &["10.1.0.0/16"]),
            (SegmentType::AddressList, &["10.1.2.3", "255.255.255.255"]),
        ]);
        for (address, segment) in [
            ("9.255.255.255", None),
            ("10.0.0.0", Some(1)),
            ("10.1.0.0", Some(2)),
            ("10.1.2.2", Some(2)),
            ("10.1.2.3", Some(3)),
            ("10.1.2.4", Some(2)),
            ("10.2.0.0", Some(1)),
            ("11.0.0.0", None),
            ("255.255.255.255", Some(3)),
            ("2001:db8::1", Some(1)),
            ("2001:db9::", None),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", None),
            ("::ffff:10.1.2.3", Some(3)),
        ] {
            assert_eq!(located.of_address(address.parse().unwrap()), segment.map(SegmentId), "{address}");
        }
    }

    #[test]
    fn the_longest_domain_has_those_below_it() {
        let located = located(&[
            (SegmentType::Domain, &["Corp.example"]),
            (SegmentType::Domain, &["eu.corp.example", "lab"]),
        ]);
        for (domain, segment) in [
            ("corp.EXAMPLE", Some(1)),
            ("us.corp.example", Some(1)),
            ("a.eu.corp.example", Some(2)),
            ("xcorp.example", None),
            ("example", None),
            ("LAB", Some(2)),
            ("", None),
        ] {
            assert_eq!(located.of_domain(domain), segment.map(SegmentId), "{domain}");
        }
    }

    /// Networks that lie in and beside each other often.
    fn network() -> impl Strategy<Value = String> {
        let v4 = (0..4_u32, 0..=32_u8).prop_map(|(bits, prefix)| {
            let address = Ipv4Addr::from(bits.reverse_bits() | bits);
            ipnet::Ipv4Net::new(address, prefix).unwrap().trunc().to_string()
        });
        let v6 = (0..4_u128, 0..=128_u8).prop_map(|(bits, prefix)| {
            let address = Ipv6Addr::from(bits.reverse_bits() | bits);
            ipnet::Ipv6Net::new(address, prefix).unwrap().trunc().to_string()
        });
        prop_oneof![v4, v6]
    }

    proptest! {
        #[test]
        fn every_address_is_found_where_a_look_at_all_networks_finds_it(
            networks in vec(network(), 0..12),
            probes in vec(any::<IpAddr>(), 4),
        ) {
            let ranges: Vec<_> = networks
                .iter()
                .map(|network| Ranges::new(SegmentType::AddressList, &[network]).unwrap())
                .collect();
            let located = Located::new((1..).map(SegmentId).zip(&ranges));
            let all: Vec<_> = networks.iter().map(|network| Range::new(network).unwrap()).collect();
            let edges = all.iter().flat_map(|range| {
                let (first, last) = range.bounds();
                [first.saturating_sub(1), first, last, last.saturating_add(1)]
            });
            for number in edges.chain(probes.iter().map(|probe| address_number(*probe))) {
                let holds = |range: &Range| {
                    let (first, last) = range.bounds();
                    (first..=last).contains(&number)
                };
                let width = |range: &Range| range.bounds().1 - range.bounds().0;
                let narrowest = all.iter().filter(|range| holds(range)).map(width).min();
                let found = located.of_address(Ipv6Addr::from(number).into());
                let found = found.map(|id| &all[id.0 as usize - 1]);
                prop_assert_eq!(found.map(width), narrowest);
                prop_assert!(found.is_none_or(holds));
            }
        }
    }
}
