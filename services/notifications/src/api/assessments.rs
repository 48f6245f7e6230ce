//! `AssessmentService`.

use seamless_api::{Handlers, Page, ResourceName, Violations, changing, refusal, violations::timestamp_out};
use seamless_proto::seamless::notifications::v1::{
    self as wire, assessment_service_server::AssessmentService,
};
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::{
    contract::{AssessmentName, Known, NotificationName, assessment_out, redact::notification_for, risk_in},
    domain::{
        model::{Assessment, Notification},
        records::{Record, RecordQuery, records},
        relation::Relation,
        use_cases::{AddAssessment, NotificationAccess, WithdrawAssessment},
    },
};

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
        if request.risk.is_none() {
            found.add("risk", "is required");
        }
        let is_given = request.risk.is_some();
        let risk = risk_in(&mut found, "risk", request.risk.unwrap_or_default());
        if is_given && risk.assessed_level().is_none() {
            found.add("risk.level", "is required, unless scenarios give it or the risk is presumed serious");
        }
        let name = found.finish_some(name).map_err(refusal)?;
        let add = AddAssessment {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            records: &self.store,
        };
        let decide = |now| add.execute(&caller, name.0, revision, risk.clone(), now);
        self.mutate(call, decide, assessment_out_owned).await
    }

    async fn withdraw_assessment(
        &self,
        request: Request<wire::WithdrawAssessmentRequest>,
    ) -> Result<Response<wire::Assessment>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<AssessmentName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let withdraw = WithdrawAssessment {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            records: &self.store,
        };
        let (id, name) = (name.notification, name.to_string());
        let decide = |now| withdraw.execute(&caller, id, &name, revision, now);
        self.mutate(call, decide, assessment_out_owned).await
    }

    async fn list_assessments(
        &self,
        request: Request<wire::ListAssessmentsRequest>,
    ) -> Result<Response<wire::ListAssessmentsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let name = NotificationName::parse("parent", &request.parent).map_err(refusal)?;
        let access =
            NotificationAccess { rules: &self.rules, notifications: &self.store, transmissions: &self.store };
        let (notification, relation) = access.execute(&caller, name.0).await.map_err(refusal)?;
        let mut query = RecordQuery::of_notification(&caller.authority, name.0, page.limit());
        query.page.after = page.cursor.clone();
        query.page.states = vec![Assessment::STANDING];
        let others: Vec<Assessment> = records(&self.store, &query).await.map_err(refusal)?;
        let own = self.originators_assessment(&notification, &relation);
        let known = own.level;
        let (assessments, next_page_token) =
            page.fill(others, Record::in_order, |assessment| wire::Assessment {
                level_differs: known != 0 && assessment_out(assessment).level != known,
                ..assessment_out(assessment)
            });
        let originator_assessment = Some(own);
        Ok(Response::new(wire::ListAssessmentsResponse {
            originator_assessment,
            assessments,
            next_page_token,
        }))
    }
}

fn assessment_out_owned(assessment: Assessment) -> wire::Assessment {
    assessment_out(&assessment)
}

impl Api {
    /// The originator's own assessment: of its notification's risk, what the caller may see.
    fn originators_assessment(&self, notification: &Notification, relation: &Relation) -> wire::Assessment {
        let shown = notification_for(&self.rules, notification, relation, &Known::default());
        // The level as far as what is shown gives it: what the caller may not see must not be told by it.
        let mut found = Violations::new();
        let level = shown.risk.clone().map(|risk| risk_in(&mut found, "risk", risk).assessed_level());
        wire::Assessment {
            authority: shown.originator,
            assessed: shown.risk,
            level: level.flatten().map_or(0, |level| level as i32),
            version: shown.version,
            create_time: Some(timestamp_out(notification.create_time)),
            update_time: shown.update_time,
            status: shown.status,
            ..wire::Assessment::default()
        }
    }
}
