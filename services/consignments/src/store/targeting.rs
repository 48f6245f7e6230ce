//! What plans chose, and what arrived.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};
use seamless_commit::behind;
use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;
use seamless_vocabulary::Vocabulary;
use uuid::Uuid;

use super::{
    Store,
    entities::{
        examination,
        screening::{self, Column},
    },
    examinations::day_number,
    fault,
    screening_documents::parse,
};
use crate::domain::{
    DomainError,
    hit_rates::LaneArrivals,
    model::{EventStatus, Lane, ProductAreaId, Screening, Selection, control_name},
    ports::{InShadow, Selected, SelectionPlace, SelectionQuery, ShadowQuery, TargetingReader},
};

/// Screenings of which the controls are looked up in one statement.
const SCREENINGS_A_STATEMENT: usize = 500;

#[async_trait]
impl TargetingReader for Store {
    async fn selection_list(&self, query: &SelectionQuery) -> Result<Vec<Selected>, DomainError> {
        let mut screenings = Vec::new();
        // Two walks along the indexes of what was selected, and no sorting.
        if query.after.is_none_or(|place| place.is_mandatory) {
            screenings = self.selected(query, &[Selection::Mandatory], query.after, query.limit).await?;
        }
        let left = query.limit.saturating_sub(screenings.len() as u64);
        if left > 0 {
            let after = query.after.filter(|place| !place.is_mandatory);
            let others = [Selection::Random, Selection::Targeted];
            screenings.extend(self.selected(query, &others, after, left).await?);
        }
        let (mut of_screenings, mut names) = (HashMap::new(), HashSet::new());
        for chunk in screenings.chunks(SCREENINGS_A_STATEMENT) {
            for (screening, control) in self.controls_of(chunk).await? {
                names.insert(control.clone());
                of_screenings.extend(screening.map(|screening| (screening, control)));
            }
        }
        let with_control = |screening: Screening| {
            let own = of_screenings.get(&screening.id).cloned();
            let control = own.or_else(|| names.get(&control_name(screening.first())).cloned());
            Selected { screening, control }
        };
        Ok(screenings.into_iter().map(with_control).collect())
    }

    async fn arrivals_by_lane(
        &self,
        entry_point: &Unlocode,
        (first, last): (Date, Date),
        area: Option<&ProductAreaId>,
    ) -> Result<Vec<LaneArrivals>, DomainError> {
        let mut arrived = screening::Entity::find()
            .select_only()
            .column(Column::LaneOtherwise)
            .column_as(Column::LaneOtherwise.count(), "arrivals")
            .filter(Column::EntryPoint.eq(entry_point.to_string()))
            .filter(Column::Day.between(day_number(first), day_number(last)))
            .filter(Column::Status.eq(EventStatus::Actual as i16))
            .group_by(Column::LaneOtherwise);
        if let Some(area) = area {
            arrived = arrived.filter(Column::Area.eq(area.as_str()));
        }
        // As the index of these few says it; amendments, of which there are few too, have one of their own.
        let few = arrived.clone().filter(Expr::cust("without_chance"));
        let amended = arrived.clone().filter(Column::First.is_not_null());
        let few_amended = amended.clone().filter(Expr::cust("without_chance"));
        let counts = async |select: Select<screening::Entity>| {
            let rows: Vec<(i16, i64)> = select.into_tuple().all(self.database.read()).await.map_err(fault)?;
            Ok::<HashMap<i16, i64>, DomainError>(rows.into_iter().collect())
        };
        let arrived = counts(arrived).await?;
        let (few, amended, few_amended) =
            (counts(few).await?, counts(amended).await?, counts(few_amended).await?);
        let first = |all: &HashMap<i16, i64>, later: &HashMap<i16, i64>, lane: i16| {
            let of = |counts: &HashMap<i16, i64>| counts.get(&lane).copied().unwrap_or_default();
            u64::try_from(of(all) - of(later)).ok()
        };
        let lane = |lane: i16| {
            Some(LaneArrivals {
                lane: Lane::from_number(lane.into())?,
                arrivals: first(&arrived, &amended, lane)?,
                without_chance: first(&few, &few_amended, lane)?,
            })
        };
        let mut lanes: Vec<i16> = arrived.keys().copied().collect();
        lanes.sort_unstable();
        Ok(lanes.into_iter().filter_map(lane).filter(|lane| lane.arrivals > 0).collect())
    }

    async fn outcomes_between(
        &self,
        side: &AuthorityId,
        after: Option<(Timestamp, String)>,
        until: Timestamp,
    ) -> Result<u64, DomainError> {
        use examination::Column as Outcome;
        let mut select = examination::Entity::find()
            .filter(Outcome::Side.eq(side.as_str()))
            .filter(Outcome::KnownTime.lte(until.as_microsecond()))
            .filter(Outcome::Selection.is_not_in([Selection::None as i16, Selection::Officer as i16]));
        if let Some((time, control)) = after {
            let last = [time.as_microsecond().into(), control.into()];
            select = select.filter(behind(&Order::Asc, [Outcome::KnownTime, Outcome::Control], last));
        }
        select.count(self.database.read()).await.map_err(fault)
    }

    async fn last_threshold(&self, entry_point: &Unlocode, date: Date) -> Result<Option<f64>, DomainError> {
        let select = screening::Entity::find()
            .filter(Column::EntryPoint.eq(entry_point.to_string()))
            .filter(Column::Day.eq(day_number(date)))
            .order_by_desc(Column::Time)
            .limit(1);
        let last = self.documents(select).await?.pop();
        last.map(|document| parse(&document).map(|screening| screening.draw.threshold)).transpose()
    }

    async fn shadow_list(&self, query: &ShadowQuery) -> Result<Vec<InShadow>, DomainError> {
        let select = screening::Entity::find()
            .filter(Column::Time.gte(query.start.as_microsecond()))
            .order_by_desc(Column::Time)
            .order_by_desc(Column::Id)
            .limit(query.limit);
        // Models are named after their side, and so what they said tells whose screening it was.
        let of_side = format!("models/{}.", query.side);
        let mut found = Vec::new();
        for document in self.documents(select).await? {
            let screening = parse(&document)?;
            let facts = screening.facts;
            if let Some(shadow) = facts.shadow.filter(|shadow| shadow.model.starts_with(&of_side)) {
                found.push(InShadow {
                    screening: screening.id,
                    deciding: (facts.model, facts.score.probability),
                    shadow: (shadow.model, shadow.score),
                });
            }
        }
        Ok(found)
    }
}

impl Store {
    async fn documents(&self, select: Select<screening::Entity>) -> Result<Vec<String>, DomainError> {
        let select = select.select_only().column(Column::Document).into_tuple();
        select.all(self.database.read()).await.map_err(fault)
    }

    /// What the plan of a day chose, and what plans of other entry points chose that arrives here on that day by now.
    async fn selected(
        &self,
        query: &SelectionQuery,
        selections: &[Selection],
        after: Option<SelectionPlace>,
        limit: u64,
    ) -> Result<Vec<Screening>, DomainError> {
        let mut found: Vec<Screening> = Vec::new();
        for (place, day) in [(Column::EntryPoint, Column::Day), (Column::ArrivesAt, Column::ArrivesDay)] {
            let there = selected(selections, after, limit)
                .filter(place.eq(query.entry_point.to_string()))
                .filter(day.eq(day_number(query.date)));
            for document in self.documents(there).await? {
                found.push(parse(&document)?);
            }
        }
        found.sort_by(|one, two| {
            let harm = two.draw.expected_harm.total_cmp(&one.draw.expected_harm);
            harm.then(two.id.cmp(&one.id))
        });
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// The controls with an outcome of the goods of these screenings, with the screening that each was recorded for; of several
    /// the one that came to be known last is the last.
    async fn controls_of(
        &self,
        screenings: &[Screening],
    ) -> Result<Vec<(Option<Uuid>, String)>, DomainError> {
        use examination::Column;
        // Of goods that were declared otherwise since, by the name of their one control.
        let names = screenings.iter().map(|one| control_name(one.first()));
        let of_these = Condition::any()
            .add(Column::Screening.is_in(screenings.iter().map(|one| one.id)))
            .add(Column::Control.is_in(names));
        examination::Entity::find()
            .select_only()
            .column(Column::Screening)
            .column(Column::Control)
            .filter(of_these)
            .order_by_asc(Column::KnownTime)
            .into_tuple()
            .all(self.database.read())
            .await
            .map_err(fault)
    }
}

fn selected(
    selections: &[Selection],
    after: Option<SelectionPlace>,
    limit: u64,
) -> Select<screening::Entity> {
    let mut select = screening::Entity::find()
        // In the words of the index, which holds few rows of all.
        .filter(Expr::cust("selection > 1"))
        .filter(Column::SupersededBy.is_null())
        .filter(Column::Selection.is_in(selections.iter().map(|selection| *selection as i16)))
        .order_by_desc(Column::ExpectedHarm)
        .order_by_desc(Column::Id)
        .limit(limit);
    if let Some(SelectionPlace { expected_harm, id, .. }) = after {
        let last = [f64::from_bits(expected_harm).into(), id.into()];
        select = select.filter(behind(&Order::Desc, [Column::ExpectedHarm, Column::Id], last));
    }
    select
}
