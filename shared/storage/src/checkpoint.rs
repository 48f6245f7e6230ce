//! Carries SQLite's write-ahead log into the file beside the writer, so that a commit seldom waits for it.
//!
//! The writer does it itself only when the log has grown long all the same, and finds little left to do then.

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait, DatabaseConnection};
use tokio::{sync::Notify, task::JoinHandle};

/// From a commit to the next time that the log is carried over.
const PAUSE: Duration = Duration::from_millis(250);

/// A task with a connection of its own; it ends with the value.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    connection: DatabaseConnection,
    written: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Checkpointer {
    pub fn start(connection: DatabaseConnection) -> Self {
        let written = Arc::new(Notify::new());
        let task = tokio::spawn(run(connection.clone(), written.clone()));
        Self { connection, written, task }
    }

    /// Something was committed.
    pub fn wake(&self) {
        self.written.notify_one();
    }

    /// The connection, to be closed; nothing is carried over any more.
    pub fn stop(&self) -> &DatabaseConnection {
        self.task.abort();
        &self.connection
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(connection: DatabaseConnection, written: Arc<Notify>) {
    loop {
        written.notified().await;
        tokio::time::sleep(PAUSE).await;
        // It waits neither for readers nor for the writer: what they still use is left for the next time.
        if let Err(error) = connection.execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await {
            tracing::debug!(%error, "the log was not carried over");
        }
    }
}
