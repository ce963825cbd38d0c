//! Areas and their levels, as bodies say them.

use domain::{Area, Areas, Level};
use wire::management::AreaLevels;

use crate::violations::Violations;

/// As a body says them.
pub(super) fn read(levels: &AreaLevels, found: &mut Violations) -> Areas {
    levels.0.iter().fold(Areas::default(), |areas, (area, level)| {
        let at = format!("areas.{area}");
        match (found.take(&at, Area::new(area)), found.take(&at, Level::new(level))) {
            (Some(area), Some(level)) => areas.with(area, level),
            _ => areas,
        }
    })
}

/// As answers say them.
pub(in crate::dialects) fn shown(areas: &Areas) -> AreaLevels {
    let level = |(area, level): (Area, Level)| (area.name().to_owned(), level.name().to_owned());
    AreaLevels(areas.iter().map(level).collect())
}
