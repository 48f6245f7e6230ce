//! From a figure of a report to the records that it counts.

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as told, ProductCategory, RiskType},
    reporting::v1 as wire,
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::{Code, Status};

use super::reports::step;
use crate::{
    running::{Partner, Running},
    words::{
        SOON, alert, alert_name, asked, at, day, fields, followed, generated, quarter, reason, sending,
        transmits,
    },
};

fn told_of(feed: &ToldFeed, id: u32, category: ProductCategory, risks: &[RiskType]) {
    transmits(feed, alert(id, category, risks, "CN"), sending(id, "2027-05-01T08:00:00Z"));
}

/// The question for a figure, or for a row of a table.
fn behind(
    report: &wire::Report,
    (section, figure): (&str, &str),
    row: Option<&str>,
) -> wire::ListFigureCasesRequest {
    wire::ListFigureCasesRequest {
        name: report.name.clone(),
        section: section.to_owned(),
        figure: figure.to_owned(),
        row: row.map(str::to_owned),
        ..Default::default()
    }
}

async fn list(
    partner: &Partner,
    request: wire::ListFigureCasesRequest,
) -> Result<wire::ListFigureCasesResponse, Status> {
    partner.reports.clone().list_figure_cases(request).await.map(tonic::Response::into_inner)
}

/// The records on a page, each with how much of the figure is of it.
fn records(page: &wire::ListFigureCasesResponse) -> Vec<(String, i64)> {
    page.cases.iter().map(|case| (case.name.clone(), case.count)).collect()
}

fn ones(ids: &[u32]) -> Vec<(String, i64)> {
    ids.iter().map(|id| (alert_name(*id), 1)).collect()
}

fn count(count: i64) -> Option<wire::Value> {
    Some(wire::Value { value: Some(wire::value::Value::Count(count)), missing: 0 })
}

/// Behind each figure stand the records that are shown now, also those that were told since; what was lost stands there no more.
pub async fn records_of_figures(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    told_of(&feed, 1, ProductCategory::Toys, &[RiskType::Fire, RiskType::Choking]);
    told_of(&feed, 2, ProductCategory::Toys, &[RiskType::Fire]);
    told_of(&feed, 3, ProductCategory::Jewellery, &[]);
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    let report = generated(&china, quarter("eu-just")).await;
    let of = |place, row| behind(&report, place, row);

    let all = list(&china, of(("received", "total"), None)).await.unwrap();
    assert_eq!(records(&all), ones(&[1, 2, 3]));
    assert_eq!((&all.told, all.counted, all.next_page_token.as_str()), (&count(3), 3, ""));
    assert_eq!(all.cut_time, report.manifest.as_ref().unwrap().cut_time);
    assert_eq!(all.sources[0].input.as_ref().unwrap().position, 3);
    for (place, row, ids) in [
        (("received", "by_category"), None, &[1, 2, 3][..]),
        (("received", "by_category"), Some("TOYS"), &[1, 2]),
        (("received", "by_category"), Some("JEWELLERY"), &[3]),
        (("received", "by_risk_type"), Some("CHOKING"), &[1]),
        (("received", "by_risk_type"), Some(""), &[3]),
        (("received", "acknowledged"), None, &[1, 2, 3]),
        (("stock_received", "closing"), None, &[1, 2, 3]),
        (("stock_received", "finished"), None, &[]),
    ] {
        assert_eq!(records(&list(&china, of(place, row)).await.unwrap()), ones(ids), "{place:?} {row:?}");
    }

    // Page by page.
    let page = |page_token: String| wire::ListFigureCasesRequest {
        page_size: 2,
        page_token,
        ..of(("received", "total"), None)
    };
    let first = list(&china, page(String::new())).await.unwrap();
    assert_eq!((records(&first), first.counted), (ones(&[1, 2]), 3));
    let last = list(&china, page(first.next_page_token.clone())).await.unwrap();
    assert_eq!((records(&last), last.next_page_token.as_str()), (ones(&[3]), ""));
    let other = wire::ListFigureCasesRequest {
        page_token: first.next_page_token,
        ..of(("received", "by_category"), None)
    };
    assert_eq!(reason(&list(&china, other).await.unwrap_err()), "PAGE_TOKEN_INVALID");

    // The right to one ends, and one is told late.
    let removal = told::Removal {
        notification: alert_name(2),
        originator: "eu-just".to_owned(),
        authority: "cn-gacc".to_owned(),
        reason: told::RemovalReason::Revoked.into(),
        order_time: at("2027-07-20T08:00:00Z"),
        ..Default::default()
    };
    let event = told::RemovalOrdered { removal: Some(removal) };
    feed.tell_at(&event, at("2027-07-20T08:00:00Z"), EventStatus::Actual);
    told_of(&feed, 4, ProductCategory::Toys, &[RiskType::Fire]);
    let toys = eventually("it is known", SOON, async || {
        let page = list(&china, of(("received", "by_category"), Some("TOYS"))).await?;
        if page.sources[0].input.as_ref().is_some_and(|input| input.position == 5) {
            Ok(page)
        } else {
            Err(Status::unavailable("not yet"))
        }
    })
    .await;
    assert_eq!(records(&toys), ones(&[1, 4]));
    assert_eq!((toys.told, toys.counted), (count(2), 2), "what the report tells stays as it was");
}

/// Who may not see a report as its owner does sees nothing behind it; what is not in it is said with what is.
pub async fn refused(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["eu-just"]).await;
    let [china, europe, canada] = ["cn-gacc", "eu-just", "ca-hc"].map(|id| running.partner(id));
    told_of(&feed, 1, ProductCategory::Toys, &[RiskType::Fire]);
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    let report = generated(&europe, quarter("cn-gacc")).await;
    let approved = step(&europe, "approve", &report).await.unwrap();
    let report = step(&europe, "publish", &approved).await.unwrap();

    let total = || behind(&report, ("sent", "total"), None);
    let known = list(&europe, total()).await.unwrap();
    assert_eq!(records(&known), ones(&[1]));
    let unknown = wire::ListFigureCasesRequest { name: format!("reports/{}", uuid::Uuid::nil()), ..total() };
    let nothing = list(&canada, unknown).await.unwrap_err();
    for partner in [&china, &canada] {
        let denied = list(partner, total()).await.unwrap_err();
        assert_eq!((denied.code(), denied.message()), (nothing.code(), nothing.message()));
    }

    let wrong = |request| async { list(&europe, request).await.unwrap_err() };
    let empty =
        wrong(wire::ListFigureCasesRequest { name: "reports/1".to_owned(), ..Default::default() }).await;
    assert_eq!(fields(&empty), ["name", "section", "figure"]);
    for (request, field, says) in [
        (behind(&report, ("sold", "total"), None), "section", "\"sent\""),
        (behind(&report, ("sent", "sum"), None), "figure", "\"by_category\""),
        (behind(&report, ("sent", "total"), Some("TOYS")), "row", "wants none"),
        (behind(&report, ("sent", "by_category"), Some("LAMPS")), "row", "\"TOYS\""),
        (
            wire::ListFigureCasesRequest {
                column: 2,
                ..behind(&report, ("sent", "by_category"), Some("TOYS"))
            },
            "column",
            "1; got 2",
        ),
        (wire::ListFigureCasesRequest { column: -1, ..total() }, "column", "wants 0"),
    ] {
        let refused = wrong(request).await;
        assert_eq!(fields(&refused), [field]);
        assert!(refused.message().contains(says), "{}", refused.message());
    }

    // Of one that waits nothing is known yet, and one for others tells counts that were judged.
    running.set_clock("2027-08-02T00:00:00Z");
    let period = |from: &str, to: &str| {
        let (start_date, end_date) = (day(from), day(to));
        Some(wire::ReportPeriod { start_date, end_date, time_zone: "UTC".to_owned() })
    };
    let running_quarter = wire::Report { period: period("2027-07-01", "2027-09-30"), ..quarter("cn-gacc") };
    let for_others = wire::Report {
        template: wire::ReportTemplate::AnnualStatistics.into(),
        period: period("2026-01-01", "2026-12-31"),
        for_others: true,
        ..Default::default()
    };
    for (report, reason_of) in [(running_quarter, "ILLEGAL_TRANSITION"), (for_others, "ILLEGAL_TRANSITION")] {
        let report = asked(&europe, report).await.unwrap();
        let refused = wrong(behind(&report, ("sent", "total"), None)).await;
        assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, reason_of));
    }
    // Figures of an earlier version of the template may have meant something else.
    const EARLIER: &[&str] = &[
        "UPDATE record SET document = replace(document, '\"template_version\":', '\"template_version\":9') \
                   WHERE kind = 'report'",
    ];
    let running = running.restarted_after(EARLIER).await;
    let europe = running.partner("eu-just");
    let refused = list(&europe, total()).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("have it generated again"), "{}", refused.message());
}
