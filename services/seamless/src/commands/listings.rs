//! `seamless listing …`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{conversations::transmission, notification_name, number, pages, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// Lists offers, records a look at one, reports one.
pub async fn run(connection: &Connection, step: cli::Listing, json: bool) -> Result<(), Failure> {
    let mut client = connection.listings();
    let status = |word: &str| number(word, "LISTING_STATUS_", wire::ListingStatus::from_str_name);
    let listing = match step {
        cli::Listing::List { name, status: wanted } => {
            let request = wire::ListListingsRequest {
                parent: notification_name(&name.name),
                listing_statuses: wanted.iter().map(|word| status(word)).collect::<Result<_, _>>()?,
                ..wire::ListListingsRequest::default()
            };
            return list(connection, request, json).await;
        }
        cli::Listing::Check { listing, found, note } => {
            let request = wire::RecordListingCheckRequest {
                name: listing,
                found: status(&found)?,
                evidence_note: note,
                request_id: request_id(),
                validate_only: false,
            };
            client.record_listing_check(request).await?
        }
        cli::Listing::Report { name, url, marketplace, seller, note } => {
            let request = wire::ReportListingRequest {
                transmission: transmission(connection, &name.name, None)?,
                url,
                marketplace,
                seller,
                note,
                request_id: request_id(),
                validate_only: false,
            };
            client.report_listing(request).await?
        }
    };
    let listing = listing.into_inner();
    if json {
        return output::json(&listing);
    }
    output::line(format!("{} is {}", listing.name, status_word(&listing)));
    Ok(())
}

async fn list(
    connection: &Connection,
    request: wire::ListListingsRequest,
    json: bool,
) -> Result<(), Failure> {
    let listings = pages(usize::MAX, async |page_size, page_token| {
        let request = wire::ListListingsRequest { page_size, page_token, ..request.clone() };
        let page = connection.listings().list_listings(request).await?.into_inner();
        Ok((page.listings, page.next_page_token))
    })
    .await?;
    if json {
        return listings.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["listing", "status", "url", "seller", "last check (UTC)", "by"]);
    for listing in &listings {
        let check = listing.last_check.clone().unwrap_or_default();
        table.add_row([
            listing.name.clone(),
            status_word(listing),
            listing.url.clone(),
            listing.seller.clone(),
            output::time(check.check_time.as_ref()),
            check.checker,
        ]);
    }
    output::line(table);
    Ok(())
}

fn status_word(listing: &wire::TrackedListing) -> String {
    output::word(listing.listing_status().as_str_name(), "LISTING_STATUS_")
}
