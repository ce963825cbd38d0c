//! Requests that lie about themselves: lengths, pieces, heads, tokens.

use super::attack::attack;
use super::case::Case;
use super::{CLASSIFICATIONS, TAGS};

#[test]
fn a_request_that_lies_about_itself_is_refused() {
    attack(&cases());
}

const JSON: &str = "Content-Type: application/json";
const CHUNKED: &str = "Transfer-Encoding: chunked";

/// Whether a request is HTTP, or only begins as if it were.
#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Http,
    NoHttp,
    Cut,
}
use Sort::{Cut, Http, NoHttp};

/// A head line beside a good body of 14 bytes, the answer's status, whether it is HTTP at all.
const LENGTHS: &[(&str, &[u16], Sort)] = &[
    ("Content-Length: 13", &[400], Http),
    ("Content-Length: 1", &[400], Http),
    ("Content-Length: 0", &[400], Http),
    ("Content-Length: 15", &[400], Cut),
    ("Content-Length: 100000", &[400], Cut),
    ("Content-Length: 16777217", &[413], Http),
    ("Content-Length: 9223372036854775807", &[413], Http),
    ("Content-Length: 18446744073709551615", &[413], NoHttp),
    ("Content-Length: 18446744073709551616", &[400], NoHttp),
    ("Content-Length: -1", &[400], NoHttp),
    ("Content-Length: +14", &[400], NoHttp),
    ("Content-Length: 0xE", &[400], NoHttp),
    ("Content-Length: 14, 15", &[400], NoHttp),
    ("Content-Length: 14\r\nContent-Length: 15", &[400], NoHttp),
    ("Content-Length:", &[400], NoHttp),
    ("Transfer-Encoding: gzip", &[400], NoHttp),
    ("Transfer-Encoding: chunked, gzip", &[400], NoHttp),
    ("Transfer-Encoding: chunked", &[400], Http),
];

/// Pieces of a body in the chunked form, which tell their lengths.
const PIECES: &[&str] = &[
    "zz\r\n{\"name\":\"new\"}\r\n0\r\n\r\n",
    "e\r\n{\"name\":\"new\"}",
    "e\r\n{\"name\":\"new\"}\r\n",
    "e\r\n{\"name\":\"new\"}\r\n0\r\n",
    "e\r\n{\"name\":\"new\"}XX0\r\n\r\n",
    "d\r\n{\"name\":\"new\"}\r\n0\r\n\r\n",
    "ffffffffffffffff\r\n{\"name\":\"new\"}\r\n0\r\n\r\n",
    "fffffffffffffffff\r\n{\"name\":\"new\"}\r\n0\r\n\r\n",
    "-e\r\n{\"name\":\"new\"}\r\n0\r\n\r\n",
    "e;<a*20000>\r\n{\"name\":\"new\"}\r\n0\r\n\r\n",
    "\r\n{\"name\":\"new\"}\r\n0\r\n\r\n",
    "0\r\n\r\n",
    "1\r\n{\r\n0\r\n\r\n",
];

/// A further line in the head of a request that reads, the answer's status, whether it is HTTP at all.
const HEADS: &[(&str, &[u16], Sort)] = &[
    ("Netskope-Api-Token: another", &[401], Http),
    ("Authorization: Bearer another", &[401], Http),
    ("Authorization: Bearer bootstrap-of-the-tests-8f3a61c2x", &[401], Http),
    ("Authorization: Bearer <t*60000>", &[401], Http),
    ("Broken", &[400], NoHttp),
    (": nameless", &[400], NoHttp),
    ("Na me: x", &[400], NoHttp),
    ("Name : x", &[400], NoHttp),
    ("X-Folded: a\r\n b", &[400], NoHttp),
    ("X-Control: a\u{0}b", &[400], NoHttp),
    ("X-Control: a\u{1}b", &[400], NoHttp),
    ("X-Control: a\u{7f}b", &[400], NoHttp),
    ("X-Bare: a\rb", &[400], NoHttp),
    ("X-Long: <a*600000>", &[431], NoHttp),
];

pub fn cases() -> Vec<Case> {
    let posting = || Case::new("POST", TAGS, &[400]).body(r#"{"name":"new"}"#).header(JSON);
    let lengths = LENGTHS
        .iter()
        .map(|(line, expected, sort)| sorted(posting().unframed().header(line).expects(expected), *sort));
    let pieces = PIECES.iter().map(|pieces| posting().body(pieces).unframed().header(CHUNKED).cut());
    let heads = HEADS.iter().map(|(line, expected, sort)| {
        sorted(Case::new("GET", CLASSIFICATIONS, expected).header(line), *sort)
    });
    let both = posting().body("10\r\n{\"name\":7777777}\r\n0\r\n\r\n").unframed();
    let flood =
        (0..500).fold(Case::new("GET", CLASSIFICATIONS, &[431]), |case, n| case.header(format!("X-{n}: x")));
    let others = [
        both.header(CHUNKED).header("Content-Length: 3").below_http(),
        flood.below_http(),
        Case::new("GET", "/api/v2/<a*70000>", &[414]).below_http(),
        Case::new("GET", "/api/v1/tokens/<9*65000>", &[400, 404]).below_http(),
        Case::new("GET", "not-a-path", &[400, 404]).below_http(),
        Case::new("GET", "/ HTTP/9.9", &[400]).below_http(),
        Case::new("PRI", "* HTTP/2.0\r\n\r\nSM", &[400, 404]).below_http(),
        Case::new("G\u{0}T", CLASSIFICATIONS, &[400]).below_http(),
        Case::new("GET", "http://other.example/api/v1/nothing", &[404]),
        Case::new("OPTIONS", "*", &[400, 404]).below_http(),
        Case::new("CONNECT", "other.example:443", &[400, 404]).below_http(),
        Case::new("GET", CLASSIFICATIONS, &[401]).header(b"Netskope-Api-Token: \xff\xfe"),
        Case::new("GET", CLASSIFICATIONS, &[401]).header(b"Authorization: Bearer \xc3\x28"),
    ];
    lengths.chain(pieces).chain(heads).chain(others).collect()
}

fn sorted(case: Case, sort: Sort) -> Case {
    match sort {
        Http => case,
        NoHttp => case.below_http(),
        Cut => case.cut(),
    }
}
