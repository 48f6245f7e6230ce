//! Which feeds a report or a bulletin waits for, and until when.

use jiff::Timestamp;

use super::{
    Reached, Rules,
    cut::settled,
    figures::sources_of,
    model::{Report, ReportTemplate},
    source::{Feed, Source},
};

/// A feed that is not known far enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited {
    pub source: Source,
    pub wanted: Timestamp,
    /// None where nothing was heard of it yet.
    pub known: Option<Timestamp>,
}

/// The feeds that are not known far enough yet. Of a report all must be known that happened in its period, or until it was asked for; of a
/// bulletin all that was told until then, since an alert of a month is often told later.
#[must_use]
pub fn awaited(rules: &Rules, reached: &Reached, report: &Report) -> Vec<Awaited> {
    let end = report.period.end(&rules.zones);
    let is_bulletin = report.template == ReportTemplate::HazardBulletin;
    let end = end.filter(|end| !is_bulletin && ended_before(*end, report));
    let sources = sources_of(report.template).iter();
    let stands = sources.map(|source| Awaited {
        source: *source,
        wanted: end.map_or(report.create_time, |end| settled(*source, end)),
        known: reached.until_of(&Feed { source: *source, reader: report.owner.clone() }),
    });
    stands.filter(|one| one.known.is_none_or(|known| known < one.wanted)).collect()
}

/// Whether it is about the whole of its period: that was over, and all of it could be known, when the report was asked for; or it was
/// when the run was due that the report is of, whenever that ran.
#[must_use]
pub fn ended_before(end: Timestamp, report: &Report) -> bool {
    let is_whole =
        sources_of(report.template).iter().all(|source| settled(*source, end) <= report.create_time);
    is_whole || report.intended.is_some_and(|intended| end <= intended)
}
