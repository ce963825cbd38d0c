//! Moments as replies show them.

use domain::Timestamp;
use wire::moment::Moment;

/// As it displays, without the heap.
pub(crate) fn moment(at: Timestamp) -> Moment {
    Moment::new(at.written())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_it_displays() {
        for at in [Timestamp::EPOCH, Timestamp::from_millis(1_753_692_494_123), Timestamp::MAX] {
            assert_eq!(serde_json::to_value(moment(at)).unwrap(), at.to_string());
            assert_eq!(format!("{:?}", moment(at)), format!("{:?}", at.to_string()));
        }
    }
}
