//! Redis with as many hashes of six fields as there are devices: the yardstick of start, memory and disk.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::measuring::Measuring;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::report::Measure;
use crate::servers::{Process, children, folder};
use crate::site::devices;

/// Hashes sent before their answers are read.
const PIPELINE: u32 = 1000;
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(1);
const ROUNDS_MAX: u32 = 5;

/// What Redis takes.
pub struct Redis {
    /// From starting it to its first right answer.
    pub start: Measure,
    /// Its `dump.rdb`.
    pub disk: Measure,
    /// Memory after a start.
    pub memory: Measure,
}

/// Fills one, stops it, and starts it as often as there are rounds.
///
/// # Errors
/// When there is no `redis-server`, or it answers in an unexpected way.
pub fn measure(bench: &Measuring) -> Outcome<Redis> {
    let folder = bench.bench.folder.inside("redis")?;
    let count = bench.bench.devices;
    let (process, mut connection) = start(&folder)?;
    for first in (0..count).step_by(PIPELINE as usize) {
        let last = (first + PIPELINE).min(count);
        let commands: String = (first..last).map(hash).collect();
        connection.send(&commands)?;
        for _ in first..last {
            connection.line()?;
        }
    }
    connection.send(&command(&["SAVE"]))?;
    connection.line()?;
    process.stop();

    let (mut took_ms, mut memory_mib) = (Vec::new(), Vec::new());
    for _ in 0..bench.rounds.min(ROUNDS_MAX) {
        let (ms, started) = clock::timed(|| {
            let (process, mut connection) = start(&folder)?;
            connection.await_loaded(count - 1)?;
            Ok(process)
        });
        let process = started?;
        took_ms.push(ms);
        memory_mib.push(process.resident_mib());
        process.stop();
    }
    Ok(Redis {
        start: Measure::median(Measure::Millis, took_ms),
        disk: Measure::Mib(folder::weight_mib(&folder, |name| name == "dump.rdb")),
        memory: Measure::median(Measure::Mib, memory_mib),
    })
}

/// Starts it on a free port and connects as soon as it listens.
fn start(folder: &Path) -> Outcome<(Process, Connection)> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    let address = free.map_err(|error| Failure::new("no port is free", error))?;
    let mut server = Command::new("redis-server");
    server.args(["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]);
    server.args(["--port", &address.port().to_string(), "--dir"]).arg(folder);
    let process = children::start_silent(&mut server)?;
    Ok((process, Connection::open(address)?))
}

struct Connection {
    writer: TcpStream,
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn open(address: SocketAddr) -> Outcome<Self> {
        let end = clock::now() + PATIENCE;
        let stream = loop {
            match TcpStream::connect(address) {
                Ok(stream) => break stream,
                Err(error) if clock::now() > end => {
                    return Err(Failure::new("redis-server did not start", error));
                }
                Err(_) => clock::pause(LOOK_EVERY),
            }
        };
        let writer = stream.try_clone().map_err(|error| Failure::new("redis-server", error))?;
        Ok(Self { writer, reader: BufReader::new(stream) })
    }

    fn send(&mut self, commands: &str) -> Outcome {
        self.writer.write_all(commands.as_bytes()).map_err(|error| Failure::new("redis-server", error))
    }

    /// One line of an answer; an error is a failure.
    fn line(&mut self) -> Outcome<String> {
        let mut line = String::new();
        self.reader.read_line(&mut line).map_err(|error| Failure::new("redis-server", error))?;
        if line.starts_with('-') || line.is_empty() {
            Err(Failure::new("redis-server", line))
        } else {
            Ok(line)
        }
    }

    /// Asks for a host name until the server has loaded it.
    fn await_loaded(&mut self, number: u32) -> Outcome {
        let end = clock::now() + PATIENCE;
        loop {
            self.send(&command(&["HGET", &key(number), "hostname"]))?;
            match self.line() {
                Ok(length) if length.starts_with("$-1") => {
                    return Err(Failure::text("redis-server lost a hash"));
                }
                Ok(_) => return self.line().map(|_| ()),
                Err(error) if clock::now() > end => return Err(error),
                // It says -LOADING.
                Err(_) => clock::pause(LOOK_EVERY),
            }
        }
    }
}

fn hash(number: u32) -> String {
    let device = devices::check_in(u64::from(number), 0);
    let key = key(number);
    let mut words = vec!["HSET", &key];
    for field in ["nsdeviceuid", "userkey", "hostname", "os", "osVersion"] {
        words.extend([field, device[field].as_str().unwrap_or_default()]);
    }
    words.extend(["classification", "low risk"]);
    command(&words)
}

fn key(number: u32) -> String {
    format!("device:{number}")
}

/// A command as Redis reads it: how many words, and each with its length.
fn command(words: &[&str]) -> String {
    let mut text = format!("*{}\r\n", words.len());
    for word in words {
        write!(text, "${}\r\n{word}\r\n", word.len()).expect("writing to a String cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_tells_the_length_of_each_word() {
        assert_eq!(command(&["GET", "é"]), "*2\r\n$3\r\nGET\r\n$2\r\né\r\n");
    }

    #[test]
    fn a_hash_has_six_fields() {
        assert!(hash(7).starts_with("*14\r\n$4\r\nHSET\r\n$8\r\ndevice:7\r\n"));
    }
}
