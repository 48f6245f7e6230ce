//! What a reader gets to see: each record is redacted by the code generated from the contract, with the eyes that the rules give the
//! reader.

use std::collections::HashMap;

use async_trait::async_trait;
use prost::{DecodeError, Message};
use seamless_decision::Refusal;
use seamless_disclosure::{Audience, Disclose, View};
use seamless_feed::{Redactor, StoredEvent};
use seamless_identity::AuthorityId;
use seamless_proto::{events::reporting::EventType, seamless::reporting::v1 as wire};
use seamless_service::error::ApiError;

use super::{bulletin_out, report_out, schedule_out};
use crate::{
    domain::{
        Rules,
        model::{Bulletin, Report, ReportSchedule},
        records::record,
    },
    store::Store,
};

/// The report as the reader may see it; nothing of it where it may not.
#[must_use]
pub fn report_for(rules: &Rules, reader: &AuthorityId, report: &Report) -> wire::Report {
    match rules.clearance(report, reader) {
        Some(clearance) => report_out(report).shown_to(clearance),
        None => wire::Report::default(),
    }
}

/// The schedule as its owner's side sees it; nothing of it for anybody else.
#[must_use]
pub fn schedule_for(rules: &Rules, reader: &AuthorityId, schedule: &ReportSchedule) -> wire::ReportSchedule {
    match rules.cooperation.sees_as_owner(&schedule.owner, reader) {
        true => schedule_out(schedule).shown_to(Audience::Originator),
        false => wire::ReportSchedule::default(),
    }
}

/// The bulletin as the reader may see it; nothing of it where it may not.
#[must_use]
pub fn bulletin_for(rules: &Rules, reader: &AuthorityId, bulletin: &Bulletin) -> wire::Bulletin {
    match rules.clearance(&bulletin.report, reader) {
        Some(clearance) => bulletin_out(bulletin).shown_to(clearance),
        None => wire::Bulletin::default(),
    }
}

/// What an event is about, as it is now.
#[derive(Default)]
struct Subject {
    /// Of a bulletin that of its report.
    report: Option<Report>,
    schedule: Option<ReportSchedule>,
}

/// Redacts events for the reader of the feed: with the rights of now, whenever they happened.
pub struct FeedRedactor {
    store: Store,
    rules: Rules,
}

impl FeedRedactor {
    /// A redactor by these rules.
    #[must_use]
    pub fn new(store: Store, rules: Rules) -> Self {
        Self { store, rules }
    }

    /// How a report, a bulletin or a schedule stands.
    async fn subject(&self, name: &str) -> Result<Subject, Refusal> {
        if name.starts_with("schedules/") {
            return Ok(Subject { schedule: record(&self.store, name).await?, ..Subject::default() });
        }
        let report = match name.starts_with("bulletins/") {
            true => record(&self.store, name).await?.map(|bulletin: Bulletin| bulletin.report),
            false => record(&self.store, name).await?,
        };
        Ok(Subject { report, ..Subject::default() })
    }

    /// The event as the reader may see it, and `None` where it may not. Every type of the contract has its row: without one a new
    /// type does not compile. `subject` is what it is about, as it is now.
    fn redact_one(
        &self,
        reader: &AuthorityId,
        event: &StoredEvent,
        subject: &Subject,
    ) -> Result<Option<Vec<u8>>, DecodeError> {
        let data = event.data.as_slice();
        let clearance = subject.report.as_ref().and_then(|report| self.rules.clearance(report, reader));
        let is_own =
            |schedule: &ReportSchedule| self.rules.cooperation.sees_as_owner(&schedule.owner, reader);
        let has_schedule = subject.schedule.as_ref().is_some_and(is_own);
        let Some(event_type) = EventType::from_name(&event.event_type) else {
            // Of a later version of this service: shown to nobody.
            return Ok(None);
        };
        match (event_type, clearance) {
            // Of a schedule the owner's side alone learns.
            (EventType::ReportScheduleChanged, _) if has_schedule => {
                redacted::<wire::ReportScheduleChanged>(data, Audience::Originator).map(Some)
            }
            (EventType::ScheduleMissed, _) if has_schedule => {
                redacted::<wire::ScheduleMissed>(data, Audience::Originator).map(Some)
            }
            (EventType::ReportScheduleChanged | EventType::ScheduleMissed, _) => Ok(None),
            // What became of it before it was published is the owner's side's own.
            (EventType::ReportChanged, Some(Audience::Originator)) => {
                redacted::<wire::ReportChanged>(data, Audience::Originator).map(Some)
            }
            (EventType::ReportChanged, _) | (EventType::ReportPublished, None) => Ok(None),
            (EventType::ReportPublished, Some(clearance)) => {
                redacted::<wire::ReportPublished>(data, clearance).map(Some)
            }
            (EventType::ReportRestated, Some(clearance)) => {
                redacted::<wire::ReportRestated>(data, clearance).map(Some)
            }
            // A reader of the earlier report alone learns that another one counts.
            (EventType::ReportRestated, None) => {
                let told = wire::ReportRestated { report: None, ..wire::ReportRestated::decode(data)? };
                Ok(Some(told.shown_to(Audience::Parties).encode_to_vec()))
            }
            (EventType::BulletinChanged, Some(Audience::Originator)) => {
                redacted::<wire::BulletinChanged>(data, Audience::Originator).map(Some)
            }
            (EventType::BulletinChanged, _) => Ok(None),
            (EventType::BulletinPublished, Some(clearance)) => {
                redacted::<wire::BulletinPublished>(data, clearance).map(Some)
            }
            (EventType::BulletinPublished, None) => {
                let told =
                    wire::BulletinPublished { bulletin: None, ..wire::BulletinPublished::decode(data)? };
                let is_restated = !told.restated.is_empty();
                Ok(is_restated.then(|| told.shown_to(Audience::Parties).encode_to_vec()))
            }
        }
    }
}

#[async_trait]
impl Redactor for FeedRedactor {
    fn types(&self) -> &'static [&'static str] {
        EventType::FULL_NAMES
    }

    async fn redact(
        &self,
        reader: &AuthorityId,
        events: &[StoredEvent],
    ) -> Result<Vec<Option<Vec<u8>>>, ApiError> {
        let mut subjects: HashMap<&str, Subject> = HashMap::new();
        for event in events {
            let name = event.subject.as_str();
            if !subjects.contains_key(name) {
                subjects.insert(name, self.subject(name).await?);
            }
        }
        let unknown = Subject::default();
        let redacted = events.iter().map(|event| {
            let subject = subjects.get(event.subject.as_str()).unwrap_or(&unknown);
            self.redact_one(reader, event, subject).map_err(ApiError::internal)
        });
        redacted.collect()
    }
}

/// The event with the clearance that its reader has.
fn redacted<M: Message + Default + Disclose>(
    data: &[u8],
    clearance: Audience,
) -> Result<Vec<u8>, DecodeError> {
    let mut told = M::decode(data)?;
    told.redact_for(&View::declared(clearance));
    Ok(told.encode_to_vec())
}
