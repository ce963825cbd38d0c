//! The fact groups of a check-in. A group that is present replaces the stored one; one that is absent (or null)
//! keeps its value and its age; one that was never reported is unknown to every check.

use std::fmt::{self, Display};
use std::{collections::BTreeMap, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
    ser::SerializeStruct,
};

use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::unique_map;

/// What a device reports for the checks of rules.
// Who reports or reads it has its texts as `String`; who shows what is known borrows them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[serde(bound(deserialize = "Text: Deserialize<'de> + Display + Ord"))]
pub struct Facts<Text = String> {
    /// The domain the machine is joined to; empty when it is joined to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 1024, example = "corp.local")]
    pub domain: Option<Text>,
    /// Every antivirus product on the machine: what is not listed is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Antivirus>>, max_items = 256)]
    pub antivirus: Option<Vec<Antivirus<Text>>>,
    /// The processes that were probed, by name: what is not a key was not looked for. At most 4096.
    #[serde(default, deserialize_with = "unique_map::optional", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Process>>)]
    pub processes: Option<BTreeMap<Text, Process<Text>>>,
    /// The files that were probed, by full path: what is not a key was not looked for. At most 4096.
    #[serde(default, deserialize_with = "unique_map::optional", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, File>>)]
    pub files: Option<BTreeMap<Text, File>>,
    /// The registry values that were probed and found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<RegistryValue>>, max_items = 4096)]
    pub registry: Option<Vec<RegistryValue<Text>>>,
    /// Every disk encryption product in use: `bitlocker`, `filevault`, `luks`, `pgp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, max_items = 256, example = json!(["luks"]))]
    pub disk_encryption: Option<Vec<Text>>,
    /// Every certificate of the machine's and the user's store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Certificate>>, max_items = 256)]
    pub certificates: Option<Vec<Certificate<Text>>>,
    /// Whether the device asks for a passcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passcode: Option<bool>,
    /// Whether the device is rooted or jailbroken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromised: Option<bool>,
    /// Whether the primary storage is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_encrypted: Option<bool>,
    /// Whether a mobile device management has the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mdm: Option<bool>,
}

/// One antivirus product on the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Antivirus<Text = String> {
    /// The product's name.
    #[schema(value_type = String, min_length = 1, max_length = 255)]
    pub product: Text,
    /// Whether its signatures are up to date; absent when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to_date: Option<bool>,
}

/// One probed process: `true`, `false`, or `{"running":true,"signerName":"…"}` when its signer is known. A running
/// process whose signer is not reported is unknown to a check that asks for the signer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Process<Text = String> {
    /// Whether it runs.
    pub running: bool,
    /// Who signed it.
    pub signer_name: Option<Text>,
}

/// One probed file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Whether it is there.
    pub present: bool,
    /// The SHA-256 of its bytes in lower-case hex; absent when it was not computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9A-Fa-f]{64}$")]
    pub sha256: Option<String>,
}

/// One value of the Windows registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistryValue<Text = String> {
    /// The root: `HKEY_LOCAL_MACHINE`.
    #[schema(value_type = String, max_length = 1024)]
    pub root_key: Text,
    /// The key below the root.
    #[schema(value_type = String, max_length = 1024)]
    pub key: Text,
    /// The value's name.
    #[schema(value_type = String, max_length = 1024)]
    pub value: Text,
    /// The value's type: `REG_SZ`.
    #[serde(rename = "type")]
    #[schema(value_type = String, max_length = 1024)]
    pub kind: Text,
    /// The value's data, as text.
    #[schema(value_type = String, max_length = 1024)]
    pub data: Text,
}

/// One certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[serde(bound(deserialize = "Text: Deserialize<'de>"))]
pub struct Certificate<Text = String> {
    /// Whose store it is in; the machine's when not told.
    #[serde(default)]
    pub store: CertificateStore,
    /// Its issuer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 1024)]
    pub issuer: Option<Text>,
    /// Its subject's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 1024)]
    pub subject: Option<Text>,
    /// Its thumbprint in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 1024)]
    pub thumbprint: Option<Text>,
}

/// Whose certificates: `cert_check` looks at the machine's, `client_cert_check` at the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CertificateStore {
    /// The machine's.
    #[default]
    Machine,
    /// The user's.
    User,
}

impl<Text> From<bool> for Process<Text> {
    fn from(running: bool) -> Self {
        Self { running, signer_name: None }
    }
}

impl<Text: Serialize> Serialize for Process<Text> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(signer_name) = &self.signer_name else {
            return serializer.serialize_bool(self.running);
        };
        let mut object = serializer.serialize_struct("Process", 2)?;
        object.serialize_field("running", &self.running)?;
        object.serialize_field("signerName", signer_name)?;
        object.end()
    }
}

impl<'de, Text: Deserialize<'de>> Deserialize<'de> for Process<Text> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ProcessVisitor(PhantomData))
    }
}

/// The long form of a [`Process`].
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[serde(bound(deserialize = "Text: Deserialize<'de>"))]
struct ProcessObject<Text = String> {
    /// Whether it runs.
    running: bool,
    /// Who signed it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1024)]
    signer_name: Option<Text>,
}

impl ToSchema for Process {}

impl PartialSchema for Process {
    fn schema() -> RefOr<Schema> {
        let short = ObjectBuilder::new().schema_type(Type::Boolean).description(Some("Whether it runs."));
        let forms = OneOfBuilder::new().item(short).item(ProcessObject::<String>::schema());
        forms.description(Some("One probed process: whether it runs, with or without who signed it.")).into()
    }
}

struct ProcessVisitor<Text>(PhantomData<Text>);

impl<'de, Text: Deserialize<'de>> Visitor<'de> for ProcessVisitor<Text> {
    type Value = Process<Text>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("true, false or an object with `running`")
    }

    fn visit_bool<E: de::Error>(self, running: bool) -> Result<Self::Value, E> {
        Ok(running.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let ProcessObject { running, signer_name } =
            ProcessObject::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Process { running, signer_name })
    }
}
