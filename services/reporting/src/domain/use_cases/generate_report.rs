//! Asks for a report.

use jiff::Timestamp;
use seamless_decision::Told;
use seamless_identity::AuthorityId;
use uuid::Uuid;

use super::published::published;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    error::Refusal,
    event::EventKind,
    figures::{has_partner, sources_of, version_of},
    model::{EventStatus, Period, Report, ReportState, ReportTemplate, ScheduleId},
    records::{RecordPage, RecordQuery, RecordReader, records},
    small_counts::wrong_period_for_release,
    source::Feed,
};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ReportRequest {
    pub template: ReportTemplate,
    /// With whose side; none where it is about no partner.
    pub partner: Option<AuthorityId>,
    pub period: Period,
    pub status: EventStatus,
    /// Others than the owner's side are to read it.
    pub for_others: bool,
}

/// The schedule that asks for a report, and what it says of it.
#[derive(Clone, Debug)]
pub struct Origin {
    pub schedule: ScheduleId,
    /// When the run was due.
    pub intended: Timestamp,
    /// No person finds it right.
    pub approve_automatically: bool,
    /// To whom it is published as it is approved.
    pub publish_to: Vec<AuthorityId>,
}

/// Asks for a report.
pub struct GenerateReport<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl GenerateReport<'_> {
    /// Queues it for the caller's authority.
    ///
    /// # Errors
    /// As [`Self::queue`].
    pub async fn execute(
        &self,
        caller: &Caller,
        asked: &ReportRequest,
        now: Timestamp,
    ) -> Result<Decision<Report>, DomainError> {
        self.queue(&caller.authority, asked, None, now).await
    }

    /// Queues it for an authority, and says which schedule asks for it, if one does.
    ///
    /// # Errors
    /// Every wrong field; that no feed is followed for the owner; that too many wait.
    pub async fn queue(
        &self,
        owner: &AuthorityId,
        asked: &ReportRequest,
        origin: Option<Origin>,
        now: Timestamp,
    ) -> Result<Decision<Report>, DomainError> {
        let owner = owner.clone();
        let mut wrong: Vec<Violation> = Vec::new();
        for one in asked.period.wrong(&self.rules.zones, now) {
            let field = format!("report.period.{}", one.field);
            wrong.push(Violation { field, description: one.wanted });
        }
        if let Some(description) = wrong_partner(self.rules, &owner, asked.template, asked.partner.as_ref()) {
            wrong.push(Violation { field: "report.partner".to_owned(), description });
        }
        if asked.for_others && has_partner(asked.template) {
            let description = "wants false: both sides of a report about a partner know its cases".to_owned();
            wrong.push(Violation { field: "report.for_others".to_owned(), description });
        } else if asked.for_others && asked.template != ReportTemplate::AnnualStatistics {
            let description =
                "wants false: which counts tell of few cases is judged of annual statistics alone";
            let field = "report.for_others".to_owned();
            wrong.push(Violation { field, description: description.to_owned() });
        }
        if asked.for_others {
            let of_period = wrong_period_for_release(&asked.period, &self.rules.zones, now).into_iter();
            wrong.extend(of_period.map(|one| Violation {
                field: format!("report.period.{}", one.field),
                description: one.wanted,
            }));
            let before = published(self.records, self.rules, &owner).await?;
            let spelled = asked.period.clone().spelled(&self.rules.zones);
            wrong.extend(
                before.wrong_zone(&spelled.zone).map(|description| Violation {
                    field: "report.period.time_zone".to_owned(),
                    description,
                }),
            );
        }
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        let feeds =
            sources_of(asked.template).iter().map(|source| Feed { source: *source, reader: owner.clone() });
        if let Some(missing) = feeds.into_iter().find(|feed| !self.rules.follows(feed)) {
            return Err(DomainError::NotFollowed(missing));
        }
        let most = self.rules.most_queued;
        let states = vec![ReportState::Queued as i32];
        let page = RecordPage { states, limit: most, ..RecordPage::default() };
        let queued = RecordQuery { owners: vec![owner.clone()], page, ..RecordQuery::default() };
        let waiting: Vec<Report> = records(self.records, &queued).await?;
        if waiting.len() as u64 >= most {
            return Err(Refusal::LimitReached {
                subject: format!("authorities/{owner}"),
                limit: "reports that wait to be generated",
                maximum: usize::try_from(most).unwrap_or(usize::MAX),
            }
            .into());
        }
        let report = Report {
            id: Uuid::now_v7(),
            owner,
            template: asked.template,
            template_version: version_of(asked.template),
            partner: asked.partner.clone(),
            period: asked.period.clone().spelled(&self.rules.zones),
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
            schedule: origin.as_ref().map(|origin| origin.schedule),
            intended: origin.as_ref().map(|origin| origin.intended),
            approve_automatically: origin.as_ref().is_some_and(|origin| origin.approve_automatically),
            publish_to: origin.map(|origin| origin.publish_to).unwrap_or_default(),
            for_others: asked.for_others,
            published_before: None,
            create_time: now,
            update_time: now,
            revision: 1,
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&report)?;
        changes.tell(Told {
            kind: EventKind::ReportChanged(Box::new(report.clone()), None),
            time: now,
            arrangement: None,
            readers: self.rules.side(&report.owner),
        });
        Ok(Decision { outcome: report, changes })
    }
}

/// What is wrong with the partner: its template wants one, or none.
pub(super) fn wrong_partner(
    rules: &Rules,
    owner: &AuthorityId,
    template: ReportTemplate,
    partner: Option<&AuthorityId>,
) -> Option<String> {
    let partner = match (partner, has_partner(template)) {
        (Some(partner), true) => partner,
        (None, true) => return Some("is required".to_owned()),
        (Some(partner), false) => {
            return Some(format!("wants none, since the report is about no partner; got {partner}"));
        }
        (None, false) => return None,
    };
    match rules.party(partner) {
        None => Some(format!("wants an authority of the cooperation; got {partner}")),
        Some(party) if party.members.contains(owner) => {
            Some(format!("wants an authority of another side; got {partner}"))
        }
        Some(_) => None,
    }
}
