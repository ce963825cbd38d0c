//! A query as text: the same tree when it is parsed again.

use std::fmt::{self, Display, Formatter};

use super::comparison::{Comparison, Direction, Test};
use super::field::Field;
use super::node::{Node, Query};
use super::number::Number;
use super::value::Value;

impl<F: Field> Display for Query<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        print(&self.0, Binding::Or, f)
    }
}

/// How strongly a part binds; one that binds less than its place needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
}

fn print<F: Field>(node: &Node<Comparison<F>>, place: Binding, f: &mut Formatter<'_>) -> fmt::Result {
    match node {
        Node::Or(children) => list(children, place > Binding::Or, " or ", Binding::And, f),
        Node::And(children) => list(children, place > Binding::And, " and ", Binding::Not, f),
        Node::Not(child) => {
            f.write_str("not ")?;
            print(child, Binding::Not, f)
        }
        Node::Leaf(comparison) => comparison.fmt(f),
    }
}

fn list<F: Field>(
    children: &[Node<Comparison<F>>],
    in_parentheses: bool,
    between: &str,
    place: Binding,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    if in_parentheses {
        f.write_str("(")?;
    }
    for (number, child) in children.iter().enumerate() {
        if number > 0 {
            f.write_str(between)?;
        }
        print(child, place, f)?;
    }
    if in_parentheses { f.write_str(")") } else { Ok(()) }
}

impl<F: Field> Display for Comparison<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field.full_name(), self.test)
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal { value, negated: false } => write!(f, "eq {value}"),
            Self::Equal { value, negated: true } => write!(f, "neq {value}"),
            Self::Like { part, negated: false } => write!(f, "like {part}"),
            Self::Like { part, negated: true } => write!(f, "notlike {part}"),
            Self::Beyond { direction, bound } => write!(f, "{direction} {bound}"),
            Self::Between { from, to } => write!(f, "from {from} to {to}"),
            Self::OneOf { values, negated } => {
                f.write_str(if *negated { "not in [" } else { "in [" })?;
                for (number, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if number > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
        }
    }
}

impl Display for Direction {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Above => "gt",
            Self::AtLeast => "gte",
            Self::Below => "lt",
            Self::AtMost => "lte",
        })
    }
}

/// Numbers bare, anything else in quotes.
impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match Number::new(self.as_str()) {
            Some(_) => f.write_str(self.as_str()),
            None => write!(f, "'{}'", self.as_str().replace('\'', "''")),
        }
    }
}
