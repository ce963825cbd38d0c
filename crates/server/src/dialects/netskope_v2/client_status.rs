//! `GET /api/v2/events/datasearch/clientstatus`: the newest status of each device (netskope-v2 §9).

use axum::response::Response;
use site::queries::client_status::ClientStatus as Rows;
use wire::netskope_v2::SearchReply;

use super::status_params::{Search, Shown};
use super::status_rows::{FullRow, GroupRow, NarrowRow};
use super::status_schema::StatusRow;
use crate::auth::{ClientStatus, Viewer};
use crate::failure::Failure;
use crate::params::Params;
use crate::reply;

/// Searches the status of devices
///
/// One row a device: its newest status inside the window. Rows are full records; with `fields` they are narrow, with
/// `groupbys` they are counts. Past the end there is an empty page.
#[utoipa::path(
    get,
    path = "/api/v2/events/datasearch/clientstatus",
    operation_id = "searchClientStatus",
    tag = "client status",
    security(("token" = ["client_status:view"])),
    params(Search),
    responses(
        (status = 200, description = "A page of rows.", body = SearchReply<StatusRow>),
        (status = 400, description = "A parameter cannot be understood; the message has `syntax error` and names it."),
    ),
)]
pub(super) async fn search(viewer: Viewer<ClientStatus>, params: Params) -> Result<Response, Failure> {
    let search = Search::of(&params)?;
    let rows = Rows::new(viewer.site(), search.window);
    if let Shown::Groups(fields) = &search.shown {
        let groups = rows.grouped(fields, search.page);
        let groups: Vec<_> = groups.iter().map(|group| GroupRow { fields, group }).collect();
        return Ok(reply::ok(&SearchReply::from(groups)));
    }
    let devices = if search.newest_first() {
        rows.newest(search.page)
    } else {
        rows.ordered(&search.orders, search.page)
    };
    let devices = devices.iter();
    Ok(match &search.shown {
        Shown::Fields(fields) => {
            let narrow = devices.map(|device| NarrowRow { rows: &rows, device, fields });
            reply::ok(&SearchReply::from(narrow.collect::<Vec<_>>()))
        }
        _ => {
            let full = devices.map(|device| FullRow { rows: &rows, device });
            reply::ok(&SearchReply::from(full.collect::<Vec<_>>()))
        }
    })
}
