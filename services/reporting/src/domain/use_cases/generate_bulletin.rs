//! Asks for a bulletin.

use jiff::{Timestamp, civil::Date};
use seamless_decision::Told;
use seamless_identifiers::CountryCode;
use seamless_identity::AuthorityId;
use uuid::Uuid;

use super::Origin;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    error::Refusal,
    event::EventKind,
    figures::version_of,
    model::{Bulletin, EventStatus, Month, Period, Report, ReportState, ReportTemplate},
    records::{RecordPage, RecordQuery, RecordReader, records},
    source::Feed,
};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct BulletinRequest {
    /// Who speaks for the recalling side.
    pub recalling: AuthorityId,
    pub origin: CountryCode,
    pub month: Month,
    pub status: EventStatus,
}

/// Asks for a bulletin.
pub struct GenerateBulletin<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl GenerateBulletin<'_> {
    /// Queues it for the caller's authority.
    ///
    /// # Errors
    /// As [`Self::queue`].
    pub async fn execute(
        &self,
        caller: &Caller,
        asked: &BulletinRequest,
        now: Timestamp,
    ) -> Result<Decision<Bulletin>, DomainError> {
        self.queue(&caller.authority, asked, None, now).await
    }

    /// Queues it for an authority, and says which schedule asks for it, if one does.
    ///
    /// # Errors
    /// Every wrong field; that no feed is followed for the owner; that too many wait.
    pub async fn queue(
        &self,
        owner: &AuthorityId,
        asked: &BulletinRequest,
        scheduled: Option<Origin>,
        now: Timestamp,
    ) -> Result<Decision<Bulletin>, DomainError> {
        let owner = owner.clone();
        let period = self.period(asked, now)?;
        let feed = Feed::of_alerts(&owner);
        if !self.rules.follows(&feed) {
            return Err(DomainError::NotFollowed(feed));
        }
        self.check_room(&owner).await?;
        let template = ReportTemplate::HazardBulletin;
        let report = Report {
            id: Uuid::now_v7(),
            owner,
            template,
            template_version: version_of(template),
            partner: Some(asked.recalling.clone()),
            period,
            status: asked.status,
            state: ReportState::Queued,
            failure: String::new(),
            manifest: None,
            signature: String::new(),
            approve_time: None,
            approved_by: String::new(),
            publish_time: None,
            readers: Vec::new(),
            restates: None,
            schedule: scheduled.as_ref().map(|origin| origin.schedule),
            intended: scheduled.as_ref().map(|origin| origin.intended),
            approve_automatically: false,
            for_others: false,
            published_before: None,
            publish_to: scheduled.map(|origin| origin.publish_to).unwrap_or_default(),
            create_time: now,
            update_time: now,
            revision: 1,
        };
        let readers = self.rules.side(&report.owner);
        let bulletin =
            Bulletin { report, origin: asked.origin, alerts: 0, findings: Vec::new(), more_findings: 0 };
        let mut changes = ChangeSet::default();
        changes.put_record(&bulletin)?;
        let kind = EventKind::BulletinChanged(Box::new(bulletin.clone()), None);
        changes.tell(Told { kind, time: now, arrangement: None, readers });
        Ok(Decision { outcome: bulletin, changes })
    }

    /// The days of the month where the recalling authority is.
    fn period(&self, asked: &BulletinRequest, now: Timestamp) -> Result<Period, DomainError> {
        let mut wrong: Vec<Violation> = Vec::new();
        let wants =
            |field: &str, description: String| Violation { field: format!("bulletin.{field}"), description };
        let id = &asked.recalling;
        wrong.extend(wrong_recalling(self.rules, id).map(|wanted| wants("recalling_authority", wanted)));
        let zone = self.rules.cooperation.authority(id).and_then(|one| one.time_zone.iana_name());
        let first = Date::new(asked.month.year, asked.month.month, 1);
        let Ok(first) = first else {
            let wanted = format!("wants a year and a month of 1 to 12; got {}", asked.month);
            wrong.push(wants("month", wanted));
            return Err(wrong.into());
        };
        let zone = zone.unwrap_or("UTC").to_owned();
        let period = Period { first, last: first.last_of_month(), zone };
        if !period.wrong(&self.rules.zones, now).is_empty() {
            let wanted = format!("wants a month that has begun; got {}", asked.month);
            wrong.push(wants("month", wanted));
        }
        if wrong.is_empty() { Ok(period) } else { Err(wrong.into()) }
    }

    /// Not too many of the owner wait.
    async fn check_room(&self, owner: &AuthorityId) -> Result<(), DomainError> {
        let most = self.rules.most_queued;
        let states = vec![ReportState::Queued as i32];
        let page = RecordPage { states, limit: most, ..RecordPage::default() };
        let queued = RecordQuery { owners: vec![owner.clone()], page, ..RecordQuery::default() };
        let waiting: Vec<Bulletin> = records(self.records, &queued).await?;
        if (waiting.len() as u64) < most {
            return Ok(());
        }
        Err(Refusal::LimitReached {
            subject: format!("authorities/{owner}"),
            limit: "bulletins that wait to be generated",
            maximum: usize::try_from(most).unwrap_or(usize::MAX),
        }
        .into())
    }
}

/// What is wrong with a recalling authority: it speaks for its side.
pub(super) fn wrong_recalling(rules: &Rules, id: &AuthorityId) -> Option<String> {
    let speaker = rules.cooperation.contact_point_of(id);
    match rules.cooperation.authority(id) {
        None => Some(format!("wants an authority of the cooperation; got {id}")),
        Some(_) if speaker != id => {
            Some(format!("wants {speaker}, which speaks for the side of {id}; got {id}"))
        }
        Some(_) => None,
    }
}
