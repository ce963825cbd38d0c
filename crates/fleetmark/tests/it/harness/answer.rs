//! What came back, and the sentences that judge it.

use serde_json::Value;

use super::shape::difference;

/// One answer of the server, with the request that it belongs to for the messages.
#[derive(Clone)]
pub struct Answer {
    pub request: String,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub text: String,
}

impl Answer {
    /// The status and the whole body; `body` may have open places (see `shape`).
    #[track_caller]
    pub fn expect(self, status: u16, body: Value) -> Self {
        let answer = self.expect_status(status);
        if let Some(difference) = difference(&body, &answer.json()) {
            panic!("{answer}\n{difference}");
        }
        answer
    }

    /// The status alone, where the contract says no more.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert!(self.status == status, "{self}\nstatus {} instead of {status}", self.status);
        self
    }

    /// The status, and not one byte of body.
    #[track_caller]
    pub fn expect_empty(self, status: u16) -> Self {
        let answer = self.expect_status(status);
        assert!(answer.text.is_empty(), "{answer}\na body where none belongs");
        answer
    }

    /// The same answer with the list at `pointer` in the order of `member`, where the contract gives no order.
    #[track_caller]
    pub fn sorted_by(self, pointer: &str, member: &str) -> Self {
        let mut body = self.json();
        let list = body.pointer_mut(pointer).and_then(Value::as_array_mut);
        list.unwrap_or_else(|| panic!("{self}\nno list at {pointer:?}"))
            .sort_by_key(|element| element[member].to_string());
        Self { text: body.to_string(), ..self }
    }

    #[track_caller]
    pub fn expect_header(self, name: &str, value: &str) -> Self {
        assert!(self.header(name) == Some(value), "{self}\nheader {name} is not {value}");
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(there, _)| there.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|why| panic!("{self}\nthe body is not JSON: {why}"))
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { request, status, headers, text } = self;
        let excerpt: String = text.chars().take(4000).collect();
        write!(f, "{request}\n→ {status} {headers:?}\n{excerpt}")
    }
}
