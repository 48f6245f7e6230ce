//! How cases stand at a moment, on the situation page, beside the slow calculation.

use proptest::prelude::*;
use seamless_identity::AuthorityId;
use seamless_reporting::domain::{
    content::{Content, Section, Text},
    facts::Fact,
    figures::{Facts, Party, Question, situation},
    model::{EventStatus, Period, ReportTemplate},
};

use crate::{
    CUT, READERS, START, arrangements,
    history::{A_DAY, History, Kind, days, instant, originator},
    jurisdictions, known, names, party,
    random::histories,
    sheet::Sheet,
    slow::{Asker, One},
    slow_times::Wanted,
    told::events_of,
};

/// What the page shows of an authority, with all others as one partner.
pub fn page(reader: &str, facts: Vec<Fact>) -> Vec<Section> {
    let (owner, (first, last)) = (party(reader), days());
    let others: Vec<AuthorityId> =
        READERS.iter().filter(|other| **other != reader).map(|other| other.parse().unwrap()).collect();
    let partner =
        Party { names: Text::of("All partners", "所有伙伴方"), members: others, id: owner.id.clone() };
    let period = Period { first, last, zone: "UTC".to_owned() };
    let question = Question {
        template: ReportTemplate::QuarterlyPartner,
        owner: &owner,
        partner: Some(&partner),
        period: &period,
        zone: &jiff::tz::TimeZone::UTC,
        start: instant(START),
        cut: instant(CUT),
        status: EventStatus::Actual,
        arrangements: arrangements(),
        jurisdictions: jurisdictions(),
        names: names(),
    };
    situation(&question, &Facts::of(facts, EventStatus::Actual))
}

fn open_cases(asker: &Asker<'_>) -> Sheet {
    let mut sheet = Sheet::default();
    let seen = asker.seen();
    let own = |one: &One<'_>| originator(one.alert) == asker.reader;
    let sides = [false, true].map(|is_own| -> Vec<&One<'_>> {
        seen.iter().filter(|one| own(one) == is_own && one.is_open()).collect()
    });
    let unread = |one: &One<'_>| one.first(|act| act.kind == Kind::Acknowledge).is_none_or(|at| at >= CUT);
    for (side, open) in ["received", "sent"].into_iter().zip(&sides) {
        sheet.count(&format!("open_{side}"), open.len());
        sheet.count(&format!("unacknowledged_{side}"), open.iter().filter(|one| unread(one)).count());
    }
    let partners = READERS.iter().filter(|other| **other != asker.reader);
    sheet.figure("lost", Wanted::Count(partners.map(|partner| asker.lost(partner)).sum()));
    // More than so many days, and at most so many.
    for (id, above, most) in [
        ("up_to_7", -1, 7),
        ("up_to_21", 7, 21),
        ("up_to_45", 21, 45),
        ("up_to_90", 45, 90),
        ("above_90", 90, i64::MAX / A_DAY),
    ] {
        let of_age = |one: &&&One<'_>| {
            let age = CUT - one.sent;
            age > above * A_DAY && age <= most * A_DAY
        };
        let counts = sides.each_ref().map(|open| Wanted::Count(open.iter().filter(of_age).count() as u64));
        sheet.row("open_by_age", id, counts.into());
    }
    sheet
}

fn compare(history: &History, reader: &'static str) {
    let facts = known(&events_of(history, reader), &reader.parse().unwrap());
    let sections = page(reader, facts);
    let content = Content { title: Text::same(""), facts: Vec::new(), sections };
    open_cases(&Asker { history, reader, is_exercise: false }).is_said(&content, "open_cases");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_open_case_stands_in_its_row_of_the_page(history in histories()) {
        READERS.into_iter().for_each(|reader| compare(&history, reader));
    }
}
