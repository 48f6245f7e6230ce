//! Works out what an arrangement wants, period by period, and what fulfils it.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use seamless_identity::{Arrangement, Commitment, CommitmentKind};

use crate::domain::{
    DomainError, Rules,
    model::{
        Activity, ActivityKind, ActivityState, EventStatus, Fulfilment, Obligation, ObligationKind,
        ObligationState,
    },
    ports::{ActivityQuery, ActivityReader},
};

/// Activities read at once.
const READ_AT_ONCE: u64 = 500;
/// The most periods of a commitment: quarters of two hundred years.
const MOST_PERIODS: usize = 800;

/// What was agreed at the beginning of a period holds for all of it.
#[derive(Clone, Copy)]
pub struct ReadObligations<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
}

impl ReadObligations<'_> {
    /// The obligations of an arrangement, the first due first: from its first period to the one after the present.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of(
        &self,
        arrangement: &Arrangement,
        now: Timestamp,
    ) -> Result<Vec<Obligation>, DomainError> {
        let activities = self.counted(arrangement).await?;
        let today = TimeZone::UTC.to_datetime(now).date();
        let mut all = Vec::new();
        let terms: Vec<_> = arrangement.versions().collect();
        for (index, version) in terms.iter().enumerate() {
            let until = terms.get(index + 1).map(|next| next.effective);
            for commitment in &version.commitments {
                let mut day = version.effective;
                for _ in 0..MOST_PERIODS {
                    let Some((first, next)) = commitment.per.period_of(day, arrangement.effective) else {
                        break;
                    };
                    // A period that began under what was agreed before is counted there.
                    let is_own = first >= version.effective || index == 0;
                    let is_over = until.is_some_and(|until| first >= until)
                        || arrangement.ends.is_some_and(|ends| first >= ends);
                    if is_over || first > next_after(commitment, arrangement, today) {
                        break;
                    }
                    if is_own {
                        let basis = version.legal_basis.clone();
                        all.extend(self.one(arrangement, commitment, (first, next), &activities, now, basis));
                    }
                    day = next;
                }
            }
        }
        all.sort_by_key(Obligation::in_order);
        Ok(all)
    }

    fn one(
        &self,
        arrangement: &Arrangement,
        commitment: &Commitment,
        (first, next): (Date, Date),
        activities: &[Activity],
        now: Timestamp,
        legal_basis: String,
    ) -> Option<Obligation> {
        let due_date = commitment.due(first, arrangement.effective)?;
        // Over at every party: where the day ends last.
        let ends = arrangement.parties.iter().map(|party| self.rules.end_of_day_at(party, due_date));
        let due = ends.max()?;
        let kind = match commitment.kind {
            CommitmentKind::Workshop => ObligationKind::Workshop,
            CommitmentKind::Review => ObligationKind::Review,
            CommitmentKind::QuarterlyReport => ObligationKind::QuarterlyReport,
        };
        let in_time = |activity: &&Activity| {
            counts_as(kind, activity)
                && self.day_of(activity).is_some_and(|day| (first..=due_date).contains(&day))
        };
        let of = |state: ActivityState| {
            let found = activities.iter().filter(in_time).filter(move |one| one.state == state);
            let mut found: Vec<Fulfilment> = found
                .filter_map(|one| Some(Fulfilment { activity: one.id, date: self.day_of(one)? }))
                .collect();
            found.sort_by_key(|one| (one.date, one.activity));
            found
        };
        let (fulfilled_by, planned) = (of(ActivityState::Held), of(ActivityState::Published));
        let mut obligation = Obligation {
            arrangement: arrangement.id.clone(),
            kind,
            period: (first, next.yesterday().unwrap_or(first)),
            due_date,
            due,
            required: commitment.count,
            fulfilled_by,
            planned,
            state: ObligationState::Open,
            legal_basis,
        };
        let warned = SignedDuration::from_hours(24 * i64::from(self.rules.limits.obligation_warning_days));
        obligation.state = obligation.state_at(now, due.checked_sub(warned).unwrap_or(Timestamp::MIN));
        Some(obligation)
    }

    /// The day on which it begins, where its organiser is.
    fn day_of(&self, activity: &Activity) -> Option<Date> {
        let known = self.rules.cooperation.authority(&activity.organiser);
        let zone = known.map_or(TimeZone::UTC, |authority| authority.time_zone.clone());
        Some(zone.to_datetime(activity.begins()?).date())
    }

    /// Activities of an arrangement that may count: those that are meant, announced or held.
    async fn counted(&self, arrangement: &Arrangement) -> Result<Vec<Activity>, DomainError> {
        use ActivityKind::{BilateralMeeting, Summit, WorkingGroupMeeting, Workshop};
        let all = self.rules.cooperation.authorities();
        let mut query = ActivityQuery {
            owners: all.map(|authority| authority.id.clone()).collect(),
            arrangement: Some(arrangement.id.clone()),
            statuses: vec![EventStatus::Actual],
            states: vec![ActivityState::Published, ActivityState::Held],
            kinds: vec![Workshop, BilateralMeeting, Summit, WorkingGroupMeeting],
            limit: READ_AT_ONCE,
            ..ActivityQuery::default()
        };
        let mut found = Vec::new();
        loop {
            let page = self.activities.activity_list(&query).await?;
            let is_last = (page.len() as u64) < READ_AT_ONCE;
            query.after = page.last().map(Activity::in_order);
            found.extend(page);
            if is_last {
                return Ok(found);
            }
        }
    }
}

fn counts_as(kind: ObligationKind, activity: &Activity) -> bool {
    match kind {
        ObligationKind::Workshop => activity.content.kind == ActivityKind::Workshop,
        ObligationKind::Review => activity.content.is_review,
        ObligationKind::QuarterlyReport => false,
    }
}

/// The first day of the period after the present one.
fn next_after(commitment: &Commitment, arrangement: &Arrangement, today: Date) -> Date {
    let present = today.max(arrangement.effective);
    let next = commitment.per.period_of(present, arrangement.effective).map(|(_, next)| next);
    next.unwrap_or_else(|| today.saturating_add(1.year()))
}
