//! Grants an approval of pre-export control, and decides on one that was granted. People decide: nothing here does so by
//! itself.

use jiff::{Span, Timestamp};
use uuid::Uuid;

use super::recompute_trust::{readers, verdict_on};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    event::{DomainEvent, EventKind},
    model::{Approval, ApprovalAction, ApprovalContent, ApprovalDecision, ApprovalState},
    pilot::InspectionBody,
    records::{RecordQuery, RecordReader},
    use_cases::require_revision,
};

/// How long an approval may last, in years.
const YEARS: i32 = 5;

/// Decides, with the verdict of the moment kept beside each decision.
pub struct DecideApproval<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl DecideApproval<'_> {
    /// Grants one. The caller stands for its side: it is a contact point, or has none.
    ///
    /// # Errors
    /// `Denied` for who stands behind another; `Invalid`, with fields from the approval on; those of the store.
    pub async fn grant(
        &self,
        caller: &Caller,
        content: ApprovalContent,
        reason: String,
        now: Timestamp,
    ) -> Result<Decision<Approval>, DomainError> {
        if *self.rules.cooperation.contact_point_of(&caller.authority) != caller.authority {
            return Err(DomainError::Denied);
        }
        let body = self.checked(caller, &content, now)?;
        let verdict = verdict_on(self.records, &caller.authority, &content.body, &content.area).await?;
        let state = ApprovalState::Granted;
        let approval = Approval {
            id: Uuid::now_v7(),
            authority: caller.authority.clone(),
            body_authority: body.authority.clone(),
            content,
            state,
            decisions: vec![ApprovalDecision { state, reason, verdict, time: now }],
            create_time: now,
            update_time: now,
            revision: 1,
        };
        self.decided(approval, true, now)
    }

    /// Suspends, reinstates or withdraws one, if it is still at `revision` (none for whichever is there).
    ///
    /// # Errors
    /// `EtagMismatch`; `IllegalTransition`; those of the store.
    pub async fn change(
        &self,
        present: Approval,
        action: ApprovalAction,
        reason: String,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Approval>, DomainError> {
        require_revision(revision, present.revision, || present.name())?;
        let mut changed = present;
        let content = &changed.content;
        let verdict = verdict_on(self.records, &changed.authority, &content.body, &content.area).await?;
        changed.decide(action, reason, verdict, now)?;
        self.decided(changed, false, now)
    }

    fn decided(
        &self,
        approval: Approval,
        is_new: bool,
        now: Timestamp,
    ) -> Result<Decision<Approval>, DomainError> {
        let mut changes = ChangeSet::default();
        changes.put_record(&approval, is_new)?;
        changes.tell(DomainEvent {
            kind: EventKind::ApprovalChanged(Box::new(approval.clone())),
            time: now,
            arrangement: None,
            readers: readers(self.rules, &approval.authority, &approval.body_authority),
        });
        Ok(Decision { outcome: approval, changes })
    }

    /// The body, if configuration and time say nothing against the approval.
    fn checked(
        &self,
        caller: &Caller,
        content: &ApprovalContent,
        now: Timestamp,
    ) -> Result<&InspectionBody, DomainError> {
        let pilot = &self.rules.pilot;
        let mut found = Vec::new();
        let mut add = |field: String, description: String| found.push(Violation::new(field, description));
        let body = pilot.inspection_bodies.get(&content.body);
        if body.is_none() {
            let description = format!("wants an inspection body of the pilot; got {}", content.body);
            add("inspection_body".to_owned(), description);
        }
        if !pilot.product_areas.contains_key(&content.area) {
            let description = format!("wants a product area of the pilot; got {}", content.area);
            add("product_area".to_owned(), description);
        }
        for (index, place) in content.entry_points.iter().enumerate() {
            let known = pilot.entry_points.get(place);
            if known.is_none_or(|known| {
                *self.rules.cooperation.contact_point_of(&known.authority) != caller.authority
            }) {
                let description = format!("wants an entry point of {}; got {place}", caller.authority);
                add(format!("entry_points[{index}]"), description);
            }
        }
        let (first, last) = (content.valid_from, content.valid_until);
        let latest = first.checked_add(Span::new().years(YEARS)).unwrap_or(first);
        if last < first || last > latest {
            add("valid_until".to_owned(), format!("wants a day from {first} to {latest}; got {last}"));
        }
        let today = self.rules.today_at(&caller.authority, now);
        if last >= first && last < today {
            add("valid_until".to_owned(), format!("must not be over; today is {today}, got {last}"));
        }
        match body {
            Some(body) if found.is_empty() => Ok(body),
            _ => Err(DomainError::Invalid(found)),
        }
    }
}
