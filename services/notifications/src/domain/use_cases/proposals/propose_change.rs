//! Somebody who may read a notification, but not edit it, proposes a change.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal, Violation,
    model::{
        Content, MAX_OPEN_PROPOSALS, Notification, NotificationId, NotificationState, Proposal,
        ProposalState, ProposalTurn, notification_name,
    },
    ports::{NotificationReader, RecordReader, TransmissionReader},
    records::{Record, record},
    relation::Relation,
    rules::Rules,
    use_cases::NotificationAccess,
};

/// What is proposed: the change, and the same fields as they are.
#[derive(Clone, Debug)]
pub struct ProposedChange {
    pub change: Content,
    pub before: Content,
    pub paths: Vec<String>,
}

/// The field that names what is followed: hidden from whoever may not see that.
const FOLLOWED: &str = "general.follow_up_to.notification";

/// Proposes on behalf of the caller.
pub struct ProposeChange<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
}

impl ProposeChange<'_> {
    /// An OPEN proposal under a new key. `change` makes it of the notification; each of its paths must be shown to the
    /// caller with everything below it, since a change there would replace what the caller does not see.
    ///
    /// # Errors
    /// `Denied`; `Invalid` for the originator itself, or a path that the caller may not name; `IllegalTransition` after
    /// a withdrawal; `LimitReached`; whatever `change` refuses.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        proposal: Uuid,
        comment: &str,
        change: &(dyn Fn(&Notification) -> Result<ProposedChange, DomainError> + Send + Sync),
        now: Timestamp,
    ) -> Result<Decision<Proposal>, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let (notification, relation) = access.execute(caller, id).await?;
        if relation == Relation::Originator {
            let why = "is the caller's own: change it with UpdateNotification";
            return Err(DomainError::invalid("parent", why));
        }
        if notification.state == NotificationState::Withdrawn {
            return Err(DomainError::illegal(notification.name(), notification.state, "proposing a change"));
        }
        let ProposedChange { change, before, paths } = change(&notification)?;
        let hidden = match (&relation, notification.content.followed()) {
            (Relation::Recipient(_), Some(followed)) if !access.may_see(caller, followed).await? => FOLLOWED,
            _ => "",
        };
        self.require_shown(&notification, &relation, &paths, hidden)?;
        let of = (id, notification.status);
        access.require_followed(caller, of, &change, Some(&notification.content)).await?;
        let mut changes = ChangeSet::default();
        let transmission = match relation {
            Relation::Recipient(_) => {
                let own = self.transmissions.transmission_get(id, &caller.authority).await?;
                let own = own.filter(|own| self.transmissions.may_read(own));
                let mut own = own.ok_or(Refusal::Denied)?;
                // So a proposal and the loss of the right to make it never pass each other unseen, nor do two proposals.
                own.revision += 1;
                changes.put_transmission(&own, false);
                Some(own)
            }
            Relation::Originator | Relation::ContactPoint => {
                self.take_turn(&mut changes, caller, &notification).await?;
                None
            }
        };
        // Counted after that was read, at the next revision of which it is written: what comes in between is found out.
        self.require_few(id, transmission.as_ref().map(|own| &own.recipient)).await?;
        let proposal = Proposal {
            id: proposal,
            notification: id,
            originator: notification.originator.clone(),
            proposer: caller.authority.clone(),
            by_recipient: transmission.is_some(),
            state: ProposalState::Open,
            change,
            before,
            paths,
            comment: comment.to_owned(),
            reject_reason: String::new(),
            version: notification.version,
            create_time: now,
            decide_time: None,
            status: notification.status,
            revision: 1,
        };
        changes.put_proposal(self.rules, &proposal, true, transmission.as_ref(), now)?;
        Ok(Decision { outcome: proposal, changes })
    }

    fn require_shown(
        &self,
        notification: &Notification,
        relation: &Relation,
        paths: &[String],
        hidden: &str,
    ) -> Result<(), DomainError> {
        let view = relation.view(self.rules, &notification.content.disclosures);
        let shows = |path: &str| {
            let declared = self.rules.audiences.audience(path);
            path != hidden && declared.is_some_and(|declared| view.shows(path, declared))
        };
        let leaves = self.rules.audiences.leaves(None);
        let is_shown = |path: &String| {
            let below = format!("{path}.");
            let mut parts = leaves.iter().filter(|leaf| leaf.starts_with(&below));
            shows(path) && parts.all(|leaf| shows(leaf))
        };
        let hidden = paths.iter().filter(|path| !is_shown(path));
        let wrong: Vec<Violation> = hidden
            .map(|path| {
                let why = format!("{path} is not shown to the caller, or not as a whole: name what is");
                Violation::new("update_mask", why)
            })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::Invalid(wrong).into()) }
    }

    /// Keeps the contact point's proposals on the notification apart.
    async fn take_turn(
        &self,
        changes: &mut ChangeSet,
        caller: &Caller,
        notification: &Notification,
    ) -> Result<(), DomainError> {
        let name = ProposalTurn::name_of(notification.id, &caller.authority);
        let before: Option<ProposalTurn> = record(self.records, &name).await?;
        let is_new = before.is_none();
        let mut turn = before.unwrap_or_else(|| ProposalTurn {
            notification: notification.id,
            originator: notification.originator.clone(),
            proposer: caller.authority.clone(),
            revision: 0,
        });
        turn.revision += 1;
        changes.put_record(&turn, is_new)
    }

    /// Refuses one proposal more than may be open: of a recipient, or of the contact point.
    async fn require_few(
        &self,
        id: NotificationId,
        recipient: Option<&AuthorityId>,
    ) -> Result<(), DomainError> {
        let open = ProposalState::Open as i32;
        let open = self.records.record_count(Proposal::KIND, id, recipient, open).await?;
        if open >= MAX_OPEN_PROPOSALS as u64 {
            return Err(Refusal::LimitReached {
                subject: notification_name(id),
                limit: "open proposals of one authority",
                maximum: MAX_OPEN_PROPOSALS,
            }
            .into());
        }
        Ok(())
    }
}
