//! The file: its folder, its rights, and whose it is.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use domain::SiteId;
use rusqlite::Connection;
use store::{
    Head, Outcome, Refusal, Store, StoreError,
    testing::{block_on, commit_on},
};
use store_sqlite::SqliteStore;

use crate::place::TempPlace;

fn refused(path: &Path) -> StoreError {
    SqliteStore::open(path).expect_err("the file is refused")
}

fn rights(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn missing_folders_are_made_and_are_the_owners_alone() {
    let place = TempPlace::new();
    let file = place.file().with_file_name("a").join("b").join("f.db");
    let store = SqliteStore::open(&file).unwrap();
    block_on(store.save_side(vec![])).unwrap();
    for folder in file.ancestors().skip(1).take(2) {
        assert_eq!(rights(folder), 0o700, "{}", folder.display());
    }
    for entry in fs::read_dir(file.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(rights(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn closing_leaves_two_files_and_a_lock() {
    let place = TempPlace::new();
    let store = SqliteStore::open(&place.file()).unwrap();
    let outcome = block_on(store.commit(commit_on(&Head::start_of(SiteId(1)), ["one"])));
    assert!(matches!(outcome, Outcome::Committed));
    block_on(store.close());
    let folder = place.file().parent().unwrap().to_owned();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["f.db", "f.db.checkpoints", "f.db.lock"]);
}

#[test]
fn a_link_to_an_open_store_is_locked_too() {
    let place = TempPlace::new();
    let _store = SqliteStore::open(&place.file()).unwrap();
    let link = place.file().with_file_name("link.db");
    std::os::unix::fs::symlink(place.file(), &link).unwrap();
    assert!(matches!(refused(&link), StoreError::Locked { .. }));
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let place = TempPlace::new();
    let text = "to do: water the plants\n".repeat(100);
    fs::write(place.file(), &text).unwrap();
    assert!(matches!(refused(&place.file()), StoreError::Foreign { .. }));
    assert_eq!(fs::read_to_string(place.file()).unwrap(), text);
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    let place = TempPlace::new();
    Connection::open(place.file()).unwrap().execute_batch("CREATE TABLE plant (name TEXT)").unwrap();
    let before = fs::read(place.file()).unwrap();
    assert!(matches!(refused(&place.file()), StoreError::Foreign { .. }));
    assert_eq!(fs::read(place.file()).unwrap(), before);
}

#[test]
fn a_newer_format_is_refused_with_what_to_do() {
    let place = TempPlace::new();
    block_on(SqliteStore::open(&place.file()).unwrap().close());
    Connection::open(place.file()).unwrap().execute_batch("PRAGMA user_version = 9").unwrap();
    let error = refused(&place.file());
    assert!(matches!(error, StoreError::NewerFormat { found: 9, known: 2, .. }));
    assert!(
        error.to_string().ends_with("has format 9, and this version reads up to 2: use a newer Fleetmark")
    );
}

#[test]
fn a_folder_that_cannot_be_made_says_which() {
    let place = TempPlace::new();
    fs::write(place.file(), "a file where a folder must be").unwrap();
    let error = refused(&place.file().join("f.db"));
    assert!(matches!(&error, StoreError::Io { doing, .. } if doing.starts_with("make /")), "{error}");
}

#[test]
fn a_record_that_is_missing_is_damage_not_the_end_of_the_log() {
    let place = TempPlace::new();
    let site = SiteId(1);
    let store = SqliteStore::open(&place.file()).unwrap();
    let commit = commit_on(&Head::start_of(site), ["one", "two", "three"]);
    assert!(matches!(block_on(store.commit(commit)), Outcome::Committed));
    block_on(store.close());
    let delete = "DELETE FROM record WHERE id = (1 << 40 | 2)";
    Connection::open(place.file()).unwrap().execute_batch(delete).unwrap();
    let store = SqliteStore::open(&place.file()).unwrap();
    let read = block_on(store.records_since(site, domain::Version(0), 10));
    assert!(matches!(read, Err(StoreError::Damaged { what }) if what == "site 1 has no record 2"));
}

#[test]
fn a_site_beyond_what_can_be_numbered_is_refused() {
    let place = TempPlace::new();
    let store = SqliteStore::open(&place.file()).unwrap();
    let outcome = block_on(store.commit(commit_on(&Head::start_of(SiteId(u32::MAX)), ["one"])));
    let Outcome::NotCommitted(StoreError::Refused(refusal)) = outcome else { panic!("{outcome:?}") };
    assert!(matches!(refusal, Refusal::OutOfRange { .. }));
}
