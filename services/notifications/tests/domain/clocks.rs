//! Clocks against an independent slow calculation: whatever is asked, answered, changed and looked at in whatever order,
//! a clock is due when a walk over the days in Beijing says so, and is warned and breached once.

use std::sync::{Arc, LazyLock};

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use seamless_calendar::Calendars;
use seamless_identity::{AuthorityId, Cooperation, SAMPLE_COOPERATION};
use seamless_notifications::domain::{
    ChangeSet, Rules,
    clocks::{ClockEvent, Clocks, check_clock_rules, clock_rules},
    correspondence::put_correspondence,
    event::EventKind,
    model::{Clock, ClockState, Content, Correspondence, EventStatus, Transmission, TransmissionState},
    ports::{ClockReader, TransmissionReader},
    records::record,
};

use crate::{EverythingPublic, memory::Memory};

const DAY: i64 = 86_400;
/// China keeps one offset all year.
const BEIJING: i64 = 8 * 3_600;
const LENGTH: i64 = 21;
const WARN_BEFORE: i64 = 5;

#[derive(Clone, Debug)]
enum Act {
    Wait { minutes: i64 },
    Look,
    Ask,
    Answer { which: usize },
    TakeOffline,
    PutOnline,
    React,
}

/// What must be true, worked out from the facts alone.
struct Slow {
    /// None until the product is sold online.
    start: Option<i64>,
    questions: Vec<(i64, Option<i64>)>,
    warned: bool,
    breached: bool,
    cancelled: bool,
    stopped: bool,
}

impl Slow {
    fn is_paused(&self) -> bool {
        self.questions.iter().any(|(_, to)| to.is_none())
    }

    /// The first second that is late: midnight in Beijing after the 21st day that no question touched.
    fn due(&self, start: i64, now: i64) -> i64 {
        let day_of = |second: i64| (second + BEIJING).div_euclid(DAY);
        let mut day = day_of(start);
        let mut left = LENGTH;
        while left > 0 {
            day += 1;
            let touched = self.questions.iter().any(|(from, to)| {
                let to = to.unwrap_or(now).max(*from);
                *from < to && day_of(*from) <= day && day <= day_of(to - 1)
            });
            if !touched {
                left -= 1;
            }
        }
        (day + 1) * DAY - BEIJING
    }

    fn look(&mut self, now: i64) {
        let Some(start) = self.start else { return };
        if self.stopped || self.cancelled || self.breached || self.is_paused() {
            return;
        }
        let due = self.due(start, now);
        self.warned |= now >= (due - WARN_BEFORE * DAY).max(start);
        self.breached |= now >= due;
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => (1_i64..12_000).prop_map(|minutes| Act::Wait { minutes }),
        2 => (1_i64..120).prop_map(|minutes| Act::Wait { minutes }),
        3 => Just(Act::Look),
        3 => Just(Act::Ask),
        4 => (0_usize..4).prop_map(|which| Act::Answer { which }),
        1 => Just(Act::TakeOffline),
        1 => Just(Act::PutOnline),
        1 => Just(Act::React),
    ];
    prop::collection::vec(act, 1..30)
}

fn content(sold_online: bool) -> Content {
    let mut content = Content::default();
    content.online.sold_online = Some(sold_online);
    content
}

/// Writes which questions are open, as whoever asks and answers does.
fn said(
    memory: &Memory,
    transmission: &Transmission,
    changes: &mut ChangeSet,
    change: impl FnOnce(&mut Vec<String>),
) {
    let Transmission { notification, recipient, originator, .. } = transmission;
    let name = Correspondence::name_of(*notification, recipient);
    let stored: Option<Correspondence> = block_on(record(memory, &name)).unwrap();
    let mut sum = stored.unwrap_or_else(|| Correspondence::empty(*notification, recipient, originator));
    change(&mut sum.open_questions);
    put_correspondence(changes, sum).unwrap();
}

/// An alert that was sent to GACC.
fn sent_at(notification: uuid::Uuid, send_time: Timestamp) -> Transmission {
    Transmission {
        notification,
        recipient: "cn-gacc".parse().unwrap(),
        sender: "eu-just".parse().unwrap(),
        originator: "nl-nvwa".parse().unwrap(),
        arrangement: "eu-cn".parse().unwrap(),
        state: TransmissionState::Sent,
        automatic: true,
        version: 1,
        send_time,
        acknowledge_time: None,
        first_reaction_time: None,
        deadline: None,
        status: EventStatus::Actual,
        revision: 1,
    }
}

/// Read once: it takes longer than a history.
static WORLD: LazyLock<(Rules, Cooperation)> = LazyLock::new(|| {
    let calendars = Calendars::embedded().unwrap();
    let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap();
    let rules = Rules::new(Arc::new(cooperation.clone()), Arc::new(calendars), Arc::new(EverythingPublic));
    (rules, cooperation)
});

fn second(time: Timestamp) -> i64 {
    time.as_second()
}

#[test]
fn a_rule_whose_words_mean_nothing_here_is_refused_by_name() {
    let calendars = Calendars::embedded().unwrap();
    let changed = SAMPLE_COOPERATION
        .replace("start = \"transmitted\"", "start = \"transmited\"")
        .replace("stop = \"first-substantive-reaction\"", "stop = \"first-reaction\"")
        .replace("applies_to = \"sold-online\"", "applies_to = \"sold-on-line\"");
    let cooperation = Arc::new(Cooperation::parse(&changed, &calendars).unwrap());
    let refused =
        check_clock_rules(&Rules::new(cooperation, Arc::new(calendars), Arc::new(EverythingPublic)));
    let refused = refused.unwrap_err();
    for named in [
        "arrangement eu-cn, deadline online-reaction: start wants one of transmitted, acknowledged; got transmited",
        "stop wants one of acknowledged, first-substantive-reaction, closed; got first-reaction",
        "applies_to wants one of all, sold-online, serious; got sold-on-line",
    ] {
        assert!(refused.contains(named), "{refused}");
    }
    assert_eq!(check_clock_rules(&WORLD.0), Ok(()));
}

/// What was agreed later holds of what is sent later: neither of what is open, nor of what went by itself before.
#[test]
fn what_was_sent_keeps_the_deadlines_of_its_day() {
    let version = "[[arrangement.version]]\neffective = 2027-01-01\nlegal_basis = 'renewed'\n\
        exchange = 'case-by-case'\nlanguages = ['en']\n[[arrangement.version.deadline]]\nid = 'online-reaction'\n\
        acting = 'cn-gacc'\napplies_to = 'sold-online'\nstart = 'transmitted'\n\
        stop = 'first-substantive-reaction'\nlength = 30\nunit = 'calendar-days'\nlegal_basis = 'renewed'\n\n";
    let next = "# EU-Canada";
    let text = SAMPLE_COOPERATION.replacen(next, &format!("{version}{next}"), 1);
    let calendars = Calendars::embedded().unwrap();
    let cooperation =
        Arc::new(Cooperation::parse(&text, &calendars).unwrap_or_else(|errors| panic!("{errors}")));
    let rules = Rules::new(cooperation.clone(), Arc::new(calendars), Arc::new(EverythingPublic));
    let eu_cn = cooperation.arrangement(&"eu-cn".parse().unwrap()).unwrap();
    let (last, first) = ("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z");
    for (time, length, goes_by_itself) in [(last, 21, true), (first, 30, false)] {
        let sent = sent_at(uuid::Uuid::now_v7(), time.parse().unwrap());
        let lengths: Vec<u32> =
            clock_rules(&rules, eu_cn, &sent, &content(true)).iter().map(|rule| rule.length).collect();
        assert_eq!(lengths, [length], "sent at {time}");
        let mut chinese = content(true);
        chinese.traceability.country_of_origin = Some("CN".parse().unwrap());
        let routes = rules.systematic_routes(&"nl-nvwa".parse().unwrap(), &chinese, time.parse().unwrap());
        assert_eq!(routes.iter().any(|route| route.arrangement.id == eu_cn.id), goes_by_itself, "at {time}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn every_clock_is_due_when_a_slow_calculation_says_so(
        start in 1_735_700_000_i64..1_800_000_000,
        // Otherwise it starts when the product is put online, whatever is open by then.
        online_from_the_start: bool,
        acts in acts(),
    ) {
        let (rules, cooperation) = &*WORLD;
        let memory = Memory::new(cooperation.clone());
        let recipient: AuthorityId = "cn-gacc".parse().unwrap();
        let id = uuid::Uuid::now_v7();
        let mut now = Timestamp::from_second(start).unwrap();
        let mut slow = Slow {
            start: online_from_the_start.then_some(start), questions: Vec::new(), warned: false, breached: false, cancelled: false, stopped: false,
        };
        let change = |now: Timestamp, change: &dyn Fn(&mut Clocks<'_>, &Transmission, &mut ChangeSet)| {
            let mut changes = ChangeSet::default();
            let mut transmission = block_on(memory.transmission_get(id, &recipient)).unwrap().unwrap();
            let mut clocks = Clocks::of(rules, block_on(memory.clock_list_of(id, &recipient)).unwrap());
            change(&mut clocks, &transmission, &mut changes);
            clocks.settle(&mut changes, &mut transmission, now);
            transmission.revision += 1;
            changes.put_transmission(&transmission, false);
            memory.apply(changes);
        };
        let mut sent = ChangeSet::default();
        let mut transmission = sent_at(id, now);
        let mut clocks = Clocks::of(rules, Vec::new());
        clocks.start(&transmission, &content(online_from_the_start), ClockEvent::Transmitted, now).unwrap();
        clocks.settle(&mut sent, &mut transmission, now);
        sent.put_transmission(&transmission, true);
        memory.apply(sent);

        for act in acts {
            match act {
                Act::Wait { minutes } => now += SignedDuration::from_mins(minutes),
                Act::Look => {
                    change(now, &|clocks, _, _| clocks.mark(now));
                    slow.look(second(now));
                }
                Act::Ask => {
                    let question = format!("question-{}", slow.questions.len());
                    let is_heard = !(slow.stopped || slow.breached);
                    change(now, &|clocks, transmission, changes| {
                        clocks.question_opened(&question, now).unwrap();
                        said(&memory, transmission, changes, |open| {
                            if is_heard {
                                open.push(question.clone());
                            }
                        });
                    });
                    slow.look(second(now));
                    if is_heard {
                        slow.questions.push((second(now), None));
                    }
                }
                Act::Answer { which } => {
                    let question = format!("question-{which}");
                    change(now, &|clocks, transmission, changes| {
                        clocks.question_closed(&question, now).unwrap();
                        said(&memory, transmission, changes, |open| open.retain(|one| *one != question));
                    });
                    if let Some((_, to @ None)) = slow.questions.get_mut(which).filter(|_| !slow.stopped) {
                        *to = Some(second(now));
                        slow.look(second(now));
                    }
                }
                Act::TakeOffline | Act::PutOnline => {
                    let online = matches!(act, Act::PutOnline);
                    let content = content(online);
                    change(now, &|clocks, transmission, _| {
                        block_on(clocks.heed_questions(&memory, transmission, &content)).unwrap();
                        clocks.follow_content(transmission, &content, now).unwrap();
                    });
                    if online && slow.start.is_none() {
                        slow.start = Some(second(now));
                    } else if !online && slow.start.is_some() && !slow.stopped && !slow.cancelled {
                        slow.look(second(now));
                        slow.cancelled = true;
                    } else if online && slow.cancelled {
                        slow.cancelled = false;
                        slow.look(second(now));
                    }
                }
                Act::React => {
                    change(now, &|clocks, _, _| clocks.stop(ClockEvent::FirstSubstantiveReaction, now));
                    if slow.start.is_some() && !slow.stopped && !slow.cancelled {
                        slow.look(second(now));
                        slow.stopped = true;
                        for (_, to) in &mut slow.questions {
                            to.get_or_insert(second(now));
                        }
                    }
                }
            }
            let state = memory.state();
            prop_assert_eq!(state.clocks.len(), usize::from(slow.start.is_some()));
            let Some(clock) = state.clocks.values().next() else { continue };
            let clock: &Clock = clock;
            let is_open = !(slow.stopped || slow.cancelled || slow.breached);
            prop_assert_eq!(clock.state() == ClockState::Paused, is_open && slow.is_paused());
            prop_assert_eq!((clock.warned.is_some(), clock.breached.is_some()), (slow.warned, slow.breached));
            prop_assert_eq!((clock.stopped.is_some(), clock.cancelled.is_some()), (slow.stopped, slow.cancelled));
            if clock.state() == ClockState::Running {
                prop_assert_eq!(second(clock.due), slow.due(second(clock.start), second(now)));
                prop_assert_eq!(Some(second(clock.start)), slow.start);
                let told = &state.transmissions.values().next().unwrap().deadline;
                prop_assert_eq!(told.as_ref().map(|deadline| deadline.due), Some(clock.due));
            }
            let told = state.events.iter().rev().find_map(|event| match &event.kind {
                EventKind::ClockChanged { clock, .. }
                | EventKind::ClockPaused(clock)
                | EventKind::ClockResumed(clock)
                | EventKind::ClockWarned(clock)
                | EventKind::ClockBreached(clock) => Some(&**clock),
                _ => None,
            });
            prop_assert_eq!(told, Some(clock), "whoever follows the feed has the clock");
            let count = |wanted: fn(&EventKind) -> bool| {
                state.events.iter().filter(|event| wanted(&event.kind)).count()
            };
            prop_assert_eq!(count(|kind| matches!(kind, EventKind::ClockWarned(_))), usize::from(slow.warned));
            prop_assert_eq!(count(|kind| matches!(kind, EventKind::ClockBreached(_))), usize::from(slow.breached));
        }
    }
}
