//! The bearer token.

use std::{fmt, fs, path::Path, str::FromStr};

use reqwest::header::HeaderValue;

use crate::Error;

/// A token as the server gave it. Its `Debug` never shows it, and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The first line of a file, without the white space around it.
    ///
    /// # Errors
    /// [`Error::TokenFile`] when the file cannot be read, [`Error::InvalidToken`] when it holds no token.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path)
            .map_err(|source| Error::TokenFile { path: path.to_path_buf(), source })?;
        text.lines().next().unwrap_or_default().parse()
    }

    /// The value of the `Authorization` header, marked so that no library logs it.
    pub(crate) fn authorization(&self) -> HeaderValue {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.0))
            .expect("a token consists of visible ASCII, which a header may hold");
        value.set_sensitive(true);
        value
    }
}

impl FromStr for Token {
    type Err = Error;

    /// Takes 1 to 1024 visible ASCII characters, with white space around them.
    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.is_empty() || text.len() > 1024 || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::InvalidToken);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_shows_in_debug_output() {
        let token: Token = " fm_secret\n".parse().unwrap();
        assert!(!format!("{token:?} {:?}", token.authorization()).contains("secret"));
        assert_eq!(token.authorization(), "Bearer fm_secret");
    }

    #[test]
    fn a_token_is_visible_ascii_and_the_error_does_not_repeat_it() {
        for text in ["", "  ", "two words", "naïve"] {
            let error = text.parse::<Token>().unwrap_err();
            assert!(matches!(error, Error::InvalidToken));
        }
        assert!(!"two words".parse::<Token>().unwrap_err().to_string().contains("words"));
    }

    #[test]
    fn a_token_file_gives_its_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, "fm_one\nfm_two\n").unwrap();
        assert_eq!(Token::read(&path).unwrap(), "fm_one".parse().unwrap());
        assert!(matches!(Token::read(&folder.path().join("none")), Err(Error::TokenFile { .. })));
    }
}
