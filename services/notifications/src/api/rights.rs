//! `RightsService`.

use prost::Name;
use seamless_api::{Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::notifications::v1::{self as wire, rights_service_server::RightsService};
use tonic::{Request, Response, Status};

use super::context::{Api, statuses_of_list};
use crate::{
    contract::{NotificationName, RemovalName, holder_out, redact::removal_for},
    domain::{
        Caller, DomainError,
        model::{Holding, NotificationId, Removal, Transmission, holder_state, holding_name},
        ports::{RemovalQuery, RemovalReader, RemovalSide, TransmissionReader},
        records::{Record, record},
        use_cases::{ConfirmRemoval, NotificationAccess},
    },
};

/// The most removals that are told with a holder.
const REMOVALS_OF_A_HOLDER: usize = 100;
/// Removals looked up at once.
const REMOVALS: u64 = 500;
/// The longest note, in characters.
const NOTE_LENGTH: usize = 5_000;

#[tonic::async_trait]
impl RightsService for Api {
    async fn list_holders(
        &self,
        request: Request<wire::ListHoldersRequest>,
    ) -> Result<Response<wire::ListHoldersResponse>, Status> {
        let (caller, request, page): (_, _, Page<String>) = self.paged(request)?;
        let name = NotificationName::parse("parent", &request.parent).map_err(refusal)?;
        let access =
            NotificationAccess { rules: &self.rules, notifications: &self.store, transmissions: &self.store };
        access.on_own_side(&caller, name.0).await.map_err(refusal)?;
        // A notification goes to few recipients: all are looked up, and the page is cut from them.
        let mut transmissions = self.store.transmission_list(name.0).await.map_err(refusal)?;
        transmissions.sort_by(|one, other| one.recipient.cmp(&other.recipient));
        transmissions.retain(|sent| {
            page.cursor.as_ref().is_none_or(|cursor| sent.recipient.as_str() > cursor.as_str())
        });
        transmissions.truncate(page.size + 1);
        let mut holders = Vec::with_capacity(transmissions.len());
        for transmission in transmissions {
            let holder = self.holder(&caller, &transmission).await.map_err(refusal)?;
            holders.push((transmission.recipient.to_string(), holder));
        }
        let (holders, next_page_token) =
            page.fill(holders, |(authority, _)| authority.clone(), |(_, holder)| holder.clone());
        Ok(Response::new(wire::ListHoldersResponse { holders, next_page_token }))
    }

    async fn list_removals(
        &self,
        request: Request<wire::ListRemovalsRequest>,
    ) -> Result<Response<wire::ListRemovalsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let states = found.vocabularies("states", &request.states, 10);
        let statuses = statuses_of_list(found.vocabularies("statuses", &request.statuses, 10), None);
        let side = match wire::RemovalSide::try_from(request.side) {
            Ok(wire::RemovalSide::Own) => RemovalSide::Own,
            Ok(wire::RemovalSide::Others) => RemovalSide::Others,
            Ok(wire::RemovalSide::Unspecified) => RemovalSide::All,
            Err(_) => {
                found.add("side", format!("wants a value of RemovalSide; got {}", request.side));
                RemovalSide::All
            }
        };
        found.finish(()).map_err(refusal)?;
        let query = RemovalQuery {
            viewer: caller.authority.clone(),
            side,
            notification: None,
            authority: None,
            statuses,
            states,
            after: page.cursor.clone(),
            limit: page.limit(),
        };
        let removals = self.store.removal_list(&query).await.map_err(refusal)?;
        let (removals, next_page_token) = page
            .fill(removals, Record::in_order, |removal| removal_for(&self.rules, &caller.authority, removal));
        Ok(Response::new(wire::ListRemovalsResponse { removals, next_page_token }))
    }

    async fn confirm_removal(
        &self,
        request: Request<wire::ConfirmRemovalRequest>,
    ) -> Result<Response<wire::Removal>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<RemovalName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let note = found.text("note", request.note.clone(), NOTE_LENGTH);
        let name = found.finish_some(name).map_err(refusal)?.to_string();
        let confirm = ConfirmRemoval { rules: &self.rules, records: &self.store };
        let decide = |now| confirm.execute(&caller, &name, revision, &note, now);
        self.mutate(call, decide, |confirmed| removal_for(&self.rules, &caller.authority, &confirmed)).await
    }
}

impl Api {
    /// All removals ever ordered of a holder of a notification that the viewer may see, oldest first.
    pub(super) async fn removals_of(
        &self,
        viewer: &AuthorityId,
        notification: NotificationId,
        holder: &AuthorityId,
    ) -> Result<Vec<Removal>, DomainError> {
        let mut query = RemovalQuery {
            viewer: viewer.clone(),
            side: RemovalSide::All,
            notification: Some(notification),
            authority: Some(holder.clone()),
            statuses: Vec::new(),
            states: Vec::new(),
            after: None,
            limit: REMOVALS,
        };
        let mut removals = Vec::new();
        loop {
            let page: Vec<Removal> = self.store.removal_list(&query).await?;
            let is_last = (page.len() as u64) < REMOVALS;
            query.after = page.last().map(Record::in_order);
            removals.extend(page);
            if is_last {
                return Ok(removals);
            }
        }
    }

    /// What is known of one holder, on behalf of the originator's side.
    pub(super) async fn holder(
        &self,
        caller: &Caller,
        transmission: &Transmission,
    ) -> Result<wire::Holder, DomainError> {
        let (id, authority) = (transmission.notification, &transmission.recipient);
        let held: Option<Holding> = record(&self.store, &holding_name(id, authority)).await?;
        let holding = held.unwrap_or_else(|| Holding::before_records(transmission));
        let removals = self.removals_of(&caller.authority, id, authority).await?;
        let giving = [wire::NotificationTransmitted::full_name(), wire::NotificationUpdated::full_name()];
        let end = holding.spans.last().and_then(|span| span.end);
        let until = end.map_or_else(|| self.clock.now(), |(_, end)| end);
        let subject = format!("notifications/{id}");
        let delivery =
            self.store.delivery(authority, &subject, &giving, &transmission.arrangement, until).await?;
        let (state, fields) = holder_state(transmission, &removals);
        let newest = removals.len().saturating_sub(REMOVALS_OF_A_HOLDER);
        let told = removals[newest..].iter();
        let removals = told.map(|removal| removal_for(&self.rules, &caller.authority, removal)).collect();
        Ok(wire::Holder {
            state: state as i32,
            fields,
            removals,
            ..holder_out(&holding, transmission.version, delivery)
        })
    }
}
