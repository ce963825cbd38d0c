//! As much of an HTTP/1.1 answer as the load generator needs: is it a success, and where does it end?

const STATUS_AT: usize = "HTTP/1.1 ".len();
const STATUS_LENGTH: usize = 3;
const CONTENT_LENGTH: &[u8] = b"content-length:";

/// The head of an answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// Bytes up to the body.
    pub head_bytes: usize,
    /// Bytes of the body.
    pub body_bytes: usize,
}

impl Head {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Bytes of the whole answer.
    pub fn total_bytes(&self) -> usize {
        self.head_bytes + self.body_bytes
    }
}

/// Reads the head at the beginning of `bytes`; `None` while it is not complete.
///
/// # Errors
/// When it is not an HTTP/1.1 answer with a content length, which every server here sends.
pub fn parse(bytes: &[u8]) -> Result<Option<Head>, &'static str> {
    let Some(head_bytes) = bytes.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4) else {
        return Ok(None);
    };
    let head = &bytes[..head_bytes];
    if !head.starts_with(b"HTTP/1.1 ") {
        return Err("the answer is not HTTP/1.1");
    }
    let status = head.get(STATUS_AT..STATUS_AT + STATUS_LENGTH).and_then(number);
    let status = status.and_then(|status| u16::try_from(status).ok()).ok_or("the answer has no status")?;
    let body_bytes = head.split(|byte| *byte == b'\n').find_map(content_length);
    let body_bytes = body_bytes.ok_or("the answer has no content-length")?;
    Ok(Some(Head { status, head_bytes, body_bytes }))
}

fn content_length(line: &[u8]) -> Option<usize> {
    let (name, value) = line.split_at_checked(CONTENT_LENGTH.len())?;
    if name.eq_ignore_ascii_case(CONTENT_LENGTH) { number(value.trim_ascii()) } else { None }
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_length_are_read_whatever_the_case() {
        let answer = b"HTTP/1.1 201 Created\r\nX-Request-Id: 1\r\nContent-Length: 12\r\n\r\n{\"ok\":true}\n";
        let head = parse(answer).expect("well formed").expect("complete");
        assert!(head.is_success());
        assert_eq!(head.total_bytes(), answer.len());
    }

    #[test]
    fn an_unfinished_head_is_waited_for() {
        assert_eq!(parse(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n"), Ok(None));
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        assert!(parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert!(parse(b"SSH-2.0-OpenSSH_9.2\r\n\r\n").is_err());
        assert!(
            !parse(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n")
                .expect("valid")
                .expect("whole")
                .is_success()
        );
    }
}
