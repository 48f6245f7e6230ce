//! The index of words. It cannot be filled here, since what a viewer may see is not known to the database: the entries of
//! what was written before have `index_version` 0, and the service makes them when it starts.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveIden)]
enum Sight {
    Viewer,
    Notification,
    Originator,
    Arrangement,
    State,
    UpdateTime,
    Category,
    RiskTypes,
    CountryOfOrigin,
    SoldOnline,
    Words,
    IndexVersion,
}

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
                            .col(string(Sight::Viewer))
                            .col(uuid(Sight::Notification))
                            .col(string(Sight::Originator))
                            .col(string_null(Sight::Arrangement))
                            .col(integer(Sight::State))
                            .col(big_integer(Sight::UpdateTime))
                            .col(integer_null(Sight::Category))
                            .col(big_integer(Sight::RiskTypes))
                            .col(string_null(Sight::CountryOfOrigin))
                            .col(boolean_null(Sight::SoldOnline))
                            .col(text(Sight::Words))
                            .col(integer(Sight::IndexVersion).default(0))
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
        .chain(index_schema(backend))
        {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// The statements that make the index, after the table of sights has the column `index_version`.
fn index_schema(backend: DbBackend) -> &'static [&'static str] {
    match backend {
        DbBackend::Postgres => &[
            "CREATE TABLE sight_text (\
                 viewer varchar NOT NULL, notification uuid NOT NULL, words tsvector NOT NULL, \
                 PRIMARY KEY (viewer, notification), \
                 FOREIGN KEY (viewer, notification) REFERENCES sight (viewer, notification) ON DELETE CASCADE)",
            "CREATE INDEX sight_text_words ON sight_text USING gin (words)",
        ],
        _ => &[
            "CREATE VIRTUAL TABLE sight_text USING fts5(\
                 viewer, keys, names, rest, content='', contentless_delete=1, tokenize='ascii')",
            "CREATE TRIGGER sight_text_leaves AFTER DELETE ON sight \
             BEGIN DELETE FROM sight_text WHERE rowid = old.id; END",
        ],
    }
}
