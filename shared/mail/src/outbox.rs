//! The outbox: what is written in the transaction of who decides, and what is looked up.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Set, UpdateMany, sea_query::ExprTrait,
};
use seamless_storage::{Database, StorageError};
use uuid::Uuid;

use crate::row::{ActiveModel, Column, Entity};
use crate::{Mail, MailState, NewMail, Supersedes};

/// Rows of one statement.
const AT_ONCE: usize = 100;

/// A row without its content.
#[derive(FromQueryResult)]
struct Head {
    id: Uuid,
    owner: String,
    co_owner: String,
    parent: String,
    subject: String,
    kind: i32,
    meeting: String,
    state: i32,
    token: String,
    recipient: String,
    message_id: String,
    attempts: i32,
    due: Option<i64>,
    status: String,
    octets: i64,
    create_time: i64,
    update_time: i64,
    revision: i64,
}

impl From<Head> for Mail {
    fn from(head: Head) -> Self {
        let time = |micros: i64| Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX);
        Self {
            id: head.id,
            owner: head.owner,
            co_owner: head.co_owner,
            parent: head.parent,
            subject: head.subject,
            kind: head.kind,
            meeting: head.meeting,
            state: MailState::of(head.state).unwrap_or(MailState::Unknown),
            token: head.token,
            recipient: head.recipient,
            message_id: head.message_id,
            attempts: head.attempts,
            due: head.due.map(time),
            status: head.status,
            has_content: head.octets > 0,
            create_time: time(head.create_time),
            update_time: time(head.update_time),
            revision: head.revision,
        }
    }
}

/// Which mails.
#[derive(Clone, Debug, Default)]
pub struct MailQuery {
    /// Those that one of these is responsible for, or sees.
    pub owners: Vec<String>,
    /// Those of this parent; none for all.
    pub parent: Option<String>,
    /// Those about this resource; none for all.
    pub subject: Option<String>,
    /// Only those in one of these states; empty for all.
    pub states: Vec<MailState>,
    /// Only those that were written before this one.
    pub before: Option<Uuid>,
    /// The most.
    pub limit: u64,
}

fn heads(condition: Condition) -> sea_orm::Select<Entity> {
    Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Owner,
            Column::CoOwner,
            Column::Parent,
            Column::Subject,
            Column::Kind,
            Column::Meeting,
            Column::State,
            Column::Token,
            Column::Recipient,
            Column::MessageId,
            Column::Attempts,
            Column::Due,
            Column::Status,
            Column::CreateTime,
            Column::UpdateTime,
            Column::Revision,
        ])
        .column_as(Expr::cust("CAST(length(content) AS BIGINT)"), "octets")
        .filter(condition)
        .order_by_desc(Column::Id)
}

async fn found(database: &Database, condition: Condition, limit: u64) -> Result<Vec<Mail>, StorageError> {
    let heads = heads(condition).limit(limit).into_model::<Head>().all(database.read()).await?;
    Ok(heads.into_iter().map(Mail::from).collect())
}

/// A page of mails, the last first.
///
/// # Errors
/// Those of the database.
pub async fn list(database: &Database, query: &MailQuery) -> Result<Vec<Mail>, StorageError> {
    let seen =
        Condition::any().add(Column::Owner.is_in(&query.owners)).add(Column::CoOwner.is_in(&query.owners));
    let mut condition = Condition::all()
        .add(seen)
        .add_option(query.parent.as_ref().map(|parent| Column::Parent.eq(parent)))
        .add_option(query.subject.as_ref().map(|subject| Column::Subject.eq(subject)))
        .add_option(query.before.map(|id| Column::Id.lt(id)));
    if !query.states.is_empty() {
        condition = condition.add(Column::State.is_in(query.states.iter().map(|state| *state as i32)));
    }
    found(database, condition, query.limit).await
}

/// The mail of this key.
///
/// # Errors
/// Those of the database.
pub async fn by_id(database: &Database, id: Uuid) -> Result<Option<Mail>, StorageError> {
    Ok(found(database, Condition::all().add(Column::Id.eq(id)), 1).await?.pop())
}

/// The mail to whose own address something came.
///
/// # Errors
/// Those of the database.
pub async fn by_token(database: &Database, token: &str) -> Result<Option<Mail>, StorageError> {
    Ok(found(database, Condition::all().add(Column::Token.eq(token)), 1).await?.pop())
}

/// The mails to an address that one of the owners is responsible for or sees, the last first.
///
/// # Errors
/// Those of the database.
pub async fn of_address(
    database: &Database,
    owner: &str,
    address: &str,
    limit: u64,
) -> Result<Vec<Mail>, StorageError> {
    let own = Condition::any().add(Column::Owner.eq(owner)).add(Column::CoOwner.eq(owner));
    found(database, Condition::all().add(own).add(Column::Address.eq(address)), limit).await
}

/// Mails that were written after this one, about the same resource and to the same recipient, the last first.
///
/// # Errors
/// Those of the database.
pub async fn later(database: &Database, mail: &Mail, limit: u64) -> Result<Vec<Mail>, StorageError> {
    let later = Condition::all()
        .add(Column::Subject.eq(&mail.subject))
        .add(Column::Id.gt(mail.id))
        .add(Column::Recipient.eq(&mail.recipient));
    found(database, later, limit).await
}

/// Queues mails, and supersedes earlier ones where they say so.
///
/// # Errors
/// Those of the database.
pub async fn queue(tx: &DatabaseTransaction, mails: &[NewMail]) -> Result<(), StorageError> {
    for mail in mails {
        let same = Condition::all().add(Column::Meeting.eq(&mail.meeting)).add(Column::Meeting.ne(""));
        let superseded = match mail.supersedes {
            Supersedes::Nothing => continue,
            Supersedes::SameMeeting => same,
            Supersedes::SameMeetingAndTexts => Condition::any().add(same).add(Column::Meeting.eq("")),
        };
        Entity::update_many()
            .col_expr(Column::State, Expr::value(MailState::Superseded as i32))
            .col_expr(Column::Due, Expr::value(None::<i64>))
            .col_expr(Column::UpdateTime, Expr::value(mail.create_time.as_microsecond()))
            .col_expr(Column::Revision, Expr::col(Column::Revision).add(1))
            .filter(Column::Subject.eq(&mail.subject))
            .filter(Column::Address.eq(&mail.address))
            .filter(Column::State.eq(MailState::Queued as i32))
            .filter(superseded)
            .exec(tx)
            .await?;
    }
    for chunk in mails.chunks(AT_ONCE) {
        Entity::insert_many(chunk.iter().map(row)).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn row(mail: &NewMail) -> ActiveModel {
    let now = mail.create_time.as_microsecond();
    let state = if mail.refused.is_some() { MailState::Refused } else { MailState::Queued };
    ActiveModel {
        id: Set(mail.id),
        owner: Set(mail.owner.clone()),
        co_owner: Set(mail.co_owner.clone()),
        parent: Set(mail.parent.clone()),
        subject: Set(mail.subject.clone()),
        kind: Set(mail.kind),
        meeting: Set(mail.meeting.clone()),
        state: Set(state as i32),
        token: Set(mail.token.clone()),
        sender: Set(mail.sender.clone()),
        recipient: Set(mail.recipient.clone()),
        address: Set(mail.address.clone()),
        message_id: Set(mail.message_id.clone()),
        content: Set(mail.content.clone()),
        attempts: Set(0),
        due: Set(mail.refused.is_none().then_some(now)),
        claim: Set(None),
        lease: Set(None),
        status: Set(mail.refused.clone().unwrap_or_default()),
        create_time: Set(now),
        update_time: Set(now),
        revision: Set(1),
    }
}

/// Has a mail go again: the same bytes under the same Message-ID. False where it is no more in the revision that was decided
/// upon.
///
/// # Errors
/// Those of the database.
pub async fn again(
    tx: &DatabaseTransaction,
    id: Uuid,
    revision: i64,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let now = now.as_microsecond();
    let changed = next_of(id, revision, MailState::Queued, now)
        .col_expr(Column::Due, Expr::value(now))
        .col_expr(Column::Attempts, Expr::value(0))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// The next revision of a mail, in a state in which nobody sends it.
fn next_of(id: Uuid, revision: i64, state: MailState, now: i64) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state as i32))
        .col_expr(Column::Claim, Expr::value(None::<Uuid>))
        .col_expr(Column::Lease, Expr::value(None::<i64>))
        .col_expr(Column::UpdateTime, Expr::value(now))
        .col_expr(Column::Revision, Expr::value(revision + 1))
        .filter(Column::Id.eq(id))
        .filter(Column::Revision.eq(revision))
}

/// Notes that a mail was not delivered. False where it is no more in the revision that was decided upon.
///
/// # Errors
/// Those of the database.
pub async fn bounced(
    tx: &DatabaseTransaction,
    id: Uuid,
    revision: i64,
    status: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = next_of(id, revision, MailState::Bounced, now.as_microsecond())
        .col_expr(Column::Due, Expr::value(None::<i64>))
        .col_expr(Column::Status, Expr::value(status))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Takes everything about a resource out.
///
/// # Errors
/// Those of the database.
pub async fn forget_subject(tx: &DatabaseTransaction, subject: &str) -> Result<(), StorageError> {
    Entity::delete_many().filter(Column::Subject.eq(subject)).exec(tx).await?;
    Ok(())
}

/// Takes everything to an address out that the owner is responsible for or sees.
///
/// # Errors
/// Those of the database.
pub async fn forget_address(
    tx: &DatabaseTransaction,
    owner: &str,
    address: &str,
) -> Result<(), StorageError> {
    let own = Condition::any().add(Column::Owner.eq(owner)).add(Column::CoOwner.eq(owner));
    Entity::delete_many().filter(own).filter(Column::Address.eq(address)).exec(tx).await?;
    Ok(())
}
