//! Writes a criterion, and takes it through its life: tried on the past, put into force, taken out of force.

use jiff::{SignedDuration, Timestamp};
use seamless_identity::AuthorityId;
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules,
    criteria::{Condition, Criterion, DryRun},
    event::{CriterionChange, DomainEvent, EventKind},
    model::{CriterionState, Lane},
    ports::RecordReader,
    records::{RecordPage, RecordQuery, all_records, record},
    use_cases::require_revision,
};

/// The longest validity.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What an author writes.
#[derive(Clone, Debug)]
pub struct NewCriterion {
    pub title: String,
    pub conditions: Vec<Condition>,
    pub lane: Lane,
    pub apply_probability: f64,
    pub start: Option<Timestamp>,
    pub end: Timestamp,
}

/// A step in the life of a criterion.
#[derive(Clone, Debug)]
pub enum CriterionStep {
    /// The result of a dry run is noted.
    Tried(DryRun),
    Activate,
    Retire,
}

/// Criteria belong to the authority that wrote them; its contact point reads them.
pub struct WriteCriterion<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
    /// How many one side may have active that are not over.
    pub most: usize,
}

/// All criteria of these authorities that are active; some may be over.
///
/// # Errors
/// Those of the store.
pub async fn active_criteria(
    records: &dyn RecordReader<RecordQuery>,
    owners: Vec<AuthorityId>,
) -> Result<Vec<Criterion>, DomainError> {
    let states = vec![CriterionState::Active as i32];
    let page = RecordPage { states, ..RecordPage::default() };
    all_records(records, RecordQuery { owners, page, ..RecordQuery::default() }).await
}

impl WriteCriterion<'_> {
    /// Writes a draft.
    ///
    /// # Errors
    /// `Invalid` for a validity that ends before it begins, is over, or is too long.
    pub fn create(
        &self,
        caller: &Caller,
        new: NewCriterion,
        now: Timestamp,
    ) -> Result<Decision<Criterion>, DomainError> {
        let start = new.start.unwrap_or(now);
        if new.end <= start || new.end <= now {
            let wanted = format!("wants a time after the start, {start}, and after now; got {}", new.end);
            return Err(DomainError::invalid("criterion.end_time", wanted));
        }
        if start.checked_add(LONGEST).is_ok_and(|latest| new.end > latest) {
            let wanted = format!("wants at most 366 days after the start, {start}; got {}", new.end);
            return Err(DomainError::invalid("criterion.end_time", wanted));
        }
        let criterion = Criterion {
            id: Uuid::now_v7(),
            authority: caller.authority.clone(),
            title: new.title,
            conditions: new.conditions,
            lane: new.lane,
            apply_probability: new.apply_probability,
            start,
            end: new.end,
            state: CriterionState::Draft,
            author: caller.principal.clone(),
            dry_run: None,
            create_time: now,
            update_time: now,
            revision: 1,
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&criterion, true)?;
        changes.tell(self.changed(&criterion, None, now));
        Ok(Decision { outcome: criterion, changes })
    }

    /// The criterion, if the caller may see it.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn seen(&self, caller: &Caller, name: &str) -> Result<Criterion, DomainError> {
        let found: Option<Criterion> = record(self.records, name).await?;
        let seen =
            found.filter(|one| self.rules.cooperation.sees_as_owner(&one.authority, &caller.authority));
        seen.ok_or(DomainError::Denied)
    }

    /// Takes a step.
    ///
    /// # Errors
    /// `Denied` for a criterion of another authority; `IllegalTransition`; `WantsFirst` for one that was not tried, that is over, or
    /// where its side has as many in force as it may; `EtagMismatch`.
    pub async fn step(
        &self,
        caller: &Caller,
        name: &str,
        revision: Option<i64>,
        step: &CriterionStep,
        now: Timestamp,
    ) -> Result<Decision<Criterion>, DomainError> {
        let mut criterion = self.seen(caller, name).await?;
        if criterion.authority != caller.authority {
            return Err(DomainError::Denied);
        }
        require_revision(revision, criterion.revision, || name.to_owned())?;
        let state = criterion.state;
        match step {
            CriterionStep::Tried(result) => criterion.dry_run = Some(result.clone()),
            CriterionStep::Activate if state == CriterionState::Draft => {
                if let Some(remedy) = self.in_the_way(&criterion, now).await? {
                    let (resource, verb) = (name.to_owned(), "activating");
                    return Err(DomainError::WantsFirst { resource, state: None, verb, remedy });
                }
                criterion.state = CriterionState::Active;
            }
            CriterionStep::Activate => {
                return Err(DomainError::illegal(name.to_owned(), state, "activating"));
            }
            CriterionStep::Retire if state != CriterionState::Retired => {
                criterion.state = CriterionState::Retired;
            }
            CriterionStep::Retire => return Err(DomainError::illegal(name.to_owned(), state, "retiring")),
        }
        criterion.update_time = now;
        criterion.revision += 1;
        let mut changes = ChangeSet::default();
        changes.put_record(&criterion, false)?;
        changes.tell(self.changed(&criterion, Some(state), now));
        Ok(Decision { outcome: criterion, changes })
    }

    /// What is to be done before a draft can be put into force; none where it can.
    async fn in_the_way(&self, criterion: &Criterion, now: Timestamp) -> Result<Option<String>, DomainError> {
        if criterion.dry_run.is_none() {
            return Ok(Some("try it on past screenings first (DryRunCriterion)".to_owned()));
        }
        if criterion.end <= now {
            return Ok(Some(format!("it ended at {}: write one that ends later", criterion.end)));
        }
        let side = self.rules.cooperation.contact_point_of(&criterion.authority);
        let active = active_criteria(self.records, self.rules.cooperation.side_members(side)).await?;
        let in_force = active.iter().filter(|one| one.end > now).count();
        let most = self.most;
        Ok((in_force >= most).then(|| {
            format!(
                "retire another one first: {in_force} of {side}'s side are active, and at most {most} may be"
            )
        }))
    }

    /// Takes one that is over out of force.
    ///
    /// # Errors
    /// `Fault` if it has no document.
    pub fn end(&self, mut criterion: Criterion, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let former = criterion.state;
        criterion.state = CriterionState::Retired;
        criterion.update_time = now;
        criterion.revision += 1;
        let mut changes = ChangeSet::default();
        changes.put_record(&criterion, false)?;
        changes.tell(self.changed(&criterion, Some(former), now));
        Ok(changes)
    }

    /// The event that tells of it, to its side.
    fn changed(
        &self,
        criterion: &Criterion,
        previous: Option<CriterionState>,
        now: Timestamp,
    ) -> DomainEvent {
        DomainEvent {
            kind: EventKind::CriterionChanged(Box::new(CriterionChange {
                criterion: criterion.clone(),
                previous,
            })),
            time: now,
            arrangement: None,
            readers: self.rules.cooperation.own_side(&criterion.authority),
        }
    }
}
