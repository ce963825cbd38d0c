//! `/api/v1/tokens` (decided, Management).

use axum::http::StatusCode;
use axum::response::Response;
use domain::{Error, Noun, TokenId};
use node::Credential;
use site::instance;
use site::instance::commands::{CreateToken, RevokeToken};
use wire::management::{List, NewToken, PatchToken, Token, TokenCreated};

use super::token_form;
use super::token_shown::token_shown;
use crate::auth::Administrator;
use crate::body::JsonBody;
use crate::dialects::alloyscan::Paging;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;
use crate::token_text::TokenText;

/// Lists the tokens of the site
///
/// By id. The tokens themselves are not shown.
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    operation_id = "listTokens",
    tag = "tokens",
    security(("token" = ["administrator"])),
    params(Paging),
    responses(
        (status = 200, description = "A page of tokens.", body = List<Token>),
        (status = 400, description = "A parameter is out of its limits."),
    ),
)]
pub(super) async fn list(administrator: Administrator, params: Params) -> Result<Response, Failure> {
    let Paging { offset, limit } = Paging::of(&params)?;
    let instance = administrator.instance();
    let tokens = || instance.tokens_of(administrator.site());
    let items = tokens().skip(offset).take(limit).map(|one| shown(&administrator, one)).collect();
    Ok(reply::ok(&List { items, total: tokens().count() }))
}

/// Shows a token
///
/// The token itself is not shown.
#[utoipa::path(
    get,
    path = "/api/v1/tokens/{id}",
    operation_id = "getToken",
    tag = "tokens",
    security(("token" = ["administrator"])),
    params(parameters::Id),
    responses(
        (status = 200, description = "What is known of the token.", body = Token),
        (status = 400, description = "The id is no number."),
        (status = 404, description = "The site has no such token."),
    ),
)]
pub(super) async fn show(administrator: Administrator, id: Id) -> Result<Response, Failure> {
    let id = TokenId(id.of(Noun::Token)?);
    let instance = administrator.instance();
    Ok(reply::ok(&shown(&administrator, of_site(&administrator, &instance, id)?)))
}

/// Creates a token
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    operation_id = "createToken",
    tag = "tokens",
    security(("token" = ["administrator"])),
    request_body(content = NewToken, example = json!({"name": "partner", "owner": "joe@corp.example",
        "role": "user", "areas": {"devices": "manage"}, "expiresIn": "30d"})),
    responses(
        (status = 201, description = "Created. The token is shown here and never again.", body = TokenCreated),
        (status = 400, description = "The body is not of the form asked for."),
        (status = 409, description = "The server would have too many tokens."),
    ),
)]
pub(super) async fn create(administrator: Administrator, body: JsonBody) -> Result<Response, Failure> {
    let fields = token_form::creation(&body.read()?, administrator.now())?;
    let text = TokenText::generate();
    let by_global = administrator.is_global();
    let create = CreateToken { site: administrator.site(), hash: text.hash(), fields, by_global };
    let done = administrator.run(create).await?;
    let shown = shown(&administrator, of_site(&administrator, &done.state, done.outcome)?);
    let created = TokenCreated { token: text.as_str().to_owned(), shown };
    Ok(reply::at_version(done.version, reply::json(StatusCode::CREATED, &created)))
}

/// Changes a token
///
/// What it may do changes at once. The token itself stays.
#[utoipa::path(
    patch,
    path = "/api/v1/tokens/{id}",
    operation_id = "patchToken",
    tag = "tokens",
    security(("token" = ["administrator"])),
    params(parameters::Id),
    request_body = PatchToken,
    responses(
        (status = 200, description = "What is now known of the token.", body = Token),
        (status = 400, description = "The body is not of the form asked for, or the id is no number."),
        (status = 404, description = "The site has no such token."),
    ),
)]
pub(super) async fn patch(administrator: Administrator, id: Id, body: JsonBody) -> Result<Response, Failure> {
    let id = TokenId(id.of(Noun::Token)?);
    let by_global = administrator.is_global();
    let command =
        token_form::change(administrator.site(), id, &body.read()?, administrator.now(), by_global)?;
    let done = administrator.run(command).await?;
    let shown = shown(&administrator, of_site(&administrator, &done.state, id)?);
    Ok(reply::at_version(done.version, reply::ok(&shown)))
}

/// Revokes a token
///
/// From the next request on it is refused.
#[utoipa::path(
    delete,
    path = "/api/v1/tokens/{id}",
    operation_id = "revokeToken",
    tag = "tokens",
    security(("token" = ["administrator"])),
    params(parameters::Id),
    responses(
        (status = 204, description = "Revoked. There is no body."),
        (status = 400, description = "The id is no number."),
        (status = 404, description = "The site has no such token."),
    ),
)]
pub(super) async fn delete(administrator: Administrator, id: Id) -> Result<Response, Failure> {
    let (site, id) = (administrator.site(), TokenId(id.of(Noun::Token)?));
    let done = administrator.run(RevokeToken { site, id, by_global: administrator.is_global() }).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::NO_CONTENT)))
}

/// A token of the administrator's own site; those of others do not exist for them.
fn of_site<'a>(
    administrator: &Administrator,
    instance: &'a site::Instance,
    id: TokenId,
) -> Result<&'a instance::Token, Failure> {
    let token = instance.token_by_id(id).filter(|token| token.site == administrator.site());
    token.ok_or_else(|| Error::not_found(Noun::Token, id).into())
}

fn shown(administrator: &Administrator, token: &instance::Token) -> Token {
    token_shown(token, administrator.last_use(Credential::Token(token.id)).as_ref())
}
