//! Methods and content types that an operation does not have.

use std::collections::BTreeMap;

use super::attack::attack;
use super::case::Case;
use crate::operations::operations;

#[test]
fn another_method_or_content_type_is_refused() {
    attack(&cases());
}

const METHODS: &[&str] = &["get", "GETT", "BREW", "TRACE", "PROPFIND", "OPTIONS", "<M*50>"];

const CONTENT_TYPES: &[&str] = &[
    "X-Nothing: 1",
    "Content-Type:",
    "Content-Type: text/plain",
    "Content-Type: text/json",
    "Content-Type: application",
    "Content-Type: application/xml",
    "Content-Type: application/json5",
    "Content-Type: application/ json",
    "Content-Type: application/json, text/plain",
    "Content-Type: application/vnd.api+json",
    "Content-Type: application/x-www-form-urlencoded",
    "Content-Type: multipart/form-data; boundary=application/json",
    "Content-Type: */*",
];

pub fn cases() -> Vec<Case> {
    let by_path: BTreeMap<_, _> =
        operations().into_iter().map(|operation| (operation.path.clone(), operation)).collect();
    let methods = by_path.keys().flat_map(|path| {
        METHODS.iter().map(move |method| {
            let method = if method.starts_with('<') { "M".repeat(50) } else { (*method).to_owned() };
            Case::new(&method, path, &[405])
        })
    });
    let with_body: Vec<_> = operations().into_iter().filter(|operation| operation.body.is_some()).collect();
    let content_types = with_body.into_iter().flat_map(|operation| {
        let body = operation.body.unwrap_or_default().to_string();
        let one =
            move |line: &&str| Case::new(operation.method, &operation.path, &[415]).body(&body).header(line);
        CONTENT_TYPES.iter().map(one).collect::<Vec<_>>()
    });
    methods.chain(content_types).collect()
}
