//! What others than the side whose cases it counts may have.

use seamless_proto::seamless::{
    notifications::v1::{self as told_of, ProductCategory, RiskType},
    reporting::v1::{
        self as wire, ReportFormat, StatisticsDimension as By, StatisticsMeasure as Of,
        StatisticsSubject as Subject,
    },
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::{Code, Status};

use super::{
    reports::{published_to, step},
    statistics::{cases, rows},
};
use crate::{
    bulletin_words::{about, approved, made, published},
    running::{Partner, Running},
    words::{
        SOON, alert, asked, at, content, day, downloaded, fields, followed, generated, reason, request_id,
        sending, transmits,
    },
};

/// Alerts of the second quarter: so many on each kind of product.
fn told(feed: &ToldFeed, first: u32, kinds: &[(ProductCategory, u32)]) {
    let mut id = first;
    for (category, count) in kinds {
        for _ in 0..*count {
            let one = alert(id, *category, &[RiskType::Fire], "CN");
            transmits(feed, one, sending(id, "2027-05-03T08:00:00Z"));
            id += 1;
        }
    }
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
}

async fn released(partner: &Partner, query: wire::StatisticsQuery) -> Result<wire::Statistics, Status> {
    let request = wire::ReleaseStatisticsRequest {
        query: Some(query),
        request_id: request_id(),
        ..wire::ReleaseStatisticsRequest::default()
    };
    partner.statistics.clone().release_statistics(request).await.map(tonic::Response::into_inner)
}

/// It says which feed was read, and nothing of what that told.
fn assert_is_silent(input: &wire::ReportInput) {
    assert!(!input.source.is_empty());
    let silent = wire::ReportInput { source: input.source.clone(), ..wire::ReportInput::default() };
    assert_eq!(*input, silent, "how many came in between would tell of few");
}

/// Waits until so many events are known.
async fn known(partner: &Partner, events: i64) {
    eventually("the feed is known", SOON, async || {
        let standing = partner.reports.clone().get_read_standing(wire::GetReadStandingRequest {}).await?;
        let source = standing.into_inner().sources.remove(0);
        let read = source.input.map_or(0, |input| input.events);
        let until = source.known_until.map(|time| time.seconds);
        let is_known = read == events && until >= at("2027-08-01T00:00:00Z").map(|time| time.seconds);
        if is_known { Ok(()) } else { Err(Status::unavailable(read.to_string())) }
    })
    .await;
}

/// A question about the alerts of the quarter.
fn alerts(dimensions: &[By], measures: &[Of]) -> wire::StatisticsQuery {
    wire::StatisticsQuery { subject: Subject::Alerts.into(), ..cases(dimensions, measures) }
}

/// An answer for others withholds what is small, and what would tell it; also over several answers.
pub async fn answers(running: Running) {
    use ProductCategory::{Cosmetics, Lighters, Toys};
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["eu-just"]).await;
    let europe = running.partner("eu-just");
    told(&feed, 1, &[(Toys, 12), (Lighters, 2), (Cosmetics, 7)]);
    known(&europe, 21).await;

    let by_category = alerts(&[By::Category], &[Of::Alerts, Of::ShareOfAll]);
    let answer = released(&europe, by_category.clone()).await.unwrap();
    let withheld = ["COSMETICS: WITHHELD, WITHHELD", "LIGHTERS: WITHHELD, WITHHELD", "TOYS: 12, 0.571"];
    assert_eq!(
        rows(&answer),
        withheld,
        "the total is told: with the cosmetics it would tell of the lighters"
    );
    let counts: Vec<i64> = answer.rows.iter().map(|row| row.cases).collect();
    assert_eq!((counts, answer.total.as_ref().unwrap().cases), (vec![-1, -1, 12], 21));

    // Neither the same question nor another one gets it out.
    assert_eq!(released(&europe, by_category.clone()).await.unwrap().rows, answer.rows);
    assert_eq!(rows(&released(&europe, alerts(&[By::Origin], &[Of::Alerts])).await.unwrap()), ["CN: 21"]);
    // The own side is told everything, and so is what is behind it.
    let request = wire::QueryStatisticsRequest { query: Some(by_category.clone()), authority: String::new() };
    let own = europe.statistics.clone().query_statistics(request).await.unwrap().into_inner();
    assert_eq!(rows(&own), ["COSMETICS: 7, 0.333", "LIGHTERS: 2, 0.095", "TOYS: 12, 0.571"]);

    // One more has come since: who was told twelve before must not be told thirteen now.
    told(&feed, 100, &[(Toys, 1)]);
    known(&europe, 22).await;
    let later = released(&europe, by_category.clone()).await.unwrap();
    assert_eq!(rows(&later)[2], "TOYS: WITHHELD, WITHHELD");
    assert_eq!(later.total.unwrap().cases, -1);
    // With enough of them it may.
    told(&feed, 200, &[(Toys, 9)]);
    known(&europe, 31).await;
    let latest = released(&europe, by_category.clone()).await.unwrap();
    assert_eq!(rows(&latest)[2], "TOYS: 22, 0.710");
    assert_eq!(latest.total.unwrap().cases, 31);

    // Nor do other days: without the quarter nothing is left of the half-year but what is small.
    let of_days = |first: &str, last: &str| {
        let mut query = by_category.clone();
        let period = query.period.as_mut().unwrap();
        (period.start_date, period.end_date) = (day(first), day(last));
        query
    };
    transmits(&feed, alert(300, Toys, &[RiskType::Fire], "CN"), sending(300, "2027-03-10T08:00:00Z"));
    known(&europe, 32).await;
    let longer = released(&europe, of_days("2027-01-01", "2027-06-30")).await.unwrap();
    assert_eq!(rows(&longer)[2], "TOYS: WITHHELD, WITHHELD", "before the quarter it would be one");
    // Others are told of whole months, quarters, half-years and years that are over.
    for (first, last, field) in [
        ("2027-04-02", "2027-06-30", "start_date"),
        ("2027-04-01", "2027-06-29", "end_date"),
        ("2027-01-01", "2027-12-31", "end_date"),
    ] {
        let refused = released(&europe, of_days(first, last)).await.unwrap_err();
        assert_eq!(fields(&refused), [format!("query.period.{field}")], "{refused:?}");
    }

    // By the days of another zone, the few between both would be told.
    let mut elsewhere = by_category.clone();
    elsewhere.period.as_mut().unwrap().time_zone = "Europe/Brussels".to_owned();
    let refused = released(&europe, elsewhere).await.unwrap_err();
    assert_eq!(fields(&refused), ["query.period.time_zone"], "{refused:?}");

    // What is not kept among what was told is not told: else each such question would be judged by itself.
    let checked = wire::ReleaseStatisticsRequest {
        query: Some(by_category.clone()),
        request_id: request_id(),
        validate_only: true,
        ..wire::ReleaseStatisticsRequest::default()
    };
    let checked = europe.statistics.clone().release_statistics(checked).await.unwrap().into_inner();
    assert!(checked.rows.is_empty() && checked.total.is_none() && checked.rest.is_none(), "{checked:?}");
    let input = checked.sources[0].input.as_ref().unwrap();
    assert_is_silent(input);
    // One property at a time; an order or a limit would tell of what is withheld, and what became of alerts of few.
    let wrong = wire::StatisticsQuery {
        filter: vec![wire::StatisticsCondition {
            dimension: By::Category.into(),
            values: vec!["TOYS".to_owned()],
        }],
        order_by: Of::Cases.into(),
        limit: 2,
        ..cases(&[By::Recipient, By::Category], &[Of::Cases, Of::MedianDays])
    };
    let refused = released(&europe, wrong).await.unwrap_err();
    let wrong = [
        "subject",
        "order_by",
        "limit",
        "filter",
        "measures[0]",
        "measures[1]",
        "dimensions[0]",
        "dimensions[1]",
    ];
    assert_eq!(fields(&refused), wrong.map(|field| format!("query.{field}")), "{refused:?}");
    let china = running.partner("cn-gacc");
    let foreign = wire::ReleaseStatisticsRequest {
        query: Some(by_category),
        authority: "eu-just".to_owned(),
        request_id: request_id(),
        validate_only: false,
    };
    let refused = china.statistics.clone().release_statistics(foreign).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
}

/// Annual statistics for others, in every format; judged with what was told before, and again before they are published.
pub async fn annual(running: Running) {
    use ProductCategory::{Cosmetics, Lighters, Toys};
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["eu-just"]).await;
    let [europe, canada] = ["eu-just", "ca-hc"].map(|id| running.partner(id));
    told(&feed, 1, &[(Toys, 12), (Lighters, 2), (Cosmetics, 7)]);
    // What another side notified is that side's to tell.
    let foreign = alert(50, Toys, &[RiskType::Fire], "VN");
    let foreign = told_of::Notification { originator: "ca-hc".to_owned(), ..foreign };
    transmits(&feed, foreign, sending(50, "2027-05-03T08:00:00Z"));
    known(&europe, 22).await;
    let statistics = |for_others: bool| wire::Report {
        template: wire::ReportTemplate::AnnualStatistics.into(),
        period: Some(wire::ReportPeriod {
            start_date: day("2027-04-01"),
            end_date: day("2027-06-30"),
            time_zone: "Asia/Shanghai".to_owned(),
        }),
        for_others,
        ..wire::Report::default()
    };
    // What was made for the own side is read by nobody else.
    let own = generated(&europe, statistics(false)).await;
    let own = step(&europe, "approve", &own).await.unwrap();
    let refused = published_to(&europe, &own, &["eu-just", "ca-hc"]).await.unwrap_err();
    assert_eq!((refused.code(), fields(&refused)), (Code::InvalidArgument, vec!["readers[1]".to_owned()]));

    let report = generated(&europe, statistics(true)).await;
    let said = content(&europe, &report).await;
    let table = |id: &str| {
        let section = said.sections.iter().find(|one| one.id == "alerts").unwrap();
        section.tables.iter().find(|one| one.id == id).unwrap()
    };
    let counts = |id: &str| {
        let count = |row: &wire::Row| match row.values[0].value {
            Some(wire::value::Value::Count(count)) => format!("{} {count}", row.id),
            _ => format!("{} {}", row.id, row.values[0].missing().as_str_name()),
        };
        table(id).rows.iter().map(count).collect::<Vec<_>>()
    };
    let withheld = "MISSING_VALUE_WITHHELD";
    assert_eq!(
        counts("by_category"),
        ["TOYS 12".to_owned(), format!("COSMETICS {withheld}"), format!("LIGHTERS {withheld}")]
    );
    assert_eq!(counts("by_origin"), ["CN 21"]);
    for (format, language, word) in
        [(ReportFormat::Html, "en", "withheld"), (ReportFormat::Html, "zh-Hans", "不予公布")]
    {
        let page = downloaded(&europe, &report, format, language).await.unwrap();
        assert!(String::from_utf8(page).unwrap().contains(word), "{language}");
    }
    let csv = downloaded(&europe, &report, ReportFormat::Csv, "").await.unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let lighters = csv.lines().find(|line| line.contains(",LIGHTERS,1,")).unwrap();
    assert!(lighters.contains(",21,withheld,") && !lighters.contains(",2,"), "{lighters}");

    // What was told between generating and publishing counts, too: it has to be generated again.
    let approved = step(&europe, "approve", &report).await.unwrap();
    released(&europe, alerts(&[By::Origin], &[Of::Alerts])).await.unwrap();
    let refused = published_to(&europe, &approved, &["ca-hc"]).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition, "{} {}", reason(&refused), refused.message());
    let again = generated(&europe, statistics(true)).await;
    let approved = step(&europe, "approve", &again).await.unwrap();
    published_to(&europe, &own, &["eu-just"]).await.unwrap();
    let given = published_to(&europe, &approved, &["ca-hc"]).await.unwrap();
    assert_eq!(given.restates, "", "who reads it learns of no other one");
    let inputs = given.manifest.unwrap().inputs;
    inputs.iter().for_each(assert_is_silent);
    let compare = wire::CompareReportsRequest { name: again.name.clone(), other: own.name.clone() };
    let compared = europe.reports.clone().compare_reports(compare).await.unwrap().into_inner();
    let causes: Vec<_> = compared.causes.iter().map(|one| (one.kind(), one.name.as_str())).collect();
    let wanted = [
        (wire::ComparisonCauseKind::Subject, ""),
        (wire::ComparisonCauseKind::Configuration, "small_counts"),
    ];
    assert!(wanted.iter().all(|one| causes.contains(one)), "{causes:?}");
    assert_eq!(content(&canada, &again).await, said, "the same for who reads it");

    // An answer is judged with the report: in May all of them were.
    let mut in_may = alerts(&[By::Category], &[Of::Alerts]);
    let period = in_may.period.as_mut().unwrap();
    (period.start_date, period.end_date) = (day("2027-05-01"), day("2027-05-31"));
    let answer = released(&europe, in_may).await.unwrap();
    assert_eq!(rows(&answer), ["COSMETICS: WITHHELD", "LIGHTERS: WITHHELD", "TOYS: 12"]);

    let partner =
        wire::Report { partner: "cn-gacc".to_owned(), for_others: true, ..crate::words::quarter("") };
    assert_eq!(fields(&asked(&europe, partner).await.unwrap_err()), ["report.for_others"]);
    let mut year = statistics(true);
    year.period.as_mut().unwrap().start_date = day("2027-01-01");
    year.period.as_mut().unwrap().end_date = day("2027-12-31");
    let refused = asked(&europe, year).await.unwrap_err();
    assert_eq!(fields(&refused), ["report.period.end_date"], "it goes on");
    let mut elsewhere = statistics(true);
    elsewhere.period.as_mut().unwrap().time_zone = "Europe/Brussels".to_owned();
    assert_eq!(fields(&asked(&europe, elsewhere).await.unwrap_err()), ["report.period.time_zone"]);
    // What is not judged is for nobody else.
    let training = wire::Report { template: wire::ReportTemplate::Training.into(), ..statistics(true) };
    assert_eq!(fields(&asked(&europe, training).await.unwrap_err()), ["report.for_others"]);
}

/// A report about a partner is for the two sides, which know its cases.
pub async fn partners(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    told(&feed, 1, &[(ProductCategory::Toys, 2)]);
    let report = generated(&china, crate::words::quarter("eu-just")).await;
    let approved = step(&china, "approve", &report).await.unwrap();
    let refused = published_to(&china, &approved, &["eu-just", "us-cpsc"]).await.unwrap_err();
    assert_eq!((refused.code(), fields(&refused)), (Code::InvalidArgument, vec!["readers[1]".to_owned()]));
    published_to(&china, &approved, &["eu-just"]).await.unwrap();
}

/// The authorities of a side see nearly the same alerts: what one of them told is reckoned with where another one tells.
pub async fn sides(running: Running) {
    use ProductCategory::{Cosmetics, Toys};
    running.set_clock("2027-08-01T00:00:00Z");
    let ([of_europe, of_netherlands], running) = followed(running, ["eu-just", "nl-nvwa"]).await;
    let [europe, netherlands] = ["eu-just", "nl-nvwa"].map(|id| running.partner(id));
    told(&of_europe, 1, &[(Toys, 12), (Cosmetics, 7)]);
    told(&of_netherlands, 1, &[(Toys, 11), (Cosmetics, 7)]);
    known(&europe, 19).await;
    known(&netherlands, 18).await;
    let asked = alerts(&[By::Category], &[Of::Alerts]);
    let answer = released(&europe, asked.clone()).await.unwrap();
    assert_eq!(rows(&answer), ["COSMETICS: 7", "TOYS: 12"]);
    let answer = released(&netherlands, asked).await.unwrap();
    assert_eq!(rows(&answer), ["COSMETICS: 7", "TOYS: WITHHELD"], "one is shown to the contact point alone");
}

/// So many alerts of May on toys from a country.
fn told_from(feed: &ToldFeed, first: u32, origin: &str, count: u32) {
    for id in first..first + count {
        let one = alert(id, ProductCategory::Toys, &[RiskType::Fire], origin);
        transmits(feed, one, sending(id, "2027-05-03T08:00:00Z"));
    }
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
}

/// A bulletin names alerts to others: it is not published where what they were told would be undone by it, and what they are told later
/// keeps what it leaves.
pub async fn bulletins(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["eu-just"]).await;
    let europe = running.partner("eu-just");
    told_from(&feed, 1, "CN", 8);
    told_from(&feed, 50, "VN", 2);
    let of_month = |month: u32| {
        let mut query = alerts(&[By::Origin], &[Of::Alerts]);
        let period = query.period.as_mut().unwrap();
        let last = if month == 5 { 31 } else { 30 };
        (period.start_date, period.end_date) =
            (day(&format!("2027-{month:02}-01")), day(&format!("2027-{month:02}-{last}")));
        query
    };
    feed.is_known_until(at("2027-08-02T00:00:00Z").unwrap());
    known(&europe, 10).await;
    // Numbers first: ten in all are told, and of the two from Vietnam nothing.
    let answer = released(&europe, of_month(5)).await.unwrap();
    assert_eq!(
        (rows(&answer), answer.total.unwrap().cases),
        (vec!["CN: WITHHELD".to_owned(), "VN: WITHHELD".to_owned()], 10)
    );
    let bulletin = made(&europe, about("eu-just", "CN", (2027, 5))).await;
    assert_eq!(bulletin.alert_count, 8);
    approved(&europe, &bulletin).await;
    let refused = published(&europe, &bulletin, &["cn-gacc"]).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused:?}");
    for word in ["by ORIGIN of 2027-05-01 to 2027-05-31", "its own side alone"] {
        assert!(refused.message().contains(word), "{}", refused.message());
    }
    published(&europe, &bulletin, &["nl-nvwa"]).await.unwrap();

    // The bulletin first: what it leaves is told of nowhere.
    for (id, origin) in (100..108).map(|id| (id, "CN")).chain([(150, "VN"), (151, "VN")]) {
        let one = alert(id, ProductCategory::Toys, &[RiskType::Fire], origin);
        transmits(&feed, one, sending(id, "2027-06-03T08:00:00Z"));
    }
    running.set_clock("2027-08-01T06:00:00Z");
    feed.is_known_until(at("2027-08-03T00:00:00Z").unwrap());
    known(&europe, 20).await;
    let bulletin = made(&europe, about("eu-just", "CN", (2027, 6))).await;
    approved(&europe, &bulletin).await;
    published(&europe, &bulletin, &["cn-gacc"]).await.unwrap();
    let answer = released(&europe, of_month(6)).await.unwrap();
    assert_eq!(rows(&answer), ["CN: 8", "VN: WITHHELD"]);
    assert_eq!(answer.total.unwrap().cases, -1, "without the eight it would be two");
}
