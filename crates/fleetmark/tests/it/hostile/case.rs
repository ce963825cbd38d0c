//! One hostile request and what must come of it.

/// A request as it goes over the wire, and the answers that are right.
pub struct Case {
    method: String,
    path: Vec<u8>,
    headers: Vec<Vec<u8>>,
    body: Vec<u8>,
    /// Whether the body's length is told as it is.
    framed: bool,
    /// The statuses of which the answer must have one.
    pub expected: Vec<u16>,
    /// What the answer's body must say.
    pub says: &'static str,
    /// The answer may be that of the HTTP reader, which knows no dialect: it has no body.
    pub below_http: bool,
    /// The client goes away after it has sent this; the answer may not be given.
    pub cut: bool,
}

impl Case {
    pub fn new(method: &str, path: impl AsRef<[u8]>, expected: &[u16]) -> Self {
        Self {
            method: method.to_owned(),
            path: expanded(path.as_ref()),
            headers: Vec::new(),
            body: Vec::new(),
            framed: true,
            expected: expected.to_vec(),
            says: "",
            below_http: false,
            cut: false,
        }
    }

    /// With a body that calls itself JSON.
    pub fn json(self, body: impl AsRef<[u8]>) -> Self {
        self.body(body).header("Content-Type: application/json")
    }

    /// With a body, not a word on what it is.
    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = expanded(body.as_ref());
        self
    }

    /// With a header line, whatever it is.
    pub fn header(mut self, line: impl AsRef<[u8]>) -> Self {
        self.headers.push(expanded(line.as_ref()));
        self
    }

    /// One of these is the right status.
    pub fn expects(mut self, statuses: &[u16]) -> Self {
        self.expected = statuses.to_vec();
        self
    }

    /// The answer's body must say this.
    pub fn says(mut self, part: &'static str) -> Self {
        self.says = part;
        self
    }

    /// The body's length is told by the headers given, right or wrong.
    pub fn unframed(mut self) -> Self {
        self.framed = false;
        self
    }

    /// It is no HTTP, so that whoever reads HTTP may refuse it.
    pub fn below_http(mut self) -> Self {
        self.below_http = true;
        self
    }

    /// It breaks off before its end, and its client is gone.
    pub fn cut(mut self) -> Self {
        self.cut = true;
        self
    }

    /// The whole request but for the token, the host and the end of the connection.
    pub fn bytes(&self) -> Vec<u8> {
        self.request(&[], <[u8]>::to_vec)
    }

    /// The whole request with `headers` before its own, path and body being filled in by `fill`.
    pub fn request(&self, headers: &[&str], fill: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let (path, body) = (fill(&self.path), fill(&self.body));
        let mut bytes = [self.method.as_bytes(), b" ", &path, b" HTTP/1.1\r\n"].concat();
        let length = format!("Content-Length: {}", body.len());
        let length = (self.framed && !body.is_empty()).then_some(length.as_bytes());
        let own = self.headers.iter().map(Vec::as_slice);
        for line in headers.iter().map(|line| line.as_bytes()).chain(own).chain(length) {
            bytes.extend_from_slice(line);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&body);
        bytes
    }

    /// For the messages.
    pub fn excerpt(&self) -> String {
        let bytes = self.bytes();
        let end = if bytes.len() > 600 { " …" } else { "" };
        format!("{}{end}", String::from_utf8_lossy(&bytes[..bytes.len().min(600)]))
    }

    /// The path, to know the dialect by.
    pub fn path(&self) -> String {
        String::from_utf8_lossy(&self.path).into_owned()
    }
}

/// Texts are written short: `<x*81>` is the letter x 81 times.
fn expanded(text: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
        let (before, from) = rest.split_at(start);
        all.extend_from_slice(before);
        let repeated = from.iter().position(|byte| *byte == b'>').and_then(|end| {
            let (what, count) = str::from_utf8(&from[1..end]).ok()?.split_once('*')?;
            Some((what.repeat(count.parse().ok()?), end + 1))
        });
        match repeated {
            Some((repeated, end)) => {
                all.extend_from_slice(repeated.as_bytes());
                rest = &from[end..];
            }
            None => {
                all.push(b'<');
                rest = &from[1..];
            }
        }
    }
    all.extend_from_slice(rest);
    all
}

#[test]
fn texts_are_written_short() {
    assert_eq!(expanded(b"a<xy*3>b<tag>c<-*2>"), b"axyxyxyb<tag>c--");
}
