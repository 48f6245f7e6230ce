//! The same inputs give the same bytes in every format: on either database, whatever the order in which a feed told them, and where what was
//! read is built anew of a feed that shows less by then, since rights were lost.

use seamless_proto::seamless::{
    consignments::v1::{ControlOutcome, Selection},
    feed::v1::EventStatus,
    notifications::v1::{self as told, FollowUpState, ProductCategory, RiskType},
    reporting::v1::{self as wire, ReadRebuildState, ReportTemplate},
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::Status;

use crate::{
    bulletin_words,
    running::{Partner, Running},
    stories::feeds::{activity, examined, examines, held, workshop_promised},
    words::{
        SOON, alert, alert_name, at, follow_up, followed_feeds, follows_up, generated, quarter, request_id,
        sending, transmits,
    },
};

/// Instants of the second quarter at which alerts were sent, goods examined, and recalls told of.
const TIMES: [&str; 7] = [
    "2027-04-02T08:00:00Z",
    "2027-04-11T09:30:00Z",
    "2027-04-23T14:00:00Z",
    "2027-05-05T10:00:00Z",
    "2027-05-17T07:15:00Z",
    "2027-06-01T12:00:00Z",
    "2027-06-20T16:45:00Z",
];
/// The alert that is revoked: nothing of it is shown any more then, but that it is.
const REVOKED: u32 = 7;

/// Goods are examined in this order.
fn is_examined(goods: &ToldFeed, order: impl Iterator<Item = usize>) {
    for place in order {
        let (id, time) = (u32::try_from(place).unwrap() + 1, TIMES[place]);
        let outcome = [ControlOutcome::Safe, ControlOutcome::Unsafe][place % 2];
        let mut control = examined(id, [Selection::Random, Selection::Targeted][place % 2], time, outcome);
        // Odd chances: sums of their inverses depend on the order in which they are added.
        control.selection_probability = 0.013 + 0.0711 / f64::from(id);
        examines(goods, control);
    }
}

/// One thing after the other happens to alerts and goods; in another order of these the same is known at the end.
fn all_happens(alerts: &ToldFeed, goods: &ToldFeed, order: impl Iterator<Item = usize>) {
    for place in order {
        let (id, time) = (u32::try_from(place).unwrap() + 1, TIMES[place]);
        let category = [ProductCategory::Toys, ProductCategory::Lighters][place % 2];
        let risks = [RiskType::Choking, RiskType::Fire];
        transmits(alerts, alert(id, category, &risks[..=place % 2], "CN"), sending(id, time));
        if place % 3 == 0 {
            let steps = [
                (FollowUpState::Investigating, "2027-06-22T08:00:00Z"),
                (FollowUpState::Traced, "2027-06-25T08:00:00Z"),
            ];
            let mut reacted = sending(id, time);
            reacted.first_reaction_time = at("2027-06-25T08:00:00Z");
            follows_up(alerts, follow_up(id, &steps[..=place % 2]), reacted);
        }
        let recall = bulletin_words::recall(100 + id, "2027-05-10", &["CN"]);
        bulletin_words::tells(alerts, &recall, time);
        is_examined(goods, std::iter::once(place));
    }
    let removal = told::Removal {
        notification: alert_name(REVOKED),
        originator: "eu-just".to_owned(),
        authority: "cn-gacc".to_owned(),
        reason: told::RemovalReason::Revoked.into(),
        order_time: at("2027-07-01T08:00:00Z"),
        ..Default::default()
    };
    let removal = told::RemovalOrdered { removal: Some(removal) };
    alerts.tell_at(&removal, at("2027-07-01T08:00:00Z"), EventStatus::Actual);
}

/// What was promised, held and handed over: the order in which it is told says nothing.
fn is_taught(courses: &ToldFeed, order: impl Iterator<Item = usize>) {
    for place in order {
        let id = u32::try_from(place).unwrap() + 1;
        held(courses, activity(id, "eu-just", "eu-cn", TIMES[place]));
        if place == 0 {
            courses.tell_at(&workshop_promised("eu-cn"), at(TIMES[place]), EventStatus::Actual);
        }
    }
}

/// A service, and the feeds that it follows for China and for Europe.
struct Told {
    running: Running,
    alerts: ToldFeed,
    /// Those of Europe and of China.
    goods: [ToldFeed; 2],
    courses: ToldFeed,
}

impl Told {
    async fn on(running: Running, order: impl Iterator<Item = usize>) -> Self {
        running.set_clock("2027-08-01T00:00:00Z");
        let feeds = [
            ("alerts", "cn-gacc"),
            ("consignments", "eu-just"),
            ("consignments", "cn-gacc"),
            ("training", "cn-gacc"),
        ];
        let ([alerts, of_europe, of_china, courses], running) = followed_feeds(running, feeds).await;
        let order: Vec<usize> = order.collect();
        all_happens(&alerts, &of_europe, order.iter().copied());
        is_examined(&of_china, order.iter().copied());
        is_taught(&courses, order.into_iter());
        for feed in [&alerts, &of_europe, &of_china, &courses] {
            feed.is_known_until(at("2027-08-01T12:00:00Z").unwrap());
        }
        let told = Self { running, alerts, goods: [of_europe, of_china], courses };
        told.was_read().await;
        told
    }

    fn china(&self) -> Partner {
        self.running.partner("cn-gacc")
    }

    fn europe(&self) -> Partner {
        self.running.partner("eu-just")
    }

    /// How far the feeds are read.
    async fn standing(&self) -> Result<Vec<wire::SourceStanding>, Status> {
        let mut sources = Vec::new();
        for partner in [self.china(), self.europe()] {
            let standing = partner.reports.clone().get_read_standing(wire::GetReadStandingRequest {}).await?;
            sources.extend(standing.into_inner().sources);
        }
        Ok(sources)
    }

    /// Waits until both feeds were read to their ends.
    async fn was_read(&self) {
        let [of_europe, of_china] = &self.goods;
        let wanted = [self.alerts.head(), of_china.head(), self.courses.head(), of_europe.head()];
        eventually("all was read", SOON, async || {
            let sources = self.standing().await?;
            let read: Vec<i64> =
                sources.iter().map(|one| one.input.as_ref().map_or(0, |input| input.position)).collect();
            if read == wanted { Ok(()) } else { Err(Status::unavailable(format!("{read:?} of {wanted:?}"))) }
        })
        .await;
    }

    /// A report of each template, and a bulletin: of each its inputs and its documents.
    async fn made(&self) -> Vec<(Vec<wire::ReportInput>, Vec<wire::ReportDocument>)> {
        let china = self.china();
        let without_partner = |template: ReportTemplate| wire::Report {
            template: template.into(),
            partner: String::new(),
            ..quarter("eu-just")
        };
        let with_europe =
            |template: ReportTemplate| wire::Report { template: template.into(), ..quarter("eu-just") };
        let mut manifests = Vec::new();
        for (partner, report) in [
            (&china, quarter("eu-just")),
            (&china, without_partner(ReportTemplate::AnnualStatistics)),
            (&self.europe(), without_partner(ReportTemplate::ImportControl)),
            (&china, with_europe(ReportTemplate::ResponseTimes)),
            (&china, with_europe(ReportTemplate::TraceBack)),
            (&china, without_partner(ReportTemplate::Training)),
            (&china, with_europe(ReportTemplate::ReviewPack)),
        ] {
            manifests.push(generated(partner, report).await.manifest.unwrap());
        }
        let bulletin = bulletin_words::about("us-cpsc", "CN", (2027, 5));
        manifests.push(bulletin_words::made(&china, bulletin).await.manifest.unwrap());
        manifests.into_iter().map(|one| (one.inputs, one.documents)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_was_read_on_either_database_in_any_order_and_anew() {
    let sqlite = Told::on(Running::on_sqlite().await, 0..TIMES.len()).await;
    let made = sqlite.made().await;
    for (inputs, documents) in &made {
        assert!(!inputs.is_empty() && documents.len() >= 8, "{documents:?}");
    }
    let (quarterly, _) = &made[0];
    assert_eq!(quarterly[0].alerts_lost, 1);

    if let Some(postgres) = Running::on_postgres().await {
        let postgres = Told::on(postgres, (0..TIMES.len()).rev()).await;
        assert_same(&postgres.made().await, &made, "on PostgreSQL, told in another order");
    }

    // The feed shows nothing of the revoked alert any more, but that it was revoked; and is read anew.
    let china = sqlite.china();
    let before = generated(&china, quarter("eu-just")).await;
    sqlite.alerts.shows_no_more(|event| mentions(event, &alert_name(REVOKED)));
    for (partner, source) in [
        (&china, "notifications"),
        (&china, "consignments"),
        (&china, "training"),
        (&sqlite.europe(), "consignments"),
    ] {
        let request = wire::RebuildReadModelRequest {
            source: source.to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        partner.read_models.clone().rebuild_read_model(request).await.unwrap();
    }
    eventually("all are built anew", SOON, async || {
        let rebuilds: Vec<_> = sqlite.standing().await?.into_iter().filter_map(|one| one.rebuild).collect();
        match rebuilds.iter().all(|one| one.state() == ReadRebuildState::Done) {
            true => Ok(()),
            false => Err(Status::unavailable(format!("{rebuilds:?}"))),
        }
    })
    .await;
    let anew = sqlite.made().await;
    assert_same(&anew, &made, "read anew");
    let ((then, _), (now, _)) = (&made[0], &anew[0]);
    assert!(now[0].events < then[0].events && now[0].content_sha256 != then[0].content_sha256);

    // Nothing that figures are made of differs, so nothing is a cause.
    let after = generated(&china, quarter("eu-just")).await;
    let request = wire::CompareReportsRequest { name: before.name, other: after.name };
    let compared = china.reports.clone().compare_reports(request).await.unwrap().into_inner();
    assert_eq!(compared, wire::ReportComparison::default());
}

/// Whether an event is about this alert, and is not that it was revoked.
fn mentions(event: &seamless_proto::seamless::feed::v1::Event, alert: &str) -> bool {
    let data = event.data.as_ref().map_or(&[][..], |data| data.value.as_slice());
    let is_named = data.windows(alert.len()).any(|part| part == alert.as_bytes());
    is_named && !event.r#type.ends_with("RemovalOrdered")
}

/// What figures were made of is the same, and so is every byte of every document.
fn assert_same(
    made: &[(Vec<wire::ReportInput>, Vec<wire::ReportDocument>)],
    wanted: &[(Vec<wire::ReportInput>, Vec<wire::ReportDocument>)],
    when: &str,
) {
    assert_eq!(made.len(), wanted.len());
    for ((inputs, documents), (wanted_inputs, wanted_documents)) in made.iter().zip(wanted) {
        let facts = |inputs: &[wire::ReportInput]| -> Vec<(String, String)> {
            inputs.iter().map(|input| (input.source.clone(), input.facts_sha256.clone())).collect()
        };
        assert!(inputs.iter().all(|input| input.facts_sha256.len() == 64));
        assert_eq!(facts(inputs), facts(wanted_inputs), "{when}");
        assert_eq!(documents, wanted_documents, "{when}");
    }
}
