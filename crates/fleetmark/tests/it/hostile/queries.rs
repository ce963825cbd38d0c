//! Parameters that cannot be meant.

use super::attack::attack;
use super::case::Case;
use super::{AUDIT, CLASSIFICATIONS, DEVICES, LINT, OPTIONS, RULES, STATUS};

#[test]
fn parameters_that_cannot_be_meant_are_refused() {
    attack(&cases());
}

/// Path, parameters, status, what the answer says.
const QUERIES: &[(&str, &str, u16, &str)] = &[
    (CLASSIFICATIONS, "limit=0", 400, "limit"),
    (CLASSIFICATIONS, "limit=-1", 400, "limit"),
    (CLASSIFICATIONS, "limit=1.5", 400, "limit"),
    (CLASSIFICATIONS, "limit=abc", 400, "limit"),
    (CLASSIFICATIONS, "limit=10001", 400, "limit"),
    (CLASSIFICATIONS, "limit=99999999999999999999999", 400, "limit"),
    (CLASSIFICATIONS, "limit=%00", 400, "limit"),
    (CLASSIFICATIONS, "limit=%FF", 400, "limit"),
    (CLASSIFICATIONS, "offset=-1", 400, "offset"),
    (CLASSIFICATIONS, "offset=1e3", 400, "offset"),
    (CLASSIFICATIONS, "offset=x", 400, "offset"),
    (OPTIONS, "", 400, "type"),
    (OPTIONS, "type=nothing", 400, "type"),
    (OPTIONS, "type=%00", 400, "type"),
    (OPTIONS, "type=check&os=beos", 400, "os"),
    (AUDIT, "limit=-1", 400, "limit"),
    (AUDIT, "limit=abc", 400, "limit"),
    (AUDIT, "starttime=abc", 400, "starttime"),
    (AUDIT, "query=%28%28%28", 400, "position"),
    (DEVICES, "limit=-1", 400, "limit"),
    (DEVICES, "limit=1e3", 400, "limit"),
    (DEVICES, "at=yesterday", 400, "at"),
    (LINT, "limit=1001", 400, "limit"),
    (LINT, "offset=-1", 400, "offset"),
    (RULES, "os=beos", 400, "os"),
    (RULES, "os=%00", 400, "os"),
    (RULES, "os=<w*60000>", 400, ""),
    (RULES, "limit=0&os=windows", 400, "limit"),
    (RULES, "limit=0x10", 400, "limit"),
    (RULES, "offset=%2D1", 400, "offset"),
    (STATUS, "limit=-1", 400, "limit"),
    (STATUS, "limit=abc", 400, "limit"),
    (STATUS, "offset=-1", 400, "offset"),
    (STATUS, "offset=1.5", 400, "offset"),
    (STATUS, "starttime=abc", 400, "starttime"),
    (STATUS, "starttime=1e9", 400, "starttime"),
    (STATUS, "starttime=99999999999999999999999999", 400, "starttime"),
    (STATUS, "endtime=2025-01-01", 400, "endtime"),
    (STATUS, "endtime=NaN", 400, "endtime"),
    (STATUS, "fields=nothing", 400, "nothing"),
    (STATUS, "fields=hostname,__proto__", 400, "__proto__"),
    (STATUS, "fields=<a,*3000>", 400, "fields"),
    (STATUS, "orderbys=nothing", 400, "nothing"),
    (STATUS, "orderbys=hostname%20sideways", 400, "sideways"),
    (STATUS, "orderbys=hostname;drop%20table", 400, ""),
    (STATUS, "sortby=%F0%9F%98%80", 400, "sortby"),
    (STATUS, "groupbys=nothing", 400, "nothing"),
    (STATUS, "groupbys=%2A", 400, "groupbys"),
    (STATUS, "query=%28%28%28%28", 400, "position"),
    (STATUS, "query=%29", 400, "position"),
    (STATUS, "query=os", 400, "position"),
    (STATUS, "query=os%20eq", 400, "position"),
    (STATUS, "query=eq%20eq%20eq", 400, "position"),
    (STATUS, "query=os%20eq%20%27windows", 400, "position"),
    (STATUS, "query=os%20eq%20windows%20and", 400, "position"),
    (STATUS, "query=os%20===%20windows", 400, "position"),
    (STATUS, "query=nothing%20eq%201", 400, "nothing"),
    (STATUS, "query=os%20in%20%5B%5D", 400, "position"),
    (STATUS, "query=os%20in%20%5B%27a%27", 400, "position"),
    (STATUS, "query=1%3D1%3B%20drop%20table%20devices", 400, "position"),
    (STATUS, "query=%00", 400, "position"),
    (STATUS, "query=%FF%FE", 400, "position"),
    (STATUS, "query=<(*5000>os", 400, "position"),
    (STATUS, "query=<not%20*5000>os%20eq%20a", 400, "position"),
    (STATUS, "query=os%20eq%20a<%20or%20os%20eq%20a*600>", 400, "position"),
    (STATUS, "query=os%20eq%20%27<x*20000>%27", 400, "position"),
];

pub fn cases() -> Vec<Case> {
    let cases = QUERIES.iter().map(|(path, query, status, says)| {
        Case::new("GET", format!("{path}?{query}"), &[*status]).says(says)
    });
    cases.collect()
}
