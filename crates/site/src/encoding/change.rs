//! The changes of a site.

use domain::{Change, ClassificationId, DeviceNumber, FactGroups, Report, RuleId, SegmentId, Source, TagId};

use super::DecodeError;
use super::catalogue::{
    ClassificationMessage, EditMessage, Fields as _, RuleMessage, SegmentMessage, TagMessage, read_fields,
};
use super::effects::{OutcomeMessage, read_outcome, write_outcome};
use super::numbers::{SetMessage, is_set, read_list, read_numbers, write_list, write_numbers};
use super::read::{
    bytes, millis, moment, optional_moment, optional_owned, optional_text, owned, required, text,
};
use super::report::{ReportMessage, read_report, write_report};

/// As [`Change`].
#[derive(prost::Message)]
pub(super) struct ChangeMessage {
    #[prost(
        oneof = "Kind",
        tags = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 30"
    )]
    kind: Option<Kind>,
}

/// The numbers of the kinds. One that was released is never used for another.
#[derive(prost::Oneof)]
enum Kind {
    #[prost(message, tag = "1")]
    Founded(FoundedMessage),
    #[prost(message, tag = "2")]
    ClassificationAdded(EditMessage<ClassificationMessage>),
    #[prost(message, tag = "3")]
    ClassificationChanged(EditMessage<ClassificationMessage>),
    #[prost(message, tag = "4")]
    ClassificationMoved(MovedMessage),
    #[prost(message, tag = "5")]
    ClassificationRemoved(EditMessage<ClassificationMessage>),
    #[prost(message, tag = "6")]
    RuleAdded(EditMessage<RuleMessage>),
    #[prost(message, tag = "7")]
    RuleChanged(EditMessage<RuleMessage>),
    #[prost(message, tag = "8")]
    RuleRemoved(EditMessage<RuleMessage>),
    #[prost(message, tag = "9")]
    TagAdded(EditMessage<TagMessage>),
    #[prost(message, tag = "10")]
    TagChanged(EditMessage<TagMessage>),
    #[prost(message, tag = "11")]
    TagRemoved(TagRemovedMessage),
    #[prost(message, tag = "12")]
    DeviceAdded(DeviceAddedMessage),
    #[prost(message, tag = "30")]
    DeviceEntered(DeviceEnteredMessage),
    #[prost(message, tag = "13")]
    CheckedIn(CheckedInMessage),
    #[prost(message, tag = "14")]
    Tagged(TaggedMessage),
    #[prost(message, tag = "15")]
    DeviceRemoved(DeviceRemovedMessage),
    #[prost(message, tag = "16")]
    Reclassified(ReclassifiedMessage),
    #[prost(message, tag = "17")]
    SegmentAdded(EditMessage<SegmentMessage>),
    #[prost(message, tag = "18")]
    SegmentChanged(EditMessage<SegmentMessage>),
    #[prost(message, tag = "19")]
    SegmentRemoved(EditMessage<SegmentMessage>),
    #[prost(message, tag = "20")]
    ExpiryChanged(ExpiryChangedMessage),
    #[prost(message, tag = "21")]
    FactsWentStale(FactsWentStaleMessage),
}

impl ChangeMessage {
    /// Leaves out all devices but one where there are very many.
    pub(super) fn narrow(&mut self, device: DeviceNumber) {
        let set = match &mut self.kind {
            Some(Kind::TagRemoved(removed)) => removed.devices.as_mut(),
            Some(Kind::Tagged(tagged)) => tagged.set.as_mut(),
            Some(Kind::ExpiryChanged(changed)) => changed.set.as_mut(),
            _ => None,
        };
        if let Some(set) = set {
            set.narrow(device);
        }
    }
}

/// As [`Change::Founded`].
#[derive(prost::Message)]
struct FoundedMessage {
    /// 16 bytes, highest first.
    #[prost(bytes = "vec", tag = "1")]
    salt: Vec<u8>,
}

/// As [`Change::ClassificationMoved`].
#[derive(prost::Message)]
struct MovedMessage {
    #[prost(uint32, tag = "1")]
    id: u32,
    #[prost(uint32, tag = "2")]
    from: u32,
    #[prost(uint32, tag = "3")]
    to: u32,
}

/// As [`Change::TagRemoved`].
#[derive(prost::Message)]
struct TagRemovedMessage {
    #[prost(uint32, tag = "1")]
    id: u32,
    #[prost(message, optional, tag = "2")]
    before: Option<TagMessage>,
    /// Absent when no device carried it, and where nobody wrote it down yet.
    #[prost(message, optional, tag = "4")]
    devices: Option<SetMessage>,
}

/// As [`Change::DeviceAdded`].
#[derive(prost::Message)]
struct DeviceAddedMessage {
    #[prost(uint32, tag = "1")]
    device: u32,
    #[prost(string, tag = "2")]
    uid: String,
    #[prost(string, tag = "3")]
    userkey: String,
}

/// As [`Change::DeviceRemoved`].
#[derive(prost::Message)]
struct DeviceRemovedMessage {
    #[prost(uint32, tag = "1")]
    device: u32,
    #[prost(string, tag = "2")]
    uid: String,
    #[prost(string, tag = "3")]
    userkey: String,
    #[prost(string, optional, tag = "4")]
    hostname: Option<String>,
    /// Unix milliseconds.
    #[prost(uint64, tag = "5")]
    seen_at: u64,
    #[prost(uint32, repeated, tag = "6")]
    tags: Vec<u32>,
    #[prost(message, optional, tag = "7")]
    outcome: Option<OutcomeMessage>,
}

/// As [`Change::DeviceEntered`].
#[derive(prost::Message)]
struct DeviceEnteredMessage {
    #[prost(uint32, tag = "1")]
    device: u32,
    #[prost(message, optional, boxed, tag = "2")]
    report: Option<Box<ReportMessage>>,
}

/// As [`Change::CheckedIn`].
#[derive(prost::Message)]
struct CheckedInMessage {
    #[prost(uint32, tag = "1")]
    device: u32,
    /// The bits of [`FactGroups`].
    #[prost(uint32, tag = "2")]
    reported: u32,
    /// Absent when nothing differs.
    #[prost(message, optional, boxed, tag = "3")]
    report: Option<Box<ReportMessage>>,
}

/// As [`Change::Tagged`].
#[derive(prost::Message)]
struct TaggedMessage {
    /// By [`Source`]'s numbers.
    #[prost(uint32, tag = "1")]
    source: u32,
    /// In the order of the change, each as the difference to the one before; empty where they are a set.
    #[prost(sint32, repeated, tag = "2")]
    devices: Vec<i32>,
    #[prost(uint32, repeated, tag = "3")]
    added: Vec<u32>,
    #[prost(uint32, repeated, tag = "4")]
    removed: Vec<u32>,
    /// Where they are very many, in order of number.
    #[prost(message, optional, tag = "5")]
    set: Option<SetMessage>,
    /// Unix milliseconds.
    #[prost(uint64, optional, tag = "6")]
    expires_at: Option<u64>,
}

/// As [`Change::ExpiryChanged`].
#[derive(prost::Message)]
struct ExpiryChangedMessage {
    #[prost(uint32, tag = "1")]
    id: u32,
    /// As those of [`TaggedMessage`].
    #[prost(sint32, repeated, tag = "2")]
    devices: Vec<i32>,
    #[prost(message, optional, tag = "3")]
    set: Option<SetMessage>,
    /// Unix milliseconds.
    #[prost(uint64, optional, tag = "4")]
    before: Option<u64>,
    /// Unix milliseconds.
    #[prost(uint64, optional, tag = "5")]
    after: Option<u64>,
}

/// As [`Change::FactsWentStale`].
#[derive(prost::Message)]
struct FactsWentStaleMessage {
    /// Unix milliseconds.
    #[prost(uint64, tag = "1")]
    cutoff: u64,
}

/// As [`Change::Reclassified`].
#[derive(prost::Message)]
struct ReclassifiedMessage {
    #[prost(uint32, tag = "1")]
    evaluator: u32,
}

/// A change as a message.
pub(super) fn write_change(change: &Change) -> ChangeMessage {
    let kind = match change {
        Change::Founded { salt } => Kind::Founded(FoundedMessage { salt: salt.to_be_bytes().to_vec() }),
        Change::ClassificationAdded { id, after } => {
            Kind::ClassificationAdded(EditMessage::added(id.0, after))
        }
        Change::ClassificationChanged { id, before, after } => {
            Kind::ClassificationChanged(EditMessage::changed(id.0, before, after))
        }
        Change::ClassificationMoved { id, from, to } => {
            Kind::ClassificationMoved(MovedMessage { id: id.0, from: *from, to: *to })
        }
        Change::ClassificationRemoved { id, before } => {
            Kind::ClassificationRemoved(EditMessage::removed(id.0, before))
        }
        Change::RuleAdded { id, after } => Kind::RuleAdded(EditMessage::added(id.0, after)),
        Change::RuleChanged { id, before, after } => {
            Kind::RuleChanged(EditMessage::changed(id.0, before, after))
        }
        Change::RuleRemoved { id, before } => Kind::RuleRemoved(EditMessage::removed(id.0, before)),
        Change::TagAdded { id, after } => Kind::TagAdded(EditMessage::added(id.0, after)),
        Change::TagChanged { id, before, after } => {
            Kind::TagChanged(EditMessage::changed(id.0, before, after))
        }
        Change::TagRemoved { id, before, devices } => Kind::TagRemoved(TagRemovedMessage {
            id: id.0,
            before: Some(before.write()),
            devices: (!devices.is_empty()).then(|| write_numbers(devices)),
        }),
        Change::SegmentAdded { id, after } => Kind::SegmentAdded(EditMessage::added(id.0, after)),
        Change::SegmentChanged { id, before, after } => {
            Kind::SegmentChanged(EditMessage::changed(id.0, before, after))
        }
        Change::SegmentRemoved { id, before } => Kind::SegmentRemoved(EditMessage::removed(id.0, before)),
        Change::DeviceAdded { device, uid, userkey } => Kind::DeviceAdded(DeviceAddedMessage {
            device: device.0,
            uid: owned(uid),
            userkey: owned(userkey),
        }),
        Change::DeviceRemoved { device, uid, userkey, hostname, seen_at, tags, outcome } => {
            Kind::DeviceRemoved(DeviceRemovedMessage {
                device: device.0,
                uid: owned(uid),
                userkey: owned(userkey),
                hostname: optional_owned(hostname.as_ref()),
                seen_at: millis(*seen_at),
                tags: tags.iter().map(|tag| tag.0).collect(),
                outcome: Some(write_outcome(outcome)),
            })
        }
        Change::DeviceEntered { device, report } => Kind::DeviceEntered(DeviceEnteredMessage {
            device: device.0,
            report: Some(Box::new(write_report(report))),
        }),
        Change::CheckedIn { device, reported, report } => Kind::CheckedIn(CheckedInMessage {
            device: device.0,
            reported: reported.bits().into(),
            report: (**report != Report::default()).then(|| Box::new(write_report(report))),
        }),
        Change::Tagged { source, expires_at, devices, added, removed } => {
            let is_set = is_set(devices);
            Kind::Tagged(TaggedMessage {
                source: *source as u32,
                devices: if is_set { Vec::new() } else { write_list(devices) },
                added: added.iter().map(|tag| tag.0).collect(),
                removed: removed.iter().map(|tag| tag.0).collect(),
                set: is_set.then(|| write_numbers(devices)),
                expires_at: expires_at.map(millis),
            })
        }
        Change::ExpiryChanged { tag, devices, before, after } => {
            let is_set = is_set(devices);
            Kind::ExpiryChanged(ExpiryChangedMessage {
                id: tag.0,
                devices: if is_set { Vec::new() } else { write_list(devices) },
                set: is_set.then(|| write_numbers(devices)),
                before: before.map(millis),
                after: after.map(millis),
            })
        }
        Change::FactsWentStale { cutoff } => {
            Kind::FactsWentStale(FactsWentStaleMessage { cutoff: millis(*cutoff) })
        }
        Change::Reclassified { evaluator } => {
            Kind::Reclassified(ReclassifiedMessage { evaluator: *evaluator })
        }
    };
    ChangeMessage { kind: Some(kind) }
}

/// A change from its message; `None` when it is of a kind that this program does not know.
pub(super) fn read_change(message: ChangeMessage) -> Option<Result<Change, DecodeError>> {
    message.kind.map(read_kind)
}

fn read_kind(kind: Kind) -> Result<Change, DecodeError> {
    Ok(match kind {
        Kind::Founded(founded) => {
            Change::Founded { salt: u128::from_be_bytes(bytes("salt", &founded.salt)?) }
        }
        Kind::ClassificationAdded(edit) => {
            let (id, after) = edit.read_added()?;
            Change::ClassificationAdded { id: ClassificationId(id), after }
        }
        Kind::ClassificationChanged(edit) => {
            let (id, before, after) = edit.read_changed()?;
            Change::ClassificationChanged { id: ClassificationId(id), before, after }
        }
        Kind::ClassificationMoved(MovedMessage { id, from, to }) => {
            Change::ClassificationMoved { id: ClassificationId(id), from, to }
        }
        Kind::ClassificationRemoved(edit) => {
            let (id, before) = edit.read_removed()?;
            Change::ClassificationRemoved { id: ClassificationId(id), before }
        }
        Kind::RuleAdded(edit) => {
            let (id, after) = edit.read_added()?;
            Change::RuleAdded { id: RuleId(id), after }
        }
        Kind::RuleChanged(edit) => {
            let (id, before, after) = edit.read_changed()?;
            Change::RuleChanged { id: RuleId(id), before, after }
        }
        Kind::RuleRemoved(edit) => {
            let (id, before) = edit.read_removed()?;
            Change::RuleRemoved { id: RuleId(id), before }
        }
        Kind::TagAdded(edit) => {
            let (id, after) = edit.read_added()?;
            Change::TagAdded { id: TagId(id), after }
        }
        Kind::TagChanged(edit) => {
            let (id, before, after) = edit.read_changed()?;
            Change::TagChanged { id: TagId(id), before, after }
        }
        Kind::TagRemoved(removed) => Change::TagRemoved {
            id: TagId(removed.id),
            before: read_fields("before", removed.before)?,
            devices: match removed.devices {
                None => Vec::new(),
                Some(devices) => read_numbers("devices", &devices)?,
            },
        },
        Kind::SegmentAdded(edit) => {
            let (id, after) = edit.read_added()?;
            Change::SegmentAdded { id: SegmentId(id), after }
        }
        Kind::SegmentChanged(edit) => {
            let (id, before, after) = edit.read_changed()?;
            Change::SegmentChanged { id: SegmentId(id), before, after }
        }
        Kind::SegmentRemoved(edit) => {
            let (id, before) = edit.read_removed()?;
            Change::SegmentRemoved { id: SegmentId(id), before }
        }
        Kind::DeviceAdded(added) => Change::DeviceAdded {
            device: DeviceNumber(added.device),
            uid: text("uid", &added.uid)?,
            userkey: text("userkey", &added.userkey)?,
        },
        Kind::DeviceRemoved(removed) => Change::DeviceRemoved {
            device: DeviceNumber(removed.device),
            uid: text("uid", &removed.uid)?,
            userkey: text("userkey", &removed.userkey)?,
            hostname: optional_text("hostname", removed.hostname.as_deref())?,
            seen_at: moment("seen_at", removed.seen_at)?,
            tags: removed.tags.into_iter().map(TagId).collect(),
            outcome: read_outcome(required("outcome", removed.outcome)?)
                .map_err(|error| error.within("outcome"))?,
        },
        Kind::DeviceEntered(entered) => Change::DeviceEntered {
            device: DeviceNumber(entered.device),
            report: match entered.report {
                None => return Err(DecodeError::damaged("report", "is missing")),
                Some(report) => Box::new(read_report(&report).map_err(|error| error.within("report"))?),
            },
        },
        Kind::CheckedIn(checked_in) => Change::CheckedIn {
            device: DeviceNumber(checked_in.device),
            reported: read_groups(checked_in.reported)?,
            report: match checked_in.report {
                None => Box::default(),
                Some(report) => Box::new(read_report(&report).map_err(|error| error.within("report"))?),
            },
        },
        Kind::Tagged(tagged) => Change::Tagged {
            source: read_source(tagged.source)?,
            expires_at: optional_moment("expires_at", tagged.expires_at)?,
            devices: read_devices(&tagged.devices, tagged.set.as_ref())?,
            added: tagged.added.into_iter().map(TagId).collect(),
            removed: tagged.removed.into_iter().map(TagId).collect(),
        },
        Kind::ExpiryChanged(changed) => Change::ExpiryChanged {
            tag: TagId(changed.id),
            devices: read_devices(&changed.devices, changed.set.as_ref())?,
            before: optional_moment("before", changed.before)?,
            after: optional_moment("after", changed.after)?,
        },
        Kind::FactsWentStale(stale) => Change::FactsWentStale { cutoff: moment("cutoff", stale.cutoff)? },
        Kind::Reclassified(reclassified) => Change::Reclassified { evaluator: reclassified.evaluator },
    })
}

fn read_devices(list: &[i32], set: Option<&SetMessage>) -> Result<Vec<DeviceNumber>, DecodeError> {
    match set {
        None => Ok(read_list(list)),
        Some(set) if list.is_empty() => read_numbers("set", set),
        Some(_) => Err(DecodeError::damaged("devices", "are written twice")),
    }
}

fn read_groups(bits: u32) -> Result<FactGroups, DecodeError> {
    u16::try_from(bits)
        .ok()
        .map(FactGroups::from_bits)
        .filter(|groups| u32::from(groups.bits()) == bits)
        .ok_or_else(|| DecodeError::unknown_number("reported", bits))
}

pub(super) fn read_source(number: u32) -> Result<Source, DecodeError> {
    let known = Source::ALL.into_iter().find(|source| *source as u32 == number);
    known.ok_or_else(|| DecodeError::unknown_number("source", number))
}
