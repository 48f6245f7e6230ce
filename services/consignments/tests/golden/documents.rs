//! Every document that the service stores is read as it was written, and written as it was.

use std::path::Path;

use seamless_consignments::{
    domain::{
        aggregates::AggregatedUntil,
        alerts::Alert,
        closed_plans::PlansClosed,
        criteria::Criterion,
        model::{
            Approval, Consignment, Control, Inspection, Plan, RiskModel, Screening, Suspension, Trust,
            TrustBasis, TrustChange,
        },
        records::Record,
    },
    store::migrations::Migrator,
};
use seamless_testkit::{Golden, TestDatabase, declared_kinds, tables_with};

use crate::folder;

/// Records of many kinds share it.
const RECORDS: &str = "record";

#[tokio::test]
async fn every_stored_document_is_read_and_written_as_it_was() {
    let mut golden = Golden::files_in(folder("documents"));
    macro_rules! records {
        ($($record:ident)+) => {
            $(golden.documents::<$record>($record::KIND);)+
        };
    }
    records!(AggregatedUntil Approval Control Criterion PlansClosed Suspension Trust TrustBasis TrustChange);
    golden.documents::<Inspection>("inspection");
    golden.documents::<Inspection>("inspection_version");
    golden.documents::<Screening>("screening");
    golden.documents::<Plan>("plan");
    golden.documents::<RiskModel>("model");
    golden.documents::<Alert>("alert");
    golden.documents::<Alert>("alert_rebuilt");
    golden.documents::<Alert>("alert_lost");
    golden.documents::<Consignment>("examination");

    let declared = declared_kinds(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(declared.contains(Control::KIND), "{declared:?}: look at this test");
    golden.covers("the kind of record", declared);
    let test = TestDatabase::sqlite().await;
    test.database.migrate::<Migrator>().await.unwrap();
    let tables = tables_with(&test, "document").await;
    assert!(tables.iter().any(|table| table == RECORDS), "{tables:?}: look at this test");
    golden.covers("the table", tables.into_iter().filter(|table| table != RECORDS));
    golden.finish();
}
