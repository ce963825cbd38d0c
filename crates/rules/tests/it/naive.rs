//! The contract read literally, over JSON alone: the tree as it was sent and the device as it checked in. It shares
//! no code with the crate and is slow on purpose.

use rules::Truth::{self, Fail, Pass, Unknown};
use serde_json::Value;

/// What the tree or check `node` of a rule for `os` says of `device`.
pub fn evaluate(node: &Value, os: &str, device: &Value) -> Truth {
    let members = node.as_object().unwrap();
    let operator = members.iter().find(|(name, _)| name.starts_with('$'));
    let (name, value) = operator.or_else(|| members.iter().next()).unwrap();
    let children =
        || value.as_array().unwrap().iter().map(|child| evaluate(child, os, device)).collect::<Vec<_>>();
    match name.as_str() {
        "$and" => all(&children()),
        "$or" => any(&children()),
        _ => check(name, value, os, device),
    }
}

fn all(truths: &[Truth]) -> Truth {
    if truths.contains(&Fail) {
        Fail
    } else if truths.contains(&Unknown) {
        Unknown
    } else {
        Pass
    }
}

fn any(truths: &[Truth]) -> Truth {
    if truths.contains(&Pass) {
        Pass
    } else if truths.contains(&Unknown) {
        Unknown
    } else {
        Fail
    }
}

fn yes(holds: bool) -> Truth {
    if holds { Pass } else { Fail }
}

fn check(name: &str, asked: &Value, os: &str, device: &Value) -> Truth {
    let facts = &device["facts"];
    let windows = os == "windows" || os == "winserver";
    match name {
        "device_tag_check" => {
            yes(device["tags"].as_array().is_some_and(|tags| tags.contains(&asked["tag_id"])))
        }
        "min_os_version_check" => all(&[
            version(&asked["min_os_version"], &device["osVersion"]),
            if windows && asked.get("edition").is_some() {
                edition(&asked["edition"], os, device)
            } else {
                Pass
            },
            if os == "linux" {
                optional(&asked["distribution"], &device["distribution"], lower)
            } else {
                Pass
            },
        ]),
        "domain_check" => match facts["domain"].as_str() {
            None => Unknown,
            Some(domain) => {
                let domains = asked["domains"].as_array().unwrap();
                yes(domains.iter().any(|one| one.as_str().unwrap().to_lowercase() == domain.to_lowercase()))
            }
        },
        "process_check" => match entry(&facts["processes"], &asked["process"], os) {
            None => Unknown,
            Some(Value::Bool(running)) if !running => Fail,
            Some(process) if process["running"] == false => Fail,
            Some(process) => optional(&asked["signerName"], &process["signerName"], lower),
        },
        "file_check" => match entry(&facts["files"], &asked["path"], os) {
            None => Unknown,
            Some(file) if file["present"] == false => Fail,
            Some(file) => optional(&asked["sha256"], &file["sha256"], lower),
        },
        "reg_check" => listed(&facts["registry"], |entry| {
            let without_case = ["key", "value", "type", "data"].into_iter().all(|member| {
                entry[member].as_str().unwrap().to_lowercase()
                    == asked[member].as_str().unwrap().to_lowercase()
            });
            yes(without_case && root(&entry["rootKey"]) == root(&asked["rootKey"]))
        }),
        "disk_enc_check" => listed(&facts["diskEncryption"], |product| {
            yes(product.as_str().unwrap().to_lowercase() == asked["product"].as_str().unwrap().to_lowercase())
        }),
        "av_check" => listed(&facts["antivirus"], |product| {
            let name = asked["product_name"].as_str().unwrap().to_lowercase();
            let wanted = name == "any" || product["product"].as_str().unwrap().to_lowercase() == name;
            match (&asked["signature_up_to_date"], &product["upToDate"]) {
                _ if !wanted => Fail,
                (Value::Null, _) => Pass,
                (_, Value::Null) => Unknown,
                (asked, reported) => yes(asked == reported),
            }
        }),
        "cert_check" | "client_cert_check" => listed(&facts["certificates"], |certificate| {
            let user = certificate["store"] == "user";
            let bare = |text: &str| text.replace([':', ' '], "").to_lowercase();
            all(&[
                yes(user == (name == "client_cert_check")),
                optional(&asked["issuer"], &certificate["issuer"], lower),
                optional(&asked["subject"], &certificate["subject"], lower),
                optional(&asked["thumbprint"], &certificate["thumbprint"], bare),
            ])
        }),
        "passcode_required_check" => flag(&facts["passcode"], true),
        "device_not_compromised_check" => flag(&facts["compromised"], false),
        "primary_storage_encrypted_check" => flag(&facts["storageEncrypted"], true),
        "mdm_check" => flag(&facts["mdm"], true),
        _ => Unknown,
    }
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

fn flag(fact: &Value, wanted: bool) -> Truth {
    fact.as_bool().map_or(Unknown, |fact| yes(fact == wanted))
}

fn optional(asked: &Value, reported: &Value, form: impl Fn(&str) -> String) -> Truth {
    match (asked.as_str(), reported.as_str()) {
        (None, _) => Pass,
        (Some(_), None) => Unknown,
        (Some(asked), Some(reported)) => yes(form(asked) == form(reported)),
    }
}

fn listed(list: &Value, truth: impl Fn(&Value) -> Truth) -> Truth {
    list.as_array().map_or(Unknown, |list| any(&list.iter().map(truth).collect::<Vec<_>>()))
}

fn entry<'a>(map: &'a Value, name: &Value, os: &str) -> Option<&'a Value> {
    let name = name.as_str().unwrap();
    let exact = !["windows", "winserver", "mac"].contains(&os);
    let is = |key: &str| if exact { key == name } else { key.to_lowercase() == name.to_lowercase() };
    map.as_object()?.iter().find(|(key, _)| is(key)).map(|(_, fact)| fact)
}

fn root(name: &Value) -> String {
    let name = name.as_str().unwrap().to_uppercase();
    match name.as_str() {
        "HKLM" => "HKEY_LOCAL_MACHINE".into(),
        "HKCU" => "HKEY_CURRENT_USER".into(),
        "HKU" => "HKEY_USERS".into(),
        "HKCR" => "HKEY_CLASSES_ROOT".into(),
        "HKCC" => "HKEY_CURRENT_CONFIG".into(),
        _ => name,
    }
}

fn numbers(text: &str) -> Vec<u64> {
    let numeric: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    numeric.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

fn version(bound: &Value, reported: &Value) -> Truth {
    let bound = numbers(bound.as_str().unwrap());
    if bound.iter().all(|number| *number == 0) {
        return Pass;
    }
    let Some(reported) = reported.as_str().filter(|text| text.as_bytes()[0].is_ascii_digit()) else {
        return Unknown;
    };
    let reported = numbers(reported);
    for place in 0..bound.len().max(reported.len()) {
        let (has, needs) = (reported.get(place).unwrap_or(&0), bound.get(place).unwrap_or(&0));
        if has != needs {
            return yes(has > needs);
        }
    }
    Pass
}

fn edition(asked: &Value, os: &str, device: &Value) -> Truth {
    let plain = |text: &str| text.to_lowercase().trim_start_matches("microsoft ").to_owned();
    let asked = plain(asked.as_str().unwrap());
    if asked == "windows all" {
        return Pass;
    }
    let name = asked.strip_suffix(" all").unwrap_or(&asked);
    let release = name.trim_start_matches("windows ").trim_start_matches("server ");
    let bare = !release.contains(' ') && release.as_bytes()[0].is_ascii_digit();
    let family = name != asked || bare || name == "windows server";
    if let Some(reported) = device["edition"].as_str() {
        let reported = plain(reported);
        return yes(reported == name || family && reported.starts_with(&format!("{name} ")));
    }
    let build = match device["osVersion"].as_str().map(numbers) {
        Some(numbers) if numbers.len() > 2 && numbers[..2] == [10, 0] => numbers[2],
        _ => 0,
    };
    match name.strip_prefix("windows ") {
        Some(release) if bare && family && os == "windows" && release.as_bytes()[0].is_ascii_digit() => {
            match build {
                0..10_240 => Unknown,
                10_240..22_000 => yes(release == "10"),
                _ => yes(release == "11"),
            }
        }
        _ => Unknown,
    }
}
