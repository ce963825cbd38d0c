use crate::place::TempPlace;

store::conformance!(TempPlace::new());
