//! The contract as the domain means it, between the wire and the domain: a request is parsed into values that cannot be wrong, or refused with every
//! violation; a record is written out whole, and redacted for its reader afterwards. Events too stand here.
//! Knows prost, neither the transport nor the database.

mod attachments;
mod audiences;
mod clock_out;
mod content_in;
mod content_out;
mod content_seal;
mod conversation;
mod deliveries;
pub mod events;
mod evidence_out;
mod followed;
mod listing_out;
mod names;
pub mod redact;
mod rights_out;
mod similarity_out;
mod trace_in;
mod trace_out;
pub mod update_mask;

pub use attachments::{ANNOUNCED, announced_in, announced_of, attachment_out, field_of};
pub use audiences::ContractAudiences;
pub use clock_out::{clock_out, explained_clock_out};
pub use content_in::{content_in, findings_in, measure_in, operator_in, risk_in, status_in};
pub use content_out::{
    content_out, etag_out, finding_out, follow_up_out, notification_out, transmission_out,
};
pub use content_seal::{ContractSeal, content_sha256};
pub use conversation::{
    conversation_of_reader_out, conversation_out, flag_in, message_in, message_out, number_out,
};
pub use deliveries::{delivered_version, delivering_types};
pub use evidence_out::{evidence_out, hex_out};
pub use followed::Known;
pub use listing_out::{check_out, listing_out};
pub use names::{
    AssessmentName, AttachmentName, CandidateName, ClockName, ConversationName, EvidenceName, FollowUpName,
    ListingName, NotificationName, ProposalName, QuestionName, RemovalName, TraceName, TransmissionName,
};
pub use redact::FeedRedactor;
pub use rights_out::{assessment_out, holder_out, proposal_out, removal_out};
pub use similarity_out::{similarity_decision_out, similarity_reason_out};
pub use trace_in::{candidate_in, evidence_in, percent_in};
pub use trace_out::{candidate_out, question_out, suggestion_out, trace_out};
