//! The filters of lists of devices (alloyscan, Devices), as parameters and as a member of a body.

use site::queries::device_filter::DeviceFilter;
use wire::alloyscan::devices::FilteredDevices;

use crate::params::Params;

/// As the parameters of a list say it.
pub(super) fn of_params(params: &Params) -> DeviceFilter {
    DeviceFilter { search: params.text("q").map(str::to_owned) }
}

/// As a body says it; an empty text asks for nothing, as an absent one.
pub(in crate::dialects) fn of_body(said: &FilteredDevices) -> DeviceFilter {
    let search = said.q.as_deref().map(str::trim).filter(|part| !part.is_empty());
    DeviceFilter { search: search.map(str::to_owned) }
}
