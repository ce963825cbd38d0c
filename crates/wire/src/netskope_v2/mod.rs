//! The JSON of the Netskope v2 paths (netskope-v2). Requests refuse unknown members; texts borrow from the body where
//! they can.

mod audit;
mod bulk;
mod classification;
mod client_status;
mod conditions;
mod device_tag;
mod errors;
mod get_tags;
mod option;
mod rule;

pub use audit::{AuditEvent, AuditReply, EventsError, SupportingData};
pub use bulk::{Bulk, BulkData, NamedDevice};
pub use classification::{
    Classification, ClassificationsCreated, NewClassification, PatchClassification, PutClassification, Status,
};
pub use client_status::{SearchReply, SearchStatus, SupportedOs};
pub use conditions::Conditions;
pub use device_tag::{DeletedTag, DeviceTag, NewDeviceTag, PatchDeviceTag, Success};
pub use errors::{
    ClassificationError, CodedMessage, DevicesError, DevicesErrors, Message, Messages, SearchError,
};
pub use get_tags::{AssignableTag, FoundTags, GetTags, ListedTag, TagPage, TagsOfDevice};
pub use option::{ClassificationOption, OptionValue};
pub use rule::{NewRule, PatchRule, Rule};
