//! From the characters of a query to its tokens.

use std::borrow::Cow;

use super::error::{SyntaxError, shown};

/// A token, and the byte at which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) start: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind<'a> {
    /// A run of characters that mean nothing else: a field, a word of the language, a value.
    Word(&'a str),
    /// What stood between quotes.
    Quoted(Cow<'a, str>),
    /// An operator or a bracket.
    Symbol(&'static str),
    End,
}

/// Longer ones before those that they begin with.
const SYMBOLS: [&str; 18] =
    ["==", "=", "!=", "!~", "!", "<>", "<=", "<", ">=", ">", "~", "&&", "||", "(", ")", "[", "]", ","];

/// Gives the tokens of a text one by one, so that the first thing wrong with it is the one that is told.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token; at the end, always `End`.
    pub(super) fn next(&mut self) -> Result<Token<'a>, SyntaxError> {
        let rest = &self.text[self.at..];
        let rest = rest.trim_start();
        let start = self.text.len() - rest.len();
        let (kind, length) = match rest.chars().next() {
            None => (TokenKind::End, 0),
            Some(quote @ ('\'' | '"')) => self.quoted(rest, quote, start)?,
            Some(first) => match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
                Some(symbol) => (TokenKind::Symbol(symbol), symbol.len()),
                None => {
                    let word = &rest[..rest.find(ends_word).unwrap_or(rest.len())];
                    if word.is_empty() {
                        // A lone & or |.
                        let doubled = format!("{first}{first}");
                        let position = self.position(start);
                        return Err(SyntaxError::expected(doubled, position, shown(&first.to_string())));
                    }
                    (TokenKind::Word(word), word.len())
                }
            },
        };
        self.at = start + length;
        Ok(Token { kind, start })
    }

    /// The character that begins at a byte, counted from 1.
    pub(super) fn position(&self, start: usize) -> usize {
        self.text[..start].chars().count() + 1
    }

    fn quoted(
        &self,
        rest: &'a str,
        quote: char,
        start: usize,
    ) -> Result<(TokenKind<'a>, usize), SyntaxError> {
        let inside = &rest[1..];
        let mut end = 0;
        while let Some(found) = inside[end..].find(quote) {
            end += found;
            if !inside[end + 1..].starts_with(quote) {
                let text = &inside[..end];
                let text = match text.contains(quote) {
                    true => Cow::Owned(text.replace(&format!("{quote}{quote}"), &quote.to_string())),
                    false => Cow::Borrowed(text),
                };
                return Ok((TokenKind::Quoted(text), end + 2));
            }
            end += 2;
        }
        let why = "is not closed; a quote inside a value is written twice";
        Err(SyntaxError::at(self.position(start), "the quote", why))
    }
}

impl TokenKind<'_> {
    /// As messages name it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(text) => shown(text),
            Self::Quoted(text) => format!("the value {}", shown(text)),
            Self::Symbol(symbol) => format!("\"{symbol}\""),
            Self::End => "the end".to_owned(),
        }
    }
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || "=!<>~&|()[],'\"".contains(c)
}

#[cfg(test)]
mod tests {
    use super::TokenKind::{End, Quoted, Symbol, Word};
    use super::*;

    fn tokens(text: &str) -> Vec<(TokenKind<'_>, usize)> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        loop {
            let token = lexer.next().unwrap();
            tokens.push((token.kind, lexer.position(token.start)));
            if tokens.last().unwrap().0 == End {
                return tokens;
            }
        }
    }

    #[test]
    fn tokens_need_no_spaces_between_them() {
        assert_eq!(
            tokens("é>=-1.5&&a~'x''y'"),
            [
                (Word("é"), 1),
                (Symbol(">="), 2),
                (Word("-1.5"), 4),
                (Symbol("&&"), 8),
                (Word("a"), 10),
                (Symbol("~"), 11),
                (Quoted("x'y".into()), 12),
                (End, 18),
            ]
        );
    }

    #[test]
    fn a_quote_is_doubled_only_inside_its_own_kind() {
        assert_eq!(
            tokens("'''' \"'\" '\"\"' ''").iter().map(|(kind, _)| kind.clone()).collect::<Vec<_>>(),
            [Quoted("'".into()), Quoted("'".into()), Quoted("\"\"".into()), Quoted("".into()), End]
        );
    }

    #[test]
    fn what_is_no_token_is_told_where_it_stands() {
        for (text, position) in [("a = 'x", 5), ("a = 'x''", 5), ("a & b", 3), ("\"", 1)] {
            let mut lexer = Lexer::new(text);
            let error = loop {
                match lexer.next() {
                    Ok(token) => assert_ne!(token.kind, End, "{text}"),
                    Err(error) => break error,
                }
            };
            assert_eq!(error.position, position, "{error}");
            assert!(error.message.contains(&format!("at position {position}")), "{error}");
        }
    }
}
