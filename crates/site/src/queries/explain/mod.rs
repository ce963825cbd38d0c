//! The proof of a device (DESIGN §5; decided, Preview and explain): what every rule of its system says of it and why,
//! and the single facts and tags that would give it another classification.

mod flips;
mod proofs;

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use domain::{ClassificationId, Os};
use rules::{Device, Truth};

pub use self::flips::{FLIPS_MAX, Flip};
pub use self::proofs::{RuleProof, TREES_MAX_BYTES, Unshown};
use crate::catalogue::{Classification, Rule};
use crate::{DeviceRef, Site};

/// Why a device has the outcome that it has.
#[derive(Debug)]
pub struct Explanation<'a> {
    /// Those that have rules for the device's operating system, strongest first; none while that is unknown.
    pub classifications: Vec<ClassificationProof<'a>>,
    /// What would change its status or classification: what leads to a stronger classification comes first, then by
    /// name. At most [`FLIPS_MAX`].
    pub flips: Vec<Flip<'a>>,
    /// Whether these are all there are.
    pub flips_complete: bool,
}

/// What the rules of one classification say of the device.
#[derive(Debug)]
pub struct ClassificationProof<'a> {
    /// Which.
    pub classification: &'a Classification,
    /// Its priority, from 1.
    pub priority: u32,
    /// The greatest of its rules' verdicts: any of them suffices (netskope-v2 §7).
    pub verdict: Truth,
    /// Its rules for the device's operating system, by id; never empty.
    pub rules: Vec<RuleProof<'a>>,
}

/// A classification that devices of one operating system can get.
struct Contender<'a> {
    priority: u32,
    classification: &'a Classification,
    rules: Vec<&'a Rule>,
}

/// Explains a device of `site`. `None`: `stop` became true.
#[must_use]
pub fn explain<'a>(site: &'a Site, device: &DeviceRef<'a>, stop: &AtomicBool) -> Option<Explanation<'a>> {
    let Some(os) = device.os() else {
        return Some(Explanation { classifications: Vec::new(), flips: Vec::new(), flips_complete: true });
    };
    let contenders = contenders(site, os);
    let classifications = proofs::of(site, os, device, &contenders, stop)?;
    let (flips, flips_complete) = flips::of(site, os, device, &contenders, stop)?;
    Some(Explanation { classifications, flips, flips_complete })
}

/// Strongest first.
fn contenders(site: &Site, os: Os) -> Vec<Contender<'_>> {
    let mut rules: HashMap<ClassificationId, Vec<&Rule>> = HashMap::new();
    for rule in site.catalogue.rules.iter().filter(|rule| rule.fields.os == os) {
        rules.entry(rule.fields.classification).or_default().push(rule);
    }
    let classifications = site.catalogue.classifications.iter();
    classifications
        .filter_map(|(priority, classification)| {
            let rules = rules.remove(&classification.id)?;
            Some(Contender { priority, classification, rules })
        })
        .collect()
}
