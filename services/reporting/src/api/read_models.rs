//! `ReadModelService`, and how far feeds are read.

use seamless_api::{
    Handlers, changing, refusal,
    violations::{duration_out, timestamp_out},
};
use seamless_feed::standing::standing;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::reporting::v1::{self as wire, read_model_service_server::ReadModelService};
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::{
    contract::{input_out, rebuild_out},
    domain::{
        model::{Input, ReadRebuild, ReadRebuildState, rebuild_name},
        records::record,
        source::{Feed, Source},
        use_cases::RebuildReadModel,
    },
};

#[tonic::async_trait]
impl ReadModelService for Api {
    async fn rebuild_read_model(
        &self,
        request: Request<wire::RebuildReadModelRequest>,
    ) -> Result<Response<wire::ReadRebuild>, Status> {
        let (caller, call, request) = changing(request)?;
        let rebuild = self.rebuild();
        let decide = |now| {
            let (rebuild, caller, source) = (&rebuild, &caller, &request.source);
            async move { rebuild.begin(caller, source, now).await }
        };
        self.mutate(call, decide, |rebuild| rebuild_out(&rebuild)).await
    }

    async fn cancel_read_rebuild(
        &self,
        request: Request<wire::CancelReadRebuildRequest>,
    ) -> Result<Response<wire::ReadRebuild>, Status> {
        let (caller, call, request) = changing(request)?;
        let rebuild = self.rebuild();
        let decide = |now| {
            let (rebuild, caller, source) = (&rebuild, &caller, &request.source);
            async move { rebuild.cancel(caller, source, now).await }
        };
        self.mutate(call, decide, |rebuild| rebuild_out(&rebuild)).await
    }
}

impl Api {
    fn rebuild(&self) -> RebuildReadModel<'_> {
        RebuildReadModel { rules: &self.rules, records: &self.store, feeds: &self.store }
    }

    /// How far the feeds of an authority are read; none where none is.
    pub(super) async fn read_standing(&self, authority: &AuthorityId) -> Result<wire::ReadStanding, Status> {
        let mut sources = Vec::new();
        let feeds = Source::ALL.map(|source| Feed { source, reader: authority.clone() });
        for feed in feeds.iter().filter(|feed| self.rules.follows(feed)) {
            let input = self.store.input(feed).await.map_err(refusal)?;
            sources.push(self.source_standing(feed, input.as_ref()).await?);
        }
        Ok(wire::ReadStanding { sources })
    }

    /// How far a feed is read, of which this was taken in.
    pub(super) async fn source_standing(
        &self,
        feed: &Feed,
        input: Option<&Input>,
    ) -> Result<wire::SourceStanding, Status> {
        let now = seamless_calendar::Clock::now(&*self.decisions.clock);
        let stands = standing(self.store.database().read(), &feed.checkpoint()).await;
        let stands = stands.map_err(|error| refusal(seamless_commit::fault(error)))?;
        Ok(wire::SourceStanding {
            // Of one of which nothing was read it is said which it is.
            input: Some(input.map_or_else(|| unread(feed), input_out)),
            known_until: self.reached.until_of(feed).map(timestamp_out),
            rebuilding: stands.rebuild.is_some(),
            lag: self.reached.lag(feed, now).map(duration_out),
            rebuild: self.read_rebuild(feed).await?,
        })
    }

    /// How what was read is built anew, or was last; while it is, with how far it came.
    async fn read_rebuild(&self, feed: &Feed) -> Result<Option<wire::ReadRebuild>, Status> {
        let rebuild: Option<ReadRebuild> = record(&self.store, &rebuild_name(feed)).await.map_err(refusal)?;
        let Some(mut rebuild) = rebuild else { return Ok(None) };
        if rebuild.state == ReadRebuildState::Running {
            (rebuild.position, rebuild.events) = self.store.rebuilt(feed).await.map_err(refusal)?;
        }
        Ok(Some(rebuild_out(&rebuild)))
    }
}

/// A feed of which nothing was read yet.
fn unread(feed: &Feed) -> wire::ReportInput {
    wire::ReportInput { source: feed.source.name().to_owned(), ..wire::ReportInput::default() }
}
