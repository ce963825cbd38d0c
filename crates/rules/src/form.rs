//! The forms that parameters of checks have: how a value is read, and the JSON schema that says the same.

use domain::{FACT_ENTRIES_MAX, FACT_TEXT_MAX_CHARS, FactText, FormError, Label, OsVersion, Sha256, TagId};
use serde_json::{Value, json};

use crate::certificate;
use crate::edition::Edition;
use crate::faults::Faults;
use crate::root_key::RootKey;

/// A form that values of type `T` have in JSON.
pub(crate) struct Form<T> {
    /// Reads a value, or leaves a fault.
    pub(crate) read: fn(&Value, &mut Place<'_>) -> Option<T>,
    /// The schema of what is read. It may demand what is only advised; what it allows is read,
    /// if it has no control characters.
    pub(crate) schema: fn() -> Value,
}

/// Where a value stands, and where faults with it go.
pub(crate) struct Place<'a> {
    pub(crate) path: &'a str,
    pub(crate) faults: &'a mut Faults,
}

pub(crate) const TAG_ID: Form<TagId> = Form {
    read: |value, place| {
        let id = value.as_u64().and_then(|id| u32::try_from(id).ok()).filter(|id| *id > 0);
        place.known(id.map(TagId), "tag_id", "must be a device tag's id, a positive integer")
    },
    schema: || json!({"type": "integer", "minimum": 1, "maximum": u32::MAX}),
};

pub(crate) const FLAG: Form<bool> = Form {
    read: |value, place| place.known(value.as_bool(), "type", "must be true or false"),
    schema: || json!({"type": "boolean"}),
};

/// A text of one character at least.
pub(crate) const TEXT: Form<FactText> = Form {
    read: |value, place| {
        let text = place.parse(value, FactText::new)?;
        let text = Some(text).filter(|text| !text.as_str().is_empty());
        place.known(text, "empty", "must not be empty")
    },
    schema: || json!({"type": "string", "minLength": 1, "maxLength": FACT_TEXT_MAX_CHARS}),
};

pub(crate) const TEXT_OR_EMPTY: Form<FactText> = Form {
    read: |value, place| place.parse(value, FactText::new),
    schema: || json!({"type": "string", "maxLength": FACT_TEXT_MAX_CHARS}),
};

/// One or more texts.
pub(crate) const TEXTS: Form<Box<[FactText]>> = Form {
    read: |value, place| {
        let items = place.known(value.as_array(), "type", "must be a list of texts")?;
        if items.is_empty() || items.len() > FACT_ENTRIES_MAX {
            place.fault("length", &format!("must hold 1 to {FACT_ENTRIES_MAX} texts"));
            return None;
        }
        // Every item is read, also after one that could not be, to find all that is wrong.
        let texts: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let path = format!("{}[{index}]", place.path);
                (TEXT.read)(item, &mut Place { path: &path, faults: place.faults })
            })
            .collect();
        texts.into_iter().collect()
    },
    schema: || json!({"type": "array", "minItems": 1, "maxItems": FACT_ENTRIES_MAX, "items": (TEXT.schema)()}),
};

pub(crate) const LABEL: Form<Label> =
    Form { read: |value, place| place.parse(value, Label::new), schema: label_schema };

/// The lowest version that will do.
pub(crate) const VERSION: Form<OsVersion> = Form {
    read: |value, place| place.parse(value, OsVersion::bound),
    schema: || json!({"type": "string", "pattern": "^[0-9]", "maxLength": domain::OS_VERSION_MAX_CHARS}),
};

pub(crate) const EDITION: Form<Edition> = Form {
    read: |value, place| {
        let edition = Edition::new((LABEL.read)(value, place)?.as_str());
        let message = "must be \"Windows All\", a family such as \"Windows 10\" or an edition such as \"Windows 10 Enterprise\"";
        place.known(edition, "edition", message)
    },
    schema: || {
        let mut schema = label_schema();
        schema["pattern"] =
            json!(r"^([Mm][Ii][Cc][Rr][Oo][Ss][Oo][Ff][Tt] )?[Ww][Ii][Nn][Dd][Oo][Ww][Ss] +[!-~]");
        schema
    },
};

pub(crate) const SHA256: Form<Sha256> = Form {
    read: |value, place| place.parse(value, Sha256::new),
    schema: || json!({"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}),
};

pub(crate) const WINDOWS_PATH: Form<FactText> = Form {
    read: |value, place| {
        let path = (TEXT.read)(value, place)?;
        let message = "must be a full path: C:\\…, \\\\server\\… or one that begins with a variable such as %ProgramFiles%\\…";
        place.known(Some(path).filter(|path| is_full_on_windows(path.as_str())), "path", message)
    },
    schema: || path_schema(r"^([A-Za-z]:\\.|\\\\[^\\]|%[^%]+%\\.)"),
};

pub(crate) const UNIX_PATH: Form<FactText> = Form {
    read: |value, place| {
        let path = (TEXT.read)(value, place)?;
        let path = Some(path).filter(|path| is_full_on_unix(path.as_str()));
        place.known(path, "path", "must be a full path: /… or ~/…")
    },
    schema: || path_schema("^~?/."),
};

pub(crate) const ROOT_KEY: Form<RootKey> = Form {
    read: |value, place| {
        let name = (TEXT.read)(value, place)?;
        let message = format!("must be one of {}", RootKey::ALL.map(RootKey::name).join(", "));
        place.known(RootKey::new(name.as_str()), "root_key", &message)
    },
    schema: || json!({"type": "string", "enum": RootKey::ALL.map(RootKey::name)}),
};

pub(crate) const THUMBPRINT: Form<FactText> = Form {
    read: |value, place| {
        let text = (TEXT.read)(value, place)?;
        let message = "must be hexadecimal digits; colons and spaces may stand between";
        place.known(Some(text).filter(|text| is_thumbprint(text.as_str())), "thumbprint", message)
    },
    schema: || json!({"type": "string", "pattern": "^[0-9A-Fa-f]+([: ]?[0-9A-Fa-f]+)*$"}),
};

impl Place<'_> {
    fn fault(&mut self, code: &'static str, message: &str) {
        self.faults.add(self.path, code, message);
    }

    /// What was made of the value; leaves the fault where nothing was.
    fn known<T>(&mut self, read: Option<T>, code: &'static str, message: &str) -> Option<T> {
        if read.is_none() {
            self.fault(code, message);
        }
        read
    }

    fn parse<T>(&mut self, value: &Value, parse: fn(&str) -> Result<T, FormError>) -> Option<T> {
        let text = self.known(value.as_str(), "type", "must be a text")?;
        parse(text).map_err(|error| self.faults.add_form(self.path, &error)).ok()
    }
}

fn label_schema() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 255})
}

fn path_schema(pattern: &str) -> Value {
    json!({"type": "string", "pattern": pattern, "maxLength": FACT_TEXT_MAX_CHARS})
}

fn is_full_on_windows(path: &str) -> bool {
    let after_variable = || path.strip_prefix('%')?.split_once("%\\").filter(|(name, _)| !name.is_empty());
    match path.as_bytes() {
        [drive, b':', b'\\', _, ..] => drive.is_ascii_alphabetic(),
        [b'\\', b'\\', first, ..] => *first != b'\\',
        _ => after_variable().is_some_and(|(_, rest)| !rest.is_empty()),
    }
}

fn is_full_on_unix(path: &str) -> bool {
    path.strip_prefix('~').unwrap_or(path).strip_prefix('/').is_some_and(|rest| !rest.is_empty())
}

fn is_thumbprint(text: &str) -> bool {
    let mut digits = certificate::digits(text).peekable();
    digits.peek().is_some() && digits.all(|digit| digit.is_ascii_hexdigit())
}
