//! What the tests stand on: the process, the HTTP client, and bodies with open places.

mod answer;
mod client;
mod errors;
mod fleet;
mod process;
mod server;
mod shape;
mod wait;

pub use answer::Answer;
pub use client::Client;
pub use errors::{
    classification_error, devices_error, events_error, message, our_error, search_error, v1_error,
};
pub use fleet::{linux, on_tag, on_tags, uid, windows};
pub use process::{Finished, Process, fleetmark};
pub use server::{BOOTSTRAP_TOKEN, Server};
pub use shape::{any, any_id, any_text, any_time, any_uuid, difference, says, text_with};
pub use wait::{DEADLINE, next_millisecond, next_second, rfc3339, unix_now, until};
