//! Evaluating many devices at once: 1024 a block, 64 a word, every truth as two sets of places.
//!
//! A [`Revision`] is made of the program that gave devices the outcomes they have and of the one that is to judge them.
//! It says of an outcome what it tells about the candidates of the new program ([`Script`]), so that only what is not
//! yet known is asked, and only of those devices to which it makes a difference. A [`Cascade`] then goes through the candidates of a block, strongest first. Which devices a
//! [`Leaf`] passes for it learns from [`Answers`]: where facts lie and how they are looked up is not known here.

mod cascade;
mod difference;
mod formula;
mod leaf;
mod outcomes;
mod revision;
mod script;
mod words;

pub use cascade::{Cascade, Class};
pub use formula::Answers;
pub use leaf::{Column, Leaf};
pub use outcomes::Outcomes;
pub use revision::Revision;
pub use script::{Script, Step};
pub use words::{Bits, PLACES, WORDS, Words, places_of, plane, word_of};
