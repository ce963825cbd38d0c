//! The answers to probes: what a made-up device finds when it looks.

use std::collections::BTreeMap;

use wire::check_in::{CheckIn, Facts, Probes, Process, RegistryProbe, RegistryValue};

use super::{common, rng::Rng};

/// Shares, in percent, of devices that have what is asked.
const RUNS_PERCENT: u64 = 70;
const SIGNED_PERCENT: u64 = 80;
const PRESENT_PERCENT: u64 = 65;
const SET_PERCENT: u64 = 85;

/// Share, in percent, of questions that a device cannot answer.
const CANNOT_TELL_PERCENT: u64 = 4;

/// The check-in with the answers added; `None` when there are none to add.
pub(super) fn answer(seed: u64, checkin: &CheckIn, probes: &Probes) -> Option<CheckIn> {
    let facts = checkin.facts.as_ref()?;
    let signs = matches!(checkin.os.as_deref(), Some("windows" | "winserver" | "mac"));
    let mut answered = facts.clone();
    if let Some(processes) = &mut answered.processes {
        add(processes, &probes.processes, |name| ask(seed, checkin, name, |rng| process(rng, signs)));
    }
    if let Some(files) = &mut answered.files {
        let file = |path: &str| ask(seed, checkin, path, |rng| common::file(rng, path, PRESENT_PERCENT));
        add(files, &probes.files, file);
    }
    if let Some(registry) = &mut answered.registry {
        let unknown: Vec<&RegistryProbe> = probes
            .registry
            .iter()
            .filter(|probe| !registry.iter().any(|value| is_of(value, probe)))
            .collect();
        registry.extend(unknown.into_iter().filter_map(|probe| {
            let question = format!("{}\\{}\\{}", probe.root_key, probe.key, probe.value);
            ask(seed, checkin, &question, |rng| rng.maybe(SET_PERCENT, |_| switched_on(probe))).flatten()
        }));
    }
    let changed = |facts: Facts| CheckIn {
        event: Some("Device Posture Change".into()),
        facts: Some(facts),
        ..checkin.clone()
    };
    (answered != *facts).then(|| changed(answered))
}

/// Adds the answers to what a map lacks.
fn add<T>(known: &mut BTreeMap<String, T>, asked: &[String], look: impl Fn(&str) -> Option<T>) {
    for name in asked {
        if !known.contains_key(name) {
            known.extend(look(name).map(|answer| (name.clone(), answer)));
        }
    }
}

/// A device's answer to one question: the same always, and its own.
fn ask<T>(seed: u64, checkin: &CheckIn, question: &str, make: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    let mut rng = Rng::new(seed, &format!("{} {question}", checkin.nsdeviceuid), 0);
    rng.maybe(100 - CANNOT_TELL_PERCENT, make)
}

fn process(rng: &mut Rng, signs: bool) -> Process {
    let running = rng.chance(RUNS_PERCENT);
    let signed = running && signs && rng.chance(SIGNED_PERCENT);
    Process { running, signer_name: signed.then(|| "Corp Software".to_owned()) }
}

fn is_of(value: &RegistryValue, probe: &RegistryProbe) -> bool {
    (&value.root_key, &value.key, &value.value) == (&probe.root_key, &probe.key, &probe.value)
}

fn switched_on(probe: &RegistryProbe) -> RegistryValue {
    RegistryValue {
        root_key: probe.root_key.clone(),
        key: probe.key.clone(),
        value: probe.value.clone(),
        kind: "REG_DWORD".to_owned(),
        data: "1".to_owned(),
    }
}
