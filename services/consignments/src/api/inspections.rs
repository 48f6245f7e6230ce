//! `InspectionService`.

use seamless_api::{Handlers, Page, Violations, changing, refusal};
use seamless_identifiers::ContainerNumber;
use seamless_proto::seamless::consignments::v1::{
    self as wire, inspection_service_server::InspectionService,
};
use tonic::{Request, Response, Status, Streaming};

use super::{
    context::Api,
    documents::{self, ContentStream},
    submissions::{self, SubmissionStream},
    told_together::parsed_apart,
};
use crate::{
    contract::{
        InspectionName, inspection_in,
        redact::{inspection_for, used_inspection},
        uuid_name,
    },
    domain::{
        DomainError,
        model::{InspectionContent, InspectionId, InspectionKey},
        ports::{InspectionQuery, InspectionReader},
        use_cases::{InspectionAccess, RevokeInspection, ShareInspections},
    },
};

/// The longest explanation that is taken, in characters.
const REASON_LENGTH: usize = 2_000;

#[tonic::async_trait]
impl InspectionService for Api {
    type SubmitInspectionsStream = SubmissionStream;
    type DownloadDocumentStream = ContentStream;

    async fn create_inspection(
        &self,
        request: Request<wire::CreateInspectionRequest>,
    ) -> Result<Response<wire::Inspection>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let content = content_in(&mut found, request.inspection);
        let content = found.finish_some(content).map_err(refusal)?;
        let share = ShareInspections { rules: &self.rules, inspections: &self.store };
        let decide = |now| {
            let (content, share, caller) = (content.clone(), &share, &caller);
            async move { share.create(caller, content, now).await.map_err(within_inspection) }
        };
        self.mutate(call, decide, |made| inspection_for(&self.rules, &caller.authority, &made)).await
    }

    async fn get_inspection(
        &self,
        request: Request<wire::GetInspectionRequest>,
    ) -> Result<Response<wire::Inspection>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = InspectionName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let access = self.inspection_access();
        let now = self.clock.now();
        let found = match name {
            InspectionName::Id(id, version) => access.execute(&caller, id, version, now).await,
            InspectionName::Certificate(body, certificate) => {
                access.by_certificate(&caller, &body, &certificate, now).await
            }
        };
        let found = found.map_err(refusal)?;
        let balance = self.store.certificate_balance(found.inspection.id).await.map_err(refusal)?;
        Ok(Response::new(used_inspection(&self.rules, &caller.authority, &found, &balance)))
    }

    async fn list_inspections(
        &self,
        request: Request<wire::ListInspectionsRequest>,
    ) -> Result<Response<wire::ListInspectionsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, InspectionId)>) = self.paged(request)?;
        let filter = filter_in(request.filter.unwrap_or_default()).map_err(refusal)?;
        let query = InspectionQuery {
            owners: self.rules.cooperation.seen_owners(&caller.authority),
            arrangements: self.rules.cooperation.open_arrangements(&caller.authority, self.clock.now()),
            before: page.cursor,
            limit: page.limit(),
            ..filter
        };
        let found = self.store.inspection_list(&query).await.map_err(refusal)?;
        let (inspections, next_page_token) = page.fill(
            found,
            |last| (last.create_time.as_microsecond(), last.id),
            |one| inspection_for(&self.rules, &caller.authority, one),
        );
        Ok(Response::new(wire::ListInspectionsResponse { inspections, next_page_token }))
    }

    async fn amend_inspection(
        &self,
        request: Request<wire::AmendInspectionRequest>,
    ) -> Result<Response<wire::Inspection>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let own = own_in(&mut found, &request.name, &request.etag)?;
        let content = content_in(&mut found, request.inspection);
        let ((id, revision), content) = found.finish_some(own.zip(content)).map_err(refusal)?;
        let (access, rules) = (self.inspection_access(), &self.rules);
        let share = ShareInspections { rules, inspections: &self.store };
        let decide = |now| {
            let (content, share, access, caller) = (content.clone(), &share, &access, &caller);
            async move {
                let present = access.own(caller, id).await?;
                share.amend(caller, present, content, revision, now).map_err(within_inspection)
            }
        };
        self.mutate(call, decide, |made| inspection_for(rules, &caller.authority, &made)).await
    }

    async fn revoke_inspection(
        &self,
        request: Request<wire::RevokeInspectionRequest>,
    ) -> Result<Response<wire::Inspection>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let own = own_in(&mut found, &request.name, &request.etag)?;
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let (id, revision) = found.finish_some(own).map_err(refusal)?;
        let (access, rules) = (self.inspection_access(), &self.rules);
        let decide = |now| {
            let (access, caller, reason) = (&access, &caller, &reason);
            async move {
                let present = access.own(caller, id).await?;
                RevokeInspection { rules }.execute(present, reason, revision, now)
            }
        };
        self.mutate(call, decide, |made| inspection_for(rules, &caller.authority, &made)).await
    }

    async fn submit_inspections(
        &self,
        request: Request<Streaming<wire::SubmitInspectionsRequest>>,
    ) -> Result<Response<SubmissionStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        let turns = request.extensions().get().cloned();
        Ok(Response::new(submissions::run(self.clone(), caller, turns, request.into_inner())))
    }

    async fn upload_document(
        &self,
        request: Request<Streaming<wire::UploadDocumentRequest>>,
    ) -> Result<Response<wire::Inspection>, Status> {
        let caller = seamless_api::caller(&request)?;
        documents::upload(self, &caller, request.into_inner()).await
    }

    async fn download_document(
        &self,
        request: Request<wire::DownloadDocumentRequest>,
    ) -> Result<Response<ContentStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        documents::download(self, &caller, request.into_inner()).await
    }
}

impl Api {
    /// Who may see which pre-inspection.
    pub(super) fn inspection_access(&self) -> InspectionAccess<'_> {
        InspectionAccess { rules: &self.rules, inspections: &self.store }
    }

    /// How pre-inspections are shared.
    pub(super) fn share_inspections(&self) -> ShareInspections<'_> {
        ShareInspections { rules: &self.rules, inspections: &self.store }
    }
}

fn content_in(found: &mut Violations, inspection: Option<wire::Inspection>) -> Option<InspectionContent> {
    match inspection {
        Some(inspection) => inspection_in(found, "inspection", inspection),
        None => {
            found.add("inspection", "is required");
            None
        }
    }
}

/// Violations that the use case names from the inspection, as the request has them.
fn within_inspection(error: DomainError) -> DomainError {
    match error {
        DomainError::Invalid(violations) => {
            let mut found = Violations::new();
            found.add_within("inspection", violations);
            DomainError::Invalid(found.into_inner())
        }
        other => other,
    }
}

fn own_in(
    found: &mut Violations,
    name: &str,
    etag: &str,
) -> Result<Option<(InspectionId, Option<i64>)>, Status> {
    let id = parsed_apart(found, uuid_name("name", "inspections", name)).map_err(refusal)?;
    let revision = found.etag("etag", etag);
    Ok(id.map(|id| (id, revision)))
}

fn filter_in(filter: wire::InspectionFilter) -> Result<InspectionQuery, DomainError> {
    let mut found = Violations::new();
    let body = found.parsed("filter.inspection_body", &filter.inspection_body, str::parse);
    let originator = found.parsed("filter.originator", &filter.originator, str::parse);
    let state = found.vocabulary("filter.state", filter.state);
    let container: Option<ContainerNumber> = found.container("filter.container", &filter.container);
    let mut keys: Vec<InspectionKey> = container.iter().map(InspectionKey::container).collect();
    keys.extend(InspectionKey::reference(&filter.unique_consignment_reference));
    keys.extend(InspectionKey::transport_document(&filter.transport_document));
    if !filter.certificate_id.is_empty() {
        match &body {
            Some(body) => keys.push(InspectionKey::certificate(body, &filter.certificate_id)),
            None => found.add("filter.inspection_body", "is required with certificate_id"),
        }
    }
    let query = InspectionQuery { body, originator, state, keys, ..InspectionQuery::default() };
    Ok(found.finish(query)?)
}
