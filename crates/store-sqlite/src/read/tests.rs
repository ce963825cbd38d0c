use store::testing::{commit_on, manifest_on};

use super::*;

const SITE: SiteId = SiteId(1);

/// A log of so many records of this size, every second of them of the audit trail.
fn log(count: usize, bytes: usize) -> (Connection, Head) {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(sql::CREATE).unwrap();
    let commit = commit_on(&Head::start_of(SITE), std::iter::repeat_n(vec![7; bytes], count));
    let mut insert = connection.prepare(sql::INSERT_RECORD).unwrap();
    let mut last = 0;
    for record in &commit.records {
        let key = record_key(SITE, record.version);
        let link = (!record.audited).then_some(last);
        let row = params![key, record.time.millis(), [0_u8; 16], record.hash.0, link, &record.payload[..]];
        insert.execute(row).unwrap();
        last = if record.audited { record.version.0.cast_signed() } else { last };
    }
    drop(insert);
    let head = Head::after(&commit).unwrap();
    let end = params![SITE.0, head.version.0.cast_signed(), head.hash.0, last];
    connection.execute(sql::MOVE_SITE, end).unwrap();
    (connection, head)
}

#[test]
fn a_step_of_pruning_takes_so_many_records_or_so_many_bytes() {
    let step = |connection: &Connection, through| prunable(connection, SITE, Version(through)).unwrap().len();
    let (small, _) = log(1200, 10);
    assert_eq!([900, 1000, 1001, 1200].map(|through| step(&small, through)), [900, 1000, 1000, 1000]);
    let (large, _) = log(10, PAGE_BYTES / 4);
    assert_eq!([3, 4, 5, 10].map(|through| step(&large, through)), [3, 4, 4, 4]);
}

#[test]
fn a_missing_record_is_damage_also_to_pruning_and_to_times() {
    let (connection, head) = log(7, 10);
    connection.execute("DELETE FROM record WHERE id = (1 << 40 | 4)", []).unwrap();
    let time = manifest_on(&head, &[]).info.time;
    for read in [prunable(&connection, SITE, head.version).err(), version_at(&connection, SITE, time).err()] {
        assert_eq!(read, Some(StoreError::Damaged { what: "site 1 has no record 4".to_owned() }));
    }
}

/// Following it would never end.
#[test]
fn a_link_of_the_trail_that_does_not_lead_back_is_damage() {
    let (connection, _) = log(7, 10);
    for (to, sound) in [(5, true), (6, false), (7, false), (-1, false)] {
        let update = "UPDATE record SET last_audited = ?1 WHERE id = (1 << 40 | 6)";
        connection.execute(update, [to]).unwrap();
        let trail = audited_before(&connection, SITE, Version(7), 10);
        assert_eq!(trail.is_ok(), sound, "to {to}: {trail:?}");
    }
}
