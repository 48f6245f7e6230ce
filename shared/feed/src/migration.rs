//! The tables of the log, for the migrator of each service that keeps or follows a feed, with their names as they were when
//! they were made.
//!
//! All times are microseconds since 1970 in UTC.

use sea_orm_migration::prelude::*;

/// The migrations of the log, in their order: a service's migrator puts them before its own.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(CreateFeed),
        Box::new(NamePrincipals),
        Box::new(OrderSubjectsByBytes),
        Box::new(NameEpochs),
        Box::new(FindTypes),
    ]
}

/// Creates the empty log.
struct CreateFeed;

impl MigrationName for CreateFeed {
    fn name(&self) -> &str {
        "m20261121_000001_feed"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateFeed {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_log(manager).await?;
        create_readers(manager).await?;
        let checkpoint = Table::create()
            .table(FeedCheckpoint::Table)
            .col(ColumnDef::new(FeedCheckpoint::Source).text().not_null().primary_key())
            .col(ColumnDef::new(FeedCheckpoint::Position).big_integer().not_null())
            .to_owned();
        manager.create_table(checkpoint).await
    }
}

/// Keeps who acknowledged; what is there already was said by nobody that is known.
struct NamePrincipals;

impl MigrationName for NamePrincipals {
    fn name(&self) -> &str {
        "m20261121_000002_acknowledging_principals"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for NamePrincipals {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let log = Table::alter()
            .table(FeedAcknowledgementLog::Table)
            .add_column(ColumnDef::new(FeedAcknowledgementLog::Principal).text().not_null().default(""))
            .to_owned();
        manager.alter_table(log).await
    }
}

async fn create_log(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let head = Table::create()
        .table(FeedHead::Table)
        .col(ColumnDef::new(FeedHead::Id).small_integer().not_null().primary_key())
        .col(ColumnDef::new(FeedHead::Position).big_integer().not_null())
        .col(ColumnDef::new(FeedHead::ChainDigest).binary().not_null())
        .to_owned();
    manager.create_table(head).await?;
    let empty_log = Query::insert()
        .into_table(FeedHead::Table)
        .columns([FeedHead::Id, FeedHead::Position, FeedHead::ChainDigest])
        .values_panic([1_i16.into(), 0_i64.into(), vec![0_u8; 32].into()])
        .to_owned();
    manager.execute(empty_log).await?;

    let event = Table::create()
        .table(FeedEvent::Table)
        .col(ColumnDef::new(FeedEvent::Position).big_integer().not_null().primary_key())
        .col(ColumnDef::new(FeedEvent::EventId).uuid().not_null().unique_key())
        .col(ColumnDef::new(FeedEvent::EventType).text().not_null())
        .col(ColumnDef::new(FeedEvent::Subject).text().not_null())
        .col(ColumnDef::new(FeedEvent::OccurTimeUs).big_integer().not_null())
        .col(ColumnDef::new(FeedEvent::Arrangement).text())
        .col(ColumnDef::new(FeedEvent::Status).small_integer().not_null())
        .col(ColumnDef::new(FeedEvent::Data).binary().not_null())
        .col(ColumnDef::new(FeedEvent::Traceparent).text())
        .col(ColumnDef::new(FeedEvent::ChainDigest).binary().not_null())
        .to_owned();
    manager.create_table(event).await?;
    // A lost right is about a subject.
    let by_subject = Index::create()
        .name("feed_event_subject")
        .table(FeedEvent::Table)
        .col(FeedEvent::Subject)
        .col(FeedEvent::Position)
        .to_owned();
    manager.create_index(by_subject).await
}

async fn create_readers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let entitlement = Table::create()
        .table(FeedEntitlement::Table)
        .col(ColumnDef::new(FeedEntitlement::Authority).text().not_null())
        .col(ColumnDef::new(FeedEntitlement::Position).big_integer().not_null())
        .primary_key(Index::create().col(FeedEntitlement::Authority).col(FeedEntitlement::Position))
        .to_owned();
    manager.create_table(entitlement).await?;
    let by_position = Index::create()
        .name("feed_entitlement_position")
        .table(FeedEntitlement::Table)
        .col(FeedEntitlement::Position)
        .to_owned();
    manager.create_index(by_position).await?;

    let acknowledgement = Table::create()
        .table(FeedAcknowledgement::Table)
        .col(ColumnDef::new(FeedAcknowledgement::Authority).text().not_null().primary_key())
        .col(ColumnDef::new(FeedAcknowledgement::Position).big_integer().not_null())
        .col(ColumnDef::new(FeedAcknowledgement::TimeUs).big_integer().not_null())
        .to_owned();
    manager.create_table(acknowledgement).await?;
    let steps = Table::create()
        .table(FeedAcknowledgementLog::Table)
        .col(ColumnDef::new(FeedAcknowledgementLog::Authority).text().not_null())
        .col(ColumnDef::new(FeedAcknowledgementLog::Position).big_integer().not_null())
        .col(ColumnDef::new(FeedAcknowledgementLog::TimeUs).big_integer().not_null())
        .primary_key(
            Index::create().col(FeedAcknowledgementLog::Authority).col(FeedAcknowledgementLog::Position),
        )
        .to_owned();
    manager.create_table(steps).await
}

/// Lets PostgreSQL find what lies below a subject by its beginning, whatever the language that the database sorts by.
/// SQLite sorts by bytes already.
struct OrderSubjectsByBytes;

impl MigrationName for OrderSubjectsByBytes {
    fn name(&self) -> &str {
        "m20261121_000002_feed_subjects"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for OrderSubjectsByBytes {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != sea_orm::DbBackend::Postgres {
            return Ok(());
        }
        let sql = "CREATE INDEX feed_event_subject_bytes ON feed_event (subject COLLATE \"C\", position)";
        manager.get_connection().execute_unprepared(sql).await.map(|_| ())
    }
}

/// Gives the log its first epoch, and has acknowledgements and checkpoints name theirs. What is there already is of the
/// first one.
struct NameEpochs;

impl MigrationName for NameEpochs {
    fn name(&self) -> &str {
        "m20261128_000001_feed_epochs"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for NameEpochs {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_epochs(manager).await?;
        // One column a statement: SQLite takes no more.
        let mut acknowledged = [
            ColumnDef::new(FeedAcknowledgement::EpochNumber).big_integer().to_owned(),
            ColumnDef::new(FeedAcknowledgement::CountedPosition).big_integer().to_owned(),
        ];
        add_columns(manager, FeedAcknowledgement::Table, &mut acknowledged).await?;
        let mut steps = [ColumnDef::new(FeedAcknowledgementLog::EpochNumber).big_integer().to_owned()];
        add_columns(manager, FeedAcknowledgementLog::Table, &mut steps).await?;
        let mut checkpoint = [
            ColumnDef::new(FeedCheckpoint::Epoch).text().to_owned(),
            ColumnDef::new(FeedCheckpoint::EventId).text().to_owned(),
            ColumnDef::new(FeedCheckpoint::Generation).big_integer().not_null().default(0).to_owned(),
        ];
        add_columns(manager, FeedCheckpoint::Table, &mut checkpoint).await?;
        let rebuild = Table::create()
            .table(FeedRebuild::Table)
            .col(ColumnDef::new(FeedRebuild::Source).text().not_null().primary_key())
            .col(ColumnDef::new(FeedRebuild::Position).big_integer().not_null())
            .col(ColumnDef::new(FeedRebuild::Epoch).text().not_null())
            .col(ColumnDef::new(FeedRebuild::EventId).text())
            .to_owned();
        manager.create_table(rebuild).await
    }
}

/// Lets readers of some types pass over the others without reading their rows. It grows at its end, as the log does.
struct FindTypes;

impl MigrationName for FindTypes {
    fn name(&self) -> &str {
        "m20261128_000002_feed_types"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for FindTypes {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let types = Index::create()
            .name("feed_event_position_type")
            .table(FeedEvent::Table)
            .col(FeedEvent::Position)
            .col(FeedEvent::EventType)
            .to_owned();
        manager.create_index(types).await
    }
}

async fn create_epochs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let epochs = Table::create()
        .table(FeedEpoch::Table)
        .col(ColumnDef::new(FeedEpoch::Number).big_integer().not_null().primary_key())
        .col(ColumnDef::new(FeedEpoch::Epoch).uuid().not_null().unique_key())
        .col(ColumnDef::new(FeedEpoch::BeginsAfterPosition).big_integer().not_null())
        .col(ColumnDef::new(FeedEpoch::CommonPosition).big_integer().not_null())
        .col(ColumnDef::new(FeedEpoch::Cause).text().not_null())
        .col(ColumnDef::new(FeedEpoch::Home).text())
        .col(ColumnDef::new(FeedEpoch::TimeUs).big_integer())
        .to_owned();
    manager.create_table(epochs).await?;
    let first = Query::insert()
        .into_table(FeedEpoch::Table)
        .columns([
            FeedEpoch::Number,
            FeedEpoch::Epoch,
            FeedEpoch::BeginsAfterPosition,
            FeedEpoch::CommonPosition,
            FeedEpoch::Cause,
        ])
        .values_panic([1_i64.into(), uuid::Uuid::new_v4().into(), 0_i64.into(), 0_i64.into(), "made".into()])
        .to_owned();
    manager.execute(first).await
}

async fn add_columns(
    manager: &SchemaManager<'_>,
    table: impl IntoIden + Copy + 'static,
    columns: &mut [ColumnDef],
) -> Result<(), DbErr> {
    for column in columns {
        let alter = Table::alter().table(table).add_column(column).to_owned();
        manager.alter_table(alter).await?;
    }
    Ok(())
}

/// One row: the position of the last event and its chain digest. Appending locks it, which makes positions gap-free
/// and commit-ordered.
#[derive(DeriveIden)]
enum FeedHead {
    Table,
    /// Always 1.
    Id,
    Position,
    ChainDigest,
}

/// The events. Rows are never changed or removed.
#[derive(DeriveIden)]
enum FeedEvent {
    Table,
    Position,
    EventId,
    EventType,
    Subject,
    OccurTimeUs,
    Arrangement,
    Status,
    Data,
    Traceparent,
    ChainDigest,
}

/// Who may see which event. A row is removed when the right is lost.
#[derive(DeriveIden)]
enum FeedEntitlement {
    Table,
    Authority,
    Position,
}

/// How far each reader has stored the feed.
#[derive(Clone, Copy, DeriveIden)]
enum FeedAcknowledgement {
    Table,
    Authority,
    Position,
    TimeUs,
    /// The number of the epoch that the reader named; none for one that names none.
    EpochNumber,
    /// Up to where what it said counts, of this statement and those before.
    CountedPosition,
}

/// Each step forward of an acknowledgement: the evidence of delivery.
#[derive(Clone, Copy, DeriveIden)]
enum FeedAcknowledgementLog {
    Table,
    Authority,
    Position,
    TimeUs,
    /// Who said it for the authority.
    Principal,
    /// The number of the epoch that the reader named.
    EpochNumber,
}

/// How far this service has applied the feeds that it follows.
#[derive(Clone, Copy, DeriveIden)]
enum FeedCheckpoint {
    Table,
    Source,
    Position,
    /// The epoch of the source that the position is of; none until the source has said one.
    Epoch,
    /// The event at the position: what the source is asked whether it has it still.
    EventId,
    /// How often what the events built was put in the place of what stood before.
    Generation,
}

/// Feeds whose effects are built anew beside those that stand, since their service was restored: a row while it lasts.
#[derive(DeriveIden)]
enum FeedRebuild {
    Table,
    Source,
    Position,
    Epoch,
    EventId,
}

/// The histories of the log, the one of now with the greatest number.
#[derive(DeriveIden)]
enum FeedEpoch {
    Table,
    Number,
    Epoch,
    /// The head when it began.
    BeginsAfterPosition,
    /// Up to where it has surely all in common with the ones before.
    CommonPosition,
    /// Why it began.
    Cause,
    /// Where the database was when it was served from first.
    Home,
    TimeUs,
}
