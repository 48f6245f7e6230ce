//! What the handlers share.

use std::{marker::PhantomData, sync::Arc};

use seamless_api::{ApiLimits, Handlers, PageLimits};
use seamless_files::FileStore;
use seamless_receipts::Signer;
use tokio::task::block_in_place;

use crate::{
    commit::Decisions,
    domain::{
        Reached, Rules,
        model::Bulletin,
        use_cases::{AcceptFindings, ChangeReport, GenerateBulletin, GenerateReport, ReportAccess},
    },
    situation::SituationRules,
    store::Store,
};

/// The API of the service: implements all its gRPC services.
#[derive(Clone)]
pub struct Api {
    pub(crate) store: Store,
    pub(crate) rules: Rules,
    pub(crate) limits: ApiLimits,
    pub(crate) files: FileStore,
    pub(crate) decisions: Decisions,
    pub(crate) signer: Arc<Signer>,
    /// How far feeds are known to have been told.
    pub(crate) reached: Reached,
    /// What links to the situation page are made by; none where there is no page.
    pub(crate) situation: Option<SituationRules>,
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

impl Api {
    pub(super) fn reports(&self) -> ReportAccess<'_> {
        ReportAccess { rules: &self.rules, records: &self.store, of: PhantomData }
    }

    pub(super) fn bulletins(&self) -> ReportAccess<'_, Bulletin> {
        ReportAccess { rules: &self.rules, records: &self.store, of: PhantomData }
    }

    pub(super) fn generate_bulletin(&self) -> GenerateBulletin<'_> {
        GenerateBulletin { rules: &self.rules, records: &self.store }
    }

    pub(super) fn accept(&self) -> AcceptFindings<'_> {
        AcceptFindings { rules: &self.rules }
    }

    pub(super) fn generate(&self) -> GenerateReport<'_> {
        GenerateReport { rules: &self.rules, records: &self.store }
    }

    pub(super) fn change(&self) -> ChangeReport<'_> {
        ChangeReport { rules: &self.rules, records: &self.store, facts: &self.store, beside }
    }
}

/// Work that takes long, on a thread beside those that answer.
fn beside(work: &mut (dyn FnMut() + Send)) {
    block_in_place(work);
}
