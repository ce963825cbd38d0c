//! `/api/v1/clients`: machines with their users (netskope-v1, clients).

use std::sync::atomic::{AtomicBool, Ordering};

use axum::response::Response;
use domain::Violation;
use serde::ser::{Serialize, SerializeSeq as _, Serializer};
use site::queries::client_status::Page;
use site::queries::language::Query;
use site::queries::machines::{self, Field, Machine};
use wire::netskope_v1::{Client, ClientsBody, LazyReply, Reply};

use super::asked::Asked;
use super::client_shown::Showing;
use super::page;
use crate::auth::{ClientStatus, Viewer};
use crate::failure::Failure;
use crate::heavy::HEAVY_DEVICES;
use crate::json;
use crate::paging::Rows;
use crate::params::Params;
use crate::reply;
use crate::violations::Violations;

const PATH: &str = "/api/v1/clients";
/// What an entry weighs, of a machine with one user.
const CLIENT_BYTES: usize = 1024;
/// The one operation.
const QUERY: &str = "query";

/// Lists machines
///
/// One entry a machine, its users inside, in the order in which machines came first: no check-in moves one. Past the
/// end there is an empty page.
#[utoipa::path(
    get,
    path = "/api/v1/clients",
    operation_id = "listClients",
    tag = "clients",
    security(("token" = ["client_status:view"])),
    params(Search),
    responses(
        (status = 200, description = "A page of machines.", body = Reply<Client<'_>>),
        (status = 400, description = "A parameter cannot be understood."),
    ),
)]
pub(super) async fn list(Asked(params): Asked, viewer: Viewer<ClientStatus>) -> Result<Response, Failure> {
    let search = Search::of(&params)?;
    let (paging, page) = (viewer.paging(PATH, &params), search.page);
    let rows = paging.resume(page.offset).unwrap_or_else(|| Rows::new(viewer.site().clone()));
    let answer = {
        let rows = rows.clone();
        move |left: &AtomicBool| answer(&search, &rows, left)
    };
    let heavy = rows.site.fleet.len() >= HEAVY_DEVICES;
    let (response, count) =
        if heavy { viewer.search(answer).await? } else { answer(&AtomicBool::new(false)) };
    paging.keep(rows, page.offset, count, page.limit);
    Ok(response)
}

/// Lists machines, the parameters in the body
#[utoipa::path(
    post,
    path = "/api/v1/clients",
    operation_id = "postClients",
    tag = "clients",
    security(("token" = ["client_status:view"])),
    params(Search),
    request_body(content(
        (ClientsBody = "application/json"),
        (ClientsBody = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 200, description = "A page of machines.", body = Reply<Client<'_>>),
        (status = 400, description = "A parameter cannot be understood."),
    ),
)]
pub(super) async fn post(asked: Asked, viewer: Viewer<ClientStatus>) -> Result<Response, Failure> {
    list(asked, viewer).await
}

/// A page, and how many machines are on it; nothing of worth once the caller has `left`.
fn answer(search: &Search, rows: &Rows, left: &AtomicBool) -> (Response, usize) {
    let Page { offset, limit } = search.page;
    let numbers = rows.in_order(|| {
        let numbers = machines::numbers(&rows.site, search.query.as_ref(), left);
        (!left.load(Ordering::Relaxed)).then_some(numbers)
    });
    let page = numbers.iter().flat_map(|numbers| numbers.iter().skip(offset)).take(limit);
    let machines: Vec<_> = page.filter_map(|number| Machine::of(&rows.site, *number)).collect();
    let count = machines.len();
    let clients = LazyReply::from(Clients { showing: Showing::new(&rows.site), machines });
    (reply::written(json::written_about(&clients, count * CLIENT_BYTES)), count)
}

/// The entries of a page. They weigh some hundred times what they are made of, so there is one at a time.
struct Clients<'a> {
    showing: Showing<'a>,
    machines: Vec<Machine<'a>>,
}

impl Serialize for Clients<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.machines.len()))?;
        for machine in &self.machines {
            let id = self.showing.id(machine);
            list.serialize_element(&self.showing.client(&id, machine))?;
        }
        list.end()
    }
}

/// What a call asks for.
pub(super) struct Search {
    query: Option<machines::Asked>,
    page: Page,
}

impl Search {
    /// Reads the parameters.
    ///
    /// # Errors
    /// Names each that cannot be understood.
    fn of(params: &Params) -> Result<Self, Failure> {
        let mut wrong = Violations::default();
        if params.text("op").is_some_and(|op| op != QUERY) {
            wrong.push(Violation::new("op", "value", format!("op must be {QUERY}")));
        }
        let query = params.text("query").map(Query::<Field>::parse).transpose();
        let query = query.unwrap_or_else(|error| {
            wrong.push(Violation::new("query", "syntax", format!("query: {error}")));
            None
        });
        let page = page::read(params, &mut wrong);
        wrong.finish()?;
        Ok(Self { query: query.as_ref().map(Into::into), page })
    }
}
