//! Rights that travel, played at random: whoever was taken off is told of nothing but removals, and each loss orders one.
//! The states of removals and proposals against tables of what is allowed.

use std::sync::Arc;

use futures::executor::block_on;
use jiff::Timestamp;
use proptest::prelude::*;
use seamless_calendar::Calendars;
use seamless_disclosure::{Audience, Override};
use seamless_identity::{AuthorityId, Cooperation, SAMPLE_COOPERATION};
use seamless_notifications::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal, Rules,
    event::EventKind,
    model::{
        EventStatus, Holding, Notification, NotificationId, Proposal, ProposalState, ProposalStep, Removal,
        RemovalReason, RemovalState, TransmissionState, holding_name,
    },
    records::{Record, record},
    use_cases::{
        ConfirmRemoval, CreateNotification, RevokeTransmission, SubmitNotification, TransmitNotification,
        UpdateNotification, ValidateNotification, ValidationDecision, WithdrawNotification,
    },
};

use crate::{EverythingPublic, life_cycle::complete, memory::Memory};

#[derive(Clone, Copy, Debug)]
enum Act {
    Send,
    TakeOff,
    Rebrand,
    Hide,
    Show,
    Withdraw,
    Confirm,
}

/// What a story expects: written down beside the service, from the rules of withdrawal and downgrade alone.
#[derive(Default)]
struct Expected {
    has_right: bool,
    was_sent: usize,
    withdrawn: bool,
    hidden: bool,
    orders: Vec<RemovalReason>,
    confirmed: usize,
}

impl Expected {
    /// True if the act is allowed; then it has happened.
    fn follow(&mut self, act: Act) -> bool {
        match act {
            Act::Send if self.withdrawn => return false,
            Act::Send if !self.has_right => {
                self.has_right = true;
                self.was_sent += 1;
            }
            Act::Send => {}
            Act::TakeOff if !self.has_right => return false,
            Act::TakeOff => {
                self.has_right = false;
                self.orders.push(RemovalReason::Revoked);
            }
            Act::Rebrand | Act::Hide | Act::Show | Act::Withdraw if self.withdrawn => return false,
            Act::Hide => {
                if self.has_right && !self.hidden {
                    self.orders.push(RemovalReason::Downgraded);
                }
                self.hidden = true;
            }
            Act::Show => self.hidden = false,
            Act::Withdraw => {
                self.withdrawn = true;
                if self.has_right {
                    self.orders.push(RemovalReason::Withdrawn);
                }
            }
            Act::Confirm if self.confirmed == self.orders.len() => return false,
            Act::Confirm => self.confirmed += 1,
            Act::Rebrand => {}
        }
        true
    }
}

fn caller(authority: &str) -> Caller {
    Caller { authority: authority.parse().unwrap(), principal: "tester".to_owned() }
}

fn removals(memory: &Memory) -> Vec<Removal> {
    let state = memory.state();
    let kept = state.records.values().filter(|record| record.kind == Removal::KIND);
    let mut removals: Vec<Removal> =
        kept.map(|record| serde_json::from_str(&record.document).unwrap()).collect();
    removals.sort_by_key(|removal| removal.number);
    removals
}

fn act(
    rules: &Rules,
    memory: &Memory,
    act: Act,
    id: NotificationId,
    now: Timestamp,
) -> Result<ChangeSet, DomainError> {
    let (notifications, transmissions, clocks, records) = (memory, memory, memory, memory);
    let just = caller("eu-just");
    fn changes<T>(decision: Result<Decision<T>, DomainError>) -> Result<ChangeSet, DomainError> {
        decision.map(|decision| decision.changes)
    }
    let brand = |audience: Audience| Override {
        path: "product.brand".to_owned(),
        audience,
        reason: "decided".to_owned(),
    };
    let change = |present: &Notification| {
        let mut content = present.content.clone();
        match act {
            Act::Hide => content.disclosures = vec![brand(Audience::Originator)],
            Act::Show => content.disclosures = vec![brand(Audience::Public)],
            _ => content.product.brand.push('x'),
        }
        Ok(content)
    };
    match act {
        Act::Send => {
            let transmit = TransmitNotification { rules, notifications, transmissions, clocks, records };
            changes(block_on(transmit.execute(&just, id, &["ca-hc".parse().unwrap()], None, now)))
        }
        Act::TakeOff => {
            let revoke = RevokeTransmission {
                rules,
                notifications,
                transmissions,
                clocks,
                records,
                deliveries: memory,
            };
            changes(block_on(revoke.execute(&just, id, &"ca-hc".parse().unwrap(), None, "mistake", now)))
        }
        Act::Rebrand | Act::Hide | Act::Show => {
            let update = UpdateNotification { rules, notifications, transmissions, clocks, records };
            changes(block_on(update.execute(&just, id, None, &change, now)))
        }
        Act::Withdraw => {
            let withdraw = WithdrawNotification { rules, notifications, transmissions, clocks };
            changes(block_on(withdraw.execute(&just, id, None, "wrong", now)))
        }
        Act::Confirm => {
            let all = removals(memory);
            let open = all.iter().find(|removal| removal.state() == RemovalState::Ordered);
            let name = open.or(all.first()).map_or_else(|| "removals/none".to_owned(), Record::name);
            let confirm = ConfirmRemoval { rules, records };
            changes(block_on(confirm.execute(&caller("ca-hc"), &name, None, "", now)))
        }
    }
}

/// Of Chinese origin it would go to GACC by itself; this one waits for somebody to send it.
fn validated(rules: &Rules, memory: &Memory, id: NotificationId, now: Timestamp) {
    let just = caller("eu-just");
    let mut content = complete();
    content.traceability.country_of_origin = Some("TR".parse().unwrap());
    content.product.brand = "Boilwell".to_owned();
    let (notifications, transmissions) = (memory, memory);
    let create = CreateNotification { rules, notifications, transmissions: notifications };
    let created = block_on(create.execute(&just, id, content, EventStatus::Actual, now));
    memory.apply(created.unwrap().changes);
    let submit = SubmitNotification {
        rules,
        notifications,
        transmissions,
        records: notifications,
        similar: notifications,
    };
    memory.apply(block_on(submit.execute(&just, id, None, &[], now)).unwrap().changes);
    let validate = ValidateNotification { rules, notifications, transmissions };
    let accepted = block_on(validate.execute(&just, id, None, &ValidationDecision::Accept, now));
    memory.apply(accepted.unwrap().changes);
}

proptest! {
    #[test]
    fn a_lost_right_is_lost_from_the_first_event_on_and_every_loss_is_ordered_once(
        acts in prop::collection::vec(
            prop::sample::select(vec![
                Act::Send, Act::Send, Act::TakeOff, Act::Rebrand, Act::Hide, Act::Show, Act::Withdraw, Act::Confirm,
            ]),
            0..30,
        )
    ) {
        let calendars = Calendars::embedded().unwrap();
        let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap();
        let memory = Memory::new(cooperation.clone());
        let rules = Rules::new(Arc::new(cooperation), Arc::new(calendars), Arc::new(EverythingPublic));
        let id = uuid::Uuid::now_v7();
        let start: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        validated(&rules, &memory, id, start);
        let canada: AuthorityId = "ca-hc".parse().unwrap();
        let mut expected = Expected::default();
        for (index, one) in acts.into_iter().enumerate() {
            let now = start + jiff::SignedDuration::from_secs(index as i64 + 1);
            let decided = act(&rules, &memory, one, id, now);
            let allowed = expected.follow(one);
            match decided {
                Ok(changes) => {
                    prop_assert!(allowed, "{one:?} was possible");
                    memory.apply(changes);
                }
                Err(error) => prop_assert!(!allowed, "{one:?}: {error}"),
            }
            let reasons: Vec<_> = removals(&memory).iter().map(|removal| removal.reason).collect();
            prop_assert_eq!(&reasons, &expected.orders);
            let state = memory.state();
            let read = state.events.iter().filter(|event| event.readers.contains(&canada));
            let is_removal = |kind: &EventKind| {
                matches!(kind, EventKind::RemovalOrdered(_) | EventKind::RemovalConfirmed(_))
            };
            let content = read.clone().filter(|event| !is_removal(&event.kind)).count();
            prop_assert_eq!(content > 0, expected.has_right, "what it reads of the notification");
            let ordered = read.filter(|event| matches!(event.kind, EventKind::RemovalOrdered(_))).count();
            prop_assert_eq!(ordered, expected.orders.len(), "every tombstone stays");
            if let Some(sent) = state.transmissions.get(&(id, canada.clone())) {
                prop_assert_eq!(sent.state == TransmissionState::Revoked, !expected.has_right);
            }
            drop(state);
            let held: Option<Holding> = block_on(record(&memory, &holding_name(id, &canada))).unwrap();
            let spans = held.map(|held| held.spans).unwrap_or_default();
            prop_assert_eq!(spans.len(), expected.was_sent);
            let open = spans.iter().filter(|span| span.end.is_none()).count();
            prop_assert_eq!(open, usize::from(expected.has_right));
        }
    }

    #[test]
    fn a_proposal_is_decided_once(
        steps in prop::collection::vec(
            prop::sample::select(vec![
                (ProposalStep::Accept, ProposalState::Accepted),
                (ProposalStep::Reject("no".to_owned()), ProposalState::Rejected),
                (ProposalStep::Withdraw, ProposalState::Withdrawn),
            ]),
            1..6,
        )
    ) {
        let mut proposal = Proposal {
            id: uuid::Uuid::nil(),
            notification: uuid::Uuid::nil(),
            originator: "eu-just".parse().unwrap(),
            proposer: "cn-gacc".parse().unwrap(),
            by_recipient: true,
            state: ProposalState::Open,
            change: complete(),
            before: complete(),
            paths: vec!["product.brand".to_owned()],
            comment: String::new(),
            reject_reason: String::new(),
            version: 1,
            create_time: Timestamp::UNIX_EPOCH,
            decide_time: None,
            status: EventStatus::Actual,
            revision: 1,
        };
        let (first, leads_to) = steps[0].clone();
        proposal.take(first, Timestamp::UNIX_EPOCH).unwrap();
        prop_assert_eq!((proposal.state, proposal.revision), (leads_to, 2));
        prop_assert_eq!(proposal.reject_reason.is_empty(), leads_to != ProposalState::Rejected);
        let decided = proposal.clone();
        for (step, _) in steps {
            let refused = proposal.take(step, Timestamp::UNIX_EPOCH);
            let illegal = matches!(refused, Err(DomainError::Refused(Refusal::IllegalTransition { .. })));
            prop_assert!(illegal);
            prop_assert_eq!(&proposal, &decided, "a refused step changes nothing");
        }
    }
}
