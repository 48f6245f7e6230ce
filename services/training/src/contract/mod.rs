//! The contract as the domain means it, between the wire and the domain: a request is parsed into values that cannot be wrong,
//! or refused with every violation; a record is written out whole, and redacted for its reader afterwards. Events too stand
//! here. Knows prost, neither the transport nor the database.

mod activity_in;
mod activity_out;
mod attendance_in;
mod attendance_out;
mod calendar_feed;
mod calendar_link;
mod campaign;
mod certificate_out;
mod erasure_out;
pub mod events;
mod feedback;
mod mail_out;
mod material;
mod names;
mod needs;
mod obligation_out;
mod proceedings_in;
mod proceedings_out;
pub mod redact;
mod registration_in;
mod registration_out;
mod schedule_in;
mod session_in;
mod session_out;
mod slot_out;
mod sought;
mod terms;
pub mod update_mask;

pub use activity_in::{activity_in, filter_in};
pub use activity_out::{activity_out, seats_out};
pub use attendance_in::{answers_in, registered_people_in};
pub use attendance_out::{
    attendance_out, file_out, file_question_out, merged_out, presence_out, row_fault_out, sighting_out,
};
pub use calendar_feed::{CalendarText, calendar_text};
pub use calendar_link::{calendar_link_in, calendar_link_out};
pub use certificate_out::{
    certificate_out, certificate_refusal_out, certificates_counted_out, documents_out, facts_out,
};
pub use erasure_out::{erased_out, erasure_out};
pub use feedback::{aggregated_out, comment_out, feedback_in, feedback_out, summary_out, whole_feedback_out};
pub use mail_out::{mail_out, received_out};
pub use material::{downloads_of_day_out, material_in, material_out, required_language};
pub use names::{
    ActionItemName, ActivityName, ArrangementName, AttendanceName, CalendarLinkName, CertificateName,
    ContributionName, ErasureName, FeedbackName, MailName, MaterialName, MinutesName, ObligationName,
    RegistrationName,
};
pub use needs::{effect_out, product_areas_out, topic_out, topics_out};
pub use obligation_out::obligation_out;
pub use proceedings_in::{action_item_in, contribution_in, day_in, minutes_in, required_day_in};
pub use proceedings_out::{action_item_out, contribution_out, day_out, minutes_out};
pub use redact::FeedRedactor;
pub use registration_in::{address_in, people_in, registration_in};
pub use registration_out::{calendar_answers_out, counts_out, left_of, registration_out};
pub use schedule_in::schedule_in;
pub use seamless_api::etag_out;
pub use session_in::{number as number_in, sessions_in, venue_in, wall_time_in};
pub use session_out::wall_time_out;
pub use slot_out::slots_out;
pub use sought::{sought_in, speeches_out};
