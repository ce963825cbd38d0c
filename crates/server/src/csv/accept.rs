//! Whether a caller wants CSV.

use axum::http::{HeaderMap, header};

use crate::failure::Failure;
use crate::routing::{Call, FromCall};

const WHOLE: u16 = 1000;

/// In which form the caller wants a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accepts {
    /// Unless it asks for another.
    Json,
    /// It names `text/csv`, and not `application/json` as gladly.
    Csv,
}

impl FromCall for Accepts {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        Ok(Self::of(&call.head.headers))
    }
}

impl Accepts {
    fn of(headers: &HeaderMap) -> Self {
        let csv = quality(headers, "text/csv");
        if csv > 0 && csv > quality(headers, "application/json") { Self::Csv } else { Self::Json }
    }
}

/// How gladly a type is taken that is named as such, in thousandths.
fn quality(headers: &HeaderMap, wanted: &str) -> u16 {
    let values = headers.get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    let named = values.flat_map(|value| value.split(',')).filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_wanted = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        is_wanted.then(|| parts.find_map(weight).unwrap_or(WHOLE))
    });
    named.max().unwrap_or(0)
}

/// The number of a parameter `q`, 0 to 1 with at most three digits after the point; of another form it is 0.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    name.trim().eq_ignore_ascii_case("q").then(|| {
        let (whole, rest) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
        let thousandths = format!("{rest:0<3}").parse().ok().filter(|_| rest.len() <= 3);
        match (whole, thousandths) {
            ("0", Some(thousandths)) => thousandths,
            ("1", Some(0)) => WHOLE,
            _ => 0,
        }
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn csv_is_for_who_names_it_before_json() {
        for (accept, wants) in [
            ("text/csv", true),
            ("Text/CSV; charset=utf-8", true),
            ("text/csv, */*;q=0.1", true),
            ("application/json;q=0.5, text/csv;q=0.51", true),
            ("text/csv;header=present;q=0.001", true),
            ("", false),
            ("*/*", false),
            ("text/*", false),
            ("application/json", false),
            ("text/csv, application/json", false),
            ("text/csv;q=0", false),
            ("text/csv;q=0.000", false),
            ("text/csv;q=2", false),
            ("text/csv;q=0.0001", false),
            ("text/csvx", false),
        ] {
            let headers = [(header::ACCEPT, HeaderValue::from_str(accept).unwrap())].into_iter().collect();
            assert_eq!(Accepts::of(&headers) == Accepts::Csv, wants, "{accept}");
        }
    }
}
