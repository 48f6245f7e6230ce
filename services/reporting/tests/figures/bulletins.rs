//! A bulletin lists every alert of its month and origin and no other: as a slow look at the newest version of each alert says.

use std::collections::BTreeSet;

use proptest::prelude::*;
use prost::{Message, Name};
use prost_types::Any;
use seamless_identity::AuthorityId;
use seamless_labels::{Label, Labelled};
use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus as WireStatus},
    notifications::v1::{self as wire, NotificationState},
    r#type::v1::CivilDate,
};
use seamless_reporting::{
    config::BulletinSettings,
    domain::{
        bulletins::{BulletinQuestion, bulletin},
        facts::Fact,
        glossary::Glossary,
        model::{EventStatus, MeasureAction, Month, OperatorRole, RemedyKind, RiskType},
    },
};
use seamless_vocabulary::Vocabulary;

use crate::{known, party};

const ORIGINS: [&str; 3] = ["CN", "VN", "US"];
/// New York is five hours behind, so that the month turns there at five o'clock.
const ZONE: &str = "America/New_York";

/// A version of an alert as it is told, or that the right to it ended.
#[derive(Clone, Debug)]
struct Told {
    alert: u32,
    originator: &'static str,
    state: NotificationState,
    kind: i32,
    status: WireStatus,
    origins: Vec<&'static str>,
    /// Month (0: not said) and day (0: not said) of 2027.
    notified: Option<(i32, i32)>,
    published: Option<(i32, i32)>,
    /// Hours around the turn of January to February in UTC.
    hour: i64,
    is_lost: bool,
}

fn date() -> impl Strategy<Value = Option<(i32, i32)>> {
    let date = (0..=3, 0..=28).prop_map(|(month, day)| (month, if month == 0 { 0 } else { day }));
    prop::option::of(date)
}

fn told() -> impl Strategy<Value = Told> {
    use NotificationState::{Draft, Submitted, Transmitted, Validated, Withdrawn};
    let states = [Draft, Submitted, Validated, Validated, Transmitted, Transmitted, Withdrawn];
    let who = prop::sample::select(vec!["us-cpsc", "us-cpsc", "us-other", "eu-just"]);
    let status = prop::sample::select(vec![WireStatus::Actual, WireStatus::Actual, WireStatus::Exercise]);
    let origins = prop::sample::subsequence(ORIGINS.to_vec(), 0..=3);
    let what = (0..6_u32, who, prop::sample::select(states.to_vec()), 1..=4_i32, status);
    let when = (date(), date(), -10..10_i64, prop::bool::weighted(0.1));
    (what, origins.prop_shuffle(), when).prop_map(|(what, origins, (notified, published, hour, is_lost))| {
        Told {
            alert: what.0,
            originator: what.1,
            state: what.2,
            kind: what.3,
            status: what.4,
            origins,
            notified,
            published,
            hour,
            is_lost,
        }
    })
}

fn civil((month, day): (i32, i32)) -> CivilDate {
    CivilDate { year: 2027, month, day }
}

fn name(alert: u32) -> String {
    format!("notifications/{}", uuid::Uuid::from_u128(alert.into()))
}

fn event(position: usize, told: &Told) -> Event {
    let turn: jiff::Timestamp = "2027-02-01T05:00:00Z".parse().unwrap();
    let data = if told.is_lost {
        let removal = wire::Removal {
            notification: name(told.alert),
            originator: "eu-just".to_owned(),
            authority: "us-cpsc".to_owned(),
            reason: wire::RemovalReason::Revoked.into(),
            ..Default::default()
        };
        let event = wire::RemovalOrdered { removal: Some(removal) };
        (wire::RemovalOrdered::full_name(), event.encode_to_vec())
    } else {
        let notification = wire::Notification {
            name: name(told.alert),
            originator: told.originator.to_owned(),
            state: told.state.into(),
            general: Some(wire::General {
                r#type: told.kind,
                notification_date: told.notified.map(civil),
                publication_date: told.published.map(civil),
                ..Default::default()
            }),
            traceability: Some(wire::Traceability {
                country_of_origin: told.origins.first().copied().unwrap_or_default().to_owned(),
                additional_countries_of_origin: told
                    .origins
                    .iter()
                    .skip(1)
                    .map(|one| (*one).to_owned())
                    .collect(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let event = wire::NotificationUpdated { notification: Some(notification) };
        (wire::NotificationUpdated::full_name(), event.encode_to_vec())
    };
    Event {
        position: position as i64 + 1,
        r#type: data.0.clone(),
        occur_time: Some(prost_types::Timestamp { seconds: turn.as_second() + told.hour * 3_600, nanos: 0 }),
        status: told.status.into(),
        data: Some(Any { type_url: format!("type.googleapis.com/{}", data.0), value: data.1 }),
        ..Event::default()
    }
}

/// The alerts of a month and an origin, looked up in the plainest way.
fn slow(all: &[Told], month: i32, origin: &str) -> BTreeSet<String> {
    let mut listed = BTreeSet::new();
    for alert in 0..6 {
        let lost = all.iter().rposition(|told| told.alert == alert && told.is_lost);
        let kept: Vec<&Told> = all
            .iter()
            .enumerate()
            .filter(|(at, told)| told.alert == alert && lost.is_none_or(|lost| *at > lost))
            .map(|(_, told)| told)
            .collect();
        // A version that is not confirmed leaves what stands.
        let is_told =
            |told: &&&Told| !matches!(told.state, NotificationState::Draft | NotificationState::Submitted);
        let Some(newest) = kept.iter().rfind(is_told) else { continue };
        let is_confirmed = |told: &&&Told| {
            matches!(told.state, NotificationState::Validated | NotificationState::Transmitted)
        };
        let Some(confirmed) = kept.iter().find(is_confirmed) else { continue };
        let mut said = [newest.notified, newest.published].into_iter().flatten().map(|(month, _)| month);
        let dated = said.find(|month| *month != 0);
        let of_month = dated.unwrap_or(if confirmed.hour < 0 { 1 } else { 2 });
        if newest.state != NotificationState::Withdrawn
            && newest.status == WireStatus::Actual
            && newest.originator.starts_with("us-")
            && newest.kind != 4
            && newest.origins.contains(&origin)
            && of_month == month
        {
            listed.insert(name(alert));
        }
    }
    listed
}

/// What the program calls hazards, measures and remedies keeps to its own glossary; that nobody reviewed it is said.
#[test]
fn the_labels_of_the_program_keep_to_its_glossary() {
    fn of<V: Vocabulary + Labelled>() -> Vec<Label> {
        (0..1_000).filter_map(V::from_number).map(Labelled::label).collect()
    }
    let glossary = BulletinSettings::default().glossary().unwrap();
    assert!(glossary.terms().len() >= 60 && glossary.reviewed() == 0, "{}", glossary.terms().len());
    let labels = [of::<RiskType>(), of::<MeasureAction>(), of::<RemedyKind>(), of::<OperatorRole>()].concat();
    let missed = |label: &Label| {
        let missed = glossary.missed(label.english, label.chinese);
        missed.first().map(|missed| format!("{} is called {}", missed.found, label.chinese))
    };
    let missed: Vec<String> = labels.iter().filter_map(missed).collect();
    assert!(labels.len() > 40 && missed.is_empty(), "{missed:?}");
}

/// The longest form counts, a word is no part of another one, and capitals do not matter.
#[test]
fn a_term_is_found_as_a_word() {
    let glossary = BulletinSettings::default().glossary().unwrap();
    let missed = |english, chinese| -> Vec<String> {
        glossary.missed(english, chinese).into_iter().map(|missed| missed.term.english.clone()).collect()
    };
    assert_eq!(missed("An Electric Shock, and a shock.", "无"), ["electric shock"]);
    assert_eq!(missed("Firefighters recalled it; recalled again.", "无"), ["recall"], "each term once");
    assert_eq!(missed("It was recalled.", "已召回。"), Vec::<String>::new());
    let twice = Glossary::new(
        glossary.terms().iter().chain(&glossary.terms()[..1]).cloned().collect(),
        String::new(),
    );
    assert!(twice.unwrap_err()[0].contains("stands for term 1 already"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_bulletin_lists_every_alert_of_its_month_and_origin_and_no_other(all in prop::collection::vec(told(), 0..20)) {
        let events: Vec<Event> = all.iter().enumerate().map(|(at, told)| event(at, told)).collect();
        let reader: AuthorityId = "us-cpsc".parse().unwrap();
        let facts = known(&events, &reader);
        let glossary = BulletinSettings::default().glossary().unwrap();
        let mut side = party("us-cpsc");
        side.members.push("us-other".parse().unwrap());
        let zone = seamless_calendar::Zones::bundled().get(ZONE).unwrap();
        for (month, origin) in (1..=3).flat_map(|month| ORIGINS.map(|origin| (month, origin))) {
            let question = BulletinQuestion {
                owner: &side,
                recalling: &side,
                origin: origin.parse().unwrap(),
                month: Month { year: 2027, month },
                zone: &zone,
                status: EventStatus::Actual,
                cut: jiff::Timestamp::UNIX_EPOCH,
            };
            let recalls = facts.iter().filter_map(|fact| match fact {
                Fact::Recall(recall) => Some((**recall).clone()),
                _ => None,
            });
            let said = bulletin(&question, recalls.clone().collect(), &glossary);
            let listed = said.clusters.iter().flat_map(|cluster| &cluster.alerts).map(|one| one.alert.name.clone());
            let listed: Vec<String> = listed.collect();
            let once: BTreeSet<String> = listed.iter().cloned().collect();
            prop_assert_eq!(listed.len(), once.len(), "each stands once");
            prop_assert_eq!(once, slow(&all, month.into(), origin), "2027-{:02} {}", month, origin);
            // Whatever order the alerts come in.
            let mut others: Vec<_> = recalls.collect();
            others.reverse();
            prop_assert_eq!(said, bulletin(&question, others, &glossary));
        }
    }
}
