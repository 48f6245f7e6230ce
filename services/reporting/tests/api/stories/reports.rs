//! A report from the question to the partner who reads it.

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as told, FollowUpState, ProductCategory, RiskType},
    reporting::v1::{self as wire, ReportFormat, ReportState},
};
use seamless_testkit::{ToldFeed, eventually};
use sha2::{Digest, Sha256};
use tonic::{Code, Status};

use crate::{
    running::{Partner, Running},
    words::{
        SOON, alert, asked, at, content, count, downloaded, fields, follow_up, followed, follows_up,
        generated, quarter, reason, request_id, rows, said, sending, transmits,
    },
};

/// Four alerts of the quarter and one of before, of which two were handled; then everything is told until August, and was read.
async fn quarter_happens(feed: &ToldFeed, reader: &Partner) {
    use RiskType::{Choking, Fire};
    transmits(feed, alert(1, ProductCategory::Toys, &[Choking], "CN"), sending(1, "2027-03-10T08:00:00Z"));
    transmits(
        feed,
        alert(2, ProductCategory::Toys, &[Choking, Fire], "CN"),
        sending(2, "2027-04-05T08:00:00Z"),
    );
    transmits(feed, alert(3, ProductCategory::Lighters, &[Fire], "CN"), sending(3, "2027-05-01T08:00:00Z"));
    // On the last day of June in London it is July in China already.
    transmits(feed, alert(4, ProductCategory::Toys, &[Choking], "CN"), sending(4, "2027-06-30T17:00:00Z"));
    let steps = [
        (FollowUpState::Investigating, "2027-04-06T08:00:00Z"),
        (FollowUpState::Traced, "2027-04-15T08:00:00Z"),
        (FollowUpState::MeasureAdopted, "2027-04-20T08:00:00Z"),
    ];
    let mut measured = follow_up(2, &steps);
    measured.measures.push(told::Measure {
        action: told::MeasureAction::StopOfSales.into(),
        obligation: told::MeasureObligation::Compulsory.into(),
        adopt_time: at("2027-04-20T08:00:00Z"),
        ..Default::default()
    });
    let mut reacted = sending(2, "2027-04-05T08:00:00Z");
    reacted.acknowledge_time = at("2027-04-06T08:00:00Z");
    reacted.first_reaction_time = at("2027-04-15T08:00:00Z");
    follows_up(feed, measured, reacted);
    let mut old = follow_up(1, &[(FollowUpState::Investigating, "2027-07-10T08:00:00Z")]);
    old.internal_note.clear();
    follows_up(feed, old, sending(1, "2027-03-10T08:00:00Z"));
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    was_read(reader, 6).await;
}

/// Waits until the feed of this authority was read up to a position. A report waits for no more than what tells of its period.
async fn was_read(reader: &Partner, position: i64) {
    eventually("it took effect", SOON, async || {
        let standing = reader.reports.clone().get_read_standing(wire::GetReadStandingRequest {}).await?;
        let read = standing.into_inner().sources[0].input.as_ref().map_or(0, |input| input.position);
        if read >= position { Ok(()) } else { Err(Status::unavailable(read.to_string())) }
    })
    .await;
}

/// Approves, cancels or publishes it to the EU.
pub async fn step(partner: &Partner, verb: &str, report: &wire::Report) -> Result<wire::Report, Status> {
    let (name, etag, request_id) = (report.name.clone(), report.etag.clone(), request_id());
    let mut reports = partner.reports.clone();
    let answer = match verb {
        "approve" => {
            reports
                .approve_report(wire::ApproveReportRequest { name, etag, request_id, ..Default::default() })
                .await
        }
        "cancel" => {
            reports
                .cancel_report(wire::CancelReportRequest { name, etag, request_id, ..Default::default() })
                .await
        }
        _ => return published_to(partner, report, &["eu-just"]).await,
    };
    answer.map(tonic::Response::into_inner)
}

/// Publishes it to these authorities.
pub async fn published_to(
    partner: &Partner,
    report: &wire::Report,
    readers: &[&str],
) -> Result<wire::Report, Status> {
    let (name, etag, request_id) = (report.name.clone(), report.etag.clone(), request_id());
    let readers = readers.iter().map(|reader| (*reader).to_owned()).collect();
    let request = wire::PublishReportRequest { name, etag, request_id, readers, ..Default::default() };
    partner.reports.clone().publish_report(request).await.map(tonic::Response::into_inner)
}

/// A quarter is reported, approved, published, and read by the partner.
pub async fn life(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let [china, europe, canada] = ["cn-gacc", "eu-just", "ca-hc"].map(|id| running.partner(id));
    quarter_happens(&feed, &china).await;

    let report = generated(&china, quarter("eu-just")).await;
    assert_eq!(report.state(), ReportState::Generated, "{}", report.failure);
    let said_of = content(&china, &report).await;
    assert_eq!(count(&said_of, "received", "total"), 2);
    assert_eq!(
        rows(&said_of, "received", "by_category"),
        ["PRODUCT_CATEGORY_LIGHTERS: 1", "PRODUCT_CATEGORY_TOYS: 1"].map(short)
    );
    assert_eq!(rows(&said_of, "received", "by_risk_type"), ["FIRE: 2", "CHOKING: 1"]);
    assert_eq!(rows(&said_of, "handling_received", "measures_by_action"), ["STOP_OF_SALES: 1"]);
    let stock = ["opening", "new", "reopened", "finished", "taken_back", "closing", "lost"];
    assert_eq!(stock.map(|id| count(&said_of, "stock_received", id)), [1, 2, 0, 1, 0, 2, 0]);
    assert_eq!(count(&said_of, "sent", "total"), 0, "nothing went the other way");
    let titles = &said_of.title.as_ref().unwrap().versions;
    assert_eq!([&titles[0].text, &titles[1].text], ["Quarterly partner report", "季度伙伴报告"]);

    let manifest = report.manifest.clone().unwrap();
    assert_eq!(manifest.cut_time, at("2027-06-30T16:00:00Z"), "the end of June in China");
    assert_eq!((manifest.inputs.len(), manifest.inputs[0].events, manifest.inputs[0].position), (1, 6, 6));
    for document in &manifest.documents {
        let bytes = downloaded(&china, &report, document.format(), &document.language).await.unwrap();
        assert_eq!(hex::encode(Sha256::digest(&bytes)), document.sha256, "{}", document.file_name);
        assert_eq!(bytes.len() as i64, document.size_bytes);
    }
    let formats: Vec<_> =
        manifest.documents.iter().map(|one| (one.format(), one.language.as_str())).collect();
    use ReportFormat::{Csv, Html, Pdf, Protobuf, Xlsx};
    for wanted in [(Protobuf, ""), (Csv, ""), (Html, "en"), (Html, "zh-Hans"), (Pdf, "en"), (Xlsx, "zh-Hans")]
    {
        assert!(formats.contains(&wanted), "{wanted:?} in {formats:?}");
    }
    let keys =
        china.reports.clone().get_report_keys(wire::GetReportKeysRequest {}).await.unwrap().into_inner();
    let signed: serde_json::Value =
        seamless_receipts::verify_as("seamless-report+jwt", &report.signature, &keys.jwks).unwrap().claims;
    assert_eq!(signed["report"], report.name);
    assert_eq!(signed["documents"][0]["sha256"], manifest.documents[0].sha256);

    // Nobody else sees it before it is published, and nobody but its readers afterwards.
    let get = wire::GetReportRequest { name: report.name.clone() };
    assert_eq!(
        europe.reports.clone().get_report(get.clone()).await.unwrap_err().code(),
        Code::PermissionDenied
    );
    let early = step(&china, "publish", &report).await.unwrap_err();
    assert_eq!((early.code(), reason(&early).as_str()), (Code::FailedPrecondition, "ILLEGAL_TRANSITION"));
    let approved = step(&china, "approve", &report).await.unwrap();
    assert!(!approved.approved_by.is_empty());
    let stale = step(&china, "publish", &report).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted, "it was approved since");
    let published = step(&china, "publish", &approved).await.unwrap();
    assert_eq!(
        (published.state(), published.readers.as_slice()),
        (ReportState::Published, &["eu-just".to_owned()][..])
    );
    let read = europe.reports.clone().get_report(get.clone()).await.unwrap().into_inner();
    assert_eq!((read.approved_by.as_str(), read.manifest), ("", published.manifest.clone()));
    assert_eq!(content(&europe, &report).await, said_of);
    assert_eq!(canada.reports.clone().get_report(get).await.unwrap_err().code(), Code::PermissionDenied);
    let received = wire::ListReportsRequest { received: true, ..Default::default() };
    let lists = [(&europe, 1), (&china, 0), (&canada, 0)];
    for (partner, wanted) in lists {
        let list = partner.reports.clone().list_reports(received.clone()).await.unwrap().into_inner();
        assert_eq!(list.reports.len(), wanted);
    }
    let own = china.reports.clone().list_reports(wire::ListReportsRequest::default()).await.unwrap();
    assert_eq!(own.into_inner().reports, std::slice::from_ref(&published));
    let told: Vec<wire::ReportPublished> = europe.events().await.iter().filter_map(said).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].report.as_ref().unwrap().name, report.name);
    let changes = china.events().await.iter().filter_map(said::<wire::ReportChanged>).count();
    assert_eq!(changes, 3, "asked for, generated, approved");
    assert!(canada.events().await.is_empty());
    for verb in ["cancel", "approve"] {
        assert_eq!(step(&china, verb, &published).await.unwrap_err().code(), Code::FailedPrecondition);
    }
}

/// A zone is the same in whatever case it is named: the later report takes the place of the earlier one.
pub async fn spelled(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    let china = running.partner("cn-gacc");
    let mut names = Vec::new();
    for zone in ["Asia/Shanghai", "asia/SHANGHAI"] {
        let mut asked = quarter("eu-just");
        asked.period.as_mut().unwrap().time_zone = zone.to_owned();
        let report = generated(&china, asked).await;
        assert_eq!(report.period.as_ref().unwrap().time_zone, "Asia/Shanghai");
        let report = step(&china, "approve", &report).await.unwrap();
        names.push(published_to(&china, &report, &["eu-just"]).await.unwrap());
    }
    assert_eq!(names[1].restates, names[0].name);
}

/// A report for two authorities of one side, and for the own one, stands once in what each received, and not among its own.
pub async fn listed_once(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    let [china, europe, dutch] = ["cn-gacc", "eu-just", "nl-nvwa"].map(|id| running.partner(id));
    let report = generated(&china, quarter("eu-just")).await;
    let report = step(&china, "approve", &report).await.unwrap();
    published_to(&china, &report, &["nl-nvwa", "eu-just", "cn-gacc"]).await.unwrap();
    for (partner, wanted) in [(&china, 0), (&europe, 1), (&dutch, 1)] {
        let request = wire::ListReportsRequest { received: true, ..Default::default() };
        let list = partner.reports.clone().list_reports(request).await.unwrap().into_inner();
        assert_eq!(list.reports.len(), wanted);
        assert!(list.reports.iter().all(|one| one.name == report.name));
    }
}

/// The id of a row, as it stands there.
fn short(text: &str) -> String {
    text.trim_start_matches("PRODUCT_CATEGORY_").to_owned()
}

/// The same inputs give the same bytes, of another report, after a restart.
pub async fn again(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    quarter_happens(&feed, &running.partner("cn-gacc")).await;
    let first = generated(&running.partner("cn-gacc"), quarter("eu-just")).await;
    let running = running.restarted(|_| ()).await;
    let second = generated(&running.partner("cn-gacc"), quarter("eu-just")).await;
    assert_ne!(first.name, second.name);
    let (first, second) = (first.manifest.unwrap(), second.manifest.unwrap());
    assert_eq!(first.documents, second.documents);
    assert_eq!(first.inputs, second.inputs);
}

/// Every wrong field is named at once; nothing is kept.
pub async fn wrong(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([_feed], running) = followed(running, ["cn-gacc"]).await;
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    let refused = asked(&china, wire::Report::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(fields(&refused), ["report.template", "report.partner", "report.period"]);
    let period = |start: &str, end: &str, zone: &str| {
        let (start_date, end_date) = (crate::words::day(start), crate::words::day(end));
        Some(wire::ReportPeriod { start_date, end_date, time_zone: zone.to_owned() })
    };
    for (partner, period, wanted) in [
        (
            "cn-gacc",
            period("2027-06-30", "2027-04-01", "Asia/Shanghai"),
            ["report.period.end_date", "report.partner"],
        ),
        (
            "nobody",
            period("2028-04-01", "2028-06-30", "Asia/Shanghai"),
            ["report.period.start_date", "report.partner"],
        ),
        ("", period("2027-04-01", "2027-06-30", ""), ["report.partner", "report.period.time_zone"]),
        (
            "cn-gacc",
            period("2020-04-01", "2027-06-30", "Asia/Shanghai"),
            ["report.period.end_date", "report.partner"],
        ),
        (
            "cn-gacc",
            period("2027-04-01", "2027-06-30", "Asia/Peking"),
            ["report.period.time_zone", "report.partner"],
        ),
    ] {
        let report = wire::Report { partner: partner.to_owned(), period, ..quarter("eu-just") };
        let refused = asked(&china, report).await.unwrap_err();
        assert_eq!(
            (refused.code(), fields(&refused)),
            (Code::InvalidArgument, wanted.map(str::to_owned).to_vec())
        );
    }
    let unfollowed = asked(&europe, quarter("cn-gacc")).await.unwrap_err();
    assert_eq!(
        (unfollowed.code(), reason(&unfollowed).as_str()),
        (Code::FailedPrecondition, "FEED_NOT_FOLLOWED")
    );
    let list = china.reports.clone().list_reports(wire::ListReportsRequest::default()).await.unwrap();
    assert!(list.into_inner().reports.is_empty());
}

/// A report waits until everything was told that happened in its period.
pub async fn waits(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    feed.is_known_until(at("2027-06-30T15:59:00Z").unwrap());
    let standing = async || {
        let standing = china.reports.clone().get_read_standing(wire::GetReadStandingRequest {}).await?;
        let until = standing.into_inner().sources.pop().and_then(|one| one.known_until);
        until.ok_or(Status::unavailable("nothing was heard yet"))
    };
    eventually("the feed is known", SOON, standing).await;
    let queued = asked(&china, quarter("eu-just")).await.unwrap();
    use RiskType::Fire;
    transmits(&feed, alert(1, ProductCategory::Toys, &[Fire], "CN"), sending(1, "2027-06-30T15:59:30Z"));
    let get = wire::GetReportRequest { name: queued.name.clone() };
    let state = async || china.reports.clone().get_report(get.clone()).await.unwrap().into_inner().state();
    assert_eq!(state().await, ReportState::Queued);
    feed.is_known_until(at("2027-06-30T16:01:00Z").unwrap());
    eventually("it is generated", SOON, async || match state().await {
        ReportState::Generated => Ok(()),
        other => Err(Status::unavailable(format!("{other:?}"))),
    })
    .await;
    assert_eq!(count(&content(&china, &queued).await, "received", "total"), 1, "with what came late");
}

/// A report about the same that is published later takes the place of the first, and whoever read that one learns of it.
pub async fn restated(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    quarter_happens(&feed, &china).await;
    let mut published = Vec::new();
    for _ in 0..2 {
        let report = generated(&china, quarter("eu-just")).await;
        let approved = step(&china, "approve", &report).await.unwrap();
        published.push(step(&china, "publish", &approved).await.unwrap());
        // Told late: what was recorded of a step of April.
        let mut sent = sending(3, "2027-05-01T08:00:00Z");
        sent.first_reaction_time = at("2027-05-03T08:00:00Z");
        let steps = [(FollowUpState::NotTraced, "2027-05-03T08:00:00Z")];
        let event = told::FollowUpChanged {
            follow_up: Some(follow_up(3, &steps)),
            transmission: Some(sent),
            ..Default::default()
        };
        feed.tell_at(&event, at("2027-08-01T00:00:00Z"), EventStatus::Actual);
        was_read(&china, 7).await;
    }
    assert_eq!((published[0].restates.as_str(), &published[1].restates), ("", &published[0].name));
    let told: Vec<wire::ReportRestated> = europe.events().await.iter().filter_map(said).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].restated, published[0].name);
    assert_eq!(
        count(&content(&europe, &published[0]).await, "handling_received", "not_traced"),
        0,
        "as it was"
    );
    assert_eq!(count(&content(&europe, &published[1]).await, "handling_received", "not_traced"), 1);

    let request =
        wire::CompareReportsRequest { name: published[0].name.clone(), other: published[1].name.clone() };
    let compared = europe.reports.clone().compare_reports(request).await.unwrap().into_inner();
    let causes: Vec<_> =
        compared.causes.iter().map(|cause| (cause.kind(), cause.after_position, cause.to_position)).collect();
    assert_eq!(causes, [(wire::ComparisonCauseKind::Source, 6, 7)]);
    let change = |section: &str, item: &str| {
        let one = compared.changes.iter().find(|one| one.section == section && one.item == item).unwrap();
        [&one.before, &one.after].map(|value| value.as_ref().and_then(|value| value.value.clone()))
    };
    use wire::value::Value::Count;
    assert_eq!(change("handling_received", "not_traced"), [Some(Count(0)), Some(Count(1))]);
    let figure = compared.changes.iter().find(|one| one.item == "not_traced").unwrap();
    assert_eq!((figure.cases_before, figure.cases_after), (Some(0), Some(1)));
    assert_eq!(compared.changed as usize, compared.changes.len());
    assert!(compared.changes.iter().all(|one| one.section != "received"), "what was sent is the same");
    let same =
        wire::CompareReportsRequest { name: published[0].name.clone(), other: published[0].name.clone() };
    let same = europe.reports.clone().compare_reports(same).await.unwrap().into_inner();
    assert_eq!(same, wire::ReportComparison::default());
}

/// What was asked for earlier takes the place of nothing that was asked for later: the refusal names what stands.
pub async fn older(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    quarter_happens(&feed, &running.partner("cn-gacc")).await;
    let first = generated(&running.partner("cn-gacc"), quarter("eu-just")).await;
    let first = step(&running.partner("cn-gacc"), "approve", &first).await.unwrap();

    running.set_clock("2027-08-05T00:00:00Z");
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    let second = generated(&china, quarter("eu-just")).await;
    let second = step(&china, "approve", &second).await.unwrap();
    step(&china, "publish", &second).await.unwrap();
    let refused = step(&china, "publish", &first).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "ILLEGAL_TRANSITION"));
    assert!(refused.message().contains(&second.name), "{}", refused.message());
    let told: Vec<wire::ReportRestated> = europe.events().await.iter().filter_map(said).collect();
    assert!(told.is_empty(), "its readers keep the newer one");
    let third = generated(&china, quarter("eu-just")).await;
    let third = step(&china, "approve", &third).await.unwrap();
    assert_eq!(step(&china, "publish", &third).await.unwrap().restates, second.name);
}
