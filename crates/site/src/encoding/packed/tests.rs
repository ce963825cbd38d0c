use domain::{DeviceUid, FactText, FormError, Label};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::DecodeError;
use crate::encoding::read::Text;

fn numbers() -> impl Strategy<Value = Vec<u64>> {
    let pool = |max: u64| vec(0..=max, 1..5);
    let few = pool((1 << 56) - 1).prop_flat_map(|pool| vec(proptest::sample::select(pool), 0..200));
    prop_oneof![few, (0..56_u32).prop_flat_map(|bits| vec(0..1_u64 << bits, 0..200))]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    let like = |form: &'static str| vec(form, 0..40);
    prop_oneof![
        like("[0-9A-F]{8}-[0-9A-F]{4}"),
        like("(00:1a:[0-9a-f]{2})?"),
        like("SN[0-9]{5}"),
        like("[ -~]{0,4}"),
        like("\\PC{0,4}"),
        like("(same)?"),
    ]
}

proptest! {
    #[test]
    fn numbers_are_read_as_they_were_written(numbers in numbers()) {
        let bytes = write_numbers(&numbers);
        let read = read_numbers("x", &bytes, numbers.len()).unwrap();
        prop_assert_eq!(read.len(), numbers.len());
        prop_assert_eq!(read.collect::<u64>("x").unwrap(), numbers.clone());
        let mut places = vec![0; numbers.len()];
        if let Some(few) = read.few(&mut places) {
            prop_assert!(few.len() <= 16 && places.iter().map(|place| few[usize::from(*place)]).eq(numbers.clone()));
        }
        if let Some(fewer) = numbers.len().checked_sub(1) {
            prop_assert!(read_numbers("x", &bytes, fewer).is_err());
        }
        for length in 0..bytes.len() {
            prop_assert!(read_numbers("x", &bytes[..length], numbers.len()).is_err(), "cut to {}", length);
        }
    }

    #[test]
    fn texts_are_read_as_they_were_written(texts in texts()) {
        let message = write_texts(texts.iter().map(String::as_str));
        prop_assert_eq!(read("x", &message, texts.len()).unwrap(), texts);
    }

    #[test]
    fn bytes_are_squeezed_and_come_back(part in vec(any::<u8>(), 0..40), times in 0..40_usize) {
        let bytes = part.repeat(times);
        let squeezed = squeeze(&bytes);
        prop_assert_eq!(&*unsqueeze("x", &squeezed).unwrap(), &bytes[..]);
    }

    #[test]
    fn any_bytes_are_a_column_or_refused(bytes in vec(any::<u8>(), 0..40), shape in vec(any::<u8>(), 0..9)) {
        if let Ok(numbers) = read_numbers("x", &bytes, 1024) {
            let (all, few) = (numbers.collect::<u64>("x"), numbers.few(&mut [0; 1024]));
            prop_assert!(few.is_none() || all.is_ok());
        }
        let _ = unsqueeze("x", &bytes);
        let mut message = write_texts(["a1", "a2"].into_iter());
        message.set_text(bytes);
        let _ = read("x", &message, 9);
        message.set_shape(shape);
        let _ = read("x", &message, 9);
    }

    #[test]
    fn plain_texts_are_checked_as_their_types_check_them(one in "[ -~é\u{1}]{1,3}|x{254,256}") {
        let message = write_texts([&*one].into_iter());
        let is = |text: Option<&str>| text == Some(&one);
        let read = |read: Result<ReadTexts, DecodeError>| read.is_ok();
        let label = Label::new(&one).ok();
        prop_assert_eq!(read(read_texts::<Label>("x", Some(&message), 1)), is(label.as_ref().map(Label::as_str)));
        let uid = DeviceUid::new(&one).ok();
        prop_assert_eq!(read(read_texts::<DeviceUid>("x", Some(&message), 1)), is(uid.as_ref().map(DeviceUid::as_str)));
        let fact = FactText::new(&one).ok();
        prop_assert_eq!(read(read_texts::<FactText>("x", Some(&message), 1)), is(fact.as_ref().map(FactText::as_str)));
    }

    #[test]
    fn texts_of_a_shape_are_checked_as_their_types_check_them(one in "[ ,xé\u{1}][0-9a-f][ ,xé\u{1}]") {
        let other = one.replace(|digit: char| digit.is_ascii_hexdigit(), "7");
        let message = write_texts([&*one, &*other].into_iter());
        prop_assert_eq!(read_texts::<Label>("x", Some(&message), 2).is_ok(), Label::new(&one).is_ok_and(|label| label.as_str() == one));
    }
}

/// The texts of a message, whatever their form.
fn read(member: &str, message: &TextsMessage, count_max: usize) -> Result<Vec<String>, DecodeError> {
    let read = read_texts::<AnyForm>(member, Some(message), count_max)?;
    let lengths: Vec<_> = read.lengths().collect();
    let mut start = 0;
    let slices = lengths.iter().map(|length| {
        let end = start + *length as usize;
        std::mem::replace(&mut start, end)..end
    });
    Ok(match &read {
        ReadTexts::Plain { text, .. } => slices.map(|slice| text[slice].to_owned()).collect(),
        ReadTexts::Shaped { shape, rows, .. } => slices
            .map(|slice| match slice.is_empty() {
                true => String::new(),
                false => shape.with_text(&rows[slice], |text| String::from_utf8(text.to_vec()).unwrap()),
            })
            .collect(),
    })
}

/// Any text.
#[derive(Clone)]
struct AnyForm(String);

impl Text for AnyForm {
    fn parse(text: &str) -> Result<Self, FormError> {
        Ok(Self(text.to_owned()))
    }

    fn text(&self) -> &str {
        &self.0
    }
}

impl PlainForm for AnyForm {
    const COMMAS: bool = true;
}

#[test]
fn columns_take_few_bytes() {
    let repeated = |numbers: &[u64]| write_numbers(&numbers.repeat(1024 / numbers.len())).len();
    assert_eq!(repeated(&[0]), 5, "one number only");
    assert_eq!(repeated(&[0, 1]), 5 + 128, "a bit each");
    assert_eq!(repeated(&[7, 1 << 50]), 4 + 1 + 8 + 128, "two far apart");
    assert_eq!(
        repeated(&[1_750_000_000_000, 1_750_000_000_000 + 255]),
        4 + 6 + 2 + 128,
        "two near each other"
    );

    let uid =
        |number: u32| format!("{:08X}-012C-4F6B-A1D5-0000{number:08X}", number.wrapping_mul(0x9E37_79B9));
    let uids: Vec<_> = (0..1000).map(uid).collect();
    let message = write_texts(uids.iter().map(String::as_str));
    assert!(prost::Message::encoded_len(&message) < 8 * 1000, "the digits that differ, two a byte");
}
