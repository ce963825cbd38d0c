//! JSON's texts and numbers, written at the speed of copying.

const EXPECT: &str = "every text and number is JSON's, and a vector takes what is written to it";

/// Writes a text with its quotes.
pub(crate) fn write_text(json: &mut Vec<u8>, text: &str) {
    if is_plain(text.as_bytes()) {
        json.push(b'"');
        json.extend_from_slice(text.as_bytes());
        json.push(b'"');
    } else {
        serde_json::to_writer(json, text).expect(EXPECT);
    }
}

/// Writes what stands between a text's quotes.
pub(crate) fn write_inside(json: &mut Vec<u8>, text: &str) {
    if is_plain(text.as_bytes()) {
        json.extend_from_slice(text.as_bytes());
    } else {
        let quoted = serde_json::to_vec(text).expect(EXPECT);
        json.extend_from_slice(&quoted[1..quoted.len() - 1]);
    }
}

/// Writes a number.
pub(crate) fn write_number(json: &mut Vec<u8>, number: i64) {
    serde_json::to_writer(json, &number).expect(EXPECT);
}

/// Whether a text is the same in JSON: it has no quote, no backslash and nothing below the space. Nearly all texts are.
#[inline(always)]
fn is_plain(text: &[u8]) -> bool {
    if let (Some(first), Some(last)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
        // The last bytes may overlap those before them; of most texts that is all.
        are_plain(first)
            && are_plain(last)
            && (text.len() <= 32 || text[16..].as_chunks::<16>().0.iter().all(are_plain))
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        are_plain(first) && are_plain(last)
    } else if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        are_plain(first) && are_plain(last)
    } else {
        text.iter().all(|byte| !is_special(*byte))
    }
}

/// As [`is_plain`], of so many bytes: without branches, so that they are looked at together.
#[inline]
fn are_plain<const N: usize>(bytes: &[u8; N]) -> bool {
    !bytes.iter().fold(false, |found, byte| found | is_special(*byte))
}

#[inline]
fn is_special(byte: u8) -> bool {
    (byte < b' ') | (byte == b'"') | (byte == b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_a_json_library_writes_them() {
        let mut texts: Vec<String> =
            ["", "plain", "a \"quote\"", "Ä€😀", "exactly8", "\u{7f}\u{80}"].map(str::to_owned).into();
        // Every character that may be special, at every place of sixteen, of eight and in the rest.
        for place in 0..36 {
            texts.extend((0..=0x5f).map(|code| format!("{}{}z", "x".repeat(place), char::from(code))));
        }
        for text in texts {
            let wanted = serde_json::to_string(&text).expect("a text");
            let mut json = Vec::new();
            write_text(&mut json, &text);
            assert_eq!(String::from_utf8_lossy(&json), wanted);
            let mut inside = Vec::new();
            write_inside(&mut inside, &text);
            assert_eq!(String::from_utf8_lossy(&inside), wanted[1..wanted.len() - 1]);
        }
    }

    #[test]
    fn numbers_are_written_in_digits() {
        for number in [0, -7, i64::MIN, i64::MAX] {
            let mut json = Vec::new();
            write_number(&mut json, number);
            assert_eq!(String::from_utf8_lossy(&json), number.to_string());
        }
    }
}
