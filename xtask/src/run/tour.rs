//! The tour: what the server answers to real calls, line by line on standard output.

use super::api::Api;
use super::fleet::{self, Fleet};
use super::machine::Machine;
use super::{DATA, example, token};
use crate::failure::{Failure, Outcome};
use crate::{clock, say};

/// Shows the fleet, this machine, what a tag does to it, and how to go on.
///
/// # Errors
/// When the server does not answer as documented, or standard output is closed.
pub fn show(api: &Api, machine: &Machine) -> Outcome {
    let before = fleet::read(api)?;
    show_fleet(api, &before)?;
    let label = label_of(&before, machine)?;
    show_machine(machine, label)?;
    show_tagging(api, machine, label)?;
    show_how_to_go_on(api, machine)
}

fn show_fleet(api: &Api, fleet: &Fleet) -> Outcome {
    say::result(&format!("\nFleetmark at {}: {} devices", api.url(), fleet.len()))?;
    for (name, count) in fleet.counts() {
        say::result(&format!("  {name:<16} {count:>6}"))?;
    }
    Ok(())
}

fn show_machine(machine: &Machine, label: &str) -> Outcome {
    say::result("\nThis machine")?;
    say::result(&format!("  hostname         {}", machine.hostname))?;
    say::result(&format!("  nsdeviceuid      {}", machine.nsdeviceuid))?;
    say::result(&format!("  classification   {label}"))?;
    if !machine.undetermined.is_empty() {
        let names = machine.undetermined.join(", ");
        say::result(&format!("  undetermined     {names} (facts that its rules ask for were not reported)"))?;
    }
    Ok(())
}

fn show_tagging(api: &Api, machine: &Machine, before: &str) -> Outcome {
    let tag = example::TAG;
    say::result(&format!("\nPOST /api/v2/devices/device/tags/bulkadd: the tag \"{tag}\" on this machine"))?;
    let tag = example::tag_id(api, tag)?;
    let watch = clock::start();
    let written = machine.change_tag(api, "bulkadd", &tag)?;
    let answered = watch.text();
    let affected = &written.body["data"]["affected_device_tags"];
    say::result(&format!("  written          {affected} assignment, answered in {answered}"))?;
    let fleet = fleet::read(api)?;
    let after = label_of(&fleet, machine)?;
    say::result(&format!("  classification   {before} → {after}"))?;
    say::result(&format!("  version          {} did both, in one commit", written.version))
}

fn show_how_to_go_on(api: &Api, machine: &Machine) -> Outcome {
    let url = api.url();
    let call = format!("curl -s -H \"Authorization: Bearer $(cat {DATA}/{})\"", token::FILE);
    say::result("\nGo on (from this folder)")?;
    say::result(&format!("  {call} {url}/api/v2/deviceclassification/tags"))?;
    say::result(&format!(
        "  {call} '{url}/api/v2/events/datasearch/clientstatus?fields=hostname,os,\
         device_classification_custom_status&limit=5'"
    ))?;
    say::result(&format!(
        "  {call} -H 'Content-Type: application/json' {url}/api/v2/devices/device/tags/gettags \
         -d '{{\"device_id\":\"{}\"}}'\n",
        machine.nsdeviceuid
    ))
}

fn label_of<'a>(fleet: &'a Fleet, machine: &Machine) -> Outcome<&'a str> {
    fleet.label_of(machine).ok_or_else(|| {
        Failure::new(format!("clientstatus does not show this machine, {}", machine.nsdeviceuid))
    })
}
