//! `FollowUpService`.

use prost::Message;
use seamless_api::{Handlers, Page, ResourceName, Violations, changing, refusal, violations::excerpt};
use seamless_identity::AuthorityId;
use seamless_proto::Changing;
use seamless_proto::seamless::notifications::v1::{self as wire, follow_up_service_server::FollowUpService};
use tonic::{Request, Response, Status};

use super::context::{Api, statuses_of_list};
use crate::{
    contract::{FollowUpName, TransmissionName, measure_in, operator_in, redact::follow_up_for},
    domain::{
        model::{
            NoMeasure, NoMeasureReason, NotTracedReason, NotificationId, OperatorRole, Step, Tracing,
            TracingOutcome,
        },
        ports::{FollowUpQuery, FollowUpReader},
        use_cases::{FollowUpAccess, StartFollowUp, TakeFollowUpStep},
    },
};

/// The longest note, in characters.
const NOTE_LENGTH: usize = 5_000;

#[tonic::async_trait]
impl FollowUpService for Api {
    async fn start_follow_up(
        &self,
        request: Request<wire::StartFollowUpRequest>,
    ) -> Result<Response<wire::FollowUp>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<TransmissionName>("transmission", &request.transmission);
        let note = found.text("note", request.note.clone(), NOTE_LENGTH);
        let internal_note = found.text("internal_note", request.internal_note.clone(), NOTE_LENGTH);
        let name = found.finish_some(name).map_err(refusal)?;
        let start = StartFollowUp { rules: &self.rules, transmissions: &self.store, follow_ups: &self.store };
        let decide =
            |now| start.execute(&caller, name.notification, &name.recipient, &note, &internal_note, now);
        self.mutate(call, decide, |begun| follow_up_for(&caller.authority, &begun)).await
    }

    async fn get_follow_up(
        &self,
        request: Request<wire::GetFollowUpRequest>,
    ) -> Result<Response<wire::FollowUp>, Status> {
        let caller = seamless_api::caller(&request)?;
        let FollowUpName(name) = FollowUpName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let access =
            FollowUpAccess { rules: &self.rules, transmissions: &self.store, follow_ups: &self.store };
        let (found, _) =
            access.execute(&caller, name.notification, &name.recipient).await.map_err(refusal)?;
        Ok(Response::new(follow_up_for(&caller.authority, &found)))
    }

    async fn list_follow_ups(
        &self,
        request: Request<wire::ListFollowUpsRequest>,
    ) -> Result<Response<wire::ListFollowUpsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(NotificationId, AuthorityId)>) = self.paged(request)?;
        let mut found = Violations::new();
        let states = found.vocabularies("states", &request.states, 10);
        let statuses = found.vocabularies("statuses", &request.statuses, 10);
        found.finish(()).map_err(refusal)?;
        let notification = self.parent_of_list(&caller, &request.parent).await.map_err(refusal)?;
        let query = FollowUpQuery {
            viewer: caller.authority.clone(),
            notification,
            statuses: statuses_of_list(statuses, notification),
            states,
            before: page.cursor.clone(),
            limit: page.limit(),
        };
        let follow_ups = self.store.follow_up_list(&query).await.map_err(refusal)?;
        let (follow_ups, next_page_token) = page.fill(
            follow_ups,
            |last| (last.notification, last.authority.clone()),
            |one| follow_up_for(&caller.authority, one),
        );
        Ok(Response::new(wire::ListFollowUpsResponse { follow_ups, next_page_token }))
    }

    async fn record_tracing(
        &self,
        request: Request<wire::RecordTracingRequest>,
    ) -> Result<Response<wire::FollowUp>, Status> {
        self.step(
            request,
            |request| (&request.name, &request.etag),
            |found, request| (Step::RecordTracing(self.tracing_in(found, &request)), request.internal_note),
        )
        .await
    }

    async fn adopt_measure(
        &self,
        request: Request<wire::AdoptMeasureRequest>,
    ) -> Result<Response<wire::FollowUp>, Status> {
        self.step(
            request,
            |request| (&request.name, &request.etag),
            |found, request| {
                let measure = measure_in(found, "measure", request.measure.unwrap_or_default());
                let note = found.text("note", request.note, NOTE_LENGTH);
                (Step::AdoptMeasure(Box::new(measure), note), request.internal_note)
            },
        )
        .await
    }

    async fn record_no_measure(
        &self,
        request: Request<wire::RecordNoMeasureRequest>,
    ) -> Result<Response<wire::FollowUp>, Status> {
        self.step(
            request,
            |request| (&request.name, &request.etag),
            |found, request| {
                let reason = found.required_vocabulary("reason", request.reason);
                let note = match reason {
                    NoMeasureReason::Other => found.required_text("note", request.note, NOTE_LENGTH),
                    _ => found.text("note", request.note, NOTE_LENGTH),
                };
                (Step::RecordNoMeasure(NoMeasure { reason, note }), request.internal_note)
            },
        )
        .await
    }

    async fn close_follow_up(
        &self,
        request: Request<wire::CloseFollowUpRequest>,
    ) -> Result<Response<wire::FollowUp>, Status> {
        self.step(
            request,
            |request| (&request.name, &request.etag),
            |found, request| {
                (Step::Close(found.text("note", request.note, NOTE_LENGTH)), request.internal_note)
            },
        )
        .await
    }

    async fn reopen_follow_up(
        &self,
        request: Request<wire::ReopenFollowUpRequest>,
    ) -> Result<Response<wire::FollowUp>, Status> {
        self.step(
            request,
            |request| (&request.name, &request.etag),
            |found, request| {
                (Step::Reopen(found.required_text("note", request.note, NOTE_LENGTH)), request.internal_note)
            },
        )
        .await
    }
}

impl Api {
    /// Takes a step: `step_in` parses it, with its internal note.
    async fn step<M: Message + Changing + Clone>(
        &self,
        request: Request<M>,
        named: impl for<'a> Fn(&'a M) -> (&'a str, &'a str),
        step_in: impl FnOnce(&mut Violations, M) -> (Step, String),
    ) -> Result<Response<wire::FollowUp>, Status> {
        let (caller, call, request) = changing(request)?;
        let (name, etag) = named(&request);
        let mut found = Violations::new();
        let name = found.name::<FollowUpName>("name", name);
        let revision = found.etag("etag", etag);
        let (step, internal_note) = step_in(&mut found, request.clone());
        let internal_note = found.text("internal_note", internal_note, NOTE_LENGTH);
        let FollowUpName(name) = found.finish_some(name).map_err(refusal)?;
        let take = TakeFollowUpStep {
            rules: &self.rules,
            transmissions: &self.store,
            follow_ups: &self.store,
            clocks: &self.store,
            records: &self.store,
        };
        let decide = |now| {
            let step = step.clone();
            take.execute(&caller, name.notification, &name.recipient, revision, step, &internal_note, now)
        };
        self.mutate(call, decide, |taken| follow_up_for(&caller.authority, &taken)).await
    }

    /// Paths of fields of a notification, each once.
    pub(super) fn paths_in(
        &self,
        found: &mut Violations,
        field: &str,
        paths: &[String],
        most: usize,
    ) -> Vec<String> {
        found.count(field, paths.len(), most);
        let mut checked: Vec<String> = Vec::with_capacity(paths.len().min(most));
        for (index, path) in paths.iter().take(most).enumerate() {
            if self.rules.audiences.audience(path).is_none() {
                found.add(
                    format!("{field}[{index}]"),
                    format!("a notification has no field {}", excerpt(path)),
                );
            } else if !checked.contains(path) {
                checked.push(path.clone());
            }
        }
        checked
    }

    fn tracing_in(&self, found: &mut Violations, request: &wire::RecordTracingRequest) -> Tracing {
        let reason = found.vocabulary("not_traced_reason", request.not_traced_reason);
        let manufacturer = request.manufacturer.clone();
        let outcome = match request.result() {
            wire::TracingResult::Traced => {
                if reason.is_some() {
                    found.add("not_traced_reason", "must be unset with result TRACED");
                }
                if manufacturer.is_none() {
                    found.add("manufacturer", "is required with result TRACED");
                }
                let mut manufacturer = manufacturer.unwrap_or_default();
                let role = manufacturer.role;
                if role != 0 && role != OperatorRole::Manufacturer as i32 {
                    found.add("manufacturer.role", "wants MANUFACTURER, or nothing");
                }
                manufacturer.role = OperatorRole::Manufacturer as i32;
                TracingOutcome::Traced(Box::new(operator_in(found, "manufacturer", manufacturer)))
            }
            wire::TracingResult::NotTraced => {
                if manufacturer.is_some() {
                    found.add("manufacturer", "must be unset with result NOT_TRACED");
                }
                if reason.is_none() {
                    found.add("not_traced_reason", "is required with result NOT_TRACED");
                }
                TracingOutcome::NotTraced(reason.unwrap_or(NotTracedReason::Other))
            }
            wire::TracingResult::Unspecified => {
                found.add("result", "is required: TRACED or NOT_TRACED");
                TracingOutcome::NotTraced(NotTracedReason::Other)
            }
        };
        let note = match &outcome {
            TracingOutcome::NotTraced(NotTracedReason::Other) => {
                found.required_text("note", request.note.clone(), NOTE_LENGTH)
            }
            _ => found.text("note", request.note.clone(), NOTE_LENGTH),
        };
        let missing_fields = self.paths_in(found, "missing_fields", &request.missing_fields, 50);
        Tracing { outcome, note, missing_fields }
    }
}
