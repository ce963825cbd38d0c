//! Rows as text.

/// CSV as it is written. Rows end with CR LF; a cell that holds a comma, a quote or an end of line stands in quotes.
#[derive(Debug, Default)]
pub(crate) struct Csv(Vec<u8>);

impl Csv {
    /// Adds a row of at least one cell. A cell that a spreadsheet would take for a formula (it begins with `=`, `+`,
    /// `-`, `@`, a tab or a carriage return) gets an apostrophe before it.
    pub(crate) fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                self.0.push(b',');
            }
            self.cell(cell.as_ref());
        }
        self.0.extend_from_slice(b"\r\n");
    }

    /// How many bytes were written.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What was written; nothing is left.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }

    fn cell(&mut self, text: &str) {
        let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let before = if is_formula { "'" } else { "" };
        if !text.contains([',', '"', '\r', '\n']) {
            self.0.extend_from_slice(before.as_bytes());
            self.0.extend_from_slice(text.as_bytes());
            return;
        }
        self.0.push(b'"');
        self.0.extend_from_slice(before.as_bytes());
        for byte in text.bytes() {
            if byte == b'"' {
                self.0.push(b'"');
            }
            self.0.push(byte);
        }
        self.0.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        let mut csv = Csv::default();
        csv.row(cells);
        String::from_utf8(csv.take()).unwrap()
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(written(&["a b", "", "é'"]), "a b,,é'\r\n");
        assert_eq!(
            written(&["a,b", "say \"a\"", "two\nlines", "\""]),
            "\"a,b\",\"say \"\"a\"\"\",\"two\nlines\",\"\"\"\"\r\n"
        );
    }

    #[test]
    fn what_a_spreadsheet_would_work_out_is_text() {
        assert_eq!(written(&["=1+1", "+1", "-1", "@a", "\ta", "a=1"]), "'=1+1,'+1,'-1,'@a,'\ta,a=1\r\n");
        assert_eq!(written(&["=\"a\"", "\ra"]), "\"'=\"\"a\"\"\",\"'\ra\"\r\n");
    }
}
