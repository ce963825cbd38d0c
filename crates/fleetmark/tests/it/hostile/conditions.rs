//! Condition trees that no rule may have.

use super::RULES;
use super::attack::attack;
use super::case::Case;

#[test]
fn a_condition_tree_that_no_rule_may_have_is_refused() {
    attack(&cases());
}

/// The tree, and what the answer says.
const TREES: &[(&str, &str)] = &[
    ("{}", "conditions"),
    ("[]", "conditions"),
    ("null", "conditions"),
    ("true", "conditions"),
    ("7", "conditions"),
    (r#""{\"$and\":[]}""#, "conditions"),
    (r#"{"$and":[]}"#, "empty"),
    (r#"{"$or":[]}"#, "empty"),
    (r#"{"$and":{}}"#, "$and"),
    (r#"{"$and":null}"#, "$and"),
    (r#"{"$and":"x"}"#, "$and"),
    (r#"{"$and":[7]}"#, "$and[0]"),
    (r#"{"$and":[null]}"#, "$and[0]"),
    (r#"{"$and":["mdm_check"]}"#, "$and[0]"),
    (r#"{"$and":[[]]}"#, "$and[0]"),
    (r#"{"$and":[{}]}"#, "$and[0]"),
    (r#"{"$and":[{"$or":[]}]}"#, "$or"),
    (r#"{"$and":[{"$and":[]},{"$or":[{"$and":[]}]}]}"#, "empty"),
    (r#"{"$and":[],"$or":[]}"#, "one of $and and $or"),
    (r#"{"$nor":[{"file_check":{"path":"/a"}}]}"#, "$nor"),
    (r#"{"$AND":[{"file_check":{"path":"/a"}}]}"#, "$AND"),
    (r#"{"and":[{"file_check":{"path":"/a"}}]}"#, "and"),
    (r#"{"$not":{"file_check":{"path":"/a"}}}"#, "$not"),
    (r#"{"$where":"sleep(1000)"}"#, "$where"),
    (r#"{"$and":[{"$regex":".*"}]}"#, "$regex"),
    (r#"{"file_check":{"path":"/a"}}"#, "operator"),
    (r#"{"$and":[{"file_check":{"path":"/a"},"process_check":{"process":"a"}}]}"#, "only key"),
    (r#"{"$and":[{"file_check":{"path":"/a"}}],"process_check":{"process":"a"}}"#, "beside"),
    (r#"{"$and":[{"file_check":null}]}"#, "file_check"),
    (r#"{"$and":[{"file_check":[]}]}"#, "file_check"),
    (r#"{"$and":[{"file_check":{}}]}"#, "path"),
    (r#"{"$and":[{"file_check":{"path":""}}]}"#, "path"),
    (r#"{"$and":[{"file_check":{"path":7}}]}"#, "path"),
    (r#"{"$and":[{"file_check":{"path":["/a"]}}]}"#, "path"),
    (r#"{"$and":[{"file_check":{"path":"/<a*1024>"}}]}"#, "path"),
    (r#"{"$and":[{"file_check":{"path":"/a\u0000b"}}]}"#, "path"),
    (r#"{"$and":[{"file_check":{"path":"relative"}}]}"#, "path"),
    (r#"{"$and":[{"file_check":{"path":"/a","sha256":"short"}}]}"#, "sha256"),
    (r#"{"$and":[{"file_check":{"path":"/a","sha256":7}}]}"#, "sha256"),
    (r#"{"$and":[{"process_check":{"process":""}}]}"#, "process"),
    (r#"{"$and":[{"process_check":{"process":{}}}]}"#, "process"),
    (r#"{"$and":[{"process_check":{"process":"<p*1025>"}}]}"#, "process"),
    (r#"{"$and":[{"process_check":{"process":"a","signerName":7}}]}"#, "signerName"),
    (r#"{"$and":[{"domain_check":{"domains":"a"}}]}"#, "domains"),
    (r#"{"$and":[{"domain_check":{"domains":[]}}]}"#, "domains"),
    (r#"{"$and":[{"domain_check":{"domains":[7]}}]}"#, "domains"),
    (r#"{"$and":[{"domain_check":{"domains":["a"<,"a"*300>]}}]}"#, "domains"),
    (r#"{"$and":[{"av_check":{"product_name":7}}]}"#, "product_name"),
    (r#"{"$and":[{"disk_enc_check":{}}]}"#, "product"),
    (r#"{"$and":[{"min_os_version_check":{}}]}"#, "min_os_version"),
    (r#"{"$and":[{"min_os_version_check":{"min_os_version":12}}]}"#, "min_os_version"),
    (r#"{"$and":[{"min_os_version_check":{"min_os_version":"x.y"}}]}"#, "min_os_version"),
    (r#"{"$and":[{"min_os_version_check":{"min_os_version":"1<.1*300>"}}]}"#, "min_os_version"),
    (
        r#"{"$and":[{"reg_check":{"rootKey":"HKLM","key":"k","value":"v","type":"REG_SZ","data":"d"}}]}"#,
        "reg_check",
    ),
    (r#"{"$and":[{"mdm_check":{}}]}"#, "mdm_check"),
    (r#"{"$and":[{"cert_check":{}}]}"#, "cert_check"),
    (r#"{"$and":[{"device_tag_check":{}}]}"#, "tag_id"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":"x"}}]}"#, "tag_id"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":1.5}}]}"#, "tag_id"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":-1}}]}"#, "tag_id"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":1e400}}]}"#, ""),
    (r#"{"$and":[{"device_tag_check":{"tag_id":18446744073709551616}}]}"#, "tag_id"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":null}}]}"#, "tag_id"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":[<tag>]}}]}"#, "tag_id"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":0}}]}"#, "tag_id"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":999999}}]}"#, "999999"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":<class>}}]}"#, "is a classification"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":<rule>}}]}"#, "is a rule"),
    (r#"{"$and":[{"device_tag_check":{"tag_id":<tag>,"tag_id":<tag>}}]}"#, ""),
    (r#"{"$and":[{"$or":[{"file_check":{"path":"/a","path":"/b"}}]}]}"#, "path"),
    (r#"{"$and":[{"file_check":{"path":"/a"}}],"$and":[{"file_check":{"path":"/b"}}]}"#, "$and"),
    (r#"{"$and":[<{"$or":[*8>{"file_check":{"path":"/a"}}<]}*8>]}"#, "at most 8"),
    (r#"{"$and":[<{"$and":[*60>{"file_check":{"path":"/a"}}<]}*60>]}"#, "at most 8"),
    (r#"{"$and":[<{"$and":[*9000>{"file_check":{"path":"/a"}}<]}*9000>]}"#, ""),
    (r#"{"$and":[<{"file_check":{"path":"/a"}},*512>{"file_check":{"path":"/b"}}]}"#, "512"),
    (r#"{"$and":[<{"file_check":{"path":"/a"}},*50000>{"file_check":{"path":"/b"}}]}"#, "conditions"),
    (r#"{"$and":[<{},*20000>{}]}"#, "conditions"),
    (r#"{"$and":["<x*10485760>"]}"#, "conditions"),
];

pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = TREES
        .iter()
        .map(|(tree, says)| {
            let rule =
                format!(r#"[{{"name":"new","label":"hostile class","os":"linux","conditions":{tree}}}]"#);
            Case::new("POST", RULES, &[400]).json(rule).says(says)
        })
        .collect();
    // The same for a rule that is there: nothing of it changes.
    let trees = TREES.iter().filter(|(tree, _)| *tree != "null").take(30);
    cases.extend(trees.map(|(tree, says)| {
        let patch = format!(r#"{{"name":"renamed","conditions":{tree}}}"#);
        Case::new("PATCH", format!("{RULES}/<rule>"), &[400]).json(patch).says(says)
    }));
    cases
}
