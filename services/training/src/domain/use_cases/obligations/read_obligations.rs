//! Works out what an arrangement wants, period by period, and what fulfils it: activities that are meant, and quarterly reports that one
//! party published to the other.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use seamless_identity::{Arrangement, AuthorityId, Commitment, CommitmentKind};

use crate::domain::{
    DomainError, Rules,
    model::{
        Activity, ActivityKind, ActivityState, EventStatus, Evidence, Fulfilment, Obligation, ObligationKind,
        ObligationState, PublishedReport,
    },
    ports::{ActivityQuery, ActivityReader, ReportReader},
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
    pub reports: &'a dyn ReportReader,
}

/// What may fulfil the obligations of an arrangement.
struct Done {
    activities: Vec<Activity>,
    /// Published from one party to the other, each of a period once: the first.
    reports: Vec<PublishedReport>,
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
        let done = Done {
            activities: self.counted(arrangement).await?,
            reports: self.exchanged(arrangement).await?,
        };
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
                        all.extend(self.one(arrangement, commitment, (first, next), &done, now, basis));
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
        done: &Done,
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
        let period = (first, next.yesterday().unwrap_or(first));
        let (fulfilled_by, in_time, planned) = match kind {
            ObligationKind::QuarterlyReport => self.reported(done, period, due),
            ObligationKind::Workshop | ObligationKind::Review => {
                let (held, planned) = self.held(done, kind, (first, due_date), now);
                let in_time = held.len();
                (held, in_time, planned)
            }
        };
        let mut obligation = Obligation {
            arrangement: arrangement.id.clone(),
            kind,
            period,
            due_date,
            due,
            required: commitment.count,
            fulfilled_by,
            in_time: u32::try_from(in_time).unwrap_or(u32::MAX),
            planned,
            state: ObligationState::Open,
            legal_basis,
        };
        let warned = SignedDuration::from_hours(24 * i64::from(self.rules.limits.obligation_warning_days));
        obligation.state = match kind {
            ObligationKind::QuarterlyReport if !self.is_told(arrangement) => ObligationState::Untold,
            _ => obligation.state_at(now, due.checked_sub(warned).unwrap_or(Timestamp::MIN)),
        };
        Some(obligation)
    }

    /// What was held within these days, and what is announced within them and is not over: what nobody reported as held once it was
    /// over counts for neither.
    fn held(
        &self,
        done: &Done,
        kind: ObligationKind,
        (first, due_date): (Date, Date),
        now: Timestamp,
    ) -> (Vec<Fulfilment>, Vec<Fulfilment>) {
        let in_time = |activity: &&Activity| {
            counts_as(kind, activity)
                && self.day_of(activity).is_some_and(|day| (first..=due_date).contains(&day))
        };
        let counts = |activity: &&Activity, state: ActivityState| {
            let is_over = activity.ends().is_none_or(|ends| ends <= now);
            activity.state == state && (state == ActivityState::Held || !is_over)
        };
        let of = |state: ActivityState| {
            let found = done.activities.iter().filter(in_time).filter(|one| counts(one, state));
            let mut found: Vec<Fulfilment> = found
                .filter_map(|one| {
                    Some(Fulfilment { evidence: Evidence::Activity(one.id), date: self.day_of(one)? })
                })
                .collect();
            found.sort_by(|one, other| (one.date, &one.evidence).cmp(&(other.date, &other.evidence)));
            found
        };
        (of(ActivityState::Held), of(ActivityState::Published))
    }

    /// The reports about a period, how many of them came before it was due, and none that is announced.
    fn reported(
        &self,
        done: &Done,
        period: (Date, Date),
        due: Timestamp,
    ) -> (Vec<Fulfilment>, usize, Vec<Fulfilment>) {
        let about: Vec<&PublishedReport> = done.reports.iter().filter(|one| one.period == period).collect();
        let in_time = about.iter().filter(|one| one.published < due).count();
        let published = about.into_iter().map(|one| Fulfilment {
            evidence: Evidence::Report(one.name.clone()),
            date: self.zone_of(&one.owner).to_datetime(one.published).date(),
        });
        (published.collect(), in_time, Vec::new())
    }

    /// Whether anybody would tell here that a report was published between the parties.
    fn is_told(&self, arrangement: &Arrangement) -> bool {
        let cooperation = &self.rules.cooperation;
        let mut followed = self.rules.followed_reports.iter();
        followed.any(|id| arrangement.has_party(cooperation.contact_point_of(id)))
    }

    /// The reports that one party published to the other: of each side and period the first, which what restates it leaves in its place.
    async fn exchanged(&self, arrangement: &Arrangement) -> Result<Vec<PublishedReport>, DomainError> {
        let cooperation = &self.rules.cooperation;
        let mut reports = self.reports.report_list(&cooperation.members(&arrangement.id)).await?;
        reports.retain(|report| {
            let (own, other) =
                (cooperation.contact_point_of(&report.owner), cooperation.contact_point_of(&report.partner));
            let has_reader =
                report.readers.iter().any(|reader| cooperation.contact_point_of(reader) == other);
            own != other && arrangement.has_party(own) && arrangement.has_party(other) && has_reader
        });
        let mut seen = Vec::new();
        reports.retain(|report| {
            let about = (cooperation.contact_point_of(&report.owner).clone(), report.period);
            let is_first = !seen.contains(&about);
            seen.push(about);
            is_first
        });
        Ok(reports)
    }

    /// The day on which it begins, where its organiser is.
    fn day_of(&self, activity: &Activity) -> Option<Date> {
        Some(self.zone_of(&activity.organiser).to_datetime(activity.begins()?).date())
    }

    fn zone_of(&self, id: &AuthorityId) -> TimeZone {
        let known = self.rules.cooperation.authority(id);
        known.map_or(TimeZone::UTC, |authority| authority.time_zone.clone())
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
