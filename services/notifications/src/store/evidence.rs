//! Ledgers: looked up, and signed. New entries are written by the commit.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use seamless_identity::AuthorityId;
use seamless_vocabulary::Vocabulary;

use seamless_commit::{CommitError, behind};

use super::{Store, entities::evidence, fault, rows};
use crate::domain::{
    DomainError, Refusal,
    model::{
        EventStatus, Evidence, EvidenceDetail, EvidenceEntry, EvidenceKind, NotificationId, Transmission,
        UnreadableReason,
    },
    ports::EvidenceReader,
};

/// The place of an entry among those without receipt: its time in microseconds since 1970, and its key.
pub type UnsignedPlace = (i64, NotificationId, String, i32);

/// A page of entries without receipt.
#[derive(Debug, Default)]
pub struct Unsigned {
    /// Those that can be signed.
    pub entries: Vec<EvidenceEntry>,
    /// Those that cannot be read, and why.
    pub damaged: Vec<(UnsignedPlace, DomainError)>,
    /// Where the page ends; none where it is empty.
    pub last: Option<UnsignedPlace>,
}

#[async_trait]
impl EvidenceReader for Store {
    async fn evidence_list_of(
        &self,
        notification: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Vec<EvidenceEntry>, DomainError> {
        let rows = evidence::Entity::find()
            .filter(evidence::Column::Notification.eq(notification))
            .filter(evidence::Column::Recipient.eq(recipient.as_str()))
            .order_by_asc(evidence::Column::Number)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.into_iter().map(entry_of).collect()
    }
}

impl Store {
    /// True if the recipient opened this version since it was sent to it: the first time, or after it had been taken off.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn was_opened(&self, transmission: &Transmission, version: u32) -> Result<bool, DomainError> {
        let Transmission { notification, recipient, send_time, .. } = transmission;
        let [sent, opened] = [EvidenceKind::Sent as i32, EvidenceKind::Opened as i32];
        let latest: Vec<(i32, i32, i64)> = evidence::Entity::find()
            .select_only()
            .columns([evidence::Column::Kind, evidence::Column::Version, evidence::Column::Time])
            .filter(evidence::Column::Notification.eq(*notification))
            .filter(evidence::Column::Recipient.eq(recipient.as_str()))
            .filter(evidence::Column::Kind.is_in([sent, opened]))
            .order_by_desc(evidence::Column::Number)
            .into_tuple()
            .all(self.database.read())
            .await
            .map_err(fault)?;
        let beginning = send_time.as_microsecond();
        let this_sending =
            latest.into_iter().take_while(|(kind, _, time)| (*kind, *time) != (sent, beginning));
        let is_it = |(kind, of, _): (i32, i32, i64)| kind == opened && u32::try_from(of) == Ok(version);
        Ok(this_sending.into_iter().any(is_it))
    }

    /// Entries that have no receipt, the oldest first, at most `limit` of those after a place. What is damaged is told
    /// beside them, and keeps none waiting.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn evidence_unsigned(
        &self,
        after: Option<&UnsignedPlace>,
        limit: u64,
    ) -> Result<Unsigned, DomainError> {
        use evidence::Column;
        let mut select = evidence::Entity::find()
            .filter(Column::Receipt.is_null())
            .order_by_asc(Column::Time)
            .order_by_asc(Column::Notification)
            .order_by_asc(Column::Recipient)
            .order_by_asc(Column::Number)
            .limit(limit);
        if let Some((time, notification, recipient, number)) = after.cloned() {
            let place = [Column::Time, Column::Notification, Column::Recipient, Column::Number];
            let last = [time.into(), notification.into(), recipient.into(), number.into()];
            select = select.filter(behind(&Order::Asc, place, last));
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        let mut unsigned = Unsigned::default();
        for row in rows {
            let place = (row.time, row.notification, row.recipient.clone(), row.number);
            match entry_of(row) {
                Ok(entry) => unsigned.entries.push(entry),
                Err(error) => unsigned.damaged.push((place.clone(), error)),
            }
            unsigned.last = Some(place);
        }
        Ok(unsigned)
    }

    /// Gives entries their receipts, in one transaction. An entry that has one keeps it: of several replicas that sign the
    /// same, the first counts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn evidence_sign(&self, receipts: Vec<(EvidenceEntry, String)>) -> Result<u64, DomainError> {
        let receipts = std::sync::Arc::new(receipts);
        let signed = self
            .database
            .write(move |tx| {
                let receipts = receipts.clone();
                Box::pin(async move {
                    let mut signed = 0;
                    for (entry, receipt) in receipts.iter() {
                        let Evidence { notification, recipient, .. } = &entry.evidence;
                        let updated = evidence::Entity::update_many()
                            .col_expr(evidence::Column::Receipt, Expr::value(receipt.as_str()))
                            .filter(evidence::Column::Notification.eq(*notification))
                            .filter(evidence::Column::Recipient.eq(recipient.as_str()))
                            .filter(evidence::Column::Number.eq(entry.number))
                            .filter(evidence::Column::Receipt.is_null())
                            .exec(tx)
                            .await?;
                        signed += updated.rows_affected;
                    }
                    Ok::<_, CommitError>(signed)
                })
            })
            .await;
        Ok(signed.map_err(Refusal::from)?)
    }
}

/// The row of a new entry.
pub(super) fn entry_row(entry: &EvidenceEntry) -> evidence::ActiveModel {
    let Evidence { detail, .. } = &entry.evidence;
    // Versions, steps and entries are counted one by one; none comes near the end of the type.
    let counted = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    evidence::ActiveModel {
        notification: Set(entry.evidence.notification),
        recipient: Set(entry.evidence.recipient.to_string()),
        number: Set(counted(entry.number)),
        kind: Set(entry.evidence.kind as i32),
        version: Set(counted(entry.evidence.version)),
        time: Set(entry.evidence.time.as_microsecond()),
        authority: Set(entry.evidence.authority.to_string()),
        principal: Set(entry.evidence.principal.clone()),
        principal_salt: Set(entry.evidence.principal_salt.to_vec()),
        content_sha256: Set(entry.evidence.content_sha256.to_vec()),
        unreadable_reason: Set(detail.unreadable.map_or(0, |reason| reason as i32)),
        note: Set(detail.note.clone()),
        step: Set(counted(detail.step)),
        status: Set(entry.evidence.status as i32),
        previous: Set(entry.previous.map(|digest| digest.to_vec())),
        entry_sha256: Set(entry.sha256.to_vec()),
        receipt: Set(entry.receipt.clone()),
    }
}

fn entry_of(row: evidence::Model) -> Result<EvidenceEntry, DomainError> {
    let damaged = |what: &str| rows::damaged("evidence", what);
    let digest = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).map_err(|_| damaged("digest"));
    let counted = |number: i32| u32::try_from(number).map_err(|_| damaged("number"));
    let id = |id: &str| id.parse::<AuthorityId>().map_err(|_| damaged("authority"));
    let unreadable = match row.unreadable_reason {
        0 => None,
        number => Some(UnreadableReason::from_number(number).ok_or_else(|| damaged("reason"))?),
    };
    Ok(EvidenceEntry {
        number: counted(row.number)?,
        evidence: Evidence {
            notification: row.notification,
            recipient: id(&row.recipient)?,
            kind: EvidenceKind::from_number(row.kind).ok_or_else(|| damaged("kind"))?,
            time: Timestamp::from_microsecond(row.time).map_err(|_| damaged("time"))?,
            authority: id(&row.authority)?,
            principal: row.principal,
            principal_salt: row.principal_salt.try_into().map_err(|_| damaged("salt"))?,
            version: counted(row.version)?,
            content_sha256: digest(row.content_sha256)?,
            detail: EvidenceDetail { unreadable, note: row.note, step: counted(row.step)? },
            status: EventStatus::from_number(row.status).ok_or_else(|| damaged("status"))?,
        },
        previous: row.previous.map(digest).transpose()?,
        sha256: digest(row.entry_sha256)?,
        receipt: row.receipt,
    })
}
