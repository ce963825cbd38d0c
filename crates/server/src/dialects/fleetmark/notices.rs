//! `/api/v1/notices` (alloyscan, Authentication).

use axum::response::Response;
use site::queries::notices;
use wire::management::List;
use wire::notices::Notice;

use crate::auth::Administrator;
use crate::dialects::alloyscan::Paging;
use crate::failure::Failure;
use crate::params::Params;
use crate::reply;

/// Lists what expires soon, or has
///
/// App registrations and tokens of the site, from 30 days before their expiry on; the nearest expiry first. One that is
/// extended or removed is no more among them.
#[utoipa::path(
    get,
    path = "/api/v1/notices",
    operation_id = "listNotices",
    tag = "app registrations",
    security(("token" = ["administrator"])),
    params(Paging),
    responses(
        (status = 200, description = "A page of notices.", body = List<Notice>),
        (status = 400, description = "A parameter is out of its limits."),
    ),
)]
pub(super) async fn list(administrator: Administrator, params: Params) -> Result<Response, Failure> {
    let Paging { offset, limit } = Paging::of(&params)?;
    let instance = administrator.instance();
    let notices = notices::notices(&instance, administrator.site(), administrator.now());
    let items = notices.iter().skip(offset).take(limit).map(shown).collect();
    Ok(reply::ok(&List { items, total: notices.len() }))
}

fn shown(notice: &notices::Notice<'_>) -> Notice {
    Notice {
        kind: notice.kind.name().to_owned(),
        id: notice.id,
        name: notice.name.to_string(),
        owner: notice.owner.to_string(),
        level: notice.level.name().to_owned(),
        expires_at: notice.expires_at.to_string(),
    }
}
