//! Offers on the web, followed by both sides.

use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    notifications::v1::{self as wire, ConversationKind, ListingStatus},
};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use super::conversations::{flag, question_story};
use crate::{
    running::{Partner, Running},
    words::{kinds, request_id},
};

const URL: &str = "https://market.example.invalid/item/1";
const OTHER_URL: &str = "https://market.example.invalid/item/2";

impl Partner {
    async fn offers(&mut self, notification: &str) -> Vec<wire::TrackedListing> {
        let request = wire::ListListingsRequest { parent: notification.to_owned(), ..Default::default() };
        self.listings.list_listings(request).await.unwrap().into_inner().listings
    }

    async fn offer(&mut self, name: &str) -> Result<wire::TrackedListing, Status> {
        let request = wire::GetListingRequest { name: name.to_owned() };
        self.listings.get_listing(request).await.map(Response::into_inner)
    }

    async fn looked(&mut self, name: &str, found: ListingStatus) -> Result<wire::TrackedListing, Status> {
        let request = wire::RecordListingCheckRequest {
            name: name.to_owned(),
            found: found.into(),
            evidence_note: "screenshot kept".to_owned(),
            request_id: request_id(),
            validate_only: false,
        };
        self.listings.record_listing_check(request).await.map(Response::into_inner)
    }

    async fn report(&mut self, transmission: &str, url: &str) -> Result<wire::TrackedListing, Status> {
        let request = wire::ReportListingRequest {
            transmission: transmission.to_owned(),
            url: url.to_owned(),
            marketplace: "Market".to_owned(),
            note: "same pictures".to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.listings.report_listing(request).await.map(Response::into_inner)
    }

    async fn live(&mut self) -> i32 {
        self.inbox().await[0].live_listing_count
    }

    async fn told(&mut self, kind: &str) -> usize {
        kinds(&self.events().await).into_iter().filter(|one| *one == kind).count()
    }
}

fn still_on_sale(transmission: &str, url: &str) -> wire::RaiseFlagRequest {
    wire::RaiseFlagRequest { url: url.to_owned(), ..flag(transmission, ConversationKind::StillOnSale) }
}

fn alert(transmission: &str) -> String {
    transmission.split("/transmissions/").next().unwrap().to_owned()
}

fn field(refused: &Status) -> String {
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
    refused.get_details_bad_request().unwrap().field_violations.remove(0).field
}

pub async fn followed(running: Running) {
    let (mut just, mut gacc, transmission) = question_story(&running).await;
    let notification = alert(&transmission);
    let [listing] = gacc.offers(&notification).await.try_into().unwrap();
    assert_eq!((listing.url.as_str(), listing.listing_status()), (URL, ListingStatus::Unknown));
    assert!(listing.in_content && gacc.live().await == 0);
    let name = listing.name;

    let draft = just.create(crate::words::kettle()).await.name;
    let [early] = just.offers(&draft).await.try_into().unwrap();
    let early = just.looked(&early.name, ListingStatus::Live).await.unwrap_err();
    assert_eq!(early.get_details_error_info().unwrap().metadata["state"], "DRAFT");

    assert_eq!(field(&just.looked(&name, ListingStatus::Relisted).await.unwrap_err()), "found");
    assert_eq!(field(&just.looked(&name, ListingStatus::Unspecified).await.unwrap_err()), "found");
    assert_eq!(just.looked(&name, ListingStatus::Live).await.unwrap().listing_status(), ListingStatus::Live);
    assert_eq!((gacc.live().await, gacc.told("ListingChecked").await), (1, 1));
    let down = gacc.looked(&name, ListingStatus::TakenDown).await.unwrap();
    assert_eq!((down.listing_status(), down.checks.len()), (ListingStatus::TakenDown, 2));
    assert_eq!(gacc.live().await, 0);
    // Who cannot tell does not change what is known.
    let unclear = just.looked(&name, ListingStatus::Unknown).await.unwrap();
    assert_eq!(unclear.listing_status(), ListingStatus::TakenDown);

    let flagged =
        gacc.raise(still_on_sale(&transmission, "HTTPS://Market.example.invalid/item/1")).await.unwrap();
    assert_eq!((flagged.listing.as_str(), flagged.url.as_str()), (name.as_str(), ""));
    let back = just.offer(&name).await.unwrap();
    assert_eq!(back.listing_status(), ListingStatus::Relisted);
    let checkers: Vec<&str> = back.checks.iter().map(|check| check.checker.as_str()).collect();
    assert_eq!(checkers, ["cn-gacc", "eu-just", "cn-gacc", "eu-just"], "the newest first");
    assert_eq!((gacc.live().await, gacc.inbox().await[0].open_flag_count), (1, 1));
    assert_eq!((just.told("ListingChecked").await, gacc.told("ListingChecked").await), (4, 4));
    let of_status = |status: ListingStatus| wire::ListListingsRequest {
        parent: notification.clone(),
        listing_statuses: vec![status.into()],
        ..Default::default()
    };
    let relisted =
        gacc.listings.list_listings(of_status(ListingStatus::Relisted)).await.unwrap().into_inner();
    assert_eq!(relisted.listings.len(), 1);
    assert!(relisted.listings[0].checks.is_empty() && relisted.listings[0].last_check.is_some());
    let live = gacc.listings.list_listings(of_status(ListingStatus::Live)).await.unwrap().into_inner();
    assert!(live.listings.is_empty());

    // A recipient may flag what nobody listed; whoever sent the alert lists it first.
    let elsewhere = gacc.raise(still_on_sale(&transmission, OTHER_URL)).await.unwrap();
    assert_eq!((elsewhere.listing.as_str(), elsewhere.url.as_str()), ("", OTHER_URL));
    assert_eq!(field(&just.raise(still_on_sale(&transmission, OTHER_URL)).await.unwrap_err()), "url");
    let by_name = wire::RaiseFlagRequest {
        listing: name.clone(),
        ..flag(&transmission, ConversationKind::StillOnSale)
    };
    assert_eq!(just.raise(by_name).await.unwrap().listing, name);
}

pub async fn reported(running: Running) {
    let (mut just, mut gacc, transmission) = question_story(&running).await;
    let mut cpsc = running.partner("us-cpsc");
    let notification = alert(&transmission);
    just.transmit(&notification, &["us-cpsc"]).await.unwrap();
    assert_eq!(field(&gacc.report(&transmission, "market").await.unwrap_err()), "url");
    assert_eq!(field(&gacc.report(&transmission, "").await.unwrap_err()), "url");
    let exists = gacc.report(&transmission, URL).await.unwrap_err();
    assert_eq!(exists.code(), Code::AlreadyExists);
    assert_eq!(cpsc.report(&transmission, OTHER_URL).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(just.report(&transmission, OTHER_URL).await.unwrap_err().code(), Code::PermissionDenied);

    let found = gacc.report(&transmission, OTHER_URL).await.unwrap();
    assert_eq!((found.listing_status(), found.in_content), (ListingStatus::Live, false));
    assert_eq!((found.reports.len(), gacc.live().await), (1, 1));
    assert_eq!(just.offers(&notification).await.len(), 2);
    assert_eq!(just.offer(&found.name).await.unwrap().reports[0].reporter, "cn-gacc");

    // Another recipient learns nothing of it, also when the sender's side looks, and when it finds the same itself.
    let down = just.looked(&found.name, ListingStatus::TakenDown).await.unwrap();
    assert_eq!(down.listing_status(), ListingStatus::TakenDown);
    assert_eq!((gacc.live().await, gacc.told("ListingChecked").await), (0, 1));
    let unknown = format!("{notification}/listings/{}", "0".repeat(32));
    let (refused, no) = (cpsc.offer(&found.name).await.unwrap_err(), cpsc.offer(&unknown).await.unwrap_err());
    assert_eq!((refused.code(), refused.message()), (Code::PermissionDenied, no.message()));
    let refused = cpsc.looked(&found.name, ListingStatus::Live).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    assert_eq!((cpsc.offers(&notification).await.len(), cpsc.told("ListingChecked").await), (1, 0));
    assert_eq!((cpsc.told("ListingReported").await, just.told("ListingReported").await), (0, 1));
    let own = cpsc.report(&format!("{notification}/transmissions/us-cpsc"), OTHER_URL).await.unwrap();
    assert_eq!((own.name.as_str(), own.checks.len(), own.reports.len()), (found.name.as_str(), 1, 1));
    assert_eq!(own.listing_status(), ListingStatus::Live);
    let whole = just.offer(&found.name).await.unwrap();
    assert_eq!((whole.reports.len(), whole.checks.len()), (2, 3));
    assert_eq!(whole.listing_status(), ListingStatus::Relisted);
    assert_eq!(gacc.offer(&found.name).await.unwrap().listing_status(), ListingStatus::TakenDown);
}

pub async fn withheld(running: Running) {
    let (mut just, mut gacc, transmission) = question_story(&running).await;
    let notification = alert(&transmission);
    let name = gacc.offers(&notification).await.remove(0).name;
    just.looked(&name, ListingStatus::Live).await.unwrap();
    assert_eq!((gacc.live().await, gacc.told("ListingChecked").await), (1, 1));

    let disclosure = FieldDisclosure {
        path: "online.listings".to_owned(),
        audience: Audience::Originator.into(),
        reason: "a test purchase is under way".to_owned(),
    };
    let request = wire::UpdateNotificationRequest {
        notification: Some(wire::Notification {
            name: notification.clone(),
            disclosures: vec![disclosure],
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["disclosures".to_owned()] }),
        request_id: request_id(),
        validate_only: false,
    };
    just.notifications.update_notification(request).await.unwrap();
    assert!(gacc.offers(&notification).await.is_empty() && gacc.live().await == 0);
    assert_eq!(gacc.offer(&name).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(gacc.looked(&name, ListingStatus::Live).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(gacc.told("ListingChecked").await, 0, "it is gone from old events, too");
    just.looked(&name, ListingStatus::TakenDown).await.unwrap();
    assert_eq!((gacc.told("ListingChecked").await, just.told("ListingChecked").await), (0, 2));

    // To the other side it looks like any URL that nobody listed; and the sender's side does not give it away.
    let elsewhere = gacc.raise(still_on_sale(&transmission, URL)).await.unwrap();
    assert_eq!((elsewhere.listing.as_str(), elsewhere.url.as_str()), ("", URL));
    assert_eq!(field(&just.raise(still_on_sale(&transmission, URL)).await.unwrap_err()), "url");
    let reported = gacc.report(&transmission, URL).await.unwrap();
    assert_eq!((reported.in_content, reported.checks.len()), (false, 1));
    let both = just.offer(&name).await.unwrap();
    assert_eq!((both.in_content, both.reports.len(), both.checks.len()), (true, 1, 3));
}
