//! Values that queries ask for.

use std::cmp::Ordering;

use rules::Folded;
use smallvec::SmallVec;

use super::field::{Kind, Seen};
use super::number::Number;
use super::{text, version};

/// A value of a query, in the form in which a field's values compare with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    text: Box<str>,
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Text(Folded),
    Number(Number),
    Version,
}

impl Value {
    /// Reads a value for a field of that kind; `None` for what is no number where one is needed.
    #[must_use]
    pub fn new(text: &str, kind: Kind) -> Option<Self> {
        let form = match kind {
            Kind::Text => Form::Text(Folded::new(text)),
            Kind::Number => Form::Number(Number::new(text)?),
            Kind::Version => Form::Version,
        };
        Some(Self { text: text.into(), form })
    }

    /// As the query has it, without quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Without case, where it is a text.
    pub(in crate::queries) fn folded(&self) -> Option<&str> {
        if let Form::Text(folded) = &self.form { Some(folded.as_str()) } else { None }
    }

    /// The number that it is.
    pub(super) fn number(&self) -> Option<Number> {
        if let Form::Number(number) = &self.form { Some(*number) } else { None }
    }

    /// Whether it can be a bound: a version needs a number to be above or below another.
    pub(super) fn is_ordered(&self) -> bool {
        self.form != Form::Version || version::has_numbers(&self.text)
    }

    /// How what a row has compares with it.
    pub(super) fn compare(&self, seen: Seen<'_>) -> Ordering {
        match (&self.form, seen) {
            (Form::Number(number), Seen::Number(seen)) => number.compare(seen),
            (Form::Version, Seen::Text(seen)) => version::compare(seen, &self.text),
            (Form::Text(folded), seen) => as_text(seen, |seen| text::compare(seen, folded.as_str())),
            // A row that has another kind of value in a field than the field says has nothing that compares.
            (_, seen) => as_text(seen, |seen| text::compare(seen, &self.text)),
        }
    }

    /// As [`Value::compare`], of what can be above or below it; a version without numbers cannot.
    pub(super) fn order(&self, seen: Seen<'_>) -> Option<Ordering> {
        let ordered = match (&self.form, seen) {
            (Form::Version, Seen::Text(seen)) => version::has_numbers(seen),
            _ => true,
        };
        ordered.then(|| self.compare(seen))
    }

    /// Whether what a row has is it.
    pub(super) fn is(&self, seen: Seen<'_>) -> bool {
        match (&self.form, seen) {
            (Form::Text(folded), Seen::Text(seen)) => folded.same(seen),
            _ => self.compare(seen) == Ordering::Equal,
        }
    }

    /// Whether it is a part of what a row has.
    pub(super) fn is_part_of(&self, seen: Seen<'_>) -> bool {
        let Form::Text(folded) = &self.form else { return false };
        as_text(seen, |seen| text::has_part(seen, folded.as_str()))
    }

    /// Whether what a row has is one of `values`, which are in order.
    pub(super) fn is_among(values: &[Self], seen: Seen<'_>) -> bool {
        match seen {
            // Folded once, not once for each value that it is compared with.
            Seen::Text(text) if text.is_ascii() => {
                let folded: SmallVec<[u8; 64]> = text.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
                let compare = |value: &Self| match &value.form {
                    Form::Text(wanted) => wanted.as_str().as_bytes().cmp(&folded),
                    _ => value.compare(seen).reverse(),
                };
                values.binary_search_by(compare).is_ok()
            }
            _ => values.binary_search_by(|value| value.compare(seen).reverse()).is_ok(),
        }
    }

    /// The order of values of one field, in which equal ones ask for the same.
    pub(super) fn cmp(&self, other: &Self) -> Ordering {
        match (&self.form, &other.form) {
            (Form::Number(a), Form::Number(b)) => a.cmp(b),
            (Form::Text(a), Form::Text(b)) => a.cmp(b),
            _ => version::compare(&self.text, &other.text),
        }
    }
}

/// Longest whole number of 64 bits, with its sign.
const DIGITS_MAX: usize = 20;

fn as_text<T>(seen: Seen<'_>, judge: impl FnOnce(&str) -> T) -> T {
    use std::io::Write;
    match seen {
        Seen::Text(text) => judge(text),
        Seen::Number(number) => {
            let mut digits = [0; DIGITS_MAX];
            let mut rest = &mut digits[..];
            write!(rest, "{number}").expect("there is room for every whole number of 64 bits");
            let unused = rest.len();
            judge(std::str::from_utf8(&digits[..DIGITS_MAX - unused]).expect("digits are ASCII"))
        }
    }
}
