//! What callers may do, as values that only those get who may.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::{Level, Role, SiteId, Timestamp, Version};
use node::{Done, Snapshot};
use site::{Command, Context, Instance, InstanceRecord, Site, SiteRecord, State as _};

use super::area::{ClientStatus, InArea};
use super::gate::Caller;
use crate::failure::Failure;
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

/// May manage a site's tokens.
pub(crate) struct Administrator {
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
    /// Has a command done on the caller's site; durable when this returns.
    pub(crate) async fn run<C: Command<Site>>(&self, command: C) -> Result<Done<Site, C::Outcome>, Failure> {
        let caller = &self.caller;
        Ok(caller.node().run(caller.site, caller.request(), command).await?)
    }
}

impl Administrator {
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
        let caller = holder_of::<A>(call, Level::View)?;
        let site = caller.snapshot()?;
        Ok(Self { caller, site, area: PhantomData })
    }
}

impl<A: InArea> FromCall for Manager<A> {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let caller = holder_of::<A>(call, Level::Manage)?;
        Ok(Self { caller, area: PhantomData })
    }
}

impl FromCall for Administrator {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let caller = Caller::of(call)?;
        match caller.role {
            Role::Administrator => Ok(Self { caller }),
            Role::User => Err(Failure::Forbidden("this call needs the token of an administrator".to_owned())),
        }
    }
}

/// The caller, if it has `level` in the area; an administrator has every area.
fn holder_of<A: InArea>(call: &Call, level: Level) -> Result<Caller, Failure> {
    let caller = Caller::of(call)?;
    if caller.role == Role::Administrator || caller.areas.level(A::AREA) >= Some(level) {
        return Ok(caller);
    }
    let (area, level) = (A::AREA.name(), level.name());
    Err(Failure::Forbidden(format!("this call needs a token with the area {area} at level {level}")))
}
