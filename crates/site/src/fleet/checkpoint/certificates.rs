//! The certificates of a block's devices.

use domain::{CertificateStore, FactText};

use super::super::certificates::{Certificates, Kept, REPORTED};
use super::super::column::{Lists, Texts};
use super::super::text::Text;
use super::columns::read_lengths;
use crate::DecodeError;
use crate::encoding::packed::{TextsMessage, read_numbers, read_texts, write_numbers, write_texts};

/// As [`Certificates`], member by member.
#[derive(prost::Message)]
pub(super) struct CertificatesMessage {
    /// How many each device has and one more, 0 where it never spoke of them, as numbers.
    #[prost(bytes = "vec", tag = "1")]
    lengths: Vec<u8>,
    /// What is said of each: [`USER`], [`SUBJECT`] and [`THUMBPRINT`], as numbers.
    #[prost(bytes = "vec", tag = "2")]
    members: Vec<u8>,
    /// Ids of their issuers, as numbers.
    #[prost(bytes = "vec", tag = "3")]
    issuers: Vec<u8>,
    /// Empty where none is said.
    #[prost(message, optional, tag = "4")]
    subjects: Option<TextsMessage>,
    /// Empty where none is said.
    #[prost(message, optional, tag = "5")]
    thumbprints: Option<TextsMessage>,
}

/// It is in the user's store, not in the machine's.
const USER: u64 = 1;
/// Its subject is said.
const SUBJECT: u64 = 2;
/// Its thumbprint is said.
const THUMBPRINT: u64 = 4;

/// Certificates as a message; `None` where no device ever spoke of them.
pub(super) fn write_certificates(certificates: &Certificates) -> Option<CertificatesMessage> {
    let (mut lengths, mut all) = (Vec::with_capacity(certificates.0.count()), Vec::<Kept<'_>>::new());
    for place in 0..certificates.0.count() {
        let before = all.len();
        lengths.push(match certificates.kept(place) {
            None => 0,
            Some(kept) => {
                all.extend(kept);
                (all.len() - before + 1) as u64
            }
        });
    }
    let numbers = |number: fn(&Kept<'_>) -> u64| write_numbers(&all.iter().map(number).collect::<Vec<_>>());
    let texts = |text: for<'k> fn(&'k Kept<'_>) -> &'k Option<Text<'k>>| {
        let texts: Vec<_> = all.iter().map(|kept| text(kept).as_deref().unwrap_or_default()).collect();
        write_texts(texts.iter().copied())
    };
    let message = CertificatesMessage {
        lengths: write_numbers(&lengths),
        members: numbers(members),
        issuers: numbers(|kept| kept.issuer.into()),
        subjects: Some(texts(|kept| &kept.subject)),
        thumbprints: Some(texts(|kept| &kept.thumbprint)),
    };
    (!lengths.is_empty()).then_some(message)
}

fn members(kept: &Kept<'_>) -> u64 {
    let user = if kept.store == CertificateStore::User { USER } else { 0 };
    let subject = kept.subject.as_ref().map_or(0, |_| SUBJECT);
    user | subject | kept.thumbprint.as_ref().map_or(0, |_| THUMBPRINT)
}

/// As [`write_certificates`] wrote them.
pub(super) fn read_certificates(message: Option<&CertificatesMessage>) -> Result<Certificates, DecodeError> {
    let Some(message) = message else { return Ok(Certificates::default()) };
    let (mut ends, total) = read_lengths("lengths", &message.lengths)?;
    let members = read_numbers("members", &message.members, total)?;
    let issuers = read_numbers("issuers", &message.issuers, total)?;
    let subjects = read_texts::<FactText>("subjects", message.subjects.as_ref(), total)?;
    let thumbprints = read_texts::<FactText>("thumbprints", message.thumbprints.as_ref(), total)?;
    let counts = [members.len(), issuers.len(), subjects.lengths().len(), thumbprints.lengths().len()];
    let (subjects, thumbprints) = (Texts::from(subjects), Texts::from(thumbprints));
    let mut all = members.iter().zip(issuers.iter()).enumerate();
    let mut lists = Vec::new();
    let (mut start, mut count) = (0, 0);
    for end in &mut ends {
        let length = (*end - std::mem::replace(&mut start, *end)) as usize;
        if length > 0 {
            lists.push(REPORTED);
            count += length - 1;
        }
        let mut before = None;
        for (place, (members, issuer)) in all.by_ref().take(length.saturating_sub(1)) {
            let contradicts = || DecodeError::damaged("members", "say what cannot be");
            let subject = subjects.get(place);
            match thumbprints.small_digits(place) {
                Some(digits) if members.is_some_and(|members| members & THUMBPRINT != 0) => {
                    let members = members.map(|members| members & !THUMBPRINT);
                    let kept = kept(members, issuer, subject, Text::default()).ok_or_else(contradicts)?;
                    kept.write_with_digits(digits, before.as_deref(), &mut lists);
                    before = kept.subject;
                }
                _ => {
                    let kept =
                        kept(members, issuer, subject, thumbprints.get(place)).ok_or_else(contradicts)?;
                    kept.write(before.as_deref(), &mut lists);
                    before = kept.subject;
                }
            }
        }
        *end = u32::try_from(lists.len())
            .map_err(|_| DecodeError::damaged("lengths", "are of more certificates than a block can hold"))?;
    }
    if counts.iter().any(|one| *one != count) {
        return Err(DecodeError::damaged("members", "are not as many as the devices have"));
    }
    Ok(Certificates(Lists::of(&ends, lists)))
}

/// A certificate of which that is said; `None` where it is not of the form in which it was written.
fn kept<'a>(
    members: Option<u64>,
    issuer: Option<u64>,
    subject: Text<'a>,
    thumbprint: Text<'a>,
) -> Option<Kept<'a>> {
    let members = members.filter(|members| *members <= USER | SUBJECT | THUMBPRINT)?;
    let said = |member: u64, text: Text<'a>| match members & member {
        0 => text.is_empty().then_some(None),
        _ => Some(Some(text)),
    };
    Some(Kept {
        store: if members & USER == 0 { CertificateStore::Machine } else { CertificateStore::User },
        issuer: u32::try_from(issuer?).ok()?,
        subject: said(SUBJECT, subject)?,
        thumbprint: said(THUMBPRINT, thumbprint)?,
    })
}

#[cfg(test)]
mod tests {
    use domain::Certificate;
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::super::super::dictionary::Dictionary;
    use super::*;
    use crate::encoding::strategies::certificate;

    proptest! {
        #[test]
        fn certificates_are_read_as_they_were_written(
            lists in vec(option::of(vec(certificate(), 0..3)), 0..9)
        ) {
            let (mut certificates, mut issuers) = (Certificates::default(), Dictionary::default());
            for (place, list) in lists.iter().enumerate() {
                certificates.set(place, list.as_deref(), &mut issuers);
            }
            let message = write_certificates(&certificates);
            prop_assert_eq!(read_certificates(message.as_ref()).unwrap(), certificates);
        }

        /// Whether thumbprints are all of small digits, of capitals, or of a form of their own.
        #[test]
        fn thumbprints_of_one_length_are_read_as_they_were_written(
            lists in vec(option::of(vec(option::of("[0-9a-f]{8}"), 0..3)), 0..9),
            capitals: bool,
            tail in "z?",
        ) {
            let (mut certificates, mut issuers) = (Certificates::default(), Dictionary::default());
            for (place, list) in lists.iter().enumerate() {
                let of = |digits: &Option<String>| {
                    let digits = digits.as_ref().map(|digits| if capitals { digits.to_uppercase() } else { digits.clone() });
                    let thumbprint = digits.map(|digits| FactText::new(&format!("{digits}{tail}")).unwrap());
                    Certificate { store: CertificateStore::User, issuer: None, subject: None, thumbprint }
                };
                let list = list.as_ref().map(|list| list.iter().map(of).collect::<Vec<_>>());
                certificates.set(place, list.as_deref(), &mut issuers);
            }
            let message = write_certificates(&certificates);
            prop_assert_eq!(read_certificates(message.as_ref()).unwrap(), certificates);
        }
    }

    #[test]
    fn members_that_contradict_each_other_are_refused() {
        let texts = |texts: &[&str]| Some(write_texts(texts.iter().copied()));
        let message = |lengths: &[u64], members: &[u64], subjects: &[&str]| CertificatesMessage {
            lengths: write_numbers(lengths),
            members: write_numbers(members),
            issuers: write_numbers(&[1]),
            subjects: texts(subjects),
            thumbprints: texts(&["ab"]),
        };
        let refused = |message| read_certificates(Some(&message)).unwrap_err().to_string();
        assert!(read_certificates(Some(&message(&[0, 2, 1], &[7], &["CN=a, O=b"]))).is_ok());
        assert!(refused(message(&[2], &[5], &["CN=a"])).contains("say what cannot be"));
        assert!(refused(message(&[2], &[15], &["CN=a"])).contains("say what cannot be"));
        assert!(refused(message(&[1], &[7], &["CN=a"])).contains("not as many"));
        assert!(refused(message(&[3], &[7], &["CN=a"])).contains("not as many"));
        assert!(refused(message(&[2], &[7], &["CN=a "])).contains("subjects[0] must not"));
    }
}
