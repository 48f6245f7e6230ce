//! Reports of import control, of tracing and of training: each waits for the feeds that it is made of, and for no other.

use seamless_identity::SAMPLE_COOPERATION;
use seamless_proto::seamless::{
    consignments::v1 as control,
    feed::v1::EventStatus,
    notifications::v1::{self as told, FollowUpState, ProductCategory, RiskType},
    reporting::v1::{self as wire, ReportFormat, ReportState, ReportTemplate},
    training::v1 as training,
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::Status;

use crate::{
    running::{Partner, Running},
    words::{
        SOON, alert, alert_name, asked, at, content, count, downloaded, follow_up, followed_feeds,
        follows_up, generated, quarter, reason, rows, sending, transmits,
    },
};

const KNOWN: &str = "2027-08-01T00:00:00Z";

/// A report of this template of the second quarter, about no partner.
fn of(template: ReportTemplate) -> wire::Report {
    wire::Report { template: template.into(), partner: String::new(), ..quarter("eu-just") }
}

/// An examination of toys at Rotterdam.
pub fn examined(
    id: u32,
    selection: control::Selection,
    time: &str,
    outcome: control::ControlOutcome,
) -> control::Control {
    control::Control {
        name: format!("controls/{id}"),
        authority: "nl-customs".to_owned(),
        screening: format!("screenings/{id}"),
        consignment: Some(control::Consignment { entry_point: "NLRTM".to_owned(), ..Default::default() }),
        selection: selection.into(),
        selection_probability: 0.1,
        state: control::ControlState::Decided.into(),
        outcome: outcome.into(),
        examine_time: at(time),
        decide_time: at(time),
        product_area: "toys".to_owned(),
        ..Default::default()
    }
}

pub fn examines(feed: &ToldFeed, control: control::Control) {
    let time = control.decide_time.or(control.examine_time);
    feed.tell_at(&control::ControlChanged { control: Some(control) }, time, EventStatus::Actual);
}

/// Two workshops of a year are promised in this arrangement, of which one was held.
pub fn workshop_promised(arrangement: &str) -> training::ObligationChanged {
    let obligation = training::Obligation {
        name: format!("arrangements/{arrangement}/obligations/workshop.2027-01-01"),
        kind: training::ObligationKind::Workshop.into(),
        period: Some(seamless_proto::seamless::r#type::v1::CivilDateRange {
            start: crate::words::day("2027-01-01"),
            end: crate::words::day("2027-12-31"),
        }),
        due_time: at("2028-01-01T11:00:00Z"),
        required: 2,
        fulfilled_by: vec![training::Fulfilment {
            activity: "activities/1".to_owned(),
            date: crate::words::day("2027-04-05"),
            ..training::Fulfilment::default()
        }],
        state: training::ObligationState::Open.into(),
        ..Default::default()
    };
    training::ObligationChanged { obligation: Some(obligation), ..Default::default() }
}

async fn sources(partner: &Partner) -> Vec<String> {
    let standing = partner.reports.clone().get_read_standing(wire::GetReadStandingRequest {}).await.unwrap();
    let sources = standing.into_inner().sources.into_iter();
    sources.map(|source| source.input.map(|input| input.source).unwrap_or_default()).collect()
}

/// What import control found is reported from its own feed; a correction behind the quarter changes nothing of what was known then.
pub async fn import_control(running: Running) {
    use control::{ControlOutcome, Selection};
    running.set_clock(KNOWN);
    let feeds = [("consignments", "eu-just"), ("alerts", "cn-gacc")];
    let ([feed, alerts], running) = followed_feeds(running, feeds).await;
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    let refused = asked(&china, of(ReportTemplate::ImportControl)).await.unwrap_err();
    assert_eq!(reason(&refused), "FEED_NOT_FOLLOWED", "China's feed of consignments is not followed");
    let refused = asked(&europe, quarter("cn-gacc")).await.unwrap_err();
    assert_eq!(reason(&refused), "FEED_NOT_FOLLOWED", "nor is Europe's feed of alerts");

    examines(&feed, examined(1, Selection::Random, "2027-04-05T08:00:00Z", ControlOutcome::Safe));
    examines(&feed, examined(2, Selection::Targeted, "2027-04-06T08:00:00Z", ControlOutcome::Unsafe));
    // In China it is July already.
    examines(&feed, examined(3, Selection::Random, "2027-06-30T17:00:00Z", ControlOutcome::Unsafe));
    let mut suspended = examined(4, Selection::Mandatory, "2027-06-20T08:00:00Z", ControlOutcome::Safe);
    suspended.state = control::ControlState::Suspended.into();
    (suspended.outcome, suspended.decide_time) = (0, None);
    suspended.due_time = at("2027-06-24T22:00:00Z");
    examines(&feed, suspended.clone());
    let mut corrected = examined(2, Selection::Targeted, "2027-04-06T08:00:00Z", ControlOutcome::Safe);
    corrected.corrections.push(control::ControlCorrection {
        outcome: ControlOutcome::Unsafe.into(),
        correct_time: at("2027-07-10T08:00:00Z"),
        ..Default::default()
    });
    examines(&feed, corrected);
    suspended.state = control::ControlState::Decided.into();
    suspended.outcome = ControlOutcome::Unsafe.into();
    suspended.decide_time = at("2027-07-02T08:00:00Z");
    examines(&feed, suspended);
    let drill = examined(5, Selection::Random, "2027-04-07T08:00:00Z", ControlOutcome::Unsafe);
    let time = drill.decide_time;
    feed.tell_at(&control::ControlChanged { control: Some(drill) }, time, EventStatus::Exercise);

    // It waits for its own feed; that nothing is known of alerts is nothing to it.
    let queued = asked(&europe, of(ReportTemplate::ImportControl)).await.unwrap();
    assert_eq!(queued.state(), ReportState::Queued);
    feed.is_known_until(at(KNOWN).unwrap());
    let report = generated(&europe, of(ReportTemplate::ImportControl)).await;
    let inputs = &report.manifest.as_ref().unwrap().inputs;
    let inputs: Vec<_> = inputs.iter().map(|input| (input.source.as_str(), input.events)).collect();
    assert_eq!(inputs, [("consignments", 7)]);
    let said = content(&europe, &report).await;
    let figures = ["examined", "unsafe", "safe", "open", "corrected"];
    assert_eq!(figures.map(|id| count(&said, "examinations", id)), [3, 1, 1, 1, 0]);
    assert_eq!(rows(&said, "examinations", "by_selection"), ["RANDOM: 1", "TARGETED: 1", "MANDATORY: 1"]);
    let late = ["fell_due", "in_time", "late", "overdue"];
    assert_eq!(late.map(|id| count(&said, "suspensions", id)), [1, 0, 0, 1]);
    for (format, language) in
        [(ReportFormat::Html, "zh-Hans"), (ReportFormat::Pdf, "en"), (ReportFormat::Csv, "")]
    {
        assert!(!downloaded(&europe, &report, format, language).await.unwrap().is_empty());
    }
    assert_eq!(sources(&europe).await, ["consignments"]);
    assert_eq!(
        report.manifest,
        generated(&europe, of(ReportTemplate::ImportControl))
            .await
            .manifest
            .map(|manifest| { wire::ReportManifest { report: report.name.clone(), ..manifest } }),
        "the same inputs give the same digests"
    );

    // A drill counts by itself.
    let drill = wire::Report { status: EventStatus::Exercise.into(), ..of(ReportTemplate::ImportControl) };
    let said = content(&europe, &generated(&europe, drill).await).await;
    assert_eq!(count(&said, "examinations", "examined"), 1);
    drop(alerts);
}

/// Whether manufacturers were found is reported from the feed of alerts; of what was revoked nothing is left.
pub async fn trace_back(running: Running) {
    running.set_clock(KNOWN);
    let ([feed], running) = followed_feeds(running, [("alerts", "cn-gacc")]).await;
    let china = running.partner("cn-gacc");
    for id in 1..=3 {
        let toy = alert(id, ProductCategory::Toys, &[RiskType::Choking], "CN");
        transmits(&feed, toy, sending(id, "2027-04-05T08:00:00Z"));
        let found = if id == 1 { FollowUpState::NotTraced } else { FollowUpState::Traced };
        let steps = [(FollowUpState::Investigating, "2027-04-06T08:00:00Z"), (found, "2027-04-15T08:00:00Z")];
        let mut follow_up = follow_up(id, &steps);
        let missing_fields = vec!["product.gtins".to_owned()];
        follow_up.tracing = Some(told::Tracing { traced: id != 1, missing_fields, ..Default::default() });
        follows_up(&feed, follow_up, sending(id, "2027-04-05T08:00:00Z"));
        let question = told::TraceQuestion {
            name: format!("{}/transmissions/cn-gacc/trace/questions/1", alert_name(id)),
            fields: vec!["product.gtins".to_owned()],
            state: told::TraceQuestionState::Open.into(),
            create_time: at("2027-04-07T08:00:00Z"),
            ..Default::default()
        };
        let asked = told::TraceQuestionChanged { question: Some(question) };
        feed.tell_at(&asked, at("2027-04-07T08:00:00Z"), EventStatus::Actual);
    }
    let removal = told::Removal {
        notification: alert_name(3),
        originator: "eu-just".to_owned(),
        authority: "cn-gacc".to_owned(),
        reason: told::RemovalReason::Revoked.into(),
        order_time: at("2027-05-20T08:00:00Z"),
        ..Default::default()
    };
    let removed = told::RemovalOrdered { removal: Some(removal) };
    feed.tell_at(&removed, at("2027-05-20T08:00:00Z"), EventStatus::Actual);
    feed.is_known_until(at(KNOWN).unwrap());
    let report = wire::Report { template: ReportTemplate::TraceBack.into(), ..quarter("eu-just") };
    let said = content(&china, &generated(&china, report).await).await;
    assert_eq!(["ended", "traced"].map(|id| count(&said, "tracing_received", id)), [2, 1]);
    assert_eq!(rows(&said, "tracing_received", "missing_fields"), ["product.gtins: 2"]);
    assert_eq!(count(&said, "questions_received", "asked"), 2);
}

pub fn activity(id: u32, organiser: &str, arrangement: &str, start: &str) -> training::Activity {
    training::Activity {
        name: format!("activities/{id}"),
        organiser: organiser.to_owned(),
        arrangement: arrangement.to_owned(),
        state: training::ActivityState::Held.into(),
        kind: training::ActivityKind::Workshop.into(),
        start_time: at(start),
        held: Some(training::Held { participants: 40, ..Default::default() }),
        ..Default::default()
    }
}

pub fn held(feed: &ToldFeed, activity: training::Activity) {
    let time = activity.start_time;
    feed.tell_at(&training::ActivityHeld { activity: Some(activity) }, time, EventStatus::Actual);
}

/// Training is reported from its own feed; what others showed under an arrangement is forgotten when that ends, the own is not.
pub async fn ended_arrangement(running: Running) {
    running.set_clock(KNOWN);
    let ([feed], running) = followed_feeds(running, [("training", "cn-gacc")]).await;
    for (id, organiser) in [(2, "cn-gacc"), (1, "eu-just")] {
        held(&feed, activity(id, organiser, "eu-cn", "2027-04-05T08:00:00Z"));
        let confirmed = training::ConfirmedCount {
            country: "CN".to_owned(),
            audience: training::TargetAudience::Manufacturer.into(),
            seats: 10,
        };
        let counted = training::RegistrationsCounted {
            activity: format!("activities/{id}"),
            seats: Some(training::Seats { capacity: 20, confirmed: 10, ..Default::default() }),
            confirmed: vec![confirmed],
            ..Default::default()
        };
        feed.tell_at(&counted, at("2027-04-01T08:00:00Z"), EventStatus::Actual);
    }
    feed.is_known_until(at(KNOWN).unwrap());
    let china = running.partner("cn-gacc");
    let before = generated(&china, of(ReportTemplate::Training)).await;
    let said = content(&china, &before).await;
    assert_eq!(count(&said, "activities", "held"), 2);
    assert_eq!(["participants", "confirmed"].map(|id| count(&said, "reach", id)), [80, 20]);
    assert_eq!(rows(&said, "reach", "by_country"), ["CN: 20"]);

    let ended =
        SAMPLE_COOPERATION.replacen("effective = 2026-01-01", "effective = 2026-01-01\nends = 2027-07-01", 1);
    let running = running.restarted(|credentials| credentials.set_cooperation(&ended)).await;
    let china = running.partner("cn-gacc");
    let after = eventually("it is forgotten", SOON, async || {
        let report = generated(&china, of(ReportTemplate::Training)).await;
        match report.manifest.as_ref().unwrap().inputs[0].alerts_lost {
            0 => Err(Status::unavailable("it is known still")),
            _ => Ok(report),
        }
    })
    .await;
    let said = content(&china, &after).await;
    assert_eq!(count(&said, "activities", "held"), 1, "the own one");
    assert_eq!(count(&said, "reach", "confirmed"), 10, "what was counted of it went with the other one");
    let rights = async |other: &wire::Report| -> Vec<(String, i64)> {
        let (name, other) = (before.name.clone(), other.name.clone());
        let request = wire::CompareReportsRequest { name, other };
        let compared = china.reports.clone().compare_reports(request).await.unwrap().into_inner();
        let lost = compared.causes.iter().filter(|one| one.kind() == wire::ComparisonCauseKind::Rights);
        lost.map(|cause| (cause.name.clone(), cause.alerts_lost)).collect()
    };
    assert_eq!(rights(&after).await, [("training".to_owned(), 2)]);

    // The feed shows it no more. Where it is read anew nothing is lost in it, and what a report lacks it lacks for the same reason.
    feed.go_back(2);
    let anew = eventually("it is read anew", SOON, async || {
        let report = generated(&china, of(ReportTemplate::Training)).await;
        match report.manifest.as_ref().unwrap().inputs[0].events {
            2 => Ok(report),
            events => Err(Status::unavailable(events.to_string())),
        }
    })
    .await;
    assert_eq!(rights(&anew).await, [("training".to_owned(), 2)]);
}

/// The service of consignments was restored from a backup: what it has lost is in no report any more, and nothing else is touched.
pub async fn restored(running: Running) {
    use control::{ControlOutcome, Selection};
    running.set_clock(KNOWN);
    let feeds = [("consignments", "eu-just"), ("alerts", "eu-just")];
    let ([feed, alerts], running) = followed_feeds(running, feeds).await;
    let europe = running.partner("eu-just");
    for id in 1..=3 {
        examines(&feed, examined(id, Selection::Random, "2027-04-05T08:00:00Z", ControlOutcome::Safe));
    }
    let toy = alert(1, ProductCategory::Toys, &[RiskType::Choking], "CN");
    transmits(&alerts, toy, sending(1, "2027-04-05T08:00:00Z"));
    feed.is_known_until(at(KNOWN).unwrap());
    alerts.is_known_until(at(KNOWN).unwrap());
    let said = content(&europe, &generated(&europe, of(ReportTemplate::ImportControl)).await).await;
    assert_eq!(count(&said, "examinations", "examined"), 3);

    feed.go_back(2);
    eventually("it is read anew", SOON, async || {
        let report = generated(&europe, of(ReportTemplate::ImportControl)).await;
        match count(&content(&europe, &report).await, "examinations", "examined") {
            2 => Ok(()),
            other => Err(Status::unavailable(other.to_string())),
        }
    })
    .await;
    let said = content(&europe, &generated(&europe, quarter("cn-gacc")).await).await;
    assert_eq!(count(&said, "sent", "total"), 1, "alerts stand");
}

/// The pack for the review of a cooperation waits for all three feeds, and has what the two sides promised each other alone.
pub async fn review_pack(running: Running) {
    use control::{ControlOutcome, Selection};
    running.set_clock(KNOWN);
    let feeds = [("alerts", "eu-just"), ("consignments", "eu-just"), ("training", "eu-just")];
    let ([alerts, control, courses], running) = followed_feeds(running, feeds).await;
    let europe = running.partner("eu-just");
    let toy = alert(1, ProductCategory::Toys, &[RiskType::Choking], "CN");
    transmits(&alerts, toy, sending(1, "2027-04-05T08:00:00Z"));
    // What the partner inspected before, and what others did or nobody did.
    for (id, originator, body) in [(1, "cn-gacc", "cn-ciq-shanghai"), (2, "us-cpsc", "us-lab")] {
        let inspection = control::Inspection {
            name: format!("inspections/{id}"),
            originator: originator.to_owned(),
            inspection_body: body.to_owned(),
            state: control::InspectionState::Active.into(),
            inspect_time: at("2027-04-01T08:00:00Z"),
            outcome: control::InspectionOutcome::Pass.into(),
            ..Default::default()
        };
        let changed = control::InspectionChanged { inspection: Some(inspection) };
        control.tell_at(&changed, at("2027-04-01T09:00:00Z"), EventStatus::Actual);
    }
    for (id, body) in [(1, "cn-ciq-shanghai"), (2, "us-lab"), (3, "")] {
        let one = examined(id, Selection::Random, "2027-04-05T08:00:00Z", ControlOutcome::Unsafe);
        examines(&control, control::Control { inspection_body: body.to_owned(), ..one });
    }
    held(&courses, activity(1, "eu-just", "eu-cn", "2027-04-05T08:00:00Z"));
    held(&courses, activity(2, "eu-just", "eu-ca", "2027-04-06T08:00:00Z"));
    for arrangement in ["eu-cn", "eu-ca"] {
        courses.tell_at(&workshop_promised(arrangement), at("2027-04-05T09:00:00Z"), EventStatus::Actual);
    }
    let pack = || wire::Report { template: ReportTemplate::ReviewPack.into(), ..quarter("cn-gacc") };
    let queued = asked(&europe, pack()).await.unwrap();
    alerts.is_known_until(at(KNOWN).unwrap());
    control.is_known_until(at(KNOWN).unwrap());
    let quarterly = generated(&europe, quarter("cn-gacc")).await;
    assert_eq!(quarterly.state(), ReportState::Generated, "which needs the alerts alone");
    let request = wire::GetReportRequest { name: queued.name.clone() };
    let waits = europe.reports.clone().get_report(request).await.unwrap().into_inner();
    assert_eq!(waits.state(), ReportState::Queued, "of training not enough is known");
    courses.is_known_until(at(KNOWN).unwrap());
    let report = generated(&europe, pack()).await;
    let inputs: Vec<_> = report.manifest.iter().flat_map(|manifest| &manifest.inputs).collect();
    let inputs: Vec<_> = inputs.into_iter().map(|input| input.source.as_str()).collect();
    assert_eq!(inputs, ["notifications", "consignments", "training"]);
    let said = content(&europe, &report).await;
    assert_eq!(rows(&said, "obligations", "each"), ["arrangements/eu-cn/obligations/workshop.2027-01-01: 2"]);
    assert_eq!(count(&said, "activities", "held"), 1);
    assert_eq!(count(&said, "sent", "total"), 1);
    // Of import control what became of the partner's own pre-inspections, and not how goods were chosen.
    assert_eq!(count(&said, "examinations", "unsafe"), 1);
    assert_eq!(rows(&said, "bodies", "by_body"), ["cn-ciq-shanghai: 1"]);
    for table in ["by_selection", "by_entry_point"] {
        let section = said.sections.iter().find(|one| one.id == "examinations").unwrap();
        let rows = section.tables.iter().find(|one| one.id == table).map(|one| &one.rows);
        let ids: Vec<&str> = rows.into_iter().flatten().map(|row| row.id.as_str()).collect();
        assert!(!ids.contains(&"RANDOM") && !ids.contains(&"NLRTM"), "{table}: {ids:?}");
    }
}
