//! `ProceedingsService`.

use jiff::Timestamp;
use seamless_api::{Call, Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_proto::seamless::training::v1::{self as wire, proceedings_service_server::ProceedingsService};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{activities::within, context::Api};
use crate::{
    contract::{
        ActionItemName, ActivityName, ContributionName, MinutesName, action_item_in, contribution_in,
        minutes_in,
        redact::{action_item_for, contribution_for, minutes_for},
        required_day_in,
    },
    domain::{
        Caller, DomainError,
        model::{ActionItem, Activity, Contribution, activity_name, contribution_name},
        records::{Record, RecordPage, RecordQuery, record, records},
        use_cases::{ActionItemStep, ActionItems, MinutesOf, ReportContribution},
    },
};

/// The longest explanation that is taken, in characters.
const REASON_LENGTH: usize = 2_000;

#[tonic::async_trait]
impl ProceedingsService for Api {
    async fn record_minutes(
        &self,
        request: Request<wire::RecordMinutesRequest>,
    ) -> Result<Response<wire::Minutes>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        if request.minutes.is_none() {
            found.add("minutes", "is required");
        }
        let content = minutes_in(&mut found, "minutes", request.minutes.unwrap_or_default());
        let (ActivityName(id), revision) = named(found, "parent", &request.parent, &request.etag)?;
        let decide = |now| {
            let (caller, content) = (&caller, content.clone());
            async move {
                let activity = self.taken_part_in(caller, id, now).await?;
                self.minutes().record(caller, &activity, content, revision, now).await
            }
        };
        self.mutate(call, decide, |made| minutes_for(&self.rules, &caller.authority, &made)).await
    }

    async fn agree_minutes(
        &self,
        request: Request<wire::AgreeMinutesRequest>,
    ) -> Result<Response<wire::Minutes>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        if request.etag.is_empty() {
            found.add("etag", "is required: one agrees to what one has read");
        }
        let (MinutesName(id), revision) = named(found, "name", &request.name, &request.etag)?;
        let decide = |now| {
            let caller = &caller;
            async move {
                let activity = self.taken_part_in(caller, id, now).await?;
                self.minutes().agree(caller, &activity, revision, now).await
            }
        };
        self.mutate(call, decide, |made| minutes_for(&self.rules, &caller.authority, &made)).await
    }

    async fn get_minutes(
        &self,
        request: Request<wire::GetMinutesRequest>,
    ) -> Result<Response<wire::Minutes>, Status> {
        let caller = seamless_api::caller(&request)?;
        let MinutesName(id) = MinutesName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let activity = self.taken_part_in(&caller, id, self.clock.now()).await.map_err(refusal)?;
        let minutes = self.minutes().seen(&activity).await.map_err(refusal)?;
        Ok(Response::new(minutes_for(&self.rules, &caller.authority, &minutes)))
    }

    async fn add_action_item(
        &self,
        request: Request<wire::AddActionItemRequest>,
    ) -> Result<Response<wire::ActionItem>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let content = match request.action_item {
            Some(item) => action_item_in(&mut found, "action_item", item),
            None => {
                found.add("action_item", "is required");
                None
            }
        };
        let name = found.name::<ActivityName>("parent", &request.parent);
        let (ActivityName(id), content) = found.finish_some(name.zip(content)).map_err(refusal)?;
        let decide = |now| {
            let (caller, content) = (&caller, content.clone());
            async move {
                let activity = self.taken_part_in(caller, id, now).await?;
                let added = self.action_items().add(caller, &activity, content, now).await;
                added.map_err(|error| within("action_item", error))
            }
        };
        self.mutate(call, decide, |made| action_item_for(&self.rules, &caller.authority, &made)).await
    }

    async fn get_action_item(
        &self,
        request: Request<wire::GetActionItemRequest>,
    ) -> Result<Response<wire::ActionItem>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = ActionItemName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let activity = self.taken_part_in(&caller, name.activity, self.clock.now()).await.map_err(refusal)?;
        let item = self.action_items().seen(&activity, name.item).await.map_err(refusal)?;
        Ok(Response::new(action_item_for(&self.rules, &caller.authority, &item)))
    }

    async fn list_action_items(
        &self,
        request: Request<wire::ListActionItemsRequest>,
    ) -> Result<Response<wire::ListActionItemsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let parent = match request.parent.as_str() {
            "" => None,
            name => found.name::<ActivityName>("parent", name),
        };
        let states: Vec<crate::domain::model::ActionItemState> =
            found.vocabularies("states", &request.states, 10);
        let states = found.finish(states.into_iter().map(|state| state as i32).collect()).map_err(refusal)?;
        let now = self.clock.now();
        let mut query = RecordQuery {
            owners: self.rules.cooperation.seen_owners(&caller.authority),
            party: Some(caller.authority.clone()),
            arrangements: self.rules.cooperation.open_arrangements(&caller.authority, now),
            group: None,
            page: RecordPage { states, after: page.cursor.clone(), limit: page.limit(), descending: false },
        };
        if let Some(ActivityName(id)) = parent {
            let activity = self.taken_part_in(&caller, id, now).await.map_err(refusal)?;
            query.owners = vec![activity.organiser.clone()];
            query.group = Some(activity_name(id));
        }
        let items: Vec<ActionItem> = records(&self.store, &query).await.map_err(refusal)?;
        let (action_items, next_page_token) =
            page.fill(items, Record::in_order, |one| action_item_for(&self.rules, &caller.authority, one));
        Ok(Response::new(wire::ListActionItemsResponse { action_items, next_page_token }))
    }

    async fn complete_action_item(
        &self,
        request: Request<wire::CompleteActionItemRequest>,
    ) -> Result<Response<wire::ActionItem>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let note = found.required_text("note", request.note, REASON_LENGTH);
        let named = named(found, "name", &request.name, &request.etag)?;
        self.change_action_item(&caller, call, named, ActionItemStep::Complete { note }).await
    }

    async fn postpone_action_item(
        &self,
        request: Request<wire::PostponeActionItemRequest>,
    ) -> Result<Response<wire::ActionItem>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let due_date = required_day_in(&mut found, "due_date", request.due_date);
        let named = named(found, "name", &request.name, &request.etag)?;
        let due_date = due_date.unwrap_or_default();
        self.change_action_item(&caller, call, named, ActionItemStep::Postpone { due_date, reason }).await
    }

    async fn drop_action_item(
        &self,
        request: Request<wire::DropActionItemRequest>,
    ) -> Result<Response<wire::ActionItem>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let named = named(found, "name", &request.name, &request.etag)?;
        self.change_action_item(&caller, call, named, ActionItemStep::Drop { reason }).await
    }

    async fn report_contribution(
        &self,
        request: Request<wire::ReportContributionRequest>,
    ) -> Result<Response<wire::Contribution>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        if request.contribution.is_none() {
            found.add("contribution", "is required");
        }
        let content = contribution_in(&mut found, "contribution", request.contribution.unwrap_or_default());
        let (ActivityName(id), revision) = named(found, "parent", &request.parent, &request.etag)?;
        let report = ReportContribution { rules: &self.rules, records: &self.store };
        let decide = |now| {
            let (caller, content) = (&caller, content.clone());
            async move {
                let activity = self.taken_part_in(caller, id, now).await?;
                let reported = report.execute(caller, &activity, content, revision, now).await;
                reported.map_err(|error| within("contribution", error))
            }
        };
        self.mutate(call, decide, |made| contribution_for(&self.rules, &caller.authority, &made)).await
    }

    async fn get_contribution(
        &self,
        request: Request<wire::GetContributionRequest>,
    ) -> Result<Response<wire::Contribution>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = ContributionName::parse("name", &request.get_ref().name).map_err(refusal)?;
        self.taken_part_in(&caller, name.activity, self.clock.now()).await.map_err(refusal)?;
        let name = contribution_name(name.activity, &name.authority);
        let found: Option<Contribution> = record(&self.store, &name).await.map_err(refusal)?;
        let found = found.ok_or_else(|| refusal(DomainError::DENIED))?;
        Ok(Response::new(contribution_for(&self.rules, &caller.authority, &found)))
    }

    async fn list_contributions(
        &self,
        request: Request<wire::ListContributionsRequest>,
    ) -> Result<Response<wire::ListContributionsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let ActivityName(id) = ActivityName::parse("parent", &request.parent).map_err(refusal)?;
        self.taken_part_in(&caller, id, self.clock.now()).await.map_err(refusal)?;
        let all = self.rules.cooperation.authorities();
        let query = RecordQuery {
            owners: all.map(|authority| authority.id.clone()).collect(),
            group: Some(activity_name(id)),
            page: RecordPage { after: page.cursor.clone(), limit: page.limit(), ..RecordPage::default() },
            ..RecordQuery::default()
        };
        let found: Vec<Contribution> = records(&self.store, &query).await.map_err(refusal)?;
        let (contributions, next_page_token) =
            page.fill(found, Record::in_order, |one| contribution_for(&self.rules, &caller.authority, one));
        Ok(Response::new(wire::ListContributionsResponse { contributions, next_page_token }))
    }
}

impl Api {
    fn minutes(&self) -> MinutesOf<'_> {
        MinutesOf { rules: &self.rules, records: &self.store }
    }

    fn action_items(&self) -> ActionItems<'_> {
        ActionItems { rules: &self.rules, records: &self.store }
    }

    /// The activity, if the caller organises it or takes part.
    async fn taken_part_in(
        &self,
        caller: &Caller,
        id: Uuid,
        now: Timestamp,
    ) -> Result<Activity, DomainError> {
        let activity = self.activity_access().seen(caller, id, now).await?;
        let takes_part = self.rules.takes_part(&activity, &caller.authority, now);
        takes_part.then_some(activity).ok_or(DomainError::DENIED)
    }

    async fn change_action_item(
        &self,
        caller: &Caller,
        call: Call,
        (name, revision): (ActionItemName, Option<i64>),
        step: ActionItemStep,
    ) -> Result<Response<wire::ActionItem>, Status> {
        let ActionItemName { activity, item } = name;
        let decide = |now| {
            let step = step.clone();
            async move {
                let activity = self.taken_part_in(caller, activity, now).await?;
                self.action_items().change(caller, &activity, item, step, revision, now).await
            }
        };
        self.mutate(call, decide, |made| action_item_for(&self.rules, &caller.authority, &made)).await
    }
}

fn named<N: ResourceName>(
    mut found: Violations,
    field: &str,
    name: &str,
    etag: &str,
) -> Result<(N, Option<i64>), Status> {
    let name = found.name::<N>(field, name);
    let revision = found.etag("etag", etag);
    Ok((found.finish_some(name).map_err(refusal)?, revision))
}
