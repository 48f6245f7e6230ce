//! What readers of the feed acknowledged and is not yet entered into the ledgers. What they acknowledged of a history that
//! was lost with a restore is no part of it.

use std::collections::HashMap;

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};
use seamless_feed::{StoredEvent, acknowledge};
use seamless_identity::AuthorityId;

use super::{Store, fault, rows};
use crate::domain::{Caller, DomainError};

/// Moves a reader's checkpoint, from the position that was read on.
#[derive(Clone, Debug)]
pub struct DeliveryCheckpoint {
    pub authority: AuthorityId,
    /// Where it stood; 0 where there was none.
    pub from: i64,
    pub to: i64,
}

/// An event that a reader said to have stored.
#[derive(Debug)]
pub struct Delivered {
    pub event: StoredEvent,
    /// Who said so.
    pub by: Caller,
    pub time: Timestamp,
}

/// What one reader acknowledged since its checkpoint.
#[derive(Debug)]
pub struct Deliveries {
    pub delivered: Vec<Delivered>,
    pub checkpoint: DeliveryCheckpoint,
}

impl DeliveryCheckpoint {
    /// Moves it; false if somebody else did meanwhile.
    pub(super) async fn advance(&self, tx: &DatabaseTransaction) -> Result<bool, DbErr> {
        let sql = match self.from {
            0 => "INSERT INTO evidence_delivery (authority, position) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            _ => "UPDATE evidence_delivery SET position = $2 WHERE authority = $1 AND position = $3",
        };
        let mut values = vec![self.authority.as_str().into(), self.to.into()];
        if self.from != 0 {
            values.push(self.from.into());
        }
        let moved =
            tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        Ok(moved.rows_affected() == 1)
    }
}

impl Store {
    /// The readers that acknowledged more than was entered.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn deliveries_waiting(&self) -> Result<Vec<DeliveryCheckpoint>, DomainError> {
        let connection = self.database.read();
        let counted = acknowledge::counted_positions(connection, None).await.map_err(fault)?;
        let sql = "SELECT authority, position FROM evidence_delivery";
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let entered = connection.query_all_raw(statement).await.map_err(fault)?;
        let entered = entered.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
        let entered: HashMap<String, i64> = entered.collect::<Result<_, DbErr>>().map_err(fault)?;
        let waiting = counted.into_iter().filter_map(|(authority, to)| {
            let from = entered.get(&authority).copied().unwrap_or_default();
            (to > from).then_some((authority, from, to))
        });
        waiting
            .map(|(authority, from, to)| {
                let authority = authority.parse().map_err(|error| rows::damaged("delivery", error))?;
                Ok(DeliveryCheckpoint { authority, from, to })
            })
            .collect()
    }

    /// How far one reader has acknowledged, and how far that was entered; both are 0 where it never did.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn delivery_waiting(&self, reader: &AuthorityId) -> Result<DeliveryCheckpoint, DomainError> {
        let connection = self.database.read();
        let counted = acknowledge::counted_positions(connection, Some(reader)).await.map_err(fault)?;
        let sql = "SELECT position FROM evidence_delivery WHERE authority = $1";
        let backend = connection.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [reader.as_str().into()]);
        let entered = connection.query_one_raw(statement).await.map_err(fault)?;
        let from = entered.map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(fault)?;
        let to = counted.first().map_or(0, |(_, position)| *position);
        Ok(DeliveryCheckpoint { authority: reader.clone(), from, to })
    }

    /// The events of these types among what waits, at most `limit`; where there are more, the checkpoint goes to the last
    /// of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn deliveries(
        &self,
        mut waiting: DeliveryCheckpoint,
        event_types: &[String],
        limit: usize,
    ) -> Result<Deliveries, DomainError> {
        let reader = &waiting.authority;
        let connection = self.database.read();
        let found =
            acknowledge::delivered(connection, reader, waiting.from, waiting.to, event_types, limit).await;
        let delivered: Vec<Delivered> = found
            .map_err(fault)?
            .into_iter()
            .map(|(event, said)| {
                let by = Caller { authority: reader.clone(), principal: said.principal };
                let time = Timestamp::from_microsecond(said.acknowledgement.time_us);
                let time = time.map_err(|error| rows::damaged("acknowledgement", error))?;
                Ok(Delivered { event, by, time })
            })
            .collect::<Result<_, DomainError>>()?;
        if delivered.len() >= limit
            && let Some(last) = delivered.last()
        {
            waiting.to = last.event.position;
        }
        Ok(Deliveries { delivered, checkpoint: waiting })
    }
}
