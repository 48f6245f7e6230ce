//! One use case a file, a folder for each RPC group. Each decides; none writes, but for the taking back of a transmission,
//! which first has entered what its recipient acknowledged.

mod assessments;
mod attachments;
mod clocks;
mod conversations;
mod evidence;
mod follow_ups;
mod listings;
mod notifications;
mod proposals;
mod record_access;
mod removals;
mod sandbox;
mod similarity;
mod trace_back;
mod transmissions;

pub use assessments::{AddAssessment, WithdrawAssessment};
pub(crate) use attachments::require_shared_files;
pub use attachments::{AttachmentAccess, CreateAttachment, NewAttachment, TakeAttachmentStep};
pub use clocks::MarkClocks;
pub use conversations::{
    About, ConversationAccess, MarkRead, OpenConversation, Opening, Said, TakeConversationStep,
};
pub use evidence::{RecordEvidence, ReportUnreadable};
pub use follow_ups::{StartFollowUp, TakeFollowUpStep};
pub use listings::TrackListings;
pub use notifications::{
    CreateNotification, Found, Hit, ImportItem, ImportNotifications, ImportResult, SearchCursor,
    SearchNotifications, SubmitNotification, UpdateNotification, ValidateNotification, Validated,
    ValidationDecision, WithdrawNotification,
};
pub use proposals::{AppliedChange, DecideProposal, ProposalAccess, ProposeChange, ProposedChange};
pub use record_access::{FollowUpAccess, NotificationAccess, TransmissionAccess};
pub use removals::ConfirmRemoval;
pub use sandbox::{AdvanceClock, InjectFaults};
pub use similarity::DecideSimilarity;
pub use trace_back::{
    AddCandidate, AskQuestion, CandidateChange, ChangeCandidate, CloseQuestion, ClosingWord, ConcludeTrace,
    MAX_SUGGESTIONS, NewCandidate, OpenTrace, ReopenTrace, SuggestCandidates, TraceAccess, TraceFinding,
};
pub use transmissions::{
    AcknowledgeTransmission, CountForInbox, InboxCounts, RevokeTransmission, TransmitNotification,
    Transmitted,
};

use seamless_decision::require_revision;
use seamless_identity::AuthorityId;

use super::{
    error::{DomainError, Refusal},
    model::{Content, NotificationId},
    ports::{NotificationReader, SourceKey},
};

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
        Some(holder) => Err(Refusal::Exists { resource: holder.name() }.into()),
        None => Ok(()),
    }
}
