//! Changes what is said of an activity.

use jiff::Timestamp;

use super::{ActivityChecks, changed};
use crate::domain::{
    ChangeSet, Decision, DomainError, Rules, Violation,
    model::{Activity, ActivityChange, ActivityContent, ActivityState, Session},
    retention::follow_retention,
    seating::{Seating, resized_pools},
    use_cases::{BookingTurns, require_revision},
};

/// What those who are registered must be told of is not changed here once the activity is announced.
pub struct UpdateActivity<'a> {
    pub rules: &'a Rules,
    pub seating: Seating<'a>,
}

impl UpdateActivity<'_> {
    /// Gives it this content.
    ///
    /// # Errors
    /// `IllegalTransition` where it is over or cancelled; `Invalid`; `EtagMismatch`; those of the store.
    pub async fn execute(
        &self,
        present: Activity,
        content: ActivityContent,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Activity>, DomainError> {
        require_revision(revision, present.revision, || present.name())?;
        let is_announced = match present.state {
            ActivityState::Draft => false,
            ActivityState::Published => true,
            state => return Err(DomainError::illegal(present.name(), state, "updating")),
        };
        // Whom its meetings want is busy then for whoever books at the same moment.
        let booked = (present.content.sessions != content.sessions).then_some(&content);
        let turns = match booked {
            Some(content) => {
                Some(BookingTurns::read(self.seating.records, &present.organiser, None, content).await?)
            }
            None => None,
        };
        let checks = ActivityChecks { rules: self.rules, organiser: &present.organiser };
        let mut violations = checks.violations(&content, is_announced, now);
        violations.extend(immutables(&present.content, &content, is_announced));
        let zones = &self.rules.zones;
        let activity = Activity {
            told: content.to_tell(zones).map_err(DomainError::calendar)?,
            zone_data: zones.version().to_owned(),
            content,
            update_time: now,
            revision: present.revision + 1,
            ..present.clone()
        };
        let mut changes = ChangeSet::default();
        if is_announced {
            let resized = resized_pools(self.seating, &present, &activity, now, &mut changes).await?;
            violations.extend(resized);
            let (records, days) = (self.seating.records, self.rules.limits.retention_days);
            follow_retention(records, &present, &activity, days, &mut changes).await?;
        }
        if !violations.is_empty() {
            return Err(violations.into());
        }
        changes.put_activity(&activity);
        if let Some(turns) = turns {
            turns.take(&mut changes)?;
        }
        changes.tell(changed(self.rules, &activity, ActivityChange::Updated, now));
        Ok(Decision { outcome: activity, changes })
    }
}

fn immutables(before: &ActivityContent, now: &ActivityContent, is_announced: bool) -> Vec<Violation> {
    let always = [
        ("kind", before.kind != now.kind),
        ("arrangement", before.arrangement != now.arrangement),
        ("status", before.status != now.status),
        ("is_review", before.is_review != now.is_review && is_announced),
    ];
    let announced = [
        ("visibility", before.visibility != now.visibility),
        ("format", before.format != now.format),
        ("venue", before.venue != now.venue),
        ("join_link", before.join_link != now.join_link),
        ("sessions", !same_times(&before.sessions, &now.sessions)),
        ("registration", before.registration.is_some() != now.registration.is_some()),
    ];
    let wrong = |found: &[(&str, bool)], why: &str| {
        let wrong = found.iter().filter(|(_, is_changed)| *is_changed);
        wrong.map(|(field, _)| Violation::new(*field, why)).collect::<Vec<_>>()
    };
    let mut all = wrong(&always, "is immutable: give it as it is");
    if is_announced {
        let why = "stays as it was announced: RescheduleActivity changes times, place and link, and tells those concerned";
        all.extend(wrong(&announced, why));
    }
    all
}

/// Whether nobody who comes needs to be told.
fn same_times(before: &[Session], now: &[Session]) -> bool {
    let times = |one: &Session| {
        (one.id.clone(), one.start.clone(), one.minutes, one.recurrence.clone(), one.room.clone())
    };
    before.iter().map(times).eq(now.iter().map(times))
}
