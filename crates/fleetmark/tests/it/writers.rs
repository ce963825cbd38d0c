//! Clients that write one step after another and know what must be there after each: the load of `durability` and
//! `power_cut`.
//!
//! A writer has machines of its own and always takes the same steps: all machines check in; then over and over it
//! creates a tag, puts that tag alone on all its machines in one bulk call, and has one machine report a new
//! version. What is there after n steps follows from n, so a server that came back shows how many steps it holds.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{Client, linux, uid};

/// Machines of one writer: so many a bulk call changes, all or none.
const MACHINES: usize = 50;
const TAGS: &str = "/api/v2/devices/device/tags";

pub struct Writer {
    number: usize,
    /// Steps whose answers came.
    done: usize,
    /// The ids of the tags made so far.
    tags: Vec<u64>,
}

impl Writer {
    /// Up to 100 writers, each with a number of its own.
    pub fn all(count: usize) -> Vec<Self> {
        (0..count).map(|number| Self { number, done: 0, tags: Vec::new() }).collect()
    }

    pub fn done(&self) -> usize {
        self.done
    }

    /// Takes the next step; whether its answer came. None comes from a server that is gone.
    #[track_caller]
    pub fn step(&mut self, client: &Client) -> bool {
        let round = self.done.saturating_sub(1) / 3;
        let (path, body, status) = match (self.done, self.done % 3) {
            (0, _) => ("/api/v1/checkins".to_owned(), self.fleet(), 200),
            (_, 1) => {
                (TAGS.to_owned(), json!({"name": self.tag(round), "description": self.about(round)}), 201)
            }
            (_, 2) => (format!("{TAGS}/bulkreplace"), self.replacement(round), 200),
            _ => ("/api/v1/checkins".to_owned(), self.report(round), 200),
        };
        let Ok(answer) = client.try_send("POST", &path, Some(body)) else { return false };
        let answer = answer.expect_status(status);
        if status == 201 {
            self.tags.push(answer.json()["data"]["id"].as_u64().unwrap());
        }
        self.done += 1;
        true
    }

    /// Holds what a server shows against `acknowledged` steps: exactly those are there, or those and the one after,
    /// which may have been carried out without an answer. How many there are, or what is wrong.
    pub fn verify(&self, acknowledged: usize, found: &Found) -> Result<usize, String> {
        let shown = self.shown(found);
        let fits = [acknowledged, acknowledged + 1].into_iter().find(|steps| shown == self.after(*steps));
        let known =
            self.tags.iter().enumerate().filter_map(|(n, id)| Some((id, found.tags.get(&self.tag(n))?.id)));
        if let Some((id, other)) = known.into_iter().find(|(id, other)| *id != other) {
            return Err(format!("writer {}: tag {id} has become tag {other}", self.number));
        }
        fits.ok_or_else(|| {
            let wanted = self.after(acknowledged);
            format!("writer {}: {acknowledged} steps make {wanted:?}; there is {shown:?}", self.number)
        })
    }

    /// Goes on from so many steps, as `found` shows them.
    pub fn resume(&mut self, steps: usize, found: &Found) {
        self.done = steps;
        self.tags = (0..self.after(steps).tags).map(|n| found.tags[&self.tag(n)].id).collect();
    }

    fn after(&self, steps: usize) -> Shown {
        let Some(steps) = steps.checked_sub(1) else { return Shown::default() };
        let last = steps.checked_sub(3).map(|past| past / 3);
        let version = last.map_or_else(|| text(&linux("")["clientVersion"]), |round| self.version(round));
        Shown {
            machines: MACHINES,
            tags: steps.div_ceil(3),
            carried: steps.checked_sub(2).map(|past| (self.tag(past / 3), MACHINES)).into_iter().collect(),
            version: Some(version),
        }
    }

    fn shown(&self, found: &Found) -> Shown {
        let (mut tags, mut carried) = (0, BTreeMap::new());
        while let Some(tag) = found.tags.get(&self.tag(tags)) {
            // A tag that is half there is none of ours.
            if tag.description != self.about(tags) {
                break;
            }
            if tag.devices > 0 {
                carried.insert(self.tag(tags), tag.devices);
            }
            tags += 1;
        }
        let machines = self.machines().filter(|machine| found.versions.contains_key(machine)).count();
        Shown { machines, tags, carried, version: found.versions.get(&uid(self.number * MACHINES)).cloned() }
    }

    fn machines(&self) -> impl Iterator<Item = String> + use<> {
        (self.number * MACHINES..(self.number + 1) * MACHINES).map(uid)
    }

    fn tag(&self, round: usize) -> String {
        format!("writer {} tag {round}", self.number)
    }

    fn about(&self, round: usize) -> String {
        format!("made in round {round} by {}", self.number)
    }

    fn version(&self, round: usize) -> String {
        format!("1.{}.{round}", self.number)
    }

    fn fleet(&self) -> Value {
        json!({"checkins": self.machines().map(|machine| linux(&machine)).collect::<Vec<_>>()})
    }

    fn replacement(&self, round: usize) -> Value {
        let devices: Vec<_> = self.machines().map(|machine| json!({"nsdeviceuid": machine})).collect();
        json!({"tags": [self.tags[round]], "devices": devices})
    }

    fn report(&self, round: usize) -> Value {
        let mut device = linux(&uid(self.number * MACHINES));
        device["clientVersion"] = json!(self.version(round));
        json!({"checkins": [device]})
    }
}

/// What there is of one writer's doing.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shown {
    machines: usize,
    tags: usize,
    /// Tags on any machine, with the number of machines.
    carried: BTreeMap<String, usize>,
    /// What its first machine reported last.
    version: Option<String>,
}

/// What a server that came back shows of all writers.
pub struct Found {
    tags: BTreeMap<String, Tag>,
    versions: BTreeMap<String, String>,
}

struct Tag {
    id: u64,
    description: String,
    devices: usize,
}

impl Found {
    pub fn read(server: &Client) -> Self {
        let mut tags = BTreeMap::new();
        loop {
            let body = json!({"offset": tags.len(), "limit": 1000});
            let page = server.post(&format!("{TAGS}/gettags"), body).expect_status(200).json();
            let page = page["data"]["data"].as_array().unwrap();
            if page.is_empty() {
                break;
            }
            tags.extend(page.iter().map(|tag| (text(&tag["name"]), Tag::read(tag))));
        }
        let path = "/api/v2/events/datasearch/clientstatus?fields=nsdeviceuid,client_version";
        let rows = server.get(path).expect_status(200).json();
        let rows = rows["result"].as_array().unwrap();
        let versions = rows.iter().map(|row| (text(&row["nsdeviceuid"]), text(&row["client_version"])));
        Self { tags, versions: versions.collect() }
    }
}

impl Tag {
    fn read(tag: &Value) -> Self {
        let devices = tag["device_count"].as_u64().and_then(|count| usize::try_from(count).ok()).unwrap();
        Self { id: tag["id"].as_u64().unwrap(), description: text(&tag["description"]), devices }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}
