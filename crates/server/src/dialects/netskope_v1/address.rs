//! Addresses as the original's page writes them: `/api/v1/clients&op=query` (netskope-v1, Form).

use axum::http::Uri;

use super::PREFIX;

/// The address with a question mark in the place of the first `&` of its last segment, where it has none.
pub(crate) fn mended(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    // Hardly any path has one.
    let split = path.as_bytes().contains(&b'&');
    if !split || uri.query().is_some() || !path.starts_with(PREFIX) {
        return None;
    }
    let segment = path.rfind('/')? + 1;
    let (endpoint, rest) = path[segment..].split_once('&')?;
    format!("{}{endpoint}?{rest}", &path[..segment]).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let uri = text.parse().unwrap();
        mended(&uri).unwrap_or(uri).to_string()
    }

    #[test]
    fn the_first_ampersand_of_the_last_segment_counts_as_a_question_mark() {
        assert_eq!(read("/api/v1/clients&op=query&limit=5"), "/api/v1/clients?op=query&limit=5");
        assert_eq!(read("/api/v1/clients&"), "/api/v1/clients?");
        assert_eq!(read("/api/v1/clients?op=a&b=c"), "/api/v1/clients?op=a&b=c");
        assert_eq!(read("/api/v1/clients&op=query?token=abc"), "/api/v1/clients&op=query?token=abc");
        assert_eq!(read("/api/v1/a&b/clients"), "/api/v1/a&b/clients");
        assert_eq!(read("/api/v2/clients&op=query"), "/api/v2/clients&op=query");
    }
}
