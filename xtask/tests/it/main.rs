//! What holds for the workspace as a whole: its arrows and its lints.

mod arrows;
mod lints;
mod workspace;
