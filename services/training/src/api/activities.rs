//! `ActivityService`.

use seamless_api::{Handlers, Page, Violations, changing, refusal};
use seamless_proto::seamless::training::v1::{self as wire, activity_service_server::ActivityService};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::context::Api;
use crate::{
    contract::{
        ActivityName, activity_in, activity_out, filter_in, redact::activity_for, sessions_in, update_mask,
        venue_in,
    },
    domain::{
        Caller, DomainError,
        error::Refusal,
        model::{Activity, Keep, SeatPool},
        ports::{ActivityQuery, ActivityReader},
        records::record,
        use_cases::{
            CancelActivity, CreateActivity, HoldActivity, PublishActivity, RescheduleActivity, Rescheduled,
            UpdateActivity,
        },
    },
};

/// The longest explanation that is taken, in characters.
const REASON_LENGTH: usize = 1_000;

#[tonic::async_trait]
impl ActivityService for Api {
    async fn create_activity(
        &self,
        request: Request<wire::CreateActivityRequest>,
    ) -> Result<Response<wire::Activity>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let zones = &self.rules.zones;
        let content = match request.activity {
            Some(activity) => activity_in(&mut found, "activity", activity, zones),
            None => {
                found.add("activity", "is required");
                None
            }
        };
        let schedule = self.schedule_in(&mut found, request.schedule);
        let content = found.finish_some(content).map_err(refusal)?;
        let create = CreateActivity { rules: &self.rules, booking: self.booking() };
        let decide = |now| {
            let (create, caller, schedule) = (&create, &caller, schedule.as_ref());
            let content = content.clone();
            async move {
                let decided = create.execute(caller, content, schedule, now).await;
                decided.map_err(|error| within("activity", error))
            }
        };
        self.mutate(call, decide, |made| self.shown(&caller, &made)).await
    }

    async fn get_activity(
        &self,
        request: Request<wire::GetActivityRequest>,
    ) -> Result<Response<wire::Activity>, Status> {
        let caller = seamless_api::caller(&request)?;
        let mut found = Violations::new();
        let name = found.name::<ActivityName>("name", &request.get_ref().name);
        let ActivityName(id) = found.finish_some(name).map_err(refusal)?;
        let now = self.clock.now();
        let mut activity = self.activity_access().seen(&caller, id, now).await.map_err(refusal)?;
        activity.conflicts = self.conflicts().still(&activity, now).await.map_err(refusal)?;
        let seats: Option<SeatPool> =
            record(&self.store, &activity.pool().record_name()).await.map_err(refusal)?;
        let seats = seats.filter(|_| activity.content.registration.is_some()).map(|pool| pool.seats);
        let shown = activity_for(&self.rules, &caller.authority, &activity, seats.as_ref(), now);
        Ok(Response::new(shown))
    }

    async fn list_activities(
        &self,
        request: Request<wire::ListActivitiesRequest>,
    ) -> Result<Response<wire::ListActivitiesResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, Uuid)>) = self.paged(request)?;
        let mut found = Violations::new();
        let filter = filter_in(&mut found, request.filter.unwrap_or_default());
        let filter = found.finish(filter).map_err(refusal)?;
        let now = self.clock.now();
        let query = ActivityQuery {
            owners: self.rules.cooperation.seen_owners(&caller.authority),
            arrangements: self.rules.cooperation.open_arrangements(&caller.authority, now),
            after: page.cursor,
            limit: page.limit(),
            ..filter
        };
        let found = self.store.activity_list(&query).await.map_err(refusal)?;
        let (activities, next_page_token) = page.fill(found, Activity::in_order, |one| {
            activity_for(&self.rules, &caller.authority, one, None, now)
        });
        Ok(Response::new(wire::ListActivitiesResponse { activities, next_page_token }))
    }

    async fn update_activity(
        &self,
        request: Request<wire::UpdateActivityRequest>,
    ) -> Result<Response<wire::Activity>, Status> {
        let (caller, call, request) = changing(request)?;
        let change = request.activity.unwrap_or_default();
        let mut found = Violations::new();
        let name = found.name::<ActivityName>("activity.name", &change.name);
        let revision = found.etag("etag", &request.etag);
        // What is wrong with the mask is known without the record.
        update_mask::apply(&mut found, wire::Activity::default(), &change, request.update_mask.as_ref());
        let ActivityName(id) = found.finish_some(name).map_err(refusal)?;
        let update = UpdateActivity { rules: &self.rules, seating: self.seating() };
        let mask = request.update_mask.as_ref();
        let decide = |now| {
            let (update, caller, change) = (&update, &caller, &change);
            async move {
                let present = self.activity_access().own(caller, id).await?;
                let mut found = Violations::new();
                let zones = &self.rules.zones;
                let merged = activity_out(&present, None, zones);
                let merged = update_mask::apply(&mut found, merged, change, mask);
                let content = activity_in(&mut found, "activity", merged, zones);
                let content = found.finish_some(content)?;
                update
                    .execute(present, content, revision, now)
                    .await
                    .map_err(|error| within("activity", error))
            }
        };
        let _turn = self.turns.of(id).await;
        self.mutate(call, decide, |made| self.shown(&caller, &made)).await
    }

    async fn publish_activity(
        &self,
        request: Request<wire::PublishActivityRequest>,
    ) -> Result<Response<wire::Activity>, Status> {
        let (caller, call, request) = changing(request)?;
        let (id, revision) = named(Violations::new(), &request.name, &request.etag)?;
        let publish = PublishActivity { rules: &self.rules };
        let decide = |now| {
            let (publish, caller) = (&publish, &caller);
            async move {
                let present = self.activity_access().own(caller, id).await?;
                publish.execute(present, revision, now)
            }
        };
        self.mutate(call, decide, |made| self.shown(&caller, &made)).await
    }

    async fn reschedule_activity(
        &self,
        request: Request<wire::RescheduleActivityRequest>,
    ) -> Result<Response<wire::Activity>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let zones = &self.rules.zones;
        let asked = Rescheduled {
            sessions: sessions_in(&mut found, "sessions", request.sessions, zones),
            format: found.vocabulary("format", request.format),
            venue: request.venue.and_then(|venue| venue_in(&mut found, "venue", venue)),
            join_link: request.join_link.map(|link| found.url("join_link", link)),
            keep: found.vocabulary("keep", request.keep).unwrap_or(Keep::WallTime),
            reason: found.required_text("reason", request.reason, REASON_LENGTH),
            schedule: self.schedule_in(&mut found, request.schedule),
        };
        let (id, revision) = named(found, &request.name, &request.etag)?;
        let reschedule =
            RescheduleActivity { rules: &self.rules, seating: self.seating(), booking: self.booking() };
        let decide = |now| {
            let (reschedule, caller, asked) = (&reschedule, &caller, &asked);
            async move {
                let present = self.activity_access().own(caller, id).await?;
                reschedule.execute(caller, present, asked.clone(), revision, now).await
            }
        };
        let _turn = self.turns.of(id).await;
        self.mutate(call, decide, |made| self.shown(&caller, &made)).await
    }

    async fn cancel_activity(
        &self,
        request: Request<wire::CancelActivityRequest>,
    ) -> Result<Response<wire::Activity>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let (id, revision) = named(found, &request.name, &request.etag)?;
        let cancel = CancelActivity { rules: &self.rules, records: &self.store };
        let decide = |now| {
            let (cancel, caller, reason) = (&cancel, &caller, &reason);
            async move {
                let present = self.activity_access().own(caller, id).await?;
                cancel.execute(present, reason, revision, now).await
            }
        };
        let _turn = self.turns.of(id).await;
        self.mutate(call, decide, |made| self.shown(&caller, &made)).await
    }

    async fn hold_activity(
        &self,
        request: Request<wire::HoldActivityRequest>,
    ) -> Result<Response<wire::Activity>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let participants = u32::try_from(request.participants).ok().filter(|count| *count <= 10_000_000);
        if participants.is_none() {
            found.add("participants", format!("wants 0 to 10000000; got {}", request.participants));
        }
        let conclusions = found.localized("conclusions", request.conclusions, 10_000);
        let (id, revision) = named(found, &request.name, &request.etag)?;
        let hold = HoldActivity { rules: &self.rules, records: &self.store };
        let decide = |now| {
            let (hold, caller, conclusions) = (&hold, &caller, &conclusions);
            let participants = participants.unwrap_or_default();
            async move {
                let present = self.activity_access().own(caller, id).await?;
                hold.execute(present, participants, conclusions.clone(), revision, now).await
            }
        };
        let _turn = self.turns.of(id).await;
        self.mutate(call, decide, |made| self.shown(&caller, &made)).await
    }
}

impl Api {
    fn shown(&self, caller: &Caller, activity: &Activity) -> wire::Activity {
        activity_for(&self.rules, &caller.authority, activity, None, self.clock.now())
    }
}

fn named(mut found: Violations, name: &str, etag: &str) -> Result<(Uuid, Option<i64>), Status> {
    let name = found.name::<ActivityName>("name", name);
    let revision = found.etag("etag", etag);
    let ActivityName(id) = found.finish_some(name).map_err(refusal)?;
    Ok((id, revision))
}

/// Violations that the use case names from a record, as the request has them.
pub(super) fn within(field: &str, error: DomainError) -> DomainError {
    match error {
        DomainError::Refused(Refusal::Invalid(violations)) => {
            let mut found = Violations::new();
            found.add_within(field, violations);
            found.into_inner().into()
        }
        other => other,
    }
}
