//! Use cases of listings on the web.

mod track_listings;

pub use track_listings::TrackListings;
