//! The query language of searches (netskope-v2 §9): `os eq Windows and not hostname like 'lab'`.
//!
//! A text is [parsed](Query::parse) once, into a tree whose fields and values are checked; each row is then
//! [judged](Query::matches) by that tree. What rows have for fields is theirs to say: [`Field`], [`Row`].
//!
//! ```text
//! query      = and { ("or" | "||") and }
//! and        = unary { ("and" | "&&") unary }
//! unary      = ("not" | "!") unary | "(" query ")" | comparison
//! comparison = field ( operator value | ["not"] "in" list | "from" value "to" value )
//! operator   = "eq" "=" "==" | "neq" "!=" "<>" | "like" "~" | "notlike" "not like" "!~"
//!            | "gt" ">" | "gte" ">=" | "lt" "<" | "lte" "<="
//! list       = "[" value { "," value } "]" | "(" value { "," value } ")"
//! ```
//! A value stands in single or double quotes, a quote inside doubled, or bare when it is a single word that is none
//! of the language's own. Words of the language have no case, fields have.

mod comparison;
mod error;
mod field;
mod lexer;
mod node;
mod number;
mod parser;
#[cfg(test)]
mod print;
mod text;
mod value;
mod version;

pub use self::comparison::{Comparison, Direction, Test};
pub use self::error::SyntaxError;
pub use self::field::{Field, Kind, Row, Seen};
pub use self::node::{Node, Query};
pub use self::number::Number;
pub use self::value::Value;
pub(in crate::queries) use self::version::compare as compare_versions;

/// Longest text of a query, in bytes.
pub const QUERY_MAX_BYTES: usize = 16 << 10;
/// Most parentheses and `not`s around a comparison.
pub const QUERY_DEPTH_MAX: usize = 32;
/// Most comparisons of a query.
pub const QUERY_COMPARISONS_MAX: usize = 128;
/// Most values of a list.
pub const QUERY_VALUES_MAX: usize = 1000;

#[cfg(test)]
mod tests;
