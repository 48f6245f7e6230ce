//! Questions about numbers, and the cases behind them.

use seamless_proto::seamless::{
    notifications::v1::{FollowUpState, ProductCategory, RiskType},
    reporting::v1::{
        self as wire, StatisticsDimension as By, StatisticsMeasure as Of, StatisticsSubject as Subject,
    },
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::{Code, Status};

use crate::{
    running::{Partner, Running},
    words::{SOON, alert, at, day, fields, follow_up, followed, follows_up, reason, sending, transmits},
};

/// Five alerts of the second quarter, of which one was reacted to after ten days.
fn half_a_year_happens(feed: &ToldFeed) {
    use ProductCategory::{Lighters, Toys};
    use RiskType::{Choking, Fire};
    for (id, category, risks, origin, sent) in [
        (1, Toys, &[Choking][..], "CN", "2027-04-05T08:00:00Z"),
        (2, Toys, &[Choking, Fire], "CN", "2027-04-07T08:00:00Z"),
        (3, Lighters, &[Fire], "VN", "2027-06-01T08:00:00Z"),
        (4, Toys, &[Choking], "CN", "2027-06-02T08:00:00Z"),
        // In China it is July already.
        (5, Toys, &[Choking], "CN", "2027-06-30T17:00:00Z"),
    ] {
        transmits(feed, alert(id, category, risks, origin), sending(id, sent));
    }
    let mut reacted = sending(1, "2027-04-05T08:00:00Z");
    reacted.first_reaction_time = at("2027-04-15T08:00:00Z");
    follows_up(feed, follow_up(1, &[(FollowUpState::Traced, "2027-04-15T08:00:00Z")]), reacted);
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
}

/// Cases of the second quarter of 2027, in the days of China.
pub fn cases(dimensions: &[By], measures: &[Of]) -> wire::StatisticsQuery {
    wire::StatisticsQuery {
        subject: Subject::Cases.into(),
        period: Some(wire::ReportPeriod {
            start_date: day("2027-04-01"),
            end_date: day("2027-06-30"),
            time_zone: "Asia/Shanghai".to_owned(),
        }),
        dimensions: dimensions.iter().map(|one| *one as i32).collect(),
        measures: measures.iter().map(|one| *one as i32).collect(),
        ..wire::StatisticsQuery::default()
    }
}

fn only(dimension: By, values: &[&str]) -> wire::StatisticsCondition {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    wire::StatisticsCondition { dimension: dimension.into(), values }
}

async fn asked(partner: &Partner, query: wire::StatisticsQuery) -> Result<wire::Statistics, Status> {
    let request = wire::QueryStatisticsRequest { query: Some(query), authority: String::new() };
    partner.statistics.clone().query_statistics(request).await.map(tonic::Response::into_inner)
}

/// The answer, as soon as all that was told is known.
async fn answered(partner: &Partner, query: wire::StatisticsQuery) -> wire::Statistics {
    eventually("the feed is known", SOON, async || {
        let answer = asked(partner, query.clone()).await?;
        let is_known = answer.sources[0].known_until.map(|time| time.seconds)
            >= at("2027-08-01T00:00:00Z").map(|time| time.seconds);
        if is_known { Ok(answer) } else { Err(Status::unavailable("not yet")) }
    })
    .await
}

/// A row in words: its coordinates, and its values.
fn told(row: &wire::StatisticsRow) -> String {
    use wire::value::Value::{Count, Days, Number, Share, Word};
    let value = |value: &wire::Value| match &value.value {
        Some(Count(count)) => count.to_string(),
        Some(Share(share)) => format!("{:.3}", share.value),
        Some(Days(days)) => format!("{:.1} d", days.value),
        Some(Number(number)) => format!("{:.3}", number.value),
        Some(Word(word)) => word.id.clone(),
        None => value.missing().as_str_name().trim_start_matches("MISSING_VALUE_").to_owned(),
    };
    let coordinates = row.coordinates.iter().map(|one| one.value.clone()).collect::<Vec<_>>().join(" ");
    let values = row.values.iter().map(value).collect::<Vec<_>>().join(", ");
    format!("{coordinates}: {values}")
}

/// The rows of an answer in words.
pub fn rows(answer: &wire::Statistics) -> Vec<String> {
    answer.rows.iter().map(told).collect()
}

/// Numbers by what they are told apart, with totals over the cases; and from each to its cases.
pub async fn numbers(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    half_a_year_happens(&feed);

    let measures = [Of::Cases, Of::Reactions, Of::ShareOfAll, Of::MedianDays];
    let by_risk = answered(&china, cases(&[By::RiskType], &measures)).await;
    assert_eq!(
        rows(&by_risk),
        ["CHOKING: 3, 1, 0.750, FEWER_THAN_HALF", "FIRE: 2, 0, 0.500, FEWER_THAN_HALF"]
    );
    let total = by_risk.total.as_ref().unwrap();
    assert_eq!(told(total), ": 4, 1, 1.000, FEWER_THAN_HALF", "four, though the rows add up to five");
    assert!(by_risk.overlapping);
    assert_eq!(by_risk.cut_time, at("2027-06-30T16:00:00Z"), "the end of June in China");
    let titles: Vec<&str> = by_risk.rows[0].coordinates[0]
        .title
        .as_ref()
        .unwrap()
        .versions
        .iter()
        .map(|one| one.text.as_str())
        .collect();
    assert_eq!(titles, ["choking", "哽塞"]);
    for column in &by_risk.columns {
        let definition = column.definition.as_ref().unwrap();
        assert!(definition.versions.len() == 2 && definition.versions.iter().all(|one| !one.text.is_empty()));
    }

    // A trend has every month; two properties together have the pairs that there are.
    let trend = answered(&china, cases(&[By::Month], &[Of::Cases, Of::MedianDays])).await;
    assert_eq!(rows(&trend), ["2027-04: 2, 10.0 d", "2027-05: 0, NO_CASES", "2027-06: 2, FEWER_THAN_HALF"]);
    let pairs = answered(&china, cases(&[By::Quarter, By::Origin], &[Of::Alerts])).await;
    assert_eq!(rows(&pairs), ["2027-Q2 CN: 3", "2027-Q2 VN: 1"]);

    // The most first, and the others as one row, over their cases.
    let top = wire::StatisticsQuery {
        order_by: Of::Cases.into(),
        limit: 1,
        ..cases(&[By::RiskType], &[Of::Cases])
    };
    let top = answered(&china, top).await;
    assert_eq!((rows(&top), top.rest_rows), (vec!["CHOKING: 3".to_owned()], 1));
    assert_eq!(told(top.rest.as_ref().unwrap()), ": 2");

    // Behind a cell stand its cases.
    let behind = |filter: Vec<wire::StatisticsCondition>, page_token: String| wire::ListCasesRequest {
        query: Some(wire::StatisticsQuery { filter, ..cases(&[By::Origin], &[]) }),
        page_size: 2,
        page_token,
        ..wire::ListCasesRequest::default()
    };
    let mut statistics = china.statistics.clone();
    let choking = vec![only(By::RiskType, &["CHOKING"])];
    let first = statistics.list_cases(behind(choking.clone(), String::new())).await.unwrap().into_inner();
    assert_eq!((first.cases.len(), first.total), (2, 3));
    let standing = &first.sources[0];
    assert_eq!(
        (standing.input.as_ref().unwrap().source.as_str(), first.cut_time),
        ("notifications", trend.cut_time)
    );
    assert!(standing.known_until.is_some() && standing.lag.is_some());
    let next = first.next_page_token.clone();
    let second = statistics.list_cases(behind(choking, next)).await.unwrap().into_inner();
    assert_eq!((second.cases.len(), second.next_page_token.as_str()), (1, ""));
    let oldest = &second.cases[0];
    assert_eq!((oldest.date, oldest.first_reaction_time), (day("2027-04-05"), at("2027-04-15T08:00:00Z")));
    assert_eq!(oldest.coordinates[0].value, "CN");
    let april = vec![only(By::Month, &["2027-04", "2027-05"]), only(By::Origin, &["VN"])];
    let none = statistics.list_cases(behind(april, String::new())).await.unwrap().into_inner();
    assert_eq!(none.total, 0);

    // Alerts by themselves: as annual statistics count them.
    let alerts = wire::StatisticsQuery {
        subject: Subject::Alerts.into(),
        ..cases(&[By::Category], &[Of::Alerts, Of::Withdrawn])
    };
    assert_eq!(rows(&answered(&china, alerts).await), ["LIGHTERS: 1, 0", "TOYS: 3, 0"]);
}

/// Nobody is told of another's cases; every wrong field is named at once.
pub async fn strangers(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    half_a_year_happens(&feed);
    answered(&china, cases(&[], &[Of::Cases])).await;
    let foreign = wire::QueryStatisticsRequest {
        query: Some(cases(&[], &[Of::Cases])),
        authority: "cn-gacc".to_owned(),
    };
    let refused = europe.statistics.clone().query_statistics(foreign).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let foreign = wire::ListCasesRequest {
        query: Some(cases(&[], &[])),
        authority: "cn-gacc".to_owned(),
        ..wire::ListCasesRequest::default()
    };
    assert_eq!(
        europe.statistics.clone().list_cases(foreign).await.unwrap_err().code(),
        Code::PermissionDenied
    );
    let unfollowed = asked(&europe, cases(&[], &[Of::Cases])).await.unwrap_err();
    assert_eq!(reason(&unfollowed), "FEED_NOT_FOLLOWED");

    let nothing = asked(&china, wire::StatisticsQuery::default()).await.unwrap_err();
    assert_eq!(fields(&nothing), ["query.subject", "query.period", "query.measures"]);
    let wrong = wire::StatisticsQuery {
        filter: vec![only(By::Category, &["TOY", ""]), only(By::Month, &["2027-13"]), only(By::Origin, &[])],
        limit: -1,
        dimensions: vec![99, By::Month.into(), By::Month.into()],
        ..cases(&[], &[Of::Cases, Of::Cases])
    };
    assert_eq!(
        fields(&asked(&china, wrong).await.unwrap_err()),
        [
            "query.filter[0].values[0]",
            "query.filter[1].values[0]",
            "query.filter[2].values",
            "query.dimensions[0]",
            "query.dimensions[2]",
            "query.measures[1]",
            "query.limit"
        ]
    );
    let foreign = wire::StatisticsQuery {
        subject: Subject::Alerts.into(),
        filter: vec![only(By::Recipient, &["cn-gacc"])],
        order_by: Of::Alerts.into(),
        ..cases(&[By::Standing], &[Of::Cases])
    };
    assert_eq!(
        fields(&asked(&china, foreign).await.unwrap_err()),
        ["query.filter[0].dimension", "query.dimensions[0]", "query.measures[0]", "query.order_by"]
    );
    let mut later = cases(&[], &[Of::Cases]);
    later.period.as_mut().unwrap().start_date = day("2028-01-01");
    assert_eq!(
        fields(&asked(&china, later).await.unwrap_err()),
        ["query.period.end_date", "query.period.start_date"]
    );
}
