//! Goods that are declared for one entry point and arrive at another: those who examine there see them, and what is found
//! counts where they were drawn.

use jiff::civil::Date;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{attempts::screened, trust::trust};
use crate::{
    days::Set,
    running::{Partner, Running, with_amsterdam},
    words::{at, control_of, day, goods, record},
};

async fn listed(customs: &mut Partner, entry_point: &str) -> Vec<String> {
    let mut request = wire::ListScreeningsRequest {
        entry_point: entry_point.to_owned(),
        state: wire::ScreeningState::Current.into(),
        page_size: 2,
        ..Default::default()
    };
    let mut names = Vec::new();
    loop {
        let page = customs.screenings.list_screenings(request.clone()).await.unwrap().into_inner();
        names.extend(page.screenings.into_iter().map(|one| one.name));
        if page.next_page_token.is_empty() {
            return names;
        }
        request.page_token = page.next_page_token;
    }
}

/// What is to be examined by a list of work: the goods, and where they arrive.
async fn work(customs: &mut Partner, parent: &str) -> Vec<(String, String)> {
    let mut request =
        wire::ListSelectionsRequest { parent: parent.to_owned(), page_size: 1, ..Default::default() };
    let mut all = Vec::new();
    loop {
        let page = customs.targeting.list_selections(request.clone()).await.unwrap().into_inner();
        all.extend(page.selections.into_iter().map(|one| (one.screening, one.entry_point)));
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

async fn rates(customs: &mut Partner, port: &str, area: &str) -> (Option<f64>, Vec<(i64, i64)>) {
    let request = wire::EstimateHitRatesRequest {
        parent: format!("entryPoints/{port}"),
        start_date: day(2026, 1, 1),
        end_date: day(2026, 1, 31),
        product_area: area.to_owned(),
    };
    let rates = customs.targeting.estimate_hit_rates(request).await.unwrap().into_inner();
    let lanes = rates.lanes.iter().map(|lane| (lane.arrivals, lane.examined)).collect();
    (rates.random.map(|rate| rate.mean), lanes)
}

pub async fn changed(running: Running) {
    running.set_clock("2026-01-04T08:00:00Z");
    let running = with_amsterdam(running).await;
    let mut customs = running.partner("nl-customs");
    Set::of(10, 1.0, 10).on(&mut customs, Date::constant(2026, 1, 5)).await;
    let declared = goods();
    let first = screened(&mut customs, declared.clone()).await;
    assert_eq!(first.draw.as_ref().unwrap().selection(), wire::Selection::Random);
    let stays = screened(&mut customs, goods()).await;
    // It comes in at Amsterdam on the next day, and is declared as chargers by now.
    let moved = wire::Consignment {
        entry_point: "NLAMS".to_owned(),
        arrival_time: at("2026-01-06T09:00:00Z"),
        commodity_code: "850440".to_owned(),
        ..declared
    };
    let moved = screened(&mut customs, moved).await;
    assert_eq!((moved.lane(), moved.supersedes.as_str()), (wire::Lane::Red, first.name.as_str()));
    let own = wire::Consignment {
        entry_point: "NLAMS".to_owned(),
        arrival_time: at("2026-01-06T09:00:00Z"),
        ..goods()
    };
    let own: Vec<wire::Screening> = vec![
        screened(&mut customs, own.clone()).await,
        screened(
            &mut customs,
            wire::Consignment { movement_reference_number: crate::words::declaration(), ..own },
        )
        .await,
    ];

    // Both see them: where they were drawn, and where they are.
    let names = |all: &[&wire::Screening]| all.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(listed(&mut customs, "NLAMS").await, names(&[&own[1], &own[0], &moved]));
    assert_eq!(listed(&mut customs, "NLRTM").await, names(&[&moved, &stays]));
    let at_amsterdam = (moved.name.clone(), "NLAMS".to_owned());
    let of_rotterdam = work(&mut customs, "entryPoints/NLRTM/plans/2026-01-05").await;
    assert!(of_rotterdam.contains(&at_amsterdam) && of_rotterdam.len() == 2, "{of_rotterdam:?}");
    let of_amsterdam = work(&mut customs, "entryPoints/NLAMS/plans/2026-01-06").await;
    assert!(of_amsterdam.contains(&at_amsterdam), "{of_amsterdam:?}");
    let drawn_there = own.iter().filter(|one| one.lane() == wire::Lane::Red).count();
    assert_eq!(of_amsterdam.len(), drawn_there + 1);
    assert_eq!(work(&mut customs, "entryPoints/NLAMS/plans/2026-01-05").await, []);

    // What is found there counts where and as what they arrived in the numbers.
    running.set_clock("2026-01-06T15:00:00Z");
    let mut customs = running.partner("nl-customs");
    let control = wire::Control {
        examine_time: at("2026-01-06T14:00:00Z"),
        ..control_of(&moved.name, wire::ControlOutcome::Unsafe)
    };
    let control = customs.controls.record_control(record(control)).await.unwrap().into_inner();
    assert_eq!(control.consignment.as_ref().unwrap().entry_point, "NLAMS");
    assert_eq!((control.selection(), control.product_area.as_str()), (wire::Selection::Random, "chargers"));
    assert_eq!(rates(&mut customs, "NLRTM", "toys").await, (Some(1.0), vec![(2, 1)]));
    assert_eq!(rates(&mut customs, "NLRTM", "chargers").await, (None, vec![]));
    assert_eq!(rates(&mut customs, "NLAMS", "chargers").await, (None, vec![]));
    let (random, lanes) = rates(&mut customs, "NLAMS", "").await;
    assert_eq!((random, lanes.iter().map(|lane| lane.1).sum::<i64>()), (None, 0));
    let chargers = "inspectionBodies/cn-ciq-shanghai/trust/eu-just.chargers";
    assert!(trust(&mut customs, chargers).await.is_err());
    running.stop().await;
}
