//! A clock: by when the recipient of a notification has to do something, and what became of it.
//!
//! Invariant: a clock keeps the rule that it started with, whatever the arrangement says later. A warning and a breach
//! are each marked once, at the first look after their instant; so they do not depend on when somebody looked.

use jiff::Timestamp;
use seamless_calendar::{CalendarError, Calendars, DeadlineRule, DueDate, PausedInterval};
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use super::{ClockState, EventStatus, NotificationId};

/// A running, paused or ended period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    pub notification: NotificationId,
    pub recipient: AuthorityId,
    /// Whose notification it is.
    pub originator: AuthorityId,
    pub arrangement: ArrangementId,
    /// The rule as it was when the clock started.
    pub rule: DeadlineRule,
    /// The instant of the start event.
    pub start: Timestamp,
    pub pauses: Vec<Pause>,
    /// From when to warn; none where the rule does not warn.
    pub warn: Option<Timestamp>,
    /// The first instant that is late, as of the last change: while a question is open it moves on.
    pub due: Timestamp,
    pub warned: Option<Timestamp>,
    pub breached: Option<Timestamp>,
    /// The instant of the stop event.
    pub stopped: Option<Timestamp>,
    /// When it ended without its stop event: the notification was withdrawn, or the rule applies no more.
    pub cancelled: Option<Timestamp>,
    pub status: EventStatus,
    /// Counts every change; the etag is made of it.
    pub revision: i64,
}

/// A time during which a question to the other side was open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pause {
    /// Resource name of the question.
    pub question: String,
    pub from: Timestamp,
    /// None while the question is open.
    pub to: Option<Timestamp>,
}

/// What a look at a clock found to have happened since the look before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMark {
    Warned,
    Breached,
}

impl Clock {
    /// `notifications/{id}/transmissions/{recipient}/clocks/{rule}`.
    #[must_use]
    pub fn name(&self) -> String {
        format!(
            "notifications/{}/transmissions/{}/clocks/{}",
            self.notification, self.recipient, self.rule.id
        )
    }

    /// Where it stands. A breached clock that was stopped late is STOPPED; [`Clock::breached`] tells that it was late.
    #[must_use]
    pub fn state(&self) -> ClockState {
        match self {
            Self { cancelled: Some(_), .. } => ClockState::Cancelled,
            Self { stopped: Some(_), .. } => ClockState::Stopped,
            Self { breached: Some(_), .. } => ClockState::Breached,
            _ if self.is_paused() => ClockState::Paused,
            _ => ClockState::Running,
        }
    }

    /// True until the stop event, or until it was cancelled.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stopped.is_none() && self.cancelled.is_none()
    }

    /// True while it stands still because of an open question.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.is_open() && self.breached.is_none() && self.pauses.iter().any(|pause| pause.to.is_none())
    }

    /// When it is due as of `now`, and why then.
    ///
    /// # Errors
    /// Those of the calendar, where the period reaches a year that it does not cover.
    pub fn due_date(&self, calendars: &Calendars, now: Timestamp) -> Result<DueDate, CalendarError> {
        let pauses: Vec<PausedInterval> = self
            .pauses
            .iter()
            .map(|pause| PausedInterval { from: pause.from, to: pause.to.unwrap_or(now).max(pause.from) })
            .collect();
        self.rule.due_with_pauses(self.start, &pauses, calendars)
    }

    /// Computes when it is due, and from when to warn.
    ///
    /// # Errors
    /// Those of [`Clock::due_date`].
    pub fn reckon(&mut self, calendars: &Calendars, now: Timestamp) -> Result<(), CalendarError> {
        let DueDate { due, warn, .. } = self.due_date(calendars, now)?;
        self.due = due;
        self.warn = (self.rule.warn_before_days > 0).then_some(warn);
        Ok(())
    }

    /// The next instant at which something is to be marked; none while it is paused, and after its end.
    #[must_use]
    pub fn next_mark(&self) -> Option<Timestamp> {
        if !self.is_open() || self.breached.is_some() || self.is_paused() {
            return None;
        }
        match (self.warned, self.warn) {
            (None, Some(warn)) => Some(warn.min(self.due)),
            _ => Some(self.due),
        }
    }

    /// Marks what has come by `now` and was not marked, in its order.
    pub fn mark(&mut self, now: Timestamp) -> Vec<ClockMark> {
        let mut marks = Vec::new();
        if self.next_mark().is_none() {
            return marks;
        }
        if self.warned.is_none() && self.warn.is_some_and(|warn| now >= warn) {
            self.warned = Some(now);
            marks.push(ClockMark::Warned);
        }
        if now >= self.due {
            self.breached = Some(now);
            marks.push(ClockMark::Breached);
        }
        marks
    }
}
