//! `ScreeningService`.

use seamless_api::{Handlers, Page, Violations, changing, refusal, violations::timestamp_out};
use seamless_identifiers::Unlocode;
use seamless_proto::seamless::consignments::v1::{self as wire, screening_service_server::ScreeningService};
use seamless_service::error::ApiError;
use tonic::{Request, Response, Status, Streaming};

use super::{
    context::Api,
    dry_run,
    screening_stream::{self, DecisionStream},
    told_together::{goods_in, parsed_apart},
};
use crate::{
    contract::{criterion_in, criterion_out, dry_run_out, item_in, screening_out, uuid_name},
    domain::{
        Caller, DomainError,
        criteria::Criterion,
        decide::replay,
        model::{Control, CriterionState, DeclarationKey, Screening, ScreeningId, control_name},
        ports::{PlanReader, ScreeningReader},
        records::{RecordPage, RecordQuery, record, records},
        risk::score_again,
        use_cases::{CriterionStep, OverrideLane, WriteCriterion},
    },
    screening::{Outcome, Undecided, undecided},
    store::screenings::ScreeningQuery,
};

/// The longest explanation that is taken, in characters.
const REASON_LENGTH: usize = 2_000;

#[tonic::async_trait]
impl ScreeningService for Api {
    type ScreenConsignmentsStream = DecisionStream;

    async fn screen_consignment(
        &self,
        request: Request<wire::ScreenConsignmentRequest>,
    ) -> Result<Response<wire::Screening>, Status> {
        let caller = seamless_api::caller(&request)?;
        let wire::ScreenConsignmentRequest { consignment, request_id, validate_only, status } =
            request.into_inner();
        let request = wire::ScreenConsignmentsRequest { consignment, request_id, validate_only, status };
        let goods = goods_in(self, &caller, request).map_err(refusal)?;
        let waiting = match self.queue.hand_over(caller, goods).await? {
            Outcome::Waiting(waiting) => waiting,
            Outcome::Refused(violations) => return Err(refusal(violations)),
        };
        let decided = waiting.await.unwrap_or(Err(Undecided::Unavailable));
        let decided = decided.map_err(|error| undecided(&error))?;
        Ok(Response::new(screening_out(&decided.screening)))
    }

    async fn screen_consignments(
        &self,
        request: Request<Streaming<wire::ScreenConsignmentsRequest>>,
    ) -> Result<Response<DecisionStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        Ok(Response::new(screening_stream::run(self.clone(), caller, request.into_inner())))
    }

    async fn get_screening(
        &self,
        request: Request<wire::GetScreeningRequest>,
    ) -> Result<Response<wire::Screening>, Status> {
        let caller = seamless_api::caller(&request)?;
        let found = self.own_screening(&caller, &request.get_ref().name).await?;
        let name = control_name(found.first());
        let control: Option<Control> = record(&self.store, &name).await.map_err(refusal)?;
        let control = control.map(|control| control.name()).unwrap_or_default();
        Ok(Response::new(wire::Screening { control, ..screening_out(&found) }))
    }

    async fn list_screenings(
        &self,
        request: Request<wire::ListScreeningsRequest>,
    ) -> Result<Response<wire::ListScreeningsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, ScreeningId)>) = self.paged(request)?;
        let mut found = Violations::new();
        let entry_point: Option<Unlocode> = found.unlocode("entry_point", &request.entry_point);
        let lane = found.vocabulary("lane", request.lane);
        let start = found.timestamp("start_time", request.start_time);
        let end = found.timestamp("end_time", request.end_time);
        let state = found.vocabulary("state", request.state);
        let reference = found.text("movement_reference_number", request.movement_reference_number, 70);
        let item = item_in(&mut found, "goods_item_number", request.goods_item_number);
        if reference.is_empty() && item > 0 {
            found.add("movement_reference_number", "is required with goods_item_number");
        }
        found.finish(()).map_err(refusal)?;
        let authorities = self.rules.cooperation.seen_owners(&caller.authority);
        let declared = authorities.iter().map(|owner| DeclarationKey::new(owner, &reference, item));
        let query = ScreeningQuery {
            declared: (!reference.is_empty()).then(|| declared.collect()),
            state,
            authorities,
            entry_point: entry_point.map(|place| place.to_string()),
            lane,
            times: (start.map(|time| time.as_microsecond()), end.map(|time| time.as_microsecond())),
            before: page.cursor,
            limit: page.limit(),
        };
        let found = self.store.screening_list(&query).await.map_err(refusal)?;
        let (screenings, next_page_token) =
            page.fill(found, |last| (last.time.as_microsecond(), last.id), screening_out);
        Ok(Response::new(wire::ListScreeningsResponse { screenings, next_page_token }))
    }

    async fn replay_screening(
        &self,
        request: Request<wire::ReplayScreeningRequest>,
    ) -> Result<Response<wire::ReplayScreeningResponse>, Status> {
        let caller = seamless_api::caller(&request)?;
        let stored = self.own_screening(&caller, &request.get_ref().name).await?;
        let draw = &stored.draw;
        let plan = self.store.plan_get(&draw.entry_point, draw.date).await.map_err(refusal)?;
        let plan = plan.ok_or_else(|| ApiError::internal(format!("{} has no plan", stored.name())))?;
        let model = self.models.by_name(&stored.facts.model).await.map_err(refusal)?;
        let mut again = stored.clone();
        again.facts.score = score_again(&model, &stored.consignment, &stored.facts.score);
        let replayed = replay(&again, plan.seed).map_err(refusal)?;
        Ok(Response::new(wire::ReplayScreeningResponse {
            identical: replayed == stored,
            stored: Some(screening_out(&stored)),
            replayed: Some(screening_out(&replayed)),
        }))
    }

    async fn override_lane(
        &self,
        request: Request<wire::OverrideLaneRequest>,
    ) -> Result<Response<wire::Screening>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let id = parsed_apart(&mut found, uuid_name("name", "screenings", &request.name)).map_err(refusal)?;
        let lane = found.required_vocabulary("lane", request.lane);
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let revision = found.etag("etag", &request.etag);
        let id = found.finish_some(id).map_err(refusal)?;
        let overriding = OverrideLane { rules: &self.rules, screenings: &self.store };
        let decide = |now| overriding.execute(&caller, (id, revision), lane, reason.clone(), now);
        self.mutate(call, decide, |made| screening_out(&made)).await
    }

    async fn get_screening_status(
        &self,
        request: Request<wire::GetScreeningStatusRequest>,
    ) -> Result<Response<wire::ScreeningStatus>, Status> {
        let caller = seamless_api::caller(&request)?;
        let side = self.rules.cooperation.contact_point_of(&caller.authority);
        let known = self.alerts.known(side);
        let models = self.models.current(side).map_err(refusal)?;
        let arrangements = self.rules.cooperation.open_arrangements(&caller.authority, self.clock.now());
        let inspections = self.store.inspection_count(&arrangements).await.map_err(refusal)?;
        let alerts_lost = match self.alerts.is_of(side) {
            true => self.store.alerts_lost().await.map_err(refusal)?,
            false => 0,
        };
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        Ok(Response::new(wire::ScreeningStatus {
            alerts: number(known.alerts as u64),
            alerts_position: known.position,
            alerts_known_until: known.freshness.known_until.map(timestamp_out),
            following: known.freshness.following,
            model: models.deciding.0.clone(),
            shadow_model: models.shadow.as_ref().map(|(name, _)| name.clone()).unwrap_or_default(),
            inspections: number(inspections),
            inspections_in_memory: self.desk.inspections.held().is_some(),
            alerts_source_restored: known.freshness.source_restored,
            alerts_lost: number(alerts_lost),
        }))
    }

    async fn create_criterion(
        &self,
        request: Request<wire::CreateCriterionRequest>,
    ) -> Result<Response<wire::Criterion>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let criterion = match request.criterion {
            Some(criterion) => criterion_in(&mut found, criterion),
            None => {
                found.add("criterion", "is required");
                None
            }
        };
        let criterion = found.finish(criterion).map_err(refusal)?;
        let criterion = criterion.ok_or_else(|| refusal(DomainError::Denied))?;
        let write = self.write_criterion();
        let decide = |now| {
            let (write, caller, criterion) = (&write, &caller, criterion.clone());
            async move { write.create(caller, criterion, now) }
        };
        self.mutate(call, decide, |made| criterion_out(&made)).await
    }

    async fn get_criterion(
        &self,
        request: Request<wire::GetCriterionRequest>,
    ) -> Result<Response<wire::Criterion>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = criterion_name(&request.get_ref().name).map_err(refusal)?;
        let found = self.write_criterion().seen(&caller, &name).await.map_err(refusal)?;
        Ok(Response::new(criterion_out(&found)))
    }

    async fn list_criteria(
        &self,
        request: Request<wire::ListCriteriaRequest>,
    ) -> Result<Response<wire::ListCriteriaResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let state = found.vocabulary::<CriterionState>("state", request.state);
        found.finish(()).map_err(refusal)?;
        let query = RecordQuery {
            owners: self.rules.cooperation.seen_owners(&caller.authority),
            page: RecordPage {
                states: state.map(|state| state as i32).into_iter().collect(),
                descending: false,
                after: page.cursor.clone(),
                limit: page.limit(),
            },
            ..RecordQuery::default()
        };
        let found: Vec<Criterion> = records(&self.store, &query).await.map_err(refusal)?;
        let place = |one: &Criterion| (one.create_time.as_microsecond(), format!("criteria/{}", one.id));
        let (criteria, next_page_token) = page.fill(found, place, criterion_out);
        Ok(Response::new(wire::ListCriteriaResponse { criteria, next_page_token }))
    }

    async fn dry_run_criterion(
        &self,
        request: Request<wire::DryRunCriterionRequest>,
    ) -> Result<Response<wire::DryRunCriterionResponse>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut wrong = Violations::new();
        let name = parsed_apart(&mut wrong, criterion_name(&request.name)).map_err(refusal)?;
        // Who may not see the criterion is told nothing else.
        let criterion = match &name {
            Some(name) => Some(self.write_criterion().seen(&caller, name).await.map_err(refusal)?),
            None => None,
        };
        let range =
            parsed_apart(&mut wrong, dry_run::range_in(&request, self.clock.now())).map_err(refusal)?;
        let ((name, criterion), range) =
            wrong.finish_some(name.zip(criterion).zip(range)).map_err(refusal)?;
        let result = dry_run::run(self, &criterion, range).await.map_err(refusal)?;
        let write = self.write_criterion();
        let step = CriterionStep::Tried(result.clone());
        let revision = Some(criterion.revision);
        let decide = |now| write.step(&caller, &name, revision, &step, now);
        let noted = |_| wire::DryRunCriterionResponse { dry_run: Some(dry_run_out(&result)) };
        self.mutate(call, decide, noted).await
    }

    async fn activate_criterion(
        &self,
        request: Request<wire::ActivateCriterionRequest>,
    ) -> Result<Response<wire::Criterion>, Status> {
        let (caller, call, request) = changing(request)?;
        self.criterion_step(&caller, call, &request.name, &request.etag, CriterionStep::Activate).await
    }

    async fn retire_criterion(
        &self,
        request: Request<wire::RetireCriterionRequest>,
    ) -> Result<Response<wire::Criterion>, Status> {
        let (caller, call, request) = changing(request)?;
        self.criterion_step(&caller, call, &request.name, &request.etag, CriterionStep::Retire).await
    }
}

impl Api {
    fn write_criterion(&self) -> WriteCriterion<'_> {
        WriteCriterion { rules: &self.rules, records: &self.store, most: self.most_criteria }
    }

    async fn criterion_step(
        &self,
        caller: &Caller,
        call: seamless_api::Call,
        name: &str,
        etag: &str,
        step: CriterionStep,
    ) -> Result<Response<wire::Criterion>, Status> {
        let mut found = Violations::new();
        let name = parsed_apart(&mut found, criterion_name(name)).map_err(refusal)?;
        let revision = found.etag("etag", etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let write = self.write_criterion();
        let decide = |now| write.step(caller, &name, revision, &step, now);
        self.mutate(call, decide, |made| criterion_out(&made)).await
    }

    /// A screening of the caller's side.
    async fn own_screening(&self, caller: &Caller, name: &str) -> Result<Screening, Status> {
        let id = uuid_name("name", "screenings", name).map_err(refusal)?;
        let owners = self.rules.cooperation.seen_owners(&caller.authority);
        let found = self.store.screening_of(id, &owners).await.map_err(refusal)?;
        found.ok_or_else(|| refusal(DomainError::Denied))
    }
}

/// The name of a criterion in its one spelling.
fn criterion_name(name: &str) -> Result<String, DomainError> {
    uuid_name("name", "criteria", name).map(|id| format!("criteria/{id}"))
}
