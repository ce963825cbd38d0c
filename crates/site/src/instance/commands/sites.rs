//! Adding and changing sites.

use domain::{
    Access, AgentTag, AlloyScanTagsPerDevice, Areas, AtOnce, BaseUrl, ClassificationsLimit, Error,
    InstanceChange, Limits, NetskopeTagsPerDevice, Noun, Owner, Pace, Pacing, Period, PeriodSeconds, Role,
    RulesLimit, SiteId, TagId, TagName, TagsLimit, TokenFields, TokenHash, TokenId, Waiting,
};

use super::maintenance::ChangeMaintenance;
use super::tokens::unused;
use crate::instance::{Instance, SITES_MAX};
use crate::state::{Command, Context};

/// What the first token of a site is called.
const FIRST_TOKEN: &str = "first administrator";

/// Adds a site.
#[derive(Debug)]
pub struct AddSite {
    /// Its name.
    pub name: TagName,
    /// The hash of the text of its first token: an administrator's, owned by who adds the site.
    pub administrator: Option<TokenHash>,
}

/// What came of adding a site.
#[derive(Clone, Copy, Debug)]
pub struct AddedSite {
    /// Its id.
    pub site: SiteId,
    /// The id of its first token, if it was given one.
    pub token: Option<TokenId>,
}

impl Command<Instance> for AddSite {
    type Outcome = AddedSite;

    fn decide(&mut self, instance: &Instance, context: &Context) -> Result<Vec<InstanceChange>, Error> {
        if let Some(holder) = instance.site_named(self.name.as_str()) {
            let name = holder.name.to_string();
            return Err(Error::NameTaken { noun: Noun::Site, name, id: holder.id.0 });
        }
        if instance.sites.len() >= SITES_MAX {
            let message = format!("an instance holds at most {SITES_MAX} sites");
            return Err(Error::LimitReached { limit: "sites", message });
        }
        let site = SiteId(instance.last_site.0 + 1);
        let mut changes = vec![InstanceChange::SiteAdded { id: site, name: self.name.clone() }];
        if let Some(hash) = self.administrator {
            unused(instance, &hash)?;
            let (id, after) = (instance.next_token(), first_token(context.actor.clone()));
            changes.push(InstanceChange::TokenAdded { id, site, hash, after });
        }
        Ok(changes)
    }

    fn outcome(&mut self, instance: &Instance) -> AddedSite {
        let token = self.administrator.is_some().then_some(instance.last_token);
        AddedSite { site: instance.last_site, token }
    }
}

fn first_token(owner: Owner) -> TokenFields {
    let name = TagName::new(FIRST_TOKEN).expect("it has the form of names");
    let (role, areas) = (Role::Administrator, Areas::default());
    TokenFields { name, owner, role, areas, global: false, expires_at: None }
}

/// Changes a site's settings; `None` leaves a member as it is.
#[derive(Debug, Default)]
pub struct ChangeSite {
    /// Which.
    pub id: SiteId,
    /// How far back its history is kept; `Some(None)`: all of it.
    pub retention: Option<Option<Period>>,
    /// What agents put on devices from now on; `Some(None)`: nothing.
    pub agent_tag: Option<Option<TagId>>,
    /// How old facts may become before they are unknown; `Some(None)`: as old as they like.
    pub fact_max_age: Option<Option<Period>>,
    /// What is asked of its callers.
    pub access: ChangeAccess,
    /// How much it may hold.
    pub limits: ChangeLimits,
    /// How fast its callers are served.
    pub pacing: ChangePacing,
}

/// Changes how much a site may hold; `None` leaves a limit as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChangeLimits {
    /// Its tags.
    pub tags: Option<TagsLimit>,
    /// A device's tags, as Netskope's calls put them on.
    pub netskope_tags_per_device: Option<NetskopeTagsPerDevice>,
    /// A device's tags, as all else puts them on.
    pub alloyscan_tags_per_device: Option<AlloyScanTagsPerDevice>,
    /// Its classifications.
    pub classifications: Option<ClassificationsLimit>,
    /// Its rules.
    pub rules: Option<RulesLimit>,
}

impl ChangeLimits {
    fn applied(self, limits: Limits) -> Limits {
        let (netskope, alloyscan) = (self.netskope_tags_per_device, self.alloyscan_tags_per_device);
        Limits {
            tags: self.tags.unwrap_or(limits.tags),
            netskope_tags_per_device: netskope.unwrap_or(limits.netskope_tags_per_device),
            alloyscan_tags_per_device: alloyscan.unwrap_or(limits.alloyscan_tags_per_device),
            classifications: self.classifications.unwrap_or(limits.classifications),
            rules: self.rules.unwrap_or(limits.rules),
        }
    }
}

/// Changes what is asked of a site's callers; `None` leaves a member as it is.
#[derive(Debug, Default)]
pub struct ChangeAccess {
    /// Whether they must say what client they are.
    pub require_user_agent: Option<bool>,
    /// Where the site is now; `Some(None)`: here.
    pub moved_to: Option<Option<BaseUrl>>,
    /// Work on the site.
    pub maintenance: ChangeMaintenance,
}

impl ChangeAccess {
    fn apply(&self, access: &mut Access) {
        fn set<T: Clone>(known: &mut T, said: &Option<T>) {
            if let Some(said) = said {
                known.clone_from(said);
            }
        }
        set(&mut access.require_user_agent, &self.require_user_agent);
        set(&mut access.moved_to, &self.moved_to);
        access.maintenance = self.maintenance.applied(&access.maintenance);
    }
}

/// Changes how fast a site's callers are served; `None` leaves a dialect as it is, `Some(None)` has it not paced.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChangePacing {
    /// On Netskope's REST API v1.
    pub netskope_v1: Option<Option<ChangePace>>,
    /// On Netskope's v2.
    pub netskope_v2: Option<Option<ChangePace>>,
    /// On AlloyScan's paths and our own.
    pub alloyscan: Option<Option<ChangePace>>,
}

/// Changes a pace; `None` leaves a figure as it is, which is the seed's where there was no pace.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChangePace {
    /// How many are served at once.
    pub at_once: Option<AtOnce>,
    /// How many more may wait.
    pub waiting: Option<Waiting>,
    /// How long the period is.
    pub seconds: Option<PeriodSeconds>,
}

impl ChangePacing {
    /// As it is where nothing was ever set.
    #[must_use]
    pub fn reset() -> Self {
        let Pacing { netskope_v1, netskope_v2, alloyscan } = Pacing::default();
        let set = |pace: Option<Pace>| Some(pace.map(ChangePace::to));
        Self { netskope_v1: set(netskope_v1), netskope_v2: set(netskope_v2), alloyscan: set(alloyscan) }
    }

    fn applied(self, pacing: Pacing) -> Pacing {
        fn dialect(said: Option<Option<ChangePace>>, known: Option<Pace>) -> Option<Pace> {
            said.map_or(known, |said| said.map(|said| said.applied(known.unwrap_or_default())))
        }
        Pacing {
            netskope_v1: dialect(self.netskope_v1, pacing.netskope_v1),
            netskope_v2: dialect(self.netskope_v2, pacing.netskope_v2),
            alloyscan: dialect(self.alloyscan, pacing.alloyscan),
        }
    }
}

impl ChangePace {
    fn to(Pace { at_once, waiting, seconds }: Pace) -> Self {
        Self { at_once: Some(at_once), waiting: Some(waiting), seconds: Some(seconds) }
    }

    fn applied(self, pace: Pace) -> Pace {
        Pace {
            at_once: self.at_once.unwrap_or(pace.at_once),
            waiting: self.waiting.unwrap_or(pace.waiting),
            seconds: self.seconds.unwrap_or(pace.seconds),
        }
    }
}

impl Command<Instance> for ChangeSite {
    type Outcome = ();

    fn decide(&mut self, instance: &Instance, context: &Context) -> Result<Vec<InstanceChange>, Error> {
        let known = instance.site(self.id).ok_or_else(|| Error::not_found(Noun::Site, self.id))?;
        let before = known.settings.clone();
        let mut after = before.clone();
        after.retention = self.retention.unwrap_or(after.retention);
        after.fact_max_age = self.fact_max_age.unwrap_or(after.fact_max_age);
        // Setting the same again does not begin it anew.
        if let Some(tag) = self.agent_tag.filter(|tag| *tag != before.agent_tag.map(|given| given.tag)) {
            after.agent_tag = tag.map(|tag| AgentTag { tag, since: context.now });
        }
        self.access.apply(&mut after.access);
        after.limits = self.limits.applied(before.limits);
        after.pacing = self.pacing.applied(before.pacing);
        if after == before {
            return Ok(Vec::new());
        }
        Ok(vec![InstanceChange::SiteChanged { site: self.id, before, after }])
    }

    fn outcome(&mut self, _: &Instance) {}
}
