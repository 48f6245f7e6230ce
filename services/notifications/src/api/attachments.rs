//! `AttachmentService`.

use seamless_api::{Handlers, Page, ResourceName, Violations, changing, refusal, violations::excerpt};
use seamless_identifiers::LocalizedText;
use seamless_proto::seamless::notifications::v1::{
    self as wire, attachment_service_server::AttachmentService,
};
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use super::{
    context::Api,
    errors::file_refusal,
    uploads::{self, ContentStream},
};
use crate::{
    contract::{AttachmentName, NotificationName, TransmissionName, announced_in, redact::attachment_for},
    domain::{
        DomainError, Refusal,
        model::AttachmentState,
        ports::{AttachmentQuery, AttachmentReader, RecordOrder},
        records::by_time,
        relation::Relation,
        use_cases::{AttachmentAccess, CreateAttachment, NewAttachment, NotificationAccess},
    },
};

/// The longest description in one language, and the longest reason, in characters.
const TEXT_LENGTH: usize = 2_000;
/// What is listed where the caller names no state.
const LIVE: [AttachmentState; 2] = [AttachmentState::Uploading, AttachmentState::Stored];

#[tonic::async_trait]
impl AttachmentService for Api {
    async fn create_attachment(
        &self,
        request: Request<wire::CreateAttachmentRequest>,
    ) -> Result<Response<wire::Attachment>, Status> {
        let (caller, call, request) = changing(request)?;
        let new = self.new_attachment(&request).map_err(refusal)?;
        let create = CreateAttachment {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            records: &self.store,
            limit: self.attachments_at_most,
        };
        let decide = |now| create.execute(&caller, new.clone(), now);
        self.mutate(call, decide, |created| attachment_for(&caller.authority, &created)).await
    }

    async fn upload_attachment(
        &self,
        request: Request<Streaming<wire::UploadAttachmentRequest>>,
    ) -> Result<Response<wire::UploadAttachmentResponse>, Status> {
        let caller = seamless_api::caller(&request)?;
        uploads::upload(self, &caller, request.into_inner()).await
    }

    type DownloadAttachmentStream = ContentStream;

    async fn download_attachment(
        &self,
        request: Request<wire::DownloadAttachmentRequest>,
    ) -> Result<Response<ContentStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        uploads::download(self, &caller, request.into_inner()).await
    }

    async fn get_attachment(
        &self,
        request: Request<wire::GetAttachmentRequest>,
    ) -> Result<Response<wire::Attachment>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = AttachmentName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let access = self.attachment_access();
        let found = access.execute(&caller, name.notification, name.attachment).await.map_err(refusal)?;
        let mut message = attachment_for(&caller.authority, &found);
        if found.state == AttachmentState::Uploading {
            let committed = self.attachments.files.committed(&found).await;
            let committed = committed.map_err(|error| file_refusal(&found, error))?;
            message.upload_offset = i64::try_from(committed).unwrap_or(i64::MAX);
        }
        Ok(Response::new(message))
    }

    async fn list_attachments(
        &self,
        request: Request<wire::ListAttachmentsRequest>,
    ) -> Result<Response<wire::ListAttachmentsResponse>, Status> {
        let (caller, request, page): (_, _, Page<RecordOrder>) = self.paged(request)?;
        let mut found = Violations::new();
        let parent = found.name::<NotificationName>("parent", &request.parent);
        let mut states = found.vocabularies("states", &request.states, 10);
        found.finish(()).map_err(refusal)?;
        let parent = parent.ok_or_else(|| refusal(Refusal::Denied))?;
        if states.is_empty() {
            states = LIVE.to_vec();
        }
        let (rules, store) = (&self.rules, &self.store);
        let access = NotificationAccess { rules, notifications: store, transmissions: store };
        let (_, relation) = access.execute(&caller, parent.0).await.map_err(refusal)?;
        let recipient = match relation {
            Relation::Recipient(_) => Some(caller.authority.clone()),
            Relation::Originator | Relation::ContactPoint => None,
        };
        let query = AttachmentQuery {
            notification: parent.0,
            recipient,
            states,
            after: page.cursor.clone(),
            limit: page.limit(),
        };
        let attachments = self.store.attachment_list(&query).await.map_err(refusal)?;
        let (attachments, next_page_token) = page.fill(
            attachments,
            |attachment| (by_time(attachment.create_time), attachment.name()),
            |attachment| attachment_for(&caller.authority, attachment),
        );
        Ok(Response::new(wire::ListAttachmentsResponse { attachments, next_page_token }))
    }

    async fn delete_attachment(
        &self,
        request: Request<wire::DeleteAttachmentRequest>,
    ) -> Result<Response<wire::Attachment>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<AttachmentName>("name", &request.name);
        let reason = found.required_text("reason", request.reason.clone(), TEXT_LENGTH);
        let revision = found.etag("etag", &request.etag);
        found.finish(()).map_err(refusal)?;
        let AttachmentName { notification, attachment } = name.ok_or_else(|| refusal(Refusal::Denied))?;
        let steps = self.attachments.steps();
        let key = (notification, attachment);
        let decide = |now| steps.delete(&caller, key, revision, reason.clone(), now);
        let answer = self.mutate(call, decide, |gone| attachment_for(&caller.authority, &gone)).await?;
        if !request.validate_only {
            let deleted = self.attachment_access().present(notification, attachment).await;
            self.attachments.clean_up(&deleted.map_err(refusal)?).await;
        }
        Ok(answer)
    }
}

impl Api {
    /// The attachments that callers may see, on this service's store.
    pub(super) fn attachment_access(&self) -> AttachmentAccess<'_> {
        AttachmentAccess {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            records: &self.store,
        }
    }

    fn new_attachment(&self, request: &wire::CreateAttachmentRequest) -> Result<NewAttachment, DomainError> {
        let mut found = Violations::new();
        let parent = found.name::<NotificationName>("parent", &request.parent);
        let file = announced_in(&mut found, &self.attachments.files.settings, request.announced.clone());
        let description: LocalizedText =
            found.localized("description", request.description.clone(), TEXT_LENGTH);
        let transmission = match request.transmission.as_str() {
            "" => None,
            name => found.name::<TransmissionName>("transmission", name),
        };
        if let (Some(parent), Some(transmission)) = (&parent, &transmission)
            && parent.0 != transmission.notification
        {
            let got = excerpt(&request.transmission);
            found.add("transmission", format!("wants one of {}; got {got}", request.parent));
        }
        found.finish(())?;
        let notification = parent.ok_or(Refusal::Denied)?.0;
        let recipient = transmission.map(|transmission| transmission.recipient);
        Ok(NewAttachment { id: Uuid::now_v7(), notification, recipient, file, description })
    }
}
