//! The contract as the domain means it, between the wire and the domain: a request is parsed into values that cannot be wrong, or refused with every
//! violation; a record is written out whole, and redacted for its reader afterwards. Events too stand here.
//! Knows prost, neither the transport nor the database.

mod approval_in;
mod certificate_use;
mod certificate_words;
mod consignment_in;
mod consignment_out;
mod control_in;
mod control_out;
mod criteria;
pub mod events;
mod goods_in;
mod goods_read;
mod inspection_in;
mod inspection_out;
mod names;
mod reason_features;
mod reason_words;
pub mod redact;
mod screening_out;
mod targeting_in;
mod targeting_out;
mod trust_out;

pub use approval_in::approval_in;
pub use consignment_in::{consignment_in, item_in, party_in, tests_in};
pub use consignment_out::{consignment_out, party_out, probability_out, stated_out, test_out};
pub use control_in::{control_in, findings_in, notification_in, outcome_in};
pub use control_out::control_out;
pub use criteria::{criterion_in, criterion_out, dry_run_out};
pub use goods_in::{HandedIn, handed_in};
pub use inspection_in::inspection_in;
pub use inspection_out::inspection_out;
pub use names::{InspectionName, uuid_name, wrong_name};
pub use redact::FeedRedactor;
pub use screening_out::{aggregate_out, decision_out, draw_out, screening_out};
pub use seamless_api::etag_out;
pub use targeting_in::{day_in, entry_point_name, plan_name_in, setting_in};
pub use targeting_out::{
    comparison_out, entry_point_out, hit_rates_out, model_changed_out, model_out, plan_closed_out, plan_out,
    product_area_out, selected_out,
};
pub use trust_out::{approval_out, inspection_body_out, proposal_out, trust_change_out, trust_out};
