//! How much is done with whole models at once.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Imports that are collected in memory at once.
pub const IMPORTS: usize = 4;

/// How much is done with whole models at once, so that memory and processors are left for decisions.
#[derive(Clone)]
pub(crate) struct ModelWork {
    pub trainings: Arc<Semaphore>,
    pub imports: Arc<Semaphore>,
}

impl ModelWork {
    pub fn new() -> Self {
        Self { trainings: Arc::new(Semaphore::new(1)), imports: Arc::new(Semaphore::new(IMPORTS)) }
    }
}
