//! The table in which a service keeps its records, each as one document.

use std::collections::HashMap;

use async_trait::async_trait;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, Order, QueryFilter, QueryOrder, QuerySelect,
};
use seamless_decision::{RecordPage, StoredRecord, Write};
use seamless_storage::StorageError;

use crate::{CommitError, ROWS_A_STATEMENT, Rows, behind, insert, update};

/// A service's table of records. Its name and what its columns are called are the service's own, and stay; these are what
/// every such table has.
pub trait RecordTable: EntityTrait {
    /// What the record is; with the name, the key.
    const KIND: Self::Column;
    /// Its resource name.
    const NAME: Self::Column;
    /// The contract's number of its state; 0 where it has none.
    const STATE: Self::Column;
    /// What lists are sorted by.
    const ORDER: Self::Column;
    /// Goes up by one with each change.
    const REVISION: Self::Column;
    /// The whole of it, as JSON.
    const DOCUMENT: Self::Column;
}

/// The document of the record of this kind and name, whoever may see it.
///
/// # Errors
/// Those of the database.
pub async fn document<E: RecordTable>(
    connection: &impl ConnectionTrait,
    kind: &str,
    name: &str,
) -> Result<Option<String>, StorageError> {
    let select = E::find().select_only().column(E::DOCUMENT);
    let found = select.filter(E::KIND.eq(kind)).filter(E::NAME.eq(name)).into_tuple().one(connection).await;
    Ok(found?)
}

/// The documents of those records of this kind that have one of these names, by their names, whoever may see them.
///
/// # Errors
/// Those of the database.
pub async fn documents_named<E: RecordTable>(
    connection: &impl ConnectionTrait,
    kind: &str,
    names: &[String],
) -> Result<HashMap<String, String>, StorageError> {
    let mut found = HashMap::new();
    for chunk in names.chunks(ROWS_A_STATEMENT) {
        let select = E::find().select_only().column(E::NAME).column(E::DOCUMENT);
        let named = select.filter(E::KIND.eq(kind)).filter(E::NAME.is_in(chunk));
        let rows: Vec<(String, String)> = named.into_tuple().all(connection).await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The documents of a page of records of this kind that meet the condition, in their order: the service says in it which
/// may be seen, and which are wanted.
///
/// # Errors
/// Those of the database.
pub async fn documents<E: RecordTable>(
    connection: &impl ConnectionTrait,
    kind: &str,
    seen: Condition,
    page: &RecordPage,
) -> Result<Vec<String>, StorageError> {
    let order = if page.descending { Order::Desc } else { Order::Asc };
    let mut select = E::find()
        .select_only()
        .column(E::DOCUMENT)
        .filter(E::KIND.eq(kind))
        .filter(seen)
        .order_by(E::ORDER, order.clone())
        .order_by(E::NAME, order.clone())
        .limit(page.limit);
    if !page.states.is_empty() {
        select = select.filter(E::STATE.is_in(page.states.iter().copied()));
    }
    if let Some((place, name)) = &page.after {
        let last = [(*place).into(), name.as_str().into()];
        select = select.filter(behind(&order, [E::ORDER, E::NAME], last));
    }
    Ok(select.into_tuple().all(connection).await?)
}

/// The rows of records, made once and written as often as the transaction is tried. A record that was decided on more than
/// once is written as it is at last, if it is still the one that was decided upon first.
pub struct RecordRows<E: RecordTable> {
    new: Vec<E::ActiveModel>,
    /// Each with what finds it, and the revision that comes after the stored one.
    changed: Vec<(E::ActiveModel, Condition, i64)>,
}

impl<E: RecordTable> RecordRows<E>
where
    E::ActiveModel: ActiveModelTrait<Entity = E> + Clone + Send,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    /// Those of a decision; `row` fills the columns of one.
    pub fn of<P>(
        writes: Vec<Write<StoredRecord<P>>>,
        row: impl Fn(StoredRecord<P>) -> E::ActiveModel,
    ) -> Self {
        let mut rows = Self { new: Vec::new(), changed: Vec::new() };
        let mut places: HashMap<(&'static str, String), usize> = HashMap::with_capacity(writes.len());
        // Each with what was decided first: its revision, and whether it is new.
        let mut last: Vec<(StoredRecord<P>, i64, bool)> = Vec::with_capacity(writes.len());
        for Write { record, is_new } in writes {
            let place = places.entry((record.kind, record.name.clone())).or_insert(last.len());
            match last.get_mut(*place) {
                Some((before, ..)) => *before = record,
                None => {
                    let revision = record.revision;
                    last.push((record, revision, is_new));
                }
            }
        }
        for (record, revision, is_new) in last {
            let found = Condition::all().add(E::KIND.eq(record.kind)).add(E::NAME.eq(record.name.as_str()));
            match is_new {
                true => rows.new.push(row(record)),
                false => rows.changed.push((row(record), found, revision)),
            }
        }
        rows
    }
}

#[async_trait]
impl<E: RecordTable> Rows for RecordRows<E>
where
    E::ActiveModel: ActiveModelTrait<Entity = E> + Clone + Send + Sync,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError> {
        insert(tx, &self.new).await?;
        for (row, found, revision) in &self.changed {
            update(tx, row, found.clone(), E::REVISION, *revision).await?;
        }
        Ok(())
    }
}
