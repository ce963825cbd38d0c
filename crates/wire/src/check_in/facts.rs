//! The fact groups of a check-in. A group that is present replaces the stored one; one that is absent (or null)
//! keeps its value and its age; one that was never reported is unknown to every check.

use std::{collections::BTreeMap, fmt};

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
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Facts {
    /// The domain the machine is joined to; empty when it is joined to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1024, example = "corp.local")]
    pub domain: Option<String>,
    /// Every antivirus product on the machine: what is not listed is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 256)]
    pub antivirus: Option<Vec<Antivirus>>,
    /// The processes that were probed, by name: what is not a key was not looked for. At most 4096.
    #[serde(default, deserialize_with = "unique_map::optional", skip_serializing_if = "Option::is_none")]
    pub processes: Option<BTreeMap<String, Process>>,
    /// The files that were probed, by full path: what is not a key was not looked for. At most 4096.
    #[serde(default, deserialize_with = "unique_map::optional", skip_serializing_if = "Option::is_none")]
    pub files: Option<BTreeMap<String, File>>,
    /// The registry values that were probed and found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 4096)]
    pub registry: Option<Vec<RegistryValue>>,
    /// Every disk encryption product in use: `bitlocker`, `filevault`, `luks`, `pgp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 256, example = json!(["luks"]))]
    pub disk_encryption: Option<Vec<String>>,
    /// Every certificate of the machine's and the user's store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 256)]
    pub certificates: Option<Vec<Certificate>>,
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
pub struct Antivirus {
    /// The product's name.
    #[schema(min_length = 1, max_length = 255)]
    pub product: String,
    /// Whether its signatures are up to date; absent when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to_date: Option<bool>,
}

/// One probed process: `true`, `false`, or `{"running":true,"signerName":"…"}` when its signer is known. A running
/// process whose signer is not reported is unknown to a check that asks for the signer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Process {
    /// Whether it runs.
    pub running: bool,
    /// Who signed it.
    pub signer_name: Option<String>,
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
pub struct RegistryValue {
    /// The root: `HKEY_LOCAL_MACHINE`.
    #[schema(max_length = 1024)]
    pub root_key: String,
    /// The key below the root.
    #[schema(max_length = 1024)]
    pub key: String,
    /// The value's name.
    #[schema(max_length = 1024)]
    pub value: String,
    /// The value's type: `REG_SZ`.
    #[serde(rename = "type")]
    #[schema(max_length = 1024)]
    pub kind: String,
    /// The value's data, as text.
    #[schema(max_length = 1024)]
    pub data: String,
}

/// One certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Whose store it is in; the machine's when not told.
    #[serde(default)]
    pub store: CertificateStore,
    /// Its issuer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1024)]
    pub issuer: Option<String>,
    /// Its subject's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1024)]
    pub subject: Option<String>,
    /// Its thumbprint in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1024)]
    pub thumbprint: Option<String>,
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

impl From<bool> for Process {
    fn from(running: bool) -> Self {
        Self { running, signer_name: None }
    }
}

impl Serialize for Process {
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

impl<'de> Deserialize<'de> for Process {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ProcessVisitor)
    }
}

/// The long form of a [`Process`].
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProcessObject {
    /// Whether it runs.
    running: bool,
    /// Who signed it.
    #[serde(default)]
    #[schema(max_length = 1024)]
    signer_name: Option<String>,
}

impl ToSchema for Process {}

impl PartialSchema for Process {
    fn schema() -> RefOr<Schema> {
        let short = ObjectBuilder::new().schema_type(Type::Boolean).description(Some("Whether it runs."));
        let forms = OneOfBuilder::new().item(short).item(ProcessObject::schema());
        forms.description(Some("One probed process: whether it runs, with or without who signed it.")).into()
    }
}

struct ProcessVisitor;

impl<'de> Visitor<'de> for ProcessVisitor {
    type Value = Process;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("true, false or an object with `running`")
    }

    fn visit_bool<E: de::Error>(self, running: bool) -> Result<Process, E> {
        Ok(running.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Process, A::Error> {
        let ProcessObject { running, signer_name } =
            ProcessObject::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Process { running, signer_name })
    }
}
