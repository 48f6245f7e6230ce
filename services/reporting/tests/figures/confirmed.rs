//! How own alerts come to be confirmed and sent, over random histories, and the same counts in the plainest way.

use proptest::prelude::*;
use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus},
    notifications::v1::{self as wire, NotificationState},
};
use seamless_reporting::domain::{
    content::{Content, Value},
    model::{EventStatus as Status, ReportTemplate},
    source::Source,
};

use crate::{
    CUT, START, counts, event,
    history::name,
    hour, known_by, reader_of, report_of_status,
    slow_times::{Half, Waited, Wanted, half},
};

/// An alert that is written, handed in, returned, and so on.
#[derive(Clone, Debug)]
struct Draft {
    begun: i64,
    /// Hours after which it is handed in, returned, and so on in turn; the last round is confirmed, if it `is_confirmed`.
    turns: Vec<i64>,
    is_confirmed: bool,
    /// Hours from the confirmation to the sending.
    sent: Option<i64>,
    /// Hours after the last of these to a withdrawal.
    withdrawn: Option<i64>,
}

fn draft() -> impl Strategy<Value = Draft> {
    let turns = prop::collection::vec(1..40_i64, 0..6);
    let after = || prop::option::of(1..40_i64);
    (0..150_i64, turns, any::<bool>(), after(), after()).prop_map(
        |(begun, turns, is_confirmed, sent, withdrawn)| Draft { begun, turns, is_confirmed, sent, withdrawn },
    )
}

/// A moment, and as what the alert stands from then on.
type Step = (i64, NotificationState);

impl Draft {
    fn steps(&self) -> Vec<Step> {
        use NotificationState::{Draft, Submitted, Transmitted, Validated, Withdrawn};
        let mut at = self.begun;
        let mut steps = vec![(at, Draft)];
        for (turn, after) in self.turns.iter().enumerate() {
            at += after;
            let is_last = turn + 2 >= self.turns.len();
            steps.push((
                at,
                if turn % 2 == 0 {
                    Submitted
                } else if is_last && self.is_confirmed {
                    Validated
                } else {
                    Draft
                },
            ));
        }
        let is_confirmed = steps.last().is_some_and(|(_, state)| *state == Validated);
        if let Some(after) = self.sent.filter(|_| is_confirmed) {
            at += after;
            steps.push((at, Transmitted));
        }
        if let Some(after) = self.withdrawn {
            steps.push((at + after, Withdrawn));
        }
        steps
    }

    fn events(&self, id: u32) -> Vec<Event> {
        let told = |(at, state): Step| {
            let notification = Some(wire::Notification {
                name: name(id),
                originator: "eu-just".to_owned(),
                state: state.into(),
                version: 1,
                ..Default::default()
            });
            let status = EventStatus::Actual;
            match state {
                NotificationState::Submitted => {
                    event(1, at, status, &wire::NotificationSubmitted { notification })
                }
                NotificationState::Validated => {
                    event(1, at, status, &wire::NotificationValidated { notification })
                }
                NotificationState::Withdrawn => {
                    event(1, at, status, &wire::NotificationWithdrawn { notification })
                }
                NotificationState::Transmitted => {
                    let transmission = Some(wire::Transmission {
                        name: format!("{}/transmissions/cn-gacc", name(id)),
                        recipient: "cn-gacc".to_owned(),
                        sender: "eu-just".to_owned(),
                        originator: "eu-just".to_owned(),
                        send_time: Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 }),
                        ..Default::default()
                    });
                    event(1, at, status, &wire::NotificationTransmitted { notification, transmission })
                }
                _ if at == self.begun => event(1, at, status, &wire::NotificationCreated { notification }),
                _ => event(1, at, status, &wire::NotificationReturned { notification }),
            }
        };
        self.steps().into_iter().map(told).collect()
    }

    /// Each round of the period: when it began, and what came of it when.
    fn rounds(&self) -> Vec<(i64, Option<Step>)> {
        let steps = self.steps();
        let begun = steps
            .iter()
            .enumerate()
            .filter(|(_, (at, state))| *state == NotificationState::Submitted && (START..CUT).contains(at));
        begun
            .map(|(at, (time, _))| (*time, steps.get(at + 1).copied().filter(|(end, _)| *end < CUT)))
            .collect()
    }

    /// From the confirmation to the sending; none where it was not confirmed within the period.
    fn until_sent(&self) -> Option<Waited> {
        let steps = self.steps();
        let at = |wanted| steps.iter().find(|(_, state)| *state == wanted).map(|(at, _)| *at);
        let confirmed = at(NotificationState::Validated).filter(|at| (START..CUT).contains(at))?;
        let sent = at(NotificationState::Transmitted).filter(|at| *at < CUT);
        let withdrawn = at(NotificationState::Withdrawn).filter(|at| *at < CUT);
        Some((sent.or(withdrawn).unwrap_or(CUT) - confirmed, sent.is_some()))
    }
}

/// In hours, as `Wanted` has it in moments of eight.
fn is_median(content: &Content, id: &str, waited: &[Waited]) {
    let section = content.sections.iter().find(|section| section.id == "confirmation").unwrap();
    let said = section.figures.iter().find(|figure| figure.id == id).unwrap().value;
    match (half(waited), said) {
        (Wanted::Days(Half::At(hours)), Value::Days(days)) => {
            assert!((days.value - hours as f64 / 24.0).abs() < 1e-9, "{id}: {days:?} instead of {hours} h");
        }
        (wanted, said) => assert!(wanted.is(&said), "{id}: {said:?} instead of {wanted:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_count_of_confirmations_equals_a_slow_calculation(drafts in prop::collection::vec(draft(), 0..8)) {
        let events: Vec<Event> = (0..).zip(&drafts).flat_map(|(id, draft)| draft.events(id)).collect();
        let facts = known_by(&reader_of(Source::Notifications, "eu-just"), &events);
        let annual = report_of_status(ReportTemplate::AnnualStatistics, "eu-just", "cn-gacc", facts, Status::Actual);
        let rounds: Vec<(i64, Option<Step>)> = drafts.iter().flat_map(Draft::rounds).collect();
        let ended = |wanted| rounds.iter().filter(|(_, end)| end.is_some_and(|(_, state)| state == wanted)).count();
        let wanted = [
            ("confirmed", ended(NotificationState::Validated)),
            ("returned", ended(NotificationState::Draft)),
            ("submitted", rounds.len()),
        ];
        let wanted: Vec<(String, u64)> = wanted
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(id, count)| (id.to_owned(), count as u64))
            .collect();
        prop_assert_eq!(counts(&annual, "confirmation"), wanted);
        let looked_at: Vec<Waited> = rounds
            .iter()
            .map(|(begun, end)| match end {
                Some((at, NotificationState::Validated)) => (at - begun, true),
                Some((at, _)) => (at - begun, false),
                None => (CUT - begun, false),
            })
            .collect();
        is_median(&annual, "median_confirmed", &looked_at);
        let until_sent: Vec<Waited> = drafts.iter().filter_map(Draft::until_sent).collect();
        is_median(&annual, "median_sent", &until_sent);
    }
}
