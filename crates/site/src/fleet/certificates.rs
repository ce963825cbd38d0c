//! Certificates: nearly every device has some that no other has, so they lie in the block; their issuers are few.

use domain::{Certificate, CertificateStore, FactText};
use prost::encoding::{decode_varint, encode_varint};
use rules::CertificateView;
use smallvec::SmallVec;

use super::column::{BLOCK, Lists};
use super::dictionary::Dictionary;
use super::text::Text;
use crate::encoding::packed::hex;

/// The certificates of each device of the block, as bytes: none where it never spoke of them, else [`REPORTED`] and
/// then each certificate as [`Kept::write`] writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Certificates(pub(super) Lists<u8>);

/// Tells a device that has no certificate from one that never spoke of them.
pub(super) const REPORTED: u8 = 1;

/// A certificate as its bytes say it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept<'a> {
    pub(super) store: CertificateStore,
    /// 0: not reported.
    pub(super) issuer: u32,
    /// Of [`FactText`]s, as is the thumbprint.
    pub(super) subject: Option<Text<'a>>,
    pub(super) thumbprint: Option<Text<'a>>,
}

impl Certificates {
    /// Those of the device at `place`; `None` where it never spoke of them.
    pub(super) fn get<'a>(
        &'a self,
        place: usize,
        issuers: &'a Dictionary<FactText>,
    ) -> Option<impl Iterator<Item = CertificateView<'a>>> {
        let view = |kept: Kept<'a>| CertificateView {
            store: kept.store,
            issuer: issuers.get(kept.issuer).map(FactText::as_str),
            subject: kept.subject.map(Into::into),
            thumbprint: kept.thumbprint.map(Into::into),
        };
        Some(self.kept(place)?.map(view))
    }

    /// Whether the device at `place` has these, in this order, and no others.
    pub(super) fn are(&self, place: usize, said: &[Certificate], issuers: &Dictionary<FactText>) -> bool {
        let same = |kept: Kept<'_>, said: &Certificate| {
            let is = |kept: &Option<Text<'_>>, said: &Option<FactText>| {
                kept.as_deref() == said.as_ref().map(FactText::as_str)
            };
            kept.store == said.store
                && issuers.get(kept.issuer) == said.issuer.as_ref()
                && is(&kept.subject, &said.subject)
                && is(&kept.thumbprint, &said.thumbprint)
        };
        self.kept(place).is_some_and(|mut kept| {
            said.iter().all(|said| kept.next().is_some_and(|kept| same(kept, said))) && kept.next().is_none()
        })
    }

    /// Replaces those of the device at `place`; with `None` it never spoke of them.
    pub(super) fn set(
        &mut self,
        place: usize,
        certificates: Option<&[Certificate]>,
        issuers: &mut Dictionary<FactText>,
    ) {
        fn text(said: Option<&FactText>) -> Option<Text<'_>> {
            said.map(|said| Text::whole(said.as_str()))
        }
        let mut list = Vec::new();
        if let Some(certificates) = certificates {
            list.push(REPORTED);
            let mut before = None;
            for certificate in certificates {
                let kept = Kept {
                    store: certificate.store,
                    // Taken before the old ones are let go, so that what stays the same keeps its id.
                    issuer: certificate.issuer.as_ref().map_or(0, |issuer| issuers.take(issuer)),
                    subject: text(certificate.subject.as_ref()),
                    thumbprint: text(certificate.thumbprint.as_ref()),
                };
                kept.write(before.as_deref(), &mut list);
                before = kept.subject;
            }
        }
        for before in self.kept(place).into_iter().flatten() {
            issuers.release(before.issuer);
        }
        self.0.set(place, &list);
    }

    /// The ids of the issuers of all certificates, 0 where one is not reported.
    pub(super) fn issuers(&self) -> impl Iterator<Item = u32> {
        self.0.run(0..BLOCK).flat_map(|list| {
            let mut rest = list.get(1..).unwrap_or_default();
            std::iter::from_fn(move || Some(Raw::read(&mut rest)?.issuer()))
        })
    }

    /// Bytes that they take besides themselves.
    pub(super) fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }

    /// The bytes of the device at `place` one certificate at a time.
    pub(super) fn kept(&self, place: usize) -> Option<impl Iterator<Item = Kept<'_>>> {
        let (_reported, mut rest) = self.0.get(place).split_first()?;
        let mut before = NONE;
        Some(std::iter::from_fn(move || {
            let raw = Raw::read(&mut rest)?;
            if raw.subject != AGAIN {
                before = raw.subject;
            }
            Some(Kept {
                store: raw.store(),
                issuer: raw.issuer(),
                subject: text(before),
                thumbprint: text(raw.thumbprint),
            })
        }))
    }
}

impl Kept<'_> {
    /// Puts its bytes behind `target`: its store and issuer, its subject, which may be that of the one `before`, and its
    /// thumbprint.
    pub(super) fn write(&self, before: Option<&str>, target: &mut Vec<u8>) {
        self.write_start(before, target);
        write_text(self.thumbprint.as_deref(), target);
    }

    /// As [`Kept::write`], of one whose thumbprint shows the digits of these bytes, letters as small ones.
    pub(super) fn write_with_digits(&self, thumbprint: &[u8], before: Option<&str>, target: &mut Vec<u8>) {
        self.write_start(before, target);
        write_form(SMALL, thumbprint.len(), target);
        target.extend(thumbprint);
    }

    fn write_start(&self, before: Option<&str>, target: &mut Vec<u8>) {
        let user = u64::from(self.store == CertificateStore::User);
        encode_varint(u64::from(self.issuer) << 1 | user, target);
        match self.subject.as_deref() {
            Some(subject) if before == Some(subject) => target.push(AGAIN.0),
            subject => write_text(subject, target),
        }
    }
}

/// A certificate's bytes, taken apart.
struct Raw<'a> {
    /// In LEB128 its issuer, twice, and one more if it is in the user's store.
    source: u64,
    subject: RawText<'a>,
    thumbprint: RawText<'a>,
}

impl<'a> Raw<'a> {
    /// The one at the start of `rest`, which then begins after it; `None` at the end.
    fn read(rest: &mut &'a [u8]) -> Option<Self> {
        // Most are of few issuers, in one byte.
        let source = match rest.split_first()? {
            (byte @ ..0x80, after) => {
                *rest = after;
                (*byte).into()
            }
            _ => decode_varint(rest).ok()?,
        };
        Some(Self { source, subject: text_bytes(rest)?, thumbprint: text_bytes(rest)? })
    }

    fn store(&self) -> CertificateStore {
        if self.source & 1 == 0 { CertificateStore::Machine } else { CertificateStore::User }
    }

    fn issuer(&self) -> u32 {
        u32::try_from(self.source >> 1).unwrap_or_default()
    }
}

/// The first byte of a text, and those that are kept of it.
type RawText<'a> = (u8, &'a [u8]);

/// No text.
const NONE: RawText<'static> = (0, &[]);
/// The subject of the certificate before this one. No text is kept so: an empty one counts as digits.
const AGAIN: RawText<'static> = (WHOLE, &[]);

/// What stands after it is kept.
const NAMED: u8 = 0;
/// As subjects mostly begin.
const NAME: &str = "CN=";
/// A text stands as it is.
const WHOLE: u8 = 1;
/// It is digits, two in a byte, letters among them being small ones.
const SMALL: u8 = 2;
/// The same with capitals.
const CAPITAL: u8 = 3;
/// Lengths from here on stand in two bytes of their own.
const LONG: u8 = 63;

/// A byte that says how the text is kept, 0 for none, and from its third bit on how many bytes follow; and these.
fn write_text(text: Option<&str>, target: &mut Vec<u8>) {
    let Some(text) = text else { return target.push(NONE.0) };
    if let Some(name) = text.strip_prefix(NAME).filter(|name| !name.is_empty()) {
        write_form(NAMED, name.len(), target);
        return target.extend(name.as_bytes());
    }
    let text = text.as_bytes();
    let pairs = text.len().is_multiple_of(2);
    let (form, length) = match () {
        () if pairs && hex::are_small(text) => (SMALL, text.len() / 2),
        () if pairs && hex::are_capital(text) => (CAPITAL, text.len() / 2),
        () => (WHOLE, text.len()),
    };
    write_form(form, length, target);
    match form {
        WHOLE => target.extend(text),
        _ => target.extend(text.chunks_exact(2).map(hex::value)),
    }
}

/// How a text is kept, and in how many bytes.
fn write_form(form: u8, length: usize, target: &mut Vec<u8>) {
    match u8::try_from(length) {
        Ok(length @ 0..LONG) => target.push(form | length << 2),
        _ => {
            target.push(form | LONG << 2);
            let length = u16::try_from(length).expect("a fact's text has 1024 characters at most");
            target.extend(length.to_le_bytes());
        }
    }
}

/// The text of which [`write_text`] wrote these.
fn text((head, bytes): RawText<'_>) -> Option<Text<'_>> {
    let digits = match head & 3 {
        _ if head == NONE.0 => return None,
        WHOLE => return Some(Text::whole(std::str::from_utf8(bytes).unwrap_or_default())),
        NAMED => {
            let mut text = SmallVec::from_slice(NAME.as_bytes());
            text.extend_from_slice(bytes);
            return Some(Text::made(text));
        }
        SMALL => &hex::SMALL,
        _ => &hex::CAPITAL,
    };
    Some(Text::made(bytes.iter().flat_map(|byte| digits[usize::from(*byte)]).collect()))
}

/// The first byte of a text at the start of `rest`, and those that follow it.
fn text_bytes<'a>(rest: &mut &'a [u8]) -> Option<RawText<'a>> {
    let head = *rest.split_off_first()?;
    let length = match head >> 2 {
        LONG => u16::from_le_bytes(rest.split_off(..2)?.try_into().ok()?),
        length => length.into(),
    };
    Some((head, rest.split_off(..length.into())?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;
    use crate::encoding::strategies::certificate;

    proptest! {
        #[test]
        fn certificates_are_those_last_set_and_issuers_counted(
            writes in vec((0..4_usize, option::of(vec(certificate(), 0..3))), 0..12)
        ) {
            let (mut certificates, mut issuers) = (Certificates::default(), Dictionary::default());
            let mut naive = vec![None; 5];
            for (place, list) in writes {
                certificates.set(place, list.as_deref(), &mut issuers);
                naive[place] = list;
            }
            let mut counts = BTreeMap::new();
            for (place, list) in naive.iter().enumerate() {
                let kept = certificates.get(place, &issuers).map(Iterator::collect::<Vec<_>>);
                let expected = list.as_ref().map(|list| list.iter().map(CertificateView::from).collect());
                prop_assert_eq!(kept, expected);
                for issuer in list.iter().flatten().filter_map(|certificate| certificate.issuer.as_ref()) {
                    *counts.entry(issuer).or_insert(0) += 1;
                }
            }
            prop_assert_eq!(issuers.iter().collect::<BTreeMap<_, _>>(), counts);
        }
    }

    #[test]
    fn a_subject_that_is_said_again_takes_no_room() {
        let (mut certificates, mut issuers) = (Certificates::default(), Dictionary::default());
        let of = |store| Certificate {
            store,
            issuer: Some(FactText::new("CN=Root").unwrap()),
            subject: Some(FactText::new("CN=laptop-7").unwrap()),
            thumbprint: Some(FactText::new(&"0a".repeat(20)).unwrap()),
        };
        let said = [CertificateStore::Machine, CertificateStore::User].map(of);
        certificates.set(0, Some(&said), &mut issuers);
        assert_eq!(certificates.0.values().len(), 1 + (1 + 9 + 21) + (1 + 1 + 21));
        assert!(certificates.are(0, &said, &issuers) && !certificates.are(0, &said[..1], &issuers));
    }

    #[test]
    fn a_text_of_greatest_length_is_kept_whole() {
        let longest = FactText::new(&"\u{1f512}".repeat(domain::FACT_TEXT_MAX_CHARS)).unwrap();
        let (mut certificates, mut issuers) = (Certificates::default(), Dictionary::default());
        let certificate = Certificate {
            store: CertificateStore::User,
            issuer: None,
            subject: Some(longest.clone()),
            thumbprint: Some(longest),
        };
        certificates.set(0, Some(std::slice::from_ref(&certificate)), &mut issuers);
        let kept: Vec<_> = certificates.get(0, &issuers).unwrap().collect();
        assert_eq!(kept, [CertificateView::from(&certificate)]);
    }
}
