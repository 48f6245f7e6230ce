//! `TransmissionService`; the inbox has a file of its own.

use seamless_api::{Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_proto::seamless::notifications::v1::{
    self as wire, transmission_service_server::TransmissionService,
};
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::{
    contract::{NotificationName, TransmissionName, redact::transmission_for},
    domain::{
        model::Transmission,
        ports::TransmissionReader,
        relation::Relation,
        use_cases::{AcknowledgeTransmission, NotificationAccess, RevokeTransmission, TransmissionAccess},
    },
};

#[tonic::async_trait]
impl TransmissionService for Api {
    async fn list_inbox(
        &self,
        request: Request<wire::ListInboxRequest>,
    ) -> Result<Response<wire::ListInboxResponse>, Status> {
        self.inbox(request).await.map(Response::new)
    }

    async fn list_transmissions(
        &self,
        request: Request<wire::ListTransmissionsRequest>,
    ) -> Result<Response<wire::ListTransmissionsResponse>, Status> {
        let (caller, request, page): (_, _, Page<String>) = self.paged(request)?;
        let name = NotificationName::parse("parent", &request.parent).map_err(refusal)?;
        let access =
            NotificationAccess { rules: &self.rules, notifications: &self.store, transmissions: &self.store };
        let (_, relation) = access.execute(&caller, name.0).await.map_err(refusal)?;
        // A notification goes to few recipients: all are looked up, and the page is cut from them.
        let mut transmissions = self.store.transmission_list(name.0).await.map_err(refusal)?;
        transmissions.retain(|transmission: &Transmission| {
            let visible =
                !matches!(relation, Relation::Recipient(_)) || transmission.recipient == caller.authority;
            visible
                && page.cursor.as_ref().is_none_or(|cursor| transmission.recipient.as_str() > cursor.as_str())
        });
        transmissions.sort_by(|one, other| one.recipient.cmp(&other.recipient));
        let (transmissions, next_page_token) =
            page.fill(transmissions, |last| last.recipient.to_string(), transmission_for);
        Ok(Response::new(wire::ListTransmissionsResponse { transmissions, next_page_token }))
    }

    async fn get_transmission(
        &self,
        request: Request<wire::GetTransmissionRequest>,
    ) -> Result<Response<wire::Transmission>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = TransmissionName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let access = TransmissionAccess { rules: &self.rules, transmissions: &self.store };
        let transmission =
            access.execute(&caller, name.notification, &name.recipient).await.map_err(refusal)?;
        Ok(Response::new(transmission_for(&transmission)))
    }

    async fn acknowledge_transmission(
        &self,
        request: Request<wire::AcknowledgeTransmissionRequest>,
    ) -> Result<Response<wire::Transmission>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<TransmissionName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let acknowledge = AcknowledgeTransmission {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            clocks: &self.store,
            records: &self.store,
        };
        let decide = |now| acknowledge.execute(&caller, name.notification, &name.recipient, revision, now);
        self.mutate(call, decide, |acknowledged| transmission_for(&acknowledged)).await
    }

    async fn revoke_transmission(
        &self,
        request: Request<wire::RevokeTransmissionRequest>,
    ) -> Result<Response<wire::Transmission>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<TransmissionName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let reason = found.required_text("reason", request.reason.clone(), 2_000);
        let name = found.finish_some(name).map_err(refusal)?;
        let revoke = RevokeTransmission {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            clocks: &self.store,
            records: &self.store,
            deliveries: &self.deliveries,
        };
        let decide =
            |now| revoke.execute(&caller, name.notification, &name.recipient, revision, &reason, now);
        self.mutate(call, decide, |revoked| transmission_for(&revoked)).await
    }
}
