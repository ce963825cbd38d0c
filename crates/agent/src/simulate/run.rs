//! Checks a fleet in: a thousand devices a call, a few calls at once, and a second check-in for the devices that were
//! asked more.

use std::collections::BTreeMap;

use client::Client;
use tokio::task::JoinSet;
use wire::check_in::{CheckIn, Judged, MAX_CHECKINS};

use super::Fleet;
use crate::Error;

/// How many calls are under way at once.
const CALLS_AT_ONCE: usize = 4;

/// What came of a fleet's check-ins, counted after each device's last one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Devices that the server took.
    pub devices: usize,
    /// Of these, those that checked in a second time to answer probes.
    pub answered: usize,
    /// Devices by classification; those without one under `None`.
    pub classifications: BTreeMap<Option<String>, usize>,
    /// Devices by status word.
    pub statuses: BTreeMap<String, usize>,
    /// The highest version of the site that was told.
    pub version: u64,
}

/// Checks the first `count` devices of a fleet in. `progress` gets the number of devices that each batch finished.
///
/// # Errors
/// The first call that failed in the end, or the first device that was refused; the calls under way are dropped.
pub async fn run(
    client: &Client,
    fleet: Fleet,
    count: usize,
    mut progress: impl FnMut(usize),
) -> Result<Summary, Error> {
    let mut devices = fleet.devices(count);
    let mut batches = JoinSet::new();
    let mut whole = Summary::default();
    loop {
        while batches.len() < CALLS_AT_ONCE {
            let batch: Vec<CheckIn> = devices.by_ref().take(MAX_CHECKINS).collect();
            if batch.is_empty() {
                break;
            }
            batches.spawn(check_in(client.clone(), fleet, batch));
        }
        let Some(finished) = batches.join_next().await else {
            return Ok(whole);
        };
        let summary = finished.expect("a batch neither panics nor is aborted before it is joined")?;
        progress(summary.devices);
        whole.add(summary);
    }
}

async fn check_in(client: Client, fleet: Fleet, batch: Vec<CheckIn>) -> Result<Summary, Error> {
    let reply = client.check_in(&batch).await?;
    let mut summary = Summary { version: reply.version, ..Summary::default() };
    let mut answers = Vec::new();
    for (checkin, judged) in batch.iter().zip(reply.devices) {
        let answer = match &judged {
            Judged::Device(device) => fleet.answer(checkin, &device.probes),
            Judged::Refused(_) => None,
        };
        match answer {
            Some(answer) => answers.push(answer),
            None => summary.count(judged)?,
        }
    }
    let reply = client.check_in(&answers).await?;
    summary.answered = answers.len();
    summary.version = summary.version.max(reply.version);
    reply.devices.into_iter().try_for_each(|judged| summary.count(judged))?;
    Ok(summary)
}

impl Summary {
    fn count(&mut self, judged: Judged) -> Result<(), Error> {
        let device = match judged {
            Judged::Device(device) => device,
            Judged::Refused(refused) => {
                let error = refused.error;
                return Err(Error::Refused { code: error.code, message: error.message, field: error.field });
            }
        };
        self.devices += 1;
        *self.classifications.entry(device.classification).or_default() += 1;
        *self.statuses.entry(device.status).or_default() += 1;
        Ok(())
    }

    fn add(&mut self, other: Self) {
        self.devices += other.devices;
        self.answered += other.answered;
        self.version = self.version.max(other.version);
        for (name, count) in other.classifications {
            *self.classifications.entry(name).or_default() += count;
        }
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
    }
}
