//! Work on the whole server.

use domain::{Error, InstanceChange, Maintenance, Notice};

use crate::instance::Instance;
use crate::state::{Command, Context};

/// Has work begin or end, or told of in another way; `None` leaves a member as it is.
#[derive(Clone, Debug, Default)]
pub struct ChangeMaintenance {
    /// Whether nobody is served.
    pub on: Option<bool>,
    /// What they are told then; `Some(None)`: nothing besides.
    pub message: Option<Option<Notice>>,
    /// In how many seconds they are told to come again.
    pub retry_after_seconds: Option<u32>,
}

impl ChangeMaintenance {
    pub(super) fn applied(&self, maintenance: &Maintenance) -> Maintenance {
        Maintenance {
            on: self.on.unwrap_or(maintenance.on),
            message: self.message.as_ref().unwrap_or(&maintenance.message).clone(),
            retry_after_seconds: self.retry_after_seconds.unwrap_or(maintenance.retry_after_seconds),
        }
    }
}

/// To exactly this.
impl From<Maintenance> for ChangeMaintenance {
    fn from(to: Maintenance) -> Self {
        Self { on: Some(to.on), message: Some(to.message), retry_after_seconds: Some(to.retry_after_seconds) }
    }
}

/// On the whole server; that of a site is among its settings.
impl Command<Instance> for ChangeMaintenance {
    type Outcome = ();

    fn decide(&mut self, instance: &Instance, _: &Context) -> Result<Vec<InstanceChange>, Error> {
        let before = instance.maintenance().clone();
        let after = self.applied(&before);
        if after == before {
            return Ok(Vec::new());
        }
        Ok(vec![InstanceChange::MaintenanceChanged { before, after }])
    }

    fn outcome(&mut self, _: &Instance) {}
}
