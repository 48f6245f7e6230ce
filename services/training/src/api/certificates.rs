//! `CertificateService`.

use std::{pin::Pin, sync::Mutex};

use futures::{Stream, TryStreamExt};
use seamless_api::{
    Handlers, Page, ResourceName, Violations, changing, digest_in, refusal, violations::timestamp_out,
};
use seamless_decision::Decision;
use seamless_files::FileError;
use seamless_proto::seamless::{
    error::v1::ErrorReason,
    training::v1::{self as wire, certificate_service_server::CertificateService},
};
use seamless_service::error::ApiError;
use tonic::{Code, Request, Response, Status};

use super::{
    certificate_papers::{Paper, paper_languages},
    context::Api,
    materials::file_refusal,
};
use crate::{
    contract::{
        ActivityName, CertificateName, certificate_refusal_out, documents_out, facts_out, number_in,
        redact::certificate_for, registered_people_in, required_language,
    },
    domain::{
        DomainError,
        model::{
            Certificate, CertificateClaims, CertificateCode, CertificateDocument, CertificateState,
            NameDigest, certificate_name,
        },
        records::Record,
        use_cases::{CertificateAccess, CertificateDraft, IssueCertificates, RevokeCertificate},
    },
};

/// What a signature of a certificate says that it is.
const TOKEN_TYPE: &str = "seamless-certificate+jwt";
/// The longest reason that is taken, in characters.
const REASON_LENGTH: usize = 1_000;
/// The most people of a call.
const PEOPLE: usize = 500;

/// The stream of a document.
type ContentStream = Pin<Box<dyn Stream<Item = Result<wire::DownloadCertificateResponse, Status>> + Send>>;

#[tonic::async_trait]
impl CertificateService for Api {
    type DownloadCertificateStream = ContentStream;

    async fn issue_certificates(
        &self,
        request: Request<wire::IssueCertificatesRequest>,
    ) -> Result<Response<wire::IssueCertificatesResponse>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let parent = found.name::<ActivityName>("parent", &request.parent);
        let minimum = number_in(&mut found, "minimum_percent", request.minimum_percent, 1..=100);
        let activity = parent.as_ref().map(|ActivityName(id)| *id);
        let people = found.bounded("people", request.people, PEOPLE);
        let only = registered_people_in(&mut found, "people", activity, people);
        let ActivityName(id) = found.finish_some(parent).map_err(refusal)?;
        let is_trial = call.validate_only;
        let printed = Mutex::new(Vec::new());
        let decide = |now| {
            let (caller, only, printed) = (&caller, &only, &printed);
            async move {
                let activity = self.activity_access().own(caller, id).await?;
                let issue = self.issue_certificates_of();
                let mut drafts = issue.drafts(&activity, minimum, only, now).await?;
                let mut response = wire::IssueCertificatesResponse {
                    remaining: count(drafts.remaining),
                    below_minimum: count(drafts.below_minimum),
                    already_issued: count(drafts.already_issued),
                    ..Default::default()
                };
                let (mut made, mut papers) = (Vec::new(), Vec::new());
                for draft in std::mem::take(&mut drafts.drafts) {
                    let who = draft.who.clone();
                    match self.papers.print(&self.rules, &draft).await? {
                        Ok(printed) => {
                            let documents: Vec<_> = printed.iter().map(Paper::document).collect();
                            let signature = self.sign(&draft, &documents)?;
                            let (certificate, number) = draft.printed(documents, signature);
                            papers.extend(printed.into_iter().map(|paper| (certificate.code.clone(), paper)));
                            made.push((certificate, number));
                        }
                        Err(reason) => response.refused.push(certificate_refusal_out(id, &who, reason)),
                    }
                }
                let changes = issue.enter(&activity, drafts, &made, now)?;
                let shown = made.iter().map(|(one, _)| certificate_for(&self.rules, &caller.authority, one));
                response.certificates = shown.collect();
                if let Ok(mut printed) = printed.lock() {
                    *printed = papers;
                }
                Ok(Decision { outcome: response, changes })
            }
        };
        let response = self.mutate(call, decide, |response| response).await?;
        let papers = printed.into_inner().unwrap_or_default();
        if !is_trial {
            // What is not kept now is printed again, in the same bytes, when it is first asked for.
            for (code, paper) in papers {
                if let Err(error) = self.keep(&code, paper).await {
                    tracing::warn!(%error, "a certificate was issued and is not in the file store yet");
                }
            }
        }
        Ok(response)
    }

    async fn get_certificate(
        &self,
        request: Request<wire::GetCertificateRequest>,
    ) -> Result<Response<wire::Certificate>, Status> {
        let caller = seamless_api::caller(&request)?;
        let CertificateName(code) =
            CertificateName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let found = self.certificates().seen(&caller, &code).await.map_err(refusal)?;
        Ok(Response::new(certificate_for(&self.rules, &caller.authority, &found)))
    }

    async fn list_certificates(
        &self,
        request: Request<wire::ListCertificatesRequest>,
    ) -> Result<Response<wire::ListCertificatesResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let parent = found.name::<ActivityName>("parent", &request.parent);
        let states: Vec<CertificateState> = found.vocabularies("states", &request.states, 20);
        let ActivityName(id) = found.finish_some(parent).map_err(refusal)?;
        let activity = self.activity_access().seen(&caller, id, self.clock.now()).await.map_err(refusal)?;
        let after = page.cursor.clone();
        let all = self.certificates().list(&caller, &activity, &states, after, page.limit()).await;
        let (certificates, next_page_token) = page.fill(all.map_err(refusal)?, Record::in_order, |one| {
            certificate_for(&self.rules, &caller.authority, one)
        });
        Ok(Response::new(wire::ListCertificatesResponse { certificates, next_page_token }))
    }

    async fn download_certificate(
        &self,
        request: Request<wire::DownloadCertificateRequest>,
    ) -> Result<Response<ContentStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        let request = request.into_inner();
        let mut found = Violations::new();
        let language = required_language(&mut found, "language", &request.language);
        if language.as_ref().is_some_and(|language| !paper_languages().contains(language)) {
            found.add("language", format!("wants en or zh-Hans; got {}", request.language));
        }
        let name = found.name::<CertificateName>("name", &request.name);
        let (CertificateName(code), language) = found.finish_some(name.zip(language)).map_err(refusal)?;
        let certificate = self.certificates().seen(&caller, &code).await.map_err(refusal)?;
        let Some(document) = certificate.documents.iter().find(|one| one.language == language) else {
            let remedy = "there is no document any more: the person was erased";
            let error =
                DomainError::wants_first(certificate.name(), certificate.state, "downloading", remedy);
            return Err(refusal(error));
        };
        let digest = digest_in("sha256", &document.sha256).map_err(refusal)?;
        if self.files.head(&digest).await.is_err() {
            let again = self.papers.again(&self.rules, &certificate, document).await.map_err(refusal)?;
            self.keep(&code, again).await.map_err(|error| file_refusal(&error))?;
        }
        let content = self.files.read(&digest, None).await.map_err(|error| file_refusal(&error))?;
        let content = content
            .map_ok(|chunk| wire::DownloadCertificateResponse { chunk: chunk.to_vec() })
            .map_err(|error| file_refusal(&error));
        Ok(Response::new(Box::pin(content)))
    }

    async fn revoke_certificate(
        &self,
        request: Request<wire::RevokeCertificateRequest>,
    ) -> Result<Response<wire::Certificate>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<CertificateName>("name", &request.name);
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let revision = found.etag("etag", &request.etag);
        let CertificateName(code) = found.finish_some(name).map_err(refusal)?;
        let decide = |now| {
            let (caller, code, reason) = (&caller, &code, reason.clone());
            async move {
                let present = self.certificates().own(caller, code).await?;
                let activity = self.activity_access().own(caller, present.activity).await?;
                let revoke = RevokeCertificate { rules: &self.rules, records: &self.store };
                revoke.execute(&activity, present, reason, revision, now).await
            }
        };
        self.mutate(call, decide, |made| certificate_for(&self.rules, &caller.authority, &made)).await
    }

    async fn verify_certificate(
        &self,
        request: Request<wire::VerifyCertificateRequest>,
    ) -> Result<Response<wire::VerifyCertificateResponse>, Status> {
        let request = request.into_inner();
        let mut found = Violations::new();
        if request.code.is_empty() {
            found.add("code", "is required");
        }
        let code = found.parsed("code", &request.code, CertificateCode::parse);
        let name = found.line("full_name", request.full_name, 200);
        let code = found.finish_some(code).map_err(refusal)?;
        let known = self.certificates().known(&code).await.map_err(refusal)?;
        let certificate = known.ok_or_else(|| no_such_code(&code))?;
        let claims = self.signed(&certificate)?;
        let name_match = match (name.is_empty(), claims.name.is_of(&name)) {
            (true, _) => wire::NameMatch::Unspecified,
            (false, true) => wire::NameMatch::Same,
            (false, false) => wire::NameMatch::Other,
        };
        Ok(Response::new(wire::VerifyCertificateResponse {
            state: certificate.state as i32,
            facts: Some(facts_out(&claims.facts)),
            name_match: name_match.into(),
            revoke_time: certificate.revoke_time.map(timestamp_out),
            revoke_reason: certificate.revoke_reason,
            documents: documents_out(&claims.documents),
            signature: certificate.signature,
        }))
    }

    async fn get_certificate_keys(
        &self,
        _: Request<wire::GetCertificateKeysRequest>,
    ) -> Result<Response<wire::GetCertificateKeysResponse>, Status> {
        let jwks = self.papers.keys().map_err(refusal)?;
        Ok(Response::new(wire::GetCertificateKeysResponse { jwks }))
    }
}

impl Api {
    fn certificates(&self) -> CertificateAccess<'_> {
        CertificateAccess { rules: &self.rules, records: &self.store }
    }

    /// Keeps a document. The person may have been erased since it was printed: then nothing of it stays.
    async fn keep(&self, code: &CertificateCode, paper: Paper) -> Result<(), FileError> {
        let (digest, sha256) = (paper.digest(), paper.document().sha256);
        paper.keep(&self.files).await?;
        // A certificate that cannot be read is looked at by nobody again: what was kept of it goes, and is printed again.
        let known = self.certificates().known(code).await.ok().flatten();
        let stands = known.is_some_and(|one| one.documents.iter().any(|document| document.sha256 == sha256));
        if stands { Ok(()) } else { self.files.delete(&digest).await }
    }

    fn issue_certificates_of(&self) -> IssueCertificates<'_> {
        IssueCertificates { merging: self.merging(), at_once: self.papers.at_once() }
    }

    /// The signature over all that a certificate says but the name.
    fn sign(
        &self,
        draft: &CertificateDraft,
        documents: &[CertificateDocument],
    ) -> Result<String, DomainError> {
        let salt = uuid::Uuid::new_v4().simple().to_string();
        self.papers.sign(
            TOKEN_TYPE,
            &CertificateClaims {
                sub: certificate_name(&draft.code),
                facts: draft.facts.clone(),
                documents: documents.to_vec(),
                name: NameDigest::of(&draft.holder.printed_name, salt),
            },
        )
    }

    /// What was signed, after the signature was checked: a record that somebody changed in the database does not verify.
    fn signed(&self, certificate: &Certificate) -> Result<CertificateClaims, ApiError> {
        let claims: CertificateClaims = self.papers.signed(TOKEN_TYPE, &certificate.signature)?;
        if claims.sub != certificate.name() {
            return Err(ApiError::internal("the signature of a certificate is that of another one"));
        }
        Ok(claims)
    }
}

/// Whoever has the code may ask, so that whether there is such a certificate is what everybody may know.
fn no_such_code(code: &CertificateCode) -> ApiError {
    let message = "no certificate has this code: the paper is none of this service";
    ApiError::reason(Code::NotFound, ErrorReason::ResourceNotFound, message)
        .metadata("resource", certificate_name(code))
}

fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
