//! Numbers by which goods are known, used again: for other goods, long after, under one document for many; and what happens where
//! a part of their history is lost.

use jiff::civil::date;
use sea_orm::EntityTrait;
use seamless_consignments::store::entities::screening;
use seamless_proto::seamless::consignments::v1::{self as wire, ReasonKind};
use seamless_storage::StorageError;

use super::attempts::{previous, screened, streamed};
use crate::{
    days::{Set, arrivals, replayed, stored},
    history::store,
    running::Running,
    words::{at, declaration, goods, party, request_id, shared_ducks},
};

/// A movement reference number stands for one declaration for as long as goods may lie in temporary storage. Whoever uses it again
/// later, whatever he says of the arrival, has goods of his own: another draw, another arrival, and no part in the certificate. Whoever
/// does so before has not, whatever he says of it.
pub async fn used_again(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    // The first who comes is drawn.
    Set::of(1, 1.0, 1).on(&mut customs, "2026-01-05").await;
    shared_ducks(&running, "SH-1").await;
    let certified = wire::Consignment {
        containers: vec!["CSQU3054383".to_owned()],
        certificates: vec![wire::CertificateReference {
            inspection_body: "cn-ciq-shanghai".to_owned(),
            certificate_id: "SH-1".to_owned(),
            version: 0,
        }],
        ..goods()
    };
    let first = screened(&mut customs, certified.clone()).await;
    assert!(first.matched_inspections[0].counted);
    running.set_clock("2026-04-04T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let corrected = wire::Consignment {
        exporter: party("Others"),
        quantity: Some(9.0),
        arrival_time: at("2026-05-30T10:00:00Z"),
        ..certified.clone()
    };
    let corrected = screened(&mut customs, corrected).await;
    assert_eq!(corrected.supersedes, first.name, "on the eighty-ninth day it is amended, whatever is said");

    running.set_clock("2026-05-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    // One of a million is drawn.
    Set::of(1, 1.0, 1_000_000).on(&mut customs, "2026-05-05").await;
    let as_before = screened(&mut customs, certified.clone()).await;
    assert_eq!((as_before.supersedes.as_str(), as_before.first.as_str()), ("", ""));
    let is_overdrawn = |screening: &wire::Screening| {
        screening.reasons.iter().any(|reason| reason.kind() == ReasonKind::CertificateOverdrawn)
    };
    assert!(is_overdrawn(&as_before), "{:?}", as_before.reasons);
    let amended = wire::Consignment { description: "ducks".to_owned(), ..certified.clone() };
    let amended = screened(&mut customs, amended).await;
    assert_eq!((&amended.supersedes, &amended.first), (&as_before.name, &as_before.name));
    assert!(is_overdrawn(&amended), "it is no longer what it was to the certificate");
    assert_eq!(
        (arrivals(&running, date(2026, 1, 5)).await, arrivals(&running, date(2026, 5, 5)).await),
        (1, 1)
    );
    let selected =
        [&first, &corrected, &as_before, &amended].map(|one| one.draw.as_ref().unwrap().selection());
    let (random, none) = (wire::Selection::Random, wire::Selection::None);
    assert_eq!(selected, [random, random, none, none], "a place is not that of others, either");
    let lots = [&first, &corrected, &as_before, &amended].map(|one| &one.name);
    let mut drawn_by = Vec::new();
    for name in lots {
        replayed(&mut customs, name).await;
        drawn_by.push(stored(&running, name).await.draw.lot);
    }
    assert_eq!((drawn_by[0], drawn_by[2]), (drawn_by[1], drawn_by[3]));
    assert_ne!(drawn_by[0], drawn_by[2], "nobody goes by the luck of others");

    let request = wire::ListScreeningsRequest {
        movement_reference_number: certified.movement_reference_number,
        goods_item_number: 1,
        state: wire::ScreeningState::Current.into(),
        ..Default::default()
    };
    let current = customs.screenings.list_screenings(request).await.unwrap().into_inner().screenings;
    let names: Vec<&String> = current.iter().map(|one| &one.name).collect();
    assert_eq!(names, [&amended.name, &corrected.name]);
}

/// Before there is a declaration goods go by all of their transport documents; a master bill merges no parcels of a house, and what
/// differs under the same documents is goods of its own, all of which are decided.
pub async fn many_under_one_document(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    Set::of(0, 1.0, 1_000).on(&mut customs, "2026-01-05").await;
    let parcel = |documents: &[&str]| wire::Consignment {
        movement_reference_number: String::new(),
        transport_documents: documents.iter().map(|&document| document.to_owned()).collect(),
        ..goods()
    };
    let master = "020-12345675";
    let houses: Vec<String> = (0..4).map(|number| format!("HAWB{number:07}")).collect();
    let parcels: Vec<_> = houses.iter().map(|house| parcel(&[master, house])).collect();
    let decided = streamed(&mut customs, parcels.clone()).await;
    assert!(decided.iter().all(|one| one.first.is_empty()), "{decided:?}");
    // In the other order they are the same documents.
    let mut reversed = parcels[1].clone();
    reversed.transport_documents.reverse();
    assert_eq!(screened(&mut customs, reversed).await.supersedes, decided[1].name);

    let alone = parcel(&[master]);
    let other = |exporter: &str, quantity: f64| wire::Consignment {
        exporter: party(exporter),
        quantity: Some(quantity),
        ..alone.clone()
    };
    let under_one = vec![
        alone.clone(),
        other("Yiwu Example Trading", 1.0),
        other("Hangzhou Example Gifts", 500.0),
        other("Hangzhou Example Gifts", 400.0),
        other("Hangzhou Example Gifts", 600.0),
        wire::Consignment { commodity_code: "850440".to_owned(), ..other("Hangzhou Example Gifts", 1.0) },
    ];
    let decided = streamed(&mut customs, under_one).await;
    let supersedes: Vec<&str> = decided.iter().map(|one| one.supersedes.as_str()).collect();
    assert_eq!(supersedes, ["", "", "", decided[2].name.as_str(), "", ""]);
    assert_eq!(arrivals(&running, date(2026, 1, 5)).await, 4 + 5);
    for one in &decided {
        replayed(&mut customs, &one.name).await;
    }
    // What is no number of a document is one of many.
    for document in ["UNKNOWN", "B-1"] {
        let both = streamed(&mut customs, vec![parcel(&[document]), parcel(&[document])]).await;
        assert_eq!(both[1].supersedes, "", "{document}");
    }
}

/// The declaration that took up another one is lost. Whoever comes next stands by the last that is there, and nobody else waits.
pub async fn lost(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let summary = wire::Consignment { transport_documents: vec!["MAEU123456789".to_owned()], ..goods() };
    let announced = screened(&mut customs, summary.clone()).await;
    let import = wire::Consignment {
        movement_reference_number: declaration(),
        previous_document: previous(&summary),
        ..summary.clone()
    };
    let imported = screened(&mut customs, import).await;
    assert_eq!(imported.supersedes, announced.name);
    let id: uuid::Uuid = imported.name.trim_start_matches("screenings/").parse().unwrap();
    let database = store(&running);
    let deleted = database.database().write(move |tx| {
        Box::pin(async move {
            screening::Entity::delete_by_id(id).exec(tx).await?;
            Ok::<_, StorageError>(())
        })
    });
    deleted.await.unwrap();
    // What the replica decided last it still knows.
    for _ in 0..3 {
        screened(&mut customs, goods()).await;
    }
    let again = wire::Consignment { gross_mass_kg: Some(899.0), ..summary };
    let mut all = vec![goods(), goods(), again, goods()];
    all.extend((0..20).map(|_| goods()));
    let decided = streamed(&mut customs, all).await;
    assert_eq!(decided.len(), 24);
    assert_eq!((&decided[2].supersedes, &decided[2].first), (&announced.name, &announced.name));
}

/// A stored decision is damaged. The goods of which it tells wait for somebody who mends it; all others are decided.
pub async fn damaged(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let mut customs = running.partner("nl-customs");
    let broken = goods();
    let known = screened(&mut customs, broken.clone()).await;
    let id: uuid::Uuid = known.name.trim_start_matches("screenings/").parse().unwrap();
    let database = store(&running);
    let damaged = database.database().write(move |tx| {
        use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
        Box::pin(async move {
            screening::Entity::update_many()
                .col_expr(screening::Column::Document, Expr::value("{"))
                .filter(screening::Column::Id.eq(id))
                .exec(tx)
                .await?;
            Ok::<_, StorageError>(())
        })
    });
    damaged.await.unwrap();
    for _ in 0..3 {
        screened(&mut customs, goods()).await;
    }
    let calls = (0..24).map(|number| {
        let mut customs = customs.clone();
        let goods = if number == 7 { broken.clone() } else { goods() };
        let request = wire::ScreenConsignmentRequest {
            consignment: Some(goods),
            request_id: request_id(),
            ..Default::default()
        };
        async move { customs.screenings.screen_consignment(request).await.is_ok() }
    });
    let decided = futures::future::join_all(calls).await;
    let undecided: Vec<usize> = (0..24).filter(|number| !decided[*number]).collect();
    assert_eq!(undecided, [7]);
}
