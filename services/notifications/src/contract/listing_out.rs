//! Listings that are followed, and their checks.

use seamless_api::violations::{date_out, timestamp_out};
use seamless_proto::seamless::notifications::v1 as wire;

use crate::domain::model::{ListingCheck, TrackedListing};

/// A listing with the checks that it has.
pub fn listing_out(listing: &TrackedListing) -> wire::TrackedListing {
    wire::TrackedListing {
        name: listing.name(),
        url: listing.url.clone(),
        marketplace: listing.marketplace.clone(),
        seller: listing.seller.clone(),
        first_seen: listing.first_seen.as_ref().map(date_out),
        listing_status: listing.state as i32,
        in_content: listing.in_content,
        reports: listing
            .reports
            .iter()
            .map(|report| wire::ListingReport {
                reporter: report.reporter.to_string(),
                report_time: Some(timestamp_out(report.time)),
                note: report.note.clone(),
            })
            .collect(),
        last_check: listing.checks.first().map(check_out),
        checks: listing.checks.iter().map(check_out).collect(),
        status: listing.status as i32,
    }
}

/// A check.
pub fn check_out(check: &ListingCheck) -> wire::ListingCheck {
    wire::ListingCheck {
        checker: check.checker.to_string(),
        check_time: Some(timestamp_out(check.time)),
        found: check.found as i32,
        evidence_note: check.note.clone(),
    }
}
