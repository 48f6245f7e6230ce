//! `ReportScheduleService`.

use seamless_api::{Call, Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_disclosure::{Audience, Disclose};
use seamless_proto::seamless::reporting::v1::{
    self as wire, report_schedule_service_server::ReportScheduleService,
};
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::{
    contract::{ScheduleName, merged, report_for, run_out, schedule_for, schedule_in, schedule_out},
    domain::{
        Caller,
        model::ReportSchedule,
        records::Record,
        use_cases::{ChangeSchedule, CreateSchedule, RunSchedule, ScheduleAccess, ScheduleStep},
    },
};

#[tonic::async_trait]
impl ReportScheduleService for Api {
    async fn create_report_schedule(
        &self,
        request: Request<wire::CreateReportScheduleRequest>,
    ) -> Result<Response<wire::ReportSchedule>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let terms = match request.schedule {
            Some(schedule) => Some(schedule_in(&mut found, schedule)),
            None => {
                found.add("schedule", "is required");
                None
            }
        };
        let terms = found.finish_some(terms).map_err(refusal)?;
        let create = CreateSchedule { rules: &self.rules, records: &self.store };
        let decide = |now| {
            let (create, caller, terms) = (&create, &caller, &terms);
            async move { create.execute(caller, terms, now).await }
        };
        self.mutate(call, decide, |schedule| schedule_for(&self.rules, &caller.authority, &schedule)).await
    }

    async fn get_report_schedule(
        &self,
        request: Request<wire::GetReportScheduleRequest>,
    ) -> Result<Response<wire::ReportSchedule>, Status> {
        let caller = seamless_api::caller(&request)?;
        let schedule = self.own_schedule(&caller, "name", &request.get_ref().name).await?;
        Ok(Response::new(schedule_for(&self.rules, &caller.authority, &schedule)))
    }

    async fn list_report_schedules(
        &self,
        request: Request<wire::ListReportSchedulesRequest>,
    ) -> Result<Response<wire::ListReportSchedulesResponse>, Status> {
        let (caller, _, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let viewer = &caller.authority;
        let found =
            self.schedules().list(viewer, page.cursor.clone(), page.limit()).await.map_err(refusal)?;
        let (schedules, next_page_token) =
            page.fill(found, Record::in_order, |schedule| schedule_for(&self.rules, viewer, schedule));
        Ok(Response::new(wire::ListReportSchedulesResponse { schedules, next_page_token }))
    }

    async fn update_report_schedule(
        &self,
        request: Request<wire::UpdateReportScheduleRequest>,
    ) -> Result<Response<wire::ReportSchedule>, Status> {
        let (caller, call, request) = changing(request)?;
        let change = request.schedule.unwrap_or_default();
        let mut found = Violations::new();
        let name = found.name::<ScheduleName>("schedule.name", &change.name);
        let revision = found.etag("etag", &request.etag);
        let mask = request.update_mask.as_ref();
        // What is wrong with the mask is known without the record.
        merged(&mut found, wire::ReportSchedule::default(), &change, mask);
        let ScheduleName(id) = found.finish_some(name).map_err(refusal)?;
        let decide = |now| {
            let (caller, change) = (&caller, &change);
            async move {
                let present = self.schedules().own(&caller.authority, id).await?;
                let mut found = Violations::new();
                let wanted = merged(&mut found, schedule_out(&present), change, mask);
                let terms = schedule_in(&mut found, wanted);
                let step = ScheduleStep::Update(found.finish(terms)?);
                ChangeSchedule { rules: &self.rules }.execute(present, &step, revision, now)
            }
        };
        self.mutate(call, decide, |schedule| schedule_for(&self.rules, &caller.authority, &schedule)).await
    }

    async fn pause_report_schedule(
        &self,
        request: Request<wire::PauseReportScheduleRequest>,
    ) -> Result<Response<wire::ReportSchedule>, Status> {
        let (caller, call, request) = changing(request)?;
        self.schedule_step(&caller, call, (&request.name, &request.etag), ScheduleStep::Pause).await
    }

    async fn resume_report_schedule(
        &self,
        request: Request<wire::ResumeReportScheduleRequest>,
    ) -> Result<Response<wire::ReportSchedule>, Status> {
        let (caller, call, request) = changing(request)?;
        self.schedule_step(&caller, call, (&request.name, &request.etag), ScheduleStep::Resume).await
    }

    async fn delete_report_schedule(
        &self,
        request: Request<wire::DeleteReportScheduleRequest>,
    ) -> Result<Response<wire::ReportSchedule>, Status> {
        let (caller, call, request) = changing(request)?;
        self.schedule_step(&caller, call, (&request.name, &request.etag), ScheduleStep::Delete).await
    }

    async fn run_report_schedule(
        &self,
        request: Request<wire::RunReportScheduleRequest>,
    ) -> Result<Response<wire::Report>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<ScheduleName>("name", &request.name);
        if request.intended_time.is_none() {
            found.add("intended_time", "is required");
        }
        let intended = found.timestamp("intended_time", request.intended_time);
        let (ScheduleName(id), intended) = found.finish_some(name.zip(intended)).map_err(refusal)?;
        let run = RunSchedule { rules: &self.rules, records: &self.store };
        let decide = |now| {
            let (run, caller) = (&run, &caller);
            async move {
                let schedule = self.schedules().own(&caller.authority, id).await?;
                run.by_hand(&schedule, intended, now).await
            }
        };
        self.mutate(call, decide, |report| report_for(&self.rules, &caller.authority, &report)).await
    }

    async fn list_schedule_runs(
        &self,
        request: Request<wire::ListScheduleRunsRequest>,
    ) -> Result<Response<wire::ListScheduleRunsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let schedule = self.own_schedule(&caller, "parent", &request.parent).await?;
        let found = self.schedules().runs(&schedule, page.cursor.clone(), page.limit()).await;
        let (runs, next_page_token) = page.fill(found.map_err(refusal)?, Record::in_order, |run| {
            run_out(run).shown_to(Audience::Originator)
        });
        Ok(Response::new(wire::ListScheduleRunsResponse { runs, next_page_token }))
    }
}

impl Api {
    fn schedules(&self) -> ScheduleAccess<'_> {
        ScheduleAccess { rules: &self.rules, records: &self.store }
    }

    /// A schedule of the caller's side.
    async fn own_schedule(&self, caller: &Caller, field: &str, name: &str) -> Result<ReportSchedule, Status> {
        let ScheduleName(id) = ScheduleName::parse(field, name).map_err(refusal)?;
        self.schedules().own(&caller.authority, id).await.map_err(refusal)
    }

    async fn schedule_step(
        &self,
        caller: &Caller,
        call: Call,
        (name, etag): (&str, &str),
        step: ScheduleStep,
    ) -> Result<Response<wire::ReportSchedule>, Status> {
        let mut found = Violations::new();
        let name = found.name::<ScheduleName>("name", name);
        let revision = found.etag("etag", etag);
        let ScheduleName(id) = found.finish_some(name).map_err(refusal)?;
        let decide = |now| {
            let step = &step;
            async move {
                let schedule = self.schedules().own(&caller.authority, id).await?;
                ChangeSchedule { rules: &self.rules }.execute(schedule, step, revision, now)
            }
        };
        self.mutate(call, decide, |schedule| schedule_for(&self.rules, &caller.authority, &schedule)).await
    }
}
