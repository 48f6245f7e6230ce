//! Every document that the service stores is read as it was written, and written as it was.

use seamless_consignments::{
    domain::{
        aggregates::AggregatedUntil,
        alerts::Alert,
        closed_plans::PlansClosed,
        criteria::Criterion,
        model::{
            Approval, CertificateBalance, Consignment, Control, Inspection, Plan, RiskModel, Screening,
            Suspension, Trust, TrustBasis, TrustChange,
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
    golden_records!(golden, AggregatedUntil Approval Control Criterion PlansClosed Suspension Trust TrustBasis TrustChange);
    golden.documents::<Inspection>("inspection");
    golden.documents::<Inspection>("inspection_version");
    golden.documents::<Screening>("screening");
    golden.documents::<Plan>("plan");
    golden.documents::<CertificateBalance>("certificate_balance");
    golden.documents::<RiskModel>("model");
    golden.documents::<Alert>("alert");
    golden.documents::<Alert>("alert_rebuilt");
    golden.documents::<Alert>("alert_lost");
    golden.documents::<Consignment>("examination");

    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    golden.covers_stored::<Migrator>(sources, "record").await;
    golden.finish();
}
