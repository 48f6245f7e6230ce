//! Alerts before and after an activity, as far as they are known.

use std::time::Duration;

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as told, ProductCategory, RiskType},
    training::v1 as wire,
    r#type::v1::CivilDate,
};
use seamless_testkit::eventually;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::needs::{alert, followed, knows, toy, transmits, transmits_as};
use crate::{
    running::{Partner, Running},
    stories::{created, published},
    words::{at, fields, reason, request_id, webinar},
};

const SOON: Duration = Duration::from_secs(20);

pub(super) async fn compared(partner: &Partner, name: &str, days: i32) -> Result<wire::Effect, Status> {
    let request = wire::GetEffectRequest { name: name.to_owned(), days };
    partner.needs.clone().get_effect(request).await.map(tonic::Response::into_inner)
}

fn kettle(name: &str, hazards: &[RiskType]) -> told::Notification {
    alert(name, ProductCategory::ElectricalAppliances, hazards, "CN")
}

/// Alerts before and after are counted by area and hazard, as far as they are known; drills for a drill alone.
pub async fn compares(running: Running) {
    use RiskType::{ElectricShock, Fire};
    running.set_clock("2027-01-01T00:00:00Z");
    let ([eu], running) = followed(running, ["eu-just"]).await;
    let just = running.partner("eu-just");
    let hazards = vec![ElectricShock.into(), Fire.into()];
    let name = published(&just, wire::Activity { hazards: hazards.clone(), ..webinar(5) }).await.name;
    let drill = wire::Activity { hazards, status: EventStatus::Exercise.into(), ..webinar(5) };
    let drill = published(&just, drill).await.name;

    transmits(&eu, "2027-01-02T00:00:00Z", kettle("long ago", &[Fire]));
    transmits(&eu, "2027-02-01T00:00:00Z", kettle("1", &[ElectricShock]));
    transmits(&eu, "2027-02-02T00:00:00Z", kettle("2", &[ElectricShock, Fire]));
    transmits(&eu, "2027-02-03T00:00:00Z", kettle("3", &[ElectricShock]));
    transmits(&eu, "2027-02-04T00:00:00Z", toy("4", &[Fire], "CN"));
    let mut imported = kettle("by month", &[]);
    imported.general = Some(told::General {
        source: "safety-gate".to_owned(),
        notification_date: Some(CivilDate { year: 2027, month: 2, day: 0 }),
        ..Default::default()
    });
    transmits(&eu, "2027-02-05T00:00:00Z", imported);
    let planned = eventually("the feed took effect", SOON, async || {
        let found = compared(&just, &name, 60).await?;
        let position = found.known.as_ref().map_or(0, |known| known.position);
        if position == 6 { Ok(found) } else { Err(Status::unavailable(position.to_string())) }
    })
    .await;
    let after = planned.after.unwrap();
    assert!(after.known_days == 0.0 && !after.is_complete && !planned.before.unwrap().is_complete);
    let together = planned.together.unwrap();
    assert_eq!((together.alerts_before, together.alerts_after), (3, 0));
    assert_eq!((together.rate_after, together.ratio), (None, None), "it is not over");

    transmits(&eu, "2027-03-20T00:00:00Z", kettle("5", &[ElectricShock]));
    transmits_as(&eu, "2027-03-21T00:00:00Z", kettle("6", &[Fire]), EventStatus::Exercise);
    eu.is_known_until(at("2027-04-14T09:30:00Z").unwrap());
    running.set_clock("2027-04-14T10:00:00Z");
    let just = running.partner("eu-just");
    let known_after = async |days: f64| {
        eventually("the days after it are known", SOON, async || {
            let found = compared(&just, &name, 60).await?;
            let known = found.after.as_ref().map_or(0.0, |after| after.known_days);
            if known == days { Ok(found) } else { Err(Status::unavailable(known.to_string())) }
        })
        .await
    };
    let half = known_after(30.0).await;
    assert!(!half.after.unwrap().is_complete, "so many days are known, and not all");
    assert!(half.before.unwrap().is_complete);
    let together = half.together.unwrap();
    assert_eq!((together.alerts_before, together.alerts_after), (3, 1));
    assert_eq!((together.rate_before, together.rate_after), (Some(1.5), Some(1.0)));
    let ratio = together.ratio.unwrap();
    assert!((ratio.value.unwrap() - 2.0 / 3.0).abs() < 1e-9 && ratio.lower < 0.2 && ratio.upper > Some(2.0));
    let each: Vec<_> =
        half.comparisons.iter().map(|one| (one.hazard(), one.alerts_before, one.alerts_after)).collect();
    assert_eq!(each, [(ElectricShock, 3, 1), (Fire, 1, 0)]);
    assert_eq!(half.comparisons[0].product_area, "electrical-appliances");
    let others = half.others.unwrap();
    assert_eq!((others.alerts_before, others.before_day_unknown, others.after_day_unknown), (2, 1, 0));
    let statement = half.statement.unwrap().versions;
    assert!(statement[0].text.contains("not causal") && statement[1].text.contains("并非因果关系"));
    assert!(
        statement[0].text.contains("Of 1 of these") && statement[1].text.contains("1 条预警的具体日期不详")
    );
    assert_eq!(half.status, i32::from(EventStatus::Actual));

    eu.is_known_until(at("2027-06-01T00:00:00Z").unwrap());
    let all = known_after(60.0).await;
    assert!(all.after.unwrap().is_complete);
    assert_eq!(all.together.unwrap().rate_after, Some(0.5));
    let of_drill = compared(&just, &drill, 60).await.unwrap();
    let together = of_drill.together.unwrap();
    assert_eq!((together.alerts_before, together.alerts_after), (0, 1), "drills apart from what is meant");
    assert_eq!(of_drill.status, i32::from(EventStatus::Exercise));
}

/// What does not take place, or does not say what it is about, is refused with what is missing.
pub async fn incomplete(running: Running) {
    let ([eu], running) = followed(running, ["eu-just"]).await;
    let [just, canada] = ["eu-just", "ca-hc"].map(|id| running.partner(id));
    transmits(&eu, "2026-11-01T00:00:00Z", kettle("1", &[RiskType::Fire]));
    knows(&just, 1).await;
    let bare = wire::Activity { product_areas: Vec::new(), ..webinar(5) };
    let refused = compared(&just, &published(&just, bare).await.name, 0).await.unwrap_err();
    assert_eq!(reason(&refused), "INCOMPLETE_RECORD", "{refused:?}");
    assert_eq!(missing(&refused), ["product_areas", "hazards"]);
    let unknown = wire::Activity {
        product_areas: vec!["chargers".to_owned(), "toys".to_owned()],
        hazards: vec![RiskType::Fire.into()],
        ..webinar(5)
    };
    let refused = compared(&just, &published(&just, unknown).await.name, 0).await.unwrap_err();
    assert_eq!(missing(&refused), ["product_areas"], "{refused:?}");
    let draft = created(&just, webinar(5)).await.name;
    assert_eq!(reason(&compared(&just, &draft, 0).await.unwrap_err()), "ILLEGAL_TRANSITION");
    let others = compared(&canada, &draft, 0).await.unwrap_err();
    assert_eq!((others.code(), reason(&others).as_str()), (Code::PermissionDenied, "RESOURCE_DENIED"));
    let wrong = wire::Activity { hazards: vec![99], ..webinar(5) };
    let request =
        wire::CreateActivityRequest { activity: Some(wrong), request_id: request_id(), ..Default::default() };
    let refused = just.activities.clone().create_activity(request).await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "activity.hazards[0]");
    let areas = just.needs.clone().list_product_areas(wire::ListProductAreasRequest {}).await.unwrap();
    let areas = areas.into_inner().product_areas;
    let toys = areas.iter().find(|area| area.id == "toys").unwrap();
    assert_eq!(toys.categories, [i32::from(ProductCategory::Toys)]);
}

/// What the preconditions of a refusal are about.
fn missing(refused: &Status) -> Vec<String> {
    let details = refused.get_error_details();
    let failures = details.precondition_failure().map(|failure| failure.violations.clone());
    failures.unwrap_or_default().into_iter().map(|one| one.subject).collect()
}
