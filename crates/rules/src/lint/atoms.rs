//! What checks ask of a device, taken apart into atoms, and which atoms a device can pass together.
//!
//! An atom is one question about one fact. What a device can pass of them follows from two kinds of links alone:
//! passing one atom implies passing others (a version that is at least 11 is at least 10), and within a *column* only
//! one value can be the device's (it is joined to one domain). So for any set of atoms there is either no device that
//! passes them, or one that passes them, what they imply, and nothing else. Links between atoms of different facts do
//! not exist: whatever a device reports of one, it may report anything or nothing of another. A device is taken to be
//! able to report whatever the server would take in; that real ones report less can hide a finding, never make one.

use std::collections::HashMap;

use domain::{CertificateStore, Sha256, TagId};
use smallvec::SmallVec;

use crate::certificate::WantedCertificate;
use crate::edition::Wanted;
use crate::folded::Folded;
use crate::leaf::{Fact, Leaf, Name, WantedOs, WantedValue};

use super::formula::Formula;

/// The number of an atom among those of one operating system's rules.
pub(super) type AtomId = u32;

/// One question about one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Atom<'a> {
    Tag(TagId),
    Passcode,
    NotCompromised,
    StorageEncrypted,
    Mdm,
    /// Its version is at least this; never empty.
    Version(&'a [u64]),
    /// Its edition begins with these words.
    EditionFamily(&'a str),
    Edition(&'a str),
    Distribution(&'a Folded),
    Domain(&'a Folded),
    DiskEncryption(&'a Folded),
    Antivirus {
        product: Option<&'a Folded>,
        up_to_date: Option<bool>,
    },
    Process(&'a Name, Option<&'a Folded>),
    File(&'a Name, Option<&'a Sha256>),
    Registry(&'a WantedValue),
    Certificate(CertificateStore, Members<'a>),
}

/// The members that a certificate must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Members<'a> {
    thumbprint: Option<&'a Folded>,
    issuer: Option<&'a Folded>,
    subject: Option<&'a Folded>,
}

/// What has one value at a time: of its atoms a device can pass those that one of them implies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column<'a> {
    Edition,
    Distribution,
    Domain,
    /// Who signed the process.
    Process(&'a Name),
    /// The hash of the file.
    File(&'a Name),
}

/// The atoms met so far.
#[derive(Debug, Default)]
pub(super) struct Atoms<'a> {
    all: Vec<Atom<'a>>,
    ids: HashMap<Atom<'a>, AtomId>,
}

/// All atoms with the links between them.
#[derive(Debug)]
pub(super) struct Theory<'a> {
    /// By atom: those that it implies directly.
    implied: Vec<SmallVec<[AtomId; 3]>>,
    /// By atom: those that imply it directly.
    implying: Vec<Vec<AtomId>>,
    /// By atom: the number of its column.
    column: Vec<Option<u32>>,
    columns: Vec<Column<'a>>,
}

impl<'a> Atoms<'a> {
    /// What it takes to pass `leaf`.
    pub(super) fn formula(&mut self, leaf: &'a Leaf) -> Formula {
        let fact = match leaf {
            Leaf::DeviceTag(tag) => return self.atom(Atom::Tag(*tag)),
            Leaf::Fact(fact) => fact,
        };
        match fact {
            Fact::PasscodeRequired => self.atom(Atom::Passcode),
            Fact::NotCompromised => self.atom(Atom::NotCompromised),
            Fact::StorageEncrypted => self.atom(Atom::StorageEncrypted),
            Fact::Mdm => self.atom(Atom::Mdm),
            Fact::Os(wanted) => self.os(wanted),
            Fact::Domain(domains) => {
                Formula::any(domains.iter().map(|domain| self.atom(Atom::Domain(domain))).collect())
            }
            Fact::DiskEncryption(product) => self.atom(Atom::DiskEncryption(product)),
            Fact::Antivirus { product, up_to_date } => {
                self.atom(Atom::Antivirus { product: product.as_ref(), up_to_date: *up_to_date })
            }
            Fact::Process { process, signer } => self.atom(Atom::Process(process, signer.as_ref())),
            Fact::File { path, sha256 } => self.atom(Atom::File(path, sha256.as_deref())),
            Fact::Registry(wanted) => self.atom(Atom::Registry(wanted)),
            Fact::MachineCertificate(wanted) => {
                self.atom(Atom::Certificate(CertificateStore::Machine, (&**wanted).into()))
            }
            Fact::UserCertificate(wanted) => {
                self.atom(Atom::Certificate(CertificateStore::User, (&**wanted).into()))
            }
            Fact::Other { .. } => Formula::Never,
        }
    }

    /// All three parts must hold, and a part that is not asked holds. That a version can tell the release of a Windows
    /// whose edition was not reported needs no link: whatever such a device passes, one that reported an edition of
    /// that release passes too, and nothing else.
    fn os(&mut self, wanted: &'a WantedOs) -> Formula {
        let mut parts = Vec::new();
        if !wanted.min.is_empty() {
            parts.push(self.atom(Atom::Version(&wanted.min)));
        }
        match wanted.edition.as_ref().map(|edition| &edition.0) {
            None | Some(Wanted::Every) => {}
            Some(Wanted::Family(family)) => parts.push(self.atom(Atom::EditionFamily(family.as_str()))),
            Some(Wanted::One(edition)) => parts.push(self.atom(Atom::Edition(edition.as_str()))),
        }
        if let Some(distribution) = &wanted.distribution {
            parts.push(self.atom(Atom::Distribution(distribution)));
        }
        Formula::all(parts)
    }

    fn atom(&mut self, atom: Atom<'a>) -> Formula {
        let next = number(self.all.len());
        let id = *self.ids.entry(atom).or_insert(next);
        if id == next {
            self.all.push(atom);
        }
        Formula::Atom(id)
    }

    /// The links between all of them.
    pub(super) fn theory(&self) -> Theory<'a> {
        let mut implied: Vec<SmallVec<[AtomId; 3]>> =
            self.all.iter().map(|atom| self.implied(*atom)).collect();
        for (lower, higher) in self.versions() {
            implied[higher as usize].push(lower);
        }
        let mut columns = Vec::new();
        let mut numbers = HashMap::new();
        let mut column = |atom: &Atom<'a>| {
            let column = atom.column()?;
            Some(*numbers.entry(column).or_insert_with(|| {
                columns.push(column);
                number(columns.len() - 1)
            }))
        };
        let column = self.all.iter().map(&mut column).collect();
        let mut implying = vec![Vec::new(); implied.len()];
        for (atom, implied) in (0..).zip(&implied) {
            implied.iter().for_each(|weaker| implying[*weaker as usize].push(atom));
        }
        Theory { implied, implying, column, columns }
    }

    /// Each version that is asked for with the next higher one.
    fn versions(&self) -> impl Iterator<Item = (AtomId, AtomId)> {
        let versions = (0..).zip(&self.all).filter_map(|(id, atom)| match atom {
            Atom::Version(min) => Some((*min, id)),
            _ => None,
        });
        let mut all: Vec<(&[u64], AtomId)> = versions.collect();
        all.sort_unstable();
        let higher = all.clone().into_iter().skip(1);
        all.into_iter().zip(higher).map(|((_, lower), (_, higher))| (lower, higher))
    }

    /// What `atom` implies directly, besides lower versions.
    fn implied(&self, atom: Atom<'a>) -> SmallVec<[AtomId; 3]> {
        let ids = |atoms: &[Atom<'a>]| atoms.iter().filter_map(|atom| self.ids.get(atom).copied()).collect();
        match atom {
            Atom::EditionFamily(family) => self.family_of(family).into_iter().collect(),
            Atom::Edition(edition) => {
                let same = self.ids.get(&Atom::EditionFamily(edition)).copied();
                same.or_else(|| self.family_of(edition)).into_iter().collect()
            }
            Atom::Antivirus { product, up_to_date } => {
                let weaker = |product, up_to_date| Atom::Antivirus { product, up_to_date };
                let all = [weaker(None, up_to_date), weaker(product, None), weaker(None, None)];
                ids(&all.into_iter().filter(|weaker| *weaker != atom).collect::<Vec<_>>())
            }
            Atom::Process(name, Some(_)) => ids(&[Atom::Process(name, None)]),
            Atom::File(path, Some(_)) => ids(&[Atom::File(path, None)]),
            Atom::Certificate(store, members) => {
                let weaker = members.weaker().map(|members| Atom::Certificate(store, members));
                ids(&weaker.collect::<Vec<_>>())
            }
            _ => SmallVec::new(),
        }
    }

    /// The narrowest family that was asked for among those that have every edition beginning with the words of
    /// `edition`, itself left out.
    fn family_of(&self, edition: &'a str) -> Option<AtomId> {
        let ends = edition.rmatch_indices(' ').map(|(end, _)| &edition[..end]);
        ends.into_iter().find_map(|family| self.ids.get(&Atom::EditionFamily(family)).copied())
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("the rules of a site are too few to ask 2³² questions")
}

impl<'a> Atom<'a> {
    fn column(self) -> Option<Column<'a>> {
        match self {
            Self::EditionFamily(_) | Self::Edition(_) => Some(Column::Edition),
            Self::Distribution(_) => Some(Column::Distribution),
            Self::Domain(_) => Some(Column::Domain),
            Self::Process(name, _) => Some(Column::Process(name)),
            Self::File(path, _) => Some(Column::File(path)),
            _ => None,
        }
    }
}

impl<'a> Members<'a> {
    /// Fewer of these members; those that ask for none among them.
    fn weaker(self) -> impl Iterator<Item = Self> {
        (0..8)
            .map(move |kept| Self {
                thumbprint: self.thumbprint.filter(|_| kept & 1 != 0),
                issuer: self.issuer.filter(|_| kept & 2 != 0),
                subject: self.subject.filter(|_| kept & 4 != 0),
            })
            .filter(move |weaker| *weaker != self)
    }
}

impl<'a> From<&'a WantedCertificate> for Members<'a> {
    fn from(wanted: &'a WantedCertificate) -> Self {
        let WantedCertificate { thumbprint, issuer, subject } = wanted;
        Self { thumbprint: thumbprint.as_ref(), issuer: issuer.as_ref(), subject: subject.as_ref() }
    }
}

impl<'a> Theory<'a> {
    /// How many atoms there are.
    pub(super) fn atoms(&self) -> usize {
        self.implied.len()
    }

    /// All columns, by number.
    pub(super) fn columns(&self) -> &[Column<'a>] {
        &self.columns
    }

    /// What passing `atom` implies directly.
    pub(super) fn implied(&self, atom: AtomId) -> &[AtomId] {
        &self.implied[atom as usize]
    }

    /// Marks those too that imply one that is marked.
    pub(super) fn spread_to_implying(&self, marked: &mut [bool]) {
        let mut open: Vec<_> =
            (0..).zip(&*marked).filter(|(_, marked)| **marked).map(|(atom, _)| atom).collect();
        while let Some(atom) = open.pop() {
            let atom: AtomId = atom;
            for stronger in &self.implying[atom as usize] {
                if !std::mem::replace(&mut marked[*stronger as usize], true) {
                    open.push(*stronger);
                }
            }
        }
    }

    /// The number of the column that `atom` is of.
    pub(super) fn column(&self, atom: AtomId) -> Option<u32> {
        self.column[atom as usize]
    }

    /// Whether a value of a column that passes `atom` passes `other` of the same column too.
    pub(super) fn implies(&self, atom: AtomId, other: AtomId) -> bool {
        let mut reached = atom;
        // Within a column an atom implies at most one other directly.
        while reached != other {
            match self.implied(reached).first() {
                Some(next) => reached = *next,
                None => return false,
            }
        }
        true
    }
}
