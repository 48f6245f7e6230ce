//! `BulletinService`.

use std::pin::Pin;

use futures::{Stream, TryStreamExt};
use seamless_api::{Call, Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_proto::seamless::reporting::v1::{self as wire, bulletin_service_server::BulletinService};
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::{
    contract::{BulletinName, accepted_in, bulletin_for, bulletin_in, glossary_out, readers_in},
    domain::{
        Caller,
        model::{Bulletin, ReportFormat},
        records::Record,
        use_cases::ReportStep,
    },
};

/// The stream of a document.
type DocumentStream = Pin<Box<dyn Stream<Item = Result<wire::DownloadBulletinResponse, Status>> + Send>>;

#[tonic::async_trait]
impl BulletinService for Api {
    type DownloadBulletinStream = DocumentStream;

    async fn generate_bulletin(
        &self,
        request: Request<wire::GenerateBulletinRequest>,
    ) -> Result<Response<wire::Bulletin>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let asked = match request.bulletin {
            Some(bulletin) => bulletin_in(&mut found, bulletin),
            None => {
                found.add("bulletin", "is required");
                None
            }
        };
        let asked = found.finish_some(asked).map_err(refusal)?;
        let decide = |now| {
            let (caller, asked) = (&caller, &asked);
            async move { self.generate_bulletin().execute(caller, asked, now).await }
        };
        self.mutate(call, decide, |bulletin| bulletin_for(&self.rules, &caller.authority, &bulletin)).await
    }

    async fn get_bulletin(
        &self,
        request: Request<wire::GetBulletinRequest>,
    ) -> Result<Response<wire::Bulletin>, Status> {
        let caller = seamless_api::caller(&request)?;
        let bulletin = self.seen_bulletin(&caller, &request.get_ref().name).await?;
        let report = &bulletin.report;
        let progress = self.progress(&caller.authority, vec![report]).await?.remove(&report.id);
        let seen = bulletin_for(&self.rules, &caller.authority, &bulletin);
        Ok(Response::new(wire::Bulletin { progress, ..seen }))
    }

    async fn list_bulletins(
        &self,
        request: Request<wire::ListBulletinsRequest>,
    ) -> Result<Response<wire::ListBulletinsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let (viewer, after, limit) = (&caller.authority, page.cursor.clone(), page.limit());
        if !request.received {
            let own = self.bulletins().own_list(viewer, after, limit).await.map_err(refusal)?;
            let progress = self.progress(viewer, own.iter().map(|one| &one.report).collect()).await?;
            let (bulletins, next_page_token) = page.fill(own, Record::in_order, |one| wire::Bulletin {
                progress: progress.get(&one.report.id).cloned(),
                ..bulletin_for(&self.rules, viewer, one)
            });
            return Ok(Response::new(wire::ListBulletinsResponse { bulletins, next_page_token }));
        }
        let shared = self.bulletins().shared_list(viewer, after, limit).await.map_err(refusal)?;
        let (mut bulletins, next_page_token) = page.fill(
            shared,
            |(shared, _)| shared.in_order(),
            |(_, bulletin)| {
                bulletin
                    .as_ref()
                    .map(|bulletin| bulletin_for(&self.rules, viewer, bulletin))
                    .unwrap_or_default()
            },
        );
        // Those that stand there for another reader of the same side.
        bulletins.retain(|bulletin| !bulletin.name.is_empty());
        Ok(Response::new(wire::ListBulletinsResponse { bulletins, next_page_token }))
    }

    async fn get_bulletin_content(
        &self,
        request: Request<wire::GetBulletinContentRequest>,
    ) -> Result<Response<wire::BulletinContent>, Status> {
        let caller = seamless_api::caller(&request)?;
        let bulletin = self.seen_bulletin(&caller, &request.get_ref().name).await?;
        Ok(Response::new(self.data(&bulletin.report, bulletin.name()).await?))
    }

    async fn download_bulletin(
        &self,
        request: Request<wire::DownloadBulletinRequest>,
    ) -> Result<Response<DocumentStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        let request = request.into_inner();
        let mut found = Violations::new();
        let format = found.required_vocabulary::<ReportFormat>("format", request.format);
        let name = found.name::<BulletinName>("name", &request.name);
        let BulletinName(id) = found.finish_some(name).map_err(refusal)?;
        let bulletin = self.bulletins().seen(&caller.authority, id).await.map_err(refusal)?;
        let content = self.stream(&bulletin.report, bulletin.name(), format, &request.language).await?;
        let content = content.map_ok(|chunk| wire::DownloadBulletinResponse { chunk: chunk.to_vec() });
        Ok(Response::new(Box::pin(content)))
    }

    async fn accept_findings(
        &self,
        request: Request<wire::AcceptFindingsRequest>,
    ) -> Result<Response<wire::Bulletin>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<BulletinName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let (numbers, reason) = accepted_in(&mut found, &request.numbers, request.reason);
        let BulletinName(id) = found.finish_some(name).map_err(refusal)?;
        let decide = |now| {
            let (caller, accepted) = (&caller, (numbers.as_slice(), reason.as_str()));
            async move {
                let bulletin = self.bulletins().own(caller, id).await?;
                self.accept().execute(caller, bulletin, accepted, revision, now)
            }
        };
        self.mutate(call, decide, |bulletin| bulletin_for(&self.rules, &caller.authority, &bulletin)).await
    }

    async fn approve_bulletin(
        &self,
        request: Request<wire::ApproveBulletinRequest>,
    ) -> Result<Response<wire::Bulletin>, Status> {
        let (caller, call, request) = changing(request)?;
        let asked = (request.name.as_str(), request.etag.as_str());
        self.bulletin_step(&caller, call, asked, Violations::new(), ReportStep::Approve).await
    }

    async fn publish_bulletin(
        &self,
        request: Request<wire::PublishBulletinRequest>,
    ) -> Result<Response<wire::Bulletin>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let step = ReportStep::Publish(readers_in(&mut found, &request.readers));
        self.bulletin_step(&caller, call, (&request.name, &request.etag), found, step).await
    }

    async fn cancel_bulletin(
        &self,
        request: Request<wire::CancelBulletinRequest>,
    ) -> Result<Response<wire::Bulletin>, Status> {
        let (caller, call, request) = changing(request)?;
        let asked = (request.name.as_str(), request.etag.as_str());
        self.bulletin_step(&caller, call, asked, Violations::new(), ReportStep::Cancel).await
    }

    async fn get_glossary(
        &self,
        _: Request<wire::GetGlossaryRequest>,
    ) -> Result<Response<wire::Glossary>, Status> {
        Ok(Response::new(glossary_out(&self.rules.glossary)))
    }
}

impl Api {
    /// A bulletin that the caller may see.
    async fn seen_bulletin(&self, caller: &Caller, name: &str) -> Result<Bulletin, Status> {
        let BulletinName(id) = BulletinName::parse("name", name).map_err(refusal)?;
        self.bulletins().seen(&caller.authority, id).await.map_err(refusal)
    }

    async fn bulletin_step(
        &self,
        caller: &Caller,
        call: Call,
        (name, etag): (&str, &str),
        mut found: Violations,
        step: ReportStep,
    ) -> Result<Response<wire::Bulletin>, Status> {
        let name = found.name::<BulletinName>("name", name);
        let revision = found.etag("etag", etag);
        let BulletinName(id) = found.finish_some(name).map_err(refusal)?;
        let decide = |now| {
            let step = &step;
            async move {
                let bulletin = self.bulletins().own(caller, id).await?;
                self.change().execute(caller, bulletin, step, revision, now).await
            }
        };
        self.mutate(call, decide, |bulletin| bulletin_for(&self.rules, &caller.authority, &bulletin)).await
    }
}
