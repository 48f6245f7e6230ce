//! Tells when an obligation is in another state: on track, at risk, fulfilled, missed. Any number of replicas look; the
//! revision lets one of them through.

use jiff::Timestamp;
use seamless_identity::{ArrangementId, AuthorityId};

use super::ReadObligations;
use crate::domain::{
    ChangeSet, DomainError,
    event::{DomainEvent, EventKind},
    model::{Obligation, ObligationState, ToldObligation},
    ports::RecordReader,
    records::{RecordQuery, record},
};

/// What was told last is kept beside.
pub struct WatchObligations<'a> {
    pub read: ReadObligations<'a>,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl WatchObligations<'_> {
    /// Obligations that are in another state than was told.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<Obligation>, DomainError> {
        let mut due = Vec::new();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let cooperation = self.read.rules.cooperation.clone();
        for arrangement in cooperation.in_force(now) {
            for obligation in self.read.of(arrangement, now).await? {
                let told: Option<ToldObligation> = record(self.records, &obligation.name()).await?;
                if is_new(told.as_ref(), &obligation) {
                    due.push(obligation);
                }
                if due.len() >= limit {
                    return Ok(due);
                }
            }
        }
        Ok(due)
    }

    /// Tells one; nothing where it was told meanwhile.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, due: &Obligation, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let told: Option<ToldObligation> = record(self.records, &due.name()).await?;
        let mut changes = ChangeSet::default();
        let Some(party) = self.party(&due.arrangement) else { return Ok(changes) };
        if !is_new(told.as_ref(), due) {
            return Ok(changes);
        }
        let record = ToldObligation {
            name: due.name(),
            party,
            state: due.state,
            revision: told.as_ref().map_or(0, |told| told.revision) + 1,
        };
        changes.put_record(&record, told.is_none())?;
        let previous = told.map(|told| told.state);
        changes.tell(DomainEvent {
            kind: EventKind::ObligationChanged(Box::new(due.clone()), previous),
            time: now,
            arrangement: Some(due.arrangement.clone()),
            readers: self.read.rules.cooperation.members(&due.arrangement),
        });
        Ok(changes)
    }

    fn party(&self, arrangement: &ArrangementId) -> Option<AuthorityId> {
        self.read.rules.cooperation.arrangement(arrangement)?.parties.first().cloned()
    }
}

/// What was never told is told once something is to be said of it: not while it is open, nor where nobody tells.
fn is_new(told: Option<&ToldObligation>, obligation: &Obligation) -> bool {
    match told {
        Some(told) => told.state != obligation.state,
        None => !matches!(obligation.state, ObligationState::Open | ObligationState::Untold),
    }
}
