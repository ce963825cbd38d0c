//! Bodies that are no JSON, or not that of their operation.

use super::attack::attack;
use super::case::Case;
use crate::operations::{Operation, operations};

#[test]
fn a_body_that_is_not_of_its_form_is_refused() {
    attack(&cases());
}

/// Every sort of bad body for every operation that has one.
pub fn cases() -> Vec<Case> {
    let with_body = operations().into_iter().filter(|operation| operation.body.is_some());
    let cases = with_body.enumerate().flat_map(|(number, operation)| {
        let good = operation.body.as_ref().map(ToString::to_string).unwrap_or_default();
        let huge = if number.is_multiple_of(HUGE_EVERY) { huge_bodies(&good) } else { Vec::new() };
        let all = bodies(&good).into_iter().chain(huge);
        all.map(|(body, statuses)| case(&operation, &body, statuses)).collect::<Vec<_>>()
    });
    cases.collect()
}

/// Megabytes take their time: not every operation gets them.
const HUGE_EVERY: usize = 6;

/// A body, and the statuses that are right for it.
type Bad = (Vec<u8>, &'static [u16]);

fn case(operation: &Operation, body: &[u8], statuses: &[u16]) -> Case {
    Case::new(operation.method, &operation.path, statuses).json(body)
}

/// What can become of a good body on its way.
fn bodies(good: &str) -> Vec<Bad> {
    let inner = good.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(good);
    let turned = if good.starts_with('[') { inner.to_owned() } else { format!("[{good}]") };
    let first = |member: &str| with_first(good, member);
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let texts = [
        String::new(),
        " \r\n\t ".to_owned(),
        good[..good.len() / 2].to_owned(),
        good[..good.len() - 1].to_owned(),
        format!("{good}{good}"),
        format!("{good},"),
        format!("{good} x"),
        format!("{good}\u{0}"),
        format!("\u{feff}{good}"),
        format!("// a comment\n{good}"),
        format!("{good}/* a comment */"),
        good.replace('"', "'"),
        good.replacen('"', "", 2),
        good.replacen('}', ",}", 1),
        turned,
        "[]x".to_owned(),
        "{\"\":0}".to_owned(),
        "\"text\"".to_owned(),
        "7".to_owned(),
        "null".to_owned(),
        "true".to_owned(),
        "NaN".to_owned(),
        "-Infinity".to_owned(),
        "1e400".to_owned(),
        "0x10".to_owned(),
        "[".repeat(10_000) + &"]".repeat(10_000),
        "{\"a\":".repeat(10_000) + "0" + &"}".repeat(10_000),
        first("\"not a member\":1"),
        first("\"constructor\":{\"prototype\":{}}"),
        first("\"a\\u0000b\":null"),
        first("\"twice\":1,\"twice\":1"),
        first("\"huge\":1e999999"),
        first("\"bad\":\"\\x41\""),
        first("\"bad\":\"\\ud800\""),
        first("\"bad\":\"a raw \u{1} control character\""),
        first("\"bad\":01"),
        first("\"bad\":+1"),
        first("\"bad\":.5"),
        first("\"bad\":undefined"),
        first(&format!("\"deep\":{}{}", "[".repeat(10_000), "]".repeat(10_000))),
    ];
    let mut bodies: Vec<Bad> = texts.into_iter().map(|text| (text.into_bytes(), &[400][..])).collect();
    let bad_utf8 = first("\"bad\":\"?\"").into_bytes();
    bodies.extend([b"\xff".as_slice(), b"\xc3(", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xc0\xaf"].map(
        |bad| {
            let place = bad_utf8.iter().position(|byte| *byte == b'?').expect("it was put there");
            ([&bad_utf8[..place], bad, &bad_utf8[place + 1..]].concat(), &[400][..])
        },
    ));
    bodies.push((utf16, &[400]));
    bodies
}

fn huge_bodies(good: &str) -> Vec<Bad> {
    vec![
        ("[".repeat(1_000_000).into_bytes(), &[400]),
        (with_first(good, &format!("\"long\":\"{}\"", "x".repeat(10 << 20))).into_bytes(), &[400]),
        (vec![b' '; (16 << 20) + 1], &[413]),
    ]
}

/// The body with a further member before the others.
fn with_first(good: &str, member: &str) -> String {
    good.replacen('{', &format!("{{{member},"), 1)
}
