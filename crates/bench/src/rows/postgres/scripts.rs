//! What PostgreSQL is asked: a plain schema, and one statement a call. Nothing is classified, logged or kept as history,
//! and foreign keys, which would cost it a third, are left out.

/// Devices, tags, assignments with source, author and time; so many devices, 20 tags, two of them on each device, so that
/// the planner knows what it will meet.
pub fn schema(devices: u64) -> String {
    format!(
        "CREATE TABLE device (
            id bigint PRIMARY KEY, nsdeviceuid text NOT NULL, userkey text NOT NULL, hostname text, os text,
            os_version text, edition text, client_version text, serial_number text, ip_address inet,
            facts jsonb, seen timestamptz, UNIQUE (nsdeviceuid, userkey));
        CREATE TABLE tag (id int PRIMARY KEY, name text UNIQUE NOT NULL);
        CREATE TABLE assignment (
            device_id bigint, tag_id int, source text, author text,
            at timestamptz DEFAULT now(), PRIMARY KEY (device_id, tag_id));
        INSERT INTO device (id, nsdeviceuid, userkey, hostname)
            SELECT n, upper(md5(n::text)::uuid::text), 'user' || n || '@corp.example', 'w11-' || n
            FROM generate_series(0, {devices} - 1) n;
        INSERT INTO tag SELECT n, 'bench ' || n FROM generate_series(1, 20) n;
        INSERT INTO assignment (device_id, tag_id, source, author)
            SELECT n, tag, 'api', 'bench' FROM generate_series(0, {devices} - 1) n, generate_series(1, 2) tag;
        ANALYZE;"
    )
}

/// Exactly two tags on 100 devices. Each client has devices of its own, so that none waits for another's locks.
pub fn bulk_replace() -> String {
    r"\set pair random(1, 10) * 2
WITH named AS MATERIALIZED (
    SELECT device.id FROM generate_series(0, 99) place
    JOIN device ON device.nsdeviceuid = upper(md5((:client_id + place * 100)::text)::uuid::text)
               AND device.userkey = 'user' || (:client_id + place * 100) || '@corp.example'),
gone AS (
    DELETE FROM assignment USING named
    WHERE assignment.device_id = named.id AND assignment.tag_id NOT IN (:pair - 1, :pair))
INSERT INTO assignment (device_id, tag_id, source, author)
SELECT named.id, wanted.tag, 'api', 'bench' FROM named, (VALUES (:pair - 1), (:pair)) wanted(tag)
ON CONFLICT DO NOTHING;
"
    .to_owned()
}

/// One device reports all that the bench's check-in has. (To pgbench a colon and a letter are a variable, so JSON has
/// spaces.)
pub fn check_in(devices: u64) -> String {
    format!(
        r#"\set n random(0, {devices} - 1)
INSERT INTO device (id, nsdeviceuid, userkey, hostname, os, os_version, edition, client_version, serial_number,
    ip_address, facts, seen)
VALUES (:n, upper(md5(:n::text)::uuid::text), 'user' || :n || '@corp.example', 'w11-' || :n, 'windows', '10.0.22631',
    'Windows 11 Enterprise', '135.1.10.2611', 'SN0123456789ABCDEF', '10.1.2.3',
    '{{"domain":"corp.local","antivirus":[{{"product":"Windows Defender","upToDate": true}}],"diskEncryption":["bitlocker"],"processes":{{"guard.exe": true}}}}',
    now())
ON CONFLICT (nsdeviceuid, userkey) DO UPDATE SET hostname = EXCLUDED.hostname, os = EXCLUDED.os,
    os_version = EXCLUDED.os_version, edition = EXCLUDED.edition, client_version = EXCLUDED.client_version,
    serial_number = EXCLUDED.serial_number, ip_address = EXCLUDED.ip_address, facts = EXCLUDED.facts,
    seen = EXCLUDED.seen
RETURNING id;
"#
    )
}
