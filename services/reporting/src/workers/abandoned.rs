//! Ends reports and bulletins that wait for a feed which is not followed any more: whoever asked for them learns why, and they count
//! no longer among those that wait.

use jiff::{SignedDuration, Timestamp};
use seamless_identity::AuthorityId;
use seamless_program::each_due;
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        model::{Publication, ReportState},
        records::{RecordPage, RecordQuery, all_records},
        source::{Feed, Source},
        use_cases::{FinishReport, Outcome},
    },
    store::Store,
};

/// How many are ended in one go.
const BATCH: u64 = 20;
/// How long one waits for a feed that is not followed here: while settings are rolled out other replicas may follow it.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// What it takes to end them.
pub(super) struct Abandoned<'a> {
    pub decisions: &'a Decisions,
    pub store: &'a Store,
    pub rules: &'a Rules,
    pub now: Timestamp,
}

impl Abandoned<'_> {
    /// Ends those of one kind; `sources` says of which services the feeds are that one is made of.
    pub(super) async fn end<P: Publication>(
        &self,
        token: &CancellationToken,
        sources: impl Fn(&P) -> &'static [Source] + Copy + Send + Sync,
    ) -> Result<(), DomainError> {
        let due = async |limit| self.waiting::<P>(sources, limit).await;
        let each = async |one: P| self.fail(&one).await;
        let ended = each_due(BATCH, token, "what has no feed was not ended", P::name, due, each).await?;
        if ended.count > 0 {
            tracing::warn!(
                kind = P::KIND,
                ended.count,
                "failed, since their feeds are not followed any more"
            );
        }
        Ok(())
    }

    async fn waiting<P: Publication>(
        &self,
        sources: impl Fn(&P) -> &'static [Source] + Send,
        limit: u64,
    ) -> Result<Vec<P>, DomainError> {
        let queued = ReportState::Queued as i32;
        // Also of authorities of which no feed is followed any more.
        let owners = self.store.owners_with(P::KIND, queued).await?;
        let owners: Vec<AuthorityId> = owners.iter().filter_map(|owner| owner.parse().ok()).collect();
        if owners.is_empty() {
            return Ok(Vec::new());
        }
        let page = RecordPage { states: vec![queued], ..RecordPage::default() };
        let mut waiting: Vec<P> =
            all_records(self.store, RecordQuery { owners, page, ..RecordQuery::default() }).await?;
        waiting.retain(|one| {
            let report = one.report();
            let is_followed = |&source| self.rules.follows(&Feed { source, reader: report.owner.clone() });
            self.now.duration_since(report.create_time) >= PATIENCE && !sources(one).iter().all(is_followed)
        });
        waiting.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(waiting)
    }

    async fn fail<P: Publication>(&self, one: &P) -> Result<bool, DomainError> {
        let owner = &one.report().owner;
        let why = format!(
            "a feed that it is made of is not followed any more for {owner}: ask whoever runs the service"
        );
        let finish = FinishReport { rules: self.rules, records: self.store };
        let changes = finish.enter::<P>(&one.name(), Outcome::Failed(why), |_| None, self.now).await?;
        self.decisions.settle(changes).await
    }
}
