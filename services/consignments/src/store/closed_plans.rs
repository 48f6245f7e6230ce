//! Plans in the order of their days, and what became of those that they chose.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use seamless_commit::own_records;
use seamless_identifiers::Unlocode;
use seamless_vocabulary::Vocabulary;
use uuid::Uuid;

use super::{
    Store,
    entities::{plan, screening},
    examinations::day_number,
    fault, plans,
};
use crate::domain::{
    DomainError,
    closed_plans::ChosenCount,
    model::{Control, EventStatus, Plan, Selection, control_name},
    records::Record,
};

/// Screenings of which the controls are counted in one statement.
const SCREENINGS_A_STATEMENT: usize = 500;

impl Store {
    /// The first stored plan of an entry point after a day; the first of all where none is named.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn plan_after(
        &self,
        entry_point: &Unlocode,
        day: Option<Date>,
    ) -> Result<Option<Plan>, DomainError> {
        let mut select = plan::Entity::find()
            .filter(plan::Column::EntryPoint.eq(entry_point.to_string()))
            .order_by_asc(plan::Column::Day);
        if let Some(day) = day {
            select = select.filter(plan::Column::Day.gt(day_number(day)));
        }
        let row = select.one(self.database.read()).await.map_err(fault)?;
        row.as_ref().map(plans::parse).transpose()
    }

    /// How many actual consignments the plan of a day chose in each way, and how many of them have a control.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn chosen_of(
        &self,
        entry_point: &Unlocode,
        date: Date,
    ) -> Result<Vec<ChosenCount>, DomainError> {
        use screening::Column;
        let chosen: Vec<(Uuid, Option<Uuid>, i16)> = screening::Entity::find()
            .select_only()
            .columns([Column::Id, Column::First, Column::Selection])
            // In the words of the index, which holds few rows of all.
            .filter(Expr::cust("selection > 1"))
            .filter(Column::EntryPoint.eq(entry_point.to_string()))
            .filter(Column::Day.eq(day_number(date)))
            .filter(Column::Status.eq(EventStatus::Actual as i16))
            .filter(Column::SupersededBy.is_null())
            .into_tuple()
            .all(self.database.read())
            .await
            .map_err(fault)?;
        // Goods have one place and one control, by the first of their screenings.
        let mut by_selection: BTreeMap<i16, BTreeSet<Uuid>> = BTreeMap::new();
        for (id, first, selection) in chosen {
            by_selection.entry(selection).or_default().insert(first.unwrap_or(id));
        }
        let mut counts = Vec::with_capacity(by_selection.len());
        for (selection, ids) in by_selection {
            let damaged = || DomainError::Fault(format!("damaged screening: selection {selection}"));
            let mut examined = 0;
            let ids: Vec<Uuid> = ids.into_iter().collect();
            for chunk in ids.chunks(SCREENINGS_A_STATEMENT) {
                // The control of goods has the key of their first screening.
                let controls = own_records::Entity::find()
                    .filter(own_records::Column::Kind.eq(Control::KIND))
                    .filter(own_records::Column::Name.is_in(chunk.iter().map(|id| control_name(*id))));
                examined += controls.count(self.database.read()).await.map_err(fault)?;
            }
            let selection = Selection::from_number(selection.into()).ok_or_else(damaged)?;
            counts.push(ChosenCount { selection, selected: ids.len() as u64, examined });
        }
        Ok(counts)
    }
}
