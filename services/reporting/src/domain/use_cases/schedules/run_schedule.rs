//! Runs schedules that are due.
//!
//! Invariant: each instant at which a schedule was due is run once, or told as missed once: what was due, the report that was asked for
//! and how far the schedule has come are one change of the schedule's next revision, which one replica commits. By hand it is so too.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use seamless_decision::Told;
use seamless_identity::AuthorityId;
use uuid::Uuid;

use super::{Request, changed, request_of};
use crate::domain::{
    ChangeSet, Decision, DomainError, Rules,
    error::Refusal,
    event::EventKind,
    model::{
        Bulletin, Period, Report, ReportSchedule, ReportState, Rhythm, ScheduleOutcome, ScheduleRun,
        ScheduleState, bulletin_name, report_name,
    },
    records::{Record, RecordPage, RecordQuery, RecordReader, all_records, record, records},
    source::Feed,
    use_cases::{GenerateBulletin, GenerateReport, Origin},
};

/// The first instant that a schedule can be run for.
const FIRST: Timestamp = Timestamp::UNIX_EPOCH;
/// The most instants that are looked at in one go: where more are due, so many are told as missed, and the rest is for the next look.
const MOST_AT_ONCE: usize = 1_000;
/// The most runs for one instant that are looked at: the newest.
const RUNS_OF_ONE: u64 = 10;

/// Runs schedules.
pub struct RunSchedule<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

/// Instants that were missed: the first, the last, and how many.
type Missed = (Timestamp, Timestamp, u64);

/// What was due of a schedule.
struct Due {
    /// The last, which is run.
    last: Timestamp,
    /// Those before it, which are not.
    missed: Option<Missed>,
    /// Whether nothing else is due behind the last.
    is_all: bool,
}

impl Due {
    /// All of it, where nothing of it is run.
    fn missed(&self) -> Missed {
        self.missed.map_or((self.last, self.last, 1), |(first, _, count)| (first, self.last, count + 1))
    }
}

impl RunSchedule<'_> {
    /// The schedules that are due, as far as was reckoned; of each owner the one that was due first before its second, so that one whose
    /// schedules have to wait holds up nobody else's.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<ReportSchedule>, DomainError> {
        let mut due = self.active().await?;
        due.retain(|one| one.next.is_some_and(|next| next <= now));
        due.sort_by_key(|one| one.next);
        let mut of_owner: HashMap<AuthorityId, usize> = HashMap::new();
        let ranked = due.into_iter().map(|one| {
            let place = of_owner.entry(one.owner.clone()).or_default();
            *place += 1;
            (*place, one)
        });
        let mut ranked: Vec<(usize, ReportSchedule)> = ranked.collect();
        ranked.sort_by_key(|(place, one)| (*place, one.next));
        ranked.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(ranked.into_iter().map(|(_, one)| one).collect())
    }

    /// The schedules that ran while the clock was ahead, and would be silent for as long as it was.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn ahead(&self, now: Timestamp) -> Result<Vec<ReportSchedule>, DomainError> {
        let mut ahead = self.active().await?;
        ahead.retain(|one| one.is_ahead_of(now, &self.rules.zones));
        Ok(ahead)
    }

    /// Has a schedule that ran while the clock was ahead be due by the clock as it is; nothing where it is not ahead. What it ran stays.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn bring_back(&self, name: &str, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let schedule = record::<ReportSchedule, _>(self.records, name).await?;
        let is_ahead = |one: &ReportSchedule| one.is_ahead_of(now, &self.rules.zones);
        let active = schedule.filter(|one| one.state == ScheduleState::Active);
        let Some(mut schedule) = active.filter(is_ahead) else { return Ok(changes) };
        let rhythm = schedule.terms.rhythm(&self.rules.zones).ok();
        schedule.counted_from = now;
        schedule.next = rhythm.and_then(|rhythm| rhythm.next(now));
        next_revision(&mut schedule, now);
        changes.put_record(&schedule)?;
        changes.tell(changed(self.rules, &schedule, Some(ScheduleState::Active), now));
        Ok(changes)
    }

    async fn active(&self) -> Result<Vec<ReportSchedule>, DomainError> {
        let page = RecordPage { states: vec![ScheduleState::Active as i32], ..RecordPage::default() };
        // Also of those of whom no feed is followed any more: they are told that nothing can be made.
        let owners = self.rules.cooperation.authorities_that(|_| true);
        all_records(self.records, RecordQuery { owners, page, ..RecordQuery::default() }).await
    }

    /// Runs what is due of a schedule; nothing where nothing is, or where its report has to wait until others of its owner are made.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, name: &str, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let Some(mut schedule) = record::<ReportSchedule, _>(self.records, name).await? else {
            return Ok(changes);
        };
        if schedule.state != ScheduleState::Active {
            return Ok(changes);
        }
        let Ok(rhythm) = schedule.terms.rhythm(&self.rules.zones) else {
            // Its zone is known no more: it is for its owner to say what counts instead.
            schedule.state = ScheduleState::Paused;
            schedule.next = None;
            next_revision(&mut schedule, now);
            changes.put_record(&schedule)?;
            changes.tell(changed(self.rules, &schedule, Some(ScheduleState::Active), now));
            return Ok(changes);
        };
        let Some(due) = due_of(&rhythm, schedule.counted_from, now) else {
            // By the zone data of now it is due later than was reckoned.
            let next = rhythm.next(schedule.counted_from);
            if next != schedule.next {
                schedule.next = next;
                next_revision(&mut schedule, now);
                changes.put_record(&schedule)?;
            }
            return Ok(changes);
        };
        if !due.is_all {
            // Too many to be looked at in one go: these are told, and the others are for the next look.
            schedule.counted_from = due.last;
            schedule.next = rhythm.next(due.last);
            next_revision(&mut schedule, now);
            changes.put_record(&schedule)?;
            let missed = missed_run(&schedule, &rhythm, due.missed(), now);
            put_missed(self.rules, &mut changes, (&schedule, missed), None, now)?;
            return Ok(changes);
        }
        let asked = match self.standing(&schedule, &rhythm, due.last).await? {
            // Somebody ran it by hand.
            Some(report) => Ok((report, None)),
            None => self.run(&schedule, &rhythm, due.last, now).await.map(|(report, run)| {
                changes = report.changes;
                (report.outcome, Some(run))
            }),
        };
        let run = match asked {
            Ok((report, run)) => {
                schedule.last_report = Some(report.id);
                run
            }
            Err(DomainError::Refused(Refusal::LimitReached { .. })) => return Ok(changes),
            Err(error) => {
                let failure = refused(error)?;
                let period = schedule.terms.period_of(rhythm.local(due.last).date());
                let Some(period) = period else { return Ok(changes) };
                let run = run_of(&schedule, due.last, ScheduleOutcome::Refused, period, now);
                Some(ScheduleRun { failure, ..run })
            }
        };
        go_on(&mut schedule, &rhythm, due.last);
        next_revision(&mut schedule, now);
        changes.put_record(&schedule)?;
        if let Some(run) = &run {
            changes.put_record(run)?;
        }
        if let Some(missed) = due.missed {
            let missed = missed_run(&schedule, &rhythm, missed, now);
            put_missed(self.rules, &mut changes, (&schedule, missed), Some(due.last), now)?;
        }
        if let Some(refused) = run.filter(|run| run.outcome == ScheduleOutcome::Refused) {
            tell_missed(self.rules, &mut changes, &schedule, refused, None, now);
        }
        Ok(changes)
    }

    /// Runs a schedule by hand, for an instant at which it was due. Where that ran already and its report stands, it is that report; where
    /// it is due and did not run yet, it has run by this, and the schedule goes on behind it.
    ///
    /// # Errors
    /// That it is deleted, or was not due then; those of asking for a report.
    pub async fn by_hand(
        &self,
        schedule: &ReportSchedule,
        intended: Timestamp,
        now: Timestamp,
    ) -> Result<Decision<Report>, DomainError> {
        if schedule.state == ScheduleState::Deleted {
            return Err(DomainError::illegal(schedule.name(), schedule.state, "running"));
        }
        let rhythm = schedule.terms.rhythm(&self.rules.zones).map_err(|wrong| {
            let wanted = wrong.into_iter().map(|one| one.wanted).collect::<Vec<_>>().join("; ");
            Refusal::invalid("name", wanted)
        })?;
        if intended > now {
            let wanted = format!("wants an instant that is not in the future; got {intended}");
            return Err(Refusal::invalid("intended_time", wanted).into());
        }
        if intended < FIRST {
            let wanted = format!("wants an instant of 1970 or later; got {intended}");
            return Err(Refusal::invalid("intended_time", wanted).into());
        }
        if !rhythm.is_due_at(intended) {
            let terms = &schedule.terms;
            let next = rhythm.next(intended).map(|next| format!(", next at {next}")).unwrap_or_default();
            let wanted = format!(
                "wants an instant at which {:?} in {} is due; got {intended}{next}",
                terms.cron_expression, terms.time_zone
            );
            return Err(Refusal::invalid("intended_time", wanted).into());
        }
        if let Some(outcome) = self.standing(schedule, &rhythm, intended).await? {
            return Ok(Decision { outcome, changes: ChangeSet::default() });
        }
        let (Decision { outcome, mut changes }, run) = self.run(schedule, &rhythm, intended, now).await?;
        changes.put_record(&run)?;
        // In its next revision also where it goes on as before: of two who run the same at once the second finds the first.
        let mut schedule = schedule.clone();
        next_revision(&mut schedule, now);
        let due = due_of(&rhythm, schedule.counted_from, intended);
        let is_active = schedule.state == ScheduleState::Active;
        let due = due.filter(|due| is_active && due.is_all && due.last == intended);
        if due.is_some() {
            go_on(&mut schedule, &rhythm, intended);
            schedule.last_report = Some(outcome.id);
        }
        changes.put_record(&schedule)?;
        if let Some(missed) = due.and_then(|due| due.missed) {
            let missed = missed_run(&schedule, &rhythm, missed, now);
            put_missed(self.rules, &mut changes, (&schedule, missed), Some(intended), now)?;
        }
        Ok(Decision { outcome, changes })
    }

    /// The report that was asked for by the last run for this instant, as the schedule would ask for it now; none where it failed or was
    /// taken back.
    async fn standing(
        &self,
        schedule: &ReportSchedule,
        rhythm: &Rhythm,
        intended: Timestamp,
    ) -> Result<Option<Report>, DomainError> {
        let page = RecordPage {
            states: vec![ScheduleOutcome::Reported as i32],
            descending: true,
            after: Some((intended.as_microsecond().saturating_add(1), String::new())),
            limit: RUNS_OF_ONE,
        };
        let (owners, group) = (vec![schedule.owner.clone()], Some(schedule.name()));
        let query = RecordQuery { owners, group, page, ..RecordQuery::default() };
        let runs: Vec<ScheduleRun> = records(self.records, &query).await?;
        let last = runs.into_iter().find(|run| run.intended == intended).and_then(|run| run.report);
        let (Some(last), Some(asked)) = (last, request_of(&schedule.terms, rhythm.local(intended).date()))
        else {
            return Ok(None);
        };
        let same = match asked {
            Request::Report(asked) => {
                let report: Option<Report> = record(self.records, &report_name(last)).await?;
                report.filter(|report| {
                    (report.template, &report.partner, &report.period, report.status)
                        == (asked.template, &asked.partner, &asked.period, asked.status)
                })
            }
            Request::Bulletin(asked) => {
                let bulletin: Option<Bulletin> = record(self.records, &bulletin_name(last)).await?;
                let is_same = |one: &Bulletin| {
                    (one.report.partner.as_ref(), one.origin, one.month(), one.report.status)
                        == (Some(&asked.recalling), asked.origin, asked.month, asked.status)
                };
                bulletin.filter(is_same).map(|bulletin| bulletin.report)
            }
        };
        Ok(same.filter(|report| !matches!(report.state, ReportState::Failed | ReportState::Cancelled)))
    }

    /// Asks for the report of the run that was due at this instant.
    async fn run(
        &self,
        schedule: &ReportSchedule,
        rhythm: &Rhythm,
        intended: Timestamp,
        now: Timestamp,
    ) -> Result<(Decision<Report>, ScheduleRun), DomainError> {
        let day: Date = rhythm.local(intended).date();
        let Some(request) = request_of(&schedule.terms, day) else {
            return Err(
                Refusal::invalid("intended_time", format!("wants a day with a period; got {day}")).into()
            );
        };
        let Self { rules, records } = *self;
        let origin = Origin {
            schedule: schedule.id,
            intended,
            approve_automatically: schedule.terms.approve_automatically,
            publish_to: schedule.terms.readers.clone(),
        };
        let (owner, origin) = (&schedule.owner, Some(origin));
        let (asked, is_bulletin) = match &request {
            Request::Report(request) => {
                (GenerateReport { rules, records }.queue(owner, request, origin, now).await?, false)
            }
            Request::Bulletin(request) => {
                let asked = GenerateBulletin { rules, records }.queue(owner, request, origin, now).await?;
                (Decision { outcome: asked.outcome.report, changes: asked.changes }, true)
            }
        };
        let period = asked.outcome.period.clone();
        let run = ScheduleRun {
            report: Some(asked.outcome.id),
            is_bulletin,
            ..run_of(schedule, intended, ScheduleOutcome::Reported, period, now)
        };
        Ok((asked, run))
    }
}

/// Why no report can be asked for, for the owner of the schedule; another error stays one.
fn refused(error: DomainError) -> Result<String, DomainError> {
    match error {
        DomainError::Refused(Refusal::Invalid(wrong)) => {
            let wrong: Vec<String> =
                wrong.into_iter().map(|one| format!("{}: {}", one.field, one.description)).collect();
            Ok(wrong.join("; "))
        }
        DomainError::NotFollowed(Feed { source, reader }) => Ok(format!(
            "the feed of {} is not followed for {reader}: ask whoever runs the service",
            source.name()
        )),
        error => Err(error),
    }
}

/// Enters what was due of a schedule and did not run by now, since it is counted from now on.
///
/// # Errors
/// `Fault` if it cannot be written.
pub(super) fn miss_what_is_due(
    rules: &Rules,
    changes: &mut ChangeSet,
    schedule: &ReportSchedule,
    now: Timestamp,
) -> Result<(), DomainError> {
    let Ok(rhythm) = schedule.terms.rhythm(&rules.zones) else { return Ok(()) };
    let Some(due) = due_of(&rhythm, schedule.counted_from, now) else { return Ok(()) };
    let run = missed_run(schedule, &rhythm, due.missed(), now);
    put_missed(rules, changes, (schedule, run), None, now)
}

/// The runs that were missed, as one; none where their day has no period.
fn missed_run(
    schedule: &ReportSchedule,
    rhythm: &Rhythm,
    (first, last, count): Missed,
    now: Timestamp,
) -> Option<ScheduleRun> {
    let period = schedule.terms.period_of(rhythm.local(first).date())?;
    let run = run_of(schedule, first, ScheduleOutcome::Missed, period, now);
    Some(ScheduleRun { last_intended: Some(last), count, ..run })
}

/// Keeps a run that was missed, and tells of it; `made_up` is the one that runs for it.
fn put_missed(
    rules: &Rules,
    changes: &mut ChangeSet,
    (schedule, run): (&ReportSchedule, Option<ScheduleRun>),
    made_up: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), DomainError> {
    if let Some(run) = run {
        changes.put_record(&run)?;
        tell_missed(rules, changes, schedule, run, made_up, now);
    }
    Ok(())
}

fn tell_missed(
    rules: &Rules,
    changes: &mut ChangeSet,
    schedule: &ReportSchedule,
    run: ScheduleRun,
    made_up: Option<Timestamp>,
    now: Timestamp,
) {
    changes.tell(Told {
        kind: EventKind::ScheduleMissed(Box::new(schedule.clone()), Box::new(run), made_up),
        time: now,
        arrangement: None,
        readers: rules.side(&schedule.owner),
    });
}

/// What was due behind `counted_from`, the first of it where that is too much; none where nothing was.
fn due_of(rhythm: &Rhythm, counted_from: Timestamp, now: Timestamp) -> Option<Due> {
    let mut due: Option<Due> = None;
    for (count, instant) in rhythm.between(counted_from, now).enumerate() {
        if count >= MOST_AT_ONCE {
            return due.map(|due| Due { is_all: false, ..due });
        }
        let missed = due.map(|due| due.missed());
        due = Some(Due { last: instant, missed, is_all: true });
    }
    due
}

/// The schedule goes on behind a run.
fn go_on(schedule: &mut ReportSchedule, rhythm: &Rhythm, ran: Timestamp) {
    schedule.counted_from = ran;
    schedule.last = Some(ran);
    schedule.next = rhythm.next(ran);
}

fn run_of(
    schedule: &ReportSchedule,
    intended: Timestamp,
    outcome: ScheduleOutcome,
    period: Period,
    now: Timestamp,
) -> ScheduleRun {
    ScheduleRun {
        id: Uuid::now_v7(),
        schedule: schedule.id,
        owner: schedule.owner.clone(),
        intended,
        time: now,
        outcome,
        period,
        report: None,
        is_bulletin: false,
        last_intended: None,
        count: 1,
        failure: String::new(),
    }
}

fn next_revision(schedule: &mut ReportSchedule, now: Timestamp) {
    schedule.update_time = now;
    schedule.revision += 1;
}
