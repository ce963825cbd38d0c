//! The same question to datalogic-rs: one compiled JSONLogic expression over a device that was parsed before.
//!
//! All that it has no operator for is done for it beforehand: texts are folded, the version is one number, the family
//! of the edition is a member of its own, and the check that decides most, the tag or else the disk, comes first. It
//! knows no unknown.

use datalogic_rs::{Engine, Logic, ParsedData, Session};
use serde_json::{Value, json};

use super::laptop::Laptop;
use super::{BITLOCKER, CLASSIFICATIONS, FIRST_TAG, RULES, Told, disk};
use crate::failure::{Failure, Outcome};

/// The rules, compiled.
pub struct JsonLogic {
    engine: Engine,
    rules: Logic,
}

impl JsonLogic {
    /// Compiles `if any rule of the strongest passes, 0, else if …, else null`.
    ///
    /// # Errors
    /// When the expression is refused.
    pub fn compile(told: Told) -> Outcome<Self> {
        let mut branches = Vec::new();
        for place in 0..CLASSIFICATIONS {
            let rules: Vec<Value> = (0..RULES).map(|rule| expression(told, place, rule)).collect();
            branches.extend([json!({"or": rules}), json!(place)]);
        }
        branches.push(Value::Null);
        let engine = Engine::new();
        let rules = engine.compile(json!({"if": branches}).to_string().as_str());
        let rules = rules.map_err(|error| Failure::new("datalogic-rs refuses the rules", error))?;
        Ok(Self { engine, rules })
    }

    /// Memory to evaluate in.
    pub fn session(&self) -> Session<'_> {
        self.engine.session()
    }

    /// The place of the classification that takes the device.
    ///
    /// # Errors
    /// When the evaluation fails.
    pub fn classify(&self, session: &mut Session<'_>, device: &ParsedData) -> Outcome<Option<u32>> {
        session.reset();
        let outcome = session.eval_borrowed(&self.rules, device);
        let outcome = outcome.map_err(|error| Failure::new("datalogic-rs", error))?;
        Ok(outcome.as_i64().and_then(|place| u32::try_from(place).ok()))
    }
}

/// The device as datalogic-rs takes it at no cost.
///
/// # Errors
/// When it refuses it.
pub fn parse(device: &Laptop) -> Outcome<ParsedData> {
    let json = json!({
        "build": device.build(),
        "family": "windows 11",
        "domain": device.domain_name().to_lowercase(),
        "antivirus": [device.antivirus_name().to_lowercase()],
        "encryption": [device.encryption_name().to_lowercase()],
        "tags": device.tag_numbers(),
    });
    ParsedData::from_json(&json.to_string())
        .map_err(|error| Failure::new("datalogic-rs refuses a device", error))
}

fn expression(told: Told, place: u32, rule: u32) -> Value {
    let encrypted = |product: &str| json!({"in": [product.to_lowercase(), {"var": "encryption"}]});
    let recent = json!({"and": [
        {">=": [{"var": "build"}, 19040 + rule]}, {"==": [{"var": "family"}, "windows 11"]},
    ]});
    let software = json!({"or": [
        {"in": [{"var": "domain"}, [format!("corp{rule}.local")]]},
        {"in": ["microsoft defender", {"var": "antivirus"}]},
    ]});
    match told {
        Told::ByTag => {
            let tagged = json!({"in": [FIRST_TAG + place, {"var": "tags"}]});
            json!({"and": [tagged, recent, software, encrypted(BITLOCKER)]})
        }
        Told::ByDisk => json!({"and": [encrypted(&disk(place)), recent, software]}),
    }
}
