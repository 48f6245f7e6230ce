//! What it says on the wire: one changing call, one list, one event. It speaks a piece of the notifications contract.

use std::sync::Arc;

use async_trait::async_trait;
use prost::Message;
use seamless_api::{
    Commits, Deciding, Handlers, Page, PageLimits, Turns, Violations, changing, etag_out, event_out, refusal,
    resource_name, told, violations::timestamp_out,
};
use seamless_calendar::Clock;
use seamless_commit::Answer;
use seamless_decision::{Record, RecordPage, RecordQuery, Refusal, Told, records};
use seamless_disclosure::{Audience, Disclose, View};
use seamless_feed::{Redactor, StoredEvent};
use seamless_identity::{AuthorityId, Caller};
use seamless_proto::seamless::{
    error::v1::ErrorReason,
    feed::v1::EventStatus,
    notifications::v1::{self as wire, assessment_service_server::AssessmentService},
};
use seamless_service::error::ApiError;
use tonic::{Code, Request, Response, Status};
use uuid::Uuid;

use crate::{
    domain::{ChangeSet, Opinion, Opinions, notification_name},
    store::Store,
};

resource_name! {
    /// What an opinion is on.
    NotificationName(Uuid) = "notifications/{UUID}"
}

/// The service; it makes its decisions durable as well.
#[derive(Clone)]
pub struct Api {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub turns: Turns,
    /// Who is told.
    pub readers: Vec<AuthorityId>,
}

impl Api {
    pub fn opinions(&self) -> Opinions<'_> {
        Opinions { records: &self.store, readers: &self.readers }
    }
}

#[async_trait]
impl Commits for Api {
    type Changes = ChangeSet;
    type Error = Refusal;

    fn deciding(&self) -> Deciding<'_> {
        Deciding { database: &self.store.database, clock: &*self.clock, turns: &self.turns }
    }

    async fn commit(
        &self,
        _: Option<&Caller>,
        made: ChangeSet,
        answer: Option<Answer>,
    ) -> Result<(), Refusal> {
        let event = |Told { kind, time, readers, .. }: &Told<Opinion>| {
            let data = told(&wire::AssessmentChanged { assessment: Some(opinion_out(kind)) });
            event_out(kind.name(), EventStatus::Actual as i32, *time, None, readers, data)
        };
        self.store.commit(made.records, made.told.iter().map(event).collect(), answer).await
    }
}

impl Handlers for Api {
    type Decisions = Self;

    fn decisions(&self) -> &Self {
        self
    }

    fn page_limits(&self) -> PageLimits {
        PageLimits { default_size: 2, max_size: 10 }
    }
}

#[tonic::async_trait]
impl AssessmentService for Api {
    async fn add_assessment(
        &self,
        request: Request<wire::AddAssessmentRequest>,
    ) -> Result<Response<wire::Assessment>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<NotificationName>("parent", &request.parent);
        let revision = found.etag("etag", &request.etag);
        let risk = request.risk.unwrap_or_default();
        if risk.level == 0 {
            found.add("risk.level", "is required");
        }
        let NotificationName(notification) = found.finish_some(name).map_err(refusal)?;
        let scenario = risk.scenarios.into_iter().next().unwrap_or_default().description;
        let decide = |now| {
            let (author, level, scenario) = (caller.authority.clone(), risk.level, scenario.clone());
            let given =
                Opinion { notification, author, level, scenario, is_reviewed: false, time: now, revision: 1 };
            let opinions = self.opinions();
            async move { opinions.give(given, revision, now).await }
        };
        self.mutate(call, decide, |opinion| opinion_out(&opinion)).await
    }

    /// An opinion stays: the method does not exist here.
    async fn withdraw_assessment(
        &self,
        _: Request<wire::WithdrawAssessmentRequest>,
    ) -> Result<Response<wire::Assessment>, Status> {
        Err(ApiError::reason(Code::Unimplemented, ErrorReason::MethodUnknown, "an opinion stays").into())
    }

    async fn list_assessments(
        &self,
        request: Request<wire::ListAssessmentsRequest>,
    ) -> Result<Response<wire::ListAssessmentsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let name = found.name::<NotificationName>("parent", &request.parent);
        let NotificationName(id) = found.finish_some(name).map_err(refusal)?;
        let part = RecordPage { after: page.cursor.clone(), limit: page.limit(), ..RecordPage::default() };
        let group = Some(notification_name(id));
        let query = RecordQuery { owners: self.readers.clone(), group, page: part, ..RecordQuery::default() };
        let opinions: Vec<Opinion> = records(&self.store, &query).await.map_err(refusal)?;
        let (assessments, next_page_token) = page
            .fill(opinions, Record::in_order, |opinion| shown_to(&caller.authority, opinion_out(opinion)));
        Ok(Response::new(wire::ListAssessmentsResponse {
            assessments,
            next_page_token,
            ..Default::default()
        }))
    }
}

fn opinion_out(opinion: &Opinion) -> wire::Assessment {
    let scenario = wire::RiskScenario { description: opinion.scenario.clone(), ..Default::default() };
    wire::Assessment {
        name: opinion.name(),
        authority: opinion.author.to_string(),
        assessed: Some(wire::Risk {
            scenarios: vec![scenario],
            level: opinion.level,
            ..wire::Risk::default()
        }),
        level: opinion.level,
        version: opinion.is_reviewed.into(),
        create_time: Some(timestamp_out(opinion.time)),
        revision: opinion.revision,
        etag: etag_out(opinion.revision),
        ..wire::Assessment::default()
    }
}

/// As the reader may see it: scenarios are for recipients, and nobody but the author counts as one here.
fn shown_to(reader: &AuthorityId, mut told: wire::Assessment) -> wire::Assessment {
    let is_own = told.authority == reader.as_str();
    told.redact_for(&View::declared(if is_own { Audience::Originator } else { Audience::Parties }));
    told
}

#[async_trait]
impl Redactor for Api {
    fn types(&self) -> &'static [&'static str] {
        &["seamless.notifications.v1.AssessmentChanged"]
    }

    async fn redact(
        &self,
        reader: &AuthorityId,
        events: &[StoredEvent],
    ) -> Result<Vec<Option<Vec<u8>>>, ApiError> {
        let shown = events.iter().map(|event| {
            let told = wire::AssessmentChanged::decode(event.data.as_slice()).map_err(ApiError::internal)?;
            let assessment = told.assessment.map(|assessment| shown_to(reader, assessment));
            Ok(Some(wire::AssessmentChanged { assessment }.encode_to_vec()))
        });
        shown.collect()
    }
}
