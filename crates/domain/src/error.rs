//! What the core can refuse, with stable codes. A dialect turns each into its own status and body.

use std::fmt;

use crate::{Timestamp, Version};

/// One thing wrong with a request: where, which rule of form, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the member at fault, as `[1].name` or `devices[0].nsdeviceuid`; empty for the whole body.
    pub field: String,
    /// Stable, in snake case.
    pub code: &'static str,
    /// For the reader: what is wrong and what would be right.
    pub message: String,
}

impl Violation {
    /// A violation at `field`.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }

    /// The same of a field that is called otherwise, also where the message begins with it.
    #[must_use]
    pub fn at(self, field: String) -> Self {
        let message = match self.message.strip_prefix(&self.field) {
            Some(rest) if !self.field.is_empty() => format!("{field}{rest}"),
            _ => self.message,
        };
        Self { field, message, ..self }
    }

    /// The same of what stands at `path` in a larger request.
    #[must_use]
    pub fn within(self, path: &str) -> Self {
        if self.field.is_empty() {
            return Self { message: format!("{path}: {}", self.message), field: path.to_owned(), ..self };
        }
        let field = format!("{path}.{}", self.field);
        self.at(field)
    }
}

/// A value that lacks the form of its type; the caller knows at which member it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    /// Stable, in snake case.
    pub code: &'static str,
    /// Reads on after the member's name: "must be 1 to 80 characters long".
    pub message: String,
}

impl FormError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The violation of this form at `field`.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> Violation {
        let field = field.into();
        let message = format!("{field} {}", self.message);
        Violation { field, code: self.code, message }
    }
}

/// The kinds of things that requests name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A classification.
    Classification,
    /// A rule.
    Rule,
    /// A device tag.
    Tag,
    /// A device.
    Device,
    /// A segment.
    Segment,
    /// A token.
    Token,
    /// An app registration.
    AppRegistration,
    /// A site.
    Site,
}

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Classification => "classification",
            Self::Rule => "rule",
            Self::Tag => "device tag",
            Self::Device => "device",
            Self::Segment => "segment",
            Self::Token => "token",
            Self::AppRegistration => "app registration",
            Self::Site => "site",
        })
    }
}

/// Why a command was refused. A refused command has changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The request breaks rules of form or names what does not exist; all violations that were found.
    #[error("{}", .0.iter().map(|violation| violation.message.as_str()).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Violation>),
    /// The caller may not do this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// What the path names does not exist.
    #[error("{noun} {id} does not exist")]
    NotFound {
        /// What was looked for.
        noun: Noun,
        /// As the request named it.
        id: String,
    },
    /// The name belongs to another one.
    #[error("a {noun} named \"{name}\" already exists with id {id}")]
    NameTaken {
        /// Of which kind.
        noun: Noun,
        /// The name, as its holder writes it.
        name: String,
        /// The holder.
        id: u32,
    },
    /// A range belongs to another segment.
    #[error("{range} belongs to segment \"{name}\"; a range is in one segment only")]
    RangeTaken {
        /// Path of the range.
        field: String,
        /// As the segment has it.
        range: String,
        /// The segment's name.
        name: String,
    },
    /// A classification of that name exists and is described otherwise, so this is no repeat of its creation.
    #[error(
        "classification \"{name}\" already exists with id {id} and another description; change it with PATCH"
    )]
    DescriptionDiffers {
        /// The name, as its holder writes it.
        name: String,
        /// The holder.
        id: u32,
    },
    /// Another rule of that operating system asks exactly the same.
    #[error("rule \"{other}\" ({id}) already has the same criteria for {os}")]
    SameCriteria {
        /// Name of the rule that asks the same.
        other: String,
        /// Its id.
        id: u32,
        /// The operating system of both.
        os: &'static str,
    },
    /// Two items of one request are in each other's way.
    #[error("{message}")]
    Repeated {
        /// Path of the later one.
        field: String,
        /// Which two, and in what.
        message: String,
    },
    /// One item of a request that has several is refused.
    #[error("{path}: {error}")]
    Item {
        /// Path of the item.
        path: String,
        /// Why.
        error: Box<Error>,
    },
    /// It cannot go while others hang on it.
    #[error("{}", in_use(*.noun, .name, *.devices, .rules, .policies))]
    InUse {
        /// What was to be deleted.
        noun: Noun,
        /// Its name.
        name: String,
        /// Devices that carry it.
        devices: u32,
        /// Names of the rules that use it.
        rules: Vec<String>,
        /// Names of the policies that use it.
        policies: Vec<String>,
    },
    /// A named limit would be passed.
    #[error("{message}")]
    LimitReached {
        /// Stable name of the limit, in snake case.
        limit: &'static str,
        /// What the limit is and what to do.
        message: String,
    },
    /// The writer's queue is full.
    #[error("the server is busy; try again in {retry_after_seconds} s")]
    Busy {
        /// When to come again.
        retry_after_seconds: u32,
    },
    /// The store does not take writes, or the server is stopping.
    #[error("{reason}; try again in {retry_after_seconds} s")]
    Unavailable {
        /// Without internals.
        reason: String,
        /// When to come again.
        retry_after_seconds: u32,
    },
    /// What was asked about lies before what the site keeps of its history.
    #[error("history before {before} was pruned by the site's retention; ask for a later moment")]
    Pruned {
        /// The first moment that can still be asked about.
        before: Timestamp,
    },
    /// What was asked for would have to tell of a record that is not what was committed.
    #[error(
        "record {version} of this log was altered or is damaged; what stands beside it can be asked for with offset \
         and limit, or with since and until; restore a backup to have all"
    )]
    Damaged {
        /// Which.
        version: Version,
    },
    /// The command failed for a reason that is our fault. Nothing internal is said here; the log has it.
    #[error(
        "this failed inside the server and nothing was changed; its log says why under this request's id"
    )]
    Internal,
}

impl Error {
    /// Refuses for one violation.
    pub fn invalid(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(field, code, message)])
    }

    /// Refuses because `id` does not exist.
    pub fn not_found(noun: Noun, id: impl fmt::Display) -> Self {
        Self::NotFound { noun, id: id.to_string() }
    }

    /// The same of what stands at `path` in a larger request.
    #[must_use]
    pub fn within(self, path: &str) -> Self {
        match self {
            Self::Invalid(violations) => {
                Self::Invalid(violations.into_iter().map(|violation| violation.within(path)).collect())
            }
            Self::Repeated { field, message } => Self::Repeated { field: format!("{path}.{field}"), message },
            error => Self::Item { path: path.to_owned(), error: Box::new(error) },
        }
    }

    /// The stable code, in snake case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(violations) => violations.first().map_or("invalid", |violation| violation.code),
            Self::Forbidden(_) => "forbidden",
            Self::NotFound { .. } => "not_found",
            Self::NameTaken { .. } => "name_taken",
            Self::RangeTaken { .. } => "range_taken",
            Self::DescriptionDiffers { .. } => "description_differs",
            Self::SameCriteria { .. } => "same_criteria",
            Self::Repeated { .. } => "repeated",
            Self::Item { error, .. } => error.code(),
            Self::InUse { .. } => "in_use",
            Self::LimitReached { limit, .. } => limit,
            Self::Busy { .. } => "busy",
            Self::Unavailable { .. } => "unavailable",
            Self::Pruned { .. } => "history_pruned",
            Self::Damaged { .. } => "record_damaged",
            Self::Internal => "internal",
        }
    }
}

fn in_use(noun: Noun, name: &str, devices: u32, rules: &[String], policies: &[String]) -> String {
    let mut users = Vec::new();
    if devices > 0 {
        users.push(format!(
            "{devices} device{} carr{} it",
            plural(devices),
            if devices == 1 { "ies" } else { "y" }
        ));
    }
    for (kind, names) in [("rule", rules), ("polic", policies)] {
        if names.is_empty() {
            continue;
        }
        let ending = match (kind, names.len()) {
            ("rule", 1) => "",
            ("rule", _) => "s",
            (_, 1) => "y",
            _ => "ies",
        };
        let verb = if names.len() == 1 { "uses" } else { "use" };
        users.push(format!("{} {kind}{ending} {verb} it ({})", names.len(), names.join(", ")));
    }
    format!("{noun} \"{name}\" is in use: {}", users.join("; "))
}

fn plural(count: u32) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pruned_history_names_the_first_moment_that_is_left() {
        let error = Error::Pruned { before: Timestamp::from_seconds(1_753_692_494) };
        assert_eq!(
            error.to_string(),
            "history before 2025-07-28T08:48:14.000Z was pruned by the site's retention; ask for a later moment"
        );
        assert_eq!(error.code(), "history_pruned");
    }

    #[test]
    fn in_use_counts_and_names_the_users() {
        let error = Error::InUse {
            noun: Noun::Tag,
            name: "risky".into(),
            devices: 1,
            rules: vec!["a".into(), "b".into()],
            policies: vec!["p".into()],
        };
        assert_eq!(
            error.to_string(),
            "device tag \"risky\" is in use: 1 device carries it; 2 rules use it (a, b); 1 policy uses it (p)"
        );
    }
}
