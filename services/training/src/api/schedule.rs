//! `ScheduleService`.

use seamless_api::{Violations, refusal};
use seamless_proto::seamless::training::v1::{self as wire, schedule_service_server::ScheduleService};
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::{
    contract::{schedule_in, slots_out},
    domain::{
        DomainError,
        slots::{Schedule, SlotQuestion},
        use_cases::{Booking, Conflicts, FindSlots, KnownMeetings},
    },
};

/// How far beginnings lie apart where the caller does not say, in minutes.
const STEP: i32 = 30;
/// How many slots are given where the caller does not say.
const SLOTS: usize = 10;

#[tonic::async_trait]
impl ScheduleService for Api {
    async fn find_slots(
        &self,
        request: Request<wire::FindSlotsRequest>,
    ) -> Result<Response<wire::FindSlotsResponse>, Status> {
        let caller = seamless_api::caller(&request)?;
        let (question, most) = self.question(request.into_inner()).map_err(refusal)?;
        let api = self.clone();
        let now = self.clock.now();
        // It computes for a while, and keeps no other call waiting meanwhile.
        let handle = tokio::runtime::Handle::current();
        let found = tokio::task::spawn_blocking(move || {
            let find = FindSlots { rules: &api.rules, known: api.known_meetings() };
            handle.block_on(find.execute(&caller, question, most, now))
        });
        let found = found.await.map_err(seamless_service::error::ApiError::internal)?.map_err(refusal)?;
        Ok(Response::new(slots_out(&found)))
    }
}

impl Api {
    /// What the caller's side knows of speakers and rooms.
    pub(super) fn known_meetings(&self) -> KnownMeetings<'_> {
        KnownMeetings { rules: &self.rules, activities: &self.store }
    }

    /// What overlaps since clocks were moved.
    pub(super) fn conflicts(&self) -> Conflicts<'_> {
        Conflicts { known: self.known_meetings() }
    }

    /// How meetings are booked.
    pub(super) fn booking(&self) -> Booking<'_> {
        Booking { rules: &self.rules, known: self.known_meetings(), records: &self.store }
    }

    /// Whom meetings are to suit, where somebody is asked.
    pub(super) fn schedule_in(
        &self,
        found: &mut Violations,
        schedule: Option<wire::Schedule>,
    ) -> Option<Schedule> {
        let (calendars, zones) = (&self.rules.calendars, &self.rules.zones);
        schedule.map(|schedule| schedule_in(found, "schedule", schedule, calendars, zones))
    }

    fn question(&self, request: wire::FindSlotsRequest) -> Result<(SlotQuestion, usize), DomainError> {
        let mut found = Violations::new();
        for (field, is_there) in [
            ("schedule", request.schedule.is_some()),
            ("start_time", request.start_time.is_some()),
            ("end_time", request.end_time.is_some()),
        ] {
            if !is_there {
                found.add(field, "is required");
            }
        }
        let schedule = self.schedule_in(&mut found, request.schedule);
        let mut number = |field: &str, number: i32, most: i32, least: i32| {
            if !(least..=most).contains(&number) {
                found.add(field, format!("wants {least} to {most}; got {number}"));
            }
            u32::try_from(number).unwrap_or_default()
        };
        let minutes = number("minutes", request.minutes, 10_080, 1);
        let step = if request.step_minutes == 0 { STEP } else { request.step_minutes };
        let step = number("step_minutes", step, 1_440, 1);
        let most = number("max_slots", request.max_slots, i32::MAX, 0);
        let most = if most == 0 { SLOTS } else { usize::try_from(most).unwrap_or(usize::MAX) };
        let start = found.timestamp("start_time", request.start_time);
        let end = found.timestamp("end_time", request.end_time);
        let asked = schedule.zip(start.zip(end));
        let question = asked.map(|(schedule, window)| SlotQuestion { schedule, minutes, window, step });
        if let Some(question) = &question {
            let wrong = question.violations(self.rules.limits.slots);
            let is_new =
                |one: &crate::domain::Violation| !matches!(one.field.as_str(), "minutes" | "step_minutes");
            found.add_all(wrong.into_iter().filter(is_new));
        }
        Ok((found.finish_some(question)?, most))
    }
}
