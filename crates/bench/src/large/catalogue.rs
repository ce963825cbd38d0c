//! Ten classifications with three rules each, and the edits that are tried on them.
//!
//! All 30 rules are for Windows, which 55 of 100 simulated devices have: any other split over the operating systems
//! would have fewer rules asked of a device, since each is asked only those for its own.

use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};
use crate::load::Api;

/// Oldest version for each classification, strongest first.
const VERSIONS: [&str; 10] = [
    "10.0.26100",
    "10.0.22631",
    "10.0.22621",
    "10.0.22000",
    "10.0.19045",
    "10.0.19044",
    "10.0.17763",
    "10.0.17134",
    "10.0.14393",
    "10.0.10240",
];
const ANTIVIRUS: [&str; 5] =
    ["Windows Defender", "CrowdStrike Falcon", "SentinelOne", "Sophos Endpoint", "ESET Endpoint Security"];
const RULES: usize = 3;
const RULES_PATH: &str = "/api/v2/deviceclassification/rules";

/// A rule, and two forms of its conditions to go back and forth between.
#[derive(Clone, Copy, Debug)]
pub enum Edit {
    /// The weakest classification also takes a domain that nobody is in: no device moves.
    MovesNone,
    /// The strongest classification also takes Windows 11 before 26100: many devices move.
    MovesMany,
}

/// Name of the classification at `place`, the strongest at 0.
pub fn classification(place: usize) -> String {
    format!("level {place:02}")
}

/// Makes classifications and rules on an empty site.
///
/// # Errors
/// When a call is refused.
pub fn create(api: &Api) -> Outcome {
    let labels: Vec<Value> =
        (0..VERSIONS.len()).map(|place| json!({"name": classification(place)})).collect();
    api.post("/api/v2/deviceclassification/tags", &json!(labels))?;
    let rules: Vec<Value> = (0..VERSIONS.len())
        .flat_map(|place| (0..RULES).map(move |number| rule(place, number, VERSIONS[place], &[])))
        .collect();
    api.post(RULES_PATH, &json!(rules))?;
    Ok(())
}

impl Edit {
    /// The rule in the form that `edition` has: even ones are as [`create`] made it.
    pub fn rule(self, edition: u32) -> Value {
        let changed = !edition.is_multiple_of(2);
        match self {
            Self::MovesNone => rule(9, 0, VERSIONS[9], if changed { &["nobody.example"] } else { &[] }),
            Self::MovesMany => rule(0, 0, if changed { VERSIONS[2] } else { VERSIONS[0] }, &[]),
        }
    }

    /// Its path.
    ///
    /// # Errors
    /// When the site has no such rule.
    pub fn path(self, api: &Api) -> Outcome<String> {
        self.id(api).map(|id| format!("{RULES_PATH}/{id}"))
    }

    /// Its id.
    ///
    /// # Errors
    /// When the site has no such rule.
    pub fn id(self, api: &Api) -> Outcome<u64> {
        let (rules, name) = (api.get(RULES_PATH)?, self.rule(0)["name"].clone());
        let found = rules.as_array().into_iter().flatten().find(|rule| rule["name"] == name);
        found.and_then(|rule| rule["id"].as_u64()).ok_or_else(|| Failure::new("there is no such rule", name))
    }
}

fn rule(place: usize, number: usize, oldest: &str, more_domains: &[&str]) -> Value {
    let version = json!({"min_os_version_check": {"min_os_version": oldest, "edition": "Windows All"}});
    let running = |name: &str| json!({"process_check": {"process": name}});
    let product = ANTIVIRUS[place % ANTIVIRUS.len()];
    let corporate: Vec<&str> = std::iter::once("corp.local").chain(more_domains.iter().copied()).collect();
    let firewall = json!({"reg_check": {
        "rootKey": "HKEY_LOCAL_MACHINE",
        "key": "SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\StandardProfile",
        "value": "EnableFirewall", "type": "REG_DWORD", "data": "1",
    }});
    let groups = match number {
        0 => json!([
            {"$and": [version, {"disk_enc_check": {"product": "bitlocker"}}]},
            {"$and": [{"av_check": {"product_name": product, "signature_up_to_date": true}}]},
            {"$or": [{"domain_check": {"domains": corporate}}]},
        ]),
        1 => json!([
            {"$and": [version, firewall, running("stAgentSvc.exe")]},
            {"$or": [{"domain_check": {"domains": ["emea.corp.local"]}}, {"domain_check": {"domains": ["labs.local"]}}]},
        ]),
        _ => json!([
            {"$and": [version, {"file_check": {"path": "C:\\Program Files\\Corp\\baseline.xml"}}]},
            {"$or": [running("CSFalconService.exe"), running("MsMpEng.exe")]},
            {"$and": [running("ccmexec.exe")]},
        ]),
    };
    json!({
        "name": format!("{} rule {number}", classification(place)),
        "label": classification(place),
        "os": "windows",
        "conditions": {"$and": groups},
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::{Conditions, Os, RuleName};
    use rules::Tree;

    use super::*;

    #[test]
    fn every_rule_is_valid_and_unlike_the_others() {
        let mut criteria = HashSet::new();
        for (place, version) in VERSIONS.iter().enumerate() {
            for number in 0..RULES {
                let rule = rule(place, number, version, &[]);
                RuleName::new(rule["name"].as_str().expect("a text")).expect("a name");
                let conditions = rule["conditions"].to_string();
                Tree::check(&Conditions::new(&conditions).expect("an object"), Os::Windows).expect("valid");
                assert!(criteria.insert(conditions));
            }
        }
    }

    #[test]
    fn an_edit_changes_one_rule_there_and_back() {
        for edit in [Edit::MovesNone, Edit::MovesMany] {
            let [made, changed, back] = [0, 1, 2].map(|edition| edit.rule(edition));
            assert_eq!(made, back);
            assert_eq!(made["name"], changed["name"]);
            assert_ne!(made["conditions"], changed["conditions"]);
        }
    }
}
