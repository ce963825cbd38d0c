//! `/api/v1/tokens`.

use wire::management::{NewToken, TokenCreated};

use crate::{Client, Error};

impl Client {
    /// Makes a token. It is called once and never repeated, so that no second token is made that nobody holds.
    ///
    /// # Errors
    /// The call failed; when no answer came, the token may exist all the same.
    pub async fn create_token(&self, token: &NewToken) -> Result<TokenCreated, Error> {
        self.post_once("/api/v1/tokens", token).await
    }
}
