//! Netskope's REST API v1 (netskope-v1.md, seed 001).

mod clients;
mod events;
mod form;
mod redaction;
mod statuses;
