//! The cooperation: authorities, the arrangements between them, and the systems that may call (`cooperation.toml`).
//!
//! Invariant: a [`Cooperation`] is consistent. Every id that it holds is one of its own, contact points have none
//! themselves, and no two arrangements of the same parties are in force at the same time. No transport type occurs here,
//! so that domain code can use it.

mod arrangement;
mod check;
mod check_arrangement;
mod document;
mod problems;
mod sides;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use seamless_calendar::Calendars;

use self::problems::Problems;
use crate::principal::ScopeSet;
use seamless_identifiers::{ArrangementId, AuthorityId};

pub use self::arrangement::{
    Arrangement, Commitment, CommitmentKind, Criterion, Deadline, Exchange, FieldGroup, Per, Terms,
};
pub use self::problems::{CooperationErrors, Problem};

/// A cooperation to start from: the authorities and arrangements of `domain.md`, explained by comments.
pub const SAMPLE_COOPERATION: &str = include_str!("../../cooperation.sample.toml");

/// An authority that protects consumers.
#[derive(Clone, Debug, PartialEq)]
pub struct Authority {
    /// Its id.
    pub id: AuthorityId,
    /// Its names by language (BCP 47), at least one.
    pub names: BTreeMap<String, String>,
    /// ISO 3166-1 alpha-2, or `EU`.
    pub jurisdiction: String,
    /// Its IANA name is in the file.
    pub time_zone: TimeZone,
    /// Id of its working-day calendar.
    pub calendar: String,
    /// Who validates and transmits for it.
    pub contact_point: Option<AuthorityId>,
}

/// A system of an authority that shows a client certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateHolder {
    /// The SAN URI of its certificate, compared byte by byte.
    pub uri: String,
    /// The authority that it acts for.
    pub authority: AuthorityId,
    /// What it may do.
    pub scopes: ScopeSet,
}

/// Who works with whom, and how.
#[derive(Clone, Debug, Default)]
pub struct Cooperation {
    authorities: BTreeMap<AuthorityId, Authority>,
    arrangements: BTreeMap<ArrangementId, Arrangement>,
    certificate_holders: HashMap<String, CertificateHolder>,
}

impl Cooperation {
    /// Reads `cooperation.toml`.
    ///
    /// # Errors
    /// Everything that is wrong, with lines; of the faults in the shape of one table (a missing or unknown key, a value
    /// of the wrong type) the first.
    pub fn parse(text: &str, calendars: &Calendars) -> Result<Self, CooperationErrors> {
        let mut problems = Problems::of(text);
        let document = document::Document::read(text, &mut problems);
        let cooperation = check::check(document, calendars, &mut problems);
        problems.or(cooperation)
    }

    /// The authority of this id.
    pub fn authority(&self, id: &AuthorityId) -> Option<&Authority> {
        self.authorities.get(id)
    }

    /// All authorities, by id.
    pub fn authorities(&self) -> impl Iterator<Item = &Authority> {
        self.authorities.values()
    }

    /// The arrangement of this id, in force or not.
    pub fn arrangement(&self, id: &ArrangementId) -> Option<&Arrangement> {
        self.arrangements.get(id)
    }

    /// All arrangements, in force or not, by id.
    pub fn arrangements(&self) -> impl Iterator<Item = &Arrangement> {
        self.arrangements.values()
    }

    /// The arrangements that are in force at this instant, by id.
    pub fn in_force(&self, at: Timestamp) -> impl Iterator<Item = &Arrangement> {
        self.arrangements().filter(move |arrangement| arrangement.is_in_force(at))
    }

    /// The arrangements in force at this instant that `a` and `b` are both parties of, by themselves or through their
    /// contact points. None between authorities that one contact point stands for: no border lies between them.
    pub fn arrangements_between(
        &self,
        a: &AuthorityId,
        b: &AuthorityId,
        at: Timestamp,
    ) -> impl Iterator<Item = &Arrangement> {
        let (a, b) = (self.contact_point_of(a).clone(), self.contact_point_of(b).clone());
        self.in_force(at)
            .filter(move |arrangement| a != b && arrangement.has_party(&a) && arrangement.has_party(&b))
    }

    /// Who validates and transmits for an authority: its contact point, or itself if it has none or is unknown.
    pub fn contact_point_of<'a>(&'a self, authority: &'a AuthorityId) -> &'a AuthorityId {
        self.authority(authority).and_then(|known| known.contact_point.as_ref()).unwrap_or(authority)
    }

    /// Whether `contact_point` is the contact point of `authority`. No authority stands behind itself.
    pub fn stands_behind(&self, authority: &AuthorityId, contact_point: &AuthorityId) -> bool {
        self.authority(authority).is_some_and(|known| known.contact_point.as_ref() == Some(contact_point))
    }

    /// The system whose client certificate bears this SAN URI.
    pub fn certificate_holder(&self, uri: &str) -> Option<&CertificateHolder> {
        self.certificate_holders.get(uri)
    }
}
