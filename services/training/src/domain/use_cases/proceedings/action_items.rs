//! Adds action items, and ends or postpones them.

use jiff::{Timestamp, civil::Date};
use seamless_identity::AuthorityId;
use uuid::Uuid;

use super::told;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    error::Refusal,
    event::EventKind,
    model::{
        ActionItem, ActionItemContent, ActionItemState, Activity, ActivityState, Minutes, action_item_name,
        activity_name, minutes_name,
    },
    ports::RecordReader,
    records::{RecordPage, RecordQuery, record, records},
    use_cases::require_revision,
};

/// The most action items of an activity.
const MOST: usize = 500;

/// Something that becomes of an action item.
#[derive(Clone, Debug)]
pub enum ActionItemStep {
    /// By its owner.
    Complete { note: String },
    /// By an organiser.
    Postpone { due_date: Date, reason: String },
    /// By an organiser.
    Drop { reason: String },
}

/// The action items of activities.
#[derive(Clone, Copy)]
pub struct ActionItems<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ActionItems<'_> {
    /// One of an activity that the caller sees.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn seen(&self, activity: &Activity, id: Uuid) -> Result<ActionItem, DomainError> {
        let found = record(self.records, &action_item_name(activity.id, id)).await?;
        found.ok_or(DomainError::DENIED)
    }

    /// Adds one, by an organiser.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition`; `Invalid`; `LimitReached`; those of the store.
    pub async fn add(
        &self,
        caller: &Caller,
        activity: &Activity,
        content: ActionItemContent,
        now: Timestamp,
    ) -> Result<Decision<ActionItem>, DomainError> {
        if !self.rules.organises(activity, &caller.authority) {
            return Err(DomainError::DENIED);
        }
        let state = activity.state;
        if !matches!(state, ActivityState::Published | ActivityState::Held) {
            return Err(DomainError::illegal(activity.name(), state, "adding an action item"));
        }
        let due = self.due(&content.owner, content.due_date);
        let mut violations = self.violations(activity, &content, due, now);
        if let Some(decision) = &content.decision {
            let minutes: Option<Minutes> = record(self.records, &minutes_name(activity.id)).await?;
            let decisions = minutes.map(|minutes| minutes.content.decisions).unwrap_or_default();
            if !decisions.iter().any(|known| known.id == *decision) {
                violations
                    .push(Violation::new("decision", format!("the minutes have no decision {decision}")));
            }
        }
        if !violations.is_empty() {
            return Err(violations.into());
        }
        let owners = vec![activity.organiser.clone()];
        let page = RecordPage { limit: MOST as u64, ..RecordPage::default() };
        let group = Some(activity_name(activity.id));
        let query = RecordQuery { owners, group, page, ..RecordQuery::default() };
        if records::<ActionItem, _>(self.records, &query).await?.len() >= MOST {
            let limit = "action items";
            return Err(Refusal::LimitReached { subject: activity.name(), limit, maximum: MOST }.into());
        }
        let mut item = ActionItem {
            id: Uuid::now_v7(),
            activity: activity.id,
            organiser: activity.organiser.clone(),
            arrangement: activity.content.arrangement.clone(),
            status: activity.content.status,
            content,
            state: ActionItemState::Open,
            due,
            note: String::new(),
            end_time: None,
            create_time: now,
            update_time: now,
            revision: 1,
        };
        item.state = item.state_at(now);
        changed(self.rules, activity, item, None, now)
    }

    /// Takes a step.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition` where it has ended; `Invalid`; `EtagMismatch`; those of the store.
    pub async fn change(
        &self,
        caller: &Caller,
        activity: &Activity,
        id: Uuid,
        step: ActionItemStep,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<ActionItem>, DomainError> {
        let present = self.seen(activity, id).await?;
        let may = match &step {
            ActionItemStep::Complete { .. } => present.content.owner == caller.authority,
            _ => self.rules.organises(activity, &caller.authority),
        };
        if !may {
            return Err(DomainError::DENIED);
        }
        require_revision(revision, present.revision, || action_item_name(activity.id, id))?;
        let previous = present.state;
        if !present.is_open() {
            let verb = "changing an action item";
            return Err(DomainError::illegal(action_item_name(activity.id, id), previous, verb));
        }
        let mut item = ActionItem { update_time: now, revision: present.revision + 1, ..present };
        match step {
            ActionItemStep::Complete { note } => {
                (item.state, item.note, item.end_time) = (ActionItemState::Done, note, Some(now));
            }
            ActionItemStep::Drop { reason } => {
                (item.state, item.note, item.end_time) = (ActionItemState::Dropped, reason, Some(now));
            }
            ActionItemStep::Postpone { due_date, reason } => {
                let due = self.due(&item.content.owner, due_date);
                if due <= item.due {
                    let wanted = format!("wants a day behind {}; got {due_date}", item.content.due_date);
                    return Err(DomainError::invalid("due_date", wanted));
                }
                (item.content.due_date, item.due, item.note) = (due_date, due, reason);
                item.state = item.state_at(now);
            }
        }
        changed(self.rules, activity, item, Some(previous), now)
    }

    /// The first instant that is too late, where the owner is.
    fn due(&self, owner: &AuthorityId, due_date: Date) -> Timestamp {
        self.rules.end_of_day_at(owner, due_date)
    }

    fn violations(
        &self,
        activity: &Activity,
        content: &ActionItemContent,
        due: Timestamp,
        now: Timestamp,
    ) -> Vec<Violation> {
        let mut found = Vec::new();
        let owner = &content.owner;
        if self.rules.cooperation.authority(owner).is_none() || !self.rules.takes_part(activity, owner, now) {
            let wanted = "wants an authority that organises the activity or takes part in its arrangement";
            found.push(Violation::new("owner", format!("{wanted}; got {owner}")));
        }
        if due <= now {
            let wanted = format!("wants a day that is not over; got {}", content.due_date);
            found.push(Violation::new("due_date", wanted));
        }
        found
    }
}

/// Writes an action item, and tells it.
pub(super) fn changed(
    rules: &Rules,
    activity: &Activity,
    item: ActionItem,
    previous: Option<ActionItemState>,
    now: Timestamp,
) -> Result<Decision<ActionItem>, DomainError> {
    let mut changes = ChangeSet::default();
    changes.put_record(&item, item.revision == 1)?;
    changes.tell(told(rules, activity, EventKind::ActionItemChanged(Box::new(item.clone()), previous), now));
    Ok(Decision { outcome: item, changes })
}
