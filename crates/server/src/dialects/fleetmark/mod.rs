//! Our own paths, in the manners of AlloyScan's (DESIGN §5).

mod check_in_form;
mod check_ins;
mod device_shown;
mod devices;
mod expiry;
mod facts_form;
mod facts_shown;
mod failures;
mod shapes;
mod sites;
mod tokens;

use axum::Router;
use axum::routing::{get, post};

use crate::auth::Gate;

pub(super) use failures::wording;

/// The paths of this dialect.
pub(crate) fn routes() -> Router<Gate> {
    let token = get(tokens::show).patch(tokens::patch).delete(tokens::delete);
    Router::new()
        .route("/api/v1/checkins", post(check_ins::take_in))
        .route("/api/v1/devices", get(devices::list))
        .route("/api/v1/devices/{id}", get(devices::show).delete(devices::delete))
        .route("/api/v1/sites", get(sites::list))
        .route("/api/v1/sites/{id}", get(sites::show).patch(sites::patch))
        .route("/api/v1/tokens", get(tokens::list).post(tokens::create))
        .route("/api/v1/tokens/{id}", token)
}
