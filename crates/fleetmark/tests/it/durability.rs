//! What was acknowledged survives kill -9, and no call is half there (DESIGN §3 and §4).

use std::sync::mpsc::channel;

use crate::harness::{Client, Server};
use crate::writers::{Found, Writer};

const WRITERS: usize = 16;
const KILLS: usize = 20;

#[test]
fn every_acknowledged_write_survives_twenty_kills_and_no_call_is_half_there() {
    let mut server = Server::start();
    let mut writers = Writer::all(WRITERS);
    for kill in 0..KILLS {
        // Another moment each time, from "hardly begun" to "well under way".
        kill_in_the_middle(&mut server, &mut writers, 20 + kill * 37 % 400);
        server.restart();
        let found = Found::read(&server);
        for writer in &mut writers {
            let steps =
                writer.verify(writer.done(), &found).unwrap_or_else(|why| panic!("kill {kill}: {why}"));
            writer.resume(steps, &found);
        }
    }
    let steps: usize = writers.iter().map(Writer::done).sum();
    assert!(steps >= 20 * KILLS, "{steps} steps were taken");
}

/// Lets all writers write at once and kills the server after so many answers.
fn kill_in_the_middle(server: &mut Server, writers: &mut [Writer], answers: usize) {
    std::thread::scope(|scope| {
        let (send, answered) = channel();
        for writer in writers.iter_mut() {
            let (client, send): (Client, _) = ((*server).clone(), send.clone());
            scope.spawn(move || {
                while writer.step(&client) {
                    // Nobody counts any more once the server is being killed.
                    let _ = send.send(());
                }
            });
        }
        for _ in 0..answers {
            answered.recv().expect("a writer goes on until the server is gone");
        }
        server.kill9();
    });
}
