//! Raises a flag or starts a discussion on a transmission. A question of the recipient holds its clocks; a product found
//! still on sale is a check of the listing at once.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    correspondence::{ConversationFacts, Turn, require_standing},
    event::EventKind,
    listings::{ListingBook, Look},
    model::{
        Conversation, ConversationKind, ConversationState, ListingStatus, Matter, MessageText,
        NotificationId, Transmission, listing_id, listing_name,
    },
    ports::NotificationReader,
    relation::Relation,
    use_cases::NotificationAccess,
};
use seamless_identity::AuthorityId;

/// What is to be opened.
#[derive(Clone, Debug)]
pub struct Opening {
    pub id: Uuid,
    pub notification: NotificationId,
    pub recipient: AuthorityId,
    pub kind: ConversationKind,
    pub subject: String,
    pub about: About,
    pub text: MessageText,
}

/// What a flag is about.
#[derive(Clone, Debug)]
pub enum About {
    /// Nothing beyond its message.
    Itself,
    /// The listing of this id is still there.
    Listing(String),
    /// The product is still offered at this URL.
    Url(String),
    /// These fields are asked for.
    Fields(Vec<String>),
    /// This notification is of the same product.
    Duplicate(NotificationId),
}

/// Opens a conversation between the caller's side and the other.
pub struct OpenConversation<'a> {
    pub facts: ConversationFacts<'a>,
    pub notifications: &'a dyn NotificationReader,
}

impl OpenConversation<'_> {
    /// Opens it with its first message.
    ///
    /// # Errors
    /// `Denied`, also for a notification named as duplicate; `Invalid` for a listing that not both sides see;
    /// `IllegalTransition` after the notification was withdrawn; `LimitReached`.
    pub async fn execute(
        &self,
        caller: &Caller,
        opening: &Opening,
        now: Timestamp,
    ) -> Result<Decision<Conversation>, DomainError> {
        let Opening { notification, recipient, kind, .. } = opening;
        let mut transmission = self.facts.transmission(caller, *notification, recipient).await?;
        require_standing(&transmission, "opening a conversation")?;
        let mut changes = ChangeSet::default();
        let mut found = ChangeSet::default();
        let matter = self.matter(&mut found, caller, &opening.about, &transmission, now).await?;
        let mut conversation = Conversation {
            id: opening.id,
            notification: *notification,
            recipient: recipient.clone(),
            originator: transmission.originator.clone(),
            kind: *kind,
            state: ConversationState::Open,
            raised_by: caller.authority.clone(),
            subject: opening.subject.clone(),
            matter,
            message_count: 0,
            create_time: now,
            update_time: now,
            answer_time: None,
            close_time: None,
            status: transmission.status,
            read: std::collections::BTreeMap::new(),
            revision: 1,
        };
        let text = opening.text.clone();
        let message = conversation.add_message(&caller.authority, &caller.principal, text, now)?;
        let opened = EventKind::ConversationOpened(Box::new(conversation.clone()), Box::new(message.clone()));
        changes.tell_both(self.facts.rules, &transmission, now, opened);
        changes.records.append(&mut found.records);
        changes.events.append(&mut found.events);
        let turn = Turn { before: None, after: &conversation, message: Some(&message) };
        self.facts.put(&mut changes, &mut transmission, turn, now).await?;
        Ok(Decision { outcome: conversation, changes })
    }

    async fn matter(
        &self,
        changes: &mut ChangeSet,
        caller: &Caller,
        about: &About,
        transmission: &Transmission,
        now: Timestamp,
    ) -> Result<Matter, DomainError> {
        let access = NotificationAccess {
            rules: self.facts.rules,
            notifications: self.notifications,
            transmissions: self.facts.transmissions,
        };
        let (field, id, url) = match about {
            About::Itself => return Ok(Matter::default()),
            About::Fields(fields) => {
                return Ok(Matter { requested_fields: fields.clone(), ..Matter::default() });
            }
            About::Duplicate(other) => {
                access.execute(caller, *other).await?;
                return Ok(Matter { duplicate_of: Some(*other), ..Matter::default() });
            }
            About::Listing(id) => ("listing", id.clone(), None),
            About::Url(url) => ("url", listing_id(url), Some(url)),
        };
        let (notification, relation) = access.execute(caller, transmission.notification).await?;
        let mut book = ListingBook::open(self.facts.rules, self.facts.records, notification).await?;
        // Both sides must see it: so the flag tells the other side nothing that is withheld from it.
        let shared = book.seen_by_recipient(transmission);
        let is_recipient = caller.authority == transmission.recipient;
        match (shared.contains_key(&id), url) {
            (true, _) => {
                let recipients = self.facts.transmissions.transmission_list(book.notification.id).await?;
                let relation = match is_recipient {
                    true => Relation::Recipient(transmission.arrangement.clone()),
                    false => relation,
                };
                let look = Look { caller, relation: &relation, recipients: &recipients, time: now };
                book.check(changes, &look, &id, (ListingStatus::Live, ""))?;
                Ok(Matter { listing: Some(id), ..Matter::default() })
            }
            (false, Some(url)) if is_recipient => Ok(Matter { url: url.clone(), ..Matter::default() }),
            (false, _) => {
                let name = listing_name(transmission.notification, &id);
                Err(DomainError::invalid(
                    field,
                    format!("wants a listing that both sides see; {name} is none"),
                ))
            }
        }
    }
}
