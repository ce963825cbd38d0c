//! What a body should look like: looked at only when a body could not be read, to name everything that is wrong with
//! it rather than the first thing.

use domain::Violation;
use serde_json::Value;

use crate::violations::Violations;

/// The form of a JSON value.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A string.
    Text,
    /// A whole number that is not negative.
    Number,
    /// True or false.
    Truth,
    /// Whatever its reader makes of it.
    Any,
    /// This form, or null.
    OrNull(&'static Shape),
    /// An array, each item of one form.
    List(&'static Shape),
    /// An object of this form, or an array of them.
    OneOrList(&'static Shape),
    /// An object with these members and no others.
    Object(&'static [Member]),
}

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Member {
    name: &'static str,
    shape: Shape,
    required: bool,
}

/// A member that must be there.
pub(crate) const fn required(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: true }
}

/// A member that may be absent or null.
pub(crate) const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: false }
}

/// A type that bodies are read as.
pub(crate) trait Shaped {
    /// The form that its bodies have.
    const SHAPE: Shape;
}

impl<T: Shaped> Shaped for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);
}

impl Shape {
    /// Names what in `value`, which stands at `path`, is not of this form.
    pub(crate) fn inspect(&self, value: &Value, path: &str, found: &mut Violations) {
        match (self, value) {
            (Self::Any, _) | (Self::OrNull(_), Value::Null) | (Self::Text, Value::String(_)) => {}
            (Self::Truth, Value::Bool(_)) => {}
            (Self::OneOrList(item), Value::Array(_)) => Self::List(item).inspect(value, path, found),
            (Self::OrNull(shape), _) | (Self::OneOrList(shape), Value::Object(_)) => {
                shape.inspect(value, path, found);
            }
            (Self::Number, Value::Number(number)) if number.is_u64() => {}
            (Self::List(item), Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    if found.is_full() {
                        return;
                    }
                    item.inspect(value, &format!("{path}[{index}]"), found);
                }
            }
            (Self::Object(members), Value::Object(object)) => {
                for name in object.keys().filter(|name| !members.iter().any(|member| member.name == **name)) {
                    if found.is_full() {
                        return;
                    }
                    found.push(unknown(path, name));
                }
                for member in *members {
                    let path = join(path, member.name);
                    match object.get(member.name) {
                        None if member.required => found.push(missing(path, &member.shape)),
                        None => {}
                        Some(Value::Null) if !member.required => {}
                        Some(value) => member.shape.inspect(value, &path, found),
                    }
                }
            }
            _ => {
                let subject = if path.is_empty() { "the body" } else { path };
                found.push(Violation::new(path, "type", format!("{subject} must be {}", self.noun())));
            }
        }
    }

    const fn noun(&self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Number => "a whole number, not negative",
            Self::Truth => "true or false",
            Self::Any => "a value",
            Self::OrNull(shape) => shape.noun(),
            Self::OneOrList(_) => "an object or an array of objects",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// In the words of the original (netskope-v2 §3), the item before them.
fn unknown(path: &str, name: &str) -> Violation {
    let space = if path.is_empty() { "" } else { " " };
    Violation::new(
        join(path, name),
        "unknown_member",
        format!("{path}{space}property {name} should not exist"),
    )
}

fn missing(path: String, shape: &Shape) -> Violation {
    let message = format!("{path} is missing; it must be {}", shape.noun());
    Violation::new(path, "missing", message)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use domain::Error;
    use serde_json::json;

    use super::*;
    use crate::failure::Failure;

    const SHAPE: Shape = Shape::List(&Shape::Object(&[
        required("name", Shape::Text),
        optional("ids", Shape::List(&Shape::Number)),
    ]));

    fn messages(value: &Value) -> Vec<String> {
        let mut found = Violations::default();
        SHAPE.inspect(value, "", &mut found);
        match found.finish() {
            Err(Failure::Refused(Error::Invalid(violations))) => {
                violations.into_iter().map(|violation| violation.message).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named_where_it_stands() {
        let value = json!([{"urls": 1, "ids": [1, -1, "x"]}, {"name": null, "ids": null}, 3]);
        assert_eq!(
            messages(&value),
            [
                "[0] property urls should not exist",
                "[0].name is missing; it must be a string",
                "[0].ids[1] must be a whole number, not negative",
                "[0].ids[2] must be a whole number, not negative",
                "[1].name must be a string",
                "[2] must be an object",
            ]
        );
        assert_eq!(messages(&json!({})), ["the body must be an array"]);
    }

    #[test]
    fn what_may_be_one_or_several_is_named_as_what_it_is() {
        const SHAPE: Shape = Shape::OneOrList(&Shape::Object(&[required("id", Shape::Number)]));
        let told = |value: &Value| {
            let mut found = Violations::default();
            SHAPE.inspect(value, "", &mut found);
            found.finish().err().map(|failure| failure.message().into_owned())
        };
        for (value, message) in [
            (json!({"id": 1}), None),
            (json!([{"id": 1}]), None),
            (json!({}), Some("id is missing; it must be a whole number, not negative")),
            (json!([{"id": 1}, {"id": "x"}]), Some("[1].id must be a whole number, not negative")),
            (json!(7), Some("the body must be an object or an array of objects")),
        ] {
            assert_eq!(told(&value).as_deref(), message, "{value}");
        }
    }

    #[test]
    fn as_many_are_named_as_one_answer_holds() {
        let unknown: serde_json::Map<_, _> = (0..150).map(|n| (format!("m{n}"), json!(0))).collect();
        for value in [json!(vec![0; 1000]), json!([unknown])] {
            assert_eq!(messages(&value).len(), 100);
        }
    }
}
