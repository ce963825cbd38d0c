//! Certificates: nearly every device has some that no other has, so they lie in the block; their issuers are few.

use domain::{Certificate, CertificateStore, FactText};
use rules::CertificateView;

use super::column::Lists;
use super::dictionary::Dictionary;

/// The certificates of each device of the block, as bytes: none where it never spoke of them, else [`REPORTED`] and
/// then each certificate as [`Kept::write`] writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Certificates(pub(super) Lists<u8>);

/// Tells a device that has no certificate from one that never spoke of them.
pub(super) const REPORTED: u8 = 1;

/// A certificate as its bytes say it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kept<'a> {
    pub(super) store: CertificateStore,
    /// 0: not reported.
    pub(super) issuer: u32,
    /// Of [`FactText`]s, as is the thumbprint.
    pub(super) subject: Option<&'a [u8]>,
    pub(super) thumbprint: Option<&'a [u8]>,
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
            subject: kept.subject.map(text),
            thumbprint: kept.thumbprint.map(text),
        };
        Some(self.kept(place)?.map(view))
    }

    /// Replaces those of the device at `place`; with `None` it never spoke of them.
    pub(super) fn set(
        &mut self,
        place: usize,
        certificates: Option<&[Certificate]>,
        issuers: &mut Dictionary<FactText>,
    ) {
        fn bytes(said: Option<&FactText>) -> Option<&[u8]> {
            said.map(|text| text.as_str().as_bytes())
        }
        let mut list = Vec::new();
        if let Some(certificates) = certificates {
            list.push(REPORTED);
            for certificate in certificates {
                let kept = Kept {
                    store: certificate.store,
                    // Taken before the old ones are let go, so that what stays the same keeps its id.
                    issuer: certificate.issuer.as_ref().map_or(0, |issuer| issuers.take(issuer)),
                    subject: bytes(certificate.subject.as_ref()),
                    thumbprint: bytes(certificate.thumbprint.as_ref()),
                };
                kept.write(&mut list);
            }
        }
        for before in self.kept(place).into_iter().flatten() {
            issuers.release(before.issuer);
        }
        self.0.set(place, &list);
    }

    /// Bytes that they take besides themselves.
    pub(super) fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }

    /// The bytes of the device at `place` one certificate at a time.
    pub(super) fn kept(&self, place: usize) -> Option<impl Iterator<Item = Kept<'_>>> {
        let (_reported, mut rest) = self.0.get(place).split_first()?;
        Some(std::iter::from_fn(move || Kept::read(&mut rest)))
    }
}

impl<'a> Kept<'a> {
    /// Bytes of one without its texts.
    pub(super) const SIZE: usize = 9;

    /// Puts its bytes behind `target`: its store, its issuer in four bytes, subject and thumbprint, each after its
    /// length and one more in two bytes, or 0 where it was not reported.
    pub(super) fn write(&self, target: &mut Vec<u8>) {
        target.push(match self.store {
            CertificateStore::Machine => 0,
            CertificateStore::User => 1,
        });
        target.extend(self.issuer.to_le_bytes());
        for text in [self.subject, self.thumbprint] {
            let length = text.map_or(0, |text| text.len() + 1);
            let length = u16::try_from(length).expect("a fact's text has 1024 characters at most");
            target.extend(length.to_le_bytes());
            target.extend(text.unwrap_or_default());
        }
    }

    /// The one at the start of `rest`, which then begins after it; `None` at the end.
    fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let store = match rest.split_off_first()? {
            0 => CertificateStore::Machine,
            _ => CertificateStore::User,
        };
        let issuer = u32::from_le_bytes(rest.split_off(..4)?.try_into().ok()?);
        let mut text = || {
            let length = u16::from_le_bytes(rest.split_off(..2)?.try_into().ok()?);
            match length.checked_sub(1) {
                None => Some(None),
                Some(length) => rest.split_off(..length.into()).map(Some),
            }
        };
        Some(Self { store, issuer, subject: text()?, thumbprint: text()? })
    }
}

/// The text of bytes that were one when they were kept.
pub(super) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
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
