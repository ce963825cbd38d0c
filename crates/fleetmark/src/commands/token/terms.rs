//! What flags say of a token.

use domain::{Area, Areas, FormError, Level, Lifetime, Owner, Role, TagName};
use wire::management::AreaLevels;

use crate::failure::Failure;

/// `--name`.
pub fn name(text: &str) -> Result<TagName, Failure> {
    TagName::new(text).map_err(|error| refused(error, "--name"))
}

/// `--owner`.
pub fn owner(text: &str) -> Result<Owner, Failure> {
    Owner::new(text).map_err(|error| refused(error, "--owner"))
}

/// `--role`.
pub fn role(text: &str) -> Result<Role, Failure> {
    Role::new(text).map_err(|error| refused(error, "--role"))
}

/// `--expires`.
pub fn lifetime(text: &str) -> Result<Lifetime, Failure> {
    Lifetime::new(text).map_err(|error| refused(error, "--expires"))
}

/// All of `--area`.
pub fn areas(said: &[String]) -> Result<Areas, Failure> {
    let mut areas = Areas::default();
    for (area, level) in levels(said)? {
        let area = Area::new(&area).map_err(|error| refused(error, "--area"))?;
        areas = areas.with(area, Level::new(&level).map_err(|error| refused(error, "--area"))?);
    }
    Ok(areas)
}

/// All of `--area`, for a server, which reads them.
pub fn area_levels(said: &[String]) -> Result<AreaLevels, Failure> {
    Ok(AreaLevels(levels(said)?.into_iter().collect()))
}

fn levels(areas: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let split = |area: &String| area.split_once('=').map(|(area, level)| (area.to_owned(), level.to_owned()));
    let levels: Option<Vec<_>> = areas.iter().map(split).collect();
    levels.ok_or_else(|| Failure::new("--area must be AREA=LEVEL, such as devices=manage"))
}

fn refused(error: FormError, flag: &str) -> Failure {
    Failure::new(error.at(flag).message)
}
