//! What a check-in said that was not known, in the words of check-ins.

use domain::{DeviceNumber, Report};
use site::Site;
use wire::alloyscan::changes::{Described, Reported};
use wire::check_in::Facts;

use crate::dialects::fleetmark::report_shown;
use crate::uuid_text::uuid_text;

/// A report whose texts weigh more is told without its lists, so that a page of entries stays a page.
const LISTS_MAX_BYTES: usize = 16 << 10;

pub(super) fn described<'a>(site: &Site, device: DeviceNumber, report: &'a Report) -> Described<'a> {
    let omitted = report.bytes() > LISTS_MAX_BYTES;
    let mut shown = report_shown::whole(report);
    if omitted {
        shown.mac_addresses = None;
        shown.facts = shown.facts.map(without_lists).filter(|facts| *facts != Facts::default());
    }
    Described::Reported(Box::new(Reported { id: uuid_text(site.device_id(device)), report: shown, omitted }))
}

fn without_lists(facts: Facts) -> Facts {
    let Facts { domain, passcode, compromised, storage_encrypted, mdm, .. } = facts;
    Facts { domain, passcode, compromised, storage_encrypted, mdm, ..Facts::default() }
}

#[cfg(test)]
mod tests {
    use domain::{FACT_TEXT_MAX_CHARS, FactText, FileFact, Label};

    use super::*;

    #[test]
    fn a_large_report_is_told_without_its_lists() {
        let path = |number: usize| FactText::new(&format!("{number:0>FACT_TEXT_MAX_CHARS$}")).unwrap();
        let told = |files: usize| {
            let files = (0..files).map(|number| (path(number), FileFact { present: true, sha256: None }));
            let hostname = Some(Label::new("pc").unwrap());
            let facts = domain::Facts { files: Some(files.collect()), mdm: Some(true), ..Default::default() };
            let report = Report { hostname, facts, ..Report::default() };
            match described(&Site::default(), DeviceNumber(1), &report) {
                Described::Reported(told) => {
                    let facts = told.report.facts.unwrap();
                    assert_eq!((told.report.hostname, facts.mdm), (Some("pc"), Some(true)));
                    (facts.files.map_or(0, |files| files.len()), told.omitted)
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!((told(15), told(16)), ((15, false), (0, true)));
    }
}
