//! Who reads, and holds old states while others write: lists that are paged slowly, the past, downloads that crawl.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;

use super::{Soak, Task};
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::load::{Api, request};
use crate::servers::TOKEN;

const STATUS: &str = "/api/v2/events/datasearch/clientstatus";
/// Tokens that page, each through so many lists at once: as many as the server keeps for one.
const PAGERS: usize = 2;
const LISTS: usize = 16;
const PAGE: usize = 500;
const PAGE_EVERY: Duration = Duration::from_millis(250);
const PAST_EVERY: Duration = Duration::from_secs(3);
/// How far back it is asked.
const PAST_SECONDS: u64 = 5;
const DOWNLOADS: usize = 2;
const CHUNK_BYTES: usize = 64 * 1024;
const CHUNK_EVERY: Duration = Duration::from_millis(200);

/// All of them.
///
/// # Errors
/// When a token is refused.
pub fn tasks(soak: &Soak) -> Outcome<Vec<Task<'_>>> {
    let mut tasks: Vec<Task<'_>> = vec![Box::new(|| past(soak))];
    let administrator = Api::new(soak.server.address, TOKEN);
    for number in 0..PAGERS {
        let body =
            json!({"name": format!("pager {number}"), "role": "user", "areas": {"client_status": "view"}});
        let made = administrator.post("/api/v1/tokens", &body)?;
        let token = made["token"].as_str().ok_or_else(|| Failure::text("a new token has no text"))?;
        let api = Api::new(soak.server.address, token);
        tasks.push(Box::new(move || pages(soak, &api)));
    }
    for _ in 0..DOWNLOADS {
        tasks.push(Box::new(|| downloads(soak)));
    }
    Ok(tasks)
}

/// Goes through all lists page by page, one page of each in turn, and then again from the start: each list is read from
/// the state that its first page came from.
fn pages(soak: &Soak, api: &Api) -> Outcome {
    for page in (0..8).cycle() {
        for list in 0..LISTS {
            if soak.over.load(Ordering::Relaxed) {
                return Ok(());
            }
            // Lists differ in what they ask for.
            let path =
                format!("{STATUS}?fields=nsdeviceuid&limit={PAGE}&offset={}&starttime={list}", page * PAGE);
            api.get(&path)?;
            clock::pause(PAGE_EVERY);
        }
    }
    Ok(())
}

fn past(soak: &Soak) -> Outcome {
    let api = Api::new(soak.server.address, TOKEN);
    while !soak.over.load(Ordering::Relaxed) {
        clock::pause(PAST_EVERY);
        let at = clock::unix_seconds() - PAST_SECONDS;
        api.get(&format!("/api/v1/devices?limit=10&at={at}"))?;
    }
    Ok(())
}

/// Asks for all rows and reads them slowly.
fn downloads(soak: &Soak) -> Outcome {
    let failure = |error| Failure::new("a slow download", error);
    while !soak.over.load(Ordering::Relaxed) {
        let mut stream = TcpStream::connect(soak.server.address).map_err(failure)?;
        stream.write_all(&request::get(&format!("{STATUS}?limit=10000"))).map_err(failure)?;
        let mut chunk = vec![0; CHUNK_BYTES];
        // Ten seconds a download, whether or not it is whole then.
        for _ in 0..50 {
            let read = stream.read(&mut chunk).map_err(failure)?;
            if read == 0 || soak.over.load(Ordering::Relaxed) {
                break;
            }
            clock::pause(CHUNK_EVERY);
        }
    }
    Ok(())
}
