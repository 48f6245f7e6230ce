//! `TargetingService`.

use seamless_api::{Handlers, Page, Violations, changing, refusal};
use seamless_proto::seamless::consignments::v1::{self as wire, targeting_service_server::TargetingService};
use tonic::{Request, Response, Status, Streaming};

use super::{
    context::Api,
    risk_models::{self, ModelStream},
    told_together::parsed_apart,
};
use crate::{
    contract::{
        day_in, entry_point_name, entry_point_out, hit_rates_out, model_out, plan_name_in, product_area_out,
        redact::own, selected_out, setting_in,
    },
    domain::{
        Caller, Decision, DomainError, chance,
        local_day::{is_over, today},
        model::{Plan, ProductAreaId},
        pilot::EntryPoint,
        plan_defaults::is_forecast,
        ports::{
            ModelQuery, ModelReader, PlanReader, Selected, SelectionPlace, SelectionQuery, TargetingReader,
        },
        use_cases::{EstimateHitRates, PlanOfDay, SetPlan},
    },
};

/// The most days of an estimate behind its first.
const MOST_DAYS: i32 = 366;

#[tonic::async_trait]
impl TargetingService for Api {
    type ExportModelStream = ModelStream;

    async fn list_entry_points(
        &self,
        request: Request<wire::ListEntryPointsRequest>,
    ) -> Result<Response<wire::ListEntryPointsResponse>, Status> {
        seamless_api::caller(&request)?;
        let entry_points = self.rules.pilot.entry_points.values().map(entry_point_out).collect();
        Ok(Response::new(wire::ListEntryPointsResponse { entry_points }))
    }

    async fn list_product_areas(
        &self,
        request: Request<wire::ListProductAreasRequest>,
    ) -> Result<Response<wire::ListProductAreasResponse>, Status> {
        seamless_api::caller(&request)?;
        let product_areas = self.rules.pilot.product_areas.values().map(product_area_out).collect();
        Ok(Response::new(wire::ListProductAreasResponse { product_areas }))
    }

    async fn set_plan(&self, request: Request<wire::SetPlanRequest>) -> Result<Response<wire::Plan>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let named = parsed_apart(&mut found, plan_name_in("name", &request.name)).map_err(refusal)?;
        let etag = found.etag("etag", &request.etag);
        if request.plan.is_none() {
            found.add("plan", "is required");
        }
        let setting = setting_in(&mut found, "plan", &request.plan.unwrap_or_default());
        let (port, date) = found.finish_some(named).map_err(refusal)?;
        let entry_point = self.rules.own_entry_point(&caller, &port).map_err(refusal)?;
        let set = SetPlan { rules: &self.rules, plans: &self.store };
        // One seed for all attempts of this call; of a plan that has one already it is not taken.
        let seed = chance::seed();
        let decide = |now| {
            let (set, caller, port) = (&set, &caller, &port);
            async move {
                let decision = set.execute(caller, port, date, setting, etag, seed, now).await?;
                Ok(Decision {
                    outcome: self.shown_plan(entry_point, &decision.outcome, now).await?,
                    changes: decision.changes,
                })
            }
        };
        self.mutate(call, decide, |shown| shown).await
    }

    async fn get_plan(&self, request: Request<wire::GetPlanRequest>) -> Result<Response<wire::Plan>, Status> {
        let caller = seamless_api::caller(&request)?;
        let (port, date) = plan_name_in("name", &request.get_ref().name).map_err(refusal)?;
        let shown = self.plan_of(&caller, &port, date).await.map_err(refusal)?;
        Ok(Response::new(shown))
    }

    async fn list_plans(
        &self,
        request: Request<wire::ListPlansRequest>,
    ) -> Result<Response<wire::ListPlansResponse>, Status> {
        let (caller, request, page): (_, _, Page<jiff::civil::Date>) = self.paged(request)?;
        let port = entry_point_name("parent", &request.parent).map_err(refusal)?;
        let entry_point = self.rules.own_entry_point(&caller, &port).map_err(refusal)?;
        let found = self.store.plan_list(&port, page.cursor, page.limit()).await.map_err(refusal)?;
        let now = self.clock.now();
        let mut shown = Vec::with_capacity(found.len());
        for plan in found {
            let told = match is_forecast(&plan, entry_point, now) {
                true => self.plan_of(&caller, &port, plan.date).await,
                false => self.shown_plan(entry_point, &plan, now).await,
            };
            shown.push((plan.date, told.map_err(refusal)?));
        }
        let (plans, next_page_token) = page.fill(shown, |(date, _)| *date, |(_, plan)| plan.clone());
        Ok(Response::new(wire::ListPlansResponse { plans, next_page_token }))
    }

    async fn list_selections(
        &self,
        request: Request<wire::ListSelectionsRequest>,
    ) -> Result<Response<wire::ListSelectionsResponse>, Status> {
        let (caller, request, page): (_, _, Page<SelectionPlace>) = self.paged(request)?;
        let (port, date) = plan_name_in("parent", &request.parent).map_err(refusal)?;
        self.rules.own_entry_point(&caller, &port).map_err(refusal)?;
        let query = SelectionQuery { entry_point: port, date, after: page.cursor, limit: page.limit() };
        let found = self.store.selection_list(&query).await.map_err(refusal)?;
        let (selections, next_page_token) = page.fill(found, Selected::place, |one| own(selected_out(one)));
        Ok(Response::new(wire::ListSelectionsResponse { selections, next_page_token }))
    }

    async fn estimate_hit_rates(
        &self,
        request: Request<wire::EstimateHitRatesRequest>,
    ) -> Result<Response<wire::EstimateHitRatesResponse>, Status> {
        let caller = seamless_api::caller(&request)?;
        let request = request.into_inner();
        let mut found = Violations::new();
        let port = parsed_apart(&mut found, entry_point_name("parent", &request.parent)).map_err(refusal)?;
        let start = day_in(&mut found, "start_date", request.start_date);
        let end = day_in(&mut found, "end_date", request.end_date);
        let dates = start.zip(end);
        if let Some((start, end)) = dates {
            let days = (end - start).get_days();
            if !(0..=MOST_DAYS).contains(&days) {
                let wanted =
                    format!("wants a day from {start} on, at most {MOST_DAYS} days later; got {end}");
                found.add("end_date", wanted);
            }
        }
        let area: Option<ProductAreaId> = found.parsed("product_area", &request.product_area, str::parse);
        if let Some(area) = &area
            && !self.rules.pilot.product_areas.contains_key(area)
        {
            found.add("product_area", format!("wants a product area of this service; got {area}"));
        }
        let (port, dates) = found.finish_some(port.zip(dates)).map_err(refusal)?;
        self.rules.own_entry_point(&caller, &port).map_err(refusal)?;
        let estimate =
            EstimateHitRates { rules: &self.rules, examinations: &self.store, targeting: &self.store };
        let rates = estimate.execute(&caller, &port, dates, area).await.map_err(refusal)?;
        Ok(Response::new(hit_rates_out(&rates)))
    }

    async fn train_model(
        &self,
        request: Request<wire::TrainModelRequest>,
    ) -> Result<Response<wire::Model>, Status> {
        let (caller, call, request) = changing(request)?;
        risk_models::train(self, &caller, call, &request).await
    }

    async fn get_model(
        &self,
        request: Request<wire::GetModelRequest>,
    ) -> Result<Response<wire::Model>, Status> {
        let caller = seamless_api::caller(&request)?;
        risk_models::checked_name("name", &request.get_ref().name).map_err(refusal)?;
        let found = self.model_access().execute(&caller, &request.get_ref().name).await.map_err(refusal)?;
        Ok(Response::new(own(model_out(&found))))
    }

    async fn list_models(
        &self,
        request: Request<wire::ListModelsRequest>,
    ) -> Result<Response<wire::ListModelsResponse>, Status> {
        let (caller, _, page): (_, _, Page<u32>) = self.paged(request)?;
        let side = self.rules.cooperation.contact_point_of(&caller.authority).clone();
        let query = ModelQuery {
            side: Some(side),
            before: page.cursor,
            limit: page.limit(),
            ..ModelQuery::default()
        };
        let found = self.store.model_list(&query).await.map_err(refusal)?;
        let (models, next_page_token) = page.fill(found, |last| last.number, |one| own(model_out(one)));
        Ok(Response::new(wire::ListModelsResponse { models, next_page_token }))
    }

    async fn compare_models(
        &self,
        request: Request<wire::CompareModelsRequest>,
    ) -> Result<Response<wire::CompareModelsResponse>, Status> {
        let caller = seamless_api::caller(&request)?;
        risk_models::compare(self, &caller, request.into_inner()).await
    }

    async fn activate_model(
        &self,
        request: Request<wire::ActivateModelRequest>,
    ) -> Result<Response<wire::Model>, Status> {
        let (caller, call, request) = changing(request)?;
        risk_models::activate(self, &caller, call, &request).await
    }

    async fn export_model(
        &self,
        request: Request<wire::ExportModelRequest>,
    ) -> Result<Response<ModelStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        risk_models::export(self, &caller, &request.into_inner()).await
    }

    async fn import_model(
        &self,
        request: Request<Streaming<wire::ImportModelRequest>>,
    ) -> Result<Response<wire::Model>, Status> {
        let caller = seamless_api::caller(&request)?;
        risk_models::import(self, &caller, request.into_inner()).await
    }
}

impl Api {
    async fn plan_of(
        &self,
        caller: &Caller,
        port: &seamless_identifiers::Unlocode,
        date: jiff::civil::Date,
    ) -> Result<wire::Plan, DomainError> {
        let now = self.clock.now();
        let plan = PlanOfDay { rules: &self.rules, plans: &self.store };
        let plan = plan.execute(caller, port, date, chance::seed(), now).await?;
        let entry_point = self.rules.own_entry_point(caller, port)?;
        self.shown_plan(entry_point, &plan, now).await
    }

    /// The plan as its own side sees it: with the threshold of the present day, and with the seed of a past one.
    async fn shown_plan(
        &self,
        entry_point: &EntryPoint,
        plan: &Plan,
        now: jiff::Timestamp,
    ) -> Result<wire::Plan, DomainError> {
        let threshold = match plan.used.arrivals > 0 && today(entry_point, now) == plan.date {
            true => self.store.last_threshold(&plan.entry_point, plan.date).await?,
            false => None,
        };
        let is_over = is_over(entry_point, plan.date, now);
        Ok(own(crate::contract::plan_out(
            plan,
            &entry_point.authority,
            is_over,
            threshold.unwrap_or_default(),
            entry_point.checks,
        )))
    }
}
