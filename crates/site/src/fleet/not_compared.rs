//! What is no part of the value that it lies in.

/// Makes no difference to what it lies in: equal to any other.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NotCompared<T>(pub(super) T);

impl<T> PartialEq for NotCompared<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
