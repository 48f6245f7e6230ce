//! A report as others than the side whose cases it counts may have it.

use std::collections::BTreeMap;

use seamless_suppression::Rule;

use super::{Draft, Key, Settled};
use crate::domain::{
    content::{Content, Section, Table, Text, Value, WITHHELD_CASES},
    model::{EventStatus, Period, PublishedTable, StatisticsDimension, StatisticsMeasure},
};

/// What a report is about.
#[derive(Clone, Copy, Debug)]
pub struct ReportScope<'a> {
    pub template: &'static str,
    pub status: EventStatus,
    pub period: &'a Period,
}

/// Where the counts of a report stand among the cells.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// By section and figure: of its count, or of the cases that it rests on.
    figures: BTreeMap<(usize, usize), usize>,
    /// By section and table: of all its cases.
    tables: BTreeMap<(usize, usize), usize>,
    /// By section, table, row and column.
    cells: BTreeMap<(usize, usize, usize, usize), usize>,
}

impl Places {
    /// The cells of the rows of each table, in the order of tables.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let of_table = |at: &(usize, usize)| {
            let all = self.cells.range((at.0, at.1, 0, 0)..=(at.0, at.1, usize::MAX, usize::MAX));
            all.map(|(_, cell)| *cell).collect()
        };
        self.tables.keys().map(of_table).collect()
    }
}

/// All counts of a report, and where they stand. What stands in tables that questions about numbers could answer has the same key as
/// there.
#[must_use]
pub fn draft_of_report(content: &Content, scope: ReportScope<'_>) -> (Draft, Places) {
    let (mut draft, mut places) = (Draft::new(), Places::default());
    for (at, section) in content.sections.iter().enumerate() {
        for (index, figure) in section.figures.iter().enumerate() {
            let count = if let Value::Count(count) = figure.value { count } else { figure.cases };
            let key = figure_key(section, figure.id, scope);
            let cell = draft.open(&key, count);
            places.figures.insert((at, index), cell);
        }
        leave_withdrawn(&mut draft, section, scope);
        for (index, table) in section.tables.iter().enumerate() {
            place_table(&mut draft, &mut places, (at, index), section, table, scope);
        }
    }
    (draft, places)
}

/// Those that were not withdrawn are what is left of all.
fn leave_withdrawn(draft: &mut Draft, section: &Section, scope: ReportScope<'_>) {
    let count = |id: &str| {
        let figure = section.figures.iter().find(|figure| figure.id == id)?;
        if let Value::Count(count) = figure.value { Some(count) } else { None }
    };
    let is_of_alerts = (scope.template, section.id) == ("ANNUAL_STATISTICS", "alerts");
    let Some((all, withdrawn)) = count("total").zip(count("withdrawn")).filter(|_| is_of_alerts) else {
        return;
    };
    let Some(rest) = all.checked_sub(withdrawn) else { return };
    let key = Key::of("ALERTS", scope.status, scope.period);
    let whole = draft.open(&key, all);
    let holds = draft.open(&key.clone().with("HAS", ["WITHDRAWN"]), withdrawn);
    let lacks = draft.implied(&key.without("HAS", ["WITHDRAWN"]), rest);
    draft.adds_up(whole, vec![holds, lacks]);
}

/// What a figure counts.
fn figure_key(section: &Section, figure: &str, scope: ReportScope<'_>) -> Key {
    match (scope.template, section.id, figure) {
        ("ANNUAL_STATISTICS", "alerts", "total") => Key::of("ALERTS", scope.status, scope.period),
        ("ANNUAL_STATISTICS", "alerts", "withdrawn") => {
            Key::of("ALERTS", scope.status, scope.period).with("HAS", ["WITHDRAWN"])
        }
        _ => of_report(section, scope).with("FIGURE", [figure]),
    }
}

fn of_report(section: &Section, scope: ReportScope<'_>) -> Key {
    let key = Key::of("REPORT", scope.status, scope.period);
    key.with("TEMPLATE", [scope.template]).with("SECTION", [section.id])
}

/// Tables that tell what another one tells too, in another arrangement: of what is withheld there, they could tell the rest.
const REPEATED: [&str; 2] = ["by_month", "reaction_matrix"];

/// Tables of properties of which a case may have several values.
const OVERLAPPING: [&str; 3] = ["by_risk_type", "by_origin", "by_measure"];

/// What others are shown of a report, before anything in it is withheld.
#[must_use]
pub fn shown_to_others(mut content: Content) -> Content {
    for section in &mut content.sections {
        section.tables.retain(|table| !REPEATED.contains(&table.id));
        for table in section.tables.iter_mut().filter(|table| OVERLAPPING.contains(&table.id)) {
            // Whether some cases stand in several rows would tell of these.
            table.overlapping = true;
        }
    }
    content
}

/// By which properties the rows of a table are told apart, where questions about numbers know them; and of what.
fn known(section: &str, table: &str) -> Option<(&'static str, &'static [&'static str])> {
    let properties: &[&str] = match (section, table) {
        ("alerts", "by_type") => &["NOTIFICATION_TYPE"],
        ("alerts", "by_risk_level") => &["RISK_LEVEL"],
        ("alerts", "by_category") => &["CATEGORY"],
        ("alerts", "by_risk_type") => &["RISK_TYPE"],
        ("alerts", "by_origin") => &["ORIGIN"],
        ("alerts", "by_sold_online") => &["SOLD_ONLINE"],
        ("alerts", "by_notifying_country") => &["NOTIFIER"],
        ("alerts", "by_measure") => &["ALERT_MEASURE"],
        ("reactions", "reactions") => return Some(("CASES", &["NOTIFIER", "RECIPIENT"])),
        _ => return None,
    };
    Some(("ALERTS", properties))
}

fn place_table(
    draft: &mut Draft,
    places: &mut Places,
    at: (usize, usize),
    section: &Section,
    table: &Table,
    scope: ReportScope<'_>,
) {
    let known = known(section.id, table.id).filter(|_| scope.template == "ANNUAL_STATISTICS");
    let total_key = match known {
        Some((subject, _)) => Key::of(subject, scope.status, scope.period),
        None => of_report(section, scope).with("TABLE", [table.id]),
    };
    let total = draft.open(&total_key, table.cases);
    places.tables.insert(at, total);
    if let Some((subject, properties @ [_, _])) = known {
        let status: &str = scope.status.into();
        draft.tables.push(PublishedTable {
            population: format!("{subject} {status}"),
            days: Some((scope.period.first, scope.period.last)),
            dimensions: dimensions_of(properties),
            counted: vec![StatisticsMeasure::Reactions],
        });
    }
    let (mut firsts, mut ids) = (Vec::new(), Vec::new());
    // Of all, and by the first property, and by the second, where there are two.
    let mut all = Margin::default();
    let mut margins: [BTreeMap<String, Margin>; 2] = Default::default();
    let mut nameless = Nameless::default();
    for (row_at, row) in table.rows.iter().enumerate() {
        let key = row_key(&total_key, known.map(|(_, properties)| properties), &row.id);
        let (mut first, mut later): (Option<Counted>, Option<Counted>) = (None, None);
        for (column, value) in row.values.iter().enumerate() {
            let Value::Count(count) = value else { continue };
            let column_name = column.to_string();
            let (property, holds) = match known {
                Some(_) => ("HAS", "REACTIONS"),
                None => ("COLUMN", column_name.as_str()),
            };
            let of_cell = if first.is_none() { key.clone() } else { key.clone().with(property, [holds]) };
            let cell = draft.open(&of_cell, *count);
            places.cells.insert((at.0, at.1, row_at, column), cell);
            match first {
                None => first = Some((cell, *count)),
                // A later column counts some of the first.
                Some((whole, cases)) => {
                    later = Some((cell, *count));
                    if let Some(rest) = cases.checked_sub(*count) {
                        let rest = draft.implied(&key.clone().without(property, [holds]), rest);
                        draft.adds_up(whole, vec![cell, rest]);
                    }
                }
            }
        }
        let Some((cell, count)) = first else { continue };
        firsts.push(cell);
        ids.push(row.id.clone());
        if let (Some((_, [_, _])), Some((one, other))) = (known, row.id.split_once(' ')) {
            all.add((cell, count), later);
            for (margin, id) in margins.iter_mut().zip([one, other]) {
                margin.entry(id.to_owned()).or_default().add((cell, count), later);
            }
            nameless.add((one, other), (cell, count), later);
        }
    }
    if let Some((_, properties @ [first_property, second_property])) = known {
        for (margin, property) in margins.into_iter().zip(properties) {
            let mut sums = Vec::new();
            for (id, margin) in margin {
                sums.push(margin.place(draft, &total_key.clone().with(property, [id.as_str()])));
            }
            draft.adds_up(total, sums);
        }
        all.place(draft, &total_key);
        nameless.place(draft, &total_key, first_property, second_property);
    }
    match table.overlapping {
        true => {
            let property = known.and_then(|(_, properties)| properties.first()).copied().unwrap_or("ROW");
            let values = ids.into_iter().map(|id| if known.is_some() { id.to_uppercase() } else { id });
            draft.is_covered(&total_key, total, property, &values.zip(firsts).collect::<Vec<_>>());
        }
        false => draft.adds_up(total, firsts),
    }
}

/// The place of a count, and how much it is.
type Counted = (usize, u64);

/// Rows of two properties that have one of them in common: their cases, and those of them that were reacted to.
#[derive(Default)]
struct Margin {
    cases: (u64, Vec<usize>),
    reactions: (u64, Vec<usize>),
}

impl Margin {
    fn add(&mut self, (cell, count): Counted, reactions: Option<Counted>) {
        self.cases.0 += count;
        self.cases.1.push(cell);
        if let Some((cell, count)) = reactions {
            self.reactions.0 += count;
            self.reactions.1.push(cell);
        }
    }

    /// Says what the rows make up. Gives the place of their cases.
    fn place(self, draft: &mut Draft, key: &Key) -> usize {
        let Self { cases: (cases, rows), reactions: (reactions, reacted) } = self;
        let whole = draft.implied(key, cases);
        draft.adds_up(whole, rows);
        let holds = draft.implied(&key.clone().with("HAS", ["REACTIONS"]), reactions);
        draft.adds_up(holds, reacted);
        let lacks =
            draft.implied(&key.clone().without("HAS", ["REACTIONS"]), cases.saturating_sub(reactions));
        draft.adds_up(whole, vec![holds, lacks]);
        whole
    }
}

/// Rows whose notifier has no country: the report names the authority, answers count them together as those of none.
#[derive(Default)]
struct Nameless {
    all: Margin,
    by_other: BTreeMap<String, Margin>,
    has_none: bool,
}

impl Nameless {
    fn add(&mut self, (notifier, other): (&str, &str), cases: Counted, reactions: Option<Counted>) {
        let is_country = notifier.len() == 2;
        self.has_none |= notifier.is_empty();
        if !is_country {
            self.all.add(cases, reactions);
            self.by_other.entry(other.to_owned()).or_default().add(cases, reactions);
        }
    }

    fn place(self, draft: &mut Draft, total: &Key, notifier: &str, other: &str) {
        // Where rows of no notifier stand by themselves, they are what answers count.
        if self.has_none || self.by_other.is_empty() {
            return;
        }
        let key = total.clone().with(notifier, [""]);
        self.all.place(draft, &key);
        for (id, margin) in self.by_other {
            margin.place(draft, &key.clone().with(other, [id.as_str()]));
        }
    }
}

/// The properties of these words.
fn dimensions_of(words: &[&str]) -> Vec<StatisticsDimension> {
    let all = [StatisticsDimension::Notifier, StatisticsDimension::Recipient];
    all.into_iter().filter(|one| words.contains(&Into::<&'static str>::into(*one))).collect()
}

/// What a row counts.
fn row_key(total: &Key, properties: Option<&[&str]>, id: &str) -> Key {
    match properties {
        Some([property]) => total.clone().with(property, [id.to_uppercase().as_str()]),
        Some([one, other]) => {
            let (first, second) = id.split_once(' ').unwrap_or((id, ""));
            total.clone().with(one, [first]).with(other, [second])
        }
        _ => total.clone().with("ROW", [id]),
    }
}

/// The report without what is withheld. Rows of which the count is withheld stand last, so that their order says nothing.
#[must_use]
pub fn withheld_content(content: Content, places: &Places, settled: &Settled, rule: Rule) -> Content {
    let Settled { verdict, left_out } = settled;
    let left_out: BTreeMap<&(usize, usize), bool> =
        places.tables.keys().zip(left_out.iter().copied()).collect();
    let is_told =
        |cell: Option<&usize>| cell.is_some_and(|cell| !verdict.withheld.get(*cell).copied().unwrap_or(true));
    let Content { title, mut facts, mut sections } = content;
    for (at, section) in sections.iter_mut().enumerate() {
        for (index, figure) in section.figures.iter_mut().enumerate() {
            let cell = is_told(places.figures.get(&(at, index)));
            // A share, and how wide its interval is, tell of the part that it is of.
            if !cell || matches!(figure.value, Value::Share(_)) {
                figure.value = Value::Withheld;
            }
            let rests_on_others = matches!(figure.value, Value::Count(count) if count != figure.cases);
            if !cell || rests_on_others {
                figure.cases = WITHHELD_CASES;
            }
        }
        for (index, table) in section.tables.iter_mut().enumerate() {
            let is_total_told = is_told(places.tables.get(&(at, index)));
            for (row_at, row) in table.rows.iter_mut().enumerate() {
                let place = |column: usize| places.cells.get(&(at, index, row_at, column));
                let counts: Vec<bool> =
                    (0..row.values.len()).filter_map(place).map(|cell| is_told(Some(cell))).collect();
                let all = is_total_told && !counts.is_empty() && counts.into_iter().all(|is_told| is_told);
                for (column, value) in row.values.iter_mut().enumerate() {
                    let is_kept = match value {
                        Value::Count(_) => is_told(place(column)),
                        // An interval tells what it was estimated from.
                        Value::Share(share) if share.lower.is_some() || share.upper.is_some() => false,
                        // What is calculated from the counts of the row, and of all.
                        _ => all,
                    };
                    if !is_kept {
                        *value = Value::Withheld;
                    }
                }
            }
            if left_out.get(&(at, index)) == Some(&true)
                && let Some(row) = table.rows.first_mut()
            {
                // That there are such rows would tell too much.
                row.id = String::new();
                row.title = Text::of("withheld", "不予公布");
                row.values.iter_mut().for_each(|value| *value = Value::Withheld);
                table.rows.truncate(1);
            }
            let is_first_withheld = |values: &[Value]| matches!(values.first(), Some(Value::Withheld));
            let (mut withheld, told): (Vec<_>, Vec<_>) =
                std::mem::take(&mut table.rows).into_iter().partition(|row| is_first_withheld(&row.values));
            withheld.sort_by(|one, other| one.id.cmp(&other.id));
            table.rows = told.into_iter().chain(withheld).collect();
            if !is_total_told {
                table.cases = WITHHELD_CASES;
            }
        }
    }
    let last = rule.least().saturating_sub(1);
    facts.push((
        Text::of("Small counts", "小计数"),
        Text::of(
            format!("Counts of 1 to {last}, and others from which they could be reckoned, are withheld."),
            format!("1 至 {last} 的计数以及可据以推算出它们的其他计数不予公布。"),
        ),
    ));
    Content { title, facts, sections }
}
