//! The arguments of `cargo xtask run`.

use std::path::PathBuf;

use crate::failure::{Failure, Outcome};

/// How many simulated devices check in when nobody says otherwise.
const DEVICES: u32 = 2000;

/// What `run` was asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// End after the tour and stop the server, instead of serving until Ctrl-C.
    pub once: bool,
    /// Simulated devices to check in.
    pub devices: u32,
    /// A built `fleetmark` to show; absent: build it first.
    pub binary: Option<PathBuf>,
}

impl Options {
    /// Reads `[--once] [--devices N] [--binary PATH]`.
    ///
    /// # Errors
    /// Names the argument that is not understood.
    pub fn parse(arguments: &[String]) -> Outcome<Self> {
        let mut options = Self { once: false, devices: DEVICES, binary: None };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| Failure::new(format!("{argument} needs a value")));
            match argument.as_str() {
                "--once" => options.once = true,
                "--devices" => {
                    let value = value()?;
                    let devices = value.parse();
                    options.devices = devices
                        .map_err(|_| Failure::new(format!("--devices {value}: not a number of devices")))?;
                }
                "--binary" => options.binary = Some(value()?.into()),
                other => {
                    return Err(Failure::new(format!("`run` does not know {other}"))
                        .with_hint("see `cargo xtask help`"));
                }
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Outcome<Options> {
        let arguments: Vec<String> = line.split_whitespace().map(ToOwned::to_owned).collect();
        Options::parse(&arguments)
    }

    #[test]
    fn without_arguments_two_thousand_devices_check_in_and_the_server_stays() {
        assert_eq!(parse("").expect("valid"), Options { once: false, devices: 2000, binary: None });
    }

    #[test]
    fn every_argument_is_read() {
        let options = parse("--once --devices 50 --binary /t/fleetmark").expect("valid");
        assert_eq!(options, Options { once: true, devices: 50, binary: Some("/t/fleetmark".into()) });
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, text) in [
            ("--devices many", "--devices many: not a number of devices"),
            ("--devices", "--devices needs a value"),
            ("--twice", "`run` does not know --twice"),
        ] {
            assert_eq!(parse(line).expect_err("refused").text(), text);
        }
    }
}
