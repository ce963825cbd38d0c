//! What checks ask of certificates.

use domain::{Certificate, CertificateStore, FactText};

use crate::folded::Folded;
use crate::leaf::asked;
use crate::truth::Truth;

/// The members that one certificate must have. A thumbprint is kept without its separators.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WantedCertificate {
    thumbprint: Option<Folded>,
    issuer: Option<Folded>,
    subject: Option<Folded>,
}

impl WantedCertificate {
    pub(crate) fn new(
        issuer: Option<&FactText>,
        subject: Option<&FactText>,
        thumbprint: Option<&FactText>,
    ) -> Self {
        let folded = |text: &FactText| Folded::new(text.as_str());
        Self {
            thumbprint: thumbprint.map(|text| Folded::new(&digits(text.as_str()).collect::<String>())),
            issuer: issuer.map(folded),
            subject: subject.map(folded),
        }
    }

    /// Whether such a certificate is in `store`: one that did not report a member that is asked may be the one.
    pub(crate) fn truth(&self, certificates: Option<&[Certificate]>, store: CertificateStore) -> Truth {
        let Some(certificates) = certificates else { return Truth::Unknown };
        let stored = certificates.iter().filter(|certificate| certificate.store == store);
        Truth::any(stored.map(|certificate| self.is(certificate)))
    }

    fn is(&self, certificate: &Certificate) -> Truth {
        let same = |wanted: &Folded, reported: &FactText| wanted.same(reported.as_str());
        let thumbprint =
            asked(self.thumbprint.as_ref(), certificate.thumbprint.as_ref(), |wanted, reported| {
                digits(reported.as_str()).map(|digit| digit.to_ascii_lowercase()).eq(wanted.as_str().chars())
            });
        thumbprint.and(asked(self.issuer.as_ref(), certificate.issuer.as_ref(), same)).and(asked(
            self.subject.as_ref(),
            certificate.subject.as_ref(),
            same,
        ))
    }
}

/// The digits of a thumbprint, which tools write in pairs with colons or spaces between, or without.
pub(crate) fn digits(thumbprint: &str) -> impl Iterator<Item = char> {
    thumbprint.chars().filter(|c| !matches!(c, ':' | ' '))
}
