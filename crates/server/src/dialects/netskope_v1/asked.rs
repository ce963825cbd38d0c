//! What a call asks for, and the token among it (netskope-v1, Form).

use axum::http::header;

use super::TOKEN;
use crate::auth::presented_token;
use crate::body::BodyParameters;
use crate::failure::Failure;
use crate::params::Params;
use crate::routing::{Call, FromCall};

/// The parameters of a call, of its address and then of its body, without the token: who asks is known by that to
/// whatever is taken from the call after this.
pub(super) struct Asked(pub(super) Params);

impl FromCall for Asked {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let address = Params::from_call(call).await?;
        let mut body = BodyParameters::from_call(call).await?;
        // A header says who asks; what a body says beside it is something else.
        if call.head.headers.contains_key(header::AUTHORIZATION) {
            body.remove(TOKEN);
        }
        let mut params = address.and(body.into_pairs());
        let mut tokens = params.take(TOKEN).into_iter();
        call.token = tokens.next();
        if tokens.any(|other| Some(&other) != call.token.as_ref()) {
            return Err(Failure::Unauthenticated("the request presents two different tokens; send one"));
        }
        // It may have got into another one, where an address was put together wrongly; errors quote those.
        if let Ok(token) = presented_token(&call.head.headers, call.token.as_deref()) {
            params.redact(token);
        }
        Ok(Self(params))
    }
}
