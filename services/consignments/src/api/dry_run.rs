//! A criterion tried on past screenings, without effect.

use jiff::{SignedDuration, Timestamp};
use seamless_api::Violations;
use seamless_proto::seamless::consignments::v1 as wire;

use super::context::Api;
use crate::{
    domain::{
        DomainError,
        criteria::{Criterion, DryRun},
        model::{EventStatus, Lane, ScreeningState, control_name},
    },
    store::screenings::ScreeningQuery,
};

/// What is looked at where the caller does not say.
const DEFAULT_RANGE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The most screenings that are looked at.
const MOST: u64 = 200_000;
/// Screenings read at once.
const PAGE: u64 = 1_000;

/// The range of times that is asked for.
///
/// # Errors
/// `Invalid` if it ends before it begins.
pub(super) fn range_in(
    request: &wire::DryRunCriterionRequest,
    now: Timestamp,
) -> Result<(Timestamp, Timestamp), DomainError> {
    let mut found = Violations::new();
    let end = found.timestamp("end_time", request.end_time).unwrap_or(now);
    let start = found.timestamp("start_time", request.start_time);
    let start = start.unwrap_or_else(|| end.checked_sub(DEFAULT_RANGE).unwrap_or(Timestamp::MIN));
    if end <= start {
        found.add("end_time", format!("wants a time after the start, {start}; got {end}"));
    }
    Ok(found.finish((start, end))?)
}

/// What the criterion would have done to the actual screenings of its author's side, the last ones of the range.
///
/// # Errors
/// Those of the store.
pub(super) async fn run(
    api: &Api,
    criterion: &Criterion,
    (start, end): (Timestamp, Timestamp),
) -> Result<DryRun, DomainError> {
    let lanes = [Lane::Red, Lane::Yellow, Lane::Green, Lane::Blue];
    let mut counts = lanes.map(|lane| (lane, 0_u64));
    let (mut screened, mut hits, mut examined, mut found_unsafe) = (0, 0, 0, 0);
    let mut query = ScreeningQuery {
        authorities: api.rules.cooperation.seen_owners(&criterion.authority),
        times: (Some(start.as_microsecond()), Some(end.as_microsecond())),
        // Goods count once, as they were declared last.
        state: Some(ScreeningState::Current),
        limit: PAGE,
        ..ScreeningQuery::default()
    };
    loop {
        let page = api.store.screening_list(&query).await?;
        let is_last = (page.len() as u64) < PAGE;
        query.before = page.last().map(|last| (last.time.as_microsecond(), last.id));
        let actual: Vec<_> = page.into_iter().filter(|one| one.status == EventStatus::Actual).collect();
        screened += actual.len() as u64;
        let hit: Vec<_> = actual.into_iter().filter(|one| criterion.meets(&one.consignment)).collect();
        hits += hit.len() as u64;
        for (lane, count) in &mut counts {
            *count += hit.iter().filter(|one| one.lane == *lane).count() as u64;
        }
        let controls: Vec<String> = hit.iter().map(|one| control_name(one.first())).collect();
        let (controlled, dangerous) = api.store.outcomes_of(&controls).await?;
        examined += controlled;
        found_unsafe += dangerous;
        if is_last || screened >= MOST {
            break;
        }
    }
    Ok(DryRun {
        start,
        end,
        screened,
        hits,
        lanes: counts.into_iter().filter(|(_, count)| *count > 0).collect(),
        examined,
        found_unsafe,
        run_time: api.clock.now(),
    })
}
