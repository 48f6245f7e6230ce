//! Every document that the service stores is read as it was written, and written as it was.

use seamless_reporting::{
    domain::{
        facts::Fact,
        model::{
            Bulletin, Progress, PublishedCount, ReadRebuild, Release, ReleaseCount, Report, ReportSchedule,
            ScheduleRun, SharedBulletin, SharedReport, SituationAccess,
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
    golden_records!(golden, Bulletin Progress PublishedCount ReadRebuild Release ReleaseCount Report ReportSchedule ScheduleRun SharedBulletin SharedReport SituationAccess);
    golden.documents::<Fact>("fact");
    golden.documents::<Fact>("fact_rebuilt");

    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    golden.covers_stored::<Migrator>(sources, "record").await;
    golden.finish();
}
