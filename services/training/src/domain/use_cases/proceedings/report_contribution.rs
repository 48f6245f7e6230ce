//! Reports what an authority did in a campaign or a joint surveillance.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::told;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    event::EventKind,
    model::{Activity, ActivityKind, ActivityState, Contribution, ContributionContent, contribution_name},
    ports::RecordReader,
    records::{RecordQuery, record},
    use_cases::require_revision,
};

/// Each authority that takes part reports for itself, and corrects what it reported.
#[derive(Clone, Copy)]
pub struct ReportContribution<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ReportContribution<'_> {
    /// Reports it.
    ///
    /// # Errors
    /// `Denied` where the caller does not take part; `Invalid`; `IllegalTransition`; `EtagMismatch`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        activity: &Activity,
        content: ContributionContent,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Contribution>, DomainError> {
        let organisers = std::iter::once(&activity.organiser).chain(&activity.content.co_organisers);
        let participants = activity.content.campaign.iter().flat_map(|campaign| &campaign.participants);
        if !organisers.chain(participants).any(|one| *one == caller.authority) {
            return Err(DomainError::DENIED);
        }
        let is_surveillance = match activity.content.kind {
            ActivityKind::Campaign => false,
            ActivityKind::JointSurveillance => true,
            _ => {
                return Err(DomainError::invalid("parent", "wants a campaign or a joint surveillance"));
            }
        };
        if !matches!(activity.state, ActivityState::Published | ActivityState::Held) {
            return Err(DomainError::illegal(activity.name(), activity.state, "reporting a contribution"));
        }
        let violations = wrong(&content, is_surveillance);
        if !violations.is_empty() {
            return Err(violations.into());
        }
        let name = contribution_name(activity.id, &caller.authority);
        let present: Option<Contribution> = record(self.records, &name).await?;
        let known = present.as_ref().map_or(0, |present| present.revision);
        require_revision(revision, known, || name)?;
        let contribution = Contribution {
            activity: activity.id,
            authority: caller.authority.clone(),
            status: activity.content.status,
            is_surveillance,
            content,
            create_time: present.as_ref().map_or(now, |present| present.create_time),
            update_time: now,
            revision: known + 1,
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&contribution, known == 0)?;
        let kind = match is_surveillance {
            true => EventKind::SurveillanceReported(Box::new(contribution.clone())),
            false => EventKind::CampaignReported(Box::new(contribution.clone())),
        };
        changes.tell(told(self.rules, activity, kind, now));
        Ok(Decision { outcome: contribution, changes })
    }
}

fn wrong(content: &ContributionContent, is_surveillance: bool) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for (index, sample) in content.samples.iter().enumerate() {
        let mut add = |field: &str, description: String| {
            found.push(Violation::new(format!("samples[{index}].{field}"), description));
        };
        if !known.insert((&sample.product_area, &sample.hazard)) {
            add("product_area", format!("{} and its hazard come twice", sample.product_area));
        }
        if sample.tested > sample.taken {
            add(
                "tested",
                format!("wants at most the {} that were taken; got {}", sample.taken, sample.tested),
            );
        }
        if sample.non_compliant > sample.tested {
            let (most, got) = (sample.tested, sample.non_compliant);
            add("non_compliant", format!("wants at most the {most} that were tested; got {got}"));
        }
    }
    if !is_surveillance && !content.samples.is_empty() {
        found.push(Violation::new("samples", "wants none: a campaign takes no samples"));
    }
    found
}
