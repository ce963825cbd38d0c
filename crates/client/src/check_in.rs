//! `POST /api/v1/checkins`.

use serde::Serialize;
use wire::check_in::{CheckIn, CheckInsReply, Judged, MAX_CHECKINS};

use crate::{Client, Error};

/// [`wire::check_in::CheckIns`], borrowed.
#[derive(Serialize)]
struct CheckIns<'a> {
    checkins: &'a [CheckIn],
}

impl Client {
    /// Checks devices in, [`MAX_CHECKINS`] a call, one call after the other. The reply has one entry a check-in in
    /// their order; an entry that was refused names its place in `checkins`. A repeated check-in changes nothing, so
    /// calls are repeated as [`crate::Options::retry`] says.
    ///
    /// # Errors
    /// Any call that failed in the end; those before it were taken.
    pub async fn check_in(&self, checkins: &[CheckIn]) -> Result<CheckInsReply, Error> {
        let mut whole = CheckInsReply::default();
        for part in checkins.chunks(MAX_CHECKINS) {
            let offset = whole.devices.len();
            let reply: CheckInsReply =
                self.post_repeatable("/api/v1/checkins", &CheckIns { checkins: part }).await?;
            if reply.devices.len() != part.len() {
                let reason = format!("{} entries for {} check-ins", reply.devices.len(), part.len());
                return Err(self.bad_reply(reason));
            }
            whole.devices.extend(reply.devices.into_iter().map(|judged| shift(judged, offset)));
            whole.version = reply.version;
        }
        Ok(whole)
    }
}

/// Counts a refused entry's place from the first check-in of all calls.
fn shift(mut judged: Judged, offset: usize) -> Judged {
    if let Judged::Refused(refused) = &mut judged {
        refused.index += offset;
    }
    judged
}
