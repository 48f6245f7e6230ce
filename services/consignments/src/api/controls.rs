//! `ControlService`.

use seamless_api::{Handlers, Page, Violations, changing, refusal};
use seamless_proto::seamless::consignments::v1::{self as wire, control_service_server::ControlService};
use tonic::{Request, Response, Status, Streaming};

use super::{
    context::Api,
    control_submissions::{self, ControlStream},
    told_together::parsed_apart,
};
use crate::{
    contract::{control_in, findings_in, notification_in, outcome_in, redact::control_for, uuid_name},
    domain::{
        Caller, DomainError,
        model::{Control, ControlId, inspection_name, listed_states},
        ports::AlertReader,
        records::{RecordPage, RecordQuery, records},
        use_cases::{
            ChangeControl, ControlAccess, ControlContent, ControlStep, RecordControl, SettleControl,
        },
    },
};

/// The longest explanation that is taken, in characters.
const REASON_LENGTH: usize = 2_000;

/// A step that a request asks for.
struct Asked {
    id: ControlId,
    revision: Option<i64>,
    step: ControlStep,
}

#[tonic::async_trait]
impl ControlService for Api {
    type SubmitControlsStream = ControlStream;

    async fn record_control(
        &self,
        request: Request<wire::RecordControlRequest>,
    ) -> Result<Response<wire::Control>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let content = match request.control {
            Some(control) => control_in(&mut found, "control", control),
            None => {
                found.add("control", "is required");
                None
            }
        };
        let content: Option<ControlContent> = found.finish(content).map_err(refusal)?;
        let content = content.ok_or_else(|| refusal(DomainError::Denied))?;
        let record = self.record_controls();
        let decide = |now| {
            let (content, record, caller) = (content.clone(), &record, &caller);
            async move { record.execute(caller, content, now).await.map_err(within_control) }
        };
        let _turn = self.control_turn.lock().await;
        self.mutate(call, decide, |made| control_for(&self.rules, &caller.authority, &made)).await
    }

    async fn submit_controls(
        &self,
        request: Request<Streaming<wire::SubmitControlsRequest>>,
    ) -> Result<Response<ControlStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        let turns = request.extensions().get().cloned();
        Ok(Response::new(control_submissions::controls(self.clone(), caller, turns, request.into_inner())))
    }

    async fn get_control(
        &self,
        request: Request<wire::GetControlRequest>,
    ) -> Result<Response<wire::Control>, Status> {
        let caller = seamless_api::caller(&request)?;
        let id = uuid_name("name", "controls", &request.get_ref().name).map_err(refusal)?;
        let found = self.control_access().execute(&caller, id, self.clock.now()).await.map_err(refusal)?;
        Ok(Response::new(control_for(&self.rules, &caller.authority, &found)))
    }

    async fn list_controls(
        &self,
        request: Request<wire::ListControlsRequest>,
    ) -> Result<Response<wire::ListControlsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let (states, group) = filter_in(&request).map_err(refusal)?;
        let query = RecordQuery {
            owners: self.rules.cooperation.seen_owners(&caller.authority),
            party: Some(caller.authority.clone()),
            arrangements: self.rules.cooperation.open_arrangements(&caller.authority, self.clock.now()),
            page: RecordPage { states, descending: true, after: page.cursor.clone(), limit: page.limit() },
            group,
        };
        let found: Vec<Control> = records(&self.store, &query).await.map_err(refusal)?;
        let (controls, next_page_token) = page.fill(
            found,
            |last| (last.create_time.as_microsecond(), last.name()),
            |one| control_for(&self.rules, &caller.authority, one),
        );
        Ok(Response::new(wire::ListControlsResponse { controls, next_page_token }))
    }

    async fn decide_control(
        &self,
        request: Request<wire::DecideControlRequest>,
    ) -> Result<Response<wire::Control>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let (outcome, tests, findings) =
            findings_in(&mut found, request.outcome, request.tests, request.findings);
        let step = ControlStep::Decide { outcome, tests, findings };
        let asked = asked(found, &request.name, &request.etag, step)?;
        self.change_control(&caller, call, asked).await
    }

    async fn release_control(
        &self,
        request: Request<wire::ReleaseControlRequest>,
    ) -> Result<Response<wire::Control>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let asked = asked(found, &request.name, &request.etag, ControlStep::Release { reason })?;
        self.change_control(&caller, call, asked).await
    }

    async fn correct_control(
        &self,
        request: Request<wire::CorrectControlRequest>,
    ) -> Result<Response<wire::Control>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let outcome = outcome_in(&mut found, request.outcome);
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let asked = asked(found, &request.name, &request.etag, ControlStep::Correct { outcome, reason })?;
        self.change_control(&caller, call, asked).await
    }

    async fn link_notification(
        &self,
        request: Request<wire::LinkNotificationRequest>,
    ) -> Result<Response<wire::Control>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let notification = notification_in(&mut found, "notification", request.notification);
        let asked = asked(found, &request.name, &request.etag, ControlStep::Link { notification })?;
        self.change_control(&caller, call, asked).await
    }
}

impl Api {
    fn control_access(&self) -> ControlAccess<'_> {
        ControlAccess { rules: &self.rules, records: &self.store }
    }

    fn settle_control(&self) -> SettleControl<'_> {
        SettleControl { rules: &self.rules, records: &self.store, examinations: &self.store }
    }

    /// How controls are recorded.
    pub(super) fn record_controls(&self) -> RecordControl<'_> {
        RecordControl { inspections: &self.store, screenings: &self.store, settle: self.settle_control() }
    }

    async fn change_control(
        &self,
        caller: &Caller,
        call: seamless_api::Call,
        asked: Asked,
    ) -> Result<Response<wire::Control>, Status> {
        let access = self.control_access();
        let follows = self.alerts.is_of(self.rules.cooperation.contact_point_of(&caller.authority));
        let alerts = follows.then_some(&self.store as &dyn AlertReader);
        let change = ChangeControl { settle: self.settle_control(), alerts };
        let decide = |now| {
            let (access, change, asked) = (&access, &change, &asked);
            async move {
                let present = access.own(caller, asked.id).await?;
                change.execute(present, asked.step.clone(), asked.revision, now).await
            }
        };
        let _turn = self.control_turn.lock().await;
        self.mutate(call, decide, |made| control_for(&self.rules, &caller.authority, &made)).await
    }
}

fn asked(mut found: Violations, name: &str, etag: &str, step: ControlStep) -> Result<Asked, Status> {
    let id = parsed_apart(&mut found, uuid_name("name", "controls", name)).map_err(refusal)?;
    let revision = found.etag("etag", etag);
    let asked = id.map(|id| Asked { id, revision, step });
    found.finish_some(asked).map_err(refusal)
}

/// Violations that the use case names from the control, as the request has them.
fn within_control(error: DomainError) -> DomainError {
    match error {
        DomainError::Invalid(violations) => {
            let mut found = Violations::new();
            found.add_within("control", violations);
            DomainError::Invalid(found.into_inner())
        }
        other => other,
    }
}

fn filter_in(request: &wire::ListControlsRequest) -> Result<(Vec<i32>, Option<String>), DomainError> {
    let mut found = Violations::new();
    let states = found.vocabularies("states", &request.states, 3);
    let outcome = found.vocabulary("outcome", request.outcome);
    let group = match request.inspection.as_str() {
        "" => None,
        name => parsed_apart(&mut found, uuid_name("inspection", "inspections", name))?.map(inspection_name),
    };
    let states = listed_states(&states, outcome, request.overdue_only);
    Ok(found.finish((states, group))?)
}
