//! Parameters that are whole numbers within limits.

use std::ops::RangeInclusive;

use domain::Violation;

use crate::params::Params;
use crate::violations::Violations;

/// A parameter that is such a number; `default` without it.
pub(super) fn read(
    params: &Params,
    name: &'static str,
    limits: RangeInclusive<usize>,
    default: usize,
    wrong: &mut Violations,
) -> usize {
    let Some(text) = params.text(name) else { return default };
    let number = text.parse().ok().filter(|number| limits.contains(number));
    number.unwrap_or_else(|| {
        let most = *limits.end();
        let until = if most == usize::MAX { "on".to_owned() } else { format!("to {most}") };
        let message = format!("{name} must be a whole number from {} {until}", limits.start());
        wrong.push(Violation::new(name, "number", message));
        default
    })
}
