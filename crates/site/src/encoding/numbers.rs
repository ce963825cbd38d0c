//! Lists and sets of numbers, packed: differences take one byte where the numbers are near each other.

use domain::DeviceNumber;
use roaring::RoaringBitmap;

use super::DecodeError;

/// Largest set that is written number by number.
pub(super) const SET_AS_LIST_MAX: u64 = 64;

/// A set of device numbers in the shorter of two forms.
#[derive(prost::Message)]
pub(crate) struct SetMessage {
    /// Up to [`SET_AS_LIST_MAX`] members: the first number, then the difference to each next one.
    #[prost(uint32, repeated, tag = "1")]
    steps: Vec<u32>,
    /// More members: the portable form of roaring bitmaps, runs included.
    #[prost(bytes = "vec", tag = "2")]
    bitmap: Vec<u8>,
}

impl SetMessage {
    /// Leaves out all but one number. What cannot be read stays as it is, for who reads it to refuse.
    pub(super) fn narrow(&mut self, device: DeviceNumber) {
        if let Ok(set) = read_set("set", self) {
            let steps = if set.contains(device.0) { vec![device.0] } else { Vec::new() };
            *self = Self { steps, bitmap: Vec::new() };
        }
    }
}

/// A set as a message.
pub(crate) fn write_set(set: &RoaringBitmap) -> SetMessage {
    if set.len() <= SET_AS_LIST_MAX {
        let mut last = 0;
        let steps = set.iter().map(|number| number - std::mem::replace(&mut last, number)).collect();
        return SetMessage { steps, bitmap: Vec::new() };
    }
    // Runs are what makes "every device of a site" a few bytes.
    let mut set = set.clone();
    set.optimize();
    let mut bitmap = Vec::with_capacity(set.serialized_size());
    set.serialize_into(&mut bitmap).expect("a vector has room for any bitmap");
    SetMessage { steps: Vec::new(), bitmap }
}

/// A set from its message.
pub(crate) fn read_set(member: &str, message: &SetMessage) -> Result<RoaringBitmap, DecodeError> {
    if message.bitmap.is_empty() {
        return read_steps(&message.steps)
            .ok_or_else(|| DecodeError::damaged(member, "must be in ascending order"));
    }
    if !message.steps.is_empty() {
        return Err(DecodeError::damaged(member, "is written twice"));
    }
    let mut rest = message.bitmap.as_slice();
    let set =
        RoaringBitmap::deserialize_from(&mut rest).map_err(|error| DecodeError::damaged(member, error))?;
    if !rest.is_empty() {
        return Err(DecodeError::damaged(member, "has bytes after its end"));
    }
    Ok(set)
}

fn read_steps(steps: &[u32]) -> Option<RoaringBitmap> {
    let mut last: Option<u32> = None;
    let mut set = RoaringBitmap::new();
    for step in steps {
        let number = match last {
            None => *step,
            Some(last) if *step > 0 => last.checked_add(*step)?,
            Some(_) => return None,
        };
        set.insert(number);
        last = Some(number);
    }
    Some(set)
}

/// Longest list of devices that is written as one: of more, the set takes less.
const LIST_MAX: usize = 4096;

/// Whether a list of devices is long enough to be written as a set, and in order.
pub(super) fn is_set(devices: &[DeviceNumber]) -> bool {
    devices.len() > LIST_MAX && devices.is_sorted_by(|one, next| one < next)
}

/// A list in order of number as a set.
pub(super) fn write_numbers(devices: &[DeviceNumber]) -> SetMessage {
    write_set(&devices.iter().map(|device| device.0).collect())
}

/// The set as a list in order of number.
pub(super) fn read_numbers(member: &str, message: &SetMessage) -> Result<Vec<DeviceNumber>, DecodeError> {
    Ok(read_set(member, message)?.into_iter().map(DeviceNumber).collect())
}

/// A list in its own order as differences that may be negative, the first one to 0.
pub(super) fn write_list(devices: &[DeviceNumber]) -> Vec<i32> {
    let mut last = 0;
    devices
        .iter()
        .map(|device| device.0.wrapping_sub(std::mem::replace(&mut last, device.0)).cast_signed())
        .collect()
}

/// A list from its differences.
pub(super) fn read_list(steps: &[i32]) -> Vec<DeviceNumber> {
    let mut last = 0_u32;
    steps
        .iter()
        .map(|step| {
            last = last.wrapping_add(step.cast_unsigned());
            DeviceNumber(last)
        })
        .collect()
}
