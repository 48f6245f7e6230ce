//! Every document that the service stores is read as it was written, and written as it was.

use seamless_testkit::{Golden, golden_records};
use seamless_training::{
    domain::{
        model::{
            ActionItem, Activity, Attendance, AttendanceFile, BookingTurn, CalendarLink, Certificate,
            CertificateBook, Contribution, Correspondence, Erasure, Feedback, FeedbackTotals, Material,
            MaterialDownloads, Minutes, PublishedReport, Registration, SeatPool, ToldObligation,
        },
        needs::AlertFacts,
        records::Record,
    },
    store::migrations::Migrator,
};

use crate::folder;

#[tokio::test]
async fn every_stored_document_is_read_and_written_as_it_was() {
    let mut golden = Golden::files_in(folder("documents"));
    golden_records!(golden, ActionItem Attendance AttendanceFile Certificate CertificateBook BookingTurn CalendarLink Contribution Correspondence Erasure Feedback FeedbackTotals Material MaterialDownloads Minutes SeatPool ToldObligation);
    golden.documents::<Activity>("activity");
    golden.documents::<Registration>("registration");
    golden.documents::<AlertFacts>("alert");
    golden.documents::<AlertFacts>("alert_rebuilt");
    golden.documents::<PublishedReport>("partner_report");
    golden.documents::<PublishedReport>("partner_report_rebuilt");

    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    golden.covers_stored::<Migrator>(sources, "record").await;
    golden.finish();
}
