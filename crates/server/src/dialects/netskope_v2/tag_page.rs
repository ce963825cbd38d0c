//! A page of device tags as JSON (netskope-v2 §8).

use wire::netskope_v2::TagPage;

use crate::json::{write_inside, write_number};

/// What most pages fit in, and what a tag usually takes.
const PAGE_BYTES: usize = 128;
const TAG_BYTES: usize = 128;

/// A page in its envelope, byte for byte what its form says: names of members are copied, not looked at again for each
/// tag.
pub(super) fn written(page: &TagPage<'_>) -> Vec<u8> {
    let mut json = Vec::with_capacity(PAGE_BYTES + page.data.len() * TAG_BYTES);
    let number = |json: &mut Vec<u8>, member: &str, number: usize| {
        json.extend_from_slice(member.as_bytes());
        // More than 2^63 of anything is not met; the page's own offset is as large as it was asked for.
        match i64::try_from(number) {
            Ok(number) => write_number(json, number),
            Err(_) => json.extend_from_slice(number.to_string().as_bytes()),
        }
    };
    json.extend_from_slice(br#"{"success":true,"data":{"data":["#);
    for (place, tag) in page.data.iter().enumerate() {
        let before = if place == 0 { r#"{"id":"# } else { r#",{"id":"# };
        json.extend_from_slice(before.as_bytes());
        write_number(&mut json, tag.id.into());
        json.extend_from_slice(br#","name":""#);
        write_inside(&mut json, tag.name);
        json.extend_from_slice(br#"","description":""#);
        write_inside(&mut json, tag.description);
        json.extend_from_slice(br#"","device_count":"#);
        write_number(&mut json, tag.device_count.into());
        match tag.device_classification_count {
            // Most tags are asked for by no rule.
            0 => json.extend_from_slice(br#","device_classification_count":0}"#),
            count => {
                number(&mut json, r#","device_classification_count":"#, count);
                json.push(b'}');
            }
        }
    }
    number(&mut json, r#"],"total_count":"#, page.total_count);
    number(&mut json, r#","offset":"#, page.offset);
    number(&mut json, r#","limit":"#, page.limit);
    json.extend_from_slice(b"}}");
    json
}

#[cfg(test)]
mod tests {
    use wire::netskope_v2::{FoundTags, ListedTag, Success};

    use super::*;

    #[test]
    fn a_page_is_written_as_its_form_says() {
        let tag = |id, name, description| ListedTag {
            id,
            name,
            description,
            device_count: id / 2,
            device_classification_count: name.len() - 8,
        };
        let tags = [tag(1, "low risk", ""), tag(u32::MAX, "a \"quote\" and Büro №1", "two\nlines")];
        for count in 0..=tags.len() {
            let data = tags[..count].to_vec();
            let page = TagPage { data, total_count: 10_000, offset: usize::MAX, limit: 50 };
            let json = written(&page);
            let form = FoundTags::Page(Success::from(page));
            assert_eq!(String::from_utf8_lossy(&json), serde_json::to_string(&form).expect("JSON"));
        }
    }
}
