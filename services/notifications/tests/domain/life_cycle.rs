//! The life of a notification, played at random by several authorities on a store in memory, against an independent
//! table of what is allowed.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::executor::block_on;
use jiff::Timestamp;
use proptest::prelude::*;
use seamless_calendar::Calendars;
use seamless_disclosure::Audience;
use seamless_identity::{AuthorityId, Cooperation, SAMPLE_COOPERATION};

use seamless_notifications::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules,
    model::{
        Content, EventStatus, MeasureAction, Notification, NotificationId, NotificationState,
        NotificationType, ProductCategory, RiskLevel, RiskType, Transmission, TransmissionState,
    },
    ports::{
        InboxItem, InboxQuery, NotificationQuery, NotificationReader, SeenNotification, SourceKey,
        TransmissionReader,
    },
    rules::FieldAudiences,
    use_cases::{
        CreateNotification, SubmitNotification, TransmitNotification, UpdateNotification,
        ValidateNotification, ValidationDecision, WithdrawNotification,
    },
};

use crate::measure;

/// One notification and its transmissions, in memory.
#[derive(Default)]
struct Memory(Mutex<(Option<Notification>, Vec<Transmission>)>);

impl Memory {
    fn apply(&self, changes: ChangeSet) {
        let mut state = self.0.lock().unwrap();
        for change in changes.notifications {
            let stored = state.0.as_ref().map_or(0, |stored| stored.revision);
            assert_eq!(change.write.record.revision, stored + 1, "each change is the next revision");
            state.0 = Some(change.write.record);
        }
        for write in changes.transmissions {
            let known = state.1.iter_mut().find(|known| known.recipient == write.record.recipient);
            match known {
                Some(known) => {
                    assert!(!write.is_new && write.record.revision == known.revision + 1);
                    *known = write.record;
                }
                None => {
                    assert!(write.is_new);
                    state.1.push(write.record);
                }
            }
        }
    }
}

#[async_trait]
impl NotificationReader for Memory {
    async fn notification_get(&self, id: NotificationId) -> Result<Option<Notification>, DomainError> {
        Ok(self.0.lock().unwrap().0.clone().filter(|stored| stored.id == id))
    }
    async fn notification_by_source(
        &self,
        _: &AuthorityId,
        _: &[SourceKey],
    ) -> Result<Vec<Notification>, DomainError> {
        Ok(Vec::new())
    }
    async fn notification_list(&self, _: &NotificationQuery) -> Result<Vec<SeenNotification>, DomainError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl TransmissionReader for Memory {
    async fn transmission_list(&self, _: NotificationId) -> Result<Vec<Transmission>, DomainError> {
        Ok(self.0.lock().unwrap().1.clone())
    }
    async fn transmission_get(
        &self,
        _: NotificationId,
        to: &AuthorityId,
    ) -> Result<Option<Transmission>, DomainError> {
        Ok(self.0.lock().unwrap().1.iter().find(|one| one.recipient == *to).cloned())
    }
    async fn inbox_list(&self, _: &InboxQuery) -> Result<Vec<InboxItem>, DomainError> {
        Ok(Vec::new())
    }
}

struct EverythingPublic;

impl FieldAudiences for EverythingPublic {
    fn audience(&self, _: &str) -> Option<Audience> {
        Some(Audience::Public)
    }
}

#[derive(Clone, Copy, Debug)]
enum Verb {
    Update,
    Submit,
    Accept,
    Return,
    Transmit,
    Withdraw,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Originator,
    ContactPoint,
    Recipient,
    Stranger,
}

fn caller(who: Who) -> Caller {
    let authority = match who {
        Who::Originator => "nl-nvwa",
        Who::ContactPoint => "eu-just",
        Who::Recipient => "cn-gacc",
        Who::Stranger => "us-cpsc",
    };
    Caller { authority: authority.parse().unwrap(), principal: "tester".to_owned() }
}

/// Who may do what in which state, and where it leads, read off domain.md by hand.
fn allowed(who: Who, verb: Verb, state: NotificationState) -> Option<NotificationState> {
    use NotificationState::*;
    match (who, verb, state) {
        (Who::Originator, Verb::Update, Draft | Validated | Transmitted) => Some(state),
        (Who::Originator, Verb::Submit, Draft) => Some(Submitted),
        // Of Chinese origin: on acceptance it goes to GACC by itself.
        (Who::ContactPoint, Verb::Accept, Submitted) => Some(Transmitted),
        (Who::ContactPoint, Verb::Return, Submitted) => Some(Draft),
        (Who::ContactPoint, Verb::Transmit, Validated | Transmitted) => Some(Transmitted),
        (
            Who::Originator | Who::ContactPoint,
            Verb::Withdraw,
            Draft | Submitted | Validated | Transmitted,
        ) => Some(Withdrawn),
        _ => None,
    }
}

fn complete() -> Content {
    let mut content = Content::default();
    content.general.kind = Some(NotificationType::SeriousRisk);
    content.general.notifying_country = Some("NL".parse().unwrap());
    content.product.product_name = serde_json::from_value(serde_json::json!({
        "versions": [{ "language": "en", "text": "kettle", "state": "original" }]
    }))
    .unwrap();
    content.product.category = Some(ProductCategory::Toys);
    content.traceability.country_of_origin = Some("CN".parse().unwrap());
    content.risk.types = vec![RiskType::Fire];
    content.risk.level = Some(RiskLevel::Serious);
    content.measures = vec![measure(MeasureAction::Destruction)];
    content
}

fn act(
    rules: &Rules,
    memory: &Memory,
    who: Who,
    verb: Verb,
    id: NotificationId,
    now: Timestamp,
) -> Result<ChangeSet, DomainError> {
    let (caller, notifications, transmissions) = (caller(who), memory, memory);
    fn changes<T>(decision: Result<Decision<T>, DomainError>) -> Result<ChangeSet, DomainError> {
        decision.map(|decision| decision.changes)
    }
    let content = |present: &Notification| {
        let mut content = present.content.clone();
        content.product.brand.push('x');
        Ok(content)
    };
    match verb {
        Verb::Update => changes(block_on(
            UpdateNotification { rules, notifications, transmissions }
                .execute(&caller, id, None, &content, now),
        )),
        Verb::Submit => changes(block_on(
            SubmitNotification { rules, notifications, transmissions }.execute(&caller, id, None, now),
        )),
        Verb::Accept | Verb::Return => {
            let decision = match verb {
                Verb::Accept => ValidationDecision::Accept,
                _ => ValidationDecision::Return(Vec::new()),
            };
            let validate = ValidateNotification { rules, notifications, transmissions };
            changes(block_on(validate.execute(&caller, id, None, &decision, now)))
        }
        Verb::Transmit => {
            let to = ["ca-hc".parse().unwrap()];
            let transmit = TransmitNotification { rules, notifications, transmissions };
            changes(block_on(transmit.execute(&caller, id, &to, None, now)))
        }
        Verb::Withdraw => changes(block_on(
            WithdrawNotification { rules, notifications, transmissions }
                .execute(&caller, id, None, "wrong", now),
        )),
    }
}

proptest! {
    #[test]
    fn only_what_the_domain_allows_happens(
        story in prop::collection::vec(
            (
                prop::sample::select(vec![Who::Originator, Who::ContactPoint, Who::Recipient, Who::Stranger]),
                prop::sample::select(vec![
                    Verb::Update, Verb::Submit, Verb::Accept, Verb::Return, Verb::Transmit, Verb::Withdraw,
                ]),
            ),
            0..40,
        )
    ) {
        let calendars = Calendars::embedded().unwrap();
        let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap();
        let rules = Rules::new(Arc::new(cooperation), Arc::new(calendars), Arc::new(EverythingPublic));
        let memory = Memory::default();
        let id = uuid::Uuid::now_v7();
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let create = CreateNotification { rules: &rules, notifications: &memory };
        let originator = caller(Who::Originator);
        let created = block_on(create.execute(&originator, id, complete(), EventStatus::Actual, now));
        memory.apply(created.unwrap().changes);
        let mut state = NotificationState::Draft;
        let mut version = 1;
        for (who, verb) in story {
            // A recipient's right comes with the transmission; before it, and to a stranger always, there is nothing.
            let decided = act(&rules, &memory, who, verb, id, now);
            match (allowed(who, verb, state), decided) {
                (Some(target), Ok(changes)) => {
                    prop_assert!(changes.events.iter().all(|event| !event.readers.is_empty()));
                    if matches!(verb, Verb::Update) && state == NotificationState::Transmitted {
                        version += 1;
                    }
                    memory.apply(changes);
                    state = target;
                }
                (Some(_), Err(error)) => prop_assert!(false, "{who:?} {verb:?} in {state:?}: {error}"),
                (None, Ok(_)) => prop_assert!(false, "{who:?} could {verb:?} in {state:?}"),
                (None, Err(error)) => {
                    let on_own_side = matches!(who, Who::Originator | Who::ContactPoint);
                    let denied = matches!(error, DomainError::Denied);
                    let illegal = matches!(error, DomainError::IllegalTransition { .. });
                    prop_assert!(if on_own_side { denied || illegal } else { denied }, "{error}");
                }
            }
            let (stored, transmissions) = memory.0.lock().unwrap().clone();
            let stored = stored.unwrap();
            prop_assert_eq!((stored.state, stored.version), (state, version));
            prop_assert!(transmissions.iter().all(|transmission| transmission.version == version));
            if state == NotificationState::Withdrawn {
                prop_assert!(transmissions.iter().all(|one| one.state == TransmissionState::Withdrawn));
            }
        }
    }
}
