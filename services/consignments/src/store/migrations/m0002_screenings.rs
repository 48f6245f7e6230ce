//! Screenings, plans, alerts, examinations and models.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveIden)]
enum Plan {
    Table,
    EntryPoint,
    Day,
    Revision,
    Document,
}

#[derive(DeriveIden)]
enum Alert {
    Table,
    Name,
    Position,
    Active,
    Document,
}

#[derive(DeriveIden)]
enum Examination {
    Table,
    Side,
    KnownTime,
    Control,
    Screening,
    Area,
    Selection,
    EntryPoint,
    Body,
    Passed,
    IsUnsafe,
    Day,
    ExamineTime,
    Probability,
    LaneOtherwise,
    Document,
}

#[derive(DeriveIden)]
enum Model {
    Table,
    Side,
    Number,
    State,
    Revision,
    Document,
    Content,
}

#[derive(DeriveIden)]
enum Screening {
    Table,
    Id,
    Authority,
    EntryPoint,
    Day,
    Area,
    Lane,
    LaneOtherwise,
    Selection,
    Inspected,
    Status,
    Time,
    Probability,
    ExpectedHarm,
    Fingerprint,
    Document,
}

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "consignments_m0002_screenings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(screenings()).await?;
        for index in screening_indexes() {
            manager.create_index(index).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            // Documents of two or three KB stay in their rows: to compress a quarter of them took as long as to insert them.
            let sql = "ALTER TABLE screening SET (toast_tuple_target = 8160)";
            manager.get_connection().execute_unprepared(sql).await?;
        }
        // Few of all: the list of a plan's selections reads no other row.
        let sql = "CREATE INDEX screening_selected ON screening (entry_point, day, expected_harm, id) WHERE selection > 1";
        manager.get_connection().execute_unprepared(sql).await?;
        manager
            .create_table(
                Table::create()
                    .table(Plan::Table)
                    .col(string(Plan::EntryPoint))
                    .col(integer(Plan::Day))
                    .col(big_integer(Plan::Revision))
                    .col(text(Plan::Document))
                    .primary_key(Index::create().col(Plan::EntryPoint).col(Plan::Day))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alert::Table)
                    .col(string(Alert::Name).primary_key())
                    .col(big_integer(Alert::Position))
                    .col(boolean(Alert::Active))
                    .col(text(Alert::Document))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("alert_position").table(Alert::Table).col(Alert::Position).to_owned(),
            )
            .await?;
        manager.create_table(examinations()).await?;
        manager
            .create_index(
                Index::create()
                    .name("examination_known")
                    .table(Examination::Table)
                    .col(Examination::Side)
                    .col(Examination::KnownTime)
                    .col(Examination::Control)
                    .to_owned(),
            )
            .await?;
        for index in examination_indexes() {
            manager.create_index(index).await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("examination_screening")
                    .table(Examination::Table)
                    .col(Examination::Screening)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Model::Table)
                    .col(string(Model::Side))
                    .col(integer(Model::Number))
                    .col(integer(Model::State))
                    .col(big_integer(Model::Revision))
                    .col(text(Model::Document))
                    .col(blob(Model::Content))
                    .primary_key(Index::create().col(Model::Side).col(Model::Number))
                    .to_owned(),
            )
            .await?;
        // A side has one model that decides, whatever is activated at the same time.
        let sql = "CREATE UNIQUE INDEX model_deciding ON model (side) WHERE state = 2";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}

fn screenings() -> TableCreateStatement {
    Table::create()
        .table(Screening::Table)
        .col(uuid(Screening::Id).primary_key())
        .col(string(Screening::Authority))
        .col(string(Screening::EntryPoint))
        .col(integer(Screening::Day))
        .col(string_null(Screening::Area))
        .col(small_integer(Screening::Lane))
        .col(small_integer(Screening::LaneOtherwise))
        .col(small_integer(Screening::Selection))
        .col(boolean(Screening::Inspected))
        .col(small_integer(Screening::Status))
        .col(big_integer(Screening::Time))
        .col(double(Screening::Probability))
        .col(double(Screening::ExpectedHarm))
        .col(big_integer(Screening::Fingerprint))
        .col(text(Screening::Document))
        .to_owned()
}

/// Lists by time, and counts by entry point and hour; estimates count arrivals by day and lane without reading a row, and the
/// last arrival of a day is found at once.
fn screening_indexes() -> [IndexCreateStatement; 2] {
    let arrivals = Index::create()
        .name("screening_arrivals")
        .table(Screening::Table)
        .col(Screening::EntryPoint)
        .col(Screening::Day)
        .col(Screening::Time)
        .col(Screening::LaneOtherwise)
        .col(Screening::Status)
        .col(Screening::Area)
        .to_owned();
    let time = Index::create()
        .name("screening_time")
        .table(Screening::Table)
        .col(Screening::Time)
        .col(Screening::Id)
        .to_owned();
    [time, arrivals]
}

/// Counts of random examinations and the last lots of a body read no row beside these.
fn examination_indexes() -> [IndexCreateStatement; 2] {
    [
        Index::create()
            .name("examination_counted")
            .table(Examination::Table)
            .col(Examination::Side)
            .col(Examination::Area)
            .col(Examination::Selection)
            .col(Examination::EntryPoint)
            .col(Examination::Body)
            .col(Examination::Passed)
            .col(Examination::IsUnsafe)
            .to_owned(),
        Index::create()
            .name("examination_lots")
            .table(Examination::Table)
            .col(Examination::Side)
            .col(Examination::Area)
            .col(Examination::Body)
            .col(Examination::KnownTime)
            .col(Examination::Control)
            .to_owned(),
    ]
}

fn examinations() -> TableCreateStatement {
    Table::create()
        .table(Examination::Table)
        .col(string(Examination::Control).primary_key())
        .col(string(Examination::Side))
        .col(string(Examination::EntryPoint))
        .col(integer(Examination::Day))
        .col(big_integer(Examination::ExamineTime))
        .col(big_integer(Examination::KnownTime))
        .col(string_null(Examination::Area))
        .col(string_null(Examination::Body))
        .col(boolean(Examination::Passed))
        .col(small_integer(Examination::Selection))
        .col(double(Examination::Probability))
        .col(small_integer_null(Examination::LaneOtherwise))
        .col(boolean(Examination::IsUnsafe))
        .col(uuid_null(Examination::Screening))
        .col(text(Examination::Document))
        .to_owned()
}
