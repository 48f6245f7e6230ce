//! Each figure equals a slow, independent calculation over random histories, whatever order events of different alerts come in.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be set up is a failed test")]

mod asked;
mod behind;
mod bodies;
mod bulletins;
mod chinese;
mod compared;
mod confirmed;
mod control;
mod exchanged;
mod fewest;
mod history;
mod kept;
mod ledger;
mod named;
mod random;
mod reckoned;
mod reports;
mod sheet;
mod situation;
mod slow;
mod slow_control;
mod slow_exchange;
mod slow_targeting;
mod slow_times;
mod stand;
mod targeting;
mod told;
mod told_exchange;
mod told_training;
mod traces;
mod training;
mod versions;
mod waiting;
mod withheld;

use std::{collections::HashMap, sync::LazyLock};

use jiff::Timestamp;
use proptest::prelude::*;
use prost::{Message, Name};
use seamless_calendar::{Calendars, Zones};
use seamless_identity::{Arrangement, AuthorityId, Cooperation, FieldGroup, SAMPLE_COOPERATION};
use seamless_proto::seamless::feed::v1::{Event, EventStatus as WireStatus};
use seamless_reporting::{
    contract::FeedReader,
    domain::{
        content::{Content, Table, Text, Value},
        facts::{AlertFact, Fact, Said, alert_of},
        figures::{Facts, Party, Question, content, has_partner, statistics::World},
        model::{EventStatus, NotificationState, Period, Release, ReportTemplate},
        small_counts::{Days, Draft, JudgedBy},
        source::{Feed, Source},
    },
};

use seamless_suppression::{Budget, Rule};

use history::History;
use random::histories;
use told::{events_of, events_shown_afterwards};

/// The first instant of the period, by its hour; in histories of alerts by its moment.
const START: i64 = 90;
/// The first instant behind it.
const CUT: i64 = 180;

/// Whose feeds are read of alerts.
const READERS: [&str; 3] = ["cn-gacc", "eu-just", "ca-hc"];

/// An instant, by its hour.
fn hour(hour: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hour * 3_600).unwrap()
}

/// An alert of the second quarter of 2027 of which nothing is said.
fn plain_alert(id: usize) -> AlertFact {
    AlertFact {
        name: format!("notifications/{id}"),
        status: EventStatus::Actual,
        originator: "eu-just".parse().unwrap(),
        state: NotificationState::Transmitted,
        kind: None,
        level: None,
        category: None,
        risks: Vec::new(),
        origins: Vec::new(),
        sold_online: None,
        notifier: None,
        measures: Vec::new(),
        obligations: Vec::new(),
        counterfeit: None,
        listings: Vec::new(),
        identified_by: Vec::new(),
        confirmed: Some("2027-05-03T08:00:00Z".parse().unwrap()),
        dated: None,
        withdrawn: None,
        to_parties: None,
        versions: Vec::new(),
        rounds: Vec::new(),
    }
}

/// An authority that reads the feed of a service, and sees nothing but its own as its own.
fn reader_of(source: Source, reader: &str) -> FeedReader {
    let reader: AuthorityId = reader.parse().unwrap();
    FeedReader { own: [reader.clone()].into(), feed: Feed { source, reader } }
}

/// What is known of alerts after some events.
fn known(events: &[Event], reader: &AuthorityId) -> Vec<Fact> {
    known_by(&reader_of(Source::Notifications, reader.as_str()), events)
}

/// What is known after some events, taken in one by one.
fn known_by(reader: &FeedReader, events: &[Event]) -> Vec<Fact> {
    let mut facts: HashMap<(&'static str, String), Fact> = HashMap::new();
    for said in events.iter().flat_map(|event| reader.said(event)) {
        let (kind, name) = said.key();
        let key = (kind, name.to_owned());
        if let Said::Lost(loss) = &said {
            facts.retain(|(_, name), _| alert_of(name) != loss.alert);
        }
        let before = facts.remove(&key);
        if let Some(after) = said.after(before) {
            facts.insert(key, after);
        }
    }
    facts.into_values().collect()
}

/// An event of a feed.
fn event<E: Message + Name>(position: i64, at: i64, status: WireStatus, event: &E) -> Event {
    Event {
        position,
        r#type: E::full_name(),
        occur_time: Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 }),
        status: status.into(),
        data: Some(prost_types::Any { type_url: E::type_url(), value: event.encode_to_vec() }),
        ..Event::default()
    }
}

/// The arrangements of the sample, by whose terms both sides see everything; but that between the EU and Canada keeps the risk back.
fn arrangements() -> &'static [Arrangement] {
    static ALL: LazyLock<Vec<Arrangement>> = LazyLock::new(|| {
        // By the names that the deadlines of random histories have.
        let text = SAMPLE_COOPERATION.replacen(
            "[[arrangement.deadline]]\nid = \"online-reaction\"",
            "[[arrangement.deadline]]\nid = \"acknowledgement\"\nacting = \"cn-gacc\"\napplies_to = \"all\"\nstart = \"transmitted\"\n\
             stop = \"acknowledged\"\nlength = 5\nunit = \"calendar-days\"\nlegal_basis = \"none\"\n\n\
             [[arrangement.deadline]]\nid = \"reaction\"",
            1,
        );
        let cooperation = Cooperation::parse(&text, &Calendars::embedded().unwrap()).unwrap();
        let mut all: Vec<Arrangement> = cooperation.arrangements().cloned().collect();
        let with_canada = all.iter_mut().filter(|arrangement| arrangement.id.as_str() == "eu-ca");
        with_canada
            .for_each(|arrangement| arrangement.field_groups.retain(|group| *group != FieldGroup::Risk));
        all
    });
    &ALL
}

/// The jurisdictions of the sample: of each authority that of its side.
fn jurisdictions() -> &'static HashMap<AuthorityId, String> {
    static ALL: LazyLock<HashMap<AuthorityId, String>> = LazyLock::new(|| {
        let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &Calendars::embedded().unwrap()).unwrap();
        let side = |id: &AuthorityId| cooperation.authority(cooperation.contact_point_of(id)).unwrap();
        let authorities = cooperation.authorities();
        authorities.map(|one| (one.id.clone(), side(&one.id).jurisdiction.clone())).collect()
    });
    &ALL
}

/// What the authorities of the sample are called.
fn names() -> &'static HashMap<AuthorityId, Text> {
    static ALL: LazyLock<HashMap<AuthorityId, Text>> = LazyLock::new(|| {
        let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &Calendars::embedded().unwrap()).unwrap();
        let name = |one: &seamless_identity::Authority| {
            let english = &one.names["en"];
            Text::of(english, one.names.get("zh").unwrap_or(english))
        };
        cooperation.authorities().map(|one| (one.id.clone(), name(one))).collect()
    });
    &ALL
}

fn party(id: &str) -> Party {
    let id: AuthorityId = id.parse().unwrap();
    let name = names().get(&id).cloned().unwrap_or_else(|| Text::same(id.to_string()));
    Party { names: name, members: vec![id.clone()], id }
}

fn report_of_status(
    template: ReportTemplate,
    owner: &str,
    partner: &str,
    facts: Vec<Fact>,
    status: EventStatus,
) -> Content {
    asking(template, (owner, partner), status, |question| content(question, Facts::of(facts, status)))
}

/// Asks as a report about the period of all histories but those of alerts does.
fn asking<T>(
    template: ReportTemplate,
    (owner, partner): (&str, &str),
    status: EventStatus,
    ask: impl FnOnce(&Question<'_>) -> T,
) -> T {
    let (owner, partner) = (party(owner), party(partner));
    let period = Period {
        first: "2027-01-01".parse().unwrap(),
        last: "2027-01-04".parse().unwrap(),
        zone: "UTC".to_owned(),
    };
    ask(&Question {
        template,
        owner: &owner,
        partner: has_partner(template).then_some(&partner),
        period: &period,
        zone: &jiff::tz::TimeZone::UTC,
        start: hour(START),
        cut: hour(CUT),
        status,
        arrangements: arrangements(),
        jurisdictions: jurisdictions(),
        names: names(),
    })
}

/// Of a table of counts and shares: each share is that of the count in all cases; each case stands in one row, or in one at least.
fn shares_are_of_all(table: &Table) {
    if table.columns.last().is_none_or(|column| column.english != "share of all") {
        return;
    }
    let mut sum = 0;
    for row in &table.rows {
        let [Value::Count(count), share] = row.values.as_slice() else { panic!("{row:?}") };
        let wanted = slow_times::Wanted::share(*count, table.cases);
        assert!(wanted.is(share), "{} of {}: {share:?} instead of {wanted:?}", row.id, table.id);
        assert!(*count > 0 && *count <= table.cases, "{} of {}", row.id, table.id);
        sum += count;
    }
    assert!(sum >= table.cases && (table.overlapping || sum == table.cases), "{table:?}");
}

/// The counts of a section, and the rows of its tables, by name.
fn counts(content: &Content, section: &str) -> Vec<(String, u64)> {
    let section = content.sections.iter().find(|one| one.id == section).unwrap();
    section.tables.iter().for_each(shares_are_of_all);
    let of = |value: &Value| match value {
        Value::Count(count) => Some(*count),
        _ => None,
    };
    let figures = section.figures.iter().filter_map(|one| Some((one.id.to_owned(), of(&one.value)?)));
    let rows = section.tables.iter().flat_map(|table| {
        table
            .rows
            .iter()
            .filter_map(|row| Some((format!("{}/{}", table.id, row.id), of(row.values.first()?)?)))
    });
    let mut all: Vec<(String, u64)> = figures.chain(rows).filter(|(_, count)| *count > 0).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_count_equals_a_slow_calculation(history in histories()) {
        reports::compare(&history, false);
        reports::compare(&history, true);
        reports::compare(&History { leaves: true, ..history }, false);
    }

    #[test]
    fn events_of_different_alerts_come_in_whatever_order(history in histories()) {
        let mut by_alert = history.clone();
        by_alert.acts.sort_by_key(|act| act.alert);
        for pair in reports::PAIRS {
            let id: AuthorityId = pair.0.parse().unwrap();
            let said = |history: &History| {
                let facts = known(&events_of(history, pair.0), &id);
                reports::report(ReportTemplate::QuarterlyPartner, pair, facts, EventStatus::Actual)
            };
            prop_assert_eq!(said(&history), said(&by_alert));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_read_anew_is_what_has_grown(history in histories(), leaves in any::<bool>()) {
        let history = History { leaves, ..history };
        for reader in READERS {
            let id: AuthorityId = reader.parse().unwrap();
            let sorted = |events: &[Event]| {
                let mut facts: Vec<String> =
                    known(events, &id).iter().map(|fact| serde_json::to_string(fact).unwrap()).collect();
                facts.sort();
                facts
            };
            // Read while rights were lost, and read from the first event on afterwards.
            let grown = sorted(&events_of(&history, reader));
            prop_assert_eq!(grown, sorted(&events_shown_afterwards(&history, reader)));
        }
    }
}

/// A question about alerts of the days of histories, from their first moment to their cut.
fn about_histories<'a>(
    owner: &'a Party,
    period: &'a Period,
    jurisdictions: &'a HashMap<AuthorityId, String>,
) -> Question<'a> {
    static UTC: jiff::tz::TimeZone = jiff::tz::TimeZone::UTC;
    Question {
        template: ReportTemplate::AnnualStatistics,
        owner,
        partner: None,
        period,
        zone: &UTC,
        start: history::instant(START),
        cut: history::instant(CUT),
        status: EventStatus::Actual,
        arrangements: arrangements(),
        jurisdictions,
        names: names(),
    }
}

/// A question of the EU about some days.
fn asked<T>(days: Days, ask: impl FnOnce(&Question<'_>, World<'_>) -> T) -> T {
    let owner = party("eu-just");
    let (zones, jurisdictions) = (Zones::bundled(), HashMap::<AuthorityId, String>::new());
    let period = Period { first: days.0, last: days.1, zone: "UTC".to_owned() };
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
        jurisdictions: &jurisdictions,
        names: names(),
    };
    ask(&question, World { zones: &zones, jurisdictions: &jurisdictions })
}

/// By what it is judged that others are told.
fn by<'a>(before: &'a [Release], rule: Rule, budget: &'a Budget<'a>) -> JudgedBy<'a> {
    JudgedBy { before, rule, budget }
}

/// A draft of the EU as others were given it.
fn published(draft: Draft, withheld: &[bool]) -> Release {
    draft.published(withheld, uuid::Uuid::nil(), "eu-just".parse().unwrap(), Timestamp::UNIX_EPOCH)
}
