//! `/api/v1/app-registrations` (alloyscan, Authentication; decided, Management).

use axum::http::StatusCode;
use axum::response::Response;
use domain::{AppRegistrationId, Noun};
use site::instance::commands::{CreateAppRegistration, DeleteAppRegistration};
use uuid::Uuid;
use wire::app_registrations::{
    AppRegistration, AppRegistrationCreated, NewAppRegistration, PatchAppRegistration,
};
use wire::management::List;

use super::app_registration_form::{change, creation, of_site, shown};
use crate::auth::Administrator;
use crate::body::JsonBody;
use crate::dialects::alloyscan::Paging;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;
use crate::token_text::TokenText;

/// Lists the app registrations of the site
///
/// By id. Their secrets are not shown.
#[utoipa::path(
    get,
    path = "/api/v1/app-registrations",
    operation_id = "listAppRegistrations",
    tag = "app registrations",
    security(("token" = ["administrator"])),
    params(Paging),
    responses(
        (status = 200, description = "A page of app registrations.", body = List<AppRegistration>),
        (status = 400, description = "A parameter is out of its limits."),
    ),
)]
pub(super) async fn list(administrator: Administrator, params: Params) -> Result<Response, Failure> {
    let Paging { offset, limit } = Paging::of(&params)?;
    let instance = administrator.instance();
    let all = || instance.app_registrations_of(administrator.site());
    let items = all().skip(offset).take(limit).map(|one| shown(&administrator, one)).collect();
    Ok(reply::ok(&List { items, total: all().count() }))
}

/// Shows an app registration
///
/// Its secret is not shown.
#[utoipa::path(
    get,
    path = "/api/v1/app-registrations/{id}",
    operation_id = "getAppRegistration",
    tag = "app registrations",
    security(("token" = ["administrator"])),
    params(parameters::Id),
    responses(
        (status = 200, description = "The app registration.", body = AppRegistration),
        (status = 400, description = "The id is no number."),
        (status = 404, description = "The site has no such app registration."),
    ),
)]
pub(super) async fn show(administrator: Administrator, id: Id) -> Result<Response, Failure> {
    let id = AppRegistrationId(id.of(Noun::AppRegistration)?);
    let instance = administrator.instance();
    Ok(reply::ok(&shown(&administrator, of_site(&administrator, &instance, id)?)))
}

/// Creates an app registration
///
/// With its client id and secret a program fetches access tokens, each good for an hour. It acts as what is set here.
#[utoipa::path(
    post,
    path = "/api/v1/app-registrations",
    operation_id = "createAppRegistration",
    tag = "app registrations",
    security(("token" = ["administrator"])),
    request_body(content = NewAppRegistration, example = json!({"name": "nightly import",
        "owner": "joe@corp.example", "role": "user", "areas": {"devices": "manage"}, "expiresIn": "90d"})),
    responses(
        (status = 201, description = "Created. The secret is shown here and never again.",
            body = AppRegistrationCreated),
        (status = 400, description = "The body is not of the form asked for."),
        (status = 409, description = "The site would have too many app registrations."),
    ),
)]
pub(super) async fn create(administrator: Administrator, body: JsonBody) -> Result<Response, Failure> {
    let fields = creation(&body.read()?, administrator.now())?;
    let (site, secret) = (administrator.site(), TokenText::generate());
    let create = CreateAppRegistration { site, client_id: client_id(), secret: secret.hash(), fields };
    let done = administrator.run(create).await?;
    let shown = shown(&administrator, of_site(&administrator, &done.state, done.outcome)?);
    let created = AppRegistrationCreated { client_secret: secret.as_str().to_owned(), shown };
    Ok(reply::at_version(done.version, reply::json(StatusCode::CREATED, &created)))
}

/// Changes an app registration
///
/// What holders of its access tokens may do changes at once. Client id and secret stay, also when it is extended.
#[utoipa::path(
    patch,
    path = "/api/v1/app-registrations/{id}",
    operation_id = "patchAppRegistration",
    tag = "app registrations",
    security(("token" = ["administrator"])),
    params(parameters::Id),
    request_body = PatchAppRegistration,
    responses(
        (status = 200, description = "The app registration as it is now.", body = AppRegistration),
        (status = 400, description = "The body is not of the form asked for, or the id is no number."),
        (status = 404, description = "The site has no such app registration."),
    ),
)]
pub(super) async fn patch(administrator: Administrator, id: Id, body: JsonBody) -> Result<Response, Failure> {
    let id = AppRegistrationId(id.of(Noun::AppRegistration)?);
    let change = change(administrator.site(), id, &body.read()?, administrator.now())?;
    let done = administrator.run(change).await?;
    let shown = shown(&administrator, of_site(&administrator, &done.state, id)?);
    Ok(reply::at_version(done.version, reply::ok(&shown)))
}

/// Deletes an app registration
///
/// From the next request on its access tokens are refused.
#[utoipa::path(
    delete,
    path = "/api/v1/app-registrations/{id}",
    operation_id = "deleteAppRegistration",
    tag = "app registrations",
    security(("token" = ["administrator"])),
    params(parameters::Id),
    responses(
        (status = 204, description = "Deleted. There is no body."),
        (status = 400, description = "The id is no number."),
        (status = 404, description = "The site has no such app registration."),
    ),
)]
pub(super) async fn delete(administrator: Administrator, id: Id) -> Result<Response, Failure> {
    let (site, id) = (administrator.site(), AppRegistrationId(id.of(Noun::AppRegistration)?));
    let done = administrator.run(DeleteAppRegistration { site, id }).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::NO_CONTENT)))
}

#[expect(clippy::disallowed_methods, reason = "the edge is where client ids are made")]
fn client_id() -> Uuid {
    Uuid::new_v4()
}
