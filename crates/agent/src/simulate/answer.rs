//! The answers to probes: what a made-up device finds when it looks.

use std::collections::{BTreeMap, HashSet};

use wire::check_in::{CheckIn, Facts, MAX_PROBED, Probes, Process, RegistryProbe, RegistryValue};

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
        let known: HashSet<_> =
            registry.iter().map(|value| (&value.root_key, &value.key, &value.value)).collect();
        let unknown = probes
            .registry
            .iter()
            .filter(|probe| !known.contains(&(&probe.root_key, &probe.key, &probe.value)));
        let found = unknown.filter_map(|probe| {
            let question = format!("{}\\{}\\{}", probe.root_key, probe.key, probe.value);
            ask(seed, checkin, &question, |rng| rng.maybe(SET_PERCENT, |_| switched_on(probe))).flatten()
        });
        let found: Vec<_> = found.take(MAX_PROBED.saturating_sub(registry.len())).collect();
        registry.extend(found);
    }
    let changed = |facts: Facts| CheckIn {
        event: Some("Device Posture Change".into()),
        facts: Some(facts),
        ..checkin.clone()
    };
    (answered != *facts).then(|| changed(answered))
}

/// Adds the answers to what a map lacks, as many as a check-in may hold.
fn add<T>(known: &mut BTreeMap<String, T>, asked: &[String], look: impl Fn(&str) -> Option<T>) {
    for name in asked {
        if known.len() == MAX_PROBED {
            return;
        }
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

fn switched_on(probe: &RegistryProbe) -> RegistryValue {
    RegistryValue {
        root_key: probe.root_key.clone(),
        key: probe.key.clone(),
        value: probe.value.clone(),
        kind: "REG_DWORD".to_owned(),
        data: "1".to_owned(),
    }
}
