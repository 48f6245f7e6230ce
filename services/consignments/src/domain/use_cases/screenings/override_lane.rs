//! Puts goods into another lane, for a reason that an officer gives.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules,
    event::{DomainEvent, EventKind},
    model::{Lane, LaneOverride, Screening, ScreeningId, ScreeningState},
    ports::ScreeningReader,
    use_cases::require_revision,
};

/// Overrides a lane.
pub struct OverrideLane<'a> {
    pub rules: &'a Rules,
    pub screenings: &'a dyn ScreeningReader,
}

impl OverrideLane<'_> {
    /// Overrides it, if the screening is still at `revision` (none for whichever is there).
    ///
    /// # Errors
    /// `Denied` for a screening of another authority; `IllegalTransition` for one that was superseded; `Invalid` for the lane
    /// that the goods are in; `EtagMismatch`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        (id, revision): (ScreeningId, Option<i64>),
        lane: Lane,
        reason: String,
        now: Timestamp,
    ) -> Result<Decision<Screening>, DomainError> {
        let own = std::slice::from_ref(&caller.authority);
        let mut screening = self.screenings.screening_of(id, own).await?.ok_or(DomainError::Denied)?;
        require_revision(revision, screening.revision, || screening.name())?;
        if screening.state() == ScreeningState::Superseded {
            let state = screening.state();
            return Err(DomainError::illegal(screening.name(), state, "overriding the lane"));
        }
        if screening.lane == lane {
            return Err(DomainError::invalid(
                "lane",
                "is the one that the goods are in: nothing to override",
            ));
        }
        screening.overrides.push(LaneOverride {
            lane,
            former: screening.lane,
            reason,
            principal: caller.principal.clone(),
            time: now,
        });
        screening.lane = lane;
        screening.revision += 1;
        let mut changes = ChangeSet::default();
        changes.screenings.push(screening.clone());
        changes.tell(DomainEvent {
            kind: EventKind::LaneOverridden(Box::new(screening.clone())),
            time: now,
            arrangement: None,
            readers: self.rules.cooperation.own_side(&screening.authority),
        });
        Ok(Decision { outcome: screening, changes })
    }
}
