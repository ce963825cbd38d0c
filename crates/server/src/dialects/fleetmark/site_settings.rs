//! What is set of a site, as bodies say it and as it is shown.

use domain::{Access, BaseUrl, Limit, Limits, Maintenance, Period, SiteId, SiteSettings};
use site::Site;
use site::instance::SiteInfo;
use site::instance::commands::{ChangeAccess, ChangeLimits, ChangeSite};
use wire::sites::{
    self, AuditAgents, PatchLimits, PatchMaintenance, PatchSettings, PatchTagsPerDevice, TagsPerDevice,
};

use super::{maintenance_form, site_pacing};
use crate::dialects::alloyscan::segment_form::tag_of;
use crate::failure::Failure;
use crate::uuid_text::uuid_text;
use crate::violations::Violations;

/// What is to change of a site.
///
/// # Errors
/// Names everything that is wrong.
pub(super) fn change(site: &Site, id: SiteId, settings: &PatchSettings) -> Result<ChangeSite, Failure> {
    let mut wrong = Violations::default();
    let mut period = |member: &str, said: Option<&Option<String>>| {
        said.map(|said| wrong.take_some(member, said.as_deref().map(Period::new)))
    };
    let retention = period("settings.retention", settings.retention.as_ref());
    let fact_max_age = period("settings.factMaxAge", settings.fact_max_age.as_ref());
    let agents = settings.audit_agents.as_ref().and_then(|agents| match agents {
        Some(agents) => agents.auto_tag_id.as_ref().map(Option::as_deref),
        None => Some(None),
    });
    let agent_tag = agents.map(|id| {
        let id = id?;
        tag_of(site, "settings.auditAgents.autoTagId", id, &mut wrong)
    });
    let access = access(settings, &mut wrong);
    let limits = limits(settings.limits, &mut wrong);
    let pacing = site_pacing::change(settings.pacing, &mut wrong);
    wrong.finish()?;
    Ok(ChangeSite { id, retention, agent_tag, fact_max_age, access, limits, pacing })
}

fn access(settings: &PatchSettings, wrong: &mut Violations) -> ChangeAccess {
    let moved_to = settings
        .moved_to
        .as_ref()
        .map(|said| wrong.take_some("settings.movedTo", said.as_deref().map(BaseUrl::new)));
    let retry_after = u64::from(Maintenance::default().retry_after_seconds);
    let none = PatchMaintenance { on: Some(false), message: Some(None), retry_after: Some(retry_after) };
    let maintenance = settings.maintenance.clone();
    let maintenance = maintenance.map_or_else(PatchMaintenance::default, |said| said.unwrap_or(none));
    ChangeAccess {
        require_user_agent: settings.require_user_agent.map(Option::unwrap_or_default),
        moved_to,
        maintenance: maintenance_form::change(&maintenance, "settings.maintenance.", wrong),
    }
}

fn limits(said: Option<Option<PatchLimits>>, wrong: &mut Violations) -> ChangeLimits {
    let all = PatchLimits {
        tags: Some(None),
        tags_per_device: Some(None),
        classifications: Some(None),
        rules: Some(None),
    };
    let said = said.map_or_else(PatchLimits::default, |said| said.unwrap_or(all));
    let both = PatchTagsPerDevice { netskope: Some(None), alloyscan: Some(None) };
    let a_device = said.tags_per_device.map_or_else(PatchTagsPerDevice::default, |said| said.unwrap_or(both));
    ChangeLimits {
        tags: limit("tags", said.tags, wrong),
        netskope_tags_per_device: limit("tagsPerDevice.netskope", a_device.netskope, wrong),
        alloyscan_tags_per_device: limit("tagsPerDevice.alloyscan", a_device.alloyscan, wrong),
        classifications: limit("classifications", said.classifications, wrong),
        rules: limit("rules", said.rules, wrong),
    }
}

fn limit<const DEFAULT: u32, const MAX: u32>(
    member: &str,
    said: Option<Option<i64>>,
    wrong: &mut Violations,
) -> Option<Limit<DEFAULT, MAX>> {
    let limit = said?.map_or_else(|| Ok(Limit::default()), Limit::new);
    wrong.take(format!("settings.limits.{member}"), limit)
}

/// A site with its settings; a tag that was deleted since is given to nobody.
pub(super) fn shown(site: &Site, info: &SiteInfo) -> sites::Site {
    let mut current = info.settings.clone();
    current.agent_tag = current.agent_tag.filter(|given| site.catalogue.tags.get(given.tag).is_some());
    sites::Site { id: info.id.0, name: info.name.to_string(), settings: settings(site, &current) }
}

/// A site that has no tags yet.
pub(super) fn new(info: &SiteInfo) -> sites::Site {
    shown(&Site::default(), info)
}

/// What is, or was, set of a site.
pub(in crate::dialects) fn settings(site: &Site, settings: &SiteSettings) -> sites::SiteSettings {
    let Access { require_user_agent, moved_to, maintenance } = &settings.access;
    let given = settings.agent_tag.map(|given| uuid_text(site.tag_id(given.tag)));
    sites::SiteSettings {
        retention: settings.retention.map(|retention| retention.to_string()),
        fact_max_age: settings.fact_max_age.map(|age| age.to_string()),
        audit_agents: AuditAgents { auto_tag_id: given },
        require_user_agent: *require_user_agent,
        moved_to: moved_to.as_ref().map(ToString::to_string),
        maintenance: maintenance_form::shown(maintenance),
        limits: shown_limits(&settings.limits),
        pacing: site_pacing::shown(&settings.pacing),
    }
}

fn shown_limits(limits: &Limits) -> sites::Limits {
    sites::Limits {
        tags: limits.tags.get(),
        tags_per_device: TagsPerDevice {
            netskope: limits.netskope_tags_per_device.get(),
            alloyscan: limits.alloyscan_tags_per_device.get(),
        },
        classifications: limits.classifications.get(),
        rules: limits.rules.get(),
    }
}
