//! Making, changing and revoking tokens.

use domain::{
    Areas, Error, InstanceChange, Noun, Owner, Role, SiteId, TOKENS_MAX, TagName, Timestamp, TokenFields,
    TokenHash, TokenId,
};

use crate::instance::{Instance, Token};
use crate::state::{Command, Context};

/// Makes a token.
#[derive(Debug)]
pub struct CreateToken {
    /// The site it is for.
    pub site: SiteId,
    /// Of its text.
    pub hash: TokenHash,
    /// As to be set.
    pub fields: TokenFields,
    /// Whether a Global Administrator asks.
    pub by_global: bool,
}

impl Command<Instance> for CreateToken {
    type Outcome = TokenId;

    fn decide(&mut self, instance: &Instance, _: &Context) -> Result<Vec<InstanceChange>, Error> {
        if instance.site(self.site).is_none() {
            return Err(Error::not_found(Noun::Site, self.site));
        }
        reserved(self.fields.global, self.by_global)?;
        unused(instance, &self.hash)?;
        if instance.tokens_of(self.site).count() >= TOKENS_MAX {
            let message = format!("a site holds at most {TOKENS_MAX} tokens; revoke some first");
            return Err(Error::LimitReached { limit: "tokens", message });
        }
        let id = instance.next_token();
        let (site, hash, after) = (self.site, self.hash, self.fields.clone());
        Ok(vec![InstanceChange::TokenAdded { id, site, hash, after }])
    }

    fn outcome(&mut self, instance: &Instance) -> TokenId {
        instance.last_token
    }
}

/// Changes a token; `None` leaves a member as it is.
#[derive(Debug)]
pub struct ChangeToken {
    /// The site of whoever asks; another site's token does not exist for them.
    pub site: SiteId,
    /// Which.
    pub id: TokenId,
    /// What it is for.
    pub name: Option<TagName>,
    /// Who answers for what is done with it.
    pub owner: Option<Owner>,
    /// What its holder is on the site.
    pub role: Option<Role>,
    /// The areas of a User.
    pub areas: Option<Areas>,
    /// Whether its holder manages the instance's sites.
    pub global: Option<bool>,
    /// From when on it is refused; `Some(None)`: never.
    pub expires_at: Option<Option<Timestamp>>,
    /// Whether a Global Administrator asks.
    pub by_global: bool,
}

impl Command<Instance> for ChangeToken {
    type Outcome = ();

    fn decide(&mut self, instance: &Instance, _: &Context) -> Result<Vec<InstanceChange>, Error> {
        let before = find(instance, self.site, self.id)?.fields.clone();
        let mut after = before.clone();
        after.name = self.name.clone().unwrap_or(after.name);
        after.owner = self.owner.clone().unwrap_or(after.owner);
        after.role = self.role.unwrap_or(after.role);
        after.areas = self.areas.unwrap_or(after.areas);
        after.global = self.global.unwrap_or(after.global);
        after.expires_at = self.expires_at.unwrap_or(after.expires_at);
        if after == before {
            return Ok(Vec::new());
        }
        reserved(before.global || after.global, self.by_global)?;
        Ok(vec![InstanceChange::TokenChanged { id: self.id, before, after }])
    }

    fn outcome(&mut self, _: &Instance) {}
}

/// Revokes a token.
#[derive(Debug)]
pub struct RevokeToken {
    /// The site of whoever asks; another site's token does not exist for them.
    pub site: SiteId,
    /// Which.
    pub id: TokenId,
    /// Whether a Global Administrator asks.
    pub by_global: bool,
}

impl Command<Instance> for RevokeToken {
    type Outcome = ();

    fn decide(&mut self, instance: &Instance, _: &Context) -> Result<Vec<InstanceChange>, Error> {
        let before = find(instance, self.site, self.id)?.fields.clone();
        reserved(before.global, self.by_global)?;
        Ok(vec![InstanceChange::TokenRevoked { id: self.id, before }])
    }

    fn outcome(&mut self, _: &Instance) {}
}

fn find(instance: &Instance, site: SiteId, id: TokenId) -> Result<&Token, Error> {
    let token = instance.token_by_id(id).filter(|token| token.site == site);
    token.ok_or_else(|| Error::not_found(Noun::Token, id))
}

/// Whether a token's text is one that no other has.
pub(super) fn unused(instance: &Instance, hash: &TokenHash) -> Result<(), Error> {
    if instance.token(hash).is_none() {
        return Ok(());
    }
    Err(Error::invalid("token", "token_in_use", "token must be a text that no other token has"))
}

/// The tokens of Global Administrators are their business alone: an administrator of one site could otherwise come by
/// the others.
fn reserved(global: bool, by_global: bool) -> Result<(), Error> {
    if global && !by_global {
        return Err(Error::Forbidden(
            "only a Global Administrator may make, change or revoke the token of one",
        ));
    }
    Ok(())
}
