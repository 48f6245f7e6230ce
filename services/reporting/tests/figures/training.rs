//! Training over random histories, and the same counts in the plainest way.

use std::collections::BTreeMap;

use proptest::{prelude::*, test_runner::TestRunner};
use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus},
    training::v1::{
        self as wire, ActionItemState, ActivityKind, ActivityState, ObligationKind, ObligationState,
        TargetAudience,
    },
    r#type::v1::{CivilDate, CivilDateRange},
};
use seamless_reporting::domain::{
    facts::Fact,
    model::{EventStatus as Status, ReportTemplate},
    source::Source,
};

use crate::{CUT, START, counts, event, hour, known_by, reader_of, report_of_status, versions};

/// An activity, and what was counted of it, the last count last.
#[derive(Clone, Debug)]
struct Held {
    start: i64,
    kind: ActivityKind,
    state: ActivityState,
    participants: i32,
    seats: Vec<Vec<Group>>,
    present: Vec<Vec<Group>>,
    certificates: Vec<Vec<Group>>,
    ratings: Option<[i32; 5]>,
    actions: Vec<Action>,
    is_exercise: bool,
}

type Group = (usize, usize, i32);

/// Something that is to be done.
#[derive(Clone, Copy, Debug)]
struct Action {
    due: i64,
    /// When it was done or dropped.
    ended: Option<(i64, bool)>,
}

/// Something that was promised.
#[derive(Clone, Debug)]
struct Promise {
    /// Days from the first one of the report.
    first: i8,
    state: ObligationState,
    done: usize,
}

const COUNTRIES: [&str; 3] = ["CN", "DE", "PL"];
const AUDIENCES: [TargetAudience; 2] = [TargetAudience::Manufacturer, TargetAudience::Authority];

fn groups() -> impl Strategy<Value = Vec<Vec<Group>>> {
    let group = (0..3_usize, 0..2_usize, 1..30);
    prop::collection::vec(prop::collection::vec(group, 0..4), 0..3)
}

fn held() -> impl Strategy<Value = Held> {
    let kind =
        prop::sample::select(vec![ActivityKind::Workshop, ActivityKind::Webinar, ActivityKind::Campaign]);
    let state =
        prop::sample::select(vec![ActivityState::Published, ActivityState::Held, ActivityState::Cancelled]);
    let action = (60..200_i64, prop::option::of((60..220_i64, any::<bool>())));
    let action = action.prop_map(|(due, ended)| Action { due, ended });
    let ratings = prop::option::of(prop::array::uniform5(0..9));
    let head = (60..200_i64, kind, state, 0..90, prop::bool::weighted(0.1));
    let rest = (groups(), groups(), groups(), ratings, prop::collection::vec(action, 0..3));
    (head, rest).prop_map(|(head, rest)| Held {
        start: head.0,
        kind: head.1,
        state: head.2,
        participants: head.3,
        is_exercise: head.4,
        seats: rest.0,
        present: rest.1,
        certificates: rest.2,
        ratings: rest.3,
        actions: rest.4,
    })
}

fn promise() -> impl Strategy<Value = Promise> {
    let states = vec![
        ObligationState::Open,
        ObligationState::OnTrack,
        ObligationState::Fulfilled,
        ObligationState::Missed,
    ];
    (-8..8_i8, prop::sample::select(states), 0..3_usize).prop_map(|(first, state, done)| Promise {
        first,
        state,
        done,
    })
}

fn time(at: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 })
}

/// A day, from the first one of the report on.
fn day(after: i8) -> Option<CivilDate> {
    let day: jiff::civil::Date = "2027-01-01".parse().unwrap();
    let day = day.saturating_add(jiff::Span::new().days(after));
    Some(CivilDate { year: day.year().into(), month: day.month().into(), day: day.day().into() })
}

impl Held {
    fn told(&self, id: usize, position: &mut i64) -> Vec<Event> {
        let name = format!("activities/{id}");
        let status = if self.is_exercise { EventStatus::Exercise } else { EventStatus::Actual };
        let mut told = Vec::new();
        macro_rules! tell {
            ($event:expr) => {{
                *position += 1;
                told.push(event(*position, self.start, status, &$event));
            }};
        }
        let mut activity = wire::Activity {
            name: name.clone(),
            organiser: "eu-just".to_owned(),
            state: ActivityState::Draft.into(),
            kind: self.kind.into(),
            start_time: time(self.start),
            ..Default::default()
        };
        tell!(wire::ActivityChanged { activity: Some(activity.clone()), ..Default::default() });
        activity.state = self.state.into();
        if self.state == ActivityState::Held {
            activity.held = Some(wire::Held { participants: self.participants, ..Default::default() });
            tell!(wire::ActivityHeld { activity: Some(activity) });
        } else {
            tell!(wire::ActivityChanged { activity: Some(activity), ..Default::default() });
        }
        for groups in &self.seats {
            let confirmed = groups.iter().map(|(country, audience, seats)| wire::ConfirmedCount {
                country: COUNTRIES[*country].to_owned(),
                audience: AUDIENCES[*audience].into(),
                seats: *seats,
            });
            let seats =
                wire::Seats { confirmed: groups.iter().map(|group| group.2).sum(), ..Default::default() };
            tell!(wire::RegistrationsCounted {
                activity: name.clone(),
                seats: Some(seats),
                confirmed: confirmed.collect(),
                ..Default::default()
            });
            // Those of a session are of the same people.
            let session = "one".to_owned();
            let seats = Some(wire::Seats { confirmed: 1_000, ..Default::default() });
            tell!(wire::RegistrationsCounted {
                activity: name.clone(),
                session,
                seats,
                ..Default::default()
            });
        }
        for groups in &self.present {
            let present = groups.iter().map(|(country, audience, people)| wire::PresentCount {
                country: COUNTRIES[*country].to_owned(),
                audience: AUDIENCES[*audience].into(),
                people: *people,
            });
            tell!(wire::AttendanceMerged {
                activity: name.clone(),
                present: present.collect(),
                unregistered: 2,
                ..Default::default()
            });
        }
        for groups in &self.certificates {
            let counts = groups.iter().map(|(country, audience, issued)| wire::CertificateCount {
                country: COUNTRIES[*country].to_owned(),
                audience: AUDIENCES[*audience].into(),
                issued: *issued,
                revoked: 1,
            });
            tell!(wire::CertificatesCounted { activity: name.clone(), counts: counts.collect() });
        }
        if let Some(ratings) = self.ratings {
            let rating = Some(wire::RatingCounts { counts: ratings.to_vec(), mean: 0.0 });
            let together = wire::FeedbackCounts {
                answers: ratings.iter().sum(),
                usefulness: rating.clone(),
                clarity: rating,
                ..Default::default()
            };
            tell!(wire::FeedbackAggregated {
                activity: name.clone(),
                together: Some(together),
                ..Default::default()
            });
        }
        for (index, action) in self.actions.iter().enumerate() {
            let state = match action.ended {
                None => ActionItemState::Open,
                Some((_, true)) => ActionItemState::Done,
                Some((_, false)) => ActionItemState::Dropped,
            };
            let item = wire::ActionItem {
                name: format!("{name}/actionItems/{index}"),
                owner: "eu-just".to_owned(),
                state: state.into(),
                due_time: time(action.due),
                end_time: action.ended.and_then(|(at, _)| time(at)),
                ..Default::default()
            };
            tell!(wire::ActionItemChanged { action_item: Some(item), ..Default::default() });
        }
        told
    }

    fn is_counted(&self) -> bool {
        !self.is_exercise && (START..CUT).contains(&self.start)
    }
}

/// What is known of some activities and promises.
pub fn drawn(runner: &mut TestRunner) -> Vec<Fact> {
    let held = versions::drawn(runner, &prop::collection::vec(held(), 0..8));
    facts(&held, &versions::drawn(runner, &prop::collection::vec(promise(), 0..5)), false)
}

fn facts(all: &[Held], promises: &[Promise], turned: bool) -> Vec<Fact> {
    let mut position = 0;
    let numbered = all.iter().enumerate();
    let mut told: Vec<Vec<Event>> = numbered.map(|(id, held)| held.told(id, &mut position)).collect();
    for (index, promise) in promises.iter().enumerate() {
        let done = (0..promise.done).map(|index| wire::Fulfilment {
            activity: format!("activities/{index}"),
            date: day(promise.first),
            ..wire::Fulfilment::default()
        });
        let obligation = wire::Obligation {
            name: format!("arrangements/eu-cn/obligations/workshop.{index}"),
            kind: ObligationKind::Workshop.into(),
            period: Some(CivilDateRange { start: day(promise.first), end: day(promise.first + 2) }),
            due_time: time(100),
            required: 2,
            fulfilled_by: done.collect(),
            state: promise.state.into(),
            ..Default::default()
        };
        position += 1;
        let obligation = wire::ObligationChanged { obligation: Some(obligation), ..Default::default() };
        told.push(vec![event(position, 1, EventStatus::Actual, &obligation)]);
    }
    if turned {
        told.reverse();
    }
    known_by(&reader_of(Source::Training, "eu-just"), &told.concat())
}

type Wanted = Vec<(String, u64)>;

fn tidy(counts: BTreeMap<String, u64>) -> Wanted {
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

fn sum_of(groups: &[Group]) -> u64 {
    groups.iter().map(|group| u64::from(group.2.unsigned_abs())).sum()
}

/// What the report should count: activities, reach, feedback, obligations, action items.
fn slow(all: &[Held], promises: &[Promise]) -> [Wanted; 5] {
    let mut maps: [BTreeMap<String, u64>; 5] = Default::default();
    let add = |map: &mut BTreeMap<String, u64>, id: &str, count: u64| {
        *map.entry(id.to_owned()).or_default() += count;
    };
    for one in all.iter().filter(|one| one.is_counted()) {
        match one.state {
            ActivityState::Published => add(&mut maps[0], "announced", 1),
            ActivityState::Cancelled => add(&mut maps[0], "cancelled", 1),
            _ => {
                let kind = one.kind.as_str_name().trim_start_matches("ACTIVITY_KIND_");
                add(&mut maps[0], "held", 1);
                add(&mut maps[0], &format!("by_kind/{kind}"), 1);
                for table in ["by_format", "by_area", "by_language"] {
                    add(&mut maps[0], &format!("{table}/"), 1);
                }
                add(&mut maps[0], "by_organiser/eu-just", 1);
                reach(one, &mut maps[1]);
                let answers: u64 =
                    one.ratings.iter().flatten().map(|count| u64::from(count.unsigned_abs())).sum();
                add(&mut maps[2], "answers", answers);
                // The first column: how often the lowest rating was given.
                let lowest = one.ratings.map_or(0, |ratings| u64::from(ratings[0].unsigned_abs()));
                add(&mut maps[2], "ratings/usefulness", lowest);
                add(&mut maps[2], "ratings/clarity", lowest);
            }
        }
    }
    for (index, promise) in promises.iter().enumerate() {
        // The report is of 4 days, the obligation of 3.
        if promise.first <= 3 && promise.first + 2 >= 0 {
            let state = promise.state.as_str_name().trim_start_matches("OBLIGATION_STATE_");
            let name = format!("arrangements/eu-cn/obligations/workshop.{index}");
            add(&mut maps[3], "obligations", 1);
            add(&mut maps[3], "fulfilled", u64::from(promise.state == ObligationState::Fulfilled));
            add(&mut maps[3], "missed", u64::from(promise.state == ObligationState::Missed));
            add(&mut maps[3], &format!("by_state/{state}"), 1);
            add(&mut maps[3], &format!("each/{name}"), 2);
            (0..promise.done)
                .for_each(|done| add(&mut maps[3], &format!("fulfilments/{name} activities/{done}"), 1));
        }
    }
    let actions = all.iter().filter(|one| !one.is_exercise).flat_map(|one| &one.actions);
    for action in actions.filter(|action| (START..CUT).contains(&action.due)) {
        let ended = action.ended.filter(|(at, _)| *at < CUT);
        let what = match ended {
            None => "open",
            Some((_, false)) => "dropped",
            Some((at, true)) if at < action.due => "in_time",
            Some((_, true)) => "late",
        };
        add(&mut maps[4], "fell_due", 1);
        add(&mut maps[4], what, 1);
        add(&mut maps[4], "by_owner/eu-just", 1);
    }
    maps.map(tidy)
}

fn reach(one: &Held, map: &mut BTreeMap<String, u64>) {
    let mut add = |id: String, count: u64| *map.entry(id).or_default() += count;
    add("participants".to_owned(), u64::from(one.participants.unsigned_abs()));
    let last = |counts: &[Vec<Group>]| counts.last().cloned().unwrap_or_default();
    let (seats, present, certificates) = (last(&one.seats), last(&one.present), last(&one.certificates));
    add("confirmed".to_owned(), sum_of(&seats));
    add("present".to_owned(), sum_of(&present));
    add("unregistered".to_owned(), if one.present.is_empty() { 0 } else { 2 });
    add("certificates".to_owned(), sum_of(&certificates));
    add("revoked".to_owned(), certificates.len() as u64);
    for (country, audience, seats) in seats {
        let audience = AUDIENCES[audience].as_str_name().trim_start_matches("TARGET_AUDIENCE_");
        add(format!("by_country/{}", COUNTRIES[country]), u64::from(seats.unsigned_abs()));
        add(format!("by_audience/{audience}"), u64::from(seats.unsigned_abs()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_count_of_training_equals_a_slow_calculation(
        all in prop::collection::vec(held(), 0..8), promises in prop::collection::vec(promise(), 0..5),
    ) {
        let [said, same] = [false, true].map(|turned| {
            let facts = facts(&all, &promises, turned);
            report_of_status(ReportTemplate::Training, "eu-just", "cn-gacc", facts, Status::Actual)
        });
        prop_assert_eq!(&said, &same);
        let sections = ["activities", "reach", "feedback", "obligations", "actions"];
        for (section, wanted) in sections.into_iter().zip(slow(&all, &promises)) {
            prop_assert_eq!(counts(&said, section), wanted, "{}", section);
        }
    }
}
