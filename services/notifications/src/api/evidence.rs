//! `EvidenceService`; the file of a case has a file of its own.

use std::time::Duration;

use seamless_api::{Commits, Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_decision::Refused;
use seamless_proto::seamless::notifications::v1::{self as wire, evidence_service_server::EvidenceService};
use seamless_service::error::ApiError;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{case_file::CaseFile, context::Api};
use crate::{
    contract::{ContractSeal, EvidenceName, NotificationName, TransmissionName, redact::evidence_for},
    domain::{
        Caller, ChangeSet, DomainError, Refusal,
        ledger::{ContentSeal, Fact},
        model::{EvidenceEntry, EvidenceKind, Notification, UnreadableReason},
        ports::{EvidenceReader, TransmissionReader},
        relation::Relation,
        use_cases::{NotificationAccess, ReportUnreadable, TransmissionAccess},
    },
};

/// The longest note, in characters.
const NOTE_LENGTH: usize = 2_000;
/// How long a read waits for that.
const OPENING_PATIENCE: Duration = Duration::from_secs(2);
/// When to ask again for keys that are out of reach.
const RETRY_AFTER: Duration = Duration::from_secs(10);

#[tonic::async_trait]
impl EvidenceService for Api {
    async fn list_evidence(
        &self,
        request: Request<wire::ListEvidenceRequest>,
    ) -> Result<Response<wire::ListEvidenceResponse>, Status> {
        let (caller, request, page): (_, _, Page<u32>) = self.paged(request)?;
        let name = TransmissionName::parse("parent", &request.parent).map_err(refusal)?;
        // A ledger is short: all of it is looked up, and the page is cut from it.
        let mut ledger = self.ledger(&caller, &name).await.map_err(refusal)?;
        ledger.retain(|entry| page.cursor.is_none_or(|cursor| entry.number > cursor));
        let (evidence, next_page_token) =
            page.fill(ledger, |last| last.number, |entry| evidence_for(&caller.authority, entry));
        Ok(Response::new(wire::ListEvidenceResponse { evidence, next_page_token }))
    }

    async fn get_evidence(
        &self,
        request: Request<wire::GetEvidenceRequest>,
    ) -> Result<Response<wire::EvidenceEntry>, Status> {
        let caller = seamless_api::caller(&request)?;
        let EvidenceName { transmission, number } =
            EvidenceName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let ledger = self.ledger(&caller, &transmission).await.map_err(refusal)?;
        let entry = ledger.iter().find(|entry| entry.number == number);
        let entry = entry.ok_or(Refusal::Denied).map_err(refusal)?;
        Ok(Response::new(evidence_for(&caller.authority, entry)))
    }

    async fn report_unreadable(
        &self,
        request: Request<wire::ReportUnreadableRequest>,
    ) -> Result<Response<wire::EvidenceEntry>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<TransmissionName>("transmission", &request.transmission);
        let version = u32::try_from(request.version).unwrap_or_default();
        if version == 0 {
            found.add("version", format!("wants 1 or more; got {}", request.version));
        }
        let reason = found.required_vocabulary("reason", request.reason);
        let note = match reason {
            UnreadableReason::Other => found.required_text("note", request.note.clone(), NOTE_LENGTH),
            _ => found.text("note", request.note.clone(), NOTE_LENGTH),
        };
        let name = found.finish_some(name).map_err(refusal)?;
        let report = ReportUnreadable {
            rules: &self.rules,
            seal: &ContractSeal(&self.rules),
            notifications: &self.store,
            transmissions: &self.store,
            ledgers: &self.store,
        };
        let decide =
            |now| report.execute(&caller, name.notification, &name.recipient, version, reason, &note, now);
        self.mutate(call, decide, |entry| evidence_for(&caller.authority, &entry)).await
    }

    async fn get_receipt_keys(
        &self,
        _: Request<wire::GetReceiptKeysRequest>,
    ) -> Result<Response<wire::GetReceiptKeysResponse>, Status> {
        let jwks = self.signer.jwks().map_err(|error| {
            tracing::warn!(%error, "the public keys of receipts were asked for in vain");
            ApiError::dependency_unavailable(RETRY_AFTER)
        })?;
        Ok(Response::new(wire::GetReceiptKeysResponse { jwks }))
    }

    type ExportEvidenceStream = ReceiverStream<Result<wire::ExportEvidenceResponse, Status>>;

    async fn export_evidence(
        &self,
        request: Request<wire::ExportEvidenceRequest>,
    ) -> Result<Response<Self::ExportEvidenceStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = NotificationName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let access =
            NotificationAccess { rules: &self.rules, notifications: &self.store, transmissions: &self.store };
        let (notification, relation) = access.execute(&caller, name.0).await.map_err(refusal)?;
        let turns = request.extensions().get().cloned();
        Ok(Response::new(CaseFile::stream(self.clone(), caller, notification, relation, turns)))
    }
}

impl Api {
    /// The ledger of a transmission that the caller may see.
    async fn ledger(
        &self,
        caller: &Caller,
        name: &TransmissionName,
    ) -> Result<Vec<EvidenceEntry>, DomainError> {
        let access = TransmissionAccess { rules: &self.rules, transmissions: &self.store };
        let found = access.execute(caller, name.notification, &name.recipient).await?;
        self.store.evidence_list_of(found.notification, &found.recipient).await
    }

    /// Enters that a recipient read this version, at its first read. The read does not fail with it and waits but briefly:
    /// what could not be entered is said in the log, and the next read enters it.
    pub(super) async fn note_opened(
        &self,
        caller: &Caller,
        notification: &Notification,
        relation: &Relation,
    ) {
        if !matches!(relation, Relation::Recipient(_)) {
            return;
        }
        let entering = self.enter_opened(caller, notification, relation);
        let failed = match tokio::time::timeout(OPENING_PATIENCE, entering).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(elapsed) => elapsed.to_string(),
        };
        tracing::warn!(error = failed, notification = notification.name(), "not entered that it was opened");
    }

    async fn enter_opened(
        &self,
        caller: &Caller,
        notification: &Notification,
        relation: &Relation,
    ) -> Result<(), DomainError> {
        let (id, version) = (notification.id, notification.version);
        let mut attempts = self.decisions.turns.attempts_within();
        while attempts.another().await {
            let Some(transmission) = self.store.transmission_get(id, &caller.authority).await? else {
                return Ok(());
            };
            if self.store.was_opened(&transmission, version).await? {
                return Ok(());
            }
            let content = Some(ContractSeal(&self.rules).content(notification, relation));
            let fact = Fact::new(&transmission, EvidenceKind::Opened, self.clock.now());
            let mut changes = ChangeSet::default();
            changes.facts.push(Fact { version, content, ..fact });
            match self.decisions.commit(Some(caller), changes, None).await {
                Err(error) if error.is_conflict() => {}
                entered => return entered,
            }
        }
        Err(Refusal::Conflict.into())
    }
}
