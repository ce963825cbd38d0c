//! The router over a node on a store in memory: who gets in, what failures look like, what forms are taken.

mod app_registrations;
mod audit;
mod changes_stream;
mod check_ins;
mod client_status;
mod conforms;
mod devices;
mod edge;
mod forms;
mod harness;
mod limits;
mod metrics;
mod netskope_v1;
mod openapi;
mod rights;
mod rules;
mod serving;
mod stale_facts;
mod token_life;
mod tokens;
