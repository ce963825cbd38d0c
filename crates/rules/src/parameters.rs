//! The parameters of one check, read with a fault for each that is missing or wrong.

use domain::{FactText, FormError, Label};
use serde_json::{Map, Value};

use crate::faults::Faults;

/// The members of a check's object, and where they stand. Each reader answers `None` after it has left a fault; an
/// optional member is also `None` when it is absent.
pub(crate) struct Parameters<'a> {
    members: &'a Map<String, Value>,
    path: &'a str,
    example: &'static str,
    faults: &'a mut Faults,
}

impl<'a> Parameters<'a> {
    /// `example` is what a fault shows of the right form.
    pub(crate) fn new(
        members: &'a Map<String, Value>,
        path: &'a str,
        example: &'static str,
        faults: &'a mut Faults,
    ) -> Self {
        Self { members, path, example, faults }
    }

    /// Leaves a fault at the check itself.
    pub(crate) fn fault(&mut self, code: &'static str, message: &str) {
        self.faults.add(self.path, code, message);
    }

    /// Leaves a fault at a member.
    pub(crate) fn fault_at(&mut self, name: &str, code: &'static str, message: &str) {
        self.faults.add(&self.path_of(name), code, message);
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// A member that must be there, whatever it is.
    pub(crate) fn required(&mut self, name: &str) -> Option<&'a Value> {
        let value = self.members.get(name);
        if value.is_none() {
            let message = format!("is missing; right would be {}", self.example);
            self.fault_at(name, "missing", &message);
        }
        value
    }

    /// A text of one character at least.
    pub(crate) fn text(&mut self, name: &str) -> Option<FactText> {
        let text = self.text_or_empty(name)?;
        if text.as_str().is_empty() {
            self.fault_at(name, "empty", "must not be empty");
            return None;
        }
        Some(text)
    }

    /// A text that may be empty.
    pub(crate) fn text_or_empty(&mut self, name: &str) -> Option<FactText> {
        self.parsed(name, FactText::new)
    }

    pub(crate) fn optional_text(&mut self, name: &str) -> Option<FactText> {
        if self.has(name) { self.text(name) } else { None }
    }

    pub(crate) fn label(&mut self, name: &str) -> Option<Label> {
        self.parsed(name, Label::new)
    }

    pub(crate) fn optional_label(&mut self, name: &str) -> Option<Label> {
        if self.has(name) { self.label(name) } else { None }
    }

    pub(crate) fn optional_flag(&mut self, name: &str) -> Option<bool> {
        let flag = self.members.get(name)?.as_bool();
        if flag.is_none() {
            self.fault_at(name, "type", "must be true or false");
        }
        flag
    }

    /// A text of the form that `parse` demands.
    pub(crate) fn parsed<T>(&mut self, name: &str, parse: fn(&str) -> Result<T, FormError>) -> Option<T> {
        let value = self.required(name)?;
        self.parse(&self.path_of(name), value, parse)
    }

    /// A list of one to `max` texts, none of them empty.
    pub(crate) fn texts(&mut self, name: &str, max: usize) -> Option<Box<[FactText]>> {
        let value = self.required(name)?;
        let Value::Array(items) = value else {
            self.fault_at(name, "type", "must be a list of texts");
            return None;
        };
        if items.is_empty() || items.len() > max {
            self.fault_at(name, "length", &format!("must hold 1 to {max} texts"));
            return None;
        }
        let path = self.path_of(name);
        let texts: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(place, item)| {
                let path = format!("{path}[{place}]");
                let text = self.parse(&path, item, FactText::new)?;
                if text.as_str().is_empty() {
                    self.faults.add(&path, "empty", "must not be empty");
                    return None;
                }
                Some(text)
            })
            .collect();
        texts.into_iter().collect()
    }

    fn parse<T>(&mut self, path: &str, value: &Value, parse: fn(&str) -> Result<T, FormError>) -> Option<T> {
        let Value::String(text) = value else {
            self.faults.add(path, "type", "must be a text");
            return None;
        };
        parse(text).map_err(|error| self.faults.add_form(path, &error)).ok()
    }

    fn path_of(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }
}
