//! What others were told before is reckoned with: counts of other days, of other states, and by other rules.

use std::collections::HashMap;

use jiff::Timestamp;
use seamless_calendar::Zones;
use seamless_identity::AuthorityId;
use seamless_reporting::domain::{
    content::{Content, Figure, Measured, Row, Section, Table, Text, Value},
    facts::{AlertFact, Fact},
    figures::{
        Facts, Question,
        statistics::{Condition, StatisticsQuery, World},
    },
    model::{
        EventStatus, Input, NotificationState, Period, PublishedCell, PublishedRelation, Release,
        ReportTemplate, StatisticsDimension as By, StatisticsMeasure as Of, StatisticsSubject,
    },
    small_counts::{
        Draft, Key, ReportScope, draft_of_report, judged_by, release, settle, withheld_content,
        wrong_for_release, wrong_period_for_release,
    },
};
use seamless_suppression::{Budget, Rule, SuppressionError};

use crate::{by, party, plain_alert, published};

fn period(first: &str, last: &str) -> Period {
    Period { first: first.parse().unwrap(), last: last.parse().unwrap(), zone: "UTC".to_owned() }
}

/// Cases of some days.
fn cases(first: &str, last: &str) -> Key {
    Key::of("CASES", EventStatus::Actual, &period(first, last))
}

/// Cases of some days on one category.
fn of(category: &str, first: &str, last: &str) -> Key {
    cases(first, last).with("CATEGORY", [category])
}

/// Something that others were given.
fn given(cells: &[(&Key, u64, Option<bool>)], relations: Vec<PublishedRelation>) -> Release {
    let cell = |(key, count, told): &(&Key, u64, Option<bool>)| PublishedCell {
        key: key.to_string(),
        count: *count,
        told: *told,
    };
    Release {
        id: uuid::Uuid::nil(),
        owner: "eu-just".parse().unwrap(),
        published: true,
        cells: cells.iter().map(cell).collect(),
        relations,
        sums: Vec::new(),
        tables: Vec::new(),
        create_time: Timestamp::UNIX_EPOCH,
        revision: 1,
    }
}

/// Whether one more count is withheld.
fn is_withheld(key: &Key, count: u64, before: &[Release], least: u64) -> bool {
    let mut draft = Draft::new();
    let at = draft.open(key, count);
    let settled =
        settle(&mut draft, &[], by(before, Rule::of_least(least), &Budget::default())).unwrap().unwrap();
    settled.verdict.withheld[at]
}

#[test]
fn a_quarter_of_which_all_months_are_known_leaves_nothing_over() {
    let april = given(&[(&of("TOYS", "2027-04-01", "2027-04-30"), 5, Some(false))], Vec::new());
    let may = given(&[(&of("TOYS", "2027-05-01", "2027-05-31"), 6, Some(true))], Vec::new());
    let june = of("TOYS", "2027-06-01", "2027-06-30");
    let quarter = of("TOYS", "2027-04-01", "2027-06-30");
    let mut before = vec![april, may];
    assert!(!is_withheld(&quarter, 11, &before, 3), "how many there were in June nobody knows");
    let told = given(&[(&june, 0, Some(true))], Vec::new());
    assert!(is_withheld(&quarter, 11, &[&before[..], &[told]].concat(), 3), "eleven less six are April's");
    // A table without such a row tells the same.
    before.push(given(&[(&of("LIGHTERS", "2027-06-01", "2027-06-30"), 9, Some(true))], Vec::new()));
    assert!(is_withheld(&quarter, 11, &before, 3), "no toys are in the table of June");
    let all_of_june = given(&[(&cases("2027-06-01", "2027-06-30"), 9, Some(true))], Vec::new());
    assert!(
        !is_withheld(&quarter, 11, &[&before[..2], &[all_of_june]].concat(), 3),
        "of what June was nobody knows"
    );
}

#[test]
fn a_year_leaves_over_what_is_in_none_of_its_quarters() {
    let year = of("TOYS", "2027-01-01", "2027-12-31");
    let quarter = of("TOYS", "2027-04-01", "2027-06-30");
    let months = [("2027-04-01", "2027-04-30", 12), ("2027-05-01", "2027-05-31", 9)]
        .map(|(first, last, count)| given(&[(&of("TOYS", first, last), count, Some(true))], Vec::new()));
    let in_quarter = given(&[(&quarter, 30, Some(true))], Vec::new());
    let before = [&months[..], &[in_quarter]].concat();
    assert!(is_withheld(&year, 32, &before, 5), "two more in the year");
    assert!(!is_withheld(&year, 36, &before, 5));
    assert!(is_withheld(&year, 23, &months, 5), "two more than in April and May");
    // Days of which the last is before the first are of nothing, and counted at another time they may be more than the whole.
    let none = given(&[(&of("TOYS", "2027-06-30", "2027-04-01"), 0, Some(true))], Vec::new());
    assert!(!is_withheld(&year, 18, &[&before[..], &[none]].concat(), 5));
}

#[test]
fn what_went_since_its_months_were_told_is_what_a_quarter_lacks() {
    let quarter = of("TOYS", "2027-04-01", "2027-06-30");
    let months = [("2027-04-01", "2027-04-30"), ("2027-05-01", "2027-05-31"), ("2027-06-01", "2027-06-30")];
    let months = months.map(|(first, last)| given(&[(&of("TOYS", first, last), 10, Some(true))], Vec::new()));
    assert!(is_withheld(&quarter, 28, &months, 5), "two of thirty are gone");
    assert!(!is_withheld(&quarter, 25, &months, 5));
    assert!(!is_withheld(&quarter, 30, &months, 5));
    assert!(is_withheld(&quarter, 32, &months, 5), "two have come");
    // Of how many of them the rest of the time is nobody knows.
    assert!(!is_withheld(&quarter, 18, &months[..2], 5));
}

#[test]
fn others_are_told_of_whole_times_of_the_calendar_that_are_over() {
    let zones = Zones::bundled();
    let now: Timestamp = "2027-08-01T00:00:59Z".parse().unwrap();
    let wrong = |first: &str, last: &str| {
        let wrong = wrong_period_for_release(&period(first, last), &zones, now);
        wrong.into_iter().map(|one| one.field).collect::<Vec<_>>()
    };
    for (first, last) in [
        ("2027-02-01", "2027-02-28"),
        ("2027-04-01", "2027-06-30"),
        ("2027-01-01", "2027-06-30"),
        ("2026-07-01", "2026-12-31"),
        ("2026-01-01", "2026-12-31"),
    ] {
        assert!(wrong(first, last).is_empty(), "{first} to {last}");
    }
    assert_eq!(wrong("2027-04-02", "2027-06-30"), ["start_date"]);
    for (first, last) in [
        ("2027-04-01", "2027-06-29"),
        ("2027-02-01", "2027-04-30"),
        ("2027-04-01", "2027-05-31"),
        ("2026-04-01", "2027-03-31"),
        ("2025-01-01", "2026-12-31"),
        ("2027-05-01", "2027-04-30"),
    ] {
        assert_eq!(wrong(first, last), ["end_date"], "{first} to {last}");
    }
    assert_eq!(wrong("2027-01-01", "2027-12-31"), ["end_date"], "it goes on");
    assert_eq!(wrong("2027-07-01", "2027-07-31"), ["end_date"], "what happened last may be told still");
}

#[test]
fn what_was_withdrawn_is_another_count_than_what_stands_as_withdrawn() {
    let key = cases("2027-01-01", "2027-03-31");
    let withdrawn = key.clone().with("HAS", ["WITHDRAWN"]);
    let stands = key.with("ALERT_STATE", ["WITHDRAWN"]);
    assert_ne!(stands, withdrawn, "some may have been since");
    assert_eq!(stands.clone().with("HAS", ["WITHDRAWN"]), withdrawn, "whatever was, stands so");
    assert_eq!(withdrawn.clone().with("ALERT_STATE", ["WITHDRAWN"]), withdrawn);
    assert_ne!(withdrawn.clone().with("ALERT_STATE", ["TRANSMITTED"]), withdrawn);
}

fn alert(id: usize, withdrawn: Option<&str>) -> Fact {
    let state = match withdrawn {
        Some(_) => NotificationState::Withdrawn,
        None => NotificationState::Transmitted,
    };
    Fact::Alert(AlertFact {
        state,
        withdrawn: withdrawn.map(|time| time.parse().unwrap()),
        ..plain_alert(id)
    })
}

#[test]
fn what_was_withdrawn_since_the_cut_is_not_told_apart() {
    let owner = party("eu-just");
    let (zones, jurisdictions) = (Zones::bundled(), HashMap::<AuthorityId, String>::new());
    let world = World { zones: &zones, jurisdictions: &jurisdictions };
    let period = period("2027-04-01", "2027-06-30");
    let question = Question {
        template: ReportTemplate::AnnualStatistics,
        owner: &owner,
        partner: None,
        period: &period,
        zone: &jiff::tz::TimeZone::UTC,
        start: period.start(&zones).unwrap(),
        cut: period.end(&zones).unwrap(),
        status: EventStatus::Actual,
        arrangements: &[],
    };
    let before = std::iter::repeat_n(Some("2027-06-01T08:00:00Z"), 6);
    let since = std::iter::repeat_n(Some("2027-07-02T08:00:00Z"), 2);
    let all = before.chain(since).chain(std::iter::repeat_n(None, 7));
    let facts = Facts::of(all.enumerate().map(|(id, withdrawn)| alert(id, withdrawn)), EventStatus::Actual);
    let query = |dimensions: &[By], measure: Of| StatisticsQuery {
        subject: StatisticsSubject::Alerts,
        period: period.clone(),
        status: EventStatus::Actual,
        filter: Vec::new(),
        dimensions: dimensions.to_vec(),
        measures: vec![measure],
        order_by: None,
        ascending: false,
        limit: 1_000,
    };
    let rule = Rule::of_least(5);
    let told = |query: &StatisticsQuery, before: &[Release]| {
        release(&question, query, &facts, world, by(before, rule, &Budget::default())).unwrap().unwrap()
    };
    let count = |value: Value| if let Value::Count(count) = value { Some(count) } else { None };

    // In one table: eight stand as withdrawn, and six were before the cut.
    let both = told(&query(&[By::AlertState], Of::Withdrawn), &[]).statistics;
    let row = both.rows.iter().find(|row| row.coordinates[0].id == "WITHDRAWN").unwrap();
    let told_both = row.cases == 8 && count(row.values[0]) == Some(6);
    assert!(!told_both, "two are the difference: {both:?}");

    // One after the other.
    let states = told(&query(&[By::AlertState], Of::Alerts), &[]);
    let row = states.statistics.rows.iter().find(|row| row.coordinates[0].id == "WITHDRAWN").unwrap();
    assert_eq!(row.cases, 8);
    let earlier = published(states.draft, &states.verdict.withheld);
    let withdrawn = told(&query(&[], Of::Withdrawn), &[earlier]).statistics;
    assert_eq!(count(withdrawn.total.values[0]), None, "two are the difference: {withdrawn:?}");
    let alone = told(&query(&[], Of::Withdrawn), &[]).statistics;
    assert_eq!(count(alone.total.values[0]), Some(6));
}

#[test]
fn what_does_not_fit_together_is_not_published() {
    let key = cases("2027-04-01", "2027-06-30");
    let parts = [key.clone().with("CATEGORY", ["TOYS"]), key.clone().with("CATEGORY", ["LIGHTERS"])];
    let judged = |mut draft: Draft| {
        settle(&mut draft, &[], by(&[], Rule::of_least(3), &Budget::default()))
            .map(|settled| settled.is_some())
    };
    let mut twice = Draft::new();
    twice.open(&key, 12);
    twice.open(&key, 13);
    assert_eq!(judged(twice), Err(SuppressionError::Unequal { whole: 12, parts: 13 }));
    for (counts, adds_up, is_covered) in [([6, 6], true, true), ([7, 6], false, true), ([5, 6], false, false)]
    {
        for (overlaps, fits) in [(false, adds_up), (true, is_covered)] {
            let mut draft = Draft::new();
            let whole = draft.open(&key, 12);
            let parts = parts.iter().zip(counts).map(|(part, count)| draft.open(part, count));
            let parts: Vec<usize> = parts.collect();
            match overlaps {
                true => {
                    let values = ["TOYS", "LIGHTERS"].map(str::to_owned);
                    let parts: Vec<_> = values.into_iter().zip(parts).collect();
                    draft.is_covered(&key, whole, "CATEGORY", &parts);
                }
                false => draft.adds_up(whole, parts),
            }
            assert_eq!(judged(draft).is_ok(), fits, "{counts:?}, overlapping {overlaps}");
        }
    }
}

/// Two and three of five are withheld by an earlier rule, which a later one would not have told apart at all.
#[test]
fn what_can_be_reckoned_already_is_not_reckoned_more_narrowly() {
    let total = cases("2027-04-01", "2027-06-30");
    let [toys, lighters, cosmetics] =
        ["TOYS", "LIGHTERS", "COSMETICS"].map(|one| total.clone().with("CATEGORY", [one]));
    let [yes, no] = ["YES", "NO"].map(|one| toys.clone().with("SOLD_ONLINE", [one]));
    let relation = PublishedRelation { whole: 0, parts: vec![1, 2] };
    let cells = [(&toys, 5, Some(true)), (&yes, 2, Some(false)), (&no, 3, Some(false))];
    let before = [given(&cells, vec![relation]), given(&[(&lighters, 9, Some(true))], Vec::new())];
    let rule = Rule::of_least(5);
    // Twelve are those that were not sold online, and the lighters.
    let draft = || {
        let mut draft = Draft::new();
        let both = draft.open(&total.clone().with("NO_OR_LIGHTERS", ["YES"]), 12);
        let parts = vec![draft.implied(&no, 3), draft.implied(&lighters, 9)];
        draft.adds_up(both, parts);
        (draft, both)
    };
    let (mut alone, _) = draft();
    assert!(
        settle(&mut alone, &[], by(&before, rule, &Budget::default())).unwrap().is_none(),
        "three are not online, so two are"
    );
    let (mut in_rows, both) = draft();
    let settled =
        settle(&mut in_rows, &[vec![both]], by(&before, rule, &Budget::default())).unwrap().unwrap();
    assert!(settled.left_out[0] && settled.verdict.withheld[both]);
    // What tells nothing more of it is told.
    assert!(!is_withheld(&cosmetics, 12, &before, 5));
}

#[test]
fn what_is_kept_back_is_in_nothing_that_is_published() {
    let key = cases("2027-04-01", "2027-06-30");
    let lighters = key.clone().with("CATEGORY", ["LIGHTERS"]);
    let ledger = |few: u64| {
        vec![given(&[(&key, 21, Some(true)), (&lighters, few, Some(false)), (&key, few, None)], Vec::new())]
    };
    let digested = |ledger: &[Release]| judged_by(ledger, Rule::of_least(5)).unwrap();
    assert_eq!(digested(&ledger(2)), digested(&ledger(3)), "neither is told");
    assert_eq!(
        digested(&ledger(2)),
        digested(&[ledger(2), ledger(3)].concat()),
        "nor that something was withheld again"
    );
    assert_ne!(digested(&ledger(2)), digested(&[]));
    let told = Input {
        source: "notifications".to_owned(),
        position: 17,
        events: 9,
        last_event_time: Some(Timestamp::UNIX_EPOCH),
        content_sha256: "ab".repeat(32),
        alerts_lost: 1,
    };
    let wanted = Input {
        source: "notifications".to_owned(),
        position: 0,
        events: 0,
        last_event_time: None,
        content_sha256: String::new(),
        alerts_lost: 0,
    };
    assert_eq!(told.for_others(), wanted);
}

#[test]
fn others_are_not_given_what_cannot_be_judged() {
    let period = period("2027-04-01", "2027-06-30");
    let jurisdiction = Condition { dimension: By::ReactingJurisdiction, values: vec!["CN".to_owned()] };
    let query = StatisticsQuery {
        subject: StatisticsSubject::Cases,
        period: period.clone(),
        status: EventStatus::Actual,
        filter: vec![jurisdiction],
        dimensions: vec![By::Recipient, By::ReactingJurisdiction],
        measures: vec![Of::Cases, Of::Alerts, Of::ShareWithin21Days, Of::ShareOnTime, Of::ShareOfAll],
        order_by: None,
        ascending: false,
        limit: 1_000,
    };
    let wrong = |query: &StatisticsQuery| {
        let mut wrong: Vec<String> = wrong_for_release(query).into_iter().map(|one| one.field).collect();
        wrong.sort();
        wrong
    };
    let fields = ["dimensions[1]", "filter[0].dimension", "measures[1]", "measures[2]", "measures[3]"];
    assert_eq!(wrong(&query), fields);
    let alerts = StatisticsQuery {
        subject: StatisticsSubject::Alerts,
        filter: Vec::new(),
        dimensions: Vec::new(),
        measures: vec![Of::Alerts, Of::ShareOfAll],
        ..query
    };
    assert!(wrong(&alerts).is_empty());

    // Nor is a share in a report: of its figures none, and of its tables none that was estimated.
    let share = |lower: Option<f64>| Value::Share(Measured { value: 0.5, lower, upper: None });
    let text = || Text::same("a text");
    let (title, definition) = (text(), text());
    let figure = Figure { id: "share", title, definition, value: share(Some(0.4)), cases: 40 };
    let row = |id: &str| Row {
        id: id.to_owned(),
        title: text(),
        values: vec![Value::Count(20), share(None), share(Some(0.4))],
    };
    let table = Table {
        id: "table",
        title: text(),
        definition: text(),
        columns: vec![text(), text(), text()],
        rows: vec![row("one"), row("other")],
        cases: 40,
        overlapping: false,
    };
    let section = Section { id: "section", title: text(), figures: vec![figure], tables: vec![table] };
    let content = Content { title: text(), facts: Vec::new(), sections: vec![section] };
    let scope = ReportScope { template: "ANNUAL_STATISTICS", status: EventStatus::Actual, period: &period };
    let (mut draft, places) = draft_of_report(&content, scope);
    let rule = Rule::of_least(5);
    let settled = settle(&mut draft, &places.groups(), by(&[], rule, &Budget::default())).unwrap().unwrap();
    let told = withheld_content(content, &places, &settled, rule);
    assert_eq!(told.sections[0].figures[0].value, Value::Withheld);
    let values = &told.sections[0].tables[0].rows[0].values;
    assert_eq!(values[..], [Value::Count(20), share(None), Value::Withheld]);
}

/// Where no country is said a report names the authority, and an answer none: it is one count.
#[test]
fn an_authority_without_a_country_is_no_second_count() {
    let period = period("2027-04-01", "2027-06-30");
    let text = || Text::same("a text");
    let row = |id: &str, cases: u64| Row {
        id: id.to_owned(),
        title: text(),
        values: vec![Value::Count(cases), Value::Count(0)],
    };
    let table = Table {
        id: "reactions",
        title: text(),
        definition: text(),
        columns: vec![text(), text()],
        rows: vec![row("eu-just cn-gacc", 7), row("FR cn-gacc", 2)],
        cases: 9,
        overlapping: false,
    };
    let section = Section { id: "reactions", title: text(), figures: Vec::new(), tables: vec![table] };
    let content = Content { title: text(), facts: Vec::new(), sections: vec![section] };
    let scope = ReportScope { template: "ANNUAL_STATISTICS", status: EventStatus::Actual, period: &period };
    let (mut draft, places) = draft_of_report(&content, scope);
    let settled = settle(&mut draft, &places.groups(), by(&[], Rule::of_least(3), &Budget::default()))
        .unwrap()
        .unwrap();
    let report = published(draft, &settled.verdict.withheld);
    let total = cases("2027-04-01", "2027-06-30");
    let told = |key: &Key| report.cells.iter().find(|cell| cell.key == key.to_string()).unwrap().told;
    assert_eq!(told(&total), Some(true));
    let nameless = total.clone().with("NOTIFIER", [""]);
    assert!(is_withheld(&nameless, 7, std::slice::from_ref(&report), 3), "two of nine are left");
    assert!(is_withheld(&nameless.with("RECIPIENT", ["cn-gacc"]), 7, &[report], 3));
}
