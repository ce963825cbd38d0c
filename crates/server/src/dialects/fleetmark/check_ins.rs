//! `POST /api/v1/checkins`: devices report, each judged alone (DESIGN §5).

use std::borrow::Cow;
use std::collections::BTreeSet;

use axum::response::Response;
use domain::{Error, FactText};
use rules::Probes;
use serde::{Deserialize, Deserializer};
use site::commands::{CHECK_INS_MAX, CheckIn, CheckIns, Judged};
use wire::Text;
use wire::check_in::{self, CheckInsReply, JudgedDevice, Refusal, Refused, RegistryProbe, Tag};

use super::check_in_form;
use super::shapes::UnreadCheckIns;
use crate::auth::{Devices, Manager};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::reply;
use crate::uuid_text::uuid_text;
use crate::violations::Violations;

// The client sends as many in a call as the core takes.
const _: () = assert!(CHECK_INS_MAX == check_in::MAX_CHECKINS);

/// An item as it was read, or why it was refused.
type Item = Result<CheckIn, Refusal>;

/// Items that are the core's as soon as they are read: their texts go from the body to where they stay.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadCheckIns {
    checkins: Vec<ReadCheckIn>,
}

struct ReadCheckIn(Item);

impl<'de> Deserialize<'de> for ReadCheckIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let item = check_in::CheckIn::<Text<'de>>::deserialize(deserializer)?;
        Ok(Self(check_in_form::read(item)))
    }
}

/// Takes in reports of devices
///
/// 1 to 1000 check-ins, each judged alone: one that is refused is answered at its place and does not hinder the others. A
/// device that is not known yet is created. A fact group that is present replaces the stored one; one that is absent keeps
/// its value and its age.
#[utoipa::path(
    post,
    path = "/api/v1/checkins",
    operation_id = "checkIn",
    tag = "check-ins",
    security(("token" = ["devices:manage"])),
    request_body(content = check_in::CheckIns, example = json!({"checkins": [{
        "nsdeviceuid": "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D", "userkey": "joe@corp.example",
        "username": "joe@corp.example", "hostname": "nskp-w11-joe-3", "os": "windows", "osVersion": "10.0.22631",
        "edition": "Windows 11 Enterprise", "clientVersion": "135.1.10.2611",
        "facts": {"domain": "corp.local", "antivirus": [{"product": "Defender", "upToDate": true}],
            "processes": {"x.exe": true}, "diskEncryption": ["bitlocker"]}
    }]})),
    responses(
        (status = 200, description = "How each check-in was judged, in their order.", body = CheckInsReply),
        (status = 400, description = "The call as a whole is not of the form asked for: not strict JSON, or no list of 1 to 1000 check-ins."),
        (status = 409, description = "The site would have too many devices."),
    ),
)]
pub(super) async fn take_in(manager: Manager<Devices>, body: JsonBody) -> Result<Response, Failure> {
    let (good, bad) = sorted(read(&body)?);
    let check_ins = CheckIns::new(good).with_agent_tag(manager.agent_tag()).within(manager.limits());
    let done = manager.run(check_ins).await?;
    let devices = answers(&done.outcome, bad);
    let told = CheckInsReply { devices, version: done.version.0 };
    Ok(reply::at_version(done.version, reply::ok(&told)))
}

/// Reads all items at once; if that fails, each alone, so that one that is bad is answered at its place.
fn read(body: &JsonBody) -> Result<Vec<Item>, Failure> {
    if let Some(ReadCheckIns { checkins }) = body.is() {
        counted(checkins.len())?;
        return Ok(checkins.into_iter().map(|ReadCheckIn(item)| item).collect());
    }
    // A member given twice, wherever it stands, refuses the call (decided, Common).
    body.strict()?;
    let UnreadCheckIns { checkins } = body.read()?;
    counted(checkins.len())?;
    Ok(checkins.into_iter().map(check_in_form::read_text).collect())
}

fn counted(count: usize) -> Result<(), Failure> {
    if count == 0 {
        return Err(Error::invalid("checkins", "empty", "checkins must hold at least one check-in").into());
    }
    let mut found = Violations::default();
    found.at_most("checkins", count, CHECK_INS_MAX);
    found.finish()
}

/// The good ones in their order, the bad ones with their places.
fn sorted(items: Vec<Item>) -> (Vec<CheckIn>, Vec<Refused>) {
    let mut good = Vec::with_capacity(items.len());
    let mut bad = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        match item {
            Ok(check_in) => good.push(check_in),
            Err(error) => bad.push(Refused { index, error }),
        }
    }
    (good, bad)
}

/// One answer an item, in their order.
fn answers(good: &[Judged], bad: Vec<Refused>) -> Vec<check_in::Judged<Cow<'_, str>>> {
    let mut answers: Vec<_> = good.iter().map(|judged| check_in::Judged::Device(told(judged))).collect();
    for refused in bad {
        // In order of place, so that all before it are in.
        answers.insert(refused.index, check_in::Judged::Refused(refused));
    }
    answers
}

fn told(judged: &Judged) -> JudgedDevice<Cow<'_, str>> {
    JudgedDevice {
        id: uuid_text(judged.id).into(),
        status: judged.status.name().into(),
        classification: judged.classification.as_ref().map(|name| name.as_str().into()),
        undetermined: judged.undetermined.iter().map(|name| name.as_str().into()).collect(),
        tags: judged.tags.iter().map(|(id, name)| Tag { id: id.0, name: name.as_str().into() }).collect(),
        probes: judged.probes.as_deref().map(probes).unwrap_or_default(),
    }
}

fn probes(probes: &Probes) -> check_in::Probes<Cow<'_, str>> {
    fn texts(texts: &BTreeSet<FactText>) -> Vec<Cow<'_, str>> {
        texts.iter().map(|text| text.as_str().into()).collect()
    }
    let registry = probes.registry.iter().map(|probe| RegistryProbe {
        root_key: probe.root_key.as_str().into(),
        key: probe.key.as_str().into(),
        value: probe.value.as_str().into(),
    });
    check_in::Probes {
        files: texts(&probes.files),
        processes: texts(&probes.processes),
        registry: registry.collect(),
    }
}
