//! One use case a file. Each decides; none writes.

mod acknowledge_transmission;
mod add_assessment;
mod advance_clock;
mod attachment_access;
mod attachment_step;
mod confirm_removal;
mod conversation_step;
mod count_for_inbox;
mod create_attachment;
mod create_notification;
mod decide_proposal;
mod decide_similarity;
mod follow_up_step;
mod import_notifications;
mod inject_faults;
mod inspect;
mod mark_clocks;
mod mark_read;
mod open_conversation;
mod propose_change;
mod record_evidence;
mod report_unreadable;
mod revoke_transmission;
mod search_notifications;
mod start_follow_up;
mod submit_notification;
mod trace_back;
mod track_listings;
mod transmit_notification;
mod update_notification;
mod validate_notification;
mod withdraw_notification;

pub use acknowledge_transmission::AcknowledgeTransmission;
pub use add_assessment::AddAssessment;
pub use advance_clock::AdvanceClock;
pub use attachment_access::AttachmentAccess;
pub(crate) use attachment_access::require_shared_files;
pub use attachment_step::TakeAttachmentStep;
pub use confirm_removal::ConfirmRemoval;
pub use conversation_step::{ConversationAccess, Said, TakeConversationStep};
pub use count_for_inbox::{CountForInbox, InboxCounts};
pub use create_attachment::{CreateAttachment, NewAttachment};
pub use create_notification::CreateNotification;
pub use decide_proposal::{AppliedChange, DecideProposal, ProposalAccess};
pub use decide_similarity::DecideSimilarity;
pub use follow_up_step::TakeFollowUpStep;
pub use import_notifications::{ImportItem, ImportNotifications, ImportResult};
pub use inject_faults::InjectFaults;
pub use inspect::{FollowUpAccess, NotificationAccess, TransmissionAccess};
pub use mark_clocks::MarkClocks;
pub use mark_read::MarkRead;
pub use open_conversation::{About, OpenConversation, Opening};
pub use propose_change::{ProposeChange, ProposedChange};
pub use record_evidence::RecordEvidence;
pub use report_unreadable::ReportUnreadable;
pub use revoke_transmission::RevokeTransmission;
pub use search_notifications::{Found, Hit, SearchCursor, SearchNotifications};
pub use start_follow_up::StartFollowUp;
pub use submit_notification::SubmitNotification;
pub use trace_back::{
    AddCandidate, AskQuestion, CandidateChange, ChangeCandidate, CloseQuestion, ClosingWord, ConcludeTrace,
    Finding as TraceFinding, MAX_SUGGESTIONS, NewCandidate, OpenTrace, ReopenTrace, SuggestCandidates,
    TraceAccess,
};
pub use track_listings::TrackListings;
pub use transmit_notification::{TransmitNotification, Transmitted};
pub use update_notification::UpdateNotification;
pub use validate_notification::{ValidateNotification, Validated, ValidationDecision};
pub use withdraw_notification::WithdrawNotification;

use seamless_identity::AuthorityId;

use super::{
    error::DomainError,
    model::{Content, NotificationId},
    ports::{NotificationReader, SourceKey},
};

/// Refuses a record that is not the version that the caller meant; no revision named means whichever is there.
fn require_revision(
    expected: Option<i64>,
    present: i64,
    resource: impl FnOnce() -> String,
) -> Result<(), DomainError> {
    match expected {
        Some(expected) if expected != present => Err(DomainError::EtagMismatch { resource: resource() }),
        _ => Ok(()),
    }
}

/// Refuses a content under a source and source reference that another notification of the originator has.
async fn require_free_source_key(
    notifications: &dyn NotificationReader,
    originator: &AuthorityId,
    content: &Content,
    id: NotificationId,
) -> Result<(), DomainError> {
    let key = SourceKey::of(content);
    if !key.is_whole() {
        return Ok(());
    }
    let holders = notifications.notification_by_source(originator, &[key]).await?;
    match holders.into_iter().find(|holder| holder.id != id) {
        Some(holder) => Err(DomainError::Exists { resource: holder.name() }),
        None => Ok(()),
    }
}
