//! `ReportService`.

use std::pin::Pin;

use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use prost::Message;
use seamless_api::{Call, Handlers, Page, ResourceName, Violations, changing, digest_in, refusal};
use seamless_files::FileError;
use seamless_proto::seamless::reporting::v1::{self as wire, report_service_server::ReportService};
use seamless_service::error::ApiError;
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::{
    contract::{ReportName, comparison, readers_in, report_for, report_in},
    domain::{
        Caller, DomainError,
        error::Refusal,
        model::{DocumentFile, Report, ReportFormat},
        records::Record,
        use_cases::ReportStep,
    },
};

/// The stream of a document.
type DocumentStream = Pin<Box<dyn Stream<Item = Result<wire::DownloadReportResponse, Status>> + Send>>;

#[tonic::async_trait]
impl ReportService for Api {
    type DownloadReportStream = DocumentStream;

    async fn generate_report(
        &self,
        request: Request<wire::GenerateReportRequest>,
    ) -> Result<Response<wire::Report>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let asked = match request.report {
            Some(report) => report_in(&mut found, report),
            None => {
                found.add("report", "is required");
                None
            }
        };
        let asked = found.finish_some(asked).map_err(refusal)?;
        let decide = |now| {
            let (caller, asked) = (&caller, &asked);
            async move { self.generate().execute(caller, asked, now).await }
        };
        self.mutate(call, decide, |report| report_for(&self.rules, &caller.authority, &report)).await
    }

    async fn get_report(
        &self,
        request: Request<wire::GetReportRequest>,
    ) -> Result<Response<wire::Report>, Status> {
        let caller = seamless_api::caller(&request)?;
        let report = self.seen(&caller, &request.get_ref().name).await?;
        let progress = self.progress(&caller.authority, vec![&report]).await?.remove(&report.id);
        Ok(Response::new(wire::Report { progress, ..report_for(&self.rules, &caller.authority, &report) }))
    }

    async fn list_reports(
        &self,
        request: Request<wire::ListReportsRequest>,
    ) -> Result<Response<wire::ListReportsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let (viewer, after, limit) = (&caller.authority, page.cursor.clone(), page.limit());
        if !request.received {
            let reports = self.reports().own_list(viewer, after, limit).await.map_err(refusal)?;
            let progress = self.progress(viewer, reports.iter().collect()).await?;
            let (reports, next_page_token) = page.fill(reports, Record::in_order, |report| wire::Report {
                progress: progress.get(&report.id).cloned(),
                ..report_for(&self.rules, viewer, report)
            });
            return Ok(Response::new(wire::ListReportsResponse { reports, next_page_token }));
        }
        let shared = self.reports().shared_list(viewer, after, limit).await.map_err(refusal)?;
        let (mut reports, next_page_token) = page.fill(
            shared,
            |(shared, _)| shared.in_order(),
            |(_, report)| {
                report.as_ref().map(|report| report_for(&self.rules, viewer, report)).unwrap_or_default()
            },
        );
        // Those that stand there for another reader of the same side.
        reports.retain(|report| !report.name.is_empty());
        Ok(Response::new(wire::ListReportsResponse { reports, next_page_token }))
    }

    async fn get_report_content(
        &self,
        request: Request<wire::GetReportContentRequest>,
    ) -> Result<Response<wire::ReportContent>, Status> {
        let caller = seamless_api::caller(&request)?;
        let report = self.seen(&caller, &request.get_ref().name).await?;
        Ok(Response::new(self.content(&report).await?))
    }

    async fn list_figure_cases(
        &self,
        request: Request<wire::ListFigureCasesRequest>,
    ) -> Result<Response<wire::ListFigureCasesResponse>, Status> {
        let (caller, request, page) = self.paged(request)?;
        Ok(Response::new(self.figure_cases(&caller, request, page).await?))
    }

    async fn compare_reports(
        &self,
        request: Request<wire::CompareReportsRequest>,
    ) -> Result<Response<wire::ReportComparison>, Status> {
        let caller = seamless_api::caller(&request)?;
        let request = request.into_inner();
        let mut found = Violations::new();
        let name = found.name::<ReportName>("name", &request.name);
        let other = found.name::<ReportName>("other", &request.other);
        let (ReportName(earlier), ReportName(later)) = found.finish_some(name.zip(other)).map_err(refusal)?;
        let earlier = self.reports().seen(&caller.authority, earlier).await.map_err(refusal)?;
        let later = self.reports().seen(&caller.authority, later).await.map_err(refusal)?;
        if earlier.template != later.template {
            let template: &str = earlier.template.into();
            let wanted = format!("wants a report of the template {template}, as `name` is");
            return Err(refusal(Refusal::invalid("other", wanted)));
        }
        let (before, after) = (self.content(&earlier).await?, self.content(&later).await?);
        Ok(Response::new(comparison((&earlier, &before), (&later, &after))))
    }

    async fn download_report(
        &self,
        request: Request<wire::DownloadReportRequest>,
    ) -> Result<Response<DocumentStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        let request = request.into_inner();
        let mut found = Violations::new();
        let format = found.required_vocabulary::<ReportFormat>("format", request.format);
        let name = found.name::<ReportName>("name", &request.name);
        let ReportName(id) = found.finish_some(name).map_err(refusal)?;
        let report = self.reports().seen(&caller.authority, id).await.map_err(refusal)?;
        let content = self.stream(&report, report.name(), format, &request.language).await?;
        let content = content.map_ok(|chunk| wire::DownloadReportResponse { chunk: chunk.to_vec() });
        Ok(Response::new(Box::pin(content)))
    }

    async fn approve_report(
        &self,
        request: Request<wire::ApproveReportRequest>,
    ) -> Result<Response<wire::Report>, Status> {
        let (caller, call, request) = changing(request)?;
        self.step(&caller, call, (&request.name, &request.etag), Violations::new(), ReportStep::Approve).await
    }

    async fn publish_report(
        &self,
        request: Request<wire::PublishReportRequest>,
    ) -> Result<Response<wire::Report>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let step = ReportStep::Publish(readers_in(&mut found, &request.readers));
        self.step(&caller, call, (&request.name, &request.etag), found, step).await
    }

    async fn cancel_report(
        &self,
        request: Request<wire::CancelReportRequest>,
    ) -> Result<Response<wire::Report>, Status> {
        let (caller, call, request) = changing(request)?;
        self.step(&caller, call, (&request.name, &request.etag), Violations::new(), ReportStep::Cancel).await
    }

    async fn get_read_standing(
        &self,
        request: Request<wire::GetReadStandingRequest>,
    ) -> Result<Response<wire::ReadStanding>, Status> {
        let authority = seamless_api::caller(&request)?.authority;
        Ok(Response::new(self.read_standing(&authority).await?))
    }

    async fn get_report_keys(
        &self,
        _: Request<wire::GetReportKeysRequest>,
    ) -> Result<Response<wire::GetReportKeysResponse>, Status> {
        let jwks = self.signer.jwks().map_err(|error| {
            refusal(Refusal::Unavailable(format!("the keys of reports cannot be read: {error}")))
        })?;
        Ok(Response::new(wire::GetReportKeysResponse { jwks }))
    }
}

impl Api {
    /// A report that the caller may see.
    async fn seen(&self, caller: &Caller, name: &str) -> Result<Report, Status> {
        let ReportName(id) = ReportName::parse("name", name).map_err(refusal)?;
        self.reports().seen(&caller.authority, id).await.map_err(refusal)
    }

    /// What a report says.
    pub(super) async fn content(&self, report: &Report) -> Result<wire::ReportContent, Status> {
        self.data(report, report.name()).await
    }

    /// What a report or a bulletin of this name says, as its document in protobuf.
    pub(super) async fn data<M: Message + Default>(
        &self,
        report: &Report,
        name: String,
    ) -> Result<M, Status> {
        let content = self.stream(report, name, ReportFormat::Protobuf, "").await?;
        let chunks: Vec<_> = content.try_collect().await?;
        Ok(M::decode(chunks.concat().as_slice()).map_err(ApiError::internal)?)
    }

    /// A document of a report or a bulletin of this name, piece by piece.
    pub(super) async fn stream(
        &self,
        report: &Report,
        name: String,
        format: ReportFormat,
        language: &str,
    ) -> Result<impl Stream<Item = Result<Bytes, Status>> + Send + use<>, Status> {
        let document = document(report, name, format, language)?;
        let digest = digest_in("sha256", &document.sha256).map_err(refusal)?;
        let content = self.files.read(&digest, None).await.map_err(|error| file_refusal(&error))?;
        Ok(content.map_err(|error| file_refusal(&error)))
    }

    async fn step(
        &self,
        caller: &Caller,
        call: Call,
        (name, etag): (&str, &str),
        mut found: Violations,
        step: ReportStep,
    ) -> Result<Response<wire::Report>, Status> {
        let name = found.name::<ReportName>("name", name);
        let revision = found.etag("etag", etag);
        let ReportName(id) = found.finish_some(name).map_err(refusal)?;
        let decide = |now| {
            let step = &step;
            async move {
                let report = self.reports().own(caller, id).await?;
                self.change().execute(caller, report, step, revision, now).await
            }
        };
        self.mutate(call, decide, |report| report_for(&self.rules, &caller.authority, &report)).await
    }
}

/// The file of this format and language, of a report or a bulletin of this name that has documents.
fn document<'r>(
    report: &'r Report,
    name: String,
    format: ReportFormat,
    language: &str,
) -> Result<&'r DocumentFile, Status> {
    let Some(manifest) = &report.manifest else {
        return Err(refusal(DomainError::illegal(name, report.state, "reading")));
    };
    let of_format = manifest.documents.iter().filter(|one| one.format == format);
    let languages: Vec<&str> = of_format.map(|one| one.language.as_str()).collect();
    report.document(format, language).ok_or_else(|| {
        let wanted = format!("wants one of {}; got {language:?}", languages.join(", "));
        refusal(Refusal::invalid("language", wanted))
    })
}

/// What the file store refused.
fn file_refusal(error: &FileError) -> Status {
    seamless_api::file_refusal(error, "name", |error| ApiError::internal(error.to_string())).into()
}
