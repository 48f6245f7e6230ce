//! Counts of screenings.

use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use seamless_identifiers::Unlocode;
use seamless_vocabulary::Vocabulary;

use super::{
    Store,
    entities::screening::{Column, Entity},
    fault,
};
use crate::domain::{
    DomainError,
    aggregates::ScreeningCount,
    model::{EventStatus, Lane, Selection},
};

impl Store {
    /// When the first consignment was screened at an entry point from an instant on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn first_screening(
        &self,
        entry_point: &Unlocode,
        from: Timestamp,
    ) -> Result<Option<Timestamp>, DomainError> {
        let first: Option<i64> = Entity::find()
            .select_only()
            .column(Column::Time)
            .filter(Column::EntryPoint.eq(entry_point.to_string()))
            .filter(Column::Time.gte(from.as_microsecond()))
            .order_by_asc(Column::Time)
            .limit(1)
            .into_tuple()
            .one(self.database.read())
            .await
            .map_err(fault)?;
        let instant = |time| {
            Timestamp::from_microsecond(time).map_err(|error| DomainError::Fault(format!("time: {error}")))
        };
        first.map(instant).transpose()
    }

    /// How many actual consignments of each kind were screened at an entry point between two instants, the second
    /// excluded.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn screening_counts(
        &self,
        entry_point: &Unlocode,
        start: Timestamp,
        end: Timestamp,
    ) -> Result<Vec<ScreeningCount>, DomainError> {
        type Row = (Option<String>, i16, i16, i16, bool, Option<String>, bool, bool, i64, f64);
        let kinds = [
            Column::Area,
            Column::Lane,
            Column::LaneOtherwise,
            Column::Selection,
            Column::Inspected,
            Column::Origin,
            Column::Alerted,
            Column::Exhausted,
        ];
        let mut select = Entity::find()
            .select_only()
            .columns(kinds)
            .column_as(Expr::col(Column::Id).count(), "number")
            .column_as(Expr::col(Column::Probability).sum(), "expected")
            .filter(Column::EntryPoint.eq(entry_point.to_string()))
            .filter(Column::Status.eq(EventStatus::Actual as i16))
            .filter(Column::First.is_null())
            .filter(Column::Time.gte(start.as_microsecond()))
            .filter(Column::Time.lt(end.as_microsecond()));
        for kind in kinds {
            select = select.group_by(kind).order_by_asc(kind);
        }
        let rows: Vec<Row> = select.into_tuple().all(self.database.read()).await.map_err(fault)?;
        let counted = |row: Row| {
            let (area, lane, otherwise, selection, inspected, origin, alerted, exhausted, number, expected) =
                row;
            let damaged = || DomainError::Fault("damaged screening: lane or selection".to_owned());
            Ok(ScreeningCount {
                area: area.unwrap_or_default(),
                lane: Lane::from_number(lane.into()).ok_or_else(damaged)?,
                lane_otherwise: Lane::from_number(otherwise.into()).ok_or_else(damaged)?,
                selection: Selection::from_number(selection.into()).ok_or_else(damaged)?,
                inspected,
                origin: origin.unwrap_or_default(),
                alert_matched: alerted,
                capacity_exhausted: exhausted,
                count: u64::try_from(number).unwrap_or_default(),
                expected_unsafe: expected,
            })
        };
        rows.into_iter().map(counted).collect()
    }
}
