//! The records behind a figure of a report.

use seamless_api::{Page, Violations, refusal, violations::timestamp_out};
use seamless_proto::seamless::reporting::v1 as wire;
use tokio::task::block_in_place;
use tonic::Status;

use super::context::Api;
use crate::{
    contract::{ReportName, figure_case_out, figure_cell_in, input_out},
    domain::{
        Caller,
        figures::sources_of,
        model::Input,
        ports::{FactReader, Known},
        source::Feed,
        use_cases::LookBehind,
    },
};

impl Api {
    /// A page of them.
    pub(super) async fn figure_cases(
        &self,
        caller: &Caller,
        request: wire::ListFigureCasesRequest,
        page: Page<String>,
    ) -> Result<wire::ListFigureCasesResponse, Status> {
        let mut found = Violations::new();
        let name = found.name::<ReportName>("name", &request.name);
        if request.section.is_empty() {
            found.add("section", "is required");
        }
        if request.figure.is_empty() {
            found.add("figure", "is required");
        }
        let ReportName(id) = found.finish_some(name).map_err(refusal)?;
        let report = self.reports().own(caller, id).await.map_err(refusal)?;
        let behind = LookBehind::of(&self.rules, &report).map_err(refusal)?;
        let told = self.content(&report).await?;
        let mut found = Violations::new();
        let cell = figure_cell_in(&mut found, &told, &request);
        let (cell, told) = found.finish_some(cell).map_err(refusal)?;
        // First until when all is known, then the facts: these are never older than is said.
        let mut standings = Vec::new();
        for source in sources_of(report.template) {
            let feed = Feed { source: *source, reader: report.owner.clone() };
            standings.push(self.source_standing(&feed, None).await?);
        }
        let known = self.store.known_of(&report.owner, sources_of(report.template)).await;
        let Known { facts, inputs } = known.map_err(refusal)?;
        let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
        // A large one is calculated beside everything else.
        let look = || behind.page(&cell, facts, (page.cursor.as_deref(), limit));
        let found = block_in_place(look).map_err(refusal)?;
        let (cases, next_page_token) = page.fill(found.cases, |case| case.name.clone(), figure_case_out);
        let read = |source: wire::SourceStanding| {
            let of = |input: &&Input| source.input.as_ref().is_some_and(|known| known.source == input.source);
            let input = inputs.iter().find(of).map(input_out);
            wire::SourceStanding { input: input.or(source.input), ..source }
        };
        Ok(wire::ListFigureCasesResponse {
            cases,
            next_page_token,
            told: Some(told),
            counted: i64::try_from(found.counted).unwrap_or(i64::MAX),
            cut_time: Some(timestamp_out(behind.cut)),
            sources: standings.into_iter().map(read).collect(),
        })
    }
}
