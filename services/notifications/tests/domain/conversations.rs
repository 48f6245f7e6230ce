//! Conversations played at random by the three authorities of an alert, against an independent table of what is allowed;
//! and after each step the clock, the counts and the messages are what the open questions make of them.

use std::sync::Arc;

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use seamless_calendar::Calendars;
use seamless_identity::{Cooperation, SAMPLE_COOPERATION};
use seamless_notifications::domain::{
    Caller, DomainError, Refusal, Rules,
    correspondence::ConversationFacts,
    model::{
        Conversation, ConversationKind, ConversationState, ConversationStep, Correspondence, EventStatus,
        MAX_CONVERSATIONS, MAX_MESSAGES, Message, MessageText, NotificationId,
    },
    records::{RecordQuery, record, records},
    use_cases::{
        About, CreateNotification, MarkRead, OpenConversation, Opening, SubmitNotification,
        TakeConversationStep, ValidateNotification, ValidationDecision,
    },
};
use uuid::Uuid;

use crate::{EverythingPublic, life_cycle::complete, memory::Memory};

const PEOPLE: [&str; 4] = ["nl-nvwa", "eu-just", "cn-gacc", "us-cpsc"];
const RECIPIENT: &str = "cn-gacc";

#[derive(Clone, Copy, Debug)]
enum Deed {
    Ask,
    Discuss,
    Urge,
    Step(ConversationStep),
    Read(u32),
}

/// A conversation as the story remembers it.
struct Remembered {
    id: Uuid,
    kind: ConversationKind,
    raised_by: &'static str,
    state: ConversationState,
    messages: u32,
    read_by_recipient: u32,
}

/// What domain.md says, read off it by hand: who may take which step in which state, and where it leads.
fn allowed(one: &Remembered, who: &str, step: ConversationStep) -> Option<ConversationState> {
    use ConversationState::*;
    let recipients = |who: &str| who == RECIPIENT;
    let is_raiser = recipients(who) == recipients(one.raised_by);
    let is_discussion = one.kind == ConversationKind::Discussion;
    if who == "us-cpsc" {
        return None;
    }
    match (step, one.state) {
        (ConversationStep::Answer, Open) if !is_discussion && !is_raiser => Some(Answered),
        (ConversationStep::AskAgain, Answered) if !is_discussion && is_raiser => Some(Open),
        (ConversationStep::Resolve, Open | Answered) if is_discussion || is_raiser => Some(Resolved),
        (ConversationStep::Withdraw, Open | Answered) if !is_discussion && is_raiser => Some(Withdrawn),
        (ConversationStep::Post, Open) => Some(Open),
        (ConversationStep::Post, Answered) => Some(Answered),
        _ => None,
    }
}

fn caller(authority: &str) -> Caller {
    Caller { authority: authority.parse().unwrap(), principal: "tester".to_owned() }
}

fn words() -> MessageText {
    let body =
        serde_json::json!({ "versions": [{ "language": "en", "text": "which batch", "state": "original" }] });
    MessageText { body: serde_json::from_value(body).unwrap(), ..MessageText::default() }
}

/// An alert on a product that is sold online, sent to GACC: its clock runs, and pauses on questions.
fn sent(rules: &Rules, memory: &Memory, now: Timestamp) -> NotificationId {
    let id = Uuid::now_v7();
    let mut content = complete();
    content.online.sold_online = Some(true);
    let (notifications, transmissions) = (memory, memory);
    let create = CreateNotification { rules, notifications, transmissions: notifications };
    let nvwa = caller("nl-nvwa");
    memory.apply(block_on(create.execute(&nvwa, id, content, EventStatus::Actual, now)).unwrap().changes);
    let submit = SubmitNotification {
        rules,
        notifications,
        transmissions,
        records: notifications,
        similar: notifications,
    };
    memory.apply(block_on(submit.execute(&nvwa, id, None, &[], now)).unwrap().changes);
    let validate = ValidateNotification { rules, notifications, transmissions };
    let accept = ValidationDecision::Accept;
    memory.apply(block_on(validate.execute(&caller("eu-just"), id, None, &accept, now)).unwrap().changes);
    id
}

fn deeds() -> impl Strategy<Value = Vec<(&'static str, usize, Deed, i64)>> {
    use ConversationStep::*;
    let deed = prop_oneof![
        3 => Just(Deed::Ask),
        1 => Just(Deed::Discuss),
        1 => Just(Deed::Urge),
        12 => prop::sample::select(vec![Answer, Answer, AskAgain, Resolve, Withdraw, Post]).prop_map(Deed::Step),
        2 => (1..6_u32).prop_map(Deed::Read),
    ];
    prop::collection::vec((prop::sample::select(PEOPLE.to_vec()), 0..4_usize, deed, 0..14_i64), 0..60)
}

proptest! {
    #[test]
    fn the_clock_stands_still_exactly_while_a_question_of_the_recipient_is_open(deeds in deeds()) {
        let calendars = Calendars::embedded().unwrap();
        let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap();
        let memory = Memory::new(cooperation.clone());
        let rules = Rules::new(Arc::new(cooperation), Arc::new(calendars), Arc::new(EverythingPublic));
        let mut now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let id = sent(&rules, &memory, now);
        let facts = ConversationFacts { rules: &rules, transmissions: &memory, clocks: &memory, records: &memory };
        let mut remembered: Vec<Remembered> = Vec::new();
        for (who, which, deed, hours) in deeds {
            now += SignedDuration::from_hours(hours);
            let by = caller(who);
            let is_stranger = who == "us-cpsc";
            let index = which % remembered.len().max(1);
            match deed {
                Deed::Ask | Deed::Discuss | Deed::Urge => {
                    let (kind, about) = match deed {
                        Deed::Ask => {
                            let fields = vec!["product.batch_numbers".to_owned()];
                            (ConversationKind::MoreInformation, About::Fields(fields))
                        }
                        Deed::Discuss => (ConversationKind::Discussion, About::Itself),
                        _ => (ConversationKind::Urgent, About::Itself),
                    };
                    let opening = Opening {
                        id: Uuid::now_v7(),
                        notification: id,
                        recipient: RECIPIENT.parse().unwrap(),
                        kind,
                        subject: String::new(),
                        about,
                        text: words(),
                    };
                    let open = OpenConversation { facts, notifications: &memory };
                    match block_on(open.execute(&by, &opening, now)) {
                        Ok(opened) => {
                            prop_assert!(!is_stranger);
                            memory.apply(opened.changes);
                            remembered.push(Remembered {
                                id: opening.id,
                                kind,
                                raised_by: who,
                                state: ConversationState::Open,
                                messages: 1,
                                read_by_recipient: u32::from(who == RECIPIENT),
                            });
                        }
                        Err(error) => prop_assert!(is_stranger && matches!(error, DomainError::Refused(Refusal::Denied))),
                    }
                }
                Deed::Step(step) => {
                    let Some(one) = remembered.get_mut(index) else { continue };
                    let take = TakeConversationStep { facts };
                    // Closing says nothing, all else does.
                    let text = (!step.is_closing()).then(words);
                    let taken = block_on(take.execute(&by, id, one.id, None, step, text.as_ref(), now));
                    match (allowed(one, who, step), taken) {
                        (Some(target), Ok(taken)) => {
                            memory.apply(taken.changes);
                            one.state = target;
                            one.messages += u32::from(text.is_some());
                            if who == RECIPIENT && text.is_some() {
                                one.read_by_recipient = one.messages;
                            }
                        }
                        (None, Err(DomainError::Refused(Refusal::Denied))) => {}
                        (None, Err(DomainError::Refused(Refusal::IllegalTransition { .. }))) => prop_assert!(!is_stranger),
                        (None, Err(DomainError::Refused(Refusal::Invalid(_)))) => {
                            prop_assert!(one.kind == ConversationKind::Discussion && !is_stranger);
                        }
                        (wanted, got) => {
                            let got = got.map(|taken| taken.outcome.conversation.state);
                            prop_assert!(false, "{who} {step:?} in {:?}: {wanted:?}, {got:?}", one.state);
                        }
                    }
                }
                Deed::Read(number) => {
                    let Some(one) = remembered.get_mut(index) else { continue };
                    match block_on(MarkRead { facts }.execute(&by, id, one.id, number, now)) {
                        Ok(marked) => {
                            prop_assert!(number <= one.messages && !is_stranger);
                            memory.apply(marked.changes);
                            if who == RECIPIENT {
                                one.read_by_recipient = one.read_by_recipient.max(number);
                            }
                        }
                        Err(_) => prop_assert!(number > one.messages || is_stranger),
                    }
                }
            }

            let asks = |one: &&Remembered| {
                one.kind == ConversationKind::MoreInformation
                    && one.raised_by == RECIPIENT
                    && one.state == ConversationState::Open
            };
            let questions = remembered.iter().filter(asks).count();
            let state = memory.state();
            let clock = state.clocks.values().next().unwrap().clone();
            let transmission = state.transmissions.values().next().unwrap().clone();
            drop(state);
            if clock.breached.is_none() {
                prop_assert_eq!(clock.is_paused(), questions > 0);
                prop_assert_eq!(clock.pauses.iter().filter(|pause| pause.to.is_none()).count(), questions);
            }
            prop_assert_eq!(transmission.deadline.map(|deadline| deadline.due), Some(clock.due));

            let name = Correspondence::name_of(id, &RECIPIENT.parse().unwrap());
            let sum: Option<Correspondence> = block_on(record(&memory, &name)).unwrap();
            let sum = sum.map(|sum| {
                let questions = sum.open_questions.len();
                (sum.conversation_count, sum.open_flag_count, sum.unread_message_count, questions)
            });
            let is_open_flag =
                |one: &&Remembered| one.kind != ConversationKind::Discussion && one.state == ConversationState::Open;
            let counted = (
                u32::try_from(remembered.len()).unwrap(),
                u32::try_from(remembered.iter().filter(is_open_flag).count()).unwrap(),
                remembered.iter().map(|one| one.messages - one.read_by_recipient).sum(),
                questions,
            );
            prop_assert_eq!(sum.unwrap_or_default(), counted);
        }
        let all = RecordQuery::of_notification(&"eu-just".parse().unwrap(), id, 10_000);
        let messages: Vec<Message> = block_on(records(&memory, &all)).unwrap();
        for one in &remembered {
            let numbers: Vec<u32> = messages
                .iter()
                .filter(|message| message.conversation == one.id)
                .map(|message| message.number)
                .collect();
            prop_assert_eq!(numbers, (1..=one.messages).collect::<Vec<_>>());
        }
        let other = RecordQuery::of_notification(&"us-cpsc".parse().unwrap(), id, 10_000);
        prop_assert!(block_on(records::<Message, _>(&memory, &other)).unwrap().is_empty());
    }
}

fn discussion() -> Conversation {
    Conversation {
        id: Uuid::nil(),
        notification: Uuid::nil(),
        recipient: RECIPIENT.parse().unwrap(),
        originator: "nl-nvwa".parse().unwrap(),
        kind: ConversationKind::Discussion,
        state: ConversationState::Open,
        raised_by: "nl-nvwa".parse().unwrap(),
        subject: String::new(),
        matter: Default::default(),
        message_count: 0,
        create_time: Timestamp::UNIX_EPOCH,
        update_time: Timestamp::UNIX_EPOCH,
        answer_time: None,
        close_time: None,
        status: EventStatus::Actual,
        read: Default::default(),
        revision: 1,
    }
}

#[test]
fn a_conversation_ends_at_its_thousandth_message_and_a_transmission_at_its_two_hundredth_conversation() {
    let mut conversation = discussion();
    let sender = conversation.originator.clone();
    for _ in 0..MAX_MESSAGES {
        conversation.add_message(&sender, "tester", words(), Timestamp::UNIX_EPOCH).unwrap();
    }
    let full = conversation.clone();
    let refused = conversation.add_message(&sender, "tester", words(), Timestamp::UNIX_EPOCH);
    assert!(matches!(refused, Err(DomainError::Refused(Refusal::LimitReached { maximum: 1_000, .. }))));
    assert_eq!(conversation, full, "what is refused changes nothing");

    let mut sum = Correspondence::empty(full.notification, &full.recipient, &full.originator);
    for _ in 0..MAX_CONVERSATIONS {
        sum.account(None, &full).unwrap();
    }
    assert!(matches!(
        sum.account(None, &full),
        Err(DomainError::Refused(Refusal::LimitReached { maximum: 200, .. }))
    ));
    assert_eq!(sum.unread_message_count, 200_000);
    sum.account(Some(&full), &full).unwrap();
}
