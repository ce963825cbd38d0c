//! What all operations of a document share, added in one place.

use std::collections::BTreeSet;

use site::commands::BULK_DEVICES_MAX;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, Content, ContentBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder, Schema,
    SecurityRequirement,
};

use super::form::Form;
use super::shared_failures::{self, SHARED_FAILURES, SharedFailure, When};

/// How handlers name the right that they ask for, as in `security(("token" = ["devices:manage"]))`.
const TOKEN: &str = "token";
/// The ways to present a token: two headers, and the parameter of REST API v1.
const HEADERS: [&str; 2] = ["apiToken", "bearer"];
const PARAMETER: &str = "tokenParameter";
/// The right to manage the instance, and where sites are managed.
const GLOBAL: &str = "global administrator";
const SITES: &str = "/api/v1/sites";

/// Adds the failures that operations share, the bodies of those that they do not, the headers of all answers, and the
/// ways to present a token.
pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (path, item) in &mut document.paths.paths {
        components.schemas.extend(Form::of(path).schemas());
        for (method, operation) in operations(item) {
            complete_operation(operation, path, method, components);
        }
    }
    let header = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("Netskope-Api-Token")));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let schemes = HEADERS.map(str::to_owned).into_iter().zip([header, SecurityScheme::Http(bearer)]);
    components.security_schemes.extend(schemes);
    if document.paths.paths.keys().any(|path| Form::of(path) == Form::V1) {
        let parameter = SecurityScheme::ApiKey(ApiKey::Query(ApiKeyValue::new("token")));
        components.security_schemes.insert(PARAMETER.to_owned(), parameter);
    }
}

/// The operations of a path, with their methods.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let operations = [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    operations.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn complete_operation(operation: &mut Operation, path: &str, method: &str, components: &mut Components) {
    let (form, right) = (Form::of(path), right(operation));
    // Who manages sites is not.
    let is_paced = right.as_deref().is_some_and(|right| right != GLOBAL) && !path.starts_with(SITES);
    let writes = method != "get" && right.as_deref().is_some_and(|right| !right.ends_with(":view"));
    secure(operation, right.as_deref(), form);
    for parameter in operation.parameters.iter_mut().flatten() {
        if parameter.parameter_in == ParameterIn::Query {
            parameter.schema.as_mut().map(without_null);
        }
    }
    if let Some(body) = &mut operation.request_body {
        body.content.values_mut().for_each(bound_list);
        if form == Form::V1 {
            // What a body says there can stand in the address.
            body.required = Some(Required::False);
        }
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let status = status.parse().expect("handlers name the statuses that they answer");
        finish(response, status, form);
        if writes && status < 300 {
            add_header(response, shared_failures::fleetmark_version());
        }
    }
    let known: BTreeSet<_> = operation.responses.responses.keys().cloned().collect();
    for failure in &SHARED_FAILURES {
        let status = form.status(failure.status).map(|status| status.to_string());
        let Some(status) = status.filter(|status| !known.contains(status)) else { continue };
        let can_be = match failure.when {
            When::Always => true,
            When::WithToken => right.is_some(),
            When::Paced => is_paced,
            When::WithBody => operation.request_body.is_some(),
        };
        if can_be {
            let response = Ref::from_response_name(share(failure, form, components));
            operation.responses.responses.insert(status, response.into());
        }
    }
}

/// The right that a handler asks for; none if it asks for no token.
fn right(operation: &Operation) -> Option<String> {
    let requirements = serde_json::to_value(operation.security.as_ref()?).ok()?;
    Some(requirements[0][TOKEN][0].as_str()?.to_owned())
}

fn secure(operation: &mut Operation, right: Option<&str>, form: Form) {
    let parameter = (form == Form::V1).then_some(PARAMETER);
    let schemes = HEADERS.into_iter().chain(parameter);
    let required = |right| schemes.map(|scheme| SecurityRequirement::new(scheme, [right])).collect();
    operation.security = Some(right.map(required).unwrap_or_default());
    let Some(right) = right else { return };
    let needs = match right.split_once(':') {
        Some((area, level)) => format!("Needs a token with the area `{area}` at level `{level}`."),
        None if right == "global administrator" => "Needs the token of a Global Administrator.".to_owned(),
        None => format!("Needs the token of an {right}."),
    };
    let described = operation.description.take().map(|text| format!("{}\n\n", text.trim_end()));
    operation.description = Some(described.unwrap_or_default() + &needs);
}

/// What may be absent from an address is never null there.
fn without_null(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema
        && let SchemaType::Array(types) = &object.schema_type
        && let [one, Type::Null] = &types[..]
    {
        object.schema_type = one.clone().into();
    }
}

/// A body that is a list may be as long as one call may be.
fn bound_list(content: &mut Content) {
    if let Some(RefOr::T(Schema::Array(list))) = &mut content.schema {
        list.max_items = Some(BULK_DEVICES_MAX);
    }
}

/// The headers of an answer, and the body of one that is a failure.
fn finish(response: &mut Response, status: u16, form: Form) {
    add_header(response, shared_failures::x_request_id());
    // Other failures of a token that is paced have them too, as the introduction says once for all.
    if form.is_v2() && (status < 300 || status == 429) {
        shared_failures::rate_limit().into_iter().for_each(|header| add_header(response, header));
    }
    if status == 503 {
        add_header(response, shared_failures::retry_after());
    }
    if status >= 300 && response.content.is_empty() {
        let body = ContentBuilder::new().schema(Some(form.body(status))).build();
        response.content.insert("application/json".to_owned(), body);
    }
}

fn add_header(response: &mut Response, (name, header): (&'static str, utoipa::openapi::Header)) {
    response.headers.insert(name.to_owned(), header);
}

/// Has the failure among the shared responses, and gives its name there.
fn share(failure: &SharedFailure, form: Form, components: &mut Components) -> String {
    let prefix = if matches!(failure.status, 401 | 403 | 429) { "" } else { form.prefix() };
    let name = format!("{prefix}{}", failure.name);
    let mut response = ResponseBuilder::new().description(failure.description).build();
    finish(&mut response, failure.status, form);
    if let Some(header) = failure.header {
        add_header(&mut response, header());
    }
    components.responses.insert(name.clone(), response.into());
    name
}
