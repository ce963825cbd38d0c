//! Facts as JSON, in the forms in which check-ins say them.

use domain::{Antivirus, CertificateStore, RegistryValue, Sha256};
use serde_json::{Map, Value, json};

use crate::certificate::CertificateView;

/// Of a text inside a sentence, so many characters are shown at most.
const QUOTED_MAX_CHARS: usize = 100;
/// Of a list inside a sentence, so many entries are shown at most.
const NAMED_MAX: usize = 5;

pub(super) fn antivirus(said: &Antivirus) -> Value {
    object([("product", said.product.as_str().into()), ("upToDate", said.up_to_date.into())])
}

pub(super) fn process(running: bool, signer: Option<&str>) -> Value {
    match signer {
        None => running.into(),
        Some(signer) => json!({"running": running, "signerName": signer}),
    }
}

pub(super) fn file(present: bool, sha256: Option<Sha256>) -> Value {
    object([("present", present.into()), ("sha256", sha256.map(|hash| hash.to_string()).into())])
}

pub(super) fn registry_value(said: &RegistryValue) -> Value {
    json!({
        "rootKey": said.root_key.as_str(),
        "key": said.key.as_str(),
        "value": said.value.as_str(),
        "type": said.kind.as_str(),
        "data": said.data.as_str(),
    })
}

pub(super) fn certificate(said: CertificateView<'_>) -> Value {
    object([
        ("store", store(said.store).into()),
        ("issuer", said.issuer.into()),
        ("subject", said.subject.into()),
        ("thumbprint", said.thumbprint.into()),
    ])
}

pub(super) const fn store(store: CertificateStore) -> &'static str {
    match store {
        CertificateStore::Machine => "machine",
        CertificateStore::User => "user",
    }
}

/// Where in the registry a value is.
pub(super) fn place(said: &RegistryValue) -> String {
    format!("{}\\{}\\{}", said.root_key, said.key, said.value)
}

/// An object of the members that were said.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let said = members.into_iter().filter(|(_, value)| !value.is_null());
    said.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

/// A text inside a sentence.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A list inside a sentence.
pub(super) fn listed<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut texts = texts.peekable();
    let shown: Vec<_> = texts.by_ref().take(NAMED_MAX).map(quoted).collect();
    match texts.count() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_stay_short() {
        assert_eq!(quoted(&"é".repeat(100)), "é".repeat(100));
        assert_eq!(quoted(&"é".repeat(101)), format!("{}…", "é".repeat(100)));
        assert_eq!(listed(["a", "b"].into_iter()), "a, b");
        assert_eq!(listed(["a"; 7].into_iter()), "a, a, a, a, a and 2 more");
    }
}
