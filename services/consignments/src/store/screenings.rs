//! Screenings, as they were decided. They are written many at a time, with the use of their plans.

use std::{cmp::Reverse, collections::HashMap, fmt::Display, sync::Arc};

use async_trait::async_trait;
use jiff::civil::Date;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Order, QueryFilter,
    QueryOrder, QuerySelect,
};
use seamless_commit::{CommitError, Rows, behind};
use seamless_feed::NewEvent;
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;

use super::{
    CertificateUse, Store, certificate_balances,
    declarations::{self, Superseded},
    entities::{screening, screening::Column},
    examinations::day_number,
    fault, plans,
    screening_documents::screening_of,
    screening_rows,
};
use crate::domain::{
    DomainError,
    model::{
        CertificateBalance, DeclarationKey, InspectionOutcome, Lane, Plan, ReasonKind, Screening,
        ScreeningId, ScreeningState,
    },
    ports::ScreeningReader,
};

/// Octets that most documents fit into.
const DOCUMENT: usize = 3_072;
/// Keys of one statement.
const KEYS_A_STATEMENT: usize = 900;

/// A screening to be written, with the digest of its request.
#[derive(Clone, Copy, Debug)]
pub struct ScreeningWrite<'a> {
    pub screening: &'a Screening,
    pub fingerprint: i64,
    /// The day on which the goods arrive elsewhere than where their plan is; none for all others.
    pub arrives_elsewhere: Option<Date>,
}

/// Decisions with all that they use and tell, ready to be written together.
#[derive(Debug)]
pub struct ScreeningBatch {
    rows: BatchRows,
    events: Vec<NewEvent>,
}

#[derive(Debug)]
struct BatchRows {
    screenings: Vec<screening::Model>,
    used: Used,
    superseded: Vec<Superseded>,
}

/// What decisions use.
#[derive(Debug, Default)]
pub struct Used {
    /// At their next revision.
    pub plans: Vec<Plan>,
    /// At their next revision.
    pub balances: Vec<CertificateBalance>,
    pub uses: Vec<CertificateUse>,
}

impl ScreeningBatch {
    /// A batch, with its events in the form of the contract. What is superseded is stored, or among the writes.
    ///
    /// # Errors
    /// `Fault` if one has no document.
    pub fn new<'a>(
        writes: impl Iterator<Item = ScreeningWrite<'a>>,
        used: Used,
        superseded: Vec<Superseded>,
        events: Vec<NewEvent>,
    ) -> Result<Self, DomainError> {
        let rows: Result<Vec<_>, _> = writes
            .map(|write| model_of(write.screening, write.fingerprint, write.arrives_elsewhere))
            .collect();
        let mut screenings = rows?;
        let superseded = declarations::within(&mut screenings, superseded);
        Ok(Self { rows: BatchRows { screenings, used, superseded }, events })
    }
}

/// Why a batch was not written.
#[derive(Debug)]
pub enum BatchError {
    /// A plan, a screening or the balance of a certificate is no more the one that was decided by: read it anew.
    Stale,
    /// Some of these requests were decided before: find them.
    Repeated,
    /// The database's word.
    Failed(DomainError),
}

/// Which screenings.
#[derive(Clone, Debug, Default)]
pub struct ScreeningQuery {
    pub authorities: Vec<AuthorityId>,
    /// Those whose plan is there, and those that arrive there by now.
    pub entry_point: Option<String>,
    pub lane: Option<Lane>,
    pub state: Option<ScreeningState>,
    /// Only those that are declared as one of these; none for all.
    pub declared: Option<Vec<DeclarationKey>>,
    /// In microseconds since 1970; from the first on, before the second.
    pub times: (Option<i64>, Option<i64>),
    pub before: Option<(i64, ScreeningId)>,
    pub limit: u64,
}

/// The row of a screening.
///
/// # Errors
/// `Fault` if it cannot be written as a document.
pub fn screening_row(screening: &Screening, fingerprint: i64) -> Result<screening::ActiveModel, DomainError> {
    Ok(model_of(screening, fingerprint, None)?.into_active_model().reset_all())
}

fn model_of(
    screening: &Screening,
    fingerprint: i64,
    arrives_elsewhere: Option<Date>,
) -> Result<screening::Model, DomainError> {
    let fault = |error: &dyn Display| DomainError::Fault(format!("a screening has no document: {error}"));
    let mut document = Vec::with_capacity(DOCUMENT);
    serde_json::to_writer(&mut document, screening).map_err(|error| fault(&error))?;
    let document = String::from_utf8(document).map_err(|error| fault(&error))?;
    let passed =
        screening.covering_inspection().is_some_and(|cover| cover.outcome == InspectionOutcome::Pass);
    Ok(screening::Model {
        id: screening.id,
        authority: screening.authority.to_string(),
        // That of its plan, wherever the goods are said to arrive by now.
        entry_point: screening.draw.entry_point.to_string(),
        day: day_number(screening.draw.date),
        area: screening.area.as_ref().map(ToString::to_string),
        lane: screening.lane as i16,
        lane_otherwise: screening.lane_otherwise as i16,
        selection: screening.draw.selection as i16,
        inspected: passed,
        status: screening.status as i16,
        time: screening.time.as_microsecond(),
        probability: screening.probability.mean,
        expected_harm: screening.draw.expected_harm,
        fingerprint,
        document,
        origin: screening.consignment.country_of_origin.as_ref().map(ToString::to_string),
        alerted: !screening.facts.alerts.is_empty(),
        exhausted: screening.reasons.iter().any(|reason| reason.kind == ReasonKind::CapacityExhausted),
        declared: screening.declaration().map(|key| key.as_str().to_owned()),
        version: i32::try_from(screening.version()).unwrap_or(i32::MAX),
        first: screening.draw.kept.as_ref().map(|_| screening.place()),
        superseded_by: screening.superseded_by,
        revision: 1,
        without_chance: screening.draw.probability <= 0.0,
        arrives_at: arrives_elsewhere.map(|_| screening.consignment.entry_point.to_string()),
        arrives_day: arrives_elsewhere.map(day_number),
    })
}

#[async_trait]
impl Rows for BatchRows {
    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError> {
        plans::write_used(tx, &self.used.plans).await?;
        certificate_balances::write_used(tx, &self.used.balances, &self.used.uses).await?;
        declarations::supersede(tx, &self.superseded).await?;
        screening_rows::insert(tx, &self.screenings).await
    }
}

impl Store {
    /// Writes a batch in one transaction.
    ///
    /// # Errors
    /// Nothing was written then.
    pub async fn write_screenings(&self, batch: ScreeningBatch) -> Result<(), BatchError> {
        let ScreeningBatch { rows, events } = batch;
        if rows.screenings.is_empty() {
            return Ok(());
        }
        let rows = Arc::new(rows);
        match seamless_commit::commit_rows(&self.database, &self.signal, rows, events, Vec::new()).await {
            Ok(()) => Ok(()),
            Err(CommitError::Stale) => Err(BatchError::Stale),
            Err(CommitError::Storage(StorageError::UniqueViolation { .. })) => Err(BatchError::Repeated),
            Err(CommitError::Storage(error)) => Err(BatchError::Failed(fault(error))),
            Err(CommitError::Damaged(error)) => Err(BatchError::Failed(error)),
        }
    }

    /// Those of these screenings that are stored, with the digests of their requests.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn screenings_stored(
        &self,
        ids: &[ScreeningId],
    ) -> Result<HashMap<ScreeningId, (i64, Screening)>, DomainError> {
        let mut found = HashMap::new();
        for chunk in ids.chunks(KEYS_A_STATEMENT) {
            let rows = screening::Entity::find()
                .filter(Column::Id.is_in(chunk.iter().copied()))
                .all(self.database.read())
                .await
                .map_err(fault)?;
            for row in rows {
                found.insert(row.id, (row.fingerprint, screening_of(&row)?));
            }
        }
        Ok(found)
    }

    /// A page of screenings, the last first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn screening_list(&self, query: &ScreeningQuery) -> Result<Vec<Screening>, DomainError> {
        let authorities: Vec<String> = query.authorities.iter().map(ToString::to_string).collect();
        let mut select = screening::Entity::find()
            .filter(Column::Authority.is_in(authorities))
            .order_by_desc(Column::Time)
            .order_by_desc(Column::Id)
            .limit(query.limit);
        if let Some(lane) = query.lane {
            select = select.filter(Column::Lane.eq(lane as i16));
        }
        select = match query.state {
            Some(ScreeningState::Current) => select.filter(Column::SupersededBy.is_null()),
            Some(ScreeningState::Superseded) => select.filter(Column::SupersededBy.is_not_null()),
            None => select,
        };
        if let Some(declared) = &query.declared {
            select = select.filter(Column::Declared.is_in(declared.iter().map(DeclarationKey::as_str)));
        }
        if let Some(first) = query.times.0 {
            select = select.filter(Column::Time.gte(first));
        }
        if let Some(end) = query.times.1 {
            select = select.filter(Column::Time.lt(end));
        }
        if let Some((time, id)) = query.before {
            select =
                select.filter(behind(&Order::Desc, [Column::Time, Column::Id], [time.into(), id.into()]));
        }
        let Some(entry_point) = query.entry_point.as_deref() else {
            let rows = select.all(self.database.read()).await.map_err(fault)?;
            return rows.iter().map(screening_of).collect();
        };
        // Two walks along the indexes of time, and no sorting of all that arrived.
        let mut rows = Vec::new();
        for of_place in [Column::EntryPoint, Column::ArrivesAt] {
            let there = select.clone().filter(of_place.eq(entry_point));
            rows.extend(there.all(self.database.read()).await.map_err(fault)?);
        }
        rows.sort_unstable_by_key(|row| Reverse((row.time, row.id)));
        rows.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
        rows.iter().map(screening_of).collect()
    }

    /// Ids and expected harms of a day's actual arrivals, the last `limit` of them: to learn its scores from.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn screening_scores(
        &self,
        entry_point: &str,
        date: Date,
        limit: u64,
    ) -> Result<Vec<(ScreeningId, f64)>, DomainError> {
        screening::Entity::find()
            .select_only()
            .columns([Column::Id, Column::ExpectedHarm])
            .filter(Column::EntryPoint.eq(entry_point))
            .filter(Column::Day.eq(day_number(date)))
            .filter(Column::Status.eq(1_i16))
            .filter(Column::First.is_null())
            .order_by_desc(Column::Time)
            .limit(limit)
            .into_tuple()
            .all(self.database.read())
            .await
            .map_err(fault)
    }

    /// How many of these controls have an outcome, and how many of those goods were unsafe.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outcomes_of(&self, controls: &[String]) -> Result<(u64, u64), DomainError> {
        use super::entities::examination::{Column, Entity};
        let (mut examined, mut found_unsafe) = (0, 0);
        for chunk in controls.chunks(KEYS_A_STATEMENT) {
            let outcomes: Vec<bool> = Entity::find()
                .select_only()
                .column(Column::IsUnsafe)
                .filter(Column::Control.is_in(chunk))
                .into_tuple()
                .all(self.database.read())
                .await
                .map_err(fault)?;
            examined += outcomes.len() as u64;
            found_unsafe += outcomes.into_iter().filter(|is_unsafe| *is_unsafe).count() as u64;
        }
        Ok((examined, found_unsafe))
    }
}

#[async_trait]
impl ScreeningReader for Store {
    async fn screening_get(&self, id: ScreeningId) -> Result<Option<Screening>, DomainError> {
        let row = screening::Entity::find_by_id(id).one(self.database.read()).await.map_err(fault)?;
        row.as_ref().map(screening_of).transpose()
    }

    async fn screening_of(
        &self,
        id: ScreeningId,
        authorities: &[AuthorityId],
    ) -> Result<Option<Screening>, DomainError> {
        let row = screening::Entity::find_by_id(id)
            .filter(Column::Authority.is_in(authorities.iter().map(AuthorityId::as_str)))
            .one(self.database.read())
            .await
            .map_err(fault)?;
        row.as_ref().map(screening_of).transpose()
    }
}
