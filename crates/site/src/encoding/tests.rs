use domain::{
    Change, DeviceNumber, FactGroups, Facts, Outcome, Owner, Report, Source, TagId, Timestamp, Version,
};
use proptest::prelude::*;
use roaring::RoaringBitmap;

use super::*;
use crate::{Effects, Move, Record};

proptest! {
    #[test]
    fn a_site_record_is_read_as_it_was_written(record in strategies::site_record()) {
        let bytes = encode_site(&record);
        let read = decode_site(&bytes).unwrap();
        prop_assert_eq!(encode_site(&read), bytes);
        prop_assert_eq!(read, record);
    }

    #[test]
    fn an_instance_record_is_read_as_it_was_written(record in strategies::instance_record()) {
        let bytes = encode_instance(&record);
        let read = decode_instance(&bytes).unwrap();
        prop_assert_eq!(encode_instance(&read), bytes);
        prop_assert_eq!(read, record);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode_site(&[&[FORMAT, Kind::Site as u8], bytes.as_slice()].concat());
        let _ = decode_instance(&[&[FORMAT, Kind::Instance as u8], bytes.as_slice()].concat());
    }
}

/// A record that was cut is refused always; one in which bits fell over may read as another, and it is for the
/// hashes of the log to tell.
#[test]
fn damage_is_met_without_a_panic() {
    let site = encode_site(&golden::site_record());
    let instance = encode_instance(&golden::instance_record());
    for length in 0..site.len() {
        assert!(decode_site(&site[..length]).is_err(), "cut to {length} bytes");
    }
    for length in 0..instance.len() {
        assert!(decode_instance(&instance[..length]).is_err(), "cut to {length} bytes");
    }
    for mask in [0x01, 0x80, 0xff] {
        for place in 0..site.len() {
            let mut bytes = site.clone();
            bytes[place] ^= mask;
            let _ = decode_site(&bytes);
        }
        for place in 0..instance.len() {
            let mut bytes = instance.clone();
            bytes[place] ^= mask;
            let _ = decode_instance(&bytes);
        }
    }
}

#[test]
fn what_a_newer_program_wrote_is_refused() {
    let refused = |bytes: &[u8]| decode_site(bytes).unwrap_err();
    assert_eq!(refused(&[]), DecodeError::Truncated { length: 0 });
    assert_eq!(refused(&[FORMAT]), DecodeError::Truncated { length: 1 });
    assert_eq!(refused(&[2, 1]), DecodeError::UnknownFormat { format: 2 });
    assert_eq!(refused(&[1, 99]), DecodeError::UnknownKind { kind: 99 });

    let change = "changes[0]".to_owned();
    // Field 1 of the record, a change; in it field 100, which no kind has, then nothing at all.
    assert_eq!(with(&[0x0a, 3, 0xa2, 0x06, 0]), DecodeError::UnknownChange { field: change.clone() });
    assert_eq!(with(&[0x0a, 0]), DecodeError::UnknownChange { field: change });
    // Field 3 of the record, and field 15 of a change's own message.
    assert_eq!(with(&[0x18, 1]), DecodeError::UnknownFields);
    assert_eq!(with(&[0x0a, 4, 0x72, 2, 0x78, 1]), DecodeError::UnknownFields);
}

#[test]
fn unknown_numbers_are_refused_by_name() {
    let unknown = |field: &str, number| DecodeError::UnknownNumber { field: field.into(), number };
    assert_eq!(with(&[0x0a, 4, 0x72, 2, 8, 9]), unknown("changes[0].source", 9));
    assert_eq!(with(&[0x0a, 5, 0x6a, 3, 0x10, 0x80, 0x20]), unknown("changes[0].reported", 4096));
    assert_eq!(with(&[0x0a, 6, 0x6a, 4, 0x1a, 2, 0x18, 8]), unknown("changes[0].report.os", 8));
    assert_eq!(with(&[0x12, 8, 0x0a, 2, 8, 4, 0x12, 0, 0x1a, 0]), unknown("moves[0].from.status", 4));
}

#[test]
fn a_member_out_of_form_is_named() {
    let damaged = |message: &str| DecodeError::Damaged { message: message.into() };
    assert_eq!(with(&[0x0a, 2, 0x0a, 0]), damaged("changes[0].salt has 0 bytes where 16 belong"));
    assert_eq!(with(&[0x0a, 4, 0x4a, 2, 0x1a, 0]), damaged("changes[0].after.name must not be empty"));
    assert_eq!(with(&[0x0a, 2, 0x4a, 0]), damaged("changes[0].after is missing"));
    assert_eq!(
        with(&[0x0a, 4, 0x4a, 2, 0x12, 0]),
        damaged("changes[0].before does not belong to this kind of change")
    );
    assert_eq!(
        with(&[0x0a, 10, 0x6a, 8, 0x1a, 6, 0x5a, 4, 0x0a, 2, b' ', b'x']),
        damaged("changes[0].report.mac_addresses[0] must not begin or end with a space")
    );
    assert_eq!(
        with(&[0x0a, 7, 0x6a, 5, 0x1a, 3, 0x62, 1, 7]),
        damaged("changes[0].report.ip_address has 1 bytes, not 4 or 16")
    );
    assert_eq!(
        with(&[0x12, 10, 0x0a, 0, 0x12, 0, 0x1a, 4, 0x0a, 2, 7, 0]),
        damaged("moves[0].devices must be in ascending order")
    );
    assert_eq!(decode_site(&[FORMAT, Kind::Site as u8]).unwrap_err(), damaged("stamp is missing"));
    assert_eq!(
        decode_instance(&encode_site(&record(vec![], vec![]))).unwrap_err(),
        damaged("it is a site's record where a record of the instance belongs")
    );
}

#[test]
fn records_are_small() {
    let check_in = |facts: Facts| Change::CheckedIn {
        device: DeviceNumber(900_000),
        reported: FactGroups::from_bits(u16::MAX),
        report: Box::new(Report { facts, ..Report::default() }),
    };
    assert_eq!(encode_site(&record(vec![], vec![])).len(), 51, "version, time, actor, request id");
    assert_eq!(encode_site(&record(vec![check_in(Facts::default())], vec![])).len(), 51 + 11);
    let one_fact = check_in(Facts { mdm: Some(true), ..Facts::default() });
    assert_eq!(encode_site(&record(vec![one_fact], vec![])).len(), 51 + 11 + 6);

    let devices = (0..100).map(|place| DeviceNumber(900_000 + 37 * place)).collect();
    let (source, added, removed) = (Source::Api, vec![TagId(700)], vec![TagId(900)]);
    let tagged = Change::Tagged { source, expires_at: None, devices, added, removed };
    let moved = move_of((0..40).map(|place| 900_000 + 37 * place).collect());
    assert!(encode_site(&record(vec![tagged], vec![moved])).len() < 300);

    let everyone = move_of((0..1_000_000).collect());
    assert!(encode_site(&record(vec![], vec![everyone])).len() < 400);
}

/// Why a record is refused to whose body `more` is added.
fn with(more: &[u8]) -> DecodeError {
    decode_site(&[encode_site(&record(vec![], vec![])).as_slice(), more].concat()).unwrap_err()
}

fn record(changes: Vec<Change>, moves: Vec<Move>) -> SiteRecord {
    Record {
        version: Version(100_000),
        time: Timestamp::from_millis(1_753_692_494_123),
        actor: Owner::new("ann@corp.example").unwrap(),
        request_id: "00000000-0000-7000-8000-000000000001".into(),
        changes,
        effects: Effects { moves },
    }
}

fn move_of(devices: RoaringBitmap) -> Move {
    Move { from: Outcome::default(), to: Outcome::default(), devices }
}
