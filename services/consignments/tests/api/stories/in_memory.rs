//! Pre-inspections in memory are what the database says, on every replica at once.

use std::{collections::BTreeSet, time::Duration};

use sea_orm::ConnectionTrait;
use seamless_consignments::{
    domain::{
        model::{InspectionId, InspectionKey},
        ports::{InspectionMatcher, InspectionReader},
    },
    store::{KnownInspections, Store},
};
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_storage::StorageError;
use seamless_testkit::eventually;

use crate::{
    history::{lot, store},
    running::{Partner, Running},
    words::{ducks, goods, request_id},
};

/// More than are looked at behind one key.
const SHARED: u64 = 60;
const CONTAINERS: [&str; 2] = ["CSQU3054383", "MSKU0000011"];

/// Inspected ducks, for further consignments or for one, in one of two containers.
fn inspected(certificate: &str, draw: u64) -> wire::Inspection {
    let mut inspection = ducks(certificate);
    inspection.reusable = lot(draw) < 0.5;
    inspection.containers[0].number = CONTAINERS[usize::from(lot(draw + 1_000) < 0.5)].to_owned();
    inspection.items[0].lots = vec![format!("L{}", draw % 7)];
    inspection
}

pub async fn as_stored(running: Running) {
    let mut gacc = running.partner("cn-gacc");
    let store = store(&running);
    let [early, few] = [1_000, 5].map(|most| KnownInspections::new(store.clone(), most));
    early.catch_up().await.unwrap();
    few.catch_up().await.unwrap();
    assert_eq!((early.held(), few.held()), (Some(0), Some(0)));

    let mut keys: BTreeSet<InspectionKey> = BTreeSet::new();
    let mut made = Vec::new();
    for number in 0..SHARED {
        made.push(shared(&mut gacc, inspected(&format!("SH-{number}"), number)).await);
    }
    compare(&store, &mut keys, &made, [&early, &few]).await;
    assert_eq!((early.held(), few.held()), (Some(SHARED as usize), None), "five are held, not sixty");

    for (number, known) in made.iter().enumerate() {
        let number = number as u64;
        if lot(number + 3_000) < 0.3 {
            let request = wire::AmendInspectionRequest {
                name: known.name.clone(),
                inspection: Some(inspected(&known.certificate_id, number + 5_000)),
                etag: known.etag.clone(),
                request_id: request_id(),
                validate_only: false,
            };
            gacc.inspections.amend_inspection(request).await.unwrap();
        }
        if lot(number + 4_000) < 0.3 {
            let request = wire::RevokeInspectionRequest {
                name: known.name.clone(),
                reason: "the sample was swapped".to_owned(),
                request_id: request_id(),
                ..wire::RevokeInspectionRequest::default()
            };
            gacc.inspections.revoke_inspection(request).await.unwrap();
        }
    }
    compare(&store, &mut keys, &made, [&early, &few]).await;

    // A restored database has a shorter log: what is held may never have happened.
    let shortened = running.database.database.write(|tx| {
        Box::pin(async move {
            let sql = "UPDATE feed_head SET position = position - 1";
            tx.execute_unprepared(sql).await.map(|_| ()).map_err(StorageError::from)
        })
    });
    shortened.await.unwrap();
    early.catch_up().await.unwrap();
    assert_eq!(early.held(), None, "the database is asked");
    early.catch_up().await.unwrap();
    assert_eq!(early.held(), Some(SHARED as usize), "it is held anew");
}

async fn shared(gacc: &mut Partner, inspection: wire::Inspection) -> wire::Inspection {
    let request = wire::CreateInspectionRequest {
        inspection: Some(inspection),
        request_id: request_id(),
        validate_only: false,
    };
    gacc.inspections.create_inspection(request).await.unwrap().into_inner()
}

/// Whatever anything was ever found by is asked for, together and one by one, of those who followed and of one who comes
/// now.
async fn compare(
    store: &Store,
    keys: &mut BTreeSet<InspectionKey>,
    made: &[wire::Inspection],
    followed: [&KnownInspections; 2],
) {
    for inspection in made {
        let id: InspectionId = inspection.name.trim_start_matches("inspections/").parse().unwrap();
        keys.extend(store.inspection_get(id).await.unwrap().unwrap().keys());
    }
    let late = KnownInspections::new(store.clone(), 1_000);
    late.catch_up().await.unwrap();
    let all: Vec<&InspectionKey> = keys.iter().collect();
    let stored = store.inspection_by_key(&all).await.unwrap();
    assert!(stored.values().any(|behind| behind.len() == 20), "some key has more than are looked at");
    for known in [followed[0], followed[1], &late] {
        assert_eq!(known.inspection_by_key(&all).await.unwrap(), stored);
    }
    for key in all.iter().step_by(5) {
        let stored = store.inspection_by_key(&[*key]).await.unwrap();
        assert_eq!(late.inspection_by_key(&[*key]).await.unwrap(), stored);
    }
}

/// What one replica was told counts for the next goods that another decides on.
pub async fn of_every_replica(running: Running) {
    let token = running.credentials.token("nl-customs", &seamless_consignments::api::authorization::SCOPES);
    let replica = running.replica().await;
    let mut customs = Partner::on(running.credentials.channel(&replica, Some(token)));
    let mut gacc = running.partner("cn-gacc");
    eventually("the replica holds what there is", Duration::from_secs(20), async || {
        let asked = customs.screenings.get_screening_status(wire::GetScreeningStatusRequest::default()).await;
        asked.ok()?.into_inner().inspections_in_memory.then_some(())
    })
    .await;
    for number in 0..10 {
        let told = shared(&mut gacc, inspected(&format!("SH-{number}"), number)).await;
        let mut invoked = goods();
        invoked.certificates = vec![wire::CertificateReference {
            inspection_body: told.inspection_body.clone(),
            certificate_id: told.certificate_id.clone(),
            version: 0,
        }];
        let request = wire::ScreenConsignmentRequest {
            consignment: Some(invoked),
            request_id: request_id(),
            ..Default::default()
        };
        let seen = customs.screenings.screen_consignment(request).await.unwrap().into_inner();
        let matched: Vec<&str> = seen.matched_inspections.iter().map(|one| one.inspection.as_str()).collect();
        assert_eq!(matched, [told.name]);
    }
}
