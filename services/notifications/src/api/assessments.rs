//! `AssessmentService`.

use seamless_api::{Page, Violations, refusal, violations::timestamp_out};
use seamless_proto::seamless::notifications::v1::{
    self as wire, assessment_service_server::AssessmentService,
};
use tonic::{Request, Response, Status};

use super::context::{Api, call_of};
use crate::{
    contract::{NotificationName, assessment_out, etag_in, redact::notification_for, risk_in},
    domain::{
        model::{Assessment, Notification},
        records::{Record, RecordQuery, records},
        relation::Relation,
        use_cases::{AddAssessment, NotificationAccess},
    },
};

#[tonic::async_trait]
impl AssessmentService for Api {
    async fn add_assessment(
        &self,
        request: Request<wire::AddAssessmentRequest>,
    ) -> Result<Response<wire::Assessment>, Status> {
        let caller = Self::caller(&request)?;
        let request = request.into_inner();
        let call = call_of(
            &caller,
            "/seamless.notifications.v1.AssessmentService/AddAssessment",
            &request,
            &request.request_id,
            request.validate_only,
        )?;
        let name = NotificationName::parse("parent", &request.parent).map_err(refusal)?;
        let mut found = Violations::new();
        let revision = etag_in(&mut found, "etag", &request.etag);
        if request.risk.is_none() {
            found.add("risk", "is required");
        }
        let is_given = request.risk.is_some();
        let risk = risk_in(&mut found, "risk", request.risk.unwrap_or_default());
        if is_given && risk.assessed_level().is_none() {
            found.add("risk.level", "is required, unless scenarios give it or the risk is presumed serious");
        }
        found.finish(()).map_err(refusal)?;
        let add = AddAssessment {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            records: &self.store,
        };
        let decide = |now| add.execute(&caller, name.0, revision, risk.clone(), now);
        self.mutate(call, decide, assessment_out_owned).await
    }

    async fn list_assessments(
        &self,
        request: Request<wire::ListAssessmentsRequest>,
    ) -> Result<Response<wire::ListAssessmentsResponse>, Status> {
        let caller = Self::caller(&request)?;
        let mut request = request.into_inner();
        let page_token = std::mem::take(&mut request.page_token);
        let page_size = std::mem::take(&mut request.page_size);
        let page: Page<(i64, String)> =
            Page::of(&self.page_limits(), caller.authority.as_str(), &request, page_size, &page_token)?;
        let name = NotificationName::parse("parent", &request.parent).map_err(refusal)?;
        let access =
            NotificationAccess { rules: &self.rules, notifications: &self.store, transmissions: &self.store };
        let (notification, relation) = access.execute(&caller, name.0).await.map_err(refusal)?;
        let mut query = RecordQuery::of_notification(&caller.authority, name.0, page.limit());
        query.page.after = page.cursor.clone();
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
        let shown = notification_for(&self.rules, notification, relation);
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
