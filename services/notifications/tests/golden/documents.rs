//! Every document that the service stores is read as it was written, and written as it was.

use std::path::Path;

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
use seamless_testkit::{Golden, TestDatabase, declared_kinds, tables_with};

use crate::folder;

/// Records of many kinds share it.
const RECORDS: &str = "case_record";

#[tokio::test]
async fn every_stored_document_is_read_and_written_as_it_was() {
    let mut golden = Golden::files_in(folder("documents"));
    macro_rules! records {
        ($($record:ident)+) => {
            $(golden.documents::<$record>($record::KIND);)+
        };
    }
    records!(Assessment Attachment AttachmentCount Conversation Correspondence Holding ListingLog Message);
    records!(Proposal ProposalTurn Removal SimilarityDecision Trace Candidate TraceQuestion);
    golden.documents::<Notification>("notification");
    golden.documents::<Vec<Override>>("notification-disclosures");
    golden.documents::<FollowUp>("follow_up");
    golden.documents::<Clock>("clock");
    golden.documents::<SandboxState>("sandbox");

    let declared = declared_kinds(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(declared.contains(Conversation::KIND), "{declared:?}: look at this test");
    golden.covers("the kind of record", declared);
    let test = TestDatabase::sqlite().await;
    test.database.migrate::<Migrator>().await.unwrap();
    let tables = tables_with(&test, "document").await;
    assert!(tables.iter().any(|table| table == RECORDS), "{tables:?}: look at this test");
    golden.covers("the table", tables.into_iter().filter(|table| table != RECORDS));
    golden.finish();
}
