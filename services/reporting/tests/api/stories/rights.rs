//! What an authority lost the right to.

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as told, ProductCategory, RiskType},
    reporting::v1 as wire,
};

use seamless_testkit::eventually;

use crate::{
    running::Running,
    words::{
        SOON, alert, alert_name, asked, at, content, count, followed, generated, quarter, reason, rows,
        sending, transmits,
    },
};

/// Of an alert that was revoked nothing is left but that it was; sent again, it counts from then on.
pub async fn lost(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([china_s, europe_s], running) = followed(running, ["cn-gacc", "eu-just"]).await;
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    let revoked = |id| told::RemovalOrdered {
        removal: Some(told::Removal {
            notification: alert_name(id),
            originator: "eu-just".to_owned(),
            authority: "cn-gacc".to_owned(),
            reason: told::RemovalReason::Revoked.into(),
            order_time: at("2027-05-20T08:00:00Z"),
            ..Default::default()
        }),
    };
    for feed in [&china_s, &europe_s] {
        for id in [1, 2, 3] {
            let toy = alert(id, ProductCategory::Toys, &[RiskType::Fire], "CN");
            transmits(feed, toy, sending(id, "2027-05-01T08:00:00Z"));
        }
        for id in [1, 2] {
            feed.tell_at(&revoked(id), at("2027-05-20T08:00:00Z"), EventStatus::Actual);
        }
        let toy = alert(2, ProductCategory::Toys, &[RiskType::Choking], "CN");
        transmits(feed, toy, sending(2, "2027-06-01T08:00:00Z"));
        feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    }

    let own = generated(&china, quarter("eu-just")).await;
    let said = content(&china, &own).await;
    assert_eq!(count(&said, "received", "total"), 2, "the second sending, and the one that stayed");
    assert_eq!(rows(&said, "received", "by_risk_type"), ["CHOKING: 1", "FIRE: 1"]);
    assert_eq!(count(&said, "stock_received", "lost"), 1, "the other one was sent again");
    assert_eq!(own.manifest.unwrap().inputs[0].alerts_lost, 2);

    // The side that sent knows all of its sendings, and that two ended.
    let other = generated(&europe, quarter("cn-gacc")).await;
    let said = content(&europe, &other).await;
    assert_eq!(count(&said, "sent", "total"), 4);
    let stock = ["opening", "new", "finished", "taken_back", "closing"];
    assert_eq!(stock.map(|id| count(&said, "stock_sent", id)), [0, 4, 0, 2, 2]);
    let standing = europe.reports.clone().get_read_standing(wire::GetReadStandingRequest {}).await.unwrap();
    assert_eq!(standing.into_inner().sources.len(), 1);
}

/// The service of alerts was restored from a backup: what it has lost is in no report any more, and the rest is read anew.
pub async fn restored(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    for id in [1, 2, 3] {
        let toy = alert(id, ProductCategory::Toys, &[RiskType::Fire], "CN");
        transmits(&feed, toy, sending(id, "2027-05-01T08:00:00Z"));
    }
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    let before = generated(&china, quarter("eu-just")).await;
    assert_eq!(count(&content(&china, &before).await, "received", "total"), 3);

    feed.go_back(2);
    let after = eventually("it is read anew", SOON, async || {
        let report = generated(&china, quarter("eu-just")).await;
        let total = count(&content(&china, &report).await, "received", "total");
        if total == 2 { Ok(report) } else { Err(tonic::Status::unavailable(total.to_string())) }
    })
    .await;
    let input = |report: &wire::Report| report.manifest.as_ref().unwrap().inputs[0].clone();
    assert_eq!((input(&before).events, input(&after).events), (3, 2));
    assert_eq!(
        count(&content(&china, &before).await, "received", "total"),
        3,
        "what was made stays as it was"
    );

    // Read on from there it is what a service knows that never was behind.
    let toy = alert(4, ProductCategory::Toys, &[RiskType::Fire], "CN");
    transmits(&feed, toy, sending(4, "2027-05-02T08:00:00Z"));
    eventually("it goes on", SOON, async || {
        let report = generated(&china, quarter("eu-just")).await;
        let input = input(&report);
        if input.events == 3 { Ok(()) } else { Err(tonic::Status::unavailable(input.events.to_string())) }
    })
    .await;
}

/// Of an authority that is followed no more nothing is kept.
pub async fn followed_no_more(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let toy = alert(1, ProductCategory::Toys, &[RiskType::Fire], "CN");
    transmits(&feed, toy, sending(1, "2027-05-01T08:00:00Z"));
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    let report = generated(&running.partner("cn-gacc"), quarter("eu-just")).await;

    let running = running.with(&[("alerts", "[]")]).await;
    let china = running.partner("cn-gacc");
    assert_eq!(count(&content(&china, &report).await, "received", "total"), 1, "what was made stays");
    let refused = asked(&china, quarter("eu-just")).await.unwrap_err();
    assert_eq!(reason(&refused), "FEED_NOT_FOLLOWED");
    // Followed again it is read from the beginning.
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    let report = generated(&running.partner("cn-gacc"), quarter("eu-just")).await;
    assert_eq!(count(&content(&running.partner("cn-gacc"), &report).await, "received", "total"), 0);
}

/// Fields of an alert were made less public: figures lack them, and the comparison says that rights did it, also when the feed was read anew
/// in between.
pub async fn narrowed(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    let toy = |id| alert(id, ProductCategory::Toys, &[RiskType::Fire], "CN");
    for id in [1, 2] {
        transmits(&feed, toy(id), sending(id, "2027-05-01T08:00:00Z"));
    }
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    let made = async |position: i64| {
        eventually("it was read", SOON, async || {
            let standing = china.reports.clone().get_read_standing(wire::GetReadStandingRequest {}).await?;
            let input = standing.into_inner().sources.pop().and_then(|one| one.input).unwrap_or_default();
            match input.position {
                read if read >= position => Ok(()),
                read => Err(tonic::Status::unavailable(read.to_string())),
            }
        })
        .await;
        generated(&china, quarter("eu-just")).await
    };
    let causes = async |name: &wire::Report, other: &wire::Report| -> Vec<_> {
        let (name, other) = (name.name.clone(), other.name.clone());
        let request = wire::CompareReportsRequest { name, other };
        let compared = china.reports.clone().compare_reports(request).await.unwrap().into_inner();
        compared.causes.iter().map(|one| (one.kind(), one.alerts_lost, one.rights_narrowed)).collect()
    };
    use wire::ComparisonCauseKind::{Rights, Source};
    // The risks of the alert are not for its recipients any more; others lose something too.
    let narrows = |id: u32| {
        let less = told::Notification { risk: None, ..toy(id) };
        feed.tell_at(
            &told::NotificationUpdated { notification: Some(less) },
            at("2027-07-01T08:00:00Z"),
            EventStatus::Actual,
        );
        for authority in ["cn-gacc", "ca-hc"] {
            let removal = told::Removal {
                notification: alert_name(id),
                originator: "eu-just".to_owned(),
                authority: authority.to_owned(),
                reason: told::RemovalReason::Downgraded.into(),
                order_time: at("2027-07-01T08:00:00Z"),
                ..Default::default()
            };
            let event = told::RemovalOrdered { removal: Some(removal) };
            feed.tell_at(&event, at("2027-07-01T08:00:00Z"), EventStatus::Actual);
        }
    };
    let first = made(2).await;
    narrows(1);
    let second = made(5).await;
    assert_eq!(causes(&first, &second).await, [(Source, 0, 0), (Rights, 0, 1)]);
    assert_eq!(rows(&content(&china, &second).await, "received", "by_risk_type"), ["FIRE: 1", ": 1"]);

    let request = wire::RebuildReadModelRequest {
        source: "notifications".to_owned(),
        request_id: crate::words::request_id(),
        validate_only: false,
    };
    china.read_models.clone().rebuild_read_model(request).await.unwrap();
    eventually("it is built anew", SOON, async || {
        let standing = china.reports.clone().get_read_standing(wire::GetReadStandingRequest {}).await?;
        let rebuild = standing.into_inner().sources.pop().and_then(|one| one.rebuild).unwrap_or_default();
        match rebuild.state() {
            wire::ReadRebuildState::Done => Ok(()),
            state => Err(tonic::Status::unavailable(format!("{state:?}"))),
        }
    })
    .await;
    let third = made(5).await;
    assert_eq!(causes(&second, &third).await, [], "nothing was lost by that");
    narrows(2);
    assert_eq!(causes(&third, &made(8).await).await, [(Source, 0, 0), (Rights, 0, 1)]);
}
