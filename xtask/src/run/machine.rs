//! This machine, checked in by its own agent.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use super::api::{Api, Written};
use super::{DATA, client, example};
use crate::failure::{Failure, Outcome};
use crate::say;

const BULK: &str = "/api/v2/devices/device/tags";

/// What `fleetmark agent --once --json` says about this machine.
#[derive(Debug, PartialEq, Eq)]
pub struct Machine {
    /// The machine's id.
    pub nsdeviceuid: String,
    /// Whose device it is on this machine; empty when nobody's.
    pub userkey: String,
    /// Its name, as reported.
    pub hostname: String,
    /// Classifications stronger than its own that could not be decided, for want of facts.
    pub undetermined: Vec<String>,
    tags: Vec<String>,
}

/// Checks this machine in, and takes the example's tag off it when an earlier run left it there.
///
/// # Errors
/// When the agent fails or prints something else than documented.
pub fn check_in(binary: &Path, api: &Api) -> Outcome<Machine> {
    let machine = ask_agent(binary, api.url())?;
    if !machine.tags.iter().any(|tag| tag == example::TAG) {
        return Ok(machine);
    }
    say::note(&format!("taking off the tag \"{}\" that the last run put on it", example::TAG));
    machine.change_tag(api, "bulkremove", &example::tag_id(api, example::TAG)?)?;
    ask_agent(binary, api.url())
}

impl Machine {
    /// Puts a tag on this machine, or takes it off: `bulkadd`, `bulkremove`.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn change_tag(&self, api: &Api, call: &str, tag: &Value) -> Outcome<Written> {
        let device =
            json!({"nsdeviceuid": self.nsdeviceuid, "userkey": self.userkey, "hostname": self.hostname});
        let body = json!({"tags": [tag], "devices": [device], "device_classifications": []});
        api.post(&format!("{BULK}/{call}"), &body)
    }
}

fn ask_agent(binary: &Path, url: &str) -> Outcome<Machine> {
    let output = client(binary, Path::new(DATA), "agent", url)
        .args(["--once", "--json"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::new(format!("cannot start `fleetmark agent`: {error}")))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`fleetmark agent` ended with {}", output.status)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    read(&text).ok_or_else(|| Failure::new(format!("`fleetmark agent --json` printed: {text}")))
}

fn read(text: &str) -> Option<Machine> {
    let printed: Value = serde_json::from_str(text).ok()?;
    let text = |member: &str| printed[member].as_str().map(ToOwned::to_owned);
    let names = |member: &str| -> Option<Vec<String>> {
        printed[member].as_array()?.iter().map(|name| name.as_str().map(ToOwned::to_owned)).collect()
    };
    Some(Machine {
        nsdeviceuid: text("nsdeviceuid")?,
        userkey: text("userkey").unwrap_or_default(),
        hostname: text("hostname").unwrap_or_default(),
        undetermined: names("undetermined")?,
        tags: names("tags")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agents_json_is_read() {
        let printed = r#"{"nsdeviceuid":"A-1","userkey":null,"hostname":"h","status":"Managed",
            "classification":"medium risk","undetermined":["low risk"],
            "tags":["risky"],"version":12}"#;
        let machine = read(printed).expect("complete");
        assert_eq!(machine.undetermined, ["low risk"]);
        assert_eq!(machine.tags, ["risky"]);
        assert_eq!(machine.userkey, "");
        assert_eq!(read(r#"{"nsdeviceuid":"A-1"}"#), None);
    }
}
