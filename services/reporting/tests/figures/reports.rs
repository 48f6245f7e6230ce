//! What reports say of a random history, beside the slow calculation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use seamless_identity::AuthorityId;
use seamless_reporting::domain::{
    content::{Content, Section, Table, Value},
    facts::{AlertFact, Fact, SendingFact, Spell},
    figures::{Facts, Question, content, has_partner},
    model::{EventStatus, Period, ReportTemplate},
};

use crate::{
    CUT, START, arrangements, counts,
    history::{History, Proof, days, instant},
    jurisdictions, known, names, party, plain_alert,
    slow::{Asker, One},
    slow_exchange::{flag_counts, flags_by_kind, offer_counts, stayed},
    slow_times::{
        DAYS, Half, Waited, Wanted, by_deadline, half, outcomes, paused, stages, waited, waited_net, within,
    },
    told::events_of,
    waiting,
};

/// Who reports about whom.
pub const PAIRS: [(&str, &str); 4] =
    [("cn-gacc", "eu-just"), ("eu-just", "cn-gacc"), ("eu-just", "ca-hc"), ("ca-hc", "eu-just")];

/// What a report about the period says.
pub fn report(
    template: ReportTemplate,
    pair: (&str, &str),
    facts: Vec<Fact>,
    status: EventStatus,
) -> Content {
    asking(template, pair, status, |question| content(question, Facts::of(facts, status)))
}

/// Asks as a report about the period does.
pub fn asking<T>(
    template: ReportTemplate,
    (owner, partner): (&str, &str),
    status: EventStatus,
    ask: impl FnOnce(&Question<'_>) -> T,
) -> T {
    let (owner, partner) = (party(owner), party(partner));
    let (first, last) = days();
    let period = Period { first, last, zone: "UTC".to_owned() };
    ask(&Question {
        template,
        owner: &owner,
        partner: Some(&partner).filter(|_| has_partner(template)),
        period: &period,
        zone: &jiff::tz::TimeZone::UTC,
        start: instant(START),
        cut: instant(CUT),
        status,
        arrangements: arrangements(),
        jurisdictions: jurisdictions(),
        names: names(),
    })
}

fn section<'c>(content: &'c Content, id: &str) -> &'c Section {
    content.sections.iter().find(|section| section.id == id).unwrap()
}

fn table<'s>(section: &'s Section, id: &str) -> &'s Table {
    section.tables.iter().find(|table| table.id == id).unwrap()
}

/// Each value of each row is what it should be, and there is no other row.
fn is_as_wanted(table: &Table, wanted: &[(String, Vec<Wanted>)], of: &str) {
    let said: Vec<&str> = table.rows.iter().map(|row| row.id.as_str()).collect();
    let rows: Vec<&str> = wanted.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(said, rows, "{} of {of}", table.id);
    for (row, (id, wanted)) in table.rows.iter().zip(wanted) {
        assert_eq!(row.values.len(), wanted.len(), "{} {id} of {of}", table.id);
        for (value, wanted) in row.values.iter().zip(wanted) {
            assert!(wanted.is(value), "{} {id} of {of}: {value:?} instead of {wanted:?}", table.id);
        }
    }
}

fn is_figure(section: &Section, id: &str, wanted: &Wanted, of: &str) {
    let figure = section.figures.iter().find(|figure| figure.id == id).unwrap();
    assert!(wanted.is(&figure.value), "{id} of {of}: {:?} instead of {wanted:?}", figure.value);
}

/// Everything that reports of these acts say is what the slow calculation says.
pub fn compare(history: &History, is_exercise: bool) {
    let status = if is_exercise { EventStatus::Exercise } else { EventStatus::Actual };
    let known_to: HashMap<&str, Vec<Fact>> = ["cn-gacc", "eu-just", "ca-hc"]
        .into_iter()
        .map(|reader| {
            let id: AuthorityId = reader.parse().unwrap();
            (reader, known(&events_of(history, reader), &id))
        })
        .collect();
    for (reader, partner) in PAIRS {
        let asker = Asker { history, reader, is_exercise };
        let quarterly =
            report(ReportTemplate::QuarterlyPartner, (reader, partner), known_to[reader].clone(), status);
        let times =
            report(ReportTemplate::ResponseTimes, (reader, partner), known_to[reader].clone(), status);
        for (way, from, to) in [("received", partner, reader), ("sent", reader, partner)] {
            let of = format!("{way} for {reader} with {partner}");
            for (part, wanted) in asker.counts(from, to) {
                let id = if part == "new" { way.to_owned() } else { format!("{part}_{way}") };
                assert_eq!(counts(&quarterly, &id), wanted, "{part} {of}");
            }
            let ones = asker.between(from, to);
            let all: Vec<&One<'_>> = ones.iter().collect();
            let new: Vec<&One<'_>> = ones.iter().filter(|one| one.sent >= START).collect();
            is_how_fast(&asker, section(&quarterly, &format!("reaction_{way}")), &new, &all, &of);
            let stages_and_ends = section(&times, way);
            is_as_wanted(table(stages_and_ends, "stages"), &stages(&new, waited), &of);
            is_as_wanted(table(stages_and_ends, "stages_net"), &stages(&new, waited_net), &of);
            is_as_wanted(table(stages_and_ends, "outcomes"), &outcomes(&new), &of);
            let stayed = stayed(&asker.offers(&ones));
            is_as_wanted(table(stages_and_ends, "takedown"), &takedown(&stayed), &of);
            is_exchange(&asker, (from, to), way, &quarterly);
            is_received(section(&quarterly, way), &new, &of);
            waiting::holds_every_case(stages_and_ends);
            adds_up(&quarterly, way);
        }
        for (id, by_partner) in [("flags_of_partner", true), ("flags_own", false)] {
            let of = format!("{id} for {reader} with {partner}");
            let flags = asker.flags(partner, by_partner);
            let (wanted, median) = flag_counts(&flags);
            assert_eq!(counts(&quarterly, id), wanted, "{of}");
            is_figure(section(&quarterly, id), "median", &median, &of);
            is_as_wanted(table(section(&quarterly, id), "flags_by_kind"), &flags_by_kind(&flags), &of);
        }
    }
    for (reader, facts) in known_to {
        let annual = report(ReportTemplate::AnnualStatistics, (reader, reader), facts, status);
        is_year(&Asker { history, reader, is_exercise }, &annual);
    }
}

/// Offers, versions, removals and assessments of what went one way.
fn is_exchange(asker: &Asker<'_>, (from, to): (&str, &'static str), way: &str, quarterly: &Content) {
    let of = format!("{way} for {}, {from} to {to}", asker.reader);
    let ones = asker.between(from, to);
    let offers = asker.offers(&ones);
    let listings = format!("listings_{way}");
    assert_eq!(counts(quarterly, &listings), offer_counts(&offers), "{of}");
    let stayed = stayed(&offers);
    is_figure(section(quarterly, &listings), "takedown_median", &half(&stayed), &of);
    is_figure(section(quarterly, &listings), "takedown_within_7_days", &within(&stayed, 7), &of);
    let versions = asker.versions(&ones, from, to);
    assert_eq!(counts(quarterly, &format!("versions_{way}")), versions, "{of}");
    let (assessed, divergent) = asker.assessments(&ones);
    let assessments = format!("assessments_{way}");
    assert_eq!(counts(quarterly, &assessments), assessed, "{of}");
    is_figure(section(quarterly, &assessments), "divergent", &divergent, &of);
}

/// The shares of which the ledger proves something.
fn is_received(section: &Section, new: &[&One<'_>], of: &str) {
    for (id, proof) in [("delivered", Proof::Delivered), ("opened", Proof::Opened)] {
        let came = new.iter().filter(|one| one.proved(proof).is_some_and(|at| at < CUT)).count();
        is_figure(section, id, &Wanted::share(came as u64, new.len() as u64), of);
    }
}

/// The row on how long offers stay.
fn takedown(stayed: &[Waited]) -> Vec<(String, Vec<Wanted>)> {
    let down = stayed.iter().filter(|(_, is_down)| *is_down).count() as u64;
    let first = [Wanted::Count(stayed.len() as u64), Wanted::Count(down), half(stayed)];
    let values = first.into_iter().chain(DAYS.map(|days| within(stayed, days))).collect();
    vec![("taken_down".to_owned(), values)]
}

fn is_how_fast(asker: &Asker<'_>, section: &Section, new: &[&One<'_>], all: &[&One<'_>], of: &str) {
    let gross: Vec<_> = new.iter().map(|one| waited(one, one.reacted())).collect();
    let net: Vec<_> = new.iter().map(|one| waited_net(one, one.reacted())).collect();
    is_figure(section, "median", &half(&gross), of);
    is_figure(section, "median_net", &half(&net), of);
    is_figure(section, "within_21_days", &within(&gross, 21), of);
    // What was promised is of products sold online, as the recipient is shown.
    let promised = |waits: &[Waited]| -> Vec<Waited> {
        let online = |one: &One<'_>| asker.shown_between(one).sold_online == Some(true);
        new.iter().zip(waits).filter(|(one, _)| online(one)).map(|(_, waited)| *waited).collect()
    };
    is_figure(section, "within_21_days_online", &within(&promised(&gross), 21), of);
    is_figure(section, "within_21_days_online_net", &within(&promised(&net), 21), of);
    is_as_wanted(table(section, "by_deadline"), &by_deadline(all), of);
    let (sum, cases) = paused(all);
    is_figure(section, "paused", &Wanted::Days(Half::At(sum)), of);
    assert_eq!(section.figures.iter().find(|one| one.id == "paused").unwrap().cases, cases, "{of}");
}

/// Openings and what came are what went and closings.
fn adds_up(content: &Content, way: &str) {
    let stock: HashMap<String, u64> = counts(content, &format!("stock_{way}")).into_iter().collect();
    let of = |id: &str| stock.get(id).copied().unwrap_or_default();
    assert_eq!(of("opening") + of("new") + of("reopened"), of("finished") + of("taken_back") + of("closing"));
}

/// A year's statistics: its figures, its months, and who reacted to whose alerts.
fn is_year(asker: &Asker<'_>, annual: &Content) {
    let figures = counts(annual, "alerts").into_iter().filter(|(id, _)| !id.contains('/'));
    assert_eq!(figures.collect::<Vec<_>>(), asker.annual(), "statistics for {}", asker.reader);
    let mut months: BTreeMap<String, [u64; 2]> =
        ["2027-03", "2027-04"].map(|month| (month.to_owned(), [0; 2])).into();
    for (month, [sold_online, _, follows_up]) in asker.alerts("UTC") {
        let counts = months.get_mut(&month).unwrap();
        counts[0] += u64::from(!follows_up);
        counts[1] += u64::from(!follows_up && sold_online);
    }
    let rows: Vec<(String, Vec<Wanted>)> =
        months.into_iter().map(|(month, counts)| (month, counts.map(Wanted::Count).into())).collect();
    is_as_wanted(table(section(annual, "alerts"), "by_month"), &rows, asker.reader);

    let offers = offer_counts(&asker.all_offers());
    assert_eq!(counts(annual, "listings"), offers, "statistics for {}", asker.reader);
    let (reactions, pairs) = (section(annual, "reactions"), asker.reactions());
    let rows: Vec<(String, Vec<Wanted>)> = pairs
        .iter()
        .map(|((notifier, to), counts)| (format!("{notifier} {to}"), counts.map(Wanted::Count).into()))
        .collect();
    is_as_wanted(table(reactions, "reactions"), &rows, asker.reader);
    let matrix = table(reactions, "reaction_matrix");
    let notifiers: BTreeSet<&String> = pairs.keys().map(|(notifier, _)| notifier).collect();
    let reacting: BTreeSet<&str> = pairs.keys().map(|(_, to)| to.as_str()).collect();
    let names = HashMap::from([("CA", "Canada"), ("CN", "China"), ("EU", "European Union")]);
    let columns: Vec<&str> = matrix.columns.iter().map(|column| column.english.as_str()).collect();
    assert_eq!(columns, reacting.iter().map(|code| names[code]).collect::<Vec<_>>());
    assert_eq!(matrix.rows.len(), notifiers.len());
    for (row, notifier) in matrix.rows.iter().zip(notifiers) {
        let cells = reacting.iter().map(|to| {
            let pair = pairs.iter().find(|((one, other), _)| one == notifier && other == to);
            pair.map_or(Value::NoCases, |(_, [_, reacted])| Value::Count(*reacted))
        });
        assert_eq!((&row.id, &row.values), (notifier, &cells.collect()));
    }
}

/// An alert of the Netherlands that was sent to an authority, which reacted to it.
pub fn reacted_to(id: usize, recipient: &str) -> [Fact; 2] {
    let alert = AlertFact { notifier: Some("NL".parse().unwrap()), ..plain_alert(id) };
    let sent = instant(START + 1);
    let sending = SendingFact {
        name: format!("{}/transmissions/{recipient}", alert.name),
        alert: alert.name.clone(),
        status: EventStatus::Actual,
        originator: "eu-just".parse().unwrap(),
        sender: "eu-just".parse().unwrap(),
        recipient: recipient.parse().unwrap(),
        arrangement: None,
        spells: vec![Spell { reacted: Some(instant(START + 4)), ..Spell::sent_at(sent) }],
    };
    [Fact::Alert(alert), Fact::Sending(sending)]
}

#[test]
fn a_partner_that_is_prompt_online_and_slow_elsewhere_keeps_what_it_promised() {
    let mut facts = Vec::new();
    for (id, sold_online) in [Some(true), Some(true), Some(false), None].into_iter().enumerate() {
        for fact in reacted_to(id, "cn-gacc") {
            facts.push(match fact {
                Fact::Alert(alert) => Fact::Alert(AlertFact { sold_online, ..alert }),
                Fact::Sending(mut sending) => {
                    sending.arrangement = "eu-cn".parse().ok();
                    if sold_online != Some(true) {
                        sending.spells[0].reacted = None;
                    }
                    Fact::Sending(sending)
                }
                other => other,
            });
        }
    }
    let pair = ("eu-just", "cn-gacc");
    let said = report(ReportTemplate::QuarterlyPartner, pair, facts, EventStatus::Actual);
    let section = section(&said, "reaction_sent");
    is_figure(section, "within_21_days", &Wanted::share(1, 2), "all alerts");
    for id in ["within_21_days_online", "within_21_days_online_net"] {
        is_figure(section, id, &Wanted::share(1, 1), "those of products sold online");
        let figure = section.figures.iter().find(|one| one.id == id).unwrap();
        assert_eq!(figure.cases, 2);
        assert!(figure.definition.english.contains("not sold online are left out"));
        assert!(figure.definition.chinese.contains("未说明或不可见是否网上销售的，不计入"));
    }
}

#[test]
fn the_authorities_of_one_jurisdiction_react_in_one_column_and_countries_have_names() {
    let facts = [reacted_to(1, "eu-just"), reacted_to(2, "nl-nvwa"), reacted_to(3, "cn-gacc")].concat();
    let annual = report(ReportTemplate::AnnualStatistics, ("eu-just", "eu-just"), facts, EventStatus::Actual);
    let matrix = table(section(&annual, "reactions"), "reaction_matrix");
    let heads: Vec<[&str; 2]> =
        matrix.columns.iter().map(|head| [head.english.as_str(), &head.chinese]).collect();
    assert_eq!(heads, [["China", "中国"], ["European Union", "欧洲联盟"]]);
    let [row] = matrix.rows.as_slice() else { panic!("{matrix:?}") };
    assert_eq!([row.title.english.as_str(), &row.title.chinese], ["Netherlands", "荷兰"]);
    assert_eq!(row.values, [Value::Count(1), Value::Count(2)]);
}
