//! `/api/v1/maintenance`: work on the whole server.

use axum::response::Response;
use wire::sites::{Maintenance, PatchMaintenance};

use super::maintenance_form::{change, shown};
use crate::auth::GlobalAdministrator;
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::reply;
use crate::violations::Violations;

/// Shows whether the server is under maintenance
///
/// A site's own maintenance is among its settings.
#[utoipa::path(
    get,
    path = "/api/v1/maintenance",
    operation_id = "getMaintenance",
    tag = "sites",
    security(("token" = ["global administrator"])),
    responses((status = 200, description = "Whether it is, and what callers are told.", body = Maintenance)),
)]
pub(super) async fn show(administrator: GlobalAdministrator) -> Response {
    reply::ok(&shown(administrator.instance().maintenance()))
}

/// Begins or ends maintenance of the server
///
/// While it goes on, every call of every site is answered 503 with `Retry-After` and the message, in the form of its
/// path. Tokens are judged first, and whoever has moved is sent on. These paths and those of `/api/v1/sites` are served
/// all the same. It is kept when the server starts again.
#[utoipa::path(
    patch,
    path = "/api/v1/maintenance",
    operation_id = "patchMaintenance",
    tag = "sites",
    security(("token" = ["global administrator"])),
    request_body = PatchMaintenance,
    responses(
        (status = 200, description = "As it is now.", body = Maintenance),
        (status = 400, description = "The body is not of the form asked for."),
    ),
)]
pub(super) async fn patch(administrator: GlobalAdministrator, body: JsonBody) -> Result<Response, Failure> {
    let mut wrong = Violations::default();
    let change = change(&body.read::<PatchMaintenance>()?, "", &mut wrong);
    wrong.finish()?;
    let done = administrator.run(change).await?;
    Ok(reply::at_version(done.version, reply::ok(&shown(done.state.maintenance()))))
}
