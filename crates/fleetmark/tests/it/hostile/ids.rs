//! Ids and paths that name nothing, or something of another kind.

use super::attack::attack;
use super::case::Case;
use super::{CLASSIFICATIONS, DEVICES, RULES, SITES, TAGS, TOKENS};

#[test]
fn an_id_that_names_nothing_is_refused() {
    attack(&cases());
}

const IDS: &[&str] = &[
    "0",
    "-1",
    "+1",
    "1.5",
    "1e3",
    "0x10",
    "4294967296",
    "18446744073709551616",
    "<9*400>",
    "<9*20000>",
    "abc",
    "null",
    "true",
    "%00",
    "1%00",
    "%FF",
    "%C3%28",
    "%zz",
    "%",
    "%31%",
    "%20",
    "%2e%2e",
    "..%2f..%2fetc%2fpasswd",
    "1%2F2",
    "1;drop",
    "%27%20or%201=1--",
    "%EF%BC%91",
    "%F0%9F%98%80",
    "$%7Bjndi:ldap:%2F%2Fx%7D",
    "5CA1AB1E-0000-4000-8000-000000000001",
    "018f3c2a-9b7e-7c11-8a52-0d1e2f3a4b5c",
];

/// Method, path, what the answer says.
const OF_ANOTHER_KIND: &[(&str, &str, &str)] = &[
    ("GET", "/api/v2/deviceclassification/tags/<tag>", ""),
    ("DELETE", "/api/v2/deviceclassification/tags/<tag>", ""),
    ("DELETE", "/api/v2/deviceclassification/tags/<rule>", ""),
    ("GET", "/api/v2/deviceclassification/rules/<class>", ""),
    ("DELETE", "/api/v2/deviceclassification/rules/<class>", ""),
    ("DELETE", "/api/v2/deviceclassification/rules/<tag>", ""),
    ("DELETE", "/api/v2/devices/device/tags/<class>", ""),
    ("DELETE", "/api/v2/devices/device/tags/<rule>", ""),
    ("DELETE", "/api/v1/tokens/<tag>", ""),
    ("GET", "/api/v1/tokens/<uid>", ""),
    ("GET", "/api/v1/devices/<foreign>", ""),
    ("GET", "/api/v1/devices/<foreign>/explain", ""),
    ("GET", "/api/v1/devices/<uid>/explain", ""),
    ("DELETE", "/api/v1/devices/<foreign>", ""),
    ("DELETE", "/api/v1/devices/<uid>", ""),
    ("GET", "/api/v1/sites/2", ""),
];

/// Paths that look like ours and are not.
const PATHS: &[&str] = &[
    "//api/v2/deviceclassification/tags",
    "/api//v2/deviceclassification/tags",
    "/api/v2/deviceclassification/tags/",
    "/api/v2/deviceclassification/./tags",
    "/api/v2/deviceclassification/rules/../tags",
    "/api/v2/deviceclassification/%74ags",
    "/api/v2/deviceclassification%2Ftags",
    "/api/v2/deviceclassification/tags%00",
    "/api/v2/deviceclassification/tags;a=b",
    "/api/v2/deviceclassification/tags.json",
    "/api/v2/deviceclassification/tags/1/2",
    "/api/v2/DeviceClassification/tags",
    "/API/V2/deviceclassification/tags",
    "/api/v2/deviceclassification/tags\\1",
    "/api/v3/deviceclassification/tags",
    "/api/v2/devices/device/tags/bulkadd/1",
    "/api/v2/devices",
    "/api/v2/events/datasearch/clientstatus/",
    "/api/v2/events/datasearch/%2e%2e/clientstatus",
    "/api/v1/tokens/",
    "/api/v1/tokens/1/secret",
    "/.git/config",
    "/healthz/../api/v1/tokens",
    "/metrics/",
    "/<a*8000>",
    "/api/v2/<a/*4000>",
    "/%",
    "/%FF%FE",
];

pub fn cases() -> Vec<Case> {
    let found = [
        ("GET", CLASSIFICATIONS),
        ("DELETE", CLASSIFICATIONS),
        ("GET", RULES),
        ("DELETE", RULES),
        ("DELETE", TAGS),
        ("GET", TOKENS),
        ("DELETE", TOKENS),
        ("GET", DEVICES),
        ("DELETE", DEVICES),
        ("GET", SITES),
    ];
    let ids = found.into_iter().flat_map(|(method, path)| {
        IDS.iter().map(move |id| Case::new(method, format!("{path}/{id}"), &[400, 404]))
    });
    let kinds =
        OF_ANOTHER_KIND.iter().map(|(method, path, says)| Case::new(method, path, &[400, 404]).says(says));
    let paths = PATHS.iter().map(|path| Case::new("GET", path, &[404]));
    // The mark is a raw byte in the path that is no UTF-8.
    let raw =
        [b"/api/v2/\xff".as_slice(), b"/api/v1/tokens/\xc3\x28", b"/api/v2/devices/device/tags/\xed\xa0\x80"];
    let raw = raw.into_iter().map(|path| Case::new("GET", path, &[400, 404]).below_http());
    ids.chain(kinds).chain(paths).chain(raw).collect()
}
