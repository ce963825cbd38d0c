//! A server that classifies by one rule: the process `guard` runs → "low risk".

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use client::{Client, Options, Retry};
use tokio::net::TcpListener;
use wire::check_in::{
    CheckIn, CheckIns, CheckInsReply, Judged, JudgedDevice, MAX_PROBED, Probes, Refusal, Refused, Tag,
};

#[derive(Clone)]
pub struct Server {
    /// Most processes of a check-in; one with more is refused.
    most_processes: usize,
    probes: Arc<Mutex<Probes>>,
    seen: Arc<Mutex<Vec<CheckIn>>>,
    away: Arc<Mutex<usize>>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            most_processes: MAX_PROBED,
            probes: Arc::default(),
            seen: Arc::default(),
            away: Arc::default(),
        }
    }
}

impl Server {
    /// One that takes fewer answers than it asks for.
    pub fn taking_at_most(most_processes: usize) -> Self {
        Self { most_processes, ..Self::default() }
    }

    pub fn asking(processes: &[&str]) -> Self {
        let server = Self::default();
        server.ask(processes);
        server
    }

    pub fn ask(&self, processes: &[&str]) {
        self.ask_all(processes.iter().map(|name| (*name).to_owned()).collect());
    }

    pub fn ask_all(&self, processes: Vec<String>) {
        *self.probes.lock().unwrap() = Probes { processes, ..Probes::default() };
    }

    /// Answers the next calls with 503.
    pub fn away_for(&self, calls: usize) {
        *self.away.lock().unwrap() = calls;
    }

    /// Every check-in taken, in order.
    pub fn seen(&self) -> Vec<CheckIn> {
        self.seen.lock().unwrap().clone()
    }

    pub async fn start(&self) -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/api/v1/checkins", post(check_in))
            .layer(axum::extract::DefaultBodyLimit::max(16 << 20))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let retry = Retry { attempts: 1, ..Retry::default() };
        let server = format!("http://{address}").parse().unwrap();
        Client::new(server, &"fm_secret".parse().unwrap(), &Options { retry, ..Options::new("agent") })
            .unwrap()
    }

    fn judge(&self, index: usize, checkin: &CheckIn) -> Judged {
        if checkin.hostname.as_deref() == Some("bad") {
            let error =
                Refusal { code: "invalid".into(), message: "no".into(), field: Some("hostname".into()) };
            return Judged::Refused(Refused { index, error });
        }
        let processes = checkin.facts.as_ref().and_then(|facts| facts.processes.as_ref());
        if let Some(processes) = processes.filter(|processes| processes.len() > self.most_processes) {
            let message = format!("not {}", processes.len());
            let error = Refusal { code: "too_many".into(), message, field: Some("facts.processes".into()) };
            return Judged::Refused(Refused { index, error });
        }
        let guard = processes.and_then(|processes| processes.get("guard")).map(|process| process.running);
        Judged::Device(JudgedDevice {
            id: checkin.nsdeviceuid.to_lowercase(),
            status: if guard == Some(true) { "Managed" } else { "Unmanaged" }.into(),
            classification: (guard == Some(true)).then(|| "low risk".into()),
            undetermined: if guard.is_none() { vec!["low risk".into()] } else { vec![] },
            tags: vec![Tag { id: 1, name: "risky".into() }],
            probes: self.probes.lock().unwrap().clone(),
        })
    }
}

async fn check_in(State(server): State<Server>, Json(body): Json<CheckIns>) -> Response {
    let mut away = server.away.lock().unwrap();
    if *away > 0 {
        *away -= 1;
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let mut seen = server.seen.lock().unwrap();
    let devices =
        body.checkins.iter().enumerate().map(|(index, checkin)| server.judge(index, checkin)).collect();
    seen.extend(body.checkins);
    Json(CheckInsReply { devices, version: seen.len() as u64 }).into_response()
}
