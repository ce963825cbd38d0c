//! How fast a site's callers are served, as it is kept.

use domain::{Figure, Pace, Pacing};

use super::DecodeError;

/// As [`Pacing`]; a dialect that is not paced is absent.
#[derive(Clone, Copy, prost::Message)]
pub(super) struct PacingMessage {
    #[prost(message, optional, tag = "1")]
    netskope_v1: Option<PaceMessage>,
    #[prost(message, optional, tag = "2")]
    netskope_v2: Option<PaceMessage>,
    #[prost(message, optional, tag = "3")]
    alloyscan: Option<PaceMessage>,
}

/// As [`Pace`].
#[derive(Clone, Copy, prost::Message)]
struct PaceMessage {
    #[prost(uint32, tag = "1")]
    at_once: u32,
    #[prost(uint32, tag = "2")]
    waiting: u32,
    #[prost(uint32, tag = "3")]
    seconds: u32,
}

/// As a message, if it differs from what it is as long as nobody sets it.
pub(super) fn write_pacing(pacing: &Pacing) -> Option<PacingMessage> {
    (*pacing != Pacing::default()).then(|| PacingMessage {
        netskope_v1: pacing.netskope_v1.map(write),
        netskope_v2: pacing.netskope_v2.map(write),
        alloyscan: pacing.alloyscan.map(write),
    })
}

/// Pacing from its message.
pub(super) fn read_pacing(message: Option<&PacingMessage>) -> Result<Pacing, DecodeError> {
    let Some(message) = message else { return Ok(Pacing::default()) };
    Ok(Pacing {
        netskope_v1: message.netskope_v1.map(read).transpose()?,
        netskope_v2: message.netskope_v2.map(read).transpose()?,
        alloyscan: message.alloyscan.map(read).transpose()?,
    })
}

fn write(pace: Pace) -> PaceMessage {
    let Pace { at_once, waiting, seconds } = pace;
    PaceMessage { at_once: at_once.get(), waiting: waiting.get(), seconds: seconds.get() }
}

fn read(message: PaceMessage) -> Result<Pace, DecodeError> {
    Ok(Pace {
        at_once: figure("at_once", message.at_once)?,
        waiting: figure("waiting", message.waiting)?,
        seconds: figure("seconds", message.seconds)?,
    })
}

fn figure<const MIN: u16, const MAX: u16>(
    member: &str,
    figure: u32,
) -> Result<Figure<MIN, MAX>, DecodeError> {
    Figure::new(figure.into()).map_err(|error| DecodeError::damaged(member, error.message))
}
