//! Certificates: nearly every device has its own, which are read once for all leaves that ask about any.

use std::sync::atomic::{AtomicBool, Ordering};

use rules::block::{Bits, Leaf, Words};
use rules::{CertificateView, Device as _};
use smallvec::SmallVec;

use super::super::DeviceRef;
use super::value::Value;

/// Devices between two looks at whether to stop.
const DEVICES_BETWEEN_LOOKS: usize = 64;

/// Leaves that ask about certificates, by number.
#[derive(Debug)]
pub(super) struct Certified(pub(super) Vec<usize>);

impl Certified {
    /// Looks up some places; less, once `stop` is true.
    pub(super) fn look_up<'f>(
        &self,
        all: &[Leaf],
        device: impl Fn(usize) -> DeviceRef<'f>,
        places: &Words,
        stop: &AtomicBool,
        answers: &mut [Bits],
    ) {
        for (count, place) in places.iter().enumerate() {
            if count % DEVICES_BETWEEN_LOOKS == 0 && stop.load(Ordering::Relaxed) {
                return;
            }
            let device = device(place);
            let certificates: Option<SmallVec<[CertificateView<'_>; 4]>> =
                device.certificates().map(Iterator::collect);
            let value = certificates.as_deref().map_or(Value::Nothing, Value::Certificates);
            for leaf in &self.0 {
                answers[*leaf].set(place, all[*leaf].evaluate(&value));
            }
        }
    }
}
