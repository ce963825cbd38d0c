//! Maps in which a member given twice is an error, as it is in the derived types. (serde's own maps keep the last.)

use std::fmt::{self, Display};
use std::{collections::BTreeMap, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};

/// For `deserialize_with` on an optional map. The error begins, like that of a derived type, with `duplicate field`.
pub(super) fn optional<'de, D, K, V>(deserializer: D) -> Result<Option<BTreeMap<K, V>>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Display + Ord,
    V: Deserialize<'de>,
{
    let map: Option<UniqueMap<K, V>> = Option::deserialize(deserializer)?;
    Ok(map.map(|UniqueMap(members)| members))
}

struct UniqueMap<K, V>(BTreeMap<K, V>);

impl<'de, K: Deserialize<'de> + Display + Ord, V: Deserialize<'de>> Deserialize<'de> for UniqueMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueMapVisitor(PhantomData)).map(Self)
    }
}

struct UniqueMapVisitor<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de> + Display + Ord, V: Deserialize<'de>> Visitor<'de> for UniqueMapVisitor<K, V> {
    type Value = BTreeMap<K, V>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(name) = map.next_key::<K>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            members.insert(name, map.next_value()?);
        }
        Ok(members)
    }
}
