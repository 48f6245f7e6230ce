//! Screenings, plans, alerts, examinations and models.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

use crate::store::entities::{alert, examination, model, plan, screening};

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
                    .table(plan::Entity)
                    .col(string(plan::Column::EntryPoint))
                    .col(integer(plan::Column::Day))
                    .col(big_integer(plan::Column::Revision))
                    .col(text(plan::Column::Document))
                    .primary_key(Index::create().col(plan::Column::EntryPoint).col(plan::Column::Day))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(alert::Entity)
                    .col(string(alert::Column::Name).primary_key())
                    .col(big_integer(alert::Column::Position))
                    .col(boolean(alert::Column::Active))
                    .col(text(alert::Column::Document))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("alert_position")
                    .table(alert::Entity)
                    .col(alert::Column::Position)
                    .to_owned(),
            )
            .await?;
        manager.create_table(examinations()).await?;
        manager
            .create_index(
                Index::create()
                    .name("examination_known")
                    .table(examination::Entity)
                    .col(examination::Column::Side)
                    .col(examination::Column::KnownTime)
                    .col(examination::Column::Control)
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
                    .table(examination::Entity)
                    .col(examination::Column::Screening)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(model::Entity)
                    .col(string(model::Column::Side))
                    .col(integer(model::Column::Number))
                    .col(integer(model::Column::State))
                    .col(big_integer(model::Column::Revision))
                    .col(text(model::Column::Document))
                    .col(blob(model::Column::Content))
                    .primary_key(Index::create().col(model::Column::Side).col(model::Column::Number))
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
        .table(screening::Entity)
        .col(uuid(screening::Column::Id).primary_key())
        .col(string(screening::Column::Authority))
        .col(string(screening::Column::EntryPoint))
        .col(integer(screening::Column::Day))
        .col(string_null(screening::Column::Area))
        .col(small_integer(screening::Column::Lane))
        .col(small_integer(screening::Column::LaneOtherwise))
        .col(small_integer(screening::Column::Selection))
        .col(boolean(screening::Column::Inspected))
        .col(small_integer(screening::Column::Status))
        .col(big_integer(screening::Column::Time))
        .col(double(screening::Column::Probability))
        .col(double(screening::Column::ExpectedHarm))
        .col(big_integer(screening::Column::Fingerprint))
        .col(text(screening::Column::Document))
        .to_owned()
}

/// Lists by time, and counts by entry point and hour; estimates count arrivals by day and lane without reading a row, and the
/// last arrival of a day is found at once.
fn screening_indexes() -> [IndexCreateStatement; 2] {
    let arrivals = Index::create()
        .name("screening_arrivals")
        .table(screening::Entity)
        .col(screening::Column::EntryPoint)
        .col(screening::Column::Day)
        .col(screening::Column::Time)
        .col(screening::Column::LaneOtherwise)
        .col(screening::Column::Status)
        .col(screening::Column::Area)
        .to_owned();
    let time = Index::create()
        .name("screening_time")
        .table(screening::Entity)
        .col(screening::Column::Time)
        .col(screening::Column::Id)
        .to_owned();
    [time, arrivals]
}

/// Counts of random examinations and the last lots of a body read no row beside these.
fn examination_indexes() -> [IndexCreateStatement; 2] {
    use examination::Column;
    [
        Index::create()
            .name("examination_counted")
            .table(examination::Entity)
            .col(Column::Side)
            .col(Column::Area)
            .col(Column::Selection)
            .col(Column::EntryPoint)
            .col(Column::Body)
            .col(Column::Passed)
            .col(Column::IsUnsafe)
            .to_owned(),
        Index::create()
            .name("examination_lots")
            .table(examination::Entity)
            .col(Column::Side)
            .col(Column::Area)
            .col(Column::Body)
            .col(Column::KnownTime)
            .col(Column::Control)
            .to_owned(),
    ]
}

fn examinations() -> TableCreateStatement {
    Table::create()
        .table(examination::Entity)
        .col(string(examination::Column::Control).primary_key())
        .col(string(examination::Column::Side))
        .col(string(examination::Column::EntryPoint))
        .col(integer(examination::Column::Day))
        .col(big_integer(examination::Column::ExamineTime))
        .col(big_integer(examination::Column::KnownTime))
        .col(string_null(examination::Column::Area))
        .col(string_null(examination::Column::Body))
        .col(boolean(examination::Column::Passed))
        .col(small_integer(examination::Column::Selection))
        .col(double(examination::Column::Probability))
        .col(small_integer_null(examination::Column::LaneOtherwise))
        .col(boolean(examination::Column::IsUnsafe))
        .col(uuid_null(examination::Column::Screening))
        .col(text(examination::Column::Document))
        .to_owned()
}
