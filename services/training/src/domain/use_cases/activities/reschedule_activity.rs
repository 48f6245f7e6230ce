//! Gives an announced activity other times, another place or link.

use jiff::Timestamp;
use seamless_calendar::WallTime;

use super::{ActivityChecks, changed};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    model::{Activity, ActivityChange, ActivityContent, ActivityFormat, ActivityState, Keep, Session, Venue},
    retention::follow_retention,
    seating::{Seating, resized_pools},
    slots::Schedule,
    use_cases::{Booking, require_revision},
};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Rescheduled {
    pub sessions: Vec<Session>,
    /// None to leave it.
    pub format: Option<ActivityFormat>,
    pub venue: Option<Venue>,
    pub join_link: Option<String>,
    pub keep: Keep,
    pub reason: String,
    /// Whom the meetings are to suit; none to ask nobody.
    pub schedule: Option<Schedule>,
}

/// SEQUENCE rises, so that every calendar takes the new time; nothing else is forgotten.
pub struct RescheduleActivity<'a> {
    pub rules: &'a Rules,
    pub seating: Seating<'a>,
    pub booking: Booking<'a>,
}

impl RescheduleActivity<'_> {
    /// Moves it.
    ///
    /// # Errors
    /// `IllegalTransition` unless it is announced; `Invalid`; `EtagMismatch`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        present: Activity,
        asked: Rescheduled,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Activity>, DomainError> {
        require_revision(revision, present.revision, || present.name())?;
        if present.state != ActivityState::Published {
            return Err(DomainError::illegal(present.name(), present.state, "rescheduling"));
        }
        let mut violations = Vec::new();
        let sessions = match asked.keep {
            Keep::Instant => self.at_the_same_instants(&present, asked.sessions, &mut violations),
            _ => asked.sessions,
        };
        let content = ActivityContent {
            sessions,
            format: asked.format.or(present.content.format),
            venue: asked.venue.or_else(|| present.content.venue.clone()),
            join_link: asked.join_link.unwrap_or_else(|| present.content.join_link.clone()),
            ..present.content.clone()
        };
        let checks = ActivityChecks { rules: self.rules, organiser: &present.organiser };
        violations.extend(checks.violations(&content, true, now).into_iter().map(of_request));
        let (schedule, moved) = (asked.schedule.as_ref(), Some(present.id));
        let turns = self.booking.turns(caller, schedule, &content).await?;
        violations.extend(self.booking.violations(caller, schedule, &content, moved, now).await?);
        let zones = &self.rules.zones;
        if let Some((_, last)) = content.span(zones).map_err(DomainError::calendar)?
            && last <= now
        {
            let wanted = format!("want a meeting that is not over; the last would have ended at {last}");
            violations.push(Violation::new("sessions", wanted));
        }
        if content == present.content {
            violations.push(Violation::new("sessions", "change nothing: neither time nor place nor link"));
        }
        let told = content.to_tell(zones).map_err(DomainError::calendar)?;
        let activity = Activity {
            content,
            sequence: present.sequence + 1,
            change_note: asked.reason,
            conflicts: Vec::new(),
            told,
            zone_data: zones.version().to_owned(),
            update_time: now,
            revision: present.revision + 1,
            ..present.clone()
        };
        let mut changes = ChangeSet::default();
        let resized = resized_pools(self.seating, &present, &activity, now, &mut changes).await?;
        violations.extend(resized.into_iter().map(of_request));
        let (records, days) = (self.seating.records, self.rules.limits.retention_days);
        follow_retention(records, &present, &activity, days, &mut changes).await?;
        if !violations.is_empty() {
            return Err(violations.into());
        }
        changes.put_activity(&activity);
        turns.take(&mut changes)?;
        changes.tell(changed(self.rules, &activity, ActivityChange::Rescheduled, now));
        Ok(Decision { outcome: activity, changes })
    }

    /// Sessions whose zone is another one keep their instant: the local time is worked out anew.
    fn at_the_same_instants(
        &self,
        present: &Activity,
        sessions: Vec<Session>,
        violations: &mut Vec<Violation>,
    ) -> Vec<Session> {
        let mut kept = Vec::with_capacity(sessions.len());
        for (index, session) in sessions.into_iter().enumerate() {
            let before = present.content.sessions.iter().find(|before| before.id == session.id);
            let start = match before {
                Some(before) if before.start.zone() != session.start.zone() => {
                    let field = format!("sessions[{index}].start");
                    match self.moved(&before.start, &session.start) {
                        Ok(start) => start,
                        Err(wanted) => {
                            violations.push(Violation::new(field, wanted));
                            session.start.clone()
                        }
                    }
                }
                _ => session.start.clone(),
            };
            kept.push(Session { start, ..session });
        }
        kept
    }

    fn moved(&self, before: &WallTime, asked: &WallTime) -> Result<WallTime, String> {
        if before.local() != asked.local() {
            return Err(format!(
                "wants the local time of before, {}, where the instant is kept; got {}",
                before.local(),
                asked.local()
            ));
        }
        let zones = &self.rules.zones;
        let instant = before.instant(zones).map_err(|error| error.to_string())?;
        let local = zones.local(instant, asked.zone()).map_err(|error| error.to_string())?;
        let readings = [None, Some(false), Some(true)];
        let mut made = readings.into_iter().filter_map(|later| {
            let made = WallTime::new(local, asked.zone(), later, zones).ok()?;
            (made.instant(zones).ok()? == instant).then_some(made)
        });
        made.next().ok_or_else(|| format!("has no local time at {instant}"))
    }
}

/// What the activity says besides, and a request to move it has no field for, stands against what the request asks for.
fn of_request(violation: Violation) -> Violation {
    let root = violation.field.split(['.', '[']).next().unwrap_or_default();
    let (field, remedy) = match root {
        "sessions" | "format" | "venue" | "join_link" => return violation,
        "registration" => ("sessions", "; UpdateActivity changes it"),
        _ => ("name", ""),
    };
    let Violation { field: of_activity, description } = violation;
    Violation::new(field, format!("{of_activity} of the activity {description}{remedy}"))
}
