//! `/api/v1/sites` (decided, Common): the caller's own site and its settings.

use axum::response::Response;
use domain::{Error, Noun, Period, SiteId, SiteSettings};
use site::instance::SiteInfo;
use site::instance::commands::ChangeSite;
use wire::management::List;
use wire::sites::{self, PatchSite};

use crate::auth::Administrator;
use crate::body::JsonBody;
use crate::dialects::alloyscan::Paging;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;
use crate::violations::Violations;

/// Lists the sites of the caller
///
/// That is its own.
#[utoipa::path(
    get,
    path = "/api/v1/sites",
    operation_id = "listSites",
    tag = "sites",
    security(("token" = ["administrator"])),
    params(Paging),
    responses(
        (status = 200, description = "A page of sites.", body = List<sites::Site>),
        (status = 400, description = "A parameter is out of its limits."),
    ),
)]
pub(super) async fn list(administrator: Administrator, params: Params) -> Result<Response, Failure> {
    let Paging { offset, limit } = Paging::of(&params)?;
    let instance = administrator.instance();
    let own = || instance.site(administrator.site()).into_iter();
    let items = own().skip(offset).take(limit).map(shown).collect();
    Ok(reply::ok(&List { items, total: own().count() }))
}

/// Shows a site
#[utoipa::path(
    get,
    path = "/api/v1/sites/{id}",
    operation_id = "getSite",
    tag = "sites",
    security(("token" = ["administrator"])),
    params(parameters::Id),
    responses(
        (status = 200, description = "The site.", body = sites::Site),
        (status = 400, description = "The id is no number."),
        (status = 404, description = "The caller has no such site."),
    ),
)]
pub(super) async fn show(administrator: Administrator, id: Id) -> Result<Response, Failure> {
    let id = own(&administrator, &id)?;
    Ok(reply::ok(&shown(found(&administrator.instance(), id)?)))
}

/// Changes settings of a site
///
/// What lies further back than `retention` is pruned for good, from the hour on, up to the checkpoint that history is
/// then read from: some of what lies up to a day before (with more than ninety days, up to thirty) is still there.
#[utoipa::path(
    patch,
    path = "/api/v1/sites/{id}",
    operation_id = "patchSite",
    tag = "sites",
    security(("token" = ["administrator"])),
    params(parameters::Id),
    request_body = PatchSite,
    responses(
        (status = 200, description = "The site as it is now.", body = sites::Site),
        (status = 400, description = "The body is not of the form asked for, or the id is no number."),
        (status = 404, description = "The caller has no such site."),
    ),
)]
pub(super) async fn patch(administrator: Administrator, id: Id, body: JsonBody) -> Result<Response, Failure> {
    let retention = retention(&body.read()?)?;
    let id = own(&administrator, &id)?;
    let done = administrator.run(ChangeSite { id, retention }).await?;
    Ok(reply::at_version(done.version, reply::ok(&shown(found(&done.state, id)?))))
}

/// The id, if it is that of the administrator's site; other sites do not exist for them.
fn own(administrator: &Administrator, id: &Id) -> Result<SiteId, Failure> {
    let id = SiteId(id.of(Noun::Site)?);
    if id == administrator.site() { Ok(id) } else { Err(Error::not_found(Noun::Site, id).into()) }
}

fn found(instance: &site::Instance, id: SiteId) -> Result<&SiteInfo, Failure> {
    instance.site(id).ok_or_else(|| Error::not_found(Noun::Site, id).into())
}

fn retention(body: &PatchSite) -> Result<Option<Option<Period>>, Failure> {
    let Some(said) = body.settings.as_ref().and_then(|settings| settings.retention.as_ref()) else {
        return Ok(None);
    };
    let mut found = Violations::default();
    let period = found.take_some("settings.retention", said.as_deref().map(Period::new));
    found.finish()?;
    Ok(Some(period))
}

fn shown(site: &SiteInfo) -> sites::Site {
    let SiteSettings { retention } = &site.settings;
    let settings = sites::SiteSettings { retention: retention.map(|retention| retention.to_string()) };
    sites::Site { id: site.id.0, name: site.name.to_string(), settings }
}
