//! `/api/v1/sites` (decided, Common): the caller's own site and its settings.

use axum::response::Response;
use domain::{Error, Noun, Period, SiteId, SiteSettings};
use site::instance::SiteInfo;
use site::instance::commands::ChangeSite;
use wire::management::List;
use wire::sites::{self, PatchSite};

use crate::auth::Administrator;
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::params::{Id, Params};
use crate::reply;
use crate::violations::Violations;

const LIMIT_DEFAULT: usize = 50;
const LIMIT_MAX: usize = 1000;

pub(super) async fn list(administrator: Administrator, params: Params) -> Result<Response, Failure> {
    let limit = params.limit(LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
    let offset = params.count("offset")?.unwrap_or(0);
    let instance = administrator.instance();
    let own = || instance.site(administrator.site()).into_iter();
    let items = own().skip(offset).take(limit).map(shown).collect();
    Ok(reply::ok(&List { items, total: own().count() }))
}

pub(super) async fn show(administrator: Administrator, id: Id) -> Result<Response, Failure> {
    let id = own(&administrator, &id)?;
    Ok(reply::ok(&shown(found(&administrator.instance(), id)?)))
}

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
