//! What stands in the address: ids in paths, and parameters.

use std::num::{IntErrorKind, ParseIntError};
use std::str::FromStr;

use axum::extract::Query;
use domain::{Error, Noun, Timestamp, Violation};
use uuid::Uuid;

use crate::failure::Failure;
use crate::routing::{Call, FromCall};
use crate::uuid_text::parsed_uuid;
use crate::violations::Violations;

/// The `{id}` of a path.
#[derive(Debug, Default)]
pub(crate) struct Id(String);

impl FromCall for Id {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let [id, _] = &mut call.ids;
        Ok(Self(std::mem::take(id)))
    }
}

/// The ids of a path that has two, in its order.
#[derive(Debug, Default)]
pub(crate) struct TwoIds(pub(crate) Id, pub(crate) Id);

impl FromCall for TwoIds {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let [one, other] = std::mem::take(&mut call.ids);
        Ok(Self(Id(one), Id(other)))
    }
}

impl Id {
    /// The number that names a `noun`.
    ///
    /// # Errors
    /// For what is no number; a number that no counter reaches names nothing.
    pub(crate) fn of(&self, noun: Noun) -> Result<u32, Failure> {
        if self.0.is_empty() || !self.0.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(not_a_number());
        }
        self.0.parse().map_err(|_| Error::not_found(noun, &self.0).into())
    }

    /// The UUID, in its hyphenated form of either case.
    ///
    /// # Errors
    /// For what is none.
    pub(crate) fn uuid(&self) -> Result<Uuid, Failure> {
        self.uuid_as("id")
    }

    /// As [`Id::uuid`], of what the path's template calls `name`.
    ///
    /// # Errors
    /// Names it.
    pub(crate) fn uuid_as(&self, name: &'static str) -> Result<Uuid, Failure> {
        parsed_uuid(&self.0).ok_or_else(|| {
            let example = "such as 0198502c-8a3b-8000-8000-000000000001";
            let message = format!("the {name} in the path must be a UUID, {example}");
            Error::invalid(name, "uuid", message).into()
        })
    }
}

fn not_a_number() -> Failure {
    Error::invalid("id", "number", "the id in the path must be a whole number").into()
}

/// The parameters of a call. Of one given twice the first counts, an empty one counts as absent.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

impl FromCall for Params {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let uri = &call.head.uri;
        let pairs = uri.query().and_then(|_| Query::try_from_uri(uri).ok()).map(|Query(pairs)| pairs);
        Ok(Self(pairs.unwrap_or_default()))
    }
}

impl Params {
    /// The text of a parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// Takes a secret out of all texts, so that nothing that quotes them tells it.
    pub(crate) fn redact(&mut self, secret: &str) {
        for text in self.0.iter_mut().flat_map(|(name, value)| [name, value]) {
            if !secret.is_empty() && text.contains(secret) {
                *text = text.replace(secret, "…");
            }
        }
    }

    /// Refuses a parameter that is given more than once, where the first alone would answer something else than what
    /// was asked.
    ///
    /// # Errors
    /// Names it.
    pub(crate) fn each_once(&self) -> Result<(), Failure> {
        let earlier = |place: usize, name: &str| self.0[..place].iter().any(|(known, _)| known == name);
        let again = self.0.iter().enumerate().find(|(place, (name, _))| earlier(*place, name));
        match again {
            None => Ok(()),
            Some((_, (name, _))) => {
                let message =
                    format!("{name} is given more than once; give it once, with commas between its values");
                Err(Error::invalid(name.as_str(), "repeated", message).into())
            }
        }
    }

    /// Parameters that are given more than once and differ are `wrong`.
    pub(crate) fn agree(&self, wrong: &mut Violations) {
        for (place, (name, text)) in self.0.iter().enumerate() {
            let first = self.0[..place].iter().find(|(known, _)| known == name);
            if first.is_some_and(|(_, known)| known != text) {
                let message = format!("{name} is given more than once, and differs; give it once");
                wrong.push(Violation::new(name.as_str(), "repeated", message));
            }
        }
    }

    /// With others behind them.
    pub(crate) fn and(mut self, others: Vec<(String, String)>) -> Self {
        self.0.extend(others);
        self
    }

    /// Takes all texts of a parameter out, in their order; empty ones count as absent.
    pub(crate) fn take(&mut self, name: &str) -> Vec<String> {
        let taken = self.0.extract_if(.., |(known, _)| known == name).map(|(_, text)| text);
        taken.filter(|text| !text.is_empty()).collect()
    }

    /// All of them, as they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A parameter that is a whole number.
    ///
    /// # Errors
    /// Names the parameter.
    pub(crate) fn number<N: FromStr>(&self, name: &'static str) -> Result<Option<N>, Failure> {
        self.text(name).map(|text| text.parse().map_err(|_| no_number(name))).transpose()
    }

    /// A parameter that counts: one larger than any count is as good as the largest.
    ///
    /// # Errors
    /// Names the parameter.
    pub(crate) fn count(&self, name: &'static str) -> Result<Option<usize>, Failure> {
        let parse = |text: &str| {
            text.parse().or_else(|error: ParseIntError| match error.kind() {
                IntErrorKind::PosOverflow => Ok(usize::MAX),
                _ => Err(no_number(name)),
            })
        };
        self.text(name).map(parse).transpose()
    }

    /// A parameter that is a moment of the past: RFC 3339 or Unix seconds.
    ///
    /// # Errors
    /// Names the parameter, when it is no moment or later than `now`.
    pub(crate) fn moment(
        &self,
        name: &'static str,
        now: impl FnOnce() -> Timestamp,
    ) -> Result<Option<Timestamp>, Failure> {
        let Some(moment) = self.any_moment(name)? else { return Ok(None) };
        let now = now();
        if moment > now {
            let message = format!("{name} must not be in the future; it is {now} now");
            return Err(Error::invalid(name, "future", message).into());
        }
        Ok(Some(moment))
    }

    /// A parameter that is a moment, past or to come: RFC 3339 or Unix seconds.
    ///
    /// # Errors
    /// Names the parameter.
    pub(crate) fn any_moment(&self, name: &'static str) -> Result<Option<Timestamp>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let moment = read_moment(text).ok_or_else(|| Error::Invalid(vec![no_moment(name)]))?;
        Ok(Some(moment))
    }

    /// A parameter that is true or false, in any case; absent it is false.
    ///
    /// # Errors
    /// Names the parameter.
    pub(crate) fn flag(&self, name: &'static str) -> Result<bool, Failure> {
        let Some(text) = self.text(name) else { return Ok(false) };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(Error::invalid(name, "boolean", format!("{name} must be true or false")).into()),
        }
    }

    /// `limit` where a list has one, 1 to `max`.
    ///
    /// # Errors
    /// Names the limit's limits.
    pub(crate) fn limit(&self, max: usize) -> Result<Option<usize>, Failure> {
        let limit = self.count("limit")?;
        if limit.is_some_and(|limit| limit == 0 || limit > max) {
            let message = match max {
                usize::MAX => "limit must be a whole number from 1 on".to_owned(),
                max => format!("limit must be 1 to {max}"),
            };
            return Err(Error::invalid("limit", "range", message).into());
        }
        Ok(limit)
    }
}

/// A moment: RFC 3339 or Unix seconds.
pub(crate) fn read_moment(text: &str) -> Option<Timestamp> {
    let seconds = text.parse().ok().filter(|seconds: &i64| *seconds >= 0).map(Timestamp::from_seconds);
    seconds.or_else(|| Timestamp::parse(text))
}

/// Why what a parameter or member says is none.
pub(crate) fn no_moment(name: &str) -> Violation {
    let message = format!(
        "{name} must be a moment such as 2026-01-31T00:00:00Z or Unix seconds; a + is written as %2B"
    );
    Violation::new(name, "moment", message)
}

fn no_number(name: &'static str) -> Failure {
    let message = format!("{name} must be a whole number within its limits");
    Error::invalid(name, "number", message).into()
}
