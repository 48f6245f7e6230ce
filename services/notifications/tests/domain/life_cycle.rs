//! The life of a notification, played at random by several authorities on a store in memory, against an independent
//! table of what is allowed.

use std::sync::Arc;

use futures::executor::block_on;
use jiff::Timestamp;
use proptest::prelude::*;
use seamless_calendar::Calendars;
use seamless_identity::{Cooperation, SAMPLE_COOPERATION};

use seamless_notifications::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal, Rules,
    model::{
        Content, EventStatus, MeasureAction, Notification, NotificationId, NotificationState,
        NotificationType, ProductCategory, RiskLevel, RiskType, TransmissionState,
    },
    use_cases::{
        CreateNotification, SubmitNotification, TransmitNotification, UpdateNotification,
        ValidateNotification, ValidationDecision, WithdrawNotification,
    },
};

use crate::{EverythingPublic, measure, memory::Memory};
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
pub(crate) enum Who {
    Originator,
    ContactPoint,
    Recipient,
    Stranger,
}

pub(crate) fn caller(who: Who) -> Caller {
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

/// What others can act on.
pub fn complete() -> Content {
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
            UpdateNotification { rules, notifications, transmissions, clocks: memory, records: memory }
                .execute(&caller, id, None, &content, now),
        )),
        Verb::Submit => changes(block_on(
            SubmitNotification { rules, notifications, transmissions, records: memory, similar: memory }
                .execute(&caller, id, None, &[], now),
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
            let transmit =
                TransmitNotification { rules, notifications, transmissions, clocks: memory, records: memory };
            changes(block_on(transmit.execute(&caller, id, &to, None, now)))
        }
        Verb::Withdraw => changes(block_on(
            WithdrawNotification { rules, notifications, transmissions, clocks: memory }
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
        let memory = Memory::new(cooperation.clone());
        let rules = Rules::new(Arc::new(cooperation), Arc::new(calendars), Arc::new(EverythingPublic));
        let id = uuid::Uuid::now_v7();
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let create = CreateNotification { rules: &rules, notifications: &memory, transmissions: &memory };
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
                    let denied = matches!(error, DomainError::Refused(Refusal::Denied));
                    let illegal = matches!(error, DomainError::Refused(Refusal::IllegalTransition { .. }));
                    prop_assert!(if on_own_side { denied || illegal } else { denied }, "{error}");
                }
            }
            let kept = memory.state();
            let stored = &kept.notifications[&id];
            let mut transmissions = kept.transmissions.values();
            prop_assert_eq!((stored.state, stored.version), (state, version));
            prop_assert!(transmissions.clone().all(|transmission| transmission.version == version));
            if state == NotificationState::Withdrawn {
                prop_assert!(transmissions.all(|one| one.state == TransmissionState::Withdrawn));
            }
        }
    }
}
