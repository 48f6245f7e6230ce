//! Says why findings of the glossary may stand.

use jiff::Timestamp;
use seamless_decision::{Told, require_revision};

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    model::{Acceptance, Bulletin, Publication, ReportState},
    records::Record,
};

/// Says why findings of the glossary may stand.
pub struct AcceptFindings<'a> {
    pub rules: &'a Rules,
}

impl AcceptFindings<'_> {
    /// Accepts the findings with these numbers, or all that are open where there is none; one that was accepted keeps its reason.
    /// `revision` is the one that was read, if the caller says one.
    ///
    /// # Errors
    /// That the bulletin stands where nothing is accepted, or changed since; numbers that it has not.
    pub fn execute(
        &self,
        caller: &Caller,
        mut bulletin: Bulletin,
        (numbers, reason): (&[u32], &str),
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Bulletin>, DomainError> {
        require_revision(revision, bulletin.revision(), || bulletin.name())?;
        let state = bulletin.report.state;
        if !matches!(state, ReportState::Generated | ReportState::Approved) {
            return Err(DomainError::illegal(bulletin.name(), state, "accepting findings"));
        }
        let unknown =
            |(_, number): &(usize, &u32)| !bulletin.findings.iter().any(|finding| finding.number == **number);
        let wrong = numbers.iter().enumerate().filter(unknown).map(|(index, number)| Violation {
            field: format!("numbers[{index}]"),
            description: format!("wants the number of a finding of this bulletin; got {number}"),
        });
        let wrong: Vec<Violation> = wrong.collect();
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        for finding in &mut bulletin.findings {
            let is_meant = numbers.is_empty() || numbers.contains(&finding.number);
            if is_meant && finding.acceptance.is_none() {
                let (reason, by) = (reason.to_owned(), caller.principal.clone());
                finding.acceptance = Some(Acceptance { reason, by, time: now });
            }
        }
        bulletin.report.update_time = now;
        bulletin.report.revision += 1;
        let mut changes = ChangeSet::default();
        changes.put_record(&bulletin)?;
        let readers = self.rules.side(&bulletin.report.owner);
        let kind = bulletin.clone().changed(Some(state));
        changes.tell(Told { kind, time: now, arrangement: None, readers });
        Ok(Decision { outcome: bulletin, changes })
    }
}
