//! What a log keeps: a value, the commands that change it, and the records that say how it was changed.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::{Error, Owner, Timestamp, Version};

use crate::encoding::DecodeError;

/// What the edge brings to a command: who, when, and in answer to which request. There is no other clock.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who acts.
    pub actor: Owner,
    /// The moment of the record; never before that of the state's last one.
    pub now: Timestamp,
    /// As `X-Request-Id` says it.
    pub request_id: Arc<str>,
}

/// What one command did.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<C, E> {
    /// The version that it made.
    pub version: Version,
    /// When.
    pub time: Timestamp,
    /// By whom.
    pub actor: Owner,
    /// In answer to which request.
    pub request_id: Arc<str>,
    /// What it altered.
    pub changes: Vec<C>,
    /// What followed from that.
    pub effects: E,
}

/// The record of a state.
pub type RecordOf<S> = Record<<S as State>::Change, <S as State>::Effects>;

/// A value whose log is its database: a site, or the instance. A clone is cheap and shares what does not differ.
pub trait State: Clone + Send + Sync + 'static {
    /// One thing that a command altered.
    type Change: Send + Sync;
    /// What followed from the changes of one command.
    type Effects: Send + Sync;
    /// What was worked out ahead of a command.
    type Foreseen: Send + Sync + 'static;
    /// What is set of it from outside and decides what becomes due.
    type Settings: Clone + Default + Send + Sync + 'static;

    /// The number of its last record.
    fn version(&self) -> Version;

    /// The moment of its last record.
    fn time(&self) -> Timestamp;

    /// Works out, away from the writer, what would follow from `changes` on this value. `None`: there is nothing worth
    /// working out ahead, or `stop` became true.
    fn foresee(&self, changes: &[Self::Change], stop: &AtomicBool) -> Option<Self::Foreseen>;

    /// Makes the changes, works out what follows and reports it as the next record. Cannot fail: `changes` come
    /// from a command that decided on this very value. What was `foreseen`, on this value or on an earlier one of
    /// the same log, makes it quicker, never different.
    fn apply(
        &mut self,
        context: &Context,
        changes: Vec<Self::Change>,
        foreseen: Option<&Self::Foreseen>,
    ) -> RecordOf<Self>;

    /// The next moment at which something is due by what the state holds, whatever its settings; quick to tell.
    fn next_due(&self) -> Option<Timestamp>;

    /// What is due at `now` and is to be done, by the server itself, as a record of its own. There may be more than
    /// one record holds: whoever does it asks again. Until `look_at`, which is what the answer before said, only what
    /// [`State::next_due`] tells of is looked for.
    fn due(&self, settings: &Self::Settings, now: Timestamp, look_at: Timestamp) -> Due<Self::Change>;

    /// Sets what a record says. Never decides and never evaluates, so that it ends where the record's maker did.
    fn replay(&mut self, record: &RecordOf<Self>);

    /// Whether a record belongs to the audit trail: what people and integrations did, not what devices reported.
    fn is_audited(record: &RecordOf<Self>) -> bool;

    /// A record in the form that the store keeps.
    fn encode(record: &RecordOf<Self>) -> Vec<u8>;

    /// A record from the store.
    ///
    /// # Errors
    /// When it is damaged or of a format or kind that this program does not know.
    fn decode(bytes: &[u8]) -> Result<RecordOf<Self>, DecodeError>;
}

/// What is due at a moment.
#[derive(Clone, Debug)]
pub struct Due<C> {
    /// What changes; nothing when nothing is due.
    pub changes: Vec<C>,
    /// When to ask again at the latest, whatever [`State::next_due`] says, as long as the settings are the same.
    pub again: Timestamp,
}

impl<C> Default for Due<C> {
    /// Nothing, and nothing later.
    fn default() -> Self {
        Self { changes: Vec::new(), again: Timestamp::MAX }
    }
}

/// Something a client wants done to a state.
pub trait Command<S: State>: Send + 'static {
    /// What the client learns when it is done.
    type Outcome: Send + 'static;

    /// Whether doing this on `state` means to look at so much of it that what follows is worth working out before it
    /// is the writer's turn. Quick to tell.
    fn is_fleet_wide(&self, _state: &S) -> bool {
        false
    }

    /// Looks at the state and refuses, or says what would change; touches nothing. No changes: there is nothing to
    /// do and no record is made. May be called again on another state: a newer one, or the one from before what it was decided on was undone.
    ///
    /// # Errors
    /// Whatever stands against it.
    fn decide(&mut self, state: &S, context: &Context) -> Result<Vec<S::Change>, Error>;

    /// Called after the changes that the last `decide` said were made, on the state that they made.
    fn outcome(&mut self, state: &S) -> Self::Outcome;
}
