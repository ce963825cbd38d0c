//! Requests for access tokens that no client sends.

use super::attack::attack;
use super::case::Case;

#[test]
fn nobody_gets_an_access_token_by_malice() {
    attack(&cases());
}

const PATHS: [&str; 2] = ["/api/oauth/token", "/identity-server/connect/token"];
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

/// The form, the status, what the answer says.
const FORMS: &[(&str, u16, &str)] = &[
    ("", 400, "grant_type is missing"),
    ("&&&&", 400, "grant_type is missing"),
    ("=", 400, "grant_type is missing"),
    ("GRANT_TYPE=client_credentials&client_id=a&client_secret=b", 400, "grant_type is missing"),
    ("grant_type=Client_Credentials&client_id=a&client_secret=b", 400, "unsupported_grant_type"),
    ("grant_type=client_credentials+&client_id=a&client_secret=b", 400, "unsupported_grant_type"),
    ("grant_type=client_credentials%00&client_id=a&client_secret=b", 400, "unsupported_grant_type"),
    ("grant_type=refresh_token&refresh_token=x", 400, "unsupported_grant_type"),
    ("grant_type[]=client_credentials&client_id=a&client_secret=b", 400, "grant_type is missing"),
    ("grant_type=<x*60000>", 400, "unsupported_grant_type"),
    ("grant_type=client_credentials;client_id=a;client_secret=b", 400, "unsupported_grant_type"),
    ("grant_type=client_credentials&grant%5Ftype=client_credentials", 400, "more than once"),
    ("grant_type=client_credentials&client_id=&client_secret=", 400, "client_id is missing"),
    ("grant_type=client_credentials&client_id=a&client_secret=%", 401, "invalid_client"),
    ("grant_type=client_credentials&client_id=a&client_secret=%zz", 401, "invalid_client"),
    ("grant_type=client_credentials&client_id=%FF%FE&client_secret=%FF", 401, "invalid_client"),
    ("grant_type=client_credentials&client_id=\u{0}&client_secret=\u{0}", 401, "invalid_client"),
    ("grant_type=client_credentials&client_id=*&client_secret=*", 401, "invalid_client"),
    ("grant_type=client_credentials&client_id=' OR 1=1 --&client_secret=x", 401, "invalid_client"),
    (
        "grant_type=client_credentials&client_id=00000000-0000-0000-0000-000000000000&client_secret=x",
        401,
        "invalid_client",
    ),
    ("grant_type=client_credentials&client_id=<9*30000>&client_secret=<x*30000>", 401, "invalid_client"),
    ("{\"grant_type\":\"client_credentials\"}", 400, "grant_type is missing"),
    ("<a&*20000>", 400, "grant_type is missing"),
    ("grant_type=client_credentials&<x*70000>", 413, "65536"),
];

/// An `Authorization` header, the status, what the answer says.
const HEADERS: &[(&str, u16, &str)] = &[
    ("Basic Og==", 401, "invalid_client"),
    ("basic YTpi", 401, "invalid_client"),
    ("Basic YTpi Og==", 400, "Authorization"),
    ("Basic YWI=", 400, "Authorization"),
    ("Basic ====", 400, "Authorization"),
    ("Basic a:b", 400, "Authorization"),
    ("Basic //79", 400, "Authorization"),
    ("Basic", 400, "client_id is missing"),
    ("Digest username=\"a\"", 400, "client_id is missing"),
];

pub fn cases() -> Vec<Case> {
    let forms = FORMS.iter().flat_map(|(form, status, says)| {
        PATHS.map(|path| Case::new("POST", path, &[*status]).body(form).header(FORM).says(says))
    });
    let headers = HEADERS.iter().map(|(value, status, says)| {
        let case = Case::new("POST", PATHS[0], &[*status]).body("grant_type=client_credentials");
        case.header(FORM).header(format!("Authorization: {value}")).says(says)
    });
    let twice = Case::new("POST", PATHS[0], &[400]).body("grant_type=client_credentials").header(FORM);
    let twice =
        twice.header("Authorization: Basic YTpi").header("Authorization: Basic YTpi").says("more than once");
    let methods =
        ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"].map(|method| Case::new(method, PATHS[1], &[405]));
    let types =
        ["application/json", "text/plain", "application/x-www-form-urlencodedx", ""].map(|content_type| {
            let case = Case::new("POST", PATHS[1], &[415]).body("grant_type=client_credentials");
            case.header(format!("Content-Type: {content_type}"))
        });
    forms.chain(headers).chain([twice]).chain(methods).chain(types).collect()
}
