//! A command on its way through a writer, with the client that waits for it.

use std::sync::Arc;

use domain::{Error, Owner, Timestamp, Version};
use site::{Command, Context, State};
use tokio::sync::oneshot;

use crate::ahead::Ahead;

/// Who wants something, in answer to which request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who acts.
    pub actor: Owner,
    /// As `X-Request-Id` says it.
    pub request_id: Arc<str>,
}

impl Request {
    /// What the server does of its own accord, on that occasion.
    pub(crate) fn own(occasion: &str) -> Self {
        let actor = Owner::new("fleetmark").expect("the server's own name has the form of owners");
        Self { actor, request_id: occasion.into() }
    }

    /// What a command that is wanted so is told, at that moment.
    #[must_use]
    pub fn context(&self, now: Timestamp) -> Context {
        Context { actor: self.actor.clone(), now, request_id: Arc::clone(&self.request_id) }
    }
}

/// A command that is done and, if it changed anything, durable.
#[derive(Debug)]
pub struct Done<S, T> {
    /// What the client learns.
    pub outcome: T,
    /// The version that the command made, or found when there was nothing to do.
    pub version: Version,
    /// The snapshot that was published with it: of that version or a later one.
    pub state: Arc<S>,
}

/// A command whose kind the writer need not know.
pub(crate) trait Job<S: State>: Send {
    /// Whether nobody waits for it any more.
    fn is_abandoned(&self) -> bool;

    fn context(&self, now: Timestamp) -> Context;

    fn decide(&mut self, state: &S, context: &Context) -> Result<Vec<S::Change>, Error>;

    /// What was worked out ahead of it.
    fn foreseen(&self) -> Option<&S::Foreseen>;

    /// Takes note of what came of it, to be answered once it is durable.
    fn settle(&mut self, settled: Result<&S, Error>);

    /// Answers the client, which may have gone.
    fn answer(self: Box<Self>, state: &Arc<S>);

    /// Answers that it was not done.
    fn refuse(self: Box<Self>, error: Error);
}

pub(crate) struct Pending<S: State, C: Command<S>> {
    request: Request,
    command: C,
    ahead: Option<Ahead<S>>,
    settled: Option<Result<(C::Outcome, Version), Error>>,
    reply: oneshot::Sender<Result<Done<S, C::Outcome>, Error>>,
}

/// What a command's client waits on.
pub(crate) type Reply<S, C> = oneshot::Receiver<Result<Done<S, <C as Command<S>>::Outcome>, Error>>;

impl<S: State, C: Command<S>> Pending<S, C> {
    pub(crate) fn new(request: Request, command: C, ahead: Option<Ahead<S>>) -> (Box<Self>, Reply<S, C>) {
        let (reply, waiting) = oneshot::channel();
        (Box::new(Self { request, command, ahead, settled: None, reply }), waiting)
    }
}

impl<S: State, C: Command<S>> Job<S> for Pending<S, C> {
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn context(&self, now: Timestamp) -> Context {
        self.request.context(now)
    }

    fn decide(&mut self, state: &S, context: &Context) -> Result<Vec<S::Change>, Error> {
        self.command.decide(state, context)
    }

    fn foreseen(&self) -> Option<&S::Foreseen> {
        self.ahead.as_ref()?.foreseen.as_ref()
    }

    fn settle(&mut self, settled: Result<&S, Error>) {
        self.settled = Some(settled.map(|state| (self.command.outcome(state), state.version())));
    }

    fn answer(self: Box<Self>, state: &Arc<S>) {
        let Some(settled) = self.settled else { return };
        let done = settled.map(|(outcome, version)| Done { outcome, version, state: Arc::clone(state) });
        // The client may have gone; what was done stays done.
        drop(self.reply.send(done));
    }

    fn refuse(self: Box<Self>, error: Error) {
        drop(self.reply.send(Err(error)));
    }
}
