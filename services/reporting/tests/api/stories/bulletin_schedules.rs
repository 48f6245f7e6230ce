//! Bulletins that a schedule asks for: each month one, made in time and given to its readers with the approval.

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    reporting::v1::{self as wire, ReportState, SchedulePeriod},
    r#type::v1::TranslationState::{Original, Translated},
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::{Code, Status};

use super::schedules::{created, read, run_by_hand, runs};
use crate::{
    bulletin_words::{about, recall, tells, texts},
    running::{Partner, Running},
    words::{SOON, at, fields, followed, request_id, said},
};

/// On the third of each month, by the clocks of New York, about products made in China.
fn each_month() -> wire::ReportSchedule {
    wire::ReportSchedule {
        template: wire::ReportTemplate::HazardBulletin.into(),
        partner: "us-cpsc".to_owned(),
        country_of_origin: "CN".to_owned(),
        cron_expression: "0 6 3 * *".to_owned(),
        time_zone: "America/New_York".to_owned(),
        period: SchedulePeriod::PreviousMonth.into(),
        readers: vec!["ca-hc".to_owned(), "cn-gacc".to_owned()],
        ..Default::default()
    }
}

/// It is ten o'clock of this day, and the feed has told all of the day.
fn day_is(running: &Running, feed: &ToldFeed, day: &str) {
    running.set_clock(&format!("{day}T10:00:00Z"));
    feed.is_known_until(at(&format!("{day}T23:00:00Z")).unwrap());
}

/// The bulletin of the last run, another one than `before`, once it stands so.
async fn last(partner: &Partner, schedule: &str, before: &str, state: ReportState) -> wire::Bulletin {
    eventually("the schedule ran", SOON, async || {
        let name = read(partner, schedule).await?.last_report;
        if name.is_empty() || name == before {
            return Err(Status::unavailable("it did not run yet"));
        }
        let request = wire::GetBulletinRequest { name };
        let bulletin = partner.bulletins.clone().get_bulletin(request).await?.into_inner();
        if bulletin.state() == state {
            Ok(bulletin)
        } else {
            Err(Status::unavailable(format!("{bulletin:?}")))
        }
    })
    .await
}

async fn approve(partner: &Partner, bulletin: &wire::Bulletin) -> Result<wire::Bulletin, Status> {
    let request = wire::ApproveBulletinRequest {
        name: bulletin.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.bulletins.clone().approve_bulletin(request).await.map(tonic::Response::into_inner)
}

/// Two months: the first is published with its approval, the second not before its texts keep to the glossary.
pub async fn months(running: Running) {
    running.set_clock("2027-06-20T12:00:00Z");
    let ([feed], running) = followed(running, ["us-cpsc"]).await;
    let [us, china, canada] = ["us-cpsc", "cn-gacc", "ca-hc"].map(|id| running.partner(id));
    let schedule = created(&us, each_month()).await.unwrap();
    assert_eq!(schedule.next_time, at("2027-07-03T10:00:00Z"));
    assert_eq!((schedule.country_of_origin.as_str(), schedule.last_report.as_str()), ("CN", ""));
    tells(&feed, &recall(1, "2027-05-31", &["CN"]), "2027-06-01T08:00:00Z");
    tells(&feed, &recall(2, "2027-06-10", &["CN"]), "2027-06-11T08:00:00Z");
    tells(&feed, &recall(3, "2027-06-12", &["VN"]), "2027-06-13T08:00:00Z");

    day_is(&running, &feed, "2027-07-03");
    let june = last(&us, &schedule.name, "", ReportState::Generated).await;
    assert!(june.name.starts_with("bulletins/"), "{}", june.name);
    let asked = about("us-cpsc", "CN", (2027, 6));
    assert_eq!((&june.month, &june.country_of_origin), (&asked.month, &asked.country_of_origin));
    assert_eq!((june.alert_count, june.schedule.as_str()), (1, schedule.name.as_str()));
    assert_eq!((june.intended_time, june.publish_to.len()), (at("2027-07-03T10:00:00Z"), 2));
    let ran = runs(&us, &schedule.name).await;
    assert_eq!((ran.len(), ran[0].report.as_str()), (1, june.name.as_str()));
    let again = run_by_hand(&us, &schedule.name, "2027-07-03T10:00:00Z").await.unwrap();
    assert_eq!(
        (again.name.as_str(), again.template()),
        (june.name.as_str(), wire::ReportTemplate::HazardBulletin)
    );

    let june = approve(&us, &june).await.unwrap();
    assert_eq!(june.state(), ReportState::Published, "a person found it right, and it goes to its readers");
    for reader in [&china, &canada] {
        let told: Vec<wire::BulletinPublished> =
            reader.clone().events().await.iter().filter_map(said).collect();
        let told = told[0].bulletin.as_ref().unwrap();
        assert_eq!(
            (told.name.as_str(), told.schedule.as_str()),
            (june.name.as_str(), ""),
            "that is its owner's"
        );
    }

    // The next one has a text that does not keep to the glossary.
    let mut plug = recall(4, "2027-07-05", &["CN"]);
    plug.risk.as_mut().unwrap().description = texts(&[
        ("en", "The plug can give an electric shock.", Original),
        ("zh-Hans", "插头可能造成休克。", Translated),
    ]);
    tells(&feed, &plug, "2027-07-06T08:00:00Z");
    day_is(&running, &feed, "2027-08-03");
    let july = last(&us, &schedule.name, &june.name, ReportState::Generated).await;
    assert_eq!((july.alert_count, july.findings.len()), (1, 1));
    let refused = approve(&us, &july).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("1 findings of the glossary"), "{refused}");
    let accept = wire::AcceptFindingsRequest {
        name: july.name.clone(),
        numbers: vec![1],
        reason: "the maker's own word".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    us.bulletins.clone().accept_findings(accept).await.unwrap();
    assert_eq!(approve(&us, &july).await.unwrap().state(), ReportState::Published);
    assert_eq!(july.status(), EventStatus::Actual);
}

/// What no bulletin can be asked for by is refused with every field.
pub async fn wrong(running: Running) {
    running.set_clock("2027-06-20T12:00:00Z");
    let ([_feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    let all_wrong = wire::ReportSchedule {
        country_of_origin: String::new(),
        period: SchedulePeriod::PreviousQuarter.into(),
        approve_automatically: true,
        ..each_month()
    };
    assert_eq!(
        fields(&created(&china, all_wrong).await.unwrap_err()),
        ["schedule.country_of_origin", "schedule.approve_automatically", "schedule.period"]
    );
    // What others told China is for the two sides; and who does not speak for a side recalls nothing.
    assert_eq!(fields(&created(&china, each_month()).await.unwrap_err()), ["schedule.readers[0]"]);
    let customs = wire::ReportSchedule { partner: "nl-nvwa".to_owned(), readers: vec![], ..each_month() };
    assert_eq!(fields(&created(&china, customs).await.unwrap_err()), ["schedule.partner"]);
    let quarter = wire::ReportSchedule {
        template: wire::ReportTemplate::QuarterlyPartner.into(),
        readers: vec![],
        ..each_month()
    };
    assert_eq!(fields(&created(&china, quarter).await.unwrap_err()), ["schedule.country_of_origin"]);
    let of_us = wire::ReportSchedule { readers: vec!["us-cpsc".to_owned()], ..each_month() };
    assert!(created(&china, of_us).await.is_ok(), "of what another side told, for the two");
}
