//! What is set of a site, as bodies say it and as it is shown.

use domain::{Access, BaseUrl, Maintenance, Notice, Period, SiteId};
use site::Site;
use site::instance::SiteInfo;
use site::instance::commands::{ChangeAccess, ChangeSite};
use wire::sites::{self, AuditAgents, PatchSettings};

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
    let retention = settings
        .retention
        .as_ref()
        .map(|said| wrong.take_some("settings.retention", said.as_deref().map(Period::new)));
    let agents = settings.audit_agents.as_ref().and_then(|agents| agents.auto_tag_id.as_ref());
    let agent_tag = agents.map(|said| {
        let id = said.as_deref()?;
        tag_of(site, "settings.auditAgents.autoTagId", id, &mut wrong)
    });
    let access = access(settings, &mut wrong);
    wrong.finish()?;
    Ok(ChangeSite { id, retention, agent_tag, access })
}

fn access(settings: &PatchSettings, wrong: &mut Violations) -> ChangeAccess {
    let moved_to = settings
        .moved_to
        .as_ref()
        .map(|said| wrong.take_some("settings.movedTo", said.as_deref().map(BaseUrl::new)));
    let maintenance = settings.maintenance.clone().unwrap_or_default();
    let message = maintenance
        .message
        .map(|said| wrong.take_some("settings.maintenance.message", said.as_deref().map(Notice::new)));
    let retry_after = maintenance.retry_after.map(Maintenance::retry_after);
    ChangeAccess {
        require_user_agent: settings.require_user_agent,
        moved_to,
        maintenance: maintenance.on,
        message,
        retry_after_seconds: wrong.take_some("settings.maintenance.retryAfter", retry_after),
    }
}

/// A site with its settings; a tag that was deleted since is given to nobody.
pub(super) fn shown(site: &Site, info: &SiteInfo) -> sites::Site {
    let given = info.settings.agent_tag.filter(|given| site.catalogue.tags.get(given.tag).is_some());
    let mut shown = new(info);
    shown.settings.audit_agents.auto_tag_id = given.map(|given| uuid_text(site.tag_id(given.tag)));
    shown
}

/// A site that has no tags yet.
pub(super) fn new(info: &SiteInfo) -> sites::Site {
    let Access { require_user_agent, moved_to, maintenance } = &info.settings.access;
    let settings = sites::SiteSettings {
        retention: info.settings.retention.map(|retention| retention.to_string()),
        audit_agents: AuditAgents::default(),
        require_user_agent: *require_user_agent,
        moved_to: moved_to.as_ref().map(ToString::to_string),
        maintenance: sites::Maintenance {
            on: maintenance.on,
            message: maintenance.message.as_ref().map(ToString::to_string),
            retry_after: maintenance.retry_after_seconds,
        },
    };
    sites::Site { id: info.id.0, name: info.name.to_string(), settings }
}
