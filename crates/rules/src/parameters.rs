//! The parameters of one check, read with a fault for each that is missing or wrong.

use serde_json::{Map, Value};

use crate::faults::Faults;
use crate::form::{Form, Place};

/// A parameter that a check has.
pub(crate) struct Parameter<T> {
    name: &'static str,
    required: bool,
    form: Form<T>,
    /// A good value, as JSON.
    example: &'static str,
}

impl<T> Parameter<T> {
    pub(crate) const fn required(name: &'static str, form: Form<T>, example: &'static str) -> Self {
        Self { name, required: true, form, example }
    }

    pub(crate) const fn optional(name: &'static str, form: Form<T>, example: &'static str) -> Self {
        Self { name, required: false, form, example }
    }
}

/// A parameter, whatever its values are read as.
pub(crate) trait Described {
    fn name(&self) -> &'static str;
    fn is_required(&self) -> bool;
    /// The JSON schema of its values, with an example.
    fn schema(&self) -> Value;
    /// A good value, as JSON.
    fn example(&self) -> &'static str;
}

impl<T> Described for Parameter<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn is_required(&self) -> bool {
        self.required
    }

    fn schema(&self) -> Value {
        let mut schema = (self.form.schema)();
        let example: Value = serde_json::from_str(self.example).expect("the table's examples are JSON");
        schema["examples"] = Value::Array(vec![example]);
        schema
    }

    fn example(&self) -> &'static str {
        self.example
    }
}

/// The members of a check's object, and where they stand.
pub(crate) struct Parameters<'a> {
    members: &'a Map<String, Value>,
    path: &'a str,
    /// What a fault shows of the right form.
    example: String,
    faults: &'a mut Faults,
}

impl<'a> Parameters<'a> {
    /// The members of the check that stands at `path`.
    pub(crate) fn new(
        members: &'a Map<String, Value>,
        path: &'a str,
        example: String,
        faults: &'a mut Faults,
    ) -> Self {
        Self { members, path, example, faults }
    }

    /// Leaves a fault at the check itself.
    pub(crate) fn fault(&mut self, code: &'static str, message: &str) {
        self.faults.add(self.path, code, message);
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// What a parameter is; `None` after a fault was left, and for an optional one that is absent.
    pub(crate) fn take<T>(&mut self, parameter: &Parameter<T>) -> Option<T> {
        let path = format!("{}.{}", self.path, parameter.name);
        let Some(value) = self.members.get(parameter.name) else {
            if parameter.required {
                self.faults.add(
                    &path,
                    "missing",
                    format_args!("is missing; right would be {}", self.example),
                );
            }
            return None;
        };
        (parameter.form.read)(value, &mut Place { path: &path, faults: self.faults })
    }
}
