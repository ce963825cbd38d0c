//! From tokens to the tree, by recursive descent that a query cannot take deeper than [`QUERY_DEPTH_MAX`].

use super::comparison::{Comparison, Direction, Test};
use super::error::{SyntaxError, shown};
use super::field::{Field, Kind};
use super::lexer::{Lexer, Token, TokenKind};
use super::node::{Node, Query};
use super::value::Value;
use super::{QUERY_COMPARISONS_MAX, QUERY_DEPTH_MAX, QUERY_MAX_BYTES, QUERY_VALUES_MAX};

impl<F: Field> Query<F> {
    /// Reads a query.
    ///
    /// # Errors
    /// Where the text stops being a query of these fields: the first such place.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        if text.len() > QUERY_MAX_BYTES {
            let within = |(at, c): &(usize, char)| at + c.len_utf8() <= QUERY_MAX_BYTES;
            let position = text.char_indices().take_while(within).count() + 1;
            let why = format!("is too much: a query may be {QUERY_MAX_BYTES} bytes long");
            return Err(SyntaxError::at(position, "the character", why));
        }
        let mut lexer = Lexer::new(text);
        let next = lexer.next()?;
        let mut parser = Parser { lexer, next, depth: 0, comparisons: 0 };
        let root = parser.query()?;
        match parser.next.kind {
            TokenKind::End => Ok(Self(root)),
            _ => Err(parser.expected("and, or, or the end (a value of several words stands in quotes)")),
        }
    }
}

/// The words that stand for something in the language; as values they need quotes.
const WORDS: [&str; 14] =
    ["and", "or", "not", "in", "from", "to", "eq", "neq", "like", "notlike", "gt", "gte", "lt", "lte"];

const OPERATORS: &str = "an operator (eq, neq, like, notlike, gt, gte, lt, lte, in, not in, from)";

struct Parser<'a> {
    lexer: Lexer<'a>,
    next: Token<'a>,
    depth: usize,
    comparisons: usize,
}

/// What stands after a field.
enum Operator {
    Equal { negated: bool },
    Like { negated: bool },
    Beyond(Direction),
    Between,
    OneOf { negated: bool },
}

impl<'a> Parser<'a> {
    fn query<F: Field>(&mut self) -> Result<Node<Comparison<F>>, SyntaxError> {
        let mut parts = vec![self.conjunction()?];
        while self.takes(&["or", "||"])? {
            parts.push(self.conjunction()?);
        }
        Ok(one_or(parts, Node::Or))
    }

    fn conjunction<F: Field>(&mut self) -> Result<Node<Comparison<F>>, SyntaxError> {
        let mut parts = vec![self.unary()?];
        while self.takes(&["and", "&&"])? {
            parts.push(self.unary()?);
        }
        Ok(one_or(parts, Node::And))
    }

    fn unary<F: Field>(&mut self) -> Result<Node<Comparison<F>>, SyntaxError> {
        let (start, is_not) = (self.next.start, self.is(&["not", "!"]));
        if !is_not && !self.is(&["("]) {
            return self.comparison();
        }
        if self.depth == QUERY_DEPTH_MAX {
            let why = format!("is too deep: at most {QUERY_DEPTH_MAX} may stand around a comparison");
            return Err(SyntaxError::at(self.lexer.position(start), self.next.kind.shown(), why));
        }
        self.depth += 1;
        self.advance()?;
        let node = if is_not {
            Node::Not(Box::new(self.unary()?))
        } else {
            let inside = self.query()?;
            self.take(")")?;
            inside
        };
        self.depth -= 1;
        Ok(node)
    }

    fn comparison<F: Field>(&mut self) -> Result<Node<Comparison<F>>, SyntaxError> {
        if self.comparisons == QUERY_COMPARISONS_MAX {
            let why = format!("is too much: a query may have {QUERY_COMPARISONS_MAX} comparisons");
            return Err(SyntaxError::at(self.position(), self.next.kind.shown(), why));
        }
        self.comparisons += 1;
        let field: F = self.field()?;
        let kind = field.kind();
        let test = match self.operator()? {
            Operator::Equal { negated } => Test::Equal { value: self.value_of(field)?, negated },
            Operator::Like { negated } => Test::Like { part: self.value(Kind::Text)?, negated },
            Operator::Beyond(direction) => Test::Beyond { direction, bound: self.bound(kind)? },
            Operator::Between => {
                let from = self.bound(kind)?;
                self.take("to")?;
                Test::Between { from, to: self.bound(kind)? }
            }
            Operator::OneOf { negated } => Test::OneOf { values: self.values_of(field)?, negated },
        };
        Ok(Node::Leaf(Comparison { field, test }))
    }

    fn field<F: Field>(&mut self) -> Result<F, SyntaxError> {
        let TokenKind::Word(name) = self.next.kind else { return Err(self.expected("a field, not or (")) };
        let Some(field) = F::named(name) else {
            if is_language(name) {
                return Err(self.expected("a field, not or ("));
            }
            let names = F::ALL.iter().map(|field| field.full_name()).collect::<Vec<_>>().join(", ");
            let why = format!("is no field; the fields are {names}");
            return Err(SyntaxError::at(self.position(), shown(name), why));
        };
        self.advance()?;
        Ok(field)
    }

    fn operator(&mut self) -> Result<Operator, SyntaxError> {
        let word = match &self.next.kind {
            TokenKind::Word(word) => word.to_ascii_lowercase(),
            TokenKind::Symbol(symbol) => (*symbol).to_owned(),
            TokenKind::Quoted(_) | TokenKind::End => return Err(self.expected(OPERATORS)),
        };
        let operator = match word.as_str() {
            "eq" | "=" | "==" => Operator::Equal { negated: false },
            "neq" | "!=" | "<>" => Operator::Equal { negated: true },
            "like" | "~" => Operator::Like { negated: false },
            "notlike" | "!~" => Operator::Like { negated: true },
            "gt" | ">" => Operator::Beyond(Direction::Above),
            "gte" | ">=" => Operator::Beyond(Direction::AtLeast),
            "lt" | "<" => Operator::Beyond(Direction::Below),
            "lte" | "<=" => Operator::Beyond(Direction::AtMost),
            "from" => Operator::Between,
            "in" => Operator::OneOf { negated: false },
            "not" => {
                self.advance()?;
                let operator = match () {
                    () if self.is(&["in"]) => Operator::OneOf { negated: true },
                    () if self.is(&["like"]) => Operator::Like { negated: true },
                    () => return Err(self.expected("in or like")),
                };
                self.advance()?;
                return Ok(operator);
            }
            _ => return Err(self.expected(OPERATORS)),
        };
        self.advance()?;
        Ok(operator)
    }

    fn values_of<F: Field>(&mut self, field: F) -> Result<Box<[Value]>, SyntaxError> {
        let closing = match self.next.kind {
            TokenKind::Symbol("[") => "]",
            TokenKind::Symbol("(") => ")",
            _ => return Err(self.expected("a list of values in brackets")),
        };
        let mut values = Vec::new();
        loop {
            // What comes first is the bracket, and then the commas.
            self.advance()?;
            if values.len() == QUERY_VALUES_MAX {
                let why = format!("is too much: a list may have {QUERY_VALUES_MAX} values");
                return Err(SyntaxError::at(self.position(), self.next.kind.shown(), why));
            }
            values.push(self.value_of(field)?);
            if self.is(&[closing]) {
                break;
            }
            if !self.is(&[","]) {
                return Err(self.expected(format_args!(", or {closing}")));
            }
        }
        self.advance()?;
        values.sort_by(Value::cmp);
        values.dedup_by(|a, b| a.cmp(b).is_eq());
        Ok(values.into())
    }

    /// A value that others are above or below.
    fn bound(&mut self, kind: Kind) -> Result<Value, SyntaxError> {
        let position = self.position();
        let value = self.value(kind)?;
        if value.is_ordered() {
            return Ok(value);
        }
        let expected = "a version that begins with a number, such as 10.0.19045";
        Err(SyntaxError::expected(expected, position, shown(value.as_str())))
    }

    /// A value that a field may have.
    fn value_of<F: Field>(&mut self, field: F) -> Result<Value, SyntaxError> {
        let value = self.value(field.kind())?;
        let meant = field.meant(value.as_str()).and_then(|text| Value::new(text, field.kind()));
        Ok(meant.unwrap_or(value))
    }

    fn value(&mut self, kind: Kind) -> Result<Value, SyntaxError> {
        let text = match &self.next.kind {
            TokenKind::Word(word) if is_language(word) => {
                return Err(self.expected("a value (a word of the query language stands in quotes)"));
            }
            TokenKind::Word(word) => *word,
            TokenKind::Quoted(text) => text,
            TokenKind::Symbol(_) | TokenKind::End => return Err(self.expected("a value")),
        };
        let value = Value::new(text, kind).ok_or_else(|| self.expected("a number"))?;
        self.advance()?;
        Ok(value)
    }

    /// Whether the next token is one of these words or symbols.
    fn is(&self, wanted: &[&str]) -> bool {
        match &self.next.kind {
            TokenKind::Word(text) | TokenKind::Symbol(text) => {
                wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(text))
            }
            TokenKind::Quoted(_) | TokenKind::End => false,
        }
    }

    fn takes(&mut self, wanted: &[&str]) -> Result<bool, SyntaxError> {
        let is = self.is(wanted);
        if is {
            self.advance()?;
        }
        Ok(is)
    }

    fn take(&mut self, wanted: &str) -> Result<(), SyntaxError> {
        if self.takes(&[wanted])? { Ok(()) } else { Err(self.expected(wanted)) }
    }

    fn advance(&mut self) -> Result<(), SyntaxError> {
        self.next = self.lexer.next()?;
        Ok(())
    }

    fn position(&self) -> usize {
        self.lexer.position(self.next.start)
    }

    fn expected(&self, expected: impl std::fmt::Display) -> SyntaxError {
        SyntaxError::expected(expected, self.position(), self.next.kind.shown())
    }
}

fn is_language(word: &str) -> bool {
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn one_or<L>(mut parts: Vec<Node<L>>, several: fn(Box<[Node<L>]>) -> Node<L>) -> Node<L> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => several(parts.into_iter().chain(last).collect()),
    }
}
