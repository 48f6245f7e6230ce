//! What controls with an outcome told.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::OnConflict,
};

use seamless_commit::{CommitError, ROWS_A_STATEMENT, behind};
use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;
use seamless_vocabulary::Vocabulary;

use super::{
    Store,
    entities::examination::{self, Column},
    fault,
};
use crate::domain::{
    DomainError,
    model::{Examination, Lane, ProductAreaId, Selection},
    ports::{ExaminationCount, ExaminationQuery, ExaminationReader, LotQuery},
};

/// The day as a number: days since 1970.
pub(super) fn day_number(date: Date) -> i32 {
    date.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |midnight| {
        i32::try_from(midnight.timestamp().as_second().div_euclid(86_400)).unwrap_or(i32::MAX)
    })
}

/// The day of a number.
pub(super) fn day_of(number: i32) -> Result<Date, DomainError> {
    Timestamp::from_second(i64::from(number) * 86_400)
        .map(|midnight| midnight.to_zoned(jiff::tz::TimeZone::UTC).date())
        .map_err(|error| DomainError::Fault(format!("day {number}: {error}")))
}

pub(super) fn examination_row(examination: &Examination) -> Result<examination::ActiveModel, DomainError> {
    let document = serde_json::to_string(&examination.consignment)
        .map_err(|error| DomainError::Fault(format!("goods have no document: {error}")))?;
    Ok(examination::ActiveModel {
        control: Set(examination.control.clone()),
        side: Set(examination.side.to_string()),
        entry_point: Set(examination.entry_point.to_string()),
        day: Set(day_number(examination.date)),
        examine_time: Set(examination.examine_time.as_microsecond()),
        known_time: Set(examination.known_time.as_microsecond()),
        area: Set(examination.area.as_ref().map(ToString::to_string)),
        body: Set(examination.body.as_ref().map(ToString::to_string)),
        passed: Set(examination.passed),
        selection: Set(examination.selection as i16),
        probability: Set(examination.probability),
        lane_otherwise: Set(examination.lane_otherwise.map(|lane| lane as i16)),
        is_unsafe: Set(examination.is_unsafe),
        screening: Set(examination.screening),
        document: Set(document),
    })
}

/// Puts them in the place of what their controls told before.
pub(super) async fn replace(
    tx: &DatabaseTransaction,
    rows: &[examination::ActiveModel],
) -> Result<(), CommitError> {
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let mut replaced = OnConflict::column(Column::Control);
        replaced.update_columns([
            Column::KnownTime,
            Column::ExamineTime,
            Column::Body,
            Column::Passed,
            Column::IsUnsafe,
        ]);
        examination::Entity::insert_many(chunk.iter().cloned())
            .on_conflict(replaced)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

fn parse(row: examination::Model) -> Result<Examination, DomainError> {
    let damaged = |what: &str| DomainError::Fault(format!("damaged examination of {}: {what}", row.control));
    let instant = |time| Timestamp::from_microsecond(time).map_err(|_| damaged("time"));
    Ok(Examination {
        side: row.side.parse().map_err(|_| damaged("side"))?,
        entry_point: Unlocode::parse(&row.entry_point).map_err(|_| damaged("place"))?,
        date: day_of(row.day)?,
        examine_time: instant(row.examine_time)?,
        known_time: instant(row.known_time)?,
        area: row.area.as_deref().map(str::parse).transpose().map_err(|_| damaged("area"))?,
        body: row.body.as_deref().map(str::parse).transpose().map_err(|_| damaged("body"))?,
        passed: row.passed,
        selection: Selection::from_number(row.selection.into()).ok_or_else(|| damaged("selection"))?,
        probability: row.probability,
        lane_otherwise: row.lane_otherwise.and_then(|lane| Lane::from_number(lane.into())),
        is_unsafe: row.is_unsafe,
        screening: row.screening,
        consignment: serde_json::from_str(&row.document).map_err(|_| damaged("goods"))?,
        control: row.control,
    })
}

#[async_trait]
impl ExaminationReader for Store {
    async fn examination_list(&self, query: &ExaminationQuery) -> Result<Vec<Examination>, DomainError> {
        let mut select = examination::Entity::find()
            .order_by_asc(Column::KnownTime)
            .order_by_asc(Column::Control)
            .limit(query.limit);
        if let Some(side) = &query.side {
            select = select.filter(Column::Side.eq(side.as_str()));
        }
        if let Some(entry_point) = &query.entry_point {
            select = select.filter(Column::EntryPoint.eq(entry_point.to_string()));
        }
        if let Some(area) = &query.area {
            select = select.filter(Column::Area.eq(area.as_str()));
        }
        if let Some(body) = &query.body {
            select = select.filter(Column::Body.eq(body.as_str()));
        }
        if let Some((first, last)) = query.dates {
            select = select.filter(Column::Day.between(day_number(first), day_number(last)));
        }
        if let Some((time, control)) = query.after.clone() {
            let last = [time.as_microsecond().into(), control.into()];
            select = select.filter(behind(&Order::Asc, [Column::KnownTime, Column::Control], last));
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        rows.into_iter().map(parse).collect()
    }

    async fn examination_counts(
        &self,
        side: &AuthorityId,
        area: &ProductAreaId,
    ) -> Result<Vec<ExaminationCount>, DomainError> {
        let kinds = [Column::EntryPoint, Column::Body, Column::Passed, Column::IsUnsafe];
        let mut select = examination::Entity::find()
            .select_only()
            .columns(kinds)
            .column_as(Column::Control.count(), "count")
            .filter(Column::Side.eq(side.as_str()))
            .filter(Column::Area.eq(area.as_str()))
            .filter(Column::Selection.eq(Selection::Random as i16));
        for kind in kinds {
            select = select.group_by(kind);
        }
        let rows: Vec<(String, Option<String>, bool, bool, i64)> =
            select.into_tuple().all(self.database.read()).await.map_err(fault)?;
        let damaged = |what: &str| DomainError::Fault(format!("damaged examinations of {side}: {what}"));
        let counts = rows.into_iter().map(|(entry_point, body, passed, is_unsafe, count)| {
            Ok(ExaminationCount {
                entry_point: Unlocode::parse(&entry_point).map_err(|_| damaged("place"))?,
                body: body.as_deref().map(str::parse).transpose().map_err(|_| damaged("body"))?,
                passed,
                is_unsafe,
                count,
            })
        });
        counts.collect()
    }

    async fn examination_lots(&self, query: &LotQuery, except: &str) -> Result<Vec<bool>, DomainError> {
        let lots = self.lots(query).await?;
        let others = lots.into_iter().filter(|(control, _)| control != except);
        Ok(others.map(|(_, is_unsafe)| is_unsafe).take(most(query.limit)).collect())
    }
}

impl Store {
    /// The controls of the last random examinations of goods that a body passed, with whether the goods were unsafe: one more
    /// than are asked for, since one may not count.
    pub(super) async fn lots(&self, query: &LotQuery) -> Result<Vec<(String, bool)>, DomainError> {
        let mut select = examination::Entity::find()
            .select_only()
            .columns([Column::Control, Column::IsUnsafe])
            .filter(Column::Side.eq(query.side.as_str()))
            .filter(Column::Area.eq(query.area.as_str()))
            .filter(Column::Body.eq(query.body.as_str()))
            .filter(Column::Passed.eq(true))
            .filter(Column::Selection.eq(Selection::Random as i16))
            .order_by_desc(Column::KnownTime)
            .order_by_desc(Column::Control)
            .limit(query.limit + 1);
        if let Some(entry_point) = &query.entry_point {
            select = select.filter(Column::EntryPoint.eq(entry_point.to_string()));
        }
        select.into_tuple().all(self.database.read()).await.map_err(fault)
    }
}

/// A limit as a number of items.
pub(super) fn most(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}
