//! Opens the pools: on SQLite one fair writer and read-only readers on the same file, on PostgreSQL one pool.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::FutureExt;
use sea_orm::sqlx::{
    self, ConnectOptions as _, Connection as _, Row as _,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use sea_orm::{ConnectOptions, DatabaseConnection};

use crate::checkpoint::Checkpointer;
use crate::settings::Target;
use crate::write::BETWEEN_RIVALS;
use crate::{Backend, DatabaseSettings, StorageError, Synchronous};

/// PostgreSQL ends a session that does nothing within a transaction for so long: nobody's locks are held for ever.
const IDLE_IN_TRANSACTION: &str = "30s";

/// A connection is asked whether it still lives only if it rested for this long: the question costs a round trip.
const PING_AFTER_IDLE: Duration = Duration::from_secs(5);

/// How long a migration waits for another process that migrates.
const MIGRATION_PATIENCE: Duration = Duration::from_secs(600);

/// The advisory lock that a migrating session holds: "seamless" in ASCII.
const MIGRATION_LOCK: i64 = 0x7365_616d_6c65_7373;

/// The pages that a connection to a SQLite file keeps: 16 MiB, and 4 for a reader, of which there are several, and which gives all
/// of them up after each commit.
const WRITER_PAGES: &str = "-16384";
const READER_PAGES: &str = "-4096";

/// A reader takes the counts of tables by which it chooses an index from the file when it opens it, and so opens it anew from time
/// to time.
const READER_LIFETIME: Duration = Duration::from_secs(600);

/// What connections to a SQLite file are for.
enum Role {
    Reader,
    /// With the sign that it is to be thrown away.
    Writer(Arc<AtomicBool>),
    Checkpointer,
}

/// What was opened.
pub(crate) struct Opened {
    pub backend: Backend,
    pub writer: DatabaseConnection,
    pub reader: DatabaseConnection,
    /// On SQLite.
    pub checkpointer: Option<Checkpointer>,
    /// Set when SQLite's writing connection is to be thrown away instead of used again.
    pub discard: Arc<AtomicBool>,
}

/// The pools.
pub(crate) async fn open(settings: &DatabaseSettings) -> Result<Opened, StorageError> {
    let discard = Arc::new(AtomicBool::new(false));
    match target(settings)? {
        Target::Sqlite(file) => {
            create_folder(file.get_filename())?;
            // SQLite gives its log and index beside the file the file's mode.
            seamless_permissions::make_private_file(file.get_filename()).map_err(|error| {
                StorageError::Settings(format!("{}: {error}", file.get_filename().display()))
            })?;
            // The writer comes first: it creates the file and turns the write-ahead log on.
            let role = Role::Writer(discard.clone());
            let writer = open_sqlite(settings, &file, role, settings.busy_timeout).await?;
            let reader = open_sqlite(settings, &file, Role::Reader, settings.busy_timeout).await?;
            let checkpointer =
                open_sqlite(settings, &file, Role::Checkpointer, settings.busy_timeout).await?;
            let checkpointer = Some(Checkpointer::start(checkpointer));
            Ok(Opened { backend: Backend::Sqlite, writer, reader, checkpointer, discard })
        }
        Target::Postgres(server) => {
            let server = session(server, IDLE_IN_TRANSACTION);
            let mut options = pool("postgres://configured", settings, settings.max_connections);
            options
                .test_before_acquire_if_idle_for(PING_AFTER_IDLE)
                .map_sqlx_postgres_opts(move |_| server.clone())
                .map_sqlx_postgres_pool_opts(|pool| {
                    pool.after_release(|connection, _| roll_back(connection).boxed())
                });
            let pool = sea_orm::Database::connect(options).await?;
            Ok(Opened {
                backend: Backend::Postgres,
                writer: pool.clone(),
                reader: pool,
                checkpointer: None,
                discard,
            })
        }
    }
}

/// One connection on which all who migrate wait for each other: on PostgreSQL the session holds a lock from its first
/// moment to its end, on SQLite each transaction takes the file's write lock when it begins.
pub(crate) async fn open_to_migrate(settings: &DatabaseSettings) -> Result<DatabaseConnection, StorageError> {
    match target(settings)? {
        Target::Sqlite(file) => {
            let role = Role::Writer(Arc::default());
            open_sqlite(settings, &file, role, MIGRATION_PATIENCE).await
        }
        Target::Postgres(server) => {
            let server = session(server, "0");
            let mut options = pool("postgres://configured", settings, 1);
            options
                .acquire_timeout(MIGRATION_PATIENCE)
                .idle_timeout(None)
                .max_lifetime(None)
                .map_sqlx_postgres_opts(move |_| server.clone())
                .map_sqlx_postgres_pool_opts(|pool| {
                    pool.after_connect(|connection, _| take_lock(connection).boxed())
                });
            Ok(sea_orm::Database::connect(options).await?)
        }
    }
}

fn target(settings: &DatabaseSettings) -> Result<Target, StorageError> {
    let problems = settings.validate();
    match settings.target() {
        Some(target) if problems.is_empty() => Ok(target),
        _ => {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Err(StorageError::Settings(problems.join("; ")))
        }
    }
}

/// What all pools have in common. `url` says only which driver: SeaORM writes it into spans and errors, and the real
/// one holds a password, so where to connect to goes through the mapping of the driver's options.
fn pool(url: &str, settings: &DatabaseSettings, max_connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(max_connections)
        .acquire_timeout(settings.acquire_timeout)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}

fn create_folder(file: &Path) -> Result<(), StorageError> {
    match file.parent() {
        Some(folder) if folder != Path::new("") => std::fs::create_dir_all(folder)
            .map_err(|error| StorageError::Settings(format!("cannot create {}: {error}", folder.display()))),
        _ => Ok(()),
    }
}

async fn open_sqlite(
    settings: &DatabaseSettings,
    file: &SqliteConnectOptions,
    role: Role,
    busy_timeout: Duration,
) -> Result<DatabaseConnection, StorageError> {
    let synchronous = match settings.synchronous {
        Synchronous::Normal => SqliteSynchronous::Normal,
        Synchronous::Full => SqliteSynchronous::Full,
    };
    let file = file
        .clone()
        .busy_timeout(busy_timeout)
        .foreign_keys(true)
        .synchronous(synchronous)
        .statement_cache_capacity(256)
        .row_buffer_size(1_000) // rows that the connection's thread reads ahead: fewer handovers in long pages
        // The file is not mapped: a reader would give its map up after each commit that lets it grow.
        .pragma("cache_size", if matches!(role, Role::Writer(_)) { WRITER_PAGES } else { READER_PAGES })
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let (file, max_connections) = match &role {
        Role::Reader => (file.pragma("query_only", "on"), settings.max_connections),
        Role::Checkpointer => (file.pragma("query_only", "on"), 1),
        Role::Writer(_) => {
            let file = file
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .pragma("secure_delete", if settings.secure_delete { "on" } else { "off" })
                .pragma("wal_autocheckpoint", "16000") // pages of 4 KiB
                .pragma("journal_size_limit", "67108864") // a log that grew is cut back to 64 MiB
                .optimize_on_close(true, 400);
            (file, 1)
        }
    };
    let mut options = pool("sqlite://configured", settings, max_connections);
    options
        .idle_timeout(None)
        .max_lifetime(matches!(role, Role::Reader).then_some(READER_LIFETIME))
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |_| file.clone());
    if let Role::Writer(discard) = role {
        options.map_sqlx_sqlite_pool_opts(move |pool| {
            let discard = discard.clone();
            pool.after_release(move |connection, _| may_write_again(connection, discard.clone()).boxed())
        });
    }

    // The change to the write-ahead log does not wait for another process that does the same.
    let mut attempt = 1;
    let mut pause = BETWEEN_RIVALS;
    loop {
        match sea_orm::Database::connect(options.clone()).await.map_err(StorageError::from) {
            Err(StorageError::Contention) if attempt < settings.max_attempts => {
                pause.wait().await;
                attempt += 1;
            }
            opened => return opened,
        }
    }
}

/// How every session with PostgreSQL begins.
fn session(server: PgConnectOptions, idle_in_transaction: &str) -> PgConnectOptions {
    server
        .options([
            ("default_transaction_isolation", "read committed"),
            ("idle_in_transaction_session_timeout", idle_in_transaction),
            ("client_min_messages", "warning"),
        ])
        .disable_statement_logging()
}

/// A second safeguard against <https://github.com/transact-rs/sqlx/issues/4385> (sqlx 0.9.0): whatever state a
/// connection comes back in, it goes into the pool outside a transaction. The driver may not know of one, and ROLLBACK where
/// there is none writes a warning into the server's log, so the server is asked: outside a transaction block a statement of
/// the simple protocol begins together with its transaction, within one later. In a block that failed the question fails,
/// and the connection is given up.
async fn roll_back(connection: &mut sqlx::PgConnection) -> Result<bool, sqlx::Error> {
    let row = sqlx::raw_sql("SELECT now() < statement_timestamp()").fetch_one(&mut *connection).await?;
    let is_within_a_transaction: bool = row.try_get(0)?;
    if is_within_a_transaction {
        sqlx::raw_sql("ROLLBACK").execute(connection).await?;
    }
    Ok(true)
}

/// Whether SQLite's writing connection goes back into the pool. After SQLITE_FULL or an error of the disk SQLite has rolled
/// back by itself, and the driver goes on counting a transaction: everything written later would stand in savepoints of one
/// that never commits. So a connection goes back only if driver and database agree that there is none.
async fn may_write_again(
    connection: &mut sqlx::SqliteConnection,
    discard: Arc<AtomicBool>,
) -> Result<bool, sqlx::Error> {
    // Refused outside a transaction; it comes after all that the driver has still to do on this connection.
    let outside = match sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await {
        Err(sqlx::Error::Database(refusal)) => refusal.code().as_deref() == Some("1"),
        _ => false,
    };
    let counted = connection.is_in_transaction();
    let is_sound = outside && !counted && !discard.swap(false, Ordering::AcqRel);
    if !is_sound {
        tracing::debug!(outside, counted, "the writing connection is thrown away");
    }
    Ok(is_sound)
}

async fn take_lock(connection: &mut sqlx::PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATION_LOCK).execute(connection).await?;
    Ok(())
}
