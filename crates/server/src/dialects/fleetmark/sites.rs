//! `/api/v1/sites` (decided, Common): sites and their settings.

use axum::http::StatusCode;
use axum::response::Response;
use domain::{Error, Noun, SiteId, TagName};
use site::Instance;
use site::instance::SiteInfo;
use site::instance::commands::AddSite;
use wire::management::List;
use wire::sites::{self, FirstToken, NewSite, PatchSite, SiteCreated};

use super::site_settings::{change, new, shown};
use crate::auth::{GlobalAdministrator, SiteManager};
use crate::body::JsonBody;
use crate::dialects::alloyscan::Paging;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;
use crate::token_text::TokenText;
use crate::violations::Violations;

/// Lists sites
///
/// By id: all of them to a Global Administrator, its own to an administrator.
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
pub(super) async fn list(manager: SiteManager, params: Params) -> Result<Response, Failure> {
    let Paging { offset, limit } = Paging::of(&params)?;
    let instance = manager.instance();
    let managed = || instance.sites().filter(|site| manager.manages(site.id));
    let page = managed().skip(offset).take(limit);
    let items =
        page.map(|site| Ok(shown(&*manager.snapshot(site.id)?, site))).collect::<Result<_, Failure>>()?;
    Ok(reply::ok(&List { items, total: managed().count() }))
}

/// Adds a site
///
/// With a catalogue, a fleet and tokens of its own; the answer has its first, that of an administrator. A Global
/// Administrator has no rights on it but to manage its settings.
#[utoipa::path(
    post,
    path = "/api/v1/sites",
    operation_id = "createSite",
    tag = "sites",
    security(("token" = ["global administrator"])),
    request_body = NewSite,
    responses(
        (status = 201, description = "Added. The token is shown here and never again.", body = SiteCreated),
        (status = 400, description = "The body is not of the form asked for."),
        (status = 409, description = "A site of that name exists, whatever its case, or there would be too many."),
    ),
)]
pub(super) async fn create(administrator: GlobalAdministrator, body: JsonBody) -> Result<Response, Failure> {
    let body: NewSite = body.read()?;
    let mut found = Violations::default();
    let name = found.take("name", TagName::new(&body.name));
    let (name, text) = (found.complete(name)?, TokenText::generate());
    let done = administrator.add_site(AddSite { name, administrator: Some(text.hash()) }).await?;
    let site = new(found_site(&done.state, done.outcome.site)?);
    let id = done.outcome.token.map(|token| token.0).unwrap_or_default();
    let created = SiteCreated { site, token: FirstToken { id, token: text.as_str().to_owned() } };
    Ok(reply::at_version(done.version, reply::json(StatusCode::CREATED, &created)))
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
        (status = 404, description = "The caller manages no such site."),
    ),
)]
pub(super) async fn show(manager: SiteManager, id: Id) -> Result<Response, Failure> {
    let id = managed(&manager, &id)?;
    Ok(reply::ok(&shown(&*manager.snapshot(id)?, found_site(&manager.instance(), id)?)))
}

/// Changes settings of a site
///
/// A device gets the tag of `auditAgents.autoTagId` with its first check-in after that was set, once. What lies further
/// back than `retention` is pruned for good, from the hour on, up to the checkpoint that history is
/// then read from: some of what lies up to a day before (with more than ninety days, up to thirty) is still there.
/// Groups of facts that a device has not reported for longer than `factMaxAge` become unknown, at the latest a minute or
/// a thousandth of that time later, and it is classified anew in the same commit; which operating system it has stays
/// known.
///
/// `pacing` holds for each token of the site apart: of its requests `atOnce` are answered at once, and as many as `waiting`
/// wait for their turns, which are spread evenly from the first second to the end of a period of `seconds`; what comes
/// while as many wait is 429. Requests that wait when it is set otherwise follow that within a second.
///
/// Whoever has moved (`movedTo`) or is under `maintenance` is served on these paths all the same, and nobody is paced.
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
        (status = 404, description = "The caller manages no such site."),
    ),
)]
pub(super) async fn patch(manager: SiteManager, id: Id, body: JsonBody) -> Result<Response, Failure> {
    let settings = body.read::<PatchSite>()?.settings.unwrap_or_default();
    let id = managed(&manager, &id)?;
    let site = manager.snapshot(id)?;
    let done = manager.run(change(&site, id, &settings)?).await?;
    Ok(reply::at_version(done.version, reply::ok(&shown(&site, found_site(&done.state, id)?))))
}

/// The id, if it is of a site that the caller manages; others do not exist for it.
fn managed(manager: &SiteManager, id: &Id) -> Result<SiteId, Failure> {
    let id = SiteId(id.of(Noun::Site)?);
    let is_managed = manager.manages(id) && manager.instance().site(id).is_some();
    if is_managed { Ok(id) } else { Err(Error::not_found(Noun::Site, id).into()) }
}

fn found_site(instance: &Instance, id: SiteId) -> Result<&SiteInfo, Failure> {
    instance.site(id).ok_or_else(|| Error::not_found(Noun::Site, id).into())
}
