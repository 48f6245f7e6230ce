//! Chinese documents speak Chinese: no word of Latin letters stands in one, but names and codes.

use std::collections::{BTreeSet, HashMap};

use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use prost::Message;
use prost_types::{FieldDescriptorProto, FileDescriptorSet};
use seamless_calendar::Zones;
use seamless_reporting::domain::{
    content::{Content, Row, Section, Text, Value},
    facts::{Fact, QuestionFact},
    figures::{
        Facts,
        statistics::{StatisticsQuery, World, statistics},
    },
    model::{
        EventStatus, Period, ReportTemplate, StatisticsDimension, StatisticsMeasure, StatisticsSubject,
        TraceQuestionState,
    },
};
use seamless_vocabulary::Vocabulary;

use crate::{
    READERS, START, about_histories, control,
    history::{History, days, instant},
    known, party,
    random::histories,
    report_of_status, reports, situation, targeting,
    told::events_of,
    told_training::TITLE,
    traces, training, versions,
};

/// Of people after whom methods are called, of zones, and of norms.
const NAMES: [&str; 11] =
    ["Kaplan", "Meier", "Wilson", "Aalen", "Johansen", "Hájek", "Beta", "Brier", "ISO", "UTC", "ZZ"];
/// How codes begin: of records, of arrangements, of inspection bodies, product areas and ports; and what somebody called a criterion.
const CODES: [&str; 12] = [
    "notifications/",
    "activities/",
    "models/",
    "criteria/",
    "eu-cn",
    "ccic",
    "tuv",
    "toys",
    "lighters",
    "NLRTM",
    "DEHAM",
    "Lamps",
];
/// What stands before a text of which there is no Chinese one.
const MARK: &str = "【缺少中文译文，以下为原文】";

/// The words of Latin letters that are neither names nor codes.
fn foreign(text: &str) -> Vec<String> {
    let text = text.replace(&format!("{MARK} {TITLE}"), "");
    let is_latin = |one: char| one.is_alphanumeric() && one < '\u{2E80}';
    let words = text.split(|one: char| !(is_latin(one) || "/_.:-".contains(one)));
    let is_word = |word: &&str| word.chars().filter(|one| one.is_alphabetic()).count() > 1;
    let is_known = |word: &str| NAMES.contains(&word) || CODES.iter().any(|code| word.starts_with(code));
    words.filter(is_word).filter(|word| !is_known(word)).map(str::to_owned).collect()
}

fn is_chinese(text: &Text, of: &str) {
    let foreign = foreign(&text.chinese);
    assert!(foreign.is_empty(), "{foreign:?} in {:?} of {of}", text.chinese);
}

fn rows_are_chinese(rows: &[Row], of: &str) {
    for row in rows {
        is_chinese(&row.title, of);
        for value in &row.values {
            if let Value::Word(word) = value {
                is_chinese(&Text::of(word.english, word.chinese), of);
            }
        }
    }
}

fn section_is_chinese(section: &Section, of: &str) {
    is_chinese(&section.title, of);
    for figure in &section.figures {
        is_chinese(&figure.title, of);
        is_chinese(&figure.definition, of);
    }
    for table in &section.tables {
        let of = format!("{} of {of}", table.id);
        let heads = [&table.title, &table.definition].into_iter().chain(&table.columns);
        heads.for_each(|text| is_chinese(text, &of));
        rows_are_chinese(&table.rows, &of);
    }
}

fn content_is_chinese(content: &Content, of: &str) {
    is_chinese(&content.title, of);
    for (name, text) in &content.facts {
        is_chinese(name, of);
        is_chinese(text, of);
    }
    content.sections.iter().for_each(|section| section_is_chinese(section, of));
}

fn runner() -> TestRunner {
    TestRunner::new_with_rng(Default::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn no_report_says_a_latin_word_in_chinese_but_names_and_codes() {
    use ReportTemplate::{
        AnnualStatistics, ImportControl, QuarterlyPartner, ResponseTimes, ReviewPack, TraceBack, Training,
    };
    let mut runner = runner();
    for _ in 0..12 {
        let history: History = versions::drawn(&mut runner, &histories());
        for pair in [("eu-just", "cn-gacc"), ("cn-gacc", "eu-just")] {
            let facts = known(&events_of(&history, pair.0), &pair.0.parse().unwrap());
            for template in [QuarterlyPartner, ResponseTimes, AnnualStatistics] {
                let said = reports::report(template, pair, facts.clone(), EventStatus::Actual);
                content_is_chinese(&said, template.into());
            }
        }
        let facts: Vec<Fact> = [training::drawn, traces::drawn, control::drawn, targeting::drawn]
            .map(|of| of(&mut runner))
            .concat();
        for template in [Training, TraceBack, ImportControl, ReviewPack] {
            let said = report_of_status(template, "eu-just", "cn-gacc", facts.clone(), EventStatus::Actual);
            content_is_chinese(&said, template.into());
        }
        let mut facts = known(&events_of(&history, "eu-just"), &"eu-just".parse().unwrap());
        facts.extend(training::drawn(&mut runner));
        for section in situation::page("eu-just", facts) {
            section_is_chinese(&section, "the situation page");
        }
    }
}

/// By its full name, the fields of a message.
type Messages = HashMap<String, Vec<FieldDescriptorProto>>;

/// The paths of the fields of a message of notifications, and of those within it.
fn paths(messages: &Messages, message: &str, within: &str, found: &mut BTreeSet<String>) {
    for field in &messages[message] {
        let (path, inner) = (format!("{within}{}", field.name()), field.type_name());
        let goes_on = inner.starts_with(".seamless.notifications.v1.") && messages.contains_key(inner);
        if found.insert(path.clone()) && goes_on {
            paths(messages, inner, &format!("{path}."), found);
        }
    }
}

#[test]
fn every_field_that_somebody_asks_for_has_a_name_of_its_own_in_chinese() {
    let all = FileDescriptorSet::decode(seamless_proto::DESCRIPTORS).unwrap();
    let messages = all.file.iter().flat_map(|file| {
        let named = |one: &prost_types::DescriptorProto| {
            (format!(".{}.{}", file.package(), one.name()), one.field.clone())
        };
        file.message_type.iter().map(named).collect::<Vec<_>>()
    });
    let (messages, mut fields): (Messages, _) = (messages.collect(), BTreeSet::new());
    paths(&messages, ".seamless.notifications.v1.Notification", "", &mut fields);
    assert!(fields.contains("traceability.operators.credit_code") && fields.len() > 80, "{fields:?}");

    let mut facts = Vec::from(reports::reacted_to(1, "cn-gacc"));
    facts.push(Fact::Question(QuestionFact {
        name: "notifications/1/transmissions/cn-gacc/trace/questions/1".to_owned(),
        status: EventStatus::Actual,
        state: TraceQuestionState::Open,
        asked: instant(START + 2),
        closed: None,
        fields: fields.iter().cloned().collect(),
        has_update: false,
    }));
    let pair = ("eu-just", "cn-gacc");
    let said = reports::report(ReportTemplate::TraceBack, pair, facts, EventStatus::Actual);
    content_is_chinese(&said, "a question about all fields");
    let section = said.sections.iter().find(|one| one.id == "questions_sent").unwrap();
    let table = section.tables.iter().find(|table| table.id == "by_field").unwrap();
    let titles: BTreeSet<&str> = table.rows.iter().map(|row| row.title.chinese.as_str()).collect();
    let numbers = (table.rows.len(), titles.len());
    assert_eq!(numbers, (fields.len(), fields.len()), "no two are called the same: {titles:?}");
}

#[test]
fn no_answer_says_a_latin_word_in_chinese_but_codes() {
    let mut runner = runner();
    let history: History = versions::drawn(&mut runner, &histories());
    for reader in READERS {
        let facts = known(&events_of(&history, reader), &reader.parse().unwrap());
        let facts = Facts::of(facts, EventStatus::Actual);
        for dimension in (0..100).filter_map(StatisticsDimension::from_number) {
            answer_is_chinese(reader, &facts, dimension);
        }
    }
}

fn answer_is_chinese(reader: &str, facts: &Facts, dimension: StatisticsDimension) {
    let (owner, zones) = (party(reader), Zones::bundled());
    let jurisdictions: HashMap<_, _> = crate::jurisdictions().clone();
    let world = World { zones: &zones, jurisdictions: &jurisdictions };
    let measures = (0..100).filter_map(StatisticsMeasure::from_number);
    let measures = measures.filter(|one| *one != StatisticsMeasure::Withdrawn).collect();
    let asked = StatisticsQuery {
        subject: StatisticsSubject::Cases,
        period: Period { first: days().0, last: days().1, zone: "UTC".to_owned() },
        status: EventStatus::Actual,
        filter: Vec::new(),
        dimensions: vec![dimension],
        measures,
        order_by: None,
        ascending: false,
        limit: 1_000,
    };
    let question = about_histories(&owner, &asked.period, &jurisdictions);
    let answer = statistics(&question, &asked, facts, world);
    let of: &str = dimension.into();
    is_chinese(&answer.definition, of);
    answer.dimensions.iter().for_each(|text| is_chinese(text, of));
    for column in &answer.columns {
        is_chinese(&column.title, of);
        is_chinese(&column.definition, of);
    }
    for coordinate in answer.rows.iter().flat_map(|row| &row.coordinates) {
        let is_time = coordinate.id.starts_with("20");
        assert!(
            is_time || coordinate.id.is_empty() || coordinate.title.chinese != coordinate.id,
            "{coordinate:?}"
        );
        if !is_time {
            is_chinese(&coordinate.title, of);
        }
    }
}

#[test]
fn what_nobody_translated_is_marked_and_what_is_translated_from_an_earlier_text_too() {
    let mut runner = runner();
    let mut seen = [false; 2];
    for _ in 0..30 {
        let facts = training::drawn(&mut runner);
        let said =
            report_of_status(ReportTemplate::Training, "eu-just", "cn-gacc", facts, EventStatus::Actual);
        let section = said.sections.iter().find(|one| one.id == "obligations").unwrap();
        let table = section.tables.iter().find(|table| table.id == "fulfilments").unwrap();
        for row in &table.rows {
            seen[0] |= row.title.chinese.contains(&format!("：{MARK} {TITLE}（"));
            seen[1] |= row.title.chinese.contains("：【译文对应早先的原文】 安全玩具培训（");
        }
    }
    assert_eq!(seen, [true; 2]);
}
