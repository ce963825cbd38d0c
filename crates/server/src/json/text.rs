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

/// Whether a text is the same in JSON: it has no quote, no backslash and nothing below the space. Eight bytes are looked
/// at together; nearly all texts are.
fn is_plain(text: &[u8]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    // The highest bits of those bytes that are 0, and perhaps of some above them.
    let zeros = |bytes: u64| bytes.wrapping_sub(EACH) & !bytes & HIGH;
    let differ = |eight: &[u8; 8]| {
        let bytes = u64::from_le_bytes(*eight);
        let below_space = bytes.wrapping_sub(0x20 * EACH) & !bytes & HIGH;
        below_space | zeros(bytes ^ (0x22 * EACH)) | zeros(bytes ^ (0x5C * EACH))
    };
    let Some(last) = text.last_chunk() else {
        return text.iter().all(|byte| *byte >= 0x20 && *byte != b'"' && *byte != b'\\');
    };
    // The last eight may overlap those before them.
    let (eights, _) = text.as_chunks();
    eights.iter().fold(differ(last), |found, eight| found | differ(eight)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_a_json_library_writes_them() {
        let mut texts: Vec<String> =
            ["", "plain", "a \"quote\"", "Ä€😀", "exactly8", "\u{7f}\u{80}"].map(str::to_owned).into();
        // Every character that may be special, at every place of eight and in the rest.
        for place in 0..12 {
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
