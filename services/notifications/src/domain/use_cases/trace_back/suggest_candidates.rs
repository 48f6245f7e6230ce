//! Proposes manufacturers out of what the caller has met before: earlier alerts that it may see, and candidates that were
//! confirmed in earlier traces. Everything is read with the caller's eyes of now.

use std::collections::HashMap;

use seamless_identity::AuthorityId;

use super::TraceAccess;
use crate::domain::{
    Caller, DomainError,
    model::{Candidate, MAX_CANDIDATES, NotificationId, NotificationState},
    operators::Leads,
    ports::{NotificationReader, OperatorReader},
    records::{RecordQuery, records},
    relation::Relation,
    suggestion::{Met, Suggestion, Suggestions, is_same},
    use_cases::NotificationAccess,
};

/// How many earlier alerts, and how many confirmed candidates, are looked at: the newest.
const LOOKED_AT: u64 = 200;
/// The most suggestions that are made.
pub const MAX_SUGGESTIONS: usize = 20;

/// Proposes manufacturers for an alert that the caller may see.
pub struct SuggestCandidates<'a> {
    pub access: TraceAccess<'a>,
    pub notifications: &'a dyn NotificationReader,
    pub operators: &'a dyn OperatorReader,
}

impl SuggestCandidates<'_> {
    /// The best suggestions, best first, at most `most`; `trace_of` is whose trace is meant, if one is.
    ///
    /// # Errors
    /// `Denied` if the caller may not see notification or trace.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        trace_of: Option<&AuthorityId>,
        most: usize,
    ) -> Result<Vec<Suggestion>, DomainError> {
        let TraceAccess { rules, transmissions, records: reader } = self.access;
        let (notification, relation) =
            NotificationAccess { rules, notifications: self.notifications, transmissions }
                .execute(caller, notification)
                .await?;
        let present = match trace_of {
            Some(authority) => {
                let (trace, _) = self.access.execute(caller, notification.id, authority).await?;
                let query = RecordQuery {
                    party: Some(trace.key.authority),
                    ..RecordQuery::of_notification(
                        &caller.authority,
                        notification.id,
                        u64::from(MAX_CANDIDATES),
                    )
                };
                records::<Candidate, _>(reader, &query).await?
            }
            None => Vec::new(),
        };
        let wanted = Leads::of(rules, &notification.content, &relation);
        let keys = wanted.search_keys();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let viewer = &caller.authority;
        let mut suggestions = Suggestions::new(&wanted);
        let mut seen: HashMap<NotificationId, Leads> = HashMap::new();
        for earlier in self.operators.operator_alerts(viewer, &keys, LOOKED_AT).await? {
            let other = earlier.notification;
            let counts = other.id != notification.id
                && other.status == notification.status
                && other.state != NotificationState::Withdrawn;
            let relation = match earlier.arrangement {
                Some(arrangement) => Some(Relation::Recipient(arrangement)),
                None => Relation::of_side(&rules.cooperation, &other.originator, viewer),
            };
            let Some(relation) = relation.filter(|_| counts) else { continue };
            let leads = Leads::of(rules, &other.content, &relation);
            for operator in &leads.operators {
                let met = Met { operator: operator.clone(), notification: other.id, confirmed: false };
                suggestions.add(met, Some(&leads));
            }
            seen.insert(other.id, leads);
        }
        for candidate in self.operators.operator_candidates(viewer, &keys, LOOKED_AT).await? {
            let key = &candidate.key;
            let is_own =
                key.notification == notification.id && trace_of.is_none_or(|own| *own == key.authority);
            if is_own || candidate.status != notification.status {
                continue;
            }
            let leads = seen.get(&key.notification);
            let met = Met { notification: key.notification, operator: candidate.operator, confirmed: true };
            suggestions.add(met, leads);
        }
        let mut best = suggestions.best(usize::MAX);
        best.retain(|suggestion| {
            !present.iter().any(|candidate| is_same(&candidate.operator, &suggestion.operator))
        });
        best.truncate(most.min(MAX_SUGGESTIONS));
        Ok(best)
    }
}
