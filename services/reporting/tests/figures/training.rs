//! Training over random histories, and the same counts in the plainest way.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prelude::*, test_runner::TestRunner};
use seamless_proto::seamless::{
    training::v1::{
        ActionItemState, ActivityFormat, ActivityKind, ActivityState, MaterialState, ObligationState,
        ReachUnit, TargetAudience,
    },
    r#type::v1::TranslationState,
};
use seamless_reporting::domain::{
    facts::Fact,
    model::{EventStatus as Status, ReportTemplate},
};

use crate::{
    CUT, START, report_of_status,
    sheet::Sheet,
    slow_times::{Fraction, Wanted},
    told_training::facts,
    versions,
};

/// An activity, and what was counted of it, the last count last.
#[derive(Clone, Debug)]
pub struct Held {
    /// The hour; of what runs by days the day instead, from the first one of the report on.
    pub start: i64,
    pub first_day: Option<i8>,
    pub kind: ActivityKind,
    pub state: ActivityState,
    pub format: i32,
    pub areas: Vec<usize>,
    pub languages: Vec<usize>,
    pub has_chinese_title: bool,
    pub capacity: Option<i32>,
    pub participants: i32,
    pub is_exercise: bool,
    /// With how many wait.
    pub seats: Vec<(Vec<Group>, i32)>,
    /// With those who were not registered, and those not told apart.
    pub present: Vec<(Vec<Group>, i32, i32)>,
    /// With how many were taken back.
    pub certificates: Vec<Vec<(Group, i32)>>,
    /// How often each rating was given to each of three questions.
    pub feedback: Vec<[Option<[i32; 5]>; 3]>,
    pub actions: Vec<Action>,
    pub reports: Vec<Reported>,
}

/// Country and audience, the last of each not said; and how many.
pub type Group = (usize, usize, i32);

/// Something that is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    pub due: i64,
    /// When it was done or dropped.
    pub ended: Option<(i64, bool)>,
}

/// What an authority reported of a campaign or of surveillance; its newest report counts.
#[derive(Clone, Debug)]
pub struct Reported {
    pub by: usize,
    pub reach: Vec<(i32, i64)>,
    /// Area, taken, tested, not compliant.
    pub samples: Vec<(usize, [i32; 3])>,
}

/// Something that was promised.
#[derive(Clone, Debug)]
pub struct Promise {
    /// Days from the first one of the report.
    pub first: i8,
    pub state: ObligationState,
    pub done: usize,
    pub planned: usize,
}

/// A material, as it was told from time to time, and its downloads of days; what is told last of a day counts.
#[derive(Clone, Debug)]
pub struct Published {
    pub told: Vec<(i64, MaterialState, Vec<TranslationState>)>,
    pub downloads: Vec<(i8, Vec<i64>)>,
}

/// All that the feed told.
#[derive(Clone, Debug)]
pub struct World {
    pub held: Vec<Held>,
    pub promises: Vec<Promise>,
    pub materials: Vec<Published>,
}

pub const COUNTRIES: [&str; 4] = ["CN", "DE", "PL", ""];
pub const AUDIENCES: [TargetAudience; 3] =
    [TargetAudience::Manufacturer, TargetAudience::Authority, TargetAudience::Unspecified];
pub const AREAS: [&str; 3] = ["furniture", "lighters", "toys"];
pub const LANGUAGES: [&str; 3] = ["de", "en", "zh-Hans"];
pub const AUTHORITIES: [&str; 2] = ["eu-just", "cn-gacc"];

fn group() -> impl Strategy<Value = Group> {
    (0..COUNTRIES.len(), 0..AUDIENCES.len(), 1..30)
}

fn held() -> impl Strategy<Value = Held> {
    use ActivityKind::{Campaign, JointSurveillance, Webinar, Workshop};
    let kind = prop::sample::select(vec![Workshop, Webinar, Campaign, JointSurveillance]);
    let state = prop::sample::select(vec![
        ActivityState::Published,
        ActivityState::Held,
        ActivityState::Held,
        ActivityState::Cancelled,
    ]);
    let action = (60..200_i64, prop::option::of((60..220_i64, any::<bool>())));
    let action = action.prop_map(|(due, ended)| Action { due, ended });
    let ratings = || prop::option::weighted(0.7, prop::array::uniform5(0..9));
    let groups = || prop::collection::vec(group(), 0..4);
    let samples = (0..AREAS.len(), 0..40, 0..40, 0..40).prop_map(|(area, compliant, not, untested)| {
        (area, [compliant + not + untested, compliant + not, not])
    });
    let report = (
        0..AUTHORITIES.len(),
        prop::collection::vec((1..=5, 0..900_i64), 0..3),
        prop::collection::vec(samples, 0..3),
    );
    let report = report.prop_map(|(by, reach, samples)| Reported { by, reach, samples });
    let head =
        (60..200_i64, prop::option::of(-3..8_i8), kind, state, 0..90, prop::bool::weighted(0.1), 0..=3);
    let said = (
        prop::sample::subsequence(vec![0, 1, 2], 0..=3),
        prop::sample::subsequence(vec![0, 1, 2], 0..=3),
        any::<bool>(),
        prop::option::of(0..60),
    );
    let counted = (
        prop::collection::vec((groups(), 0..20), 0..3),
        prop::collection::vec((groups(), 0..9, 0..9), 0..3),
        prop::collection::vec(prop::collection::vec((group(), 0..3), 0..4), 0..3),
        prop::collection::vec([ratings(), ratings(), ratings()], 0..3),
    );
    let rest = (prop::collection::vec(action, 0..3), prop::collection::vec(report, 0..4));
    (head, said, counted, rest).prop_map(|(head, said, counted, rest)| Held {
        start: head.0,
        first_day: head.1.filter(|_| matches!(head.2, Campaign | JointSurveillance)),
        kind: head.2,
        state: head.3,
        participants: head.4,
        is_exercise: head.5,
        format: head.6,
        areas: said.0,
        languages: said.1,
        has_chinese_title: said.2,
        capacity: said.3,
        seats: counted.0,
        present: counted.1,
        certificates: counted.2,
        feedback: counted.3,
        actions: rest.0,
        reports: rest.1,
    })
}

fn promise() -> impl Strategy<Value = Promise> {
    let states = vec![
        ObligationState::Open,
        ObligationState::OnTrack,
        ObligationState::Fulfilled,
        ObligationState::Missed,
    ];
    (-8..8_i8, prop::sample::select(states), 0..3_usize, 0..3_usize)
        .prop_map(|(first, state, done, planned)| Promise { first, state, done, planned })
}

fn material() -> impl Strategy<Value = Published> {
    use TranslationState::{Missing, Original, Stale, Translated};
    let state = prop::sample::select(vec![
        MaterialState::Published,
        MaterialState::Published,
        MaterialState::Withdrawn,
    ]);
    let languages =
        prop::collection::vec(prop::sample::select(vec![Original, Translated, Stale, Missing]), 0..=3);
    let told = prop::collection::vec((1..60_i64, state, languages), 1..4);
    let downloads = prop::collection::vec((-3..8_i8, prop::collection::vec(0..50_i64, 0..3)), 0..5);
    (40..160_i64, told, downloads).prop_map(|(first, told, downloads)| {
        let mut at = first;
        let told = told.into_iter().map(|(wait, state, languages)| {
            at += wait;
            (at, state, languages)
        });
        Published { told: told.collect(), downloads }
    })
}

fn world() -> impl Strategy<Value = World> {
    let held = prop::collection::vec(held(), 0..8);
    let promises = prop::collection::vec(promise(), 0..5);
    (held, promises, prop::collection::vec(material(), 0..4)).prop_map(|(held, promises, materials)| World {
        held,
        promises,
        materials,
    })
}

/// What is known of some activities, promises and materials.
pub fn drawn(runner: &mut TestRunner) -> Vec<Fact> {
    facts(&versions::drawn(runner, &world()), false)
}

impl Held {
    fn is_counted(&self) -> bool {
        let is_of_period = match self.first_day {
            // The report is of 4 days.
            Some(day) => (0..=3).contains(&day),
            None => (START..CUT).contains(&self.start),
        };
        !self.is_exercise && is_of_period
    }
}

fn number(count: i32) -> u64 {
    count.unsigned_abs().into()
}

/// The name of a value, without what all names of its kind begin with.
fn bare(name: &str, prefix: &str) -> String {
    let bare = name.strip_prefix(prefix).unwrap();
    if bare == "UNSPECIFIED" { String::new() } else { bare.to_owned() }
}

fn activities(of_period: &[&Held], held: &[&Held]) -> Sheet {
    let mut sheet = Sheet::default();
    let count = |state| of_period.iter().filter(|one| one.state == state).count();
    sheet.count("held", held.len());
    sheet.count("announced", count(ActivityState::Published));
    sheet.count("cancelled", count(ActivityState::Cancelled));
    let several = |values: &[usize], names: &[&str]| -> Vec<String> {
        match values.is_empty() {
            true => vec![String::new()],
            false => values.iter().map(|at| names[*at].to_owned()).collect(),
        }
    };
    sheet.shares(
        "by_kind",
        held.iter().map(|one| bare(one.kind.as_str_name(), "ACTIVITY_KIND_")),
        held.len(),
    );
    let format =
        |one: &&Held| bare(ActivityFormat::try_from(one.format).unwrap().as_str_name(), "ACTIVITY_FORMAT_");
    sheet.shares("by_format", held.iter().map(format), held.len());
    sheet.shares("by_area", held.iter().flat_map(|one| several(&one.areas, &AREAS)), held.len());
    sheet.shares("by_language", held.iter().flat_map(|one| several(&one.languages, &LANGUAGES)), held.len());
    sheet.shares("by_organiser", held.iter().map(|_| "eu-just".to_owned()), held.len());
    sheet
}

fn reach(held: &[&Held]) -> Sheet {
    let mut sheet = Sheet::default();
    let sum = |of: &dyn Fn(&Held) -> u64| Wanted::Count(held.iter().map(|one| of(one)).sum());
    let groups = |groups: &[Group]| groups.iter().map(|group| number(group.2)).sum::<u64>();
    sheet.figure("participants", sum(&|one| number(one.participants)));
    sheet.figure("capacity", sum(&|one| number(one.capacity.unwrap_or(0))));
    sheet.figure("confirmed", sum(&|one| one.seats.last().map_or(0, |(seats, _)| groups(seats))));
    sheet.figure("waiting", sum(&|one| one.seats.last().map_or(0, |(_, waiting)| number(*waiting))));
    sheet.figure("present", sum(&|one| one.present.last().map_or(0, |(present, ..)| groups(present))));
    sheet.figure("unregistered", sum(&|one| one.present.last().map_or(0, |(_, others, _)| number(*others))));
    sheet.figure("open_questions", sum(&|one| one.present.last().map_or(0, |(.., open)| number(*open))));
    let issued = |one: &Held, of: fn(&(Group, i32)) -> i32| {
        one.certificates.last().map_or(0, |all| all.iter().map(|one| number(of(one))).sum())
    };
    sheet.figure("certificates", sum(&|one| issued(one, |(group, _)| group.2)));
    sheet.figure("revoked", sum(&|one| issued(one, |(_, revoked)| *revoked)));
    let mut by: [BTreeMap<String, [u64; 3]>; 2] = Default::default();
    let mut add = |column: usize, (country, audience, count): Group| {
        let audience = bare(AUDIENCES[audience].as_str_name(), "TARGET_AUDIENCE_");
        for (map, id) in by.iter_mut().zip([COUNTRIES[country].to_owned(), audience]) {
            map.entry(id).or_default()[column] += number(count);
        }
    };
    for one in held {
        one.seats.last().iter().flat_map(|(seats, _)| seats).for_each(|group| add(0, *group));
        one.present.last().iter().flat_map(|(present, ..)| present).for_each(|group| add(1, *group));
        one.certificates.last().iter().copied().flatten().for_each(|(group, _)| add(2, *group));
    }
    let [countries, audiences] = by;
    sheet.sums("by_country", countries);
    sheet.sums("by_audience", audiences);
    sheet
}

fn feedback(held: &[&Held]) -> Sheet {
    let mut sheet = Sheet::default();
    let told: Vec<&[Option<[i32; 5]>; 3]> = held.iter().filter_map(|one| one.feedback.last()).collect();
    let answers = told
        .iter()
        .map(|one| one.iter().flatten().map(|counts| counts.iter().sum::<i32>()).max().unwrap_or(0));
    sheet.figure("answers", Wanted::Count(answers.map(number).sum()));
    for (at, id) in ["usefulness", "clarity", "organisation"].into_iter().enumerate() {
        // Each rating that was given, one by one.
        let mut given: Vec<u64> = Vec::new();
        for counts in told.iter().filter_map(|one| one[at]) {
            for (rating, count) in (1..).zip(counts) {
                given.extend((0..count).map(|_| rating));
            }
        }
        sheet.figure(id, Wanted::Number(Fraction::of(given.iter().sum(), given.len() as u64)));
        let often = |rating: u64| Wanted::Count(given.iter().filter(|one| **one == rating).count() as u64);
        sheet.row("ratings", id, (1..=5).map(often).collect());
    }
    sheet
}

fn materials(all: &[Published]) -> Sheet {
    let mut sheet = Sheet::default();
    let first = |one: &Published| one.told.iter().map(|(at, ..)| *at).min().unwrap();
    let known = || all.iter().filter(|one| first(one) < CUT);
    let is = |one: &&Published, wanted| one.told.last().is_some_and(|(_, state, _)| *state == wanted);
    sheet.count("published", all.iter().filter(|one| (START..CUT).contains(&first(one))).count());
    sheet.count("open", known().filter(|one| is(one, MaterialState::Published)).count());
    sheet.count("withdrawn", known().filter(|one| is(one, MaterialState::Withdrawn)).count());
    let mut downloads = 0;
    for one in all {
        for day in 0..=3_i8 {
            let told = one.downloads.iter().rfind(|(of, _)| *of == day);
            downloads += told.map_or(0, |(_, counts)| counts.iter().sum::<i64>().unsigned_abs());
        }
    }
    sheet.figure("downloads", Wanted::Count(downloads));
    let mut rows: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    for one in known().filter(|one| is(one, MaterialState::Published)) {
        for (language, state) in LANGUAGES.iter().zip(&one.told.last().unwrap().2) {
            let column = match state {
                TranslationState::Original => 0,
                TranslationState::Translated => 1,
                TranslationState::Stale => 2,
                _ => 3,
            };
            rows.entry((*language).to_owned()).or_default()[column] += 1;
        }
    }
    sheet.sums("languages", rows);
    sheet
}

fn campaigns(of_period: &[&Held]) -> Sheet {
    let mut sheet = Sheet::default();
    let of = |kind| -> Vec<&&Held> {
        of_period.iter().filter(|one| one.kind == kind && one.state != ActivityState::Cancelled).collect()
    };
    // The newest report of each authority.
    let reported = |all: &[&&Held]| -> Vec<Reported> {
        let newest = |one: &&Held, by| one.reports.iter().rfind(|report| report.by == by).cloned();
        all.iter().flat_map(|one| (0..AUTHORITIES.len()).filter_map(|by| newest(one, by))).collect()
    };
    let (campaigns, surveillance) = (of(ActivityKind::Campaign), of(ActivityKind::JointSurveillance));
    let (told, sampled) = (reported(&campaigns), reported(&surveillance));
    sheet.count("campaigns", campaigns.len());
    sheet.count("campaign_reports", told.len());
    sheet.count("surveillance", surveillance.len());
    sheet.count("surveillance_reports", sampled.len());
    let mut rows: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    for (unit, value) in told.iter().flat_map(|one| &one.reach) {
        let row =
            rows.entry(bare(ReachUnit::try_from(*unit).unwrap().as_str_name(), "REACH_UNIT_")).or_default();
        row[0] += 1;
        row[1] += value.unsigned_abs();
    }
    sheet.sums("reach", rows);
    let areas: BTreeSet<usize> = sampled.iter().flat_map(|one| &one.samples).map(|(area, _)| *area).collect();
    for area in areas {
        let of_area = || sampled.iter().flat_map(|one| &one.samples).filter(|(other, _)| *other == area);
        let [taken, tested, non_compliant] =
            [0, 1, 2].map(|at| of_area().map(|(_, counts)| number(counts[at])).sum());
        let counts = [taken, tested, non_compliant].map(Wanted::Count);
        let share = Wanted::share(non_compliant, tested);
        sheet.row("samples", AREAS[area], counts.into_iter().chain([share]).collect());
    }
    sheet
}

fn obligations(promises: &[Promise]) -> Sheet {
    let mut sheet = Sheet::default();
    // The report is of 4 days, the obligation of 3.
    let is_of_period = |one: &&(usize, &Promise)| one.1.first <= 3 && one.1.first + 2 >= 0;
    let numbered: Vec<(usize, &Promise)> = promises.iter().enumerate().collect();
    let all: Vec<&(usize, &Promise)> = numbered.iter().filter(is_of_period).collect();
    let state = |one: &Promise| bare(one.state.as_str_name(), "OBLIGATION_STATE_");
    let count = |wanted| all.iter().filter(|(_, one)| one.state == wanted).count();
    sheet.count("obligations", all.len());
    sheet.count("fulfilled", count(ObligationState::Fulfilled));
    sheet.count("missed", count(ObligationState::Missed));
    sheet.shares("by_state", all.iter().map(|(_, one)| state(one)), all.len());
    for (index, one) in all {
        let name = format!("arrangements/eu-cn/obligations/workshop.{index}");
        let counts = [2, one.done as u64, one.planned as u64].map(Wanted::Count);
        let values = counts.into_iter().chain([Wanted::Word(state(one))]);
        sheet.row("each", &name, values.collect());
        for done in 0..one.done {
            sheet.row("fulfilments", &format!("{name} activities/{done}"), vec![Wanted::Count(1)]);
        }
    }
    sheet
}

fn actions(all: &[Held]) -> Sheet {
    let mut sheet = Sheet::default();
    let actions = all.iter().filter(|one| !one.is_exercise).flat_map(|one| &one.actions);
    let due: Vec<&Action> = actions.filter(|action| (START..CUT).contains(&action.due)).collect();
    let what = |action: &Action| match action.ended.filter(|(at, _)| *at < CUT) {
        None => "open",
        Some((_, false)) => "dropped",
        Some((at, true)) if at < action.due => "in_time",
        Some((_, true)) => "late",
    };
    let count = |wanted: &str| due.iter().filter(|one| what(one) == wanted).count();
    sheet.count("fell_due", due.len());
    ["in_time", "late", "open", "dropped"].into_iter().for_each(|id| sheet.count(id, count(id)));
    let looked_at = count("in_time") + count("late") + count("open");
    sheet.figure("share_in_time", Wanted::share(count("in_time") as u64, looked_at as u64));
    sheet.shares("by_owner", due.iter().map(|_| "eu-just".to_owned()), due.len());
    sheet
}

/// What a feed says of the state of action items, by when they ended.
pub fn state_of(action: Action) -> ActionItemState {
    match action.ended {
        None => ActionItemState::Open,
        Some((_, true)) => ActionItemState::Done,
        Some((_, false)) => ActionItemState::Dropped,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_value_of_training_equals_a_slow_calculation(world in world()) {
        let [said, same] = [false, true].map(|turned| {
            report_of_status(ReportTemplate::Training, "eu-just", "cn-gacc", facts(&world, turned), Status::Actual)
        });
        prop_assert_eq!(&said, &same);
        let of_period: Vec<&Held> = world.held.iter().filter(|one| one.is_counted()).collect();
        let held: Vec<&Held> =
            of_period.iter().filter(|one| one.state == ActivityState::Held).copied().collect();
        for (section, sheet) in [
            ("activities", activities(&of_period, &held)),
            ("reach", reach(&held)),
            ("feedback", feedback(&held)),
            ("materials", materials(&world.materials)),
            ("campaigns", campaigns(&of_period)),
            ("obligations", obligations(&world.promises)),
            ("actions", actions(&world.held)),
        ] {
            sheet.is_said(&said, section);
        }
    }
}
