//! What reports and bulletins have in common: each is asked for, generated, approved, published, and restated by a later one about the
//! same.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    Bulletin, Report, ReportId, ReportState, SharedBulletin, SharedReport, bulletin_name, report_name,
};
use crate::domain::{
    event::EventKind,
    records::{Place, Record},
};

/// The resource name of a report, or of a bulletin.
#[must_use]
pub fn publication_name(id: ReportId, is_bulletin: bool) -> String {
    if is_bulletin { bulletin_name(id) } else { report_name(id) }
}

/// A report or a bulletin.
pub trait Publication: Record<Place = Place> + Clone {
    /// That it was published to an authority.
    type Shared: Shared;

    /// The resource name of the one with this id.
    fn name_of(id: ReportId) -> String;

    /// How it stands.
    fn report(&self) -> &Report;

    /// How it is to stand.
    fn report_mut(&mut self) -> &mut Report;

    /// The sides that alone may read it, by an authority of each; none where any may.
    fn meant_for(&self) -> Option<Vec<AuthorityId>>;

    /// How many faults stand in the way of its publication.
    fn open_findings(&self) -> usize;

    /// What is told of a change; with where it stood before, none for a new one.
    fn changed(self, previous: Option<ReportState>) -> EventKind;

    /// What is told when it is published, in the place of an earlier one if there is one.
    fn published(self, earlier: Option<ReportId>) -> EventKind;
}

/// That a publication is an authority's to read.
pub trait Shared: Record<Place = Place> {
    /// It was published to this authority.
    fn of(id: ReportId, reader: AuthorityId, publish_time: Timestamp) -> Self;

    /// Of which publication it is.
    fn publication(&self) -> ReportId;

    /// Whose to read.
    fn reader(&self) -> &AuthorityId;
}

/// How often something about one subject was published: changes with each publication, so that of two at once the second finds the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedCount {
    pub owner: AuthorityId,
    /// Of what: the kind of its records.
    pub of: String,
    /// About what.
    pub subject: String,
    pub revision: i64,
}

impl PublishedCount {
    /// That of the subject of a publication, before the first.
    #[must_use]
    pub fn of<P: Publication>(publication: &P) -> Self {
        let Place { owner, group, .. } = publication.place();
        Self { owner, of: P::KIND.to_owned(), subject: group, revision: 0 }
    }
}

impl Record for PublishedCount {
    const KIND: &'static str = "published_count";
    type Place = Place;

    fn name(&self) -> String {
        format!("publishedCounts/{}/{}/{}", self.owner, self.of, self.subject)
    }

    fn place(&self) -> Place {
        Place::of_owner(self.owner.clone())
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Publication for Report {
    type Shared = SharedReport;

    fn name_of(id: ReportId) -> String {
        report_name(id)
    }

    fn report(&self) -> &Report {
        self
    }

    fn report_mut(&mut self) -> &mut Report {
        self
    }

    fn meant_for(&self) -> Option<Vec<AuthorityId>> {
        None
    }

    fn open_findings(&self) -> usize {
        0
    }

    fn changed(self, previous: Option<ReportState>) -> EventKind {
        EventKind::ReportChanged(Box::new(self), previous)
    }

    fn published(self, earlier: Option<ReportId>) -> EventKind {
        match earlier {
            None => EventKind::ReportPublished(Box::new(self)),
            Some(earlier) => EventKind::ReportRestated(Box::new(self), earlier),
        }
    }
}

impl Publication for Bulletin {
    type Shared = SharedBulletin;

    fn name_of(id: ReportId) -> String {
        bulletin_name(id)
    }

    fn report(&self) -> &Report {
        &self.report
    }

    fn report_mut(&mut self) -> &mut Report {
        &mut self.report
    }

    /// What others told its owner may be meant for the owner alone: that is not told to it.
    fn meant_for(&self) -> Option<Vec<AuthorityId>> {
        let Report { owner, partner, .. } = &self.report;
        let other = partner.as_ref().filter(|partner| *partner != owner)?;
        Some(vec![owner.clone(), other.clone()])
    }

    fn open_findings(&self) -> usize {
        let open = self.findings.iter().filter(|finding| finding.acceptance.is_none()).count();
        open.saturating_add(usize::try_from(self.more_findings).unwrap_or(usize::MAX))
    }

    fn changed(self, previous: Option<ReportState>) -> EventKind {
        EventKind::BulletinChanged(Box::new(self), previous)
    }

    fn published(self, earlier: Option<ReportId>) -> EventKind {
        EventKind::BulletinPublished(Box::new(self), earlier)
    }
}

impl Shared for SharedReport {
    fn of(report: ReportId, reader: AuthorityId, publish_time: Timestamp) -> Self {
        Self { report, reader, publish_time, revision: 1 }
    }

    fn publication(&self) -> ReportId {
        self.report
    }

    fn reader(&self) -> &AuthorityId {
        &self.reader
    }
}

impl Shared for SharedBulletin {
    fn of(bulletin: ReportId, reader: AuthorityId, publish_time: Timestamp) -> Self {
        Self { bulletin, reader, publish_time, revision: 1 }
    }

    fn publication(&self) -> ReportId {
        self.bulletin
    }

    fn reader(&self) -> &AuthorityId {
        &self.reader
    }
}
