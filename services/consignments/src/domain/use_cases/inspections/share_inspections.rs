//! Shares pre-inspections: each is new, the next version of what is known under its certificate, or there already.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    event::{DomainEvent, EventKind},
    model::{Inspection, InspectionBodyId, InspectionContent, InspectionState, SubmitResult},
    ports::InspectionReader,
    use_cases::{future_tests::future_tests, require_revision},
};

/// What became of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    pub result: SubmitResult,
    pub inspection: Inspection,
}

/// Decides on any number at once; a wrong one keeps no other from being shared.
pub struct ShareInspections<'a> {
    pub rules: &'a Rules,
    pub inspections: &'a dyn InspectionReader,
}

impl ShareInspections<'_> {
    /// Shares these contents, in their order; no certificate comes twice.
    ///
    /// # Errors
    /// Those of the store. Refusals of single ones are in the answer.
    pub async fn execute(
        &self,
        caller: &Caller,
        contents: Vec<InspectionContent>,
        now: Timestamp,
    ) -> Result<Decision<Vec<Result<Shared, Vec<Violation>>>>, DomainError> {
        let keys: Vec<(InspectionBodyId, String)> =
            contents.iter().map(|content| (content.body.clone(), content.certificate.clone())).collect();
        let known = self.inspections.inspection_by_certificate(&keys).await?;
        let mut known: HashMap<(InspectionBodyId, String), Inspection> = known
            .into_iter()
            .map(|one| ((one.content.body.clone(), one.content.certificate.clone()), one))
            .collect();
        let mut changes = ChangeSet::default();
        let mut outcome = Vec::with_capacity(contents.len());
        for (content, key) in contents.into_iter().zip(keys) {
            outcome.push(self.share(caller, content, known.remove(&key), now, &mut changes));
        }
        Ok(Decision { outcome, changes })
    }

    /// Shares one that must be new.
    ///
    /// # Errors
    /// `Twin` if its certificate is known; `Invalid`; those of the store.
    pub async fn create(
        &self,
        caller: &Caller,
        content: InspectionContent,
        now: Timestamp,
    ) -> Result<Decision<Inspection>, DomainError> {
        let key = (content.body.clone(), content.certificate.clone());
        let known = self.inspections.inspection_by_certificate(&[key]).await?;
        let own = known.into_iter().find(|one| one.originator == caller.authority);
        if let Some(twin) = own {
            return Err(DomainError::Twin {
                resource: twin.name(),
                what: "the pre-inspection of this certificate",
            });
        }
        self.one(caller, content, None, now)
    }

    /// Gives a pre-inspection its next version.
    ///
    /// # Errors
    /// `IllegalTransition` after a revocation; `EtagMismatch`; `Invalid`; those of the store.
    pub fn amend(
        &self,
        caller: &Caller,
        present: Inspection,
        content: InspectionContent,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Inspection>, DomainError> {
        require_revision(revision, i64::from(present.version), || present.name())?;
        if present.state == InspectionState::Revoked {
            return Err(DomainError::illegal(present.name(), present.state, "amending"));
        }
        self.one(caller, content, Some(present), now)
    }

    fn one(
        &self,
        caller: &Caller,
        content: InspectionContent,
        present: Option<Inspection>,
        now: Timestamp,
    ) -> Result<Decision<Inspection>, DomainError> {
        let mut changes = ChangeSet::default();
        let shared = self.share(caller, content, present, now, &mut changes).map_err(DomainError::Invalid)?;
        Ok(Decision { outcome: shared.inspection, changes })
    }

    fn share(
        &self,
        caller: &Caller,
        mut content: InspectionContent,
        present: Option<Inspection>,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<Shared, Vec<Violation>> {
        let mut violations = self.violations(caller, &content, now);
        if let Some(present) = &present {
            violations.extend(changed_immutables(present, &content));
            keep_uploads(&mut content, present);
        }
        if !violations.is_empty() {
            return Err(violations);
        }
        let (result, inspection) = match present {
            Some(present) if present.content == content => {
                return Ok(Shared { result: SubmitResult::Unchanged, inspection: present });
            }
            Some(present) => {
                let version = present.version + 1;
                (SubmitResult::Amended, Inspection { version, content, update_time: now, ..present })
            }
            None => {
                let inspection = Inspection {
                    id: Uuid::now_v7(),
                    originator: caller.authority.clone(),
                    state: InspectionState::Active,
                    version: 1,
                    content,
                    revoke_reason: String::new(),
                    create_time: now,
                    update_time: now,
                };
                (SubmitResult::Created, inspection)
            }
        };
        changes.put_inspection(&inspection);
        changes.tell(inspection_changed(self.rules, &inspection, now));
        Ok(Shared { result, inspection })
    }

    /// What the configuration and the time say against it.
    fn violations(&self, caller: &Caller, content: &InspectionContent, now: Timestamp) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut add = |field: &str, description: String| found.push(Violation::new(field, description));
        let body = self.rules.pilot.inspection_bodies.get(&content.body);
        if body.is_none_or(|body| body.authority != caller.authority) {
            add(
                "inspection_body",
                format!("wants an inspection body of {}; got {}", caller.authority, content.body),
            );
        }
        if !self.rules.cooperation.is_open_to_side(&content.arrangement, &caller.authority, now) {
            add(
                "arrangement",
                format!(
                    "wants an arrangement in force in which {} takes part; got {}",
                    caller.authority, content.arrangement
                ),
            );
        }
        if content.inspect_time > now {
            add("inspect_time", format!("must not be in the future; got {}", content.inspect_time));
        }
        let today = self.rules.today_at(&caller.authority, now);
        for (index, item) in content.items.iter().enumerate() {
            found.extend(future_tests(&format!("items[{index}].tests"), &item.tests, today));
        }
        found
    }
}

/// The event that tells of a version.
pub(super) fn inspection_changed(rules: &Rules, inspection: &Inspection, now: Timestamp) -> DomainEvent {
    let arrangement = inspection.content.arrangement.clone();
    let mut readers = rules.cooperation.members(&arrangement);
    for own in rules.cooperation.own_side(&inspection.originator) {
        if !readers.contains(&own) {
            readers.push(own);
        }
    }
    DomainEvent {
        kind: EventKind::InspectionChanged(Box::new(inspection.clone())),
        time: now,
        arrangement: Some(arrangement),
        readers,
    }
}

fn changed_immutables(present: &Inspection, content: &InspectionContent) -> Vec<Violation> {
    let now = &present.content;
    let changed = [
        ("arrangement", now.arrangement != content.arrangement),
        ("inspection_body", now.body != content.body),
        ("certificate_id", now.certificate != content.certificate),
        ("status", now.status != content.status),
    ];
    let wrong = changed.into_iter().filter(|(_, is_changed)| *is_changed);
    let mut violations: Vec<Violation> =
        wrong.map(|(field, _)| Violation::new(field, "is immutable: give it as it is")).collect();
    if present.state == InspectionState::Revoked {
        violations.push(Violation::new(
            "certificate_id",
            "its pre-inspection was revoked: use a new certificate id",
        ));
    }
    violations
}

/// What was uploaded stays uploaded, whatever the amendment says of it.
fn keep_uploads(content: &mut InspectionContent, present: &Inspection) {
    for document in &mut content.documents {
        let known = present.content.documents.iter().find(|known| known.sha256 == document.sha256);
        if let Some(known) = known {
            document.size_bytes = known.size_bytes;
            document.media_type.clone_from(&known.media_type);
        }
    }
}
