//! The changes of the instance.

use domain::{
    Access, AgentTag, AppRegistrationFields, AppRegistrationId, Area, Areas, InstanceChange, Level,
    Maintenance, Period, Role, SiteId, SiteSettings, TagId, TokenFields, TokenHash, TokenId,
};
use uuid::Uuid;

use super::DecodeError;
use super::catalogue::{EditMessage, Fields, read_fields};
use super::limits::{LimitsMessage, read_limits, write_limits};
use super::maintenance::MaintenanceChangedMessage;
use super::pacing::{PacingMessage, read_pacing, write_pacing};
use super::read::{bytes, list, millis, moment, owned, text};

/// As [`InstanceChange`].
#[derive(prost::Message)]
pub(super) struct InstanceChangeMessage {
    #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5, 6, 7, 8, 9")]
    kind: Option<Kind>,
}

/// The numbers of the kinds. One that was released is never used for another.
#[derive(prost::Oneof)]
enum Kind {
    #[prost(message, tag = "1")]
    SiteAdded(SiteAddedMessage),
    #[prost(message, tag = "2")]
    TokenAdded(TokenAddedMessage),
    #[prost(message, tag = "3")]
    TokenChanged(EditMessage<TokenMessage>),
    #[prost(message, tag = "4")]
    TokenRevoked(EditMessage<TokenMessage>),
    #[prost(message, tag = "5")]
    SiteChanged(EditMessage<SettingsMessage>),
    #[prost(message, tag = "6")]
    AppRegistrationAdded(AppRegistrationAddedMessage),
    #[prost(message, tag = "7")]
    AppRegistrationChanged(EditMessage<AppRegistrationMessage>),
    #[prost(message, tag = "8")]
    AppRegistrationRemoved(EditMessage<AppRegistrationMessage>),
    #[prost(message, tag = "9")]
    MaintenanceChanged(MaintenanceChangedMessage),
}

/// As [`InstanceChange::SiteAdded`].
#[derive(prost::Message)]
struct SiteAddedMessage {
    #[prost(uint32, tag = "1")]
    id: u32,
    #[prost(string, tag = "2")]
    name: String,
}

/// As [`InstanceChange::TokenAdded`].
#[derive(prost::Message)]
struct TokenAddedMessage {
    #[prost(uint32, tag = "1")]
    id: u32,
    #[prost(uint32, tag = "2")]
    site: u32,
    /// 32 bytes.
    #[prost(bytes = "vec", tag = "3")]
    hash: Vec<u8>,
    #[prost(message, optional, tag = "4")]
    after: Option<TokenMessage>,
}

/// As [`TokenFields`].
#[derive(prost::Message)]
pub(super) struct TokenMessage {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    owner: String,
    /// By [`Role`]'s numbers.
    #[prost(uint32, tag = "3")]
    role: u32,
    /// By area, ascending.
    #[prost(message, repeated, tag = "4")]
    areas: Vec<AreaMessage>,
    /// Unix milliseconds.
    #[prost(uint64, optional, tag = "5")]
    expires_at: Option<u64>,
    #[prost(bool, tag = "6")]
    global: bool,
}

/// As [`InstanceChange::AppRegistrationAdded`].
#[derive(prost::Message)]
struct AppRegistrationAddedMessage {
    #[prost(uint32, tag = "1")]
    id: u32,
    #[prost(uint32, tag = "2")]
    site: u32,
    /// 16 bytes.
    #[prost(bytes = "vec", tag = "3")]
    client_id: Vec<u8>,
    /// 32 bytes.
    #[prost(bytes = "vec", tag = "4")]
    secret: Vec<u8>,
    #[prost(message, optional, tag = "5")]
    after: Option<AppRegistrationMessage>,
}

/// As [`AppRegistrationFields`].
#[derive(prost::Message)]
pub(super) struct AppRegistrationMessage {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    owner: String,
    /// By [`Role`]'s numbers.
    #[prost(uint32, tag = "3")]
    role: u32,
    /// By area, ascending.
    #[prost(message, repeated, tag = "4")]
    areas: Vec<AreaMessage>,
    /// Unix milliseconds.
    #[prost(uint64, tag = "5")]
    expires_at: u64,
    #[prost(bool, tag = "6")]
    enabled: bool,
}

/// As [`SiteSettings`].
#[derive(prost::Message)]
pub(super) struct SettingsMessage {
    /// As [`Period`] is written.
    #[prost(string, optional, tag = "1")]
    retention: Option<String>,
    #[prost(message, optional, tag = "2")]
    agent_tag: Option<AgentTagMessage>,
    /// As [`Period`] is written.
    #[prost(string, optional, tag = "10")]
    fact_max_age: Option<String>,
    /// Absent where nothing was ever set of it.
    #[prost(message, optional, tag = "16")]
    access: Option<AccessMessage>,
    /// Absent where nothing was ever set of it.
    #[prost(message, optional, tag = "17")]
    limits: Option<LimitsMessage>,
    /// Absent where it is as long as nobody sets it.
    #[prost(message, optional, boxed, tag = "18")]
    pacing: Option<Box<PacingMessage>>,
}

/// As [`Access`].
#[derive(prost::Message)]
struct AccessMessage {
    #[prost(bool, tag = "1")]
    require_user_agent: bool,
    #[prost(string, optional, tag = "2")]
    moved_to: Option<String>,
    #[prost(bool, tag = "3")]
    maintenance: bool,
    #[prost(string, optional, tag = "4")]
    message: Option<String>,
    #[prost(uint32, tag = "5")]
    retry_after_seconds: u32,
}

/// As [`AgentTag`].
#[derive(prost::Message)]
struct AgentTagMessage {
    #[prost(uint32, tag = "1")]
    tag: u32,
    /// Unix milliseconds.
    #[prost(uint64, tag = "2")]
    since: u64,
}

/// The level in one area.
#[derive(prost::Message)]
struct AreaMessage {
    /// By [`Area`]'s numbers.
    #[prost(uint32, tag = "1")]
    area: u32,
    /// By [`Level`]'s numbers.
    #[prost(uint32, tag = "2")]
    level: u32,
}

/// A change as a message.
pub(super) fn write_instance_change(change: &InstanceChange) -> InstanceChangeMessage {
    let kind = match change {
        InstanceChange::SiteAdded { id, name } => {
            Kind::SiteAdded(SiteAddedMessage { id: id.0, name: owned(name) })
        }
        InstanceChange::TokenAdded { id, site, hash, after } => Kind::TokenAdded(TokenAddedMessage {
            id: id.0,
            site: site.0,
            hash: hash.bytes().to_vec(),
            after: Some(after.write()),
        }),
        InstanceChange::TokenChanged { id, before, after } => {
            Kind::TokenChanged(EditMessage::changed(id.0, before, after))
        }
        InstanceChange::SiteChanged { site, before, after } => {
            Kind::SiteChanged(EditMessage::changed(site.0, before, after))
        }
        InstanceChange::MaintenanceChanged { before, after } => {
            Kind::MaintenanceChanged(MaintenanceChangedMessage::write(before, after))
        }
        InstanceChange::TokenRevoked { id, before } => Kind::TokenRevoked(EditMessage::removed(id.0, before)),
        InstanceChange::AppRegistrationAdded { id, site, client_id, secret, after } => {
            Kind::AppRegistrationAdded(AppRegistrationAddedMessage {
                id: id.0,
                site: site.0,
                client_id: client_id.as_bytes().to_vec(),
                secret: secret.bytes().to_vec(),
                after: Some(after.write()),
            })
        }
        InstanceChange::AppRegistrationChanged { id, before, after } => {
            Kind::AppRegistrationChanged(EditMessage::changed(id.0, before, after))
        }
        InstanceChange::AppRegistrationRemoved { id, before } => {
            Kind::AppRegistrationRemoved(EditMessage::removed(id.0, before))
        }
    };
    InstanceChangeMessage { kind: Some(kind) }
}

/// A change from its message; `None` when it is of a kind that this program does not know.
pub(super) fn read_instance_change(
    message: InstanceChangeMessage,
) -> Option<Result<InstanceChange, DecodeError>> {
    message.kind.map(read_kind)
}

fn read_kind(kind: Kind) -> Result<InstanceChange, DecodeError> {
    Ok(match kind {
        Kind::SiteAdded(site) => {
            InstanceChange::SiteAdded { id: SiteId(site.id), name: text("name", &site.name)? }
        }
        Kind::TokenAdded(added) => InstanceChange::TokenAdded {
            id: TokenId(added.id),
            site: SiteId(added.site),
            hash: TokenHash::from_bytes(bytes("hash", &added.hash)?),
            after: read_fields("after", added.after)?,
        },
        Kind::TokenChanged(edit) => {
            let (id, before, after) = edit.read_changed()?;
            InstanceChange::TokenChanged { id: TokenId(id), before, after }
        }
        Kind::TokenRevoked(edit) => {
            let (id, before) = edit.read_removed()?;
            InstanceChange::TokenRevoked { id: TokenId(id), before }
        }
        Kind::SiteChanged(edit) => {
            let (id, before, after) = edit.read_changed()?;
            InstanceChange::SiteChanged { site: SiteId(id), before, after }
        }
        Kind::MaintenanceChanged(changed) => {
            let (before, after) = changed.read()?;
            InstanceChange::MaintenanceChanged { before, after }
        }
        Kind::AppRegistrationAdded(added) => InstanceChange::AppRegistrationAdded {
            id: AppRegistrationId(added.id),
            site: SiteId(added.site),
            client_id: Uuid::from_bytes(bytes("client_id", &added.client_id)?),
            secret: TokenHash::from_bytes(bytes("secret", &added.secret)?),
            after: read_fields("after", added.after)?,
        },
        Kind::AppRegistrationChanged(edit) => {
            let (id, before, after) = edit.read_changed()?;
            InstanceChange::AppRegistrationChanged { id: AppRegistrationId(id), before, after }
        }
        Kind::AppRegistrationRemoved(edit) => {
            let (id, before) = edit.read_removed()?;
            InstanceChange::AppRegistrationRemoved { id: AppRegistrationId(id), before }
        }
    })
}

impl Fields for TokenFields {
    type Message = TokenMessage;

    fn write(&self) -> TokenMessage {
        TokenMessage {
            name: owned(&self.name),
            owner: owned(&self.owner),
            role: self.role as u32,
            areas: write_areas(&self.areas),
            expires_at: self.expires_at.map(millis),
            global: self.global,
        }
    }

    fn read(message: TokenMessage) -> Result<Self, DecodeError> {
        Ok(Self {
            name: text("name", &message.name)?,
            owner: text("owner", &message.owner)?,
            role: read_role(message.role)?,
            areas: read_areas(&message.areas)?,
            global: message.global,
            expires_at: message.expires_at.map(|expires_at| moment("expires_at", expires_at)).transpose()?,
        })
    }
}

impl Fields for AppRegistrationFields {
    type Message = AppRegistrationMessage;

    fn write(&self) -> AppRegistrationMessage {
        AppRegistrationMessage {
            name: owned(&self.name),
            owner: owned(&self.owner),
            role: self.role as u32,
            areas: write_areas(&self.areas),
            expires_at: millis(self.expires_at),
            enabled: self.enabled,
        }
    }

    fn read(message: AppRegistrationMessage) -> Result<Self, DecodeError> {
        Ok(Self {
            name: text("name", &message.name)?,
            owner: text("owner", &message.owner)?,
            role: read_role(message.role)?,
            areas: read_areas(&message.areas)?,
            expires_at: moment("expires_at", message.expires_at)?,
            enabled: message.enabled,
        })
    }
}

impl Fields for SiteSettings {
    type Message = SettingsMessage;

    fn write(&self) -> SettingsMessage {
        SettingsMessage {
            retention: self.retention.map(|retention| retention.to_string()),
            agent_tag: self
                .agent_tag
                .map(|given| AgentTagMessage { tag: given.tag.0, since: millis(given.since) }),
            fact_max_age: self.fact_max_age.map(|age| age.to_string()),
            access: (self.access != Access::default()).then(|| write_access(&self.access)),
            limits: write_limits(&self.limits),
            pacing: write_pacing(&self.pacing).map(Box::new),
        }
    }

    fn read(message: SettingsMessage) -> Result<Self, DecodeError> {
        let agent_tag = |given: AgentTagMessage| {
            Ok::<_, DecodeError>(AgentTag { tag: TagId(given.tag), since: moment("since", given.since)? })
        };
        Ok(Self {
            retention: read_period("retention", message.retention.as_deref())?,
            agent_tag: message.agent_tag.map(agent_tag).transpose()?,
            fact_max_age: read_period("fact_max_age", message.fact_max_age.as_deref())?,
            access: message.access.as_ref().map_or_else(|| Ok(Access::default()), read_access)?,
            limits: read_limits(message.limits.unwrap_or_default())?,
            pacing: read_pacing(message.pacing.as_deref())?,
        })
    }
}

fn write_access(access: &Access) -> AccessMessage {
    let Access { require_user_agent, moved_to, maintenance } = access;
    AccessMessage {
        require_user_agent: *require_user_agent,
        moved_to: moved_to.as_ref().map(owned),
        maintenance: maintenance.on,
        message: maintenance.message.as_ref().map(owned),
        retry_after_seconds: maintenance.retry_after_seconds,
    }
}

fn read_access(message: &AccessMessage) -> Result<Access, DecodeError> {
    let retry_after = Maintenance::retry_after(message.retry_after_seconds.into());
    let maintenance = Maintenance {
        on: message.maintenance,
        message: message.message.as_deref().map(|said| text("message", said)).transpose()?,
        retry_after_seconds: retry_after
            .map_err(|error| DecodeError::damaged("retry_after_seconds", error.message))?,
    };
    Ok(Access {
        require_user_agent: message.require_user_agent,
        moved_to: message.moved_to.as_deref().map(|said| text("moved_to", said)).transpose()?,
        maintenance,
    })
}

fn read_period(member: &str, text: Option<&str>) -> Result<Option<Period>, DecodeError> {
    let Some(text) = text else { return Ok(None) };
    let period = Period::new(text).map_err(|error| DecodeError::damaged(member, error.message))?;
    if period.to_string() == text {
        Ok(Some(period))
    } else {
        Err(DecodeError::damaged(member, "must be written without leading zeros"))
    }
}

fn read_role(number: u32) -> Result<Role, DecodeError> {
    let role = [Role::Administrator, Role::User].into_iter().find(|role| *role as u32 == number);
    role.ok_or_else(|| DecodeError::unknown_number("role", number))
}

fn write_areas(areas: &Areas) -> Vec<AreaMessage> {
    areas.iter().map(|(area, level)| AreaMessage { area: area as u32, level: level as u32 }).collect()
}

fn read_areas(messages: &[AreaMessage]) -> Result<Areas, DecodeError> {
    let areas = list("areas", messages, |message| {
        let area = Area::ALL.into_iter().find(|area| *area as u32 == message.area);
        let level = [Level::View, Level::Manage].into_iter().find(|level| *level as u32 == message.level);
        Ok((
            area.ok_or_else(|| DecodeError::unknown_number("area", message.area))?,
            level.ok_or_else(|| DecodeError::unknown_number("level", message.level))?,
        ))
    })?;
    if !areas.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Err(DecodeError::damaged("areas", "must be in ascending order"));
    }
    Ok(areas.into_iter().fold(Areas::default(), |areas, (area, level)| areas.with(area, level)))
}
