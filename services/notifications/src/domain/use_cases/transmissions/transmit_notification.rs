//! Sends a validated notification to recipients under an arrangement in force.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    clocks::{ClockEvent, Clocks},
    event::EventKind,
    model::{
        EvidenceKind, Holding, Notification, NotificationId, NotificationState, Transmission,
        TransmissionState, holding_name,
    },
    ports::{ClockReader, NotificationReader, RecordReader, TransmissionReader},
    records::record,
    rules::{Route, Rules},
    use_cases::NotificationAccess,
};

/// What went out, in the order asked; what had gone before is among it.
#[derive(Debug)]
pub struct Transmitted {
    pub notification: Notification,
    pub transmissions: Vec<Transmission>,
}

/// Sends a notification for which the caller is the contact point.
pub struct TransmitNotification<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub clocks: &'a dyn ClockReader,
    pub records: &'a dyn RecordReader,
}

impl TransmitNotification<'_> {
    /// VALIDATED or TRANSMITTED to TRANSMITTED. A recipient that was taken off gets it anew.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition`; `NoArrangement` if one of the recipients cannot have it (nothing is sent then).
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        recipients: &[AuthorityId],
        arrangement: Option<&str>,
        now: Timestamp,
    ) -> Result<Decision<Transmitted>, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let mut notification = access.as_contact_point(caller, id).await?;
        if !matches!(notification.state, NotificationState::Validated | NotificationState::Transmitted) {
            return Err(DomainError::illegal(notification.name(), notification.state, "transmitting"));
        }
        let mut known = self.transmissions.transmission_list(id).await?;
        let mut changes = ChangeSet::default();
        let mut transmissions = Vec::new();
        let is_known = |recipient: &AuthorityId| {
            known.iter().any(|sent| sent.recipient == *recipient && sent.is_granted())
        };
        if !recipients.iter().all(is_known) {
            // Before the events are made, so that they hold the notification as it is afterwards.
            notification.revision += 1;
            notification.update_time = now;
        }
        for recipient in recipients {
            let there = known.iter().find(|transmission| transmission.recipient == *recipient).cloned();
            if let Some(there) = there.clone().filter(Transmission::is_granted) {
                transmissions.push(there);
                continue;
            }
            let arrangement =
                self.rules.arrangement_to(&notification.originator, recipient, arrangement, now)?;
            let route = Route { recipient: recipient.clone(), arrangement };
            let sent = match there {
                None => send(self.rules, &mut changes, &mut notification, &route, false, now)?,
                Some(revoked) => {
                    self.send_again(&mut changes, &mut notification, &route, revoked, now).await?
                }
            };
            known.retain(|transmission| transmission.recipient != *recipient);
            known.push(sent.clone());
            transmissions.push(sent);
        }
        if !changes.transmissions.is_empty() {
            changes.put_notification(self.rules, &notification, false, &known);
        }
        Ok(Decision { outcome: Transmitted { notification, transmissions }, changes })
    }
}

impl TransmitNotification<'_> {
    /// Sends to a recipient that was taken off: as if for the first time, with clocks that begin now. What it was told
    /// before stays lost to it.
    async fn send_again(
        &self,
        changes: &mut ChangeSet,
        notification: &mut Notification,
        route: &Route<'_>,
        revoked: Transmission,
        now: Timestamp,
    ) -> Result<Transmission, DomainError> {
        let mut sent = new_transmission(self.rules, notification, route, false, now);
        sent.revision = revoked.revision + 1;
        let stored = self.clocks.clock_list_of(notification.id, &sent.recipient).await?;
        let mut clocks = Clocks::of(self.rules, stored);
        clocks.heed_questions(self.records, &sent, &notification.content).await?;
        clocks.start(&sent, &notification.content, ClockEvent::Transmitted, now)?;
        let of_clocks = clocks.put(changes, &mut sent);
        changes.put_transmission(&sent, false);
        let held: Option<Holding> =
            record(self.records, &holding_name(notification.id, &sent.recipient)).await?;
        match held {
            Some(mut holding) => {
                holding.begin_again(&sent);
                changes.put_record(&holding, false)?;
            }
            None => changes.put_record(&Holding::begin(&sent), true)?,
        }
        tell(self.rules, changes, notification, &sent, of_clocks, now);
        Ok(sent)
    }
}

/// Makes the transmission, and tells both sides. The caller writes the notification, whose state this changes.
///
/// # Errors
/// `Fault` where the deadline's calendar does not reach far enough.
pub(in crate::domain::use_cases) fn send(
    rules: &Rules,
    changes: &mut ChangeSet,
    notification: &mut Notification,
    route: &Route<'_>,
    automatic: bool,
    now: Timestamp,
) -> Result<Transmission, DomainError> {
    let mut transmission = new_transmission(rules, notification, route, automatic, now);
    let mut clocks = Clocks::of(rules, Vec::new());
    clocks.start(&transmission, &notification.content, ClockEvent::Transmitted, now)?;
    let of_clocks = clocks.put(changes, &mut transmission);
    changes.put_transmission(&transmission, true);
    changes.put_record(&Holding::begin(&transmission), true)?;
    tell(rules, changes, notification, &transmission, of_clocks, now);
    Ok(transmission)
}

/// The transmission as it begins; the notification is transmitted with it.
fn new_transmission(
    rules: &Rules,
    notification: &mut Notification,
    route: &Route<'_>,
    automatic: bool,
    now: Timestamp,
) -> Transmission {
    notification.state = NotificationState::Transmitted;
    Transmission {
        notification: notification.id,
        recipient: route.recipient.clone(),
        sender: rules.cooperation.contact_point_of(&notification.originator).clone(),
        originator: notification.originator.clone(),
        arrangement: route.arrangement.id.clone(),
        state: TransmissionState::Sent,
        automatic,
        version: notification.version,
        send_time: now,
        acknowledge_time: None,
        first_reaction_time: None,
        deadline: None,
        status: notification.status,
        revision: 1,
    }
}

/// Tells of the sending, and then of the clocks that start with it: nobody hears of a clock on what it does not have yet.
fn tell(
    rules: &Rules,
    changes: &mut ChangeSet,
    notification: &Notification,
    transmission: &Transmission,
    of_clocks: Vec<EventKind>,
    now: Timestamp,
) {
    changes.note(transmission, EvidenceKind::Sent, now);
    let sent =
        EventKind::NotificationTransmitted(Box::new(notification.clone()), Box::new(transmission.clone()));
    for told in std::iter::once(sent).chain(of_clocks) {
        changes.tell_both(rules, transmission, now, told);
    }
}
