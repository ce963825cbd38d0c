//! Handlers: async functions of what they take from a call.

use std::future::Future;
use std::pin::Pin;

use axum::response::{IntoResponse, Response};

use super::{Call, FromCall};

/// The answer that is being made.
pub(super) type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler, whatever it takes.
pub(super) type AnyHandler = Box<dyn Fn(Call) -> Answering + Send + Sync>;

/// A function of the parameters `Taken`.
pub(crate) trait Handler<Taken>: Send + Sync + 'static {
    /// The answer to a call.
    fn answer(&self, call: Call) -> Answering;
}

macro_rules! handler_of {
    ($($taken:ident)*) => {
        #[allow(non_snake_case, unused_mut, unused_variables, reason = "parameters are named as their types, and some handlers have none")]
        impl<F, A, $($taken,)*> Handler<($($taken,)*)> for F
        where
            F: Fn($($taken),*) -> A + Clone + Send + Sync + 'static,
            A: Future<Output: IntoResponse> + Send,
            $($taken: FromCall + 'static,)*
        {
            fn answer(&self, mut call: Call) -> Answering {
                let handler = self.clone();
                Box::pin(async move {
                    $(let $taken = match $taken::from_call(&mut call).await {
                        Ok(taken) => taken,
                        Err(failure) => return failure.into_response(),
                    };)*
                    // Nothing that was not taken is kept while the handler works.
                    drop(call);
                    handler($($taken),*).await.into_response()
                })
            }
        }
    };
}

handler_of!();
handler_of!(T1);
handler_of!(T1 T2);
handler_of!(T1 T2 T3);
handler_of!(T1 T2 T3 T4);

/// The handler as one of any.
pub(super) fn any<Taken>(handler: impl Handler<Taken>) -> AnyHandler {
    Box::new(move |call| handler.answer(call))
}
