//! `ClockService`.

use jiff::Timestamp;
use seamless_api::{Handlers, Page, ResourceName, Violations, refusal, violations::excerpt};
use seamless_proto::seamless::notifications::v1::{self as wire, clock_service_server::ClockService};
use tonic::{Request, Response, Status};

use super::context::{Api, statuses_of_list};
use crate::{
    contract::{ClockName, explained_clock_out},
    domain::{
        Caller, DomainError, Refusal,
        model::{Clock, ClockState},
        ports::{ClockPlace, ClockQuery, ClockReader, ClockSide},
        use_cases::TransmissionAccess,
    },
};

/// What is listed where the caller names no state: what still asks for something.
const OPEN: [ClockState; 3] = [ClockState::Running, ClockState::Paused, ClockState::Breached];
/// The longest time ahead that may be asked for.
const LONGEST_AHEAD_SECONDS: i64 = 3_650 * 86_400;

#[tonic::async_trait]
impl ClockService for Api {
    async fn list_clocks(
        &self,
        request: Request<wire::ListClocksRequest>,
    ) -> Result<Response<wire::ListClocksResponse>, Status> {
        let (caller, request, page): (_, _, Page<ClockPlace>) = self.paged(request)?;
        let now = self.clock.now();
        let mut query = query_in(&caller, &request, now).map_err(refusal)?;
        query.notification = self.parent_of_list(&caller, &request.parent).await.map_err(refusal)?;
        query.statuses = statuses_of_list(query.statuses, query.notification);
        query.after.clone_from(&page.cursor);
        query.limit = page.limit();
        let clocks = self.store.clock_list(&query).await.map_err(refusal)?;
        let explained: Result<Vec<_>, DomainError> = clocks
            .into_iter()
            .map(|clock| Ok((place_of(&clock), explained_clock_out(&self.rules, &clock, now)?)))
            .collect();
        let (clocks, next_page_token) =
            page.fill(explained.map_err(refusal)?, |(place, _)| place.clone(), |(_, clock)| clock.clone());
        Ok(Response::new(wire::ListClocksResponse { clocks, next_page_token }))
    }

    async fn get_clock(
        &self,
        request: Request<wire::GetClockRequest>,
    ) -> Result<Response<wire::Clock>, Status> {
        let caller = seamless_api::caller(&request)?;
        let ClockName { transmission, rule } =
            ClockName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let access = TransmissionAccess { rules: &self.rules, transmissions: &self.store };
        let found = access.execute(&caller, transmission.notification, &transmission.recipient).await;
        let found = found.map_err(refusal)?;
        let clocks = self.store.clock_list_of(found.notification, &found.recipient).await.map_err(refusal)?;
        let clock = clocks.iter().find(|clock| clock.rule.id == rule).ok_or(Refusal::Denied.into());
        let clock = clock.and_then(|clock| explained_clock_out(&self.rules, clock, self.clock.now()));
        Ok(Response::new(clock.map_err(refusal)?))
    }
}

fn place_of(clock: &Clock) -> ClockPlace {
    ClockPlace {
        due: clock.due.as_microsecond(),
        notification: clock.notification,
        recipient: clock.recipient.to_string(),
        rule: clock.rule.id.clone(),
    }
}

fn query_in(
    caller: &Caller,
    request: &wire::ListClocksRequest,
    now: Timestamp,
) -> Result<ClockQuery, DomainError> {
    let mut found = Violations::new();
    let arrangement = match request.arrangement.as_str() {
        "" => None,
        id => id
            .parse()
            .map_err(|_| {
                found.add("arrangement", format!("wants the id of an arrangement; got {}", excerpt(id)))
            })
            .ok(),
    };
    let side = match wire::ClockSide::try_from(request.side) {
        Ok(wire::ClockSide::Unspecified) => ClockSide::All,
        Ok(wire::ClockSide::Own) => ClockSide::Own,
        Ok(wire::ClockSide::Others) => ClockSide::Others,
        Err(_) => {
            found.add("side", format!("wants a value of ClockSide; got {}", request.side));
            ClockSide::All
        }
    };
    let due_before = request.due_within.as_ref().and_then(|within| {
        if within.nanos < 0 || !(0..=LONGEST_AHEAD_SECONDS).contains(&within.seconds) {
            found.add("due_within", format!("wants 0 to 3650 days; got {} seconds", within.seconds));
            return None;
        }
        now.checked_add(jiff::SignedDuration::new(within.seconds, within.nanos)).ok()
    });
    let mut states = found.vocabularies("states", &request.states, 10);
    if states.is_empty() {
        states = OPEN.to_vec();
    }
    let query = ClockQuery {
        viewer: caller.authority.clone(),
        side,
        notification: None,
        arrangement,
        statuses: found.vocabulary("status", request.status).into_iter().collect(),
        states,
        due_before,
        after: None,
        limit: 0,
    };
    Ok(found.finish(query)?)
}
