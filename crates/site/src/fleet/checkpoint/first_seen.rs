//! When devices were first seen: a part for so many steps.

use super::super::first_seen::{FirstSeen, Step};
use crate::DecodeError;
use crate::encoding::packed::{read_numbers, write_numbers};
use crate::encoding::{Kind, open_part, seal_part};

/// Steps of a part; there is at least one.
#[derive(prost::Message)]
struct StepsMessage {
    /// The first device of the first step.
    #[prost(uint32, tag = "1")]
    number: u32,
    /// The moment of the first step, in Unix seconds.
    #[prost(uint32, tag = "2")]
    seconds: u32,
    /// Of each other step: how many numbers after the first device of the step before.
    #[prost(bytes = "vec", tag = "3")]
    numbers_later: Vec<u8>,
    /// And how many seconds later.
    #[prost(bytes = "vec", tag = "4")]
    seconds_later: Vec<u8>,
}

/// Steps that were read.
#[derive(Debug)]
pub(crate) struct ReadSteps(Vec<Step>);

/// How many parts so many steps take.
pub(crate) fn step_chunks(steps: u32) -> u32 {
    u32::try_from((steps as usize).div_ceil(FirstSeen::CHUNK)).expect("no more than there are steps")
}

pub(super) fn encode(steps: &[Step]) -> Vec<u8> {
    let first = steps.first().copied().unwrap_or_default();
    let pairs = || steps.iter().zip(steps.iter().skip(1));
    let numbers: Vec<_> = pairs().map(|(a, b)| u64::from(b.number - a.number)).collect();
    let seconds: Vec<_> = pairs().map(|(a, b)| u64::from(b.seconds - a.seconds)).collect();
    let message = StepsMessage {
        number: first.number,
        seconds: first.seconds,
        numbers_later: write_numbers(&numbers),
        seconds_later: write_numbers(&seconds),
    };
    seal_part(Kind::FirstSeen, &message)
}

/// Steps from their bytes.
pub(crate) fn decode_steps(bytes: &[u8]) -> Result<ReadSteps, DecodeError> {
    open_part(Kind::FirstSeen, bytes, |message| read(&message))
}

fn read(message: &StepsMessage) -> Result<ReadSteps, DecodeError> {
    let later = |member, bytes| read_numbers(member, bytes, FirstSeen::CHUNK - 1)?.collect::<u32>(member);
    let numbers = later("numbers_later", &message.numbers_later)?;
    let seconds = later("seconds_later", &message.seconds_later)?;
    if numbers.len() != seconds.len() {
        return Err(DecodeError::damaged("seconds_later", "must be as many as numbers_later"));
    }
    let mut step = Step { number: message.number, seconds: message.seconds };
    let mut steps = Vec::with_capacity(1 + numbers.len());
    steps.push(step);
    for (numbers, seconds) in numbers.into_iter().zip(seconds) {
        step = later_by(step, numbers, seconds)
            .ok_or_else(|| DecodeError::damaged("steps", "must be in ascending order"))?;
        steps.push(step);
    }
    Ok(ReadSteps(steps))
}

fn later_by(step: Step, numbers: u32, seconds: u32) -> Option<Step> {
    let (number, seconds_then) = (step.number.checked_add(numbers)?, step.seconds.checked_add(seconds)?);
    (numbers > 0 && seconds > 0).then_some(Step { number, seconds: seconds_then })
}

/// The steps of all parts, in their order, of which there must be `count`, of devices up to the number `last`.
pub(super) fn join(chunks: Vec<ReadSteps>, count: u32, last: u32) -> Result<FirstSeen, DecodeError> {
    let chunks: Vec<_> = chunks.into_iter().map(|ReadSteps(steps)| steps).collect();
    let damaged = |what| Err(DecodeError::damaged("steps", what));
    let full = chunks.iter().rev().skip(1).all(|chunk| chunk.len() == FirstSeen::CHUNK);
    if !full || chunks.iter().map(Vec::len).sum::<usize>() != count as usize {
        return damaged("are not as many as the header says");
    }
    let ends = chunks.windows(2).filter_map(|pair| Some((pair.first()?.last()?, pair.last()?.first()?)));
    let ascend = |(end, next): (&Step, &Step)| end.number < next.number && end.seconds < next.seconds;
    if !ends.into_iter().all(ascend) {
        return damaged("must be in ascending order");
    }
    if chunks.last().and_then(|chunk| chunk.last()).is_some_and(|step| step.number > last) {
        return damaged("name a device whose number was not yet given out");
    }
    Ok(FirstSeen::of(chunks))
}
