//! What callers may do, as values that only those get who may.

use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::response::Response;
use domain::{
    AgentTag, ClassificationId, DeviceNumber, Error, Level, Limits, Noun, Role, SegmentId, SiteId, TagId,
    Timestamp, Version,
};
use node::{Credential, Done, Gone, HistoryPage, LastUse, Snapshot};
use site::instance::commands::{AddSite, AddedSite};
use site::queries::device_history;
use site::queries::segments::{Population, populations};
use site::{Command, Context, Instance, InstanceRecord, Site, SiteRecord, State as _};
use uuid::Uuid;

use super::area::{ClientStatus, Devices, InArea};
use super::gate::Caller;
use crate::csv;
use crate::failure::Failure;
use crate::heavy::{HEAVY_DEVICES, Heavy};
use crate::paging::{List, Paging};
use crate::params::Params;
use crate::routing::{Call, FromCall};

/// May read what is in the area `A` of a site.
pub(crate) struct Viewer<A> {
    caller: Caller,
    site: Snapshot<Site>,
    area: PhantomData<A>,
}

/// May change what is in the area `A` of a site.
pub(crate) struct Manager<A> {
    caller: Caller,
    area: PhantomData<A>,
}

/// Holds a token that counts, whatever it may do.
pub(crate) struct Holder;

/// May manage a site: its tokens and settings, and its tag catalogue where that is an administrator's.
pub(crate) struct Administrator {
    caller: Caller,
}

/// May manage sites: all of them as a Global Administrator, its own as an administrator of it.
pub(crate) struct SiteManager {
    caller: Caller,
}

/// May manage the instance: add sites, and have work on the whole server begin and end.
pub(crate) struct GlobalAdministrator {
    caller: Caller,
}

impl<A: InArea> Viewer<A> {
    /// The site as of the request's beginning: one consistent state for all of it.
    pub(crate) fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// The site as of a moment; that of the request's beginning when there is none or it has not passed.
    ///
    /// # Errors
    /// When what the site was then has been pruned, or cannot be read.
    pub(crate) async fn site_at(&self, at: Option<Timestamp>) -> Result<Arc<Site>, Failure> {
        Ok(self.past_site(at).await?.unwrap_or_else(|| Arc::clone(&self.site)))
    }

    /// The site as of a moment of the past; `None` where [`Viewer::site_at`] gives that of the request's beginning.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn past_site(&self, at: Option<Timestamp>) -> Result<Option<Arc<Site>>, Failure> {
        match at.filter(|at| *at < self.site.time()) {
            Some(at) => Ok(Some(self.caller.node().site_at(self.caller.site, at).await?)),
            None => Ok(None),
        }
    }

    /// The moment after which nothing has happened yet, also when the clock was set back.
    pub(crate) fn now(&self) -> Timestamp {
        self.caller.now().max(self.site.time())
    }

    /// Who asks, and when: for what is worked out as if it were done.
    pub(crate) fn context(&self) -> Context {
        self.caller.request().context(self.now())
    }

    /// How much the caller's site may hold.
    pub(crate) fn limits(&self) -> Limits {
        self.caller.limits()
    }

    /// Pages through a list at `path`.
    pub(crate) fn paging(&self, path: &str, params: &Params) -> Paging {
        Paging::new(&self.caller.behind.pagings, List::new(self.caller.token, path, params))
    }

    /// Runs a search that takes long, elsewhere than on the runtime's threads; what it is given becomes true when
    /// nobody waits for it any more.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub(crate) async fn search<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.caller.behind.heavy.search(work).await
    }

    /// As [`Self::search`], of what judges rules: no search waits for it.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub(crate) async fn judgement<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.caller.behind.heavy.judgement(work).await
    }

    /// Where work is done that takes long, for what goes on after the handler.
    pub(crate) fn heavy(&self) -> Heavy {
        self.caller.behind.heavy.clone()
    }

    /// Answers with rows as CSV, as [`csv::answer`] does.
    ///
    /// # Errors
    /// Busy when too many such answers are sent; as the rows, of what they fail at first.
    pub(crate) async fn csv(
        &self,
        file_name: &'static str,
        names: &[&str],
        rows: impl csv::Rows,
    ) -> Result<Response, Failure> {
        let place = self.caller.behind.exports.place(self.caller.site, self.caller.token)?;
        csv::answer(file_name, names, rows, place).await
    }
}

/// Who may view devices may view what they were.
impl Viewer<Devices> {
    /// Records of a device's history, newest first. One that was removed has a history while a record of it is kept.
    ///
    /// # Errors
    /// When the site never had the device, or nothing of it is kept; when the log cannot be searched at present.
    pub(crate) async fn device_history(
        &self,
        id: Uuid,
        offset: usize,
        limit: usize,
    ) -> Result<DeviceHistory, Failure> {
        let (node, site) = (self.caller.node(), self.caller.site);
        let missing = || Error::not_found(Noun::Device, id);
        let device = self.site.device_number(id).ok_or_else(missing)?;
        let page = node.device_history(site, device, offset as u64, limit).await?;
        if page.total == 0 && self.site.fleet.get(device).is_none() {
            return Err(missing().into());
        }
        Ok(DeviceHistory { device, page, site: Arc::clone(&*self.caller.snapshot()?) })
    }

    /// The names of tags and classifications that were removed.
    ///
    /// # Errors
    /// When the log cannot be searched at present.
    pub(crate) async fn gone(
        &self,
        tags: HashSet<TagId>,
        classifications: HashSet<ClassificationId>,
    ) -> Result<Gone, Failure> {
        Ok(self.caller.node().gone(self.caller.site, tags, classifications).await?)
    }
}

/// Records of a device's history.
pub(crate) struct DeviceHistory {
    pub(crate) device: DeviceNumber,
    pub(crate) page: HistoryPage,
    /// The site as of now, not before the newest of them.
    pub(crate) site: Arc<Site>,
}

impl DeviceHistory {
    /// What each of them did to the device.
    pub(crate) fn items(&self) -> Vec<device_history::Item<'_>> {
        let records = self.page.records.iter();
        records.filter_map(|record| device_history::of_record(&self.site, record, self.device)).collect()
    }
}

/// Who may view events may view the audit trail.
impl Viewer<ClientStatus> {
    /// The site that the caller views.
    pub(crate) fn site_id(&self) -> SiteId {
        self.caller.site
    }

    /// The instance as of now.
    pub(crate) fn instance(&self) -> Arc<Instance> {
        self.caller.node().instance()
    }

    /// The site's last version that is not later than a moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn version_at(&self, at: Timestamp) -> Result<Version, Failure> {
        Ok(self.caller.node().version_at(self.caller.site, at).await?)
    }

    /// As [`Viewer::version_at`], of the instance.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn instance_version_at(&self, at: Timestamp) -> Result<Version, Failure> {
        Ok(self.caller.node().version_at(SiteId::INSTANCE, at).await?)
    }

    /// Records of the site's audit trail before a version, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn audited_before(
        &self,
        before: Version,
        limit: usize,
    ) -> Result<Vec<SiteRecord>, Failure> {
        Ok(self.caller.node().audited_before(self.caller.site, before, limit).await?)
    }

    /// As [`Viewer::audited_before`], of the instance: also records about other sites.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn instance_audited_before(
        &self,
        before: Version,
        limit: usize,
    ) -> Result<Vec<InstanceRecord>, Failure> {
        Ok(self.caller.node().instance_audited_before(before, limit).await?)
    }
}

impl<A: InArea> Manager<A> {
    /// The moment that ends are counted from: never before the site's last record, also when the clock was set back.
    ///
    /// # Errors
    /// When the site is not served.
    pub(crate) fn now(&self) -> Result<Timestamp, Failure> {
        Ok(self.caller.now().max(self.caller.snapshot()?.time()))
    }

    /// How much the caller's site may hold.
    pub(crate) fn limits(&self) -> Limits {
        self.caller.limits()
    }

    /// What agents put on devices of the caller's site.
    pub(crate) fn agent_tag(&self) -> Option<AgentTag> {
        self.caller.instance.site(self.caller.site)?.settings.agent_tag
    }

    /// Has a command done on the caller's site; durable when this returns.
    pub(crate) async fn run<C: Command<Site>>(&self, command: C) -> Result<Done<Site, C::Outcome>, Failure> {
        let caller = &self.caller;
        Ok(caller.node().run(caller.site, caller.request(), command).await?)
    }
}

impl SiteManager {
    /// The instance as of now.
    pub(crate) fn instance(&self) -> Arc<Instance> {
        self.caller.node().instance()
    }

    /// A site as of now.
    ///
    /// # Errors
    /// When it is not served.
    pub(crate) fn snapshot(&self, site: SiteId) -> Result<Arc<Site>, Failure> {
        self.caller.node().site(site).ok_or_else(|| {
            let reason = "the site is not loaded".to_owned();
            Error::Unavailable { reason, retry_after_seconds: 1 }.into()
        })
    }

    /// Whether it manages a site; one that it does not manage does not exist for it.
    pub(crate) fn manages(&self, site: SiteId) -> bool {
        self.caller.global || self.caller.site == site
    }

    /// Has a command done on the instance; durable when this returns.
    pub(crate) async fn run<C: Command<Instance>>(
        &self,
        command: C,
    ) -> Result<Done<Instance, C::Outcome>, Failure> {
        Ok(self.caller.node().run_instance(self.caller.request(), command).await?)
    }
}

impl GlobalAdministrator {
    /// Adds a site; durable and served when this returns.
    pub(crate) async fn add_site(&self, add: AddSite) -> Result<Done<Instance, AddedSite>, Failure> {
        Ok(self.caller.behind.node.add_site(self.caller.request(), add).await?)
    }

    /// The instance as of now.
    pub(crate) fn instance(&self) -> Arc<Instance> {
        self.caller.node().instance()
    }

    /// Has a command done on the instance; durable when this returns.
    pub(crate) async fn run<C: Command<Instance>>(
        &self,
        command: C,
    ) -> Result<Done<Instance, C::Outcome>, Failure> {
        Ok(self.caller.node().run_instance(self.caller.request(), command).await?)
    }
}

impl Administrator {
    /// Whether the caller is a Global Administrator too.
    pub(crate) fn is_global(&self) -> bool {
        self.caller.global
    }

    /// The site that the caller manages.
    pub(crate) fn site(&self) -> SiteId {
        self.caller.site
    }

    /// The instance as of now.
    pub(crate) fn instance(&self) -> Arc<Instance> {
        self.caller.node().instance()
    }

    /// The moment that expiries are counted from.
    pub(crate) fn now(&self) -> Timestamp {
        self.caller.now()
    }

    /// When a token or an app registration was last used, and by whom.
    pub(crate) fn last_use(&self, credential: Credential) -> Option<LastUse> {
        self.caller.node().last_use(credential)
    }

    /// The site as of now.
    pub(crate) fn snapshot(&self) -> Result<Arc<Site>, Failure> {
        Ok(Arc::clone(&*self.caller.snapshot()?))
    }

    /// As [`Viewer::search`].
    ///
    /// # Errors
    /// Busy when too many wait.
    pub(crate) async fn search<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.caller.behind.heavy.search(work).await
    }

    /// How much the caller's site may hold.
    pub(crate) fn limits(&self) -> Limits {
        self.caller.limits()
    }

    /// The devices on the segments of a site, counted.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub(crate) async fn populations(
        &self,
        site: &Arc<Site>,
    ) -> Result<HashMap<SegmentId, Population>, Failure> {
        if site.catalogue.segments.is_empty() || site.fleet.len() < HEAVY_DEVICES {
            return Ok(populations(site, &AtomicBool::new(false)));
        }
        let at = Arc::clone(site);
        self.search(move |left| populations(&at, left)).await
    }

    /// Has a command done on the caller's site; durable when this returns.
    pub(crate) async fn run_on_site<C: Command<Site>>(
        &self,
        command: C,
    ) -> Result<Done<Site, C::Outcome>, Failure> {
        let caller = &self.caller;
        Ok(caller.node().run(caller.site, caller.request(), command).await?)
    }

    /// Has a command done on the instance; durable when this returns.
    pub(crate) async fn run<C: Command<Instance>>(
        &self,
        command: C,
    ) -> Result<Done<Instance, C::Outcome>, Failure> {
        Ok(self.caller.node().run_instance(self.caller.request(), command).await?)
    }
}

impl<A: InArea> FromCall for Viewer<A> {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let caller = holder_of::<A>(call, Level::View).await?;
        let site = caller.snapshot()?;
        Ok(Self { caller, site, area: PhantomData })
    }
}

impl<A: InArea> FromCall for Manager<A> {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let caller = holder_of::<A>(call, Level::Manage).await?;
        Ok(Self { caller, area: PhantomData })
    }
}

impl FromCall for Holder {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        Caller::of(call).await.map(|_| Self)
    }
}

impl FromCall for Administrator {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let caller = Caller::of(call).await?;
        match caller.role {
            Role::Administrator => Ok(Self { caller }),
            Role::User => Err(Failure::Forbidden("this call needs the token of an administrator".to_owned())),
        }
    }
}

impl FromCall for SiteManager {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let caller = Caller::of_manager(call)?;
        if caller.global || caller.role == Role::Administrator {
            return Ok(Self { caller });
        }
        Err(Failure::Forbidden("this call needs the token of an administrator".to_owned()))
    }
}

impl FromCall for GlobalAdministrator {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let caller = Caller::of_manager(call)?;
        if caller.global {
            return Ok(Self { caller });
        }
        Err(Failure::Forbidden("this call needs the token of a Global Administrator".to_owned()))
    }
}

/// The caller, if it has `level` in the area; an administrator has every area.
async fn holder_of<A: InArea>(call: &mut Call, level: Level) -> Result<Caller, Failure> {
    let caller = Caller::of(call).await?;
    if caller.role == Role::Administrator || caller.areas.level(A::AREA) >= Some(level) {
        return Ok(caller);
    }
    let (area, level) = (A::AREA.name(), level.name());
    Err(Failure::Forbidden(format!("this call needs a token with the area {area} at level {level}")))
}
