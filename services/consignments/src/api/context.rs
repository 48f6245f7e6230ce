//! What the handlers share.

use std::sync::Arc;

use seamless_api::{Handlers, PageLimits};
use seamless_calendar::Clock;
use seamless_files::{FileSettings, FileStore};
use tokio::sync::Mutex;

use super::model_work::ModelWork;
use crate::{
    commit::Decisions,
    config::Limits,
    domain::{Rules, watched_alerts::WatchedAlerts},
    screening::{ScreeningDesk, ScreeningQueue},
    store::{RiskModels, Store},
};

/// The API of the service: implements all its gRPC services.
#[derive(Clone)]
pub struct Api {
    pub(super) store: Store,
    pub(super) rules: Rules,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: Limits,
    pub(super) files: FileStore,
    pub(super) file_settings: FileSettings,
    pub(super) models: RiskModels,
    pub(super) alerts: WatchedAlerts,
    pub(super) decisions: Decisions,
    pub(super) desk: ScreeningDesk,
    /// Where single calls for a screening wait.
    pub(super) queue: ScreeningQueue,
    /// Whoever changes a control holds it: controls of one side and area would only meet conflicts. Between replicas the
    /// commit decides, here nobody needs to decide anew.
    pub(super) control_turn: Arc<Mutex<()>>,
    pub(super) model_work: ModelWork,
}

impl Api {
    /// The API on a store, with the place where documents are kept.
    #[must_use]
    #[allow(clippy::too_many_arguments, reason = "each is a part of its own, and it is made in one place")]
    pub fn new(
        store: Store,
        rules: Rules,
        clock: Arc<dyn Clock>,
        limits: Limits,
        files: FileStore,
        file_settings: FileSettings,
        models: RiskModels,
        alerts: WatchedAlerts,
        decisions: Decisions,
        desk: ScreeningDesk,
        queue: ScreeningQueue,
    ) -> Self {
        Self {
            store,
            rules,
            clock,
            limits,
            files,
            file_settings,
            models,
            alerts,
            decisions,
            desk,
            queue,
            control_turn: Arc::default(),
            model_work: ModelWork::new(),
        }
    }
}

impl Handlers for Api {
    type Decisions = Decisions;

    fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    fn page_limits(&self) -> PageLimits {
        PageLimits { default_size: self.limits.default_page_size, max_size: self.limits.max_page_size }
    }
}
