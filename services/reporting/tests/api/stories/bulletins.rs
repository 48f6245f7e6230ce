//! Bulletins from the question to the readers.

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as told, NotificationState},
    reporting::v1::{self as wire, ReportState},
};
use sha2::{Digest, Sha256};
use tonic::Code;

use crate::{
    bulletin_words::{
        about, alerts, approved, asked, content, count, downloaded, listed as numbers, made, published,
        recall, tells, told_by, updates,
    },
    running::Running,
    words::{at, fields, followed, reason, request_id, said},
};

const NOW: &str = "2027-08-01T00:00:00Z";

/// Every recall of the month and origin and no other, also where several origins are named; whatever order they were told in.
pub async fn listed(running: Running) {
    running.set_clock(NOW);
    let ([feed], running) = followed(running, ["us-cpsc"]).await;
    let us = running.partner("us-cpsc");
    tells(&feed, &recall(1, "2027-05-31", &["CN"]), "2027-07-01T08:00:00Z");
    tells(&feed, &recall(2, "2027-05-01", &["VN", "CN"]), "2027-07-01T08:00:01Z");
    tells(&feed, &recall(3, "2027-06-01", &["CN"]), "2027-07-01T08:00:02Z");
    tells(&feed, &recall(4, "2027-04-30", &["CN"]), "2027-07-01T08:00:03Z");
    tells(&feed, &recall(5, "2027-05-05", &["VN"]), "2027-07-01T08:00:04Z");
    let mut other_side = recall(6, "2027-05-06", &["CN"]);
    other_side.originator = "eu-just".to_owned();
    tells(&feed, &other_side, "2027-07-01T08:00:05Z");
    let mut draft = recall(7, "2027-05-07", &["CN"]);
    draft.state = NotificationState::Draft.into();
    tells(&feed, &draft, "2027-07-01T08:00:06Z");
    let mut withdrawn = recall(8, "2027-05-08", &["CN"]);
    tells(&feed, &withdrawn, "2027-07-01T08:00:07Z");
    withdrawn.state = NotificationState::Withdrawn.into();
    let event = told::NotificationWithdrawn { notification: Some(withdrawn) };
    feed.tell_at(&event, at("2027-07-02T08:00:00Z"), EventStatus::Actual);
    // Moved by a new version from China to both, and from one month to another.
    let mut moved = recall(9, "2027-06-09", &["VN"]);
    tells(&feed, &moved, "2027-07-01T08:00:08Z");
    moved.traceability.as_mut().unwrap().additional_countries_of_origin.push("CN".to_owned());
    moved.general.as_mut().unwrap().notification_date = crate::words::day("2027-05-09");
    updates(&feed, &moved, "2027-07-03T08:00:00Z");
    // Without a date of its own it belongs to the day on which it was confirmed, where the authority is: the last of May in New York.
    let mut undated = recall(10, "2027-05-10", &["CN"]);
    undated.general.as_mut().unwrap().notification_date = None;
    tells(&feed, &undated, "2027-06-01T03:00:00Z");
    told_by(&running, &feed, 2);

    let months = [(4, "24-004"), (5, "24-001 24-002 24-009 24-010"), (6, "24-003"), (7, "")];
    for (month, wanted) in months {
        let bulletin = made(&us, about("us-cpsc", "CN", (2027, month))).await;
        let content = content(&us, &bulletin).await;
        assert_eq!(numbers(&content).join(" "), wanted, "2027-{month:02}");
        assert_eq!(count(&content, "total"), i64::from(bulletin.alert_count));
        assert_eq!(count(&content, "recalled"), i64::from(bulletin.alert_count));
    }
    let vietnam = made(&us, about("us-cpsc", "VN", (2027, 5))).await;
    let vietnam = content(&us, &vietnam).await;
    assert_eq!(numbers(&vietnam), ["24-002", "24-005", "24-009"]);
    let two = alerts(&vietnam).into_iter().find(|alert| alert.reference == "24-002").unwrap();
    assert_eq!(two.countries_of_origin, ["CN", "VN"]);
    // A drill of the same month has none of them.
    let drill = wire::Bulletin { status: EventStatus::Exercise.into(), ..about("us-cpsc", "CN", (2027, 5)) };
    let drill = made(&us, drill).await;
    assert_eq!(drill.alert_count, 0);
}

/// Asked for, generated, approved, published; read by those that it is for, and by nobody else; and restated by a later one.
pub async fn life(running: Running) {
    running.set_clock(NOW);
    let ([feed], running) = followed(running, ["us-cpsc"]).await;
    let [us, china, canada] = ["us-cpsc", "cn-gacc", "ca-hc"].map(|id| running.partner(id));
    tells(&feed, &recall(1, "2027-05-31", &["CN"]), "2027-07-01T08:00:00Z");
    told_by(&running, &feed, 2);
    let may = || about("us-cpsc", "CN", (2027, 5));
    let first = made(&us, may()).await;
    assert!(first.name.starts_with("bulletins/") && first.owner == "us-cpsc", "{first:?}");
    let manifest = first.manifest.clone().unwrap();
    assert_eq!((&manifest.report, manifest.country_of_origin.as_str()), (&first.name, "CN"));
    let configuration: Vec<&str> = manifest.configuration.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(configuration, ["cooperation", "fonts", "zone_data", "glossary"]);
    let keys = us.reports.clone().get_report_keys(wire::GetReportKeysRequest {}).await.unwrap().into_inner();
    let type_of = "seamless-report+jwt";
    let signed = seamless_receipts::verify_as::<serde_json::Value>(type_of, &first.signature, &keys.jwks);
    let signed = signed.unwrap().claims;
    assert_eq!(
        (signed["report"].as_str(), signed["country_of_origin"].as_str()),
        (Some(&*first.name), Some("CN"))
    );
    assert_eq!(signed["template"], "HAZARD_BULLETIN");
    for document in &manifest.documents {
        let bytes = downloaded(&us, &first, document.format(), &document.language).await.unwrap();
        assert_eq!(hex::encode(Sha256::digest(&bytes)), document.sha256, "{}", document.file_name);
    }
    // The same again is the same, but for its name.
    let again = made(&us, may()).await;
    assert_eq!(again.manifest.unwrap().documents, manifest.documents);

    let early = published(&us, &first, &["cn-gacc"]).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition);
    let ask = wire::GetBulletinRequest { name: first.name.clone() };
    let denied = china.bulletins.clone().get_bulletin(ask).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
    approved(&us, &first).await;
    let given = published(&us, &first, &["cn-gacc"]).await.unwrap();
    assert_eq!(
        (given.state(), given.readers.as_slice()),
        (ReportState::Published, &["cn-gacc".to_owned()][..])
    );
    let list = |received| wire::ListBulletinsRequest { received, ..Default::default() };
    let received = china.bulletins.clone().list_bulletins(list(true)).await.unwrap().into_inner().bulletins;
    assert_eq!(received.len(), 1);
    assert!(received[0].approved_by.is_empty(), "who approved it is its owner's alone");
    assert_eq!(numbers(&content(&china, &received[0]).await), ["24-001"]);
    let own = us.bulletins.clone().list_bulletins(list(false)).await.unwrap().into_inner().bulletins;
    assert_eq!(own.len(), 2);
    assert!(
        canada.bulletins.clone().list_bulletins(list(true)).await.unwrap().into_inner().bulletins.is_empty()
    );
    let told: Vec<wire::BulletinPublished> = china.events().await.iter().filter_map(said).collect();
    assert_eq!((told.len(), told[0].restated.as_str()), (1, ""));
    assert_eq!(told[0].bulletin.as_ref().unwrap().name, first.name);
    let changes: Vec<wire::BulletinChanged> = china.events().await.iter().filter_map(said).collect();
    assert!(changes.is_empty(), "what became of it before is its owner's own");

    // Another recall of May is told in July: the later bulletin takes the place of the first, and its reader learns so.
    tells(&feed, &recall(2, "2027-05-02", &["CN"]), "2027-07-20T08:00:00Z");
    told_by(&running, &feed, 3);
    let second = made(&us, may()).await;
    assert_eq!(second.alert_count, 2);
    approved(&us, &second).await;
    let second = published(&us, &second, &["ca-hc"]).await.unwrap();
    assert_eq!(second.restates, first.name);
    let told: Vec<wire::BulletinPublished> = china.events().await.iter().filter_map(said).collect();
    assert_eq!((told[1].restated.as_str(), &told[1].bulletin), (first.name.as_str(), &None));
    let told: Vec<wire::BulletinPublished> = canada.events().await.iter().filter_map(said).collect();
    assert_eq!(told[0].bulletin.as_ref().unwrap().name, second.name);
    // For Vietnam it is another subject.
    let other = made(&us, about("us-cpsc", "VN", (2027, 5))).await;
    approved(&us, &other).await;
    assert_eq!(published(&us, &other, &["ca-hc"]).await.unwrap().restates, "");
    let cancel =
        wire::CancelBulletinRequest { name: second.name, request_id: request_id(), ..Default::default() };
    assert_eq!(
        us.bulletins.clone().cancel_bulletin(cancel).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
}

/// What others told the owner may be meant for it alone: it goes to no third side.
pub async fn meant_for(running: Running) {
    running.set_clock(NOW);
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    let mut europe_s = recall(1, "2027-05-31", &["CN"]);
    europe_s.originator = "nl-nvwa".to_owned();
    tells(&feed, &europe_s, "2027-07-01T08:00:00Z");
    told_by(&running, &feed, 2);
    let bulletin = made(&china, about("eu-just", "CN", (2027, 5))).await;
    assert_eq!(numbers(&content(&china, &bulletin).await), ["24-001"], "of all authorities of the side");
    approved(&china, &bulletin).await;
    let refused = published(&china, &bulletin, &["eu-just", "ca-hc", "nobody"]).await.unwrap_err();
    assert_eq!(fields(&refused), ["readers[1]", "readers[2]"], "{refused}");
    published(&china, &bulletin, &["eu-just", "nl-nvwa"]).await.unwrap();
}

/// Of an alert whose right was lost nothing is in a later bulletin; of one that was narrowed only what is left.
pub async fn lost(running: Running) {
    running.set_clock(NOW);
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    let of_europe =
        |id| told::Notification { originator: "eu-just".to_owned(), ..recall(id, "2027-05-31", &["CN"]) };
    for id in [1, 2] {
        tells(&feed, &of_europe(id), "2027-07-01T08:00:00Z");
    }
    told_by(&running, &feed, 2);
    let may = || about("eu-just", "CN", (2027, 5));
    let before = made(&china, may()).await;
    assert_eq!(before.alert_count, 2);
    let removal = told::Removal {
        notification: of_europe(1).name,
        originator: "eu-just".to_owned(),
        authority: "cn-gacc".to_owned(),
        reason: told::RemovalReason::Revoked.into(),
        order_time: at("2027-07-02T08:00:00Z"),
        ..Default::default()
    };
    let event = told::RemovalOrdered { removal: Some(removal) };
    feed.tell_at(&event, at("2027-07-02T08:00:00Z"), EventStatus::Actual);
    let mut narrowed = of_europe(2);
    narrowed.traceability.as_mut().unwrap().operators.clear();
    updates(&feed, &narrowed, "2027-07-02T08:00:01Z");
    told_by(&running, &feed, 3);
    let after = made(&china, may()).await;
    let said = content(&china, &after).await;
    assert_eq!(numbers(&said), ["24-002"]);
    assert!(alerts(&said)[0].operators.is_empty());
    assert_eq!(numbers(&content(&china, &before).await), ["24-001", "24-002"], "what was made stays");
    assert_eq!(after.manifest.unwrap().inputs[0].alerts_lost, 1);
}

/// Facts that an earlier version of the program wrote lack what bulletins tell: they are read anew, and say all of it then.
pub async fn renewed(running: Running) {
    running.set_clock(NOW);
    let ([feed], running) = followed(running, ["us-cpsc"]).await;
    tells(&feed, &recall(1, "2027-05-31", &["CN"]), "2027-07-01T08:00:00Z");
    tells(&feed, &recall(2, "2027-05-30", &["CN"]), "2027-07-01T08:00:01Z");
    told_by(&running, &feed, 2);
    let may = || about("us-cpsc", "CN", (2027, 5));
    let before = made(&running.partner("us-cpsc"), may()).await;
    let input = |bulletin: &wire::Bulletin| bulletin.manifest.as_ref().unwrap().inputs[0].clone();
    let earlier: &[&str] = &["DELETE FROM fact WHERE kind = 'recall'", "UPDATE fact_input SET version = 1"];
    let running = running.restarted_after(earlier).await;
    let us = running.partner("us-cpsc");
    told_by(&running, &feed, 3);
    let after = made(&us, may()).await;
    assert_eq!(numbers(&content(&us, &after).await), ["24-001", "24-002"]);
    assert_eq!(input(&after), input(&before), "each event counts once");
    assert_eq!(after.manifest.unwrap().documents, before.manifest.unwrap().documents);
    // It is not done again, and goes on from there.
    let running = running.restarted(|_| {}).await;
    tells(&feed, &recall(3, "2027-05-29", &["CN"]), "2027-07-01T08:00:02Z");
    told_by(&running, &feed, 4);
    let us = running.partner("us-cpsc");
    let third = made(&us, may()).await;
    assert_eq!((third.alert_count, input(&third).events), (3, 3));
}

/// All that is wrong is said at once.
pub async fn wrong(running: Running) {
    running.set_clock(NOW);
    let ([_feed], running) = followed(running, ["us-cpsc"]).await;
    let [us, canada] = ["us-cpsc", "ca-hc"].map(|id| running.partner(id));
    let empty = asked(&us, wire::Bulletin::default()).await.unwrap_err();
    let wanted = ["bulletin.recalling_authority", "bulletin.country_of_origin", "bulletin.month"];
    assert_eq!(fields(&empty), wanted);
    let nonsense = asked(&us, about("somebody", "XX", (2027, 13))).await.unwrap_err();
    assert_eq!(fields(&nonsense), ["bulletin.country_of_origin", "bulletin.month"]);
    let unknown = asked(&us, about("somebody", "CN", (2027, 9))).await.unwrap_err();
    assert_eq!(fields(&unknown), ["bulletin.recalling_authority", "bulletin.month"], "September is to come");
    let behind = asked(&us, about("nl-nvwa", "CN", (2027, 5))).await.unwrap_err();
    assert!(behind.message().contains("eu-just"), "{behind}");
    // In New York July still runs; August has not begun.
    let august = asked(&us, about("us-cpsc", "CN", (2027, 8))).await.unwrap_err();
    assert_eq!(fields(&august), ["bulletin.month"]);
    let nobody = asked(&canada, about("us-cpsc", "CN", (2027, 5))).await.unwrap_err();
    assert_eq!(reason(&nobody), "FEED_NOT_FOLLOWED");
    let report = wire::Report {
        template: wire::ReportTemplate::HazardBulletin.into(),
        ..crate::words::quarter("cn-gacc")
    };
    assert_eq!(fields(&crate::words::asked(&us, report).await.unwrap_err()), ["report.template"]);
}
