//! `ListingService`.

use seamless_api::{Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_proto::seamless::notifications::v1::{self as wire, listing_service_server::ListingService};
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::{
    contract::{ListingName, NotificationName, TransmissionName, listing_out},
    domain::{
        Refusal,
        model::{ListingReport, ListingStatus},
        use_cases::TrackListings,
    },
};

/// The longest note, in characters.
const NOTE_LENGTH: usize = 2_000;
/// The longest name of a marketplace, in characters.
const MARKETPLACE_LENGTH: usize = 200;
/// The longest name of a seller, in characters.
const SELLER_LENGTH: usize = 300;

#[tonic::async_trait]
impl ListingService for Api {
    async fn list_listings(
        &self,
        request: Request<wire::ListListingsRequest>,
    ) -> Result<Response<wire::ListListingsResponse>, Status> {
        let (caller, request, page): (_, _, Page<String>) = self.paged(request)?;
        let mut found = Violations::new();
        let states = found.vocabularies("listing_statuses", &request.listing_statuses, 10);
        found.finish(()).map_err(refusal)?;
        let name = NotificationName::parse("parent", &request.parent).map_err(refusal)?;
        // A notification has few listings: all are looked up, and the page is cut from them.
        let listings = self.tracking().seen(&caller, name.0).await.map_err(refusal)?;
        let listings = listings
            .into_values()
            .filter(|listing| states.is_empty() || states.contains(&listing.state))
            .filter(|listing| page.cursor.as_ref().is_none_or(|cursor| listing.id > *cursor))
            .collect();
        let (listings, next_page_token) = page.fill(
            listings,
            |last| last.id.clone(),
            |listing| wire::TrackedListing { checks: Vec::new(), ..listing_out(listing) },
        );
        Ok(Response::new(wire::ListListingsResponse { listings, next_page_token }))
    }

    async fn get_listing(
        &self,
        request: Request<wire::GetListingRequest>,
    ) -> Result<Response<wire::TrackedListing>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = ListingName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let mut listings = self.tracking().seen(&caller, name.notification).await.map_err(refusal)?;
        let listing = listings.remove(&name.listing).ok_or_else(|| refusal(Refusal::Denied))?;
        Ok(Response::new(listing_out(&listing)))
    }

    async fn report_listing(
        &self,
        request: Request<wire::ReportListingRequest>,
    ) -> Result<Response<wire::TrackedListing>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<TransmissionName>("transmission", &request.transmission);
        if request.url.is_empty() {
            found.add("url", "is required");
        }
        let url = found.url("url", request.url.clone());
        let marketplace = found.text("marketplace", request.marketplace.clone(), MARKETPLACE_LENGTH);
        let seller = found.text("seller", request.seller.clone(), SELLER_LENGTH);
        let note = found.text("note", request.note.clone(), NOTE_LENGTH);
        let name = found.finish_some(name).map_err(refusal)?;
        let tracking = self.tracking();
        let decide = |now| {
            let report = ListingReport {
                reporter: caller.authority.clone(),
                time: now,
                marketplace: marketplace.clone(),
                seller: seller.clone(),
                note: note.clone(),
            };
            tracking.report(&caller, name.notification, &name.recipient, &url, report)
        };
        self.mutate(call, decide, |reported| listing_out(&reported)).await
    }

    async fn record_listing_check(
        &self,
        request: Request<wire::RecordListingCheckRequest>,
    ) -> Result<Response<wire::TrackedListing>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut violations = Violations::new();
        let name = violations.name::<ListingName>("name", &request.name);
        let found = violations.required_vocabulary("found", request.found);
        if found == ListingStatus::Relisted {
            violations.add("found", "wants LIVE, TAKEN_DOWN or UNKNOWN; that it is RELISTED follows");
        }
        let note = violations.text("evidence_note", request.evidence_note.clone(), NOTE_LENGTH);
        let name = violations.finish_some(name).map_err(refusal)?;
        let tracking = self.tracking();
        let decide = |now| tracking.check(&caller, name.notification, &name.listing, (found, &note), now);
        self.mutate(call, decide, |checked| listing_out(&checked)).await
    }
}

impl Api {
    fn tracking(&self) -> TrackListings<'_> {
        TrackListings { facts: self.conversation_facts(), notifications: &self.store }
    }
}
