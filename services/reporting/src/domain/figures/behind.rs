//! The records behind a figure: those of which alone the report would count something there.
//!
//! Invariant: nothing is counted in a second way. A record and all that belongs to it make a group; the same calculation that made the
//! report says how much of a figure is of a group, and halves without any of it are left aside at once.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use jiff::civil::Date;

use super::{Facts, Question, content};
use crate::domain::{
    content::{Content, Value},
    facts::{ControlFact, Fact, alert_of},
};

/// Columns of tables that count who of all was left at a time, by the English title: no sum over records.
const WHO_WAS_LEFT: [(&str, &str); 1] = [("waiting", "waited until then")];

/// A figure, a table or a cell of it, as the report names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureCell {
    /// The id of the section.
    pub section: String,
    /// The id of the figure, or of the table.
    pub id: String,
    pub place: CellPlace,
}

/// What of it is looked behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellPlace {
    /// What a figure counts.
    Figure,
    /// The cases that a figure rests on which is no count itself.
    CasesOfFigure,
    /// All cases of a table.
    CasesOfTable,
    /// A row of a table, by its id, and a column of it that counts, by its title in English.
    Row { row: String, column: String },
}

/// A record behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The name of the record.
    pub name: String,
    /// How much of the figure is of it and of what belongs to it.
    pub count: u64,
}

/// A record, with all that belongs to it.
struct Group {
    name: String,
    facts: Vec<Fact>,
    /// Without which it would not count as it does among all others.
    rests_on: Vec<Common>,
}

/// What groups rest on though it is counted by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Common {
    /// A criterion that goods met, or a model that judged them, by its name.
    Record(String),
    /// That a side shows pre-inspections of this body: one of each authority that it inspected for.
    Body(String),
    /// That there was a plan of this day: one of them.
    PlanOf(Date),
    /// That it is shown how goods were chosen: one record of each kind that says so.
    Choice,
}

/// The records behind one figure of a report.
pub struct FigureCases<'a> {
    question: &'a Question<'a>,
    cell: &'a FigureCell,
    /// In the order of their names.
    groups: Vec<Group>,
    common: HashMap<Common, Vec<Fact>>,
}

impl<'a> FigureCases<'a> {
    /// Of these facts, in whatever order.
    #[must_use]
    pub fn of(question: &'a Question<'a>, cell: &'a FigureCell, facts: Vec<Fact>) -> Self {
        let mut groups = BTreeMap::<String, Group>::new();
        let mut common = HashMap::<Common, Vec<Fact>>::new();
        for fact in facts {
            for stands_for in stands_for(question, &fact) {
                let known = common.entry(stands_for).or_default();
                if !known.iter().any(|one| is_alike(one, &fact)) {
                    known.push(bare(&fact));
                }
            }
            let name = group_of(&fact);
            let empty = |name: &String| Group { name: name.clone(), facts: Vec::new(), rests_on: Vec::new() };
            let group = groups.entry(name).or_insert_with_key(empty);
            group.rests_on.extend(rests_on(&fact));
            group.facts.push(fact);
        }
        Self { question, cell, groups: groups.into_values().collect(), common }
    }

    /// What the figure is of all of them; none where it is no sum over records: what it says of none at all, such as what was promised
    /// and not done, or who of all was left at a time.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        let FigureCell { id, place, .. } = self.cell;
        let is_left = |(table, title): &(&str, &str)| {
            table == id && matches!(place, CellPlace::Row { column, .. } if column == title)
        };
        let is_sum = !WHO_WAS_LEFT.iter().any(is_left) && self.count_of(Vec::new()) == 0;
        is_sum.then(|| self.count(0..self.groups.len()))
    }

    /// So many of the records at most, by name, from behind a name on.
    #[must_use]
    pub fn behind(&self, after: Option<&str>, limit: usize) -> Vec<Behind> {
        let first =
            after.map_or(0, |after| self.groups.partition_point(|group| group.name.as_str() <= after));
        let mut found = Vec::new();
        self.find(first..self.groups.len(), limit, &mut found);
        found
    }

    fn find(&self, range: Range<usize>, limit: usize, found: &mut Vec<Behind>) {
        if range.is_empty() || found.len() >= limit {
            return;
        }
        let count = self.count(range.clone());
        match self.groups.get(range.clone()) {
            _ if count == 0 => {}
            Some([group]) => found.push(Behind { name: group.name.clone(), count }),
            _ => {
                let middle = range.start.midpoint(range.end);
                self.find(range.start..middle, limit, found);
                self.find(middle..range.end, limit, found);
            }
        }
    }

    /// How much of the figure is of some groups.
    fn count(&self, range: Range<usize>) -> u64 {
        let groups = self.groups.get(range).unwrap_or_default();
        let mut own: Vec<Fact> = groups.iter().flat_map(|group| &group.facts).cloned().collect();
        let is_own = |name: &String| groups.binary_search_by(|group| group.name.cmp(name)).is_ok();
        let mut rests_on: Vec<&Common> = groups.iter().flat_map(|group| &group.rests_on).collect();
        rests_on.sort();
        rests_on.dedup();
        let others = rests_on.into_iter().filter_map(|one| self.common.get(one)).flatten();
        let others: Vec<Fact> = others.filter(|fact| !is_own(&group_of(fact))).cloned().collect();
        if others.is_empty() {
            return self.count_of(own);
        }
        own.extend(others.iter().cloned());
        self.count_of(own).saturating_sub(self.count_of(others))
    }

    /// What the figure is of some facts.
    fn count_of(&self, facts: Vec<Fact>) -> u64 {
        count_in(&content(self.question, Facts::of(facts, self.question.status)), self.cell)
    }
}

/// What a report says in a cell; nothing where it has no such row.
#[must_use]
pub fn count_in(content: &Content, cell: &FigureCell) -> u64 {
    let Some(section) = content.sections.iter().find(|section| section.id == cell.section) else { return 0 };
    let figure = || section.figures.iter().find(|figure| figure.id == cell.id);
    let table = || section.tables.iter().find(|table| table.id == cell.id);
    let counted = |value: &Value| match value {
        Value::Count(count) => *count,
        _ => 0,
    };
    let count = match &cell.place {
        CellPlace::Figure => figure().map(|figure| counted(&figure.value)),
        CellPlace::CasesOfFigure => figure().map(|figure| figure.cases),
        CellPlace::CasesOfTable => table().map(|table| table.cases),
        CellPlace::Row { row, column } => table().and_then(|table| {
            let index = table.columns.iter().position(|title| title.english == *column)?;
            let row = table.rows.iter().find(|one| one.id == *row)?;
            row.values.get(index).map(counted)
        }),
    };
    count.unwrap_or_default()
}

/// The name of the record that a fact belongs to.
#[must_use]
pub fn group_of(fact: &Fact) -> String {
    match fact {
        Fact::Removal(fact) => fact.alert.clone(),
        Fact::Reliability(fact) => fact.of().to_owned(),
        Fact::Trust(_) | Fact::Override(_) | Fact::Plan(_) | Fact::Obligation(_) => fact.name().to_owned(),
        Fact::Arrivals(fact) => format!("entryPoints/{}/hours/{}", fact.entry_point, fact.hour),
        Fact::Misuse(fact) => format!("events/{}", fact.name),
        _ => alert_of(fact.name()).to_owned(),
    }
}

/// What of it others rest on.
fn stands_for(question: &Question<'_>, fact: &Fact) -> Vec<Common> {
    match fact {
        Fact::Model(_) | Fact::Criterion(_) => {
            vec![Common::Record(fact.name().to_owned()), Common::Choice]
        }
        Fact::Inspection(fact) => vec![Common::Body(fact.body.clone())],
        Fact::Plan(fact) => vec![Common::PlanOf(fact.day)],
        Fact::Arrivals(_) | Fact::Override(_) => vec![Common::Choice],
        Fact::Control(fact) if fact.selection.is_some() && question.is_of_period(fact.examined) => {
            vec![Common::Choice]
        }
        _ => Vec::new(),
    }
}

/// As it stands for others: an examination without what counts elsewhere.
fn bare(fact: &Fact) -> Fact {
    match fact.clone() {
        Fact::Control(one) => {
            Fact::Control(ControlFact { knowledge: None, plan_day: None, body: None, ..one })
        }
        other => other,
    }
}

/// Whether others need but one of the two.
fn is_alike(one: &Fact, other: &Fact) -> bool {
    match (one, other) {
        (Fact::Inspection(one), Fact::Inspection(other)) => {
            (&one.originator, one.status) == (&other.originator, other.status)
        }
        (Fact::Control(one), Fact::Control(other)) => one.status == other.status,
        (Fact::Override(one), Fact::Override(other)) => one.status == other.status,
        _ => one.kind() == other.kind(),
    }
}

/// Without what it would not count as it does among all others.
fn rests_on(fact: &Fact) -> Vec<Common> {
    let body = |body: &str| vec![Common::Body(body.to_owned())];
    let mut all = match fact {
        Fact::Control(fact) => {
            let knowledge = fact.knowledge.as_deref().into_iter();
            let records = knowledge.flat_map(|knowledge| {
                let scores = knowledge.deciding.iter().chain(&knowledge.shadow);
                knowledge.criteria.iter().chain(scores.map(|score| &score.model))
            });
            let records = records.map(|name| Common::Record(name.clone()));
            records
                .chain(fact.body.clone().map(Common::Body))
                .chain(fact.plan_day.map(Common::PlanOf))
                .collect()
        }
        Fact::Trust(fact) => body(&fact.body),
        Fact::Approval(fact) => body(&fact.body),
        Fact::Reliability(fact) => body(&fact.body),
        Fact::Misuse(fact) => body(&fact.body),
        Fact::Model(_) | Fact::Criterion(_) | Fact::Override(_) | Fact::Arrivals(_) | Fact::Plan(_) => {
            Vec::new()
        }
        _ => return Vec::new(),
    };
    all.push(Common::Choice);
    all
}
