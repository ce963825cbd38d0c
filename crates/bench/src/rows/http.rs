//! How many calls a second, closed loop: bulk calls, check-ins, reads of one device.

use super::jobs;
use super::measuring::{Measuring, Side, rate};
use crate::failure::Outcome;
use crate::load::{Api, Requests, request};
use crate::report::{Row, Target};
use crate::servers::{Server, SlowFlush, TOKEN};
use crate::site::{self, Seeded, devices};
use crate::yardstick::{self, Yardstick};

const BULK: Target = Target::TimesAtLeast { must: 0.40, aim: 0.60 };
const CHECK_IN: Target = Target::TimesAtLeast { must: 0.65, aim: 0.85 };
const READ: Target = Target::TimesAtLeast { must: 0.80, aim: 1.0 };

/// Fleetmark with the small site, measured beside yardsticks whose flushes are like its own.
pub struct Rates<'a> {
    bench: &'a Measuring,
    server: Server,
    slow: Option<&'a SlowFlush>,
    /// What it was filled with.
    pub seeded: Seeded,
}

/// Measures rates of all calls.
///
/// # Errors
/// When a server does not start, or a call is refused.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let rates = Rates::start(bench, None)?;
    let (tags, device) = (jobs::tags_of_devices(), jobs::device_reads(&rates.seeded.devices));
    let mut rows = rates.writes("")?;
    rows.extend(rates.read("gettags of a device", &tags)?);
    rows.extend(rates.read("device read", &device)?);
    rates.server.process.stop();
    Ok(rows)
}

impl<'a> Rates<'a> {
    /// Starts and fills it; `slow` delays the flushes of all servers.
    ///
    /// # Errors
    /// When it does not start, or a call is refused.
    pub fn start(bench: &'a Measuring, slow: Option<&'a SlowFlush>) -> Outcome<Self> {
        let server = bench.fleetmark("http")?.start(slow)?;
        let seeded = site::fill(&Api::new(server.address, TOKEN), devices::COUNT)?;
        Ok(Self { bench, server, slow, seeded })
    }

    /// The rows of writes, with `remark` behind their names.
    ///
    /// # Errors
    /// When a yardstick does not start, or a call is refused.
    pub fn writes(&self, remark: &str) -> Outcome<Vec<Row>> {
        let (bulk, check_ins) = (jobs::bulk_replace(&self.seeded.tags), jobs::check_ins());
        let bulk_name = format!("bulkreplace of {} devices, durable{remark}", jobs::BULK);
        let check_in_name = format!("one check-in, durable and classified{remark}");
        let mut rows = self.write(&bulk_name, &bulk, Yardstick::Bulk, BULK)?;
        rows.extend(self.write(&check_in_name, &check_ins, Yardstick::Checkin, CHECK_IN)?);
        Ok(rows)
    }

    /// The server.
    pub fn server(&self) -> Server {
        self.server
    }

    /// A read beside H, and F and G in the server's place.
    fn read(&self, job: &str, requests: &Requests) -> Outcome<[Row; 3]> {
        let folder = self.bench.bench.folder.inside("yardstick")?;
        let hello = yardstick::start(Yardstick::Hello, &folder.join("log"), self.slow)?;
        let floor = yardstick::start_floor(&folder.join("answer"), self.server, &requests[0])?;
        let plain = yardstick::start_plain(&folder.join("answers"), self.server, requests)?;
        let measured = self.bench.closed([
            &Side::new(self.server, requests),
            &Side::new(hello, &[request::hello()].into()),
            &Side::new(floor, requests),
            &Side::new(plain, requests),
        ]);
        hello.process.stop();
        floor.process.stop();
        plain.process.stop();
        let [ours, hello, floor, plain] = measured?;
        let letter = Yardstick::Hello.letter();
        Ok([
            rate(job, ours, letter, hello, READ),
            rate(format!("{job}, F in its place"), floor, letter, hello, Target::Unset),
            rate(format!("{job}, G in its place"), plain, letter, hello, Target::Unset),
        ])
    }

    /// A write beside a yardstick, and K in the server's place.
    fn write(
        &self,
        job: &str,
        requests: &Requests,
        yardstick: Yardstick,
        target: Target,
    ) -> Outcome<Vec<Row>> {
        let folder = self.bench.bench.folder.inside("yardstick")?;
        let theirs = yardstick::start(yardstick, &folder.join("log"), self.slow)?;
        let keeping = yardstick::start(Yardstick::Keeping, &folder.join("kept"), self.slow)?;
        let measured = self.bench.closed([
            &Side::new(self.server, requests),
            &Side::new(theirs, requests),
            &Side::new(keeping, requests),
        ]);
        theirs.process.stop();
        keeping.process.stop();
        let [ours, theirs, keeping] = measured?;
        let letter = yardstick.letter();
        Ok(vec![
            rate(job, ours, letter, theirs, target),
            rate(format!("{job}, K in its place"), keeping, letter, theirs, Target::Unset),
        ])
    }
}
