//! `fleetmark changes verify`: nobody can change the log unseen.

use rusqlite::{Connection, params};
use store::{Hash, digest, link};

use crate::harness::{Finished, Process, Server, fleetmark, linux, uid};

/// A server that did a few things and stopped, and what its logs ended with: by site.
fn stopped() -> (Server, Vec<Hash>) {
    let mut server = Server::start();
    for number in 0..4 {
        server.check_in(linux(&uid(number)));
        server.make_tag(&format!("tag {number}"));
    }
    server.terminate();
    let printed = server.printed();
    let ends = |site: usize| {
        let mut lines = printed.lines().filter(|line| line.contains("the change log ends here"));
        let last = lines.rfind(|line| line.contains(&format!("site={site} ")));
        let last = last.unwrap_or_else(|| panic!("no head of site {site}: {printed}"));
        let (_, head) = last.split_once("head=").unwrap();
        head.split_whitespace().next().unwrap().parse().unwrap()
    };
    (server, vec![ends(0), ends(1)])
}

fn verify(server: &Server, heads: &[Hash]) -> Finished {
    let mut command = fleetmark(&["changes", "verify", "--store", &server.store()]);
    for head in heads {
        command.args(["--head", &head.to_string()]);
    }
    Process::start(command).wait()
}

/// The file of the log, which nobody holds.
fn file(server: &Server) -> Connection {
    Connection::open(server.folder().join("f.db")).unwrap()
}

/// The records of site 1: key, hash, payload.
fn records(file: &Connection) -> Vec<(i64, Hash, Vec<u8>)> {
    let mut rows =
        file.prepare("SELECT id, hash, payload FROM record WHERE id >> 40 = 1 ORDER BY id").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, Hash(row.get(1)?), row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn altered(mut payload: Vec<u8>) -> Vec<u8> {
    let last = payload.last_mut().unwrap();
    *last = last.wrapping_add(1);
    payload
}

#[track_caller]
fn fails(finished: &Finished, words: &[&str]) {
    assert_eq!(finished.code, Some(1), "{finished:?}");
    for word in words {
        assert!(finished.stderr.contains(word), "{word}: {finished:?}");
    }
}

#[test]
fn a_log_that_nobody_touched_holds_and_has_passed_through_every_head_that_was_told() {
    let (mut server, heads) = stopped();
    let verified = verify(&server, &heads);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    let lines: Vec<_> = verified.stdout.lines().map(|line| line.split('\t').collect::<Vec<_>>()).collect();
    let of = |site: usize| heads[site].to_string();
    assert_eq!((lines[0][0], lines[0][2], lines[0][3]), ("0", &*of(0), "instance"), "{verified:?}");
    assert_eq!((lines[1][0], lines[1][2], lines[1][3]), ("1", &*of(1), "default"), "{verified:?}");
    assert_eq!(lines.len(), 2);
    // The log goes on, and those are behind it.
    server.restart();
    let figures = server.get("/metrics").expect_status(200).text;
    assert!(figures.contains(&format!("fleetmark_change_log_head{{site=\"1\",head=\"{}\"}}", of(1))));
    server.make_tag("one more");
    server.terminate();
    let later = verify(&server, &heads);
    assert_eq!(later.code, Some(0), "{later:?}");
    assert!(later.stderr.contains("site 1 passed through"), "{later:?}");
    assert!(!later.stdout.contains(&of(1)), "{later:?}");
}

#[test]
fn a_payload_that_was_altered_is_named() {
    let (server, _) = stopped();
    let file = file(&server);
    let (id, _, payload) = records(&file).swap_remove(3);
    file.execute("UPDATE record SET payload = ?2 WHERE id = ?1", params![id, altered(payload)]).unwrap();
    drop(file);
    fails(&verify(&server, &[]), &["site 1", "version 4"]);
}

#[test]
fn a_tail_that_was_cut_off_is_missed() {
    let (server, heads) = stopped();
    let file = file(&server);
    let all = records(&file);
    let ([.., (before, hash, _), (last, ..)], version) = (&all[..], all.len() as i64 - 1) else {
        panic!("there are records");
    };
    assert_eq!(before & 0xFF_FFFF_FFFF, version);
    file.execute("DELETE FROM record WHERE id = ?1", [last]).unwrap();
    fails(&verify(&server, &[]), &["site 1", &format!("version {}", version + 1)]);
    // Whoever also moves the end that the store notes is found out by a head.
    file.execute("UPDATE site SET version = ?1, hash = ?2 WHERE id = 1", params![version, hash.0]).unwrap();
    drop(file);
    let verified = verify(&server, &[]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    fails(
        &verify(&server, &heads),
        &["no log of this store has passed through the head", &heads[1].to_string()],
    );
}

#[test]
fn a_log_that_was_written_anew_with_hashes_that_fit_has_never_had_its_heads() {
    let (server, heads) = stopped();
    let file = file(&server);
    let mut hash = Hash::ZERO;
    for (number, (id, _, payload)) in records(&file).into_iter().enumerate() {
        let payload = if number == 3 { altered(payload) } else { payload };
        hash = link(&hash, &payload);
        let values = params![id, payload, hash.0];
        file.execute("UPDATE record SET payload = ?2, hash = ?3 WHERE id = ?1", values).unwrap();
    }
    file.execute("UPDATE site SET hash = ?1 WHERE id = 1", [hash.0]).unwrap();
    drop(file);
    let verified = verify(&server, &heads[..1]);
    assert_eq!(verified.code, Some(0), "the chain alone cannot tell: {verified:?}");
    fails(&verify(&server, &heads), &[&heads[1].to_string()]);
}

/// Moves the first records of a log to where only digests of pruned records are kept.
fn prune(file: &Connection, site: i64, through: i64) {
    let (first, last) = (site << 40, site << 40 | through);
    let mut rows =
        file.prepare("SELECT id, time, hash, payload FROM record WHERE id BETWEEN ?1 AND ?2").unwrap();
    let mut rows = rows.query([first, last]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let of = |column| row.get::<_, Vec<u8>>(column).unwrap();
        let (id, time): (i64, i64) = (row.get(0).unwrap(), row.get(1).unwrap());
        let values = params![id, time, digest(&of(3)).0, of(2)];
        file.execute("INSERT INTO pruned (id, time, digest, hash) VALUES (?1, ?2, ?3, ?4)", values).unwrap();
    }
    file.execute("DELETE FROM record WHERE id BETWEEN ?1 AND ?2", [first, last]).unwrap();
}

#[test]
fn records_of_which_only_digests_are_left_are_told() {
    let (server, heads) = stopped();
    let file = file(&server);
    prune(&file, 1, 3);
    let verified = verify(&server, &heads);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    let lines: Vec<_> = verified.stdout.lines().collect();
    assert!(lines[0].ends_with("\tinstance"), "{verified:?}");
    assert!(lines[1].ends_with("\tdefault\tpruned through version 3"), "{verified:?}");
    assert!(verified.stderr.contains("only the digests are left"), "{verified:?}");
    // What the instance's log has lost of its beginning are names: the other logs are followed all the same.
    prune(&file, 0, 1);
    let verified = verify(&server, &heads);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    let lines: Vec<_> = verified.stdout.lines().collect();
    assert!(lines[0].ends_with("\tinstance\tpruned through version 1"), "{verified:?}");
    assert!(lines[1].starts_with("1\t") && lines[1].ends_with("\tpruned through version 3"), "{verified:?}");
    assert!(verified.stderr.contains("which a server never does"), "{verified:?}");
    file.execute("DELETE FROM record WHERE id = 1 << 40 | 5", []).unwrap();
    fails(&verify(&server, &[]), &["site 1", "record 5"]);
}

#[test]
fn a_log_that_is_gone_is_missed() {
    let (server, _) = stopped();
    let file = file(&server);
    file.execute("DELETE FROM site WHERE id = 1", []).unwrap();
    fails(&verify(&server, &[]), &["site 1", "does not note that its log ends at version"]);
    file.execute("DELETE FROM record WHERE id >> 40 = 1", []).unwrap();
    fails(
        &verify(&server, &[]),
        &["site 1: there is no record of its log", "taken out", "the next start writes that"],
    );
    // Nobody says any more that it was added, but a later one was.
    prune(&file, 0, 1);
    file.execute("INSERT INTO site (id, version, hash, last_audited) VALUES (2, 1, zeroblob(32), 0)", [])
        .unwrap();
    fails(&verify(&server, &[]), &["site 1: there is no record of its log", "site 2: the hash chain breaks"]);
    file.execute("DELETE FROM site WHERE id = 2", []).unwrap();
    // The instance's own is no less.
    file.execute("DELETE FROM pruned", []).unwrap();
    file.execute("DELETE FROM site WHERE id = 0", []).unwrap();
    file.execute("DELETE FROM record WHERE id >> 40 = 0", []).unwrap();
    fails(&verify(&server, &[]), &["site 0: there is no record of its log"]);
}

#[test]
fn what_cannot_be_verified_says_why() {
    let mut server = Server::start();
    fails(&verify(&server, &[]), &["stop the server first"]);
    server.terminate();
    let missing = format!("sqlite:{}", server.folder().join("other.db").display());
    let finished = Process::start(fleetmark(&["changes", "verify", "--store", &missing])).wait();
    fails(&finished, &["there is no store at"]);
    assert!(!server.folder().join("other.db").exists());
    let wrong = fleetmark(&["changes", "verify", "--store", &server.store(), "--head", "abc"]);
    let finished = Process::start(wrong).wait();
    assert!(finished.code != Some(0) && finished.stderr.contains("64 hexadecimal digits"), "{finished:?}");
}
