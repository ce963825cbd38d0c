//! UUIDs as replies show them.

use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// Its hyphenated form in lower case, without the machinery of formatting.
pub(crate) fn uuid_text(id: Uuid) -> String {
    id.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]).to_owned()
}

/// The UUID of its hyphenated form in either case.
pub(crate) fn parsed_uuid(text: &str) -> Option<Uuid> {
    let hyphenated = Some(text).filter(|text| text.len() == Hyphenated::LENGTH);
    hyphenated.and_then(|text| Uuid::try_parse(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_written_as_it_displays() {
        for id in [0, u128::MAX, 0x0198_502c_8a3b_8000_8000_0000_0000_0001].map(Uuid::from_u128) {
            assert_eq!(uuid_text(id), id.to_string());
        }
    }
}
