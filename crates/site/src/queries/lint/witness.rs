//! Devices of the fleet that show a finding.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{ClassificationId, Os};
use rules::{Compiled, Device, Truth};

use super::Finding;
use crate::{DeviceRef, Site};

/// Most times that a rule is evaluated in the search for witnesses; what has none by then stays without. It is a
/// second or two of one processor.
pub const EVALUATIONS_MAX: u64 = 16 << 20;
/// Devices between two looks at whether to stop.
const DEVICES_BETWEEN_LOOKS: usize = 1024;

/// A finding whose witness is a device that passes its rule.
struct Sought {
    finding: usize,
    rule: Arc<Compiled>,
    /// The priority of its classification.
    priority: u32,
}

/// Gives each of `findings` that has no witness yet one that shows it, if one is found. A device that passes a rule
/// has the rule's classification or a stronger one: others are not asked. `None`: `stop` became true.
pub(super) fn witnessed(site: &Site, findings: &mut [Finding], stop: &AtomicBool) -> Option<()> {
    let classifications = site.catalogue.classifications.iter();
    let priorities: HashMap<_, _> =
        classifications.map(|(priority, classification)| (classification.id, priority)).collect();
    let mut sought: [Vec<Sought>; Os::ALL.len()] = Default::default();
    for (place, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.is_shown_by_passing()) {
        let Some(rule) = finding.rule.and_then(|id| site.catalogue.rules.get(id)) else { continue };
        let priority = priorities[&finding.classification];
        let rule_of = Sought { finding: place, rule: Arc::clone(&rule.compiled), priority };
        sought[rule.fields.os.index()].push(rule_of);
    }
    let mut evaluations = 0;
    for (count, device) in site.fleet.iter().enumerate() {
        if count % DEVICES_BETWEEN_LOOKS == 0 && stop.load(Ordering::Relaxed) {
            return None;
        }
        if sought.iter().all(Vec::is_empty) || evaluations >= EVALUATIONS_MAX {
            break;
        }
        let Some(sought) = device.os().map(|os| &mut sought[os.index()]) else { continue };
        let Some(priority) = priority(&device, sought, &priorities) else { continue };
        sought.retain(|sought| {
            if sought.priority < priority {
                return true;
            }
            evaluations += 1;
            let passes = sought.rule.evaluate(&device) == Truth::Pass;
            if passes {
                findings[sought.finding].witness = Some(device.number());
            }
            !passes
        });
    }
    Some(())
}

/// The priority of the classification that a device has, if anything is sought that it could show.
fn priority(
    device: &DeviceRef<'_>,
    sought: &[Sought],
    priorities: &HashMap<ClassificationId, u32>,
) -> Option<u32> {
    if sought.is_empty() {
        return None;
    }
    priorities.get(&device.outcome().classification?).copied()
}

impl Finding {
    /// Whether a device that passes its rule is what it lacks.
    pub(super) fn is_shown_by_passing(&self) -> bool {
        use super::Code::{Duplicate, Redundant, Shadowed};
        self.witness.is_none() && matches!(self.code, Duplicate | Shadowed | Redundant)
    }
}
