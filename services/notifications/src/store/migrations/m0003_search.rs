//! The index of words. It cannot be filled here, since what a viewer may see is not known to the database: the entries of
//! what was written before have `index_version` 0, and the service makes them when it starts.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

use crate::store::{dialect, entities::sight};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "notifications_m0003_search"
    }
}

/// The columns that there were.
const KEPT: &str = "viewer, notification, originator, arrangement, state, update_time, category, risk_types, \
                    country_of_origin, sold_online, words";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let backend = manager.get_database_backend();
        match backend {
            DbBackend::Postgres => {
                let add = "ALTER TABLE sight ADD COLUMN index_version integer NOT NULL DEFAULT 0";
                connection.execute_unprepared(add).await?;
            }
            // SQLite's index of words knows an entry by its row, which must stay the same for ever: only a key of its own
            // does, and that a table gets when it is made.
            _ => {
                let next = Alias::new("sight_next");
                manager
                    .create_table(
                        Table::create()
                            .table(next)
                            .col(ColumnDef::new(Alias::new("id")).custom(Alias::new("integer")).primary_key())
                            .col(string(sight::Column::Viewer))
                            .col(uuid(sight::Column::Notification))
                            .col(string(sight::Column::Originator))
                            .col(string_null(sight::Column::Arrangement))
                            .col(integer(sight::Column::State))
                            .col(big_integer(sight::Column::UpdateTime))
                            .col(integer_null(sight::Column::Category))
                            .col(big_integer(sight::Column::RiskTypes))
                            .col(string_null(sight::Column::CountryOfOrigin))
                            .col(boolean_null(sight::Column::SoldOnline))
                            .col(text(sight::Column::Words))
                            .col(integer(sight::Column::IndexVersion).default(0))
                            .to_owned(),
                    )
                    .await?;
                let copy =
                    format!("INSERT INTO sight_next ({KEPT}) SELECT {KEPT} FROM sight ORDER BY notification");
                for statement in [
                    copy.as_str(),
                    "DROP TABLE sight",
                    "ALTER TABLE sight_next RENAME TO sight",
                    "CREATE UNIQUE INDEX sight_viewer ON sight (viewer, notification)",
                ] {
                    connection.execute_unprepared(statement).await?;
                }
            }
        }
        for statement in [
            // A change replaces all entries of a notification.
            "CREATE INDEX sight_notification ON sight (notification)",
            "CREATE INDEX sight_not_indexed ON sight (notification) WHERE index_version < 1",
        ]
        .iter()
        .chain(dialect::index_schema(backend))
        {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
