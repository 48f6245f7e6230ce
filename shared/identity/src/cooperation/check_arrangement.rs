//! Judges the arrangements of a cooperation file.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use seamless_calendar::{Calendars, DeadlineRule};
use serde_spanned::Spanned;
use toml::value::Datetime;

use super::arrangement::{Arrangement, Commitment, Criterion, Deadline, Exchange, FieldGroup, Per, Terms};
use super::check::{Duplicates, KnownAuthorities, id, is_country, is_language};
use super::document::{
    ArrangementTable, CommitmentTable, CriterionTable, DeadlineTable, TermsTable, UnitTable,
};
use super::problems::Problems;
use crate::ids::{ArrangementId, AuthorityId};

/// The most days after a period within which what belongs to it may be due: two years.
const MOST_DUE_DAYS: u32 = 731;

pub(super) fn check_all(
    tables: Vec<Spanned<ArrangementTable>>,
    known: &KnownAuthorities,
    calendars: &Calendars,
    problems: &mut Problems,
) -> BTreeMap<ArrangementId, Arrangement> {
    let mut first_lines = Duplicates::new("arrangement");
    let mut checked: Vec<(Range<usize>, Arrangement)> = Vec::new();
    for table in tables {
        let span = table.get_ref().id.span();
        first_lines.check(table.get_ref().id.get_ref(), span.clone(), problems);
        let Some(arrangement) = arrangement(table.into_inner(), known, calendars, problems) else { continue };
        for (earlier_span, earlier) in &checked {
            if same_parties(earlier, &arrangement) && overlap(earlier, &arrangement) {
                let line = problems.line(earlier_span.start);
                problems.add(
                    span.clone(),
                    format!("overlaps with arrangement {} of the same parties in line {line}", earlier.id),
                );
            }
        }
        checked.push((span, arrangement));
    }
    checked.into_iter().map(|(_, arrangement)| (arrangement.id.clone(), arrangement)).collect()
}

fn same_parties(a: &Arrangement, b: &Arrangement) -> bool {
    a.parties.len() == b.parties.len() && a.parties.iter().all(|party| b.has_party(party))
}

fn overlap(a: &Arrangement, b: &Arrangement) -> bool {
    let starts_before_end =
        |one: &Arrangement, other: &Arrangement| other.ends.is_none_or(|ends| one.effective < ends);
    starts_before_end(a, b) && starts_before_end(b, a)
}

fn arrangement(
    table: ArrangementTable,
    known: &KnownAuthorities,
    calendars: &Calendars,
    problems: &mut Problems,
) -> Option<Arrangement> {
    let ArrangementTable { id: named, parties: listed, ends, field_groups: groups, versions, .. } = table;
    let own = TermsTable {
        effective: table.effective,
        legal_basis: table.legal_basis,
        exchange: table.exchange,
        languages: table.languages,
        criteria: table.criteria,
        deadlines: table.deadlines,
        commitments: table.commitments,
    };
    let id = id::<ArrangementId>(&named, problems);
    let parties = parties(&listed, known, problems);
    let party_names: Vec<&str> = listed.get_ref().iter().map(|party| party.get_ref().as_str()).collect();
    let checked = |table, problems: &mut Problems| terms(table, known, &party_names, calendars, problems);
    let first = checked(own, problems);
    let ends = ends.as_ref().map(|ends| (ends.span(), date(ends, problems)));
    if let (Some(effective), Some((span, Some(ends)))) = (first.as_ref().map(|first| first.effective), &ends)
        && *ends <= effective
    {
        problems.add(span.clone(), format!("ends {ends}, not after it takes effect on {effective}"));
    }

    let field_groups = field_groups(&groups, problems);
    let ends = ends.and_then(|(_, ends)| ends);
    let mut later: Vec<Terms> = Vec::new();
    for table in versions {
        let span = table.effective.span();
        let Some(terms) = checked(table, problems) else { continue };
        // Each holds until the next takes effect: so there is no gap and no overlap, if they stand in order.
        if let Some(before) = later.last().or(first.as_ref())
            && terms.effective <= before.effective
        {
            let (effective, before) = (terms.effective, before.effective);
            problems.add(
                span.clone(),
                format!("a version takes effect after the one before it: {effective} is not after {before}"),
            );
        }
        if let Some(ends) = ends.filter(|ends| *ends <= terms.effective) {
            let effective = terms.effective;
            problems.add(
                span,
                format!(
                    "a version takes effect before the arrangement ends: {effective} is not before {ends}"
                ),
            );
        }
        later.push(terms);
    }
    let first = first?;
    Some(Arrangement { id: id?, field_groups, effective: first.effective, ends, first, later, parties })
}

fn terms(
    table: TermsTable,
    known: &KnownAuthorities,
    parties: &[&str],
    calendars: &Calendars,
    problems: &mut Problems,
) -> Option<Terms> {
    not_empty(&table.legal_basis, "legal_basis", problems);
    let effective = date(&table.effective, problems);
    match (table.exchange.get_ref(), table.criteria.first()) {
        (Exchange::Systematic, None) => {
            problems.add(table.exchange.span(), "systematic exchange needs at least one criterion");
        }
        (Exchange::CaseByCase, Some(criterion)) => {
            problems.add(criterion.span(), "a criterion has no effect where exchange is case by case");
        }
        _ => {}
    }
    let criteria =
        table.criteria.iter().filter_map(|table| criterion(table.get_ref(), parties, problems)).collect();
    let mut first_lines = Duplicates::new("deadline");
    let mut deadlines = Vec::new();
    for table in table.deadlines {
        first_lines.check(table.id.get_ref(), table.id.span(), problems);
        deadlines.extend(deadline(table, known, parties, calendars, problems));
    }
    let languages = languages(&table.languages, problems);
    let commitments = table.commitments.iter().map(|table| commitment(table, problems)).collect();
    Some(Terms {
        effective: effective?,
        legal_basis: table.legal_basis.into_inner(),
        exchange: *table.exchange.get_ref(),
        languages,
        criteria,
        deadlines,
        commitments,
    })
}

fn parties(
    names: &Spanned<Vec<Spanned<String>>>,
    known: &KnownAuthorities,
    problems: &mut Problems,
) -> Vec<AuthorityId> {
    if names.get_ref().len() < 2 {
        problems.add(names.span(), "an arrangement needs two parties or more");
    }
    let mut first_lines = Duplicates::new("party");
    let mut parties = Vec::new();
    for name in names.get_ref() {
        first_lines.check(name.get_ref(), name.span(), problems);
        let Some(party) = known.find(name, problems) else { continue };
        if let Some(contact_point) = known.contact_point_of(&party) {
            problems.add(
                name.span(),
                format!("the party {party} stands behind {contact_point:?}, which is a party in its place"),
            );
        }
        parties.push(party);
    }
    parties
}

fn languages(tags: &Spanned<Vec<Spanned<String>>>, problems: &mut Problems) -> Vec<String> {
    if tags.get_ref().is_empty() {
        problems.add(tags.span(), "an arrangement needs at least one language");
    }
    for tag in tags.get_ref() {
        if !is_language(tag.get_ref()) {
            problems.add(tag.span(), format!("not a language tag: {:?}", tag.get_ref()));
        }
    }
    tags.get_ref().iter().map(|tag| tag.get_ref().clone()).collect()
}

fn field_groups(words: &Spanned<Vec<Spanned<String>>>, problems: &mut Problems) -> Vec<FieldGroup> {
    if words.get_ref().is_empty() {
        problems.add(words.span(), "an arrangement without field groups lets nothing travel");
    }
    let mut first_lines = Duplicates::new("field group");
    let mut groups = Vec::new();
    for word in words.get_ref() {
        first_lines.check(word.get_ref(), word.span(), problems);
        match FieldGroup::WORDS.iter().find(|(known, _)| known == word.get_ref()) {
            Some((_, group)) => groups.push(*group),
            None => {
                let allowed = FieldGroup::WORDS.map(|(known, _)| known).join(", ");
                problems.add(
                    word.span(),
                    format!("unknown field group {:?}, expected {allowed}", word.get_ref()),
                );
            }
        }
    }
    groups
}

fn criterion(table: &CriterionTable, parties: &[&str], problems: &mut Problems) -> Option<Criterion> {
    let from = side("from", &table.from, parties, problems);
    let to = side("to", &table.to, parties, problems);
    if table.from.get_ref() == table.to.get_ref() {
        problems.add(table.to.span(), "a criterion leads from one party to another");
    }
    for country in &table.countries_of_origin {
        if !is_country(country.get_ref()) {
            problems.add(
                country.span(),
                format!("unknown form of country {:?}, expected two capital letters", country.get_ref()),
            );
        }
    }
    let countries = table.countries_of_origin.iter().map(|country| country.get_ref().clone());
    Some(Criterion { from: from?, to: to?, countries_of_origin: countries.collect() })
}

fn side(
    which: &str,
    name: &Spanned<String>,
    parties: &[&str],
    problems: &mut Problems,
) -> Option<AuthorityId> {
    if !parties.contains(&name.get_ref().as_str()) {
        problems.add(name.span(), format!("{which} is {:?}, which is not a party", name.get_ref()));
        return None;
    }
    name.get_ref().parse().ok()
}

fn deadline(
    table: DeadlineTable,
    known: &KnownAuthorities,
    parties: &[&str],
    calendars: &Calendars,
    problems: &mut Problems,
) -> Option<Deadline> {
    let acting = side("acting", &table.acting, parties, problems);
    for (name, value) in [
        ("id", &table.id),
        ("start", &table.start),
        ("stop", &table.stop),
        ("applies_to", &table.applies_to),
        ("legal_basis", &table.legal_basis),
    ] {
        not_empty(value, name, problems);
    }
    if let Some(pause) = table.pause.as_ref().filter(|pause| pause.get_ref() != "question-open") {
        problems
            .add(pause.span(), format!("unknown pause {:?}, expected \"question-open\"", pause.get_ref()));
    }
    if *table.length.get_ref() == 0 {
        problems.add(table.length.span(), "a deadline has at least one day");
    }
    if let UnitTable::WorkingDays { calendar } = table.unit.get_ref()
        && let Err(error) = calendars.get(calendar)
    {
        problems.add(table.unit.span(), error.to_string());
    }
    let acting = acting?;
    let rule = DeadlineRule {
        id: table.id.into_inner(),
        start_event: table.start.into_inner(),
        stop_event: table.stop.into_inner(),
        length: table.length.into_inner(),
        unit: table.unit.into_inner().into(),
        // An authority whose table has a fault is known without a zone; that fault is reported already.
        time_zone: known.time_zone_of(&acting)?.to_owned(),
        warn_before_days: table.warn_before_days,
        legal_basis: table.legal_basis.into_inner(),
        pauses: table.pause.is_some(),
        applies_to: table.applies_to.into_inner(),
    };
    Some(Deadline { acting, rule })
}

fn commitment(table: &CommitmentTable, problems: &mut Problems) -> Commitment {
    if *table.count.get_ref() == 0 {
        problems.add(table.count.span(), "a commitment counts at least one");
    }
    if *table.per.get_ref() == Per::Months(0) {
        problems.add(table.per.span(), "a period has at least one month");
    }
    let due = table.due_within_days.as_ref();
    if let Some(due) = due.filter(|due| !(1..=MOST_DUE_DAYS).contains(due.get_ref())) {
        problems.add(
            due.span(),
            format!("due_within_days is 1 to {MOST_DUE_DAYS}; leave it out for within the period"),
        );
    }
    Commitment {
        kind: table.kind,
        per: *table.per.get_ref(),
        count: *table.count.get_ref(),
        due_within_days: due.map_or(0, |due| *due.get_ref()),
    }
}

fn not_empty(text: &Spanned<String>, name: &str, problems: &mut Problems) {
    if text.get_ref().trim().is_empty() {
        problems.add(text.span(), format!("{name} is empty"));
    }
}

fn date(value: &Spanned<Datetime>, problems: &mut Problems) -> Option<Date> {
    let plain = match value.get_ref() {
        Datetime { date: Some(date), time: None, offset: None } => {
            let numbers = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
            match numbers {
                (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).ok(),
                _ => None,
            }
        }
        _ => None,
    };
    if plain.is_none() {
        problems.add(value.span(), "expected a date without a time, such as 2026-01-01");
    }
    plain
}
