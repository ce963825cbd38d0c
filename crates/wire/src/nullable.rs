//! Members where null and absence are not the same.

use serde::{Deserialize, Deserializer};

/// `Some(None)` for null; absence is for `#[serde(default)]`.
pub(crate) fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
