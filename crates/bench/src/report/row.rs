//! One line of the table.

use super::measure::Measure;
use super::target::{Target, Verdict};

/// A job, and what came of measuring it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was done.
    pub job: String,
    /// How it went.
    pub result: Result<Figures, String>,
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Fleetmark's.
    pub measured: Measure,
    /// What it is held against.
    pub yardstick: Option<Yardstick>,
    /// What it has to reach.
    pub target: Target,
    /// How long requests took.
    pub latency: Option<Latency>,
    /// What the server worked for each.
    pub cpu: Option<Cpu>,
}

/// What a job is held against, measured in the same run.
#[derive(Clone, Debug)]
pub struct Yardstick {
    /// Its letter or name.
    pub name: String,
    /// Its figure, in the unit of Fleetmark's.
    pub measured: Measure,
    /// How long its requests took.
    pub latency: Option<Latency>,
    /// What it worked for each.
    pub cpu: Option<Cpu>,
}

/// How long requests took, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Latency {
    /// Half of them no longer than this.
    pub p50_ms: f64,
    /// 99 of 100 no longer than this.
    pub p99_ms: f64,
}

/// How long processors worked, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cpu {
    /// In the program itself.
    pub own_us: f64,
    /// In the system, on its behalf.
    pub system_us: f64,
}

impl Cpu {
    /// A part of it.
    pub fn over(self, parts: f64) -> Self {
        Self { own_us: self.own_us / parts, system_us: self.system_us / parts }
    }

    /// What was worked since `earlier`.
    pub fn since(self, earlier: Self) -> Self {
        Self { own_us: self.own_us - earlier.own_us, system_us: self.system_us - earlier.system_us }
    }
}

impl Row {
    /// A figure that has no yardstick and no target, to begin with.
    pub fn of(job: impl Into<String>, measured: Measure) -> Self {
        let figures = Figures { measured, yardstick: None, target: Target::Unset, latency: None, cpu: None };
        Self { job: job.into(), result: Ok(figures) }
    }

    /// A job that was not measured, and why.
    pub fn left_out(job: impl Into<String>, why: impl Into<String>) -> Self {
        Self { job: job.into(), result: Err(why.into()) }
    }

    /// With what it has to reach.
    pub fn target(self, target: Target) -> Self {
        self.with(|figures| figures.target = target)
    }

    /// With what it is held against.
    pub fn beside(self, name: impl Into<String>, measured: Measure, latency: Option<Latency>) -> Self {
        let yardstick = Yardstick { name: name.into(), measured, latency, cpu: None };
        self.with(|figures| figures.yardstick = Some(yardstick))
    }

    /// With what the servers worked for each request.
    pub fn cpu(self, ours: Option<Cpu>, theirs: Option<Cpu>) -> Self {
        self.with(|figures| {
            figures.cpu = ours;
            if let Some(yardstick) = &mut figures.yardstick {
                yardstick.cpu = theirs;
            }
        })
    }

    /// With how long requests took.
    pub fn latency(self, latency: Latency) -> Self {
        self.with(|figures| figures.latency = Some(latency))
    }

    fn with(mut self, change: impl FnOnce(&mut Figures)) -> Self {
        if let Ok(figures) = &mut self.result {
            change(figures);
        }
        self
    }
}

impl Figures {
    /// Fleetmark's figure as a multiple of the yardstick's.
    pub fn ratio(&self) -> Option<f64> {
        let yardstick = self.yardstick.as_ref()?.measured.value();
        (yardstick > 0.0).then(|| self.measured.value() / yardstick)
    }

    /// How it stands to its target.
    pub fn verdict(&self) -> Verdict {
        self.target.judge(self.measured, self.ratio())
    }
}
