//! One round: check in, and answer at once what the reply newly asks.

use std::collections::HashSet;

use client::Client;
use wire::check_in::{CheckIn, Judged, JudgedDevice, Probes};

use crate::{Error, Report, Root, StateFolder, facts, identity};

/// The event of a check-in that answers new probes.
const POSTURE_CHANGE: &str = "Device Posture Change";

/// The event of every other check-in.
const CHECK_IN: &str = "Check-in";

/// The agent of one machine at one server.
#[derive(Debug)]
pub struct Agent {
    client: Client,
    root: Root,
    state: StateFolder,
    nsdeviceuid: String,
    probes: Probes,
}

impl Agent {
    /// An agent that knows its machine's uid and the probes of its last round; nothing is called yet.
    ///
    /// # Errors
    /// The machine has no id and the state folder cannot keep one.
    pub fn new(client: Client, root: Root, state: StateFolder) -> Result<Self, Error> {
        let nsdeviceuid = identity::device_uid(&root, &state)?;
        let probes = state.read_probes(&client.server().to_string());
        Ok(Self { client, root, state, nsdeviceuid, probes })
    }

    /// Checks in. When the reply asks what this check-in did not answer, a second one follows at once; what its reply
    /// asks waits for the next round, so that a round always ends.
    ///
    /// # Errors
    /// The call failed, or the server refused the check-in. What made it refuse may be an answer to a probe, so the
    /// probes are dropped then: the next round begins without them and gets through.
    pub async fn round(&mut self) -> Result<Report, Error> {
        let (mut checkin, mut device, mut version) = self.check_in(CHECK_IN).await?;
        if asks_more(&device.probes, &self.probes) {
            self.keep(&device.probes);
            (checkin, device, version) = self.check_in(POSTURE_CHANGE).await?;
        }
        self.keep(&device.probes);
        Ok(Report::new(checkin, device, version))
    }

    async fn check_in(&mut self, event: &str) -> Result<(CheckIn, JudgedDevice, u64), Error> {
        let (root, uid, probes, event) =
            (self.root.clone(), self.nsdeviceuid.clone(), self.probes.clone(), event.to_owned());
        let collected =
            tokio::task::spawn_blocking(move || facts::collect(&root, &uid, &probes, &event)).await;
        let checkin = collected.expect("collecting facts does not panic and is not aborted");
        let reply = self.client.check_in(std::slice::from_ref(&checkin)).await.inspect_err(|error| {
            if matches!(error, client::Error::Refused { status: 400 | 413, .. }) {
                self.keep(&Probes::default());
            }
        })?;
        match reply.devices.into_iter().next().expect("the client gives one entry a check-in") {
            Judged::Device(device) => Ok((checkin, device, reply.version)),
            Judged::Refused(refused) => {
                self.keep(&Probes::default());
                let error = refused.error;
                Err(Error::Refused { code: error.code, message: error.message, field: error.field })
            }
        }
    }

    /// Keeps the probes for the next round. That they cannot be written costs a second check-in after a start, no
    /// more, so it is no error.
    fn keep(&mut self, probes: &Probes) {
        if *probes == self.probes {
            return;
        }
        self.probes = probes.clone();
        if let Err(error) = self.state.write_probes(&self.client.server().to_string(), probes) {
            tracing::warn!(%error, "the probes could not be kept for the next start");
        }
    }
}

/// Whether a file or process is asked that was not looked for. (The registry is not read here.)
fn asks_more(asked: &Probes, answered: &Probes) -> bool {
    let more = |asked: &[String], answered: &[String]| {
        let answered: HashSet<&String> = answered.iter().collect();
        asked.iter().any(|name| !answered.contains(name))
    };
    more(&asked.files, &answered.files) || more(&asked.processes, &answered.processes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_not_looked_for_asks_for_a_second_check_in() {
        let probes = |names: &[&str]| Probes {
            processes: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Probes::default()
        };
        assert!(asks_more(&probes(&["a", "b"]), &probes(&["a"])));
        assert!(!asks_more(&probes(&["a"]), &probes(&["b", "a"])));
        assert!(!asks_more(&Probes::default(), &Probes::default()));
    }
}
