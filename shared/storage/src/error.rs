//! What a database says, told apart by its codes and never by its words: SQLSTATE on PostgreSQL, result codes on SQLite.

use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{DbErr, RuntimeErr, SqlxError};

use crate::Backend;

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Others changed the same rows at the same time, as often as it was tried: nothing was written, try later.
    #[error("contention with concurrent transactions")]
    Contention,
    /// A value that must be unique is there already: nothing was written.
    #[error("unique constraint violated: {constraint}")]
    UniqueViolation {
        /// PostgreSQL: the constraint's name. SQLite, which does not tell it: `table.column, table.column`.
        constraint: String,
        /// The cause.
        source: DbErr,
    },
    /// A row refers to one that does not exist, or is referred to by one that does: nothing was written.
    #[error("foreign key violated")]
    ForeignKeyViolation {
        /// The cause.
        source: DbErr,
    },
    /// The database cannot be reached, or has no connection free in time: nothing was written.
    #[error("database unavailable")]
    Unavailable {
        /// The cause.
        source: DbErr,
    },
    /// The database takes no writes at present, since its disk is full, read-only or failing: nothing was written. It shows
    /// by itself when it takes them again; reads go on.
    #[error("the database takes no writes at present")]
    WritesSuspended {
        /// The cause; none where a write was refused because an earlier one had failed.
        source: Option<DbErr>,
    },
    /// The connection was lost during the commit: the work may have been done. Only idempotent work may be repeated.
    #[error("the outcome of the commit is unknown")]
    OutcomeUnknown {
        /// The cause.
        source: DbErr,
    },
    /// A statement had failed, the work went on regardless and wanted to commit: nothing was written, and the work has
    /// a fault. PostgreSQL would roll such a transaction back and call it a success.
    #[error("a statement of the transaction failed and its error was not passed on")]
    Aborted {
        /// The cause.
        source: DbErr,
    },
    /// The settings cannot be used.
    #[error("database settings: {0}")]
    Settings(String),
    /// Anything else: a fault of ours.
    #[error("database error")]
    Other(#[source] DbErr),
}

/// An error type that a transaction's work may fail with.
pub trait WriteError: From<StorageError> {
    /// The storage error inside, which decides whether the work is tried again.
    fn storage(&self) -> Option<&StorageError>;
}

impl WriteError for StorageError {
    fn storage(&self) -> Option<&StorageError> {
        Some(self)
    }
}

impl From<DbErr> for StorageError {
    fn from(error: DbErr) -> Self {
        match class_of(&error) {
            Class::Contention => {
                tracing::debug!(error = %error, "database contention");
                Self::Contention
            }
            Class::Unique(constraint) => Self::UniqueViolation { constraint, source: error },
            Class::ForeignKey => Self::ForeignKeyViolation { source: error },
            Class::Unavailable | Class::CannotOpen | Class::Interrupted => {
                Self::Unavailable { source: error }
            }
            Class::NotWritable => Self::WritesSuspended { source: Some(error) },
            Class::Aborted => Self::Aborted { source: error },
            Class::Other => Self::Other(error),
        }
    }
}

impl StorageError {
    /// The error of a commit: a refusal is as any other, but without an answer the outcome is unknown.
    pub(crate) fn of_commit(error: DbErr) -> Self {
        match class_of(&error) {
            Class::Interrupted => Self::OutcomeUnknown { source: error },
            _ => error.into(),
        }
    }

    /// Whether this error of a write says that others will fail as well until somebody sees to the disk. On SQLite any
    /// trouble with the file does.
    pub(crate) fn stops_writing(&self, backend: Backend) -> bool {
        match self {
            Self::WritesSuspended { source } => source.is_some(),
            Self::Unavailable { source } | Self::OutcomeUnknown { source } => {
                backend == Backend::Sqlite
                    && matches!(class_of(source), Class::Interrupted | Class::CannotOpen)
            }
            _ => false,
        }
    }
}

enum Class {
    Contention,
    Unique(String),
    ForeignKey,
    /// The database did not take the work on.
    Unavailable,
    /// The file of the database cannot be opened.
    CannotOpen,
    /// No room, or no permission to write.
    NotWritable,
    /// The connection ended while the database had the work.
    Interrupted,
    Aborted,
    Other,
}

fn class_of(error: &DbErr) -> Class {
    let runtime = match error {
        DbErr::ConnectionAcquire(_) => return Class::Unavailable,
        DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime) => runtime,
        _ => return Class::Other,
    };
    let RuntimeErr::SqlxError(error) = runtime else { return Class::Other };
    match error.as_ref() {
        SqlxError::Database(error) => class_of_code(error.as_ref()),
        SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::BeginFailed => Class::Unavailable,
        SqlxError::Io(_) | SqlxError::Tls(_) | SqlxError::Protocol(_) | SqlxError::WorkerCrashed => {
            Class::Interrupted
        }
        _ => Class::Other,
    }
}

fn class_of_code(error: &dyn DatabaseError) -> Class {
    let code = error.code().unwrap_or_default();
    // A SQLSTATE has five characters, a result code of SQLite at most four digits.
    match code.parse::<u32>() {
        Ok(result_code) if code.len() < 5 => class_of_sqlite(result_code, error),
        _ => class_of_sqlstate(&code, error),
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn class_of_sqlstate(code: &str, error: &dyn DatabaseError) -> Class {
    match code {
        // serialization_failure, deadlock_detected, lock_not_available
        "40001" | "40P01" | "55P03" => Class::Contention,
        "23505" => Class::Unique(error.constraint().unwrap_or_default().to_owned()),
        "23503" => Class::ForeignKey,
        // disk_full, read_only_sql_transaction, io_error
        "53100" | "25006" | "58030" => Class::NotWritable,
        // in_failed_sql_transaction
        "25P02" => Class::Aborted,
        // statement_completion_unknown, idle_in_transaction_session_timeout
        "40003" | "25P03" => Class::Interrupted,
        // Connection exceptions; the server shuts down, crashed, or its operator intervened.
        _ if code.starts_with("08") || code.starts_with("57") => Class::Interrupted,
        // Insufficient resources, such as too many connections.
        _ if code.starts_with("53") => Class::Unavailable,
        _ => Class::Other,
    }
}

/// <https://www.sqlite.org/rescode.html>; the low byte of an extended code is its primary code.
fn class_of_sqlite(code: u32, error: &dyn DatabaseError) -> Class {
    match code {
        // CONSTRAINT_UNIQUE, CONSTRAINT_PRIMARYKEY, CONSTRAINT_ROWID
        2067 | 1555 | 2579 => {
            let text = error.message();
            Class::Unique(text.split_once(": ").map_or(text, |(_, columns)| columns).to_owned())
        }
        // CONSTRAINT_FOREIGNKEY
        787 => Class::ForeignKey,
        _ => match code & 0xff {
            // BUSY and LOCKED with their kin, such as BUSY_SNAPSHOT 517
            5 | 6 => Class::Contention,
            // IOERR: whether a commit reached the disk is not known
            10 => Class::Interrupted,
            // FULL, READONLY
            13 | 8 => Class::NotWritable,
            14 => Class::CannotOpen,
            _ => Class::Other,
        },
    }
}
