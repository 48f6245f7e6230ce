//! Every document that the service stores is read as it was written, and written as it was.

use seamless_disclosure::Override;
use seamless_notifications::{
    domain::{
        model::{
            Assessment, Attachment, AttachmentCount, Candidate, Clock, Conversation, Correspondence,
            FollowUp, Holding, ListingLog, Message, Notification, Proposal, ProposalTurn, Removal,
            SandboxState, SimilarityDecision, Trace, TraceQuestion,
        },
        records::Record,
    },
    store::migrations::Migrator,
};
use seamless_testkit::{Golden, golden_records};

use crate::folder;

#[tokio::test]
async fn every_stored_document_is_read_and_written_as_it_was() {
    let mut golden = Golden::files_in(folder("documents"));
    golden_records!(golden, Assessment Attachment AttachmentCount Conversation Correspondence Holding ListingLog Message);
    golden_records!(golden, Proposal ProposalTurn Removal SimilarityDecision Trace Candidate TraceQuestion);
    golden.documents::<Notification>("notification");
    golden.documents::<Vec<Override>>("notification-disclosures");
    golden.documents::<FollowUp>("follow_up");
    golden.documents::<Clock>("clock");
    golden.documents::<SandboxState>("sandbox");

    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    golden.covers_stored::<Migrator>(sources, "case_record").await;
    golden.finish();
}
