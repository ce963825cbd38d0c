//! What a query can ask about: the fields that rows have, and what a row has in them.

/// How the values of a field compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As texts without case.
    Text,
    /// As whole numbers.
    Number,
    /// As versions, number by number.
    Version,
}

/// The fields of one kind of rows.
pub trait Field: Copy + 'static {
    /// All of them.
    const ALL: &'static [Self];

    /// The field of that name.
    fn named(name: &str) -> Option<Self>;

    /// A name by which [`Field::named`] finds it: its flat name, or the dotted one where another field has the flat.
    fn full_name(self) -> String;

    /// How its values compare.
    fn kind(self) -> Kind;

    /// The text that a query may also name by this one, as a number that stands for a word.
    fn meant(self, _said: &str) -> Option<&'static str> {
        None
    }
}

/// A value that a row has in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen<'a> {
    /// Of a field of kind [`Kind::Number`].
    Number(i64),
    /// Of any other; empty where nothing was reported.
    Text(&'a str),
}

/// What a query judges.
pub trait Row<F> {
    /// Whether `test` holds for what the row has in `field`: of several values, for any of them; of none, never.
    fn any(&self, field: F, test: impl FnMut(Seen<'_>) -> bool) -> bool;
}
