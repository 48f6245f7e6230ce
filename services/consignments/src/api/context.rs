//! What the handlers share.

use std::sync::Arc;

use jiff::Timestamp;
use seamless_api::{ApiLimits, Handlers, PageLimits};
use seamless_calendar::Clock;
use seamless_files::{FileSettings, FileStore};
use tokio::sync::Mutex;

use super::model_work::ModelWork;
use crate::{
    commit::Decisions,
    domain::{Rules, watched_alerts::WatchedAlerts},
    screening::{ScreeningDesk, ScreeningQueue},
    store::{RiskModels, Store},
};

/// The API of the service: implements all its gRPC services.
#[derive(Clone)]
pub struct Api {
    pub(crate) store: Store,
    pub(crate) rules: Rules,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: ApiLimits,
    /// Criteria that one side may have active.
    pub(crate) most_criteria: usize,
    pub(crate) files: FileStore,
    pub(crate) file_settings: FileSettings,
    pub(crate) models: RiskModels,
    pub(crate) alerts: WatchedAlerts,
    pub(crate) decisions: Decisions,
    pub(crate) desk: ScreeningDesk,
    /// Where single calls for a screening wait.
    pub(crate) queue: ScreeningQueue,
    /// Whoever changes a control holds it: controls of one side and area would only meet conflicts. Between replicas the
    /// commit decides, here nobody needs to decide anew. It holds when the last control of a stream was recorded, so that each
    /// has a time of its own also while the clock stands.
    pub(crate) control_turn: Arc<Mutex<Timestamp>>,
    pub(crate) model_work: ModelWork,
}

impl Handlers for Api {
    type Decisions = Decisions;

    fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    fn page_limits(&self) -> PageLimits {
        self.limits.pages()
    }
}
