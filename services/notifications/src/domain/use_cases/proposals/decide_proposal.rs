//! A proposal is accepted, rejected or taken back. What the originator accepts becomes an update of its notification.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    model::{Content, Notification, NotificationId, Proposal, ProposalStep, Transmission},
    ports::{ClockReader, NotificationReader, RecordReader, TransmissionReader},
    records::{Record, record},
    relation::Relation,
    rules::Rules,
    use_cases::{NotificationAccess, notifications::Revise, require_free_source_key, require_revision},
};

/// What accepting makes of the notification: its new content, and the fields concerned as they are now.
#[derive(Clone, Debug)]
pub struct AppliedChange {
    pub content: Content,
    pub present: Content,
}

/// Finds a proposal that the caller may see: its own, or one on a notification of its side.
pub struct ProposalAccess<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
}

impl ProposalAccess<'_> {
    /// The proposal, its notification, and what the caller is to it.
    ///
    /// # Errors
    /// `Denied` if there is none or the caller has nothing to do with it.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        name: &str,
    ) -> Result<(Proposal, Notification, Relation), DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let (notification, relation) = access.execute(caller, id).await?;
        let found: Option<Proposal> = record(self.records, name).await?;
        let proposal = found.filter(|proposal| proposal.notification == id).ok_or(Refusal::Denied)?;
        if matches!(relation, Relation::Recipient(_)) && proposal.proposer != caller.authority {
            return Err(Refusal::Denied.into());
        }
        Ok((proposal, notification, relation))
    }
}

/// Decides on a proposal.
pub struct DecideProposal<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub clocks: &'a dyn ClockReader,
    pub records: &'a dyn RecordReader,
}

impl DecideProposal<'_> {
    /// OPEN to what the step leads to. `apply` makes the new content, where it is accepted.
    ///
    /// # Errors
    /// `Denied` unless the originator decides, or the proposer takes it back; `IllegalTransition`; `EtagMismatch`, also
    /// where a field concerned was changed since it was proposed; with acceptance those of an update.
    #[allow(
        clippy::too_many_arguments,
        reason = "each is one fact of the step; a struct would name them once more"
    )]
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        name: &str,
        revision: Option<i64>,
        step: ProposalStep,
        apply: &(dyn Fn(&Notification, &Proposal) -> Result<AppliedChange, DomainError> + Send + Sync),
        now: Timestamp,
    ) -> Result<Decision<Proposal>, DomainError> {
        let Self { rules, notifications, transmissions, records, .. } = *self;
        let access = ProposalAccess { rules, notifications, transmissions, records };
        let (mut proposal, notification, relation) = access.execute(caller, id, name).await?;
        let is_entitled = match step {
            ProposalStep::Withdraw => proposal.proposer == caller.authority,
            ProposalStep::Accept | ProposalStep::Reject(_) => relation == Relation::Originator,
        };
        if !is_entitled {
            return Err(Refusal::Denied.into());
        }
        require_revision(revision, proposal.revision, || proposal.name())?;
        let is_accepted = step == ProposalStep::Accept;
        proposal.take(step, now)?;
        let mut changes = ChangeSet::default();
        let mut all: Vec<Transmission> = transmissions.transmission_list(id).await?;
        if is_accepted {
            let AppliedChange { content, present } = apply(&notification, &proposal)?;
            if present != proposal.before {
                return Err(Refusal::EtagMismatch { resource: proposal.name() }.into());
            }
            require_free_source_key(notifications, &notification.originator, &content, id).await?;
            let access = NotificationAccess { rules, notifications, transmissions };
            let of = (id, notification.status);
            access.require_followed(caller, of, &content, Some(&notification.content)).await?;
            let revise = Revise { rules, clocks: self.clocks, records };
            revise.execute(&mut changes, notification, all.clone(), content, now).await?;
        }
        all.retain(|transmission| proposal.by_recipient && transmission.recipient == proposal.proposer);
        changes.put_proposal(rules, &proposal, false, all.first(), now)?;
        Ok(Decision { outcome: proposal, changes })
    }
}
