//! Certificates as checks see them, and what checks ask of them.

use domain::{Certificate, CertificateStore, FactText};

use crate::folded::Folded;
use crate::leaf::asked;
use crate::truth::Truth;

/// A certificate on a device, wherever its texts lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateView<'a> {
    /// Where it is.
    pub store: CertificateStore,
    /// Distinguished name of its issuer, where reported.
    pub issuer: Option<&'a str>,
    /// Distinguished name of its subject, where reported.
    pub subject: Option<&'a str>,
    /// Hexadecimal thumbprint, where reported.
    pub thumbprint: Option<&'a str>,
}

impl<'a> From<&'a Certificate> for CertificateView<'a> {
    fn from(certificate: &'a Certificate) -> Self {
        let text = |said: &'a Option<FactText>| said.as_ref().map(FactText::as_str);
        Self {
            store: certificate.store,
            issuer: text(&certificate.issuer),
            subject: text(&certificate.subject),
            thumbprint: text(&certificate.thumbprint),
        }
    }
}

/// The members that one certificate must have. A thumbprint is kept without its separators.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WantedCertificate {
    pub(crate) thumbprint: Option<Folded>,
    pub(crate) issuer: Option<Folded>,
    pub(crate) subject: Option<Folded>,
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

    /// Those that `certificate` has, its store apart.
    pub(crate) fn of(certificate: &Certificate) -> Self {
        let Certificate { issuer, subject, thumbprint, .. } = certificate;
        Self::new(issuer.as_ref(), subject.as_ref(), thumbprint.as_ref())
    }

    /// Whether such a certificate is in `store`: one that did not report a member that is asked may be the one.
    pub(crate) fn truth<'a>(
        &self,
        certificates: Option<impl Iterator<Item = CertificateView<'a>>>,
        store: CertificateStore,
    ) -> Truth {
        let Some(certificates) = certificates else { return Truth::Unknown };
        let stored = certificates.filter(|certificate| certificate.store == store);
        Truth::any(stored.map(|certificate| self.is(certificate)))
    }

    /// Whether a certificate has them, whatever its store.
    pub(crate) fn is(&self, certificate: CertificateView<'_>) -> Truth {
        let thumbprint = asked(self.thumbprint.as_ref(), certificate.thumbprint, |wanted, reported| {
            digits(reported).map(|digit| digit.to_ascii_lowercase()).eq(wanted.as_str().chars())
        });
        thumbprint.and(asked(self.issuer.as_ref(), certificate.issuer, Folded::same)).and(asked(
            self.subject.as_ref(),
            certificate.subject,
            Folded::same,
        ))
    }
}

/// The digits of a thumbprint, which tools write in pairs with colons or spaces between, or without.
pub(crate) fn digits(thumbprint: &str) -> impl Iterator<Item = char> {
    thumbprint.chars().filter(|c| !matches!(c, ':' | ' '))
}
