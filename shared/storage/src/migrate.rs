//! Migrations: applied by one process at a time, however many replicas start at once.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, sea_query::Query};
use sea_orm_migration::{
    IntoSchemaManagerConnection, MigrationTrait, MigratorTrait, SchemaManager, seaql_migrations::Column,
};

use crate::connect::open_to_migrate;
use crate::write::{begin, roll_back};
use crate::{Database, StorageError};

impl Database {
    /// Applies all migrations that are not applied yet, each in a transaction with the record that it is. Processes
    /// that migrate at the same time do so one after the other; the later ones find nothing left.
    ///
    /// Gives the names of those that this call applied, in order.
    ///
    /// # Errors
    /// That of the first that fails; what was applied before stays. `Other` also if the database knows migrations that
    /// `M` does not while something is pending: the histories have parted.
    pub async fn migrate<M: MigratorTrait>(&self) -> Result<Vec<String>, StorageError> {
        let connection = open_to_migrate(&self.settings).await?;
        let applied = apply_pending::<M>(&connection).await;
        // The end of the session releases its lock.
        if let Err(error) = connection.close().await {
            tracing::warn!(error = %error, "closing the migrating connection failed");
        }
        applied
    }

    /// The names of the migrations that are not applied yet, in order, without writing anything. A database that is
    /// ahead of `M` has nothing pending, since old and new servers run side by side during a roll-out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn pending<M: MigratorTrait>(&self) -> Result<Vec<String>, StorageError> {
        pending_names::<M, _>(self.read()).await
    }
}

async fn apply_pending<M: MigratorTrait>(
    connection: &DatabaseConnection,
) -> Result<Vec<String>, StorageError> {
    let mut applied = Vec::new();
    loop {
        let transaction = begin(connection).await?;
        // Read within the transaction: another process may have been here since.
        let step = async {
            let Some(next) = pending_names::<M, _>(&transaction).await?.into_iter().next() else {
                return Ok(None);
            };
            refuse_own_transactions(&M::migrations(), &next)?;
            M::up(&transaction, Some(1)).await?;
            Ok(Some(next))
        };
        match step.await {
            Ok(Some(name)) => {
                transaction.commit().await.map_err(StorageError::of_commit)?;
                tracing::info!(migration = name, "migration applied");
                applied.push(name);
            }
            Ok(None) => {
                roll_back(transaction).await;
                return Ok(applied);
            }
            Err(error) => {
                roll_back(transaction).await;
                return Err(error);
            }
        }
    }
}

/// A migration that opts out of the transaction could be half applied.
fn refuse_own_transactions(migrations: &[Box<dyn MigrationTrait>], name: &str) -> Result<(), StorageError> {
    match migrations
        .iter()
        .find(|migration| migration.name() == name)
        .and_then(|found| found.use_transaction())
    {
        Some(false) => {
            let text = format!("migration {name} wants to run outside a transaction, which is not supported");
            Err(StorageError::Other(DbErr::Migration(text)))
        }
        _ => Ok(()),
    }
}

async fn pending_names<M, C>(connection: &C) -> Result<Vec<String>, StorageError>
where
    M: MigratorTrait,
    C: ConnectionTrait,
    for<'c> &'c C: IntoSchemaManagerConnection<'c>,
{
    let table = M::migration_table_name();
    let mut applied = HashSet::new();
    if SchemaManager::new(connection).has_table(table.to_string()).await? {
        let versions = Query::select().column(Column::Version).from(table).take();
        for row in connection.query_all(&versions).await? {
            applied.insert(row.try_get::<String>("", "version")?);
        }
    }
    let names = M::migrations().into_iter().map(|migration| migration.name().to_owned());
    Ok(names.filter(|name| !applied.contains(name)).collect())
}
