//! Name and password by HTTP Basic (RFC 7617).

/// The name and the password of an `Authorization` header's value; `None` when they cannot be read.
pub(super) fn read(credentials: &str) -> Option<(String, String)> {
    let text = String::from_utf8(base64(credentials.trim())?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// Decodes base 64 (RFC 4648, section 4), whole or without its padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    // A rest of one digit is less than a byte.
    if digits.len() % 4 == 1 || (padding > 0 && (padding > 2 || !text.len().is_multiple_of(4))) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for digit in digits.bytes() {
        held = held << 6 | u32::from(value(digit)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits).to_le_bytes()[0]);
            held &= (1 << bits) - 1;
        }
    }
    // What is left over must say nothing.
    (held == 0).then_some(bytes)
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standards_are_read() {
        // RFC 4648, section 10; RFC 7617, section 2.
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(base64(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(base64("+/+/").as_deref(), Some(&[0xfb, 0xff, 0xbf][..]));
        let read = read("QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(read, Some(("Aladdin".to_owned(), "open sesame".to_owned())));
    }

    #[test]
    fn what_is_no_base_64_or_no_pair_is_not_read() {
        for text in ["Z", "Zg=", "Zh==", "Zm9vYg===", "Z g=", "Zm9v!", "Zm9v=", "Zm9v", "/////w=="] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
