//! `StatisticsService`.

use seamless_api::{Handlers, Page, Violations, changing, refusal, violations::timestamp_out};
use seamless_proto::seamless::reporting::v1::{self as wire, statistics_service_server::StatisticsService};
use seamless_suppression::Budget;
use tokio::task::{block_in_place, spawn_blocking};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::{
    contract::{case_out, input_out, statistics_in, statistics_out},
    domain::{
        Caller, Decision, DomainError,
        error::Refusal,
        figures::statistics::{CaseKey, Statistics},
        model::Input,
        small_counts::Released,
        source::Feed,
        use_cases::{AskStatistics, Published, ReleaseStatistics, StatisticsBasis, StatisticsRequest},
    },
};

#[tonic::async_trait]
impl StatisticsService for Api {
    async fn query_statistics(
        &self,
        request: Request<wire::QueryStatisticsRequest>,
    ) -> Result<Response<wire::Statistics>, Status> {
        let caller = seamless_api::caller(&request)?;
        let wire::QueryStatisticsRequest { query, authority } = request.into_inner();
        let mut found = Violations::new();
        let asked = statistics_in(&mut found, query, &authority, true);
        let asked = found.finish_some(asked).map_err(refusal)?;
        let (basis, source) = self.basis(&caller, asked).await?;
        // A large one is calculated beside everything else.
        let statistics = block_in_place(|| basis.statistics());
        let statistics = statistics_out(&statistics, &basis.query.dimensions, basis.cut, vec![source]);
        Ok(Response::new(statistics))
    }

    async fn release_statistics(
        &self,
        request: Request<wire::ReleaseStatisticsRequest>,
    ) -> Result<Response<wire::Statistics>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let asked = statistics_in(&mut found, request.query, &request.authority, true);
        let asked = found.finish_some(asked).map_err(refusal)?;
        let dimensions = asked.query.dimensions.clone();
        let validate_only = request.validate_only;
        let decide = |now| {
            let (caller, asked) = (&caller, asked.clone());
            async move {
                let release = ReleaseStatistics { rules: &self.rules, records: &self.store };
                release.check(&asked.query, now)?;
                let basis = self.ask().basis(caller, asked, now).await?;
                let published = release.published(&basis.owner).await?;
                let (basis, published, released) = self.judged(basis, published).await?;
                let Decision { outcome, changes } = release.enter(&basis, released, &published, now)?;
                Ok(Decision { outcome: (outcome, basis.cut, basis.inputs), changes })
            }
        };
        self.mutate(call, decide, |(statistics, cut, inputs)| {
            let source = |input| wire::SourceStanding { input: Some(input), ..Default::default() };
            // How many events there were between two answers would tell of few cases as well.
            let sources = inputs.into_iter().map(Input::for_others).map(|input| source(input_out(&input)));
            let told = statistics_out(&statistics, &dimensions, cut, sources.collect());
            match validate_only {
                // What is not entered is not told: many questions that are not would be judged each by itself.
                true => wire::Statistics { rows: Vec::new(), total: None, rest: None, ..told },
                false => told,
            }
        })
        .await
    }

    async fn list_cases(
        &self,
        request: Request<wire::ListCasesRequest>,
    ) -> Result<Response<wire::ListCasesResponse>, Status> {
        let (caller, request, page): (_, _, Page<CaseKey>) = self.paged(request)?;
        let mut found = Violations::new();
        let asked = statistics_in(&mut found, request.query, &request.authority, false);
        let asked = found.finish_some(asked).map_err(refusal)?;
        let (basis, source) = self.basis(&caller, asked).await?;
        let (cut_time, sources) = (Some(timestamp_out(basis.cut)), vec![source]);
        let mut cases = block_in_place(|| basis.cases());
        let total = i64::try_from(cases.len()).unwrap_or(i64::MAX);
        if let Some(after) = &page.cursor {
            cases.retain(|case| case.key < *after);
        }
        cases.truncate(usize::try_from(page.limit()).unwrap_or(usize::MAX));
        let (cases, next_page_token) = page.fill(cases, |case| case.key.clone(), case_out);
        Ok(Response::new(wire::ListCasesResponse { cases, next_page_token, total, cut_time, sources }))
    }
}

impl Api {
    /// All that an answer is calculated from, and how far its feed was read.
    async fn basis(
        &self,
        caller: &Caller,
        asked: StatisticsRequest,
    ) -> Result<(StatisticsBasis, wire::SourceStanding), Status> {
        let owner = asked.authority.as_ref().unwrap_or(&caller.authority);
        // First until when all is known, then the facts: these are never older than is said.
        let standing = self.source_standing(&Feed::of_alerts(owner), None).await?;
        let basis = self.ask().basis(caller, asked, self.decisions.clock.now()).await.map_err(refusal)?;
        let source = match basis.inputs.first().map(input_out) {
            Some(input) => wire::SourceStanding { input: Some(input), ..standing },
            None => standing,
        };
        Ok((basis, source))
    }

    /// What of an answer others may have; nothing more is reckoned once its caller has gone.
    async fn judged(
        &self,
        basis: StatisticsBasis,
        published: Published,
    ) -> Result<(StatisticsBasis, Published, (Statistics, Released)), DomainError> {
        let (rule, gone) = (self.rules.small, CancellationToken::new());
        let _waiting = gone.clone().drop_guard();
        let judging = spawn_blocking(move || {
            let is_gone = || gone.is_cancelled();
            let released = basis.released(&published, rule, &Budget::until(&is_gone))?;
            Ok((basis, published, released))
        });
        judging.await.map_err(|error| Refusal::Fault(error.to_string()))?
    }

    fn ask(&self) -> AskStatistics<'_> {
        AskStatistics { rules: &self.rules, facts: &self.store, reached: &self.reached }
    }
}
