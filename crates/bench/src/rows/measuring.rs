//! Two servers in turn, so that what the machine does besides hits both.

use std::time::Duration;

use crate::clock;
use crate::failure::Outcome;
use crate::load::{Blocking, Closed, Open, Requests};
use crate::report::{Measure, Row, Target};
use crate::servers::{Fleetmark, Server};
use crate::setup::Bench;
use crate::stats::Round;

const WARM_UP: Duration = Duration::from_secs(1);

/// How much is measured.
pub struct Measuring {
    /// The server and where it lies.
    pub bench: Bench,
    /// Length of a round.
    pub seconds: u64,
    /// Rounds of which the median counts.
    pub rounds: u32,
    /// Keep-alive connections.
    pub connections: u16,
}

/// A server, and what it is asked.
pub struct Side {
    server: Server,
    requests: Requests,
}

impl Side {
    /// This server is asked these.
    pub fn new(server: Server, requests: &Requests) -> Self {
        Self { server, requests: requests.clone() }
    }
}

impl Measuring {
    /// Fleetmark on an empty store of this name.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub fn fleetmark(&self, name: &str) -> Outcome<Fleetmark> {
        Ok(Fleetmark::new(&self.bench.fleetmark, &self.bench.folder.inside(name)?))
    }

    /// As long as one round takes.
    pub fn round(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// Each server in turn, closed loop; the median round of each.
    ///
    /// # Errors
    /// When a request is not answered with a success.
    pub fn closed<const N: usize>(&self, sides: [&Side; N]) -> Outcome<[Round; N]> {
        self.in_turn(sides, |side, duration| self.closed_once(side, duration))
    }

    /// One round, closed loop.
    ///
    /// # Errors
    /// When a request is not answered with a success.
    pub fn closed_once(&self, side: &Side, duration: Duration) -> Outcome<Round> {
        let Side { server, requests } = side;
        let connections = usize::from(self.connections);
        let before = server.process.cpu();
        let round =
            Closed { address: server.address, requests: requests.clone(), connections }.run(duration)?;
        Ok(match (before, server.process.cpu()) {
            (Some(before), Some(after)) => round.with_cpu(after.since(before), duration),
            _ => round,
        })
    }

    /// Each server in turn at a fixed rate; the median round of each.
    ///
    /// # Errors
    /// When a request is not answered with a success.
    pub fn open<const N: usize>(&self, sides: [&Side; N], per_second: f64) -> Outcome<[Round; N]> {
        self.in_turn(sides, |Side { server, requests }, duration| {
            let connections = u32::from(self.connections);
            let open = Open { address: server.address, requests: requests.clone(), connections, per_second };
            Ok(Round::of(open.run(duration)?, duration))
        })
    }

    /// Each in turn: a round to warm up, and then those of which the median counts.
    ///
    /// # Errors
    /// The first of `measure`.
    pub fn in_turn<S: Copy, const N: usize>(
        &self,
        sides: [S; N],
        measure: impl Fn(S, Duration) -> Outcome<Round>,
    ) -> Outcome<[Round; N]> {
        let mut rounds = [const { Vec::new() }; N];
        for round in 0..=self.rounds {
            let duration = if round == 0 { WARM_UP } else { self.round() };
            for (side, rounds) in sides.iter().zip(&mut rounds) {
                let measured = measure(*side, duration)?;
                if round > 0 {
                    rounds.push(measured);
                }
            }
        }
        Ok(rounds.map(|rounds| Round::median(&rounds)))
    }

    /// A target that was set for a million devices; of another number it says nothing.
    pub fn of_a_million(&self, target: Target) -> Target {
        if self.bench.devices == 1_000_000 { target } else { Target::Unset }
    }

    /// The large fleet as rows name it.
    pub fn devices_text(&self) -> String {
        match self.bench.devices {
            devices if devices.is_multiple_of(1_000_000) => format!("{}M devices", devices / 1_000_000),
            devices => format!("{}k devices", devices / 1000),
        }
    }

    /// How many times something that is done one after the other is done.
    pub fn times(&self) -> u32 {
        self.rounds * 4
    }
}

/// A row of rates.
pub fn rate(
    job: impl Into<String>,
    ours: Round,
    name: impl Into<String>,
    theirs: Round,
    target: Target,
) -> Row {
    Row::of(job, Measure::PerSecond(ours.per_second))
        .latency(ours.latency)
        .beside(name, Measure::PerSecond(theirs.per_second), Some(theirs.latency))
        .target(target)
        .cpu(ours.cpu, theirs.cpu)
}

/// One request after the other over one connection: how long each took, in milliseconds.
///
/// # Errors
/// When one is not answered with a success.
pub fn one_by_one<'a>(
    connection: &mut Blocking,
    requests: impl IntoIterator<Item = &'a Box<[u8]>>,
) -> Outcome<Vec<f64>> {
    let mut took = Vec::new();
    for request in requests {
        let (took_ms, answer) = clock::timed(|| connection.call(request).map(<[u8]>::len));
        answer?;
        took.push(took_ms);
    }
    Ok(took)
}
