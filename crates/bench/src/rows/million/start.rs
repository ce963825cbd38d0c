//! From starting the process to its first right answer; and the first preview after each start.

use super::preview;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::load::{Api, Blocking, request};
use crate::report::{Measure, Target};
use crate::rows::measuring::Measuring;
use crate::servers::{Fleetmark, Server, TOKEN};

/// Redis needs 0.53 s to load as many hashes (DESIGN §9).
pub const TARGET: Target = Target::AtMost { must: Measure::Millis(500.0), aim: Some(Measure::Millis(100.0)) };

/// What several starts took.
pub struct Starts {
    took_ms: Vec<f64>,
    /// What the first preview after each took, in milliseconds, or why there was none.
    pub cold_previews: Outcome<Vec<f64>>,
    /// The device that was asked for.
    pub device: Known,
}

/// A device whose right answer is known.
pub struct Known {
    request: Box<[u8]>,
    answer: Vec<u8>,
}

/// Starts once so that the files are in the page cache, and then as often as there are rounds.
///
/// # Errors
/// When a start fails, or answers something else than the one before.
pub fn measure(bench: &Measuring, fleetmark: &Fleetmark) -> Outcome<Starts> {
    let server = fleetmark.start(None)?;
    let device = Known::find(server)?;
    server.process.stop();
    let (mut starts_ms, mut previews) = (Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        let (took_ms, server) = clock::timed(|| {
            let server = fleetmark.start(None)?;
            first_answer(server, &device)?;
            Ok(server)
        });
        let server = server?;
        starts_ms.push(took_ms);
        previews.push(preview::cold(server));
        server.process.stop();
    }
    Ok(Starts { took_ms: starts_ms, cold_previews: previews.into_iter().collect(), device })
}

/// Asks for the device.
///
/// # Errors
/// When the answer is not the right one.
pub fn first_answer(server: Server, device: &Known) -> Outcome {
    let mut connection = Blocking::open(server.address)?;
    let answer = connection.call(&device.request)?;
    if answer == device.answer {
        return Ok(());
    }
    Err(Failure::new("a started server answers another thing than before", String::from_utf8_lossy(answer)))
}

impl Starts {
    /// The median start.
    pub fn median(&self) -> Measure {
        Measure::median(Measure::Millis, self.took_ms.clone())
    }
}

impl Known {
    /// The device that comes first by name.
    fn find(server: Server) -> Outcome<Self> {
        let listed = Api::new(server.address, TOKEN).get("/api/v1/devices?limit=1")?;
        let id = listed["items"][0]["id"].as_str();
        let id = id.ok_or_else(|| Failure::new("the first device has no id", &listed))?;
        let request = request::get(&format!("/api/v1/devices/{id}"));
        let answer = Blocking::open(server.address)?.call(&request)?.to_vec();
        Ok(Self { request, answer })
    }
}
