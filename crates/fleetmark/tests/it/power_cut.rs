//! What was acknowledged survives a power cut, whatever the disk still held back, and no call is half there.
//!
//! The server runs once with every write and flush of its store recorded. The store is then built as a power cut at
//! any moment may have left it (see `store::testing::powercut`), and a server is started on it.

use std::path::Path;

use store::testing::powercut::{Position, Recording, Rng, Shim, Trace};
use tempfile::TempDir;

use crate::harness::Server;
use crate::writers::{Found, Writer};

const WRITERS: usize = 8;
const STEPS: usize = 25;
const CUTS: usize = 60;

/// A recorded run: the trace, and for each writer the moments at which its steps had been acknowledged.
struct Run {
    trace: Trace,
    writers: Vec<(Writer, Vec<Position>)>,
}

impl Run {
    fn record() -> Self {
        let scratch = TempDir::new().unwrap();
        let shim = Shim::build(scratch.path()).expect("the shim builds: it needs Linux, glibc and cc");
        let mut recording = None;
        let mut server = Server::start_under(|command, folder| {
            recording = Some(shim.watch(command, folder, &scratch.path().join("trace")).unwrap());
        });
        let recording: Recording = recording.expect("the server was started");
        let writers = std::thread::scope(|scope| {
            let started: Vec<_> = Writer::all(WRITERS)
                .into_iter()
                .map(|mut writer| {
                    let (client, recording) = (server.clone(), recording.clone());
                    scope.spawn(move || {
                        let step = |_| {
                            assert!(writer.step(&client), "the server runs");
                            recording.len_now().unwrap()
                        };
                        let acknowledged = (0..STEPS).map(step).collect();
                        (writer, acknowledged)
                    })
                })
                .collect();
            started.into_iter().map(|thread| thread.join().expect("no writer fails")).collect()
        });
        server.kill9();
        Self { trace: recording.read().unwrap(), writers }
    }

    /// Starts on what a cut at `moment` leaves, and says what is wrong with it.
    fn check(&self, trace: &Trace, moment: Position, rng: &mut Rng) -> Result<(), String> {
        let folder = TempDir::new().unwrap();
        trace.materialize(moment, rng, folder.path()).unwrap();
        let server = Server::try_start_on(folder)?;
        let found = Found::read(&server);
        for (writer, acknowledged) in &self.writers {
            let due = acknowledged.iter().filter(|position| **position <= moment).count();
            writer.verify(due, &found)?;
        }
        Ok(())
    }
}

#[test]
fn every_acknowledged_write_survives_a_power_cut_and_no_call_is_half_there() {
    let run = Run::record();
    for seed in 0..CUTS as u64 {
        let mut rng = Rng::seeded(seed);
        let moment = run.trace.random_position(&mut rng);
        run.check(&run.trace, moment, &mut rng).unwrap_or_else(|why| {
            let kept = keep(&run, moment, seed);
            panic!("seed {seed}, cut at {moment:?} of {:?}, store kept in {kept}: {why}", run.trace.end())
        });
    }
}

#[test]
fn a_disk_that_ignores_flushes_loses_what_was_acknowledged() {
    let run = Run::record();
    let deaf = run.trace.without_flushes();
    let lost = (0..CUTS as u64).any(|seed| {
        let mut rng = Rng::seeded(seed);
        let moment = deaf.random_position(&mut rng);
        run.check(&deaf, moment, &mut rng).is_err()
    });
    assert!(lost, "the cuts throw nothing away, so the test above proves nothing");
}

/// The store as the failing cut left it, before a server was started on it.
fn keep(run: &Run, moment: Position, seed: u64) -> String {
    let mut rng = Rng::seeded(seed);
    assert_eq!(run.trace.random_position(&mut rng), moment);
    let folder: &Path = &TempDir::new().unwrap().keep();
    run.trace.materialize(moment, &mut rng, folder).unwrap();
    folder.display().to_string()
}
