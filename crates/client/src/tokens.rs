//! `/api/v1/tokens`.

use wire::management::{List, NewToken, PatchToken, Token, TokenCreated};

use crate::{Client, Error};

const PATH: &str = "/api/v1/tokens";
/// How many are asked for at once.
const PAGE: usize = 1000;

impl Client {
    /// All tokens of the site of the token that asks, by id.
    ///
    /// # Errors
    /// The call failed.
    pub async fn tokens(&self) -> Result<Vec<Token>, Error> {
        let mut tokens = Vec::new();
        loop {
            let offset = tokens.len();
            let page: List<Token> = self.get(&format!("{PATH}?limit={PAGE}&offset={offset}")).await?;
            let is_last = page.items.len() < PAGE;
            tokens.extend(page.items);
            if is_last {
                return Ok(tokens);
            }
        }
    }

    /// Makes a token. It is called once and never repeated, so that no second token is made that nobody holds.
    ///
    /// # Errors
    /// The call failed; when no answer came, the token may exist all the same.
    pub async fn create_token(&self, token: &NewToken) -> Result<TokenCreated, Error> {
        self.post_once(PATH, token).await
    }

    /// Changes a token, and gives what is then known of it.
    ///
    /// # Errors
    /// The call failed; when no answer came, the token may be changed all the same.
    pub async fn change_token(&self, id: u32, change: &PatchToken) -> Result<Token, Error> {
        self.patch_once(&format!("{PATH}/{id}"), change).await
    }

    /// Revokes a token.
    ///
    /// # Errors
    /// The call failed; when no answer came, the token may be revoked all the same.
    pub async fn revoke_token(&self, id: u32) -> Result<(), Error> {
        self.delete_once(&format!("{PATH}/{id}")).await
    }
}
