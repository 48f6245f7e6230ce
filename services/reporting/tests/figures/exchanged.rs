//! What a quarter's report says of flags and of offers on the web, as somebody would count it by hand; and what is kept of it.

use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus},
    notifications::v1::{self as wire, ConversationKind, ConversationState, ListingStatus},
};
use seamless_reporting::domain::{
    content::{Content, Value},
    facts::{AlertFact, Fact},
    model::{EventStatus as Status, MeasureObligation, ReportTemplate},
    source::Source,
};
use sha2::{Digest, Sha256};

use crate::{
    CUT, START, counts, event, history::name, hour, known_by, plain_alert, reader_of, report_of_status,
};

const ACTUAL: EventStatus = EventStatus::Actual;

fn time(at: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 })
}

fn url(offer: usize) -> String {
    format!("https://shop.example/{offer}")
}

/// The alert, with these offers, of which the address may be kept from who reads it.
fn alert(offers: std::ops::Range<usize>, is_shown: bool) -> wire::Notification {
    let listings = offers.map(|offer| wire::Listing {
        url: if is_shown { url(offer) } else { String::new() },
        marketplace: "a marketplace".to_owned(),
        ..Default::default()
    });
    wire::Notification {
        name: name(1),
        originator: "eu-just".to_owned(),
        state: wire::NotificationState::Transmitted.into(),
        version: 1,
        online: Some(wire::Online { listings: listings.collect(), ..Default::default() }),
        ..Default::default()
    }
}

/// An alert that was sent to China, and names forty offers.
fn sent() -> Event {
    let transmission = wire::Transmission {
        name: format!("{}/transmissions/cn-gacc", name(1)),
        recipient: "cn-gacc".to_owned(),
        sender: "eu-just".to_owned(),
        originator: "eu-just".to_owned(),
        arrangement: "eu-cn".to_owned(),
        send_time: time(START - 10),
        ..Default::default()
    };
    let told = wire::NotificationTransmitted {
        notification: Some(alert(0..40, true)),
        transmission: Some(transmission),
    };
    event(1, START - 10, ACTUAL, &told)
}

fn look(offer: usize, at: i64, found: ListingStatus) -> Event {
    let listing = wire::TrackedListing {
        name: format!("{}/listings/{}", name(1), &hex::encode(Sha256::digest(url(offer)))[..32]),
        in_content: true,
        ..Default::default()
    };
    let check = wire::ListingCheck {
        checker: "cn-gacc".to_owned(),
        check_time: time(at),
        found: found.into(),
        ..Default::default()
    };
    event(1, at, ACTUAL, &wire::ListingChecked { listing: Some(listing), check: Some(check) })
}

/// A question of the notifier, which China answers.
fn answered(number: i64) -> [Event; 2] {
    let conversation = wire::Conversation {
        name: format!("{}/conversations/{number}", name(1)),
        transmission: format!("{}/transmissions/cn-gacc", name(1)),
        kind: ConversationKind::Urgent.into(),
        state: ConversationState::Open.into(),
        raised_by: "eu-just".to_owned(),
        create_time: time(START + number),
        update_time: time(START + number),
        ..Default::default()
    };
    let answered = wire::Conversation {
        state: ConversationState::Answered.into(),
        update_time: time(START + number + 24),
        ..conversation.clone()
    };
    [
        event(
            1,
            START + number,
            ACTUAL,
            &wire::ConversationOpened { conversation: Some(conversation), ..Default::default() },
        ),
        event(
            1,
            START + number + 24,
            ACTUAL,
            &wire::ConversationChanged { conversation: Some(answered), ..Default::default() },
        ),
    ]
}

fn of_quarter(events: &[Event]) -> Content {
    let facts = known_by(&reader_of(Source::Notifications, "cn-gacc"), events);
    report_of_status(ReportTemplate::QuarterlyPartner, "cn-gacc", "eu-just", facts, Status::Actual)
}

fn days(content: &Content, section: &str, id: &str) -> f64 {
    let section = content.sections.iter().find(|one| one.id == section).unwrap();
    match section.figures.iter().find(|one| one.id == id).unwrap().value {
        Value::Days(days) => days.value,
        other => panic!("{other:?} is no time"),
    }
}

#[test]
fn twelve_of_forty_offers_are_taken_down_and_nine_flags_answered_in_a_quarter() {
    let on_sale = (0..40).map(|offer| look(offer, START + 1, ListingStatus::Live));
    let down = (0..12).map(|offer| look(offer, START + 49, ListingStatus::TakenDown));
    let flags = (0..9).flat_map(answered);
    let events: Vec<Event> = std::iter::once(sent()).chain(on_sale).chain(down).chain(flags).collect();
    let quarter = of_quarter(&events);
    let wanted = [
        ("listings_by_state/LIVE", 28),
        ("listings_by_state/TAKEN_DOWN", 12),
        ("looked_at", 40),
        ("taken_down", 12),
    ];
    assert_eq!(counts(&quarter, "listings_received"), wanted.map(|(id, count)| (id.to_owned(), count)));
    assert_eq!(
        days(&quarter, "listings_received", "takedown_median"),
        2.0,
        "the others were last seen on the first day"
    );
    let wanted = [("answered", 9), ("flags_by_kind/URGENT", 9), ("raised", 9)];
    assert_eq!(counts(&quarter, "flags_of_partner"), wanted.map(|(id, count)| (id.to_owned(), count)));
    assert_eq!(days(&quarter, "flags_of_partner", "median"), 1.0);
    assert!(counts(&quarter, "flags_own").is_empty());
}

#[test]
fn of_an_offer_that_is_kept_from_a_reader_nothing_is_kept_and_never_its_address() {
    let events = [sent(), look(0, START + 1, ListingStatus::Live)];
    let reader = reader_of(Source::Notifications, "cn-gacc");
    let kept = serde_json::to_string(&known_by(&reader, &events)).unwrap();
    assert!(kept.contains("listings") && kept.contains("\"found\":\"live\""), "{kept}");
    assert!(!kept.contains("shop.example") && !kept.contains("a marketplace"), "{kept}");
    let narrowed = wire::NotificationUpdated {
        notification: Some(wire::Notification { version: 2, ..alert(0..40, false) }),
    };
    let events = [sent(), look(0, START + 1, ListingStatus::Live), event(3, START + 2, ACTUAL, &narrowed)];
    let facts = known_by(&reader, &events);
    assert!(!facts.iter().any(|fact| matches!(fact, Fact::Listings(_))), "{facts:?}");
    assert!(counts(&of_quarter(&events), "listings_received").is_empty());
}

#[test]
fn a_year_tells_compulsory_measures_counterfeits_and_what_products_are_known_by() {
    let told = AlertFact {
        confirmed: Some(hour(START + 1)),
        obligations: vec![MeasureObligation::Compulsory, MeasureObligation::Voluntary],
        counterfeit: Some(true),
        ..plain_alert(1)
    };
    let silent = AlertFact { confirmed: Some(hour(CUT - 1)), ..plain_alert(2) };
    let facts = vec![Fact::Alert(told), Fact::Alert(silent)];
    let annual =
        report_of_status(ReportTemplate::AnnualStatistics, "eu-just", "eu-just", facts, Status::Actual);
    let said = counts(&annual, "alerts");
    let of = |id: &str| said.iter().find(|(one, _)| one == id).map(|(_, count)| *count);
    let rows =
        ["by_obligation/COMPULSORY", "by_obligation/VOLUNTARY", "by_obligation/", "by_counterfeit/yes"];
    assert_eq!(rows.map(of), [Some(1); 4]);
    assert_eq!(of("by_identifying_field/"), Some(2));
}
