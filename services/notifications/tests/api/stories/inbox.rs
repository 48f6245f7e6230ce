//! Lists: what is urgent first, everything once, and nothing that the reader may not see.

use jiff::{SignedDuration, Timestamp};
use seamless_calendar::{Clock, Zones};
use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    notifications::v1 as wire,
};
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::{item, request_id},
};

async fn sent(just: &mut Partner, items: Vec<wire::ImportNotificationsRequest>) {
    for imported in just.import(items).await {
        just.transmit(&imported.name, &["cn-gacc"]).await.unwrap();
    }
}

fn alert(reference: &str, online: Option<bool>, serious: bool) -> wire::ImportNotificationsRequest {
    let mut item = item(reference);
    let notification = item.notification.as_mut().unwrap();
    notification.general.as_mut().unwrap().reference = reference.to_owned();
    notification.online.as_mut().unwrap().sold_online = online;
    if !serious {
        notification.general.as_mut().unwrap().r#type = wire::NotificationType::OtherRisk.into();
        notification.risk.as_mut().unwrap().level = wire::RiskLevel::Low.into();
    }
    item
}

fn references(entries: &[wire::InboxEntry]) -> Vec<String> {
    let reference = |entry: &wire::InboxEntry| entry.notification.clone().unwrap().general.unwrap().reference;
    entries.iter().map(reference).collect()
}

pub async fn order(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    sent(&mut just, vec![alert("shop, low", Some(false), false), alert("shop, serious", None, true)]).await;
    sent(&mut just, vec![alert("online, low, first", Some(true), false)]).await;
    running.credentials.clock().advance(SignedDuration::from_hours(48));
    sent(
        &mut just,
        vec![alert("online, low, later", Some(true), false), alert("online, serious", Some(true), true)],
    )
    .await;
    let of_level = |reference, level: wire::RiskLevel| {
        let mut item = alert(reference, Some(true), false);
        item.notification.as_mut().unwrap().risk.as_mut().unwrap().level = level.into();
        item
    };
    let levels = [("online, medium", wire::RiskLevel::Medium), ("online, high", wire::RiskLevel::High)];
    sent(&mut just, levels.map(|(reference, level)| of_level(reference, level)).into()).await;
    assert_eq!(
        references(&gacc.inbox().await),
        [
            "online, serious",
            "online, high",
            "online, medium",
            "online, low, first",
            "online, low, later",
            "shop, serious",
            "shop, low"
        ]
    );
}

/// What is done stands after what waits, and comes back to its place when it is opened again.
pub async fn closed_last(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let alerts = ["first", "second", "third"].map(|reference| alert(reference, Some(true), true));
    sent(&mut just, alerts.into()).await;
    sent(&mut just, vec![alert("shop", Some(false), false)]).await;
    let inbox = gacc.inbox().await;
    let name_of = |entry: &wire::InboxEntry| entry.notification.clone().unwrap().name;
    let (first, second) = (name_of(&inbox[0]), name_of(&inbox[1]));
    assert_eq!(references(&inbox), ["first", "second", "third", "shop"]);

    let transmission = format!("{first}/transmissions/cn-gacc");
    gacc.acknowledge(&transmission).await.unwrap();
    let start = wire::StartFollowUpRequest { transmission, request_id: request_id(), ..Default::default() };
    let follow_up = gacc.follow_ups.start_follow_up(start).await.unwrap().into_inner().name;
    let traced = wire::RecordTracingRequest {
        name: follow_up.clone(),
        result: wire::TracingResult::NotTraced.into(),
        not_traced_reason: wire::NotTracedReason::CompanyClosed.into(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.follow_ups.record_tracing(traced).await.unwrap();
    let measure = wire::RecordNoMeasureRequest {
        name: follow_up.clone(),
        reason: wire::NoMeasureReason::ManufacturerNotTraced.into(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.follow_ups.record_no_measure(measure).await.unwrap();
    assert_eq!(references(&gacc.inbox().await)[0], "first", "it waits until it is closed");
    let close = wire::CloseFollowUpRequest {
        name: follow_up.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.follow_ups.close_follow_up(close).await.unwrap();
    assert_eq!(references(&gacc.inbox().await), ["second", "third", "shop", "first"]);
    let withdraw = wire::WithdrawNotificationRequest {
        name: second,
        reason: "the wrong product".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    just.notifications.withdraw_notification(withdraw).await.unwrap();
    assert_eq!(references(&gacc.inbox().await), ["third", "shop", "first", "second"]);

    // Pages go over the border without a gap.
    let mut request = wire::ListInboxRequest { page_size: 1, ..Default::default() };
    let mut paged = Vec::new();
    loop {
        let page = gacc.transmissions.list_inbox(request.clone()).await.unwrap().into_inner();
        paged.extend(references(&page.entries));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(paged, ["third", "shop", "first", "second"]);

    let reopen = wire::ReopenFollowUpRequest {
        name: follow_up,
        note: "the company was found".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.follow_ups.reopen_follow_up(reopen).await.unwrap();
    assert_eq!(references(&gacc.inbox().await), ["first", "third", "shop", "second"]);
}

pub async fn pages(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let alerts =
        (0..23).map(|number| alert(&number.to_string(), Some(number % 2 == 0), number % 3 == 0)).collect();
    sent(&mut just, alerts).await;
    let whole = references(&gacc.inbox().await);
    let mut request = wire::ListInboxRequest { page_size: 5, ..Default::default() };
    let mut paged = Vec::new();
    loop {
        let page = gacc.transmissions.list_inbox(request.clone()).await.unwrap().into_inner();
        paged.extend(references(&page.entries));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!((paged.len(), paged), (23, whole));
    for other in [
        wire::ListInboxRequest { arrangement: "eu-cn".to_owned(), ..request.clone() },
        wire::ListInboxRequest { page_token: "bm9uc2Vuc2U".to_owned(), ..request.clone() },
    ] {
        let refused = gacc.transmissions.list_inbox(other).await.unwrap_err();
        assert_eq!(refused.get_details_error_info().unwrap().reason, "PAGE_TOKEN_INVALID");
    }
    let stolen = running.partner("ca-hc").transmissions.list_inbox(request).await.unwrap_err();
    assert_eq!(stolen.get_details_error_info().unwrap().reason, "PAGE_TOKEN_INVALID");
}

pub async fn filters(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut secret = item("secret");
    let notification = secret.notification.as_mut().unwrap();
    notification.product.as_mut().unwrap().brand = "Zanzibar 100%_pure".to_owned();
    for path in ["product.brand", "online.sold_online", "product.category"] {
        notification.disclosures.push(FieldDisclosure {
            path: path.to_owned(),
            audience: Audience::Originator.into(),
            reason: "under investigation".to_owned(),
        });
    }
    sent(&mut just, vec![secret, item("open")]).await;
    let count = async |partner: &mut Partner, filter: wire::NotificationFilter| {
        let request = wire::ListNotificationsRequest { filter: Some(filter), ..Default::default() };
        partner.notifications.list_notifications(request).await.unwrap().into_inner().notifications.len()
    };
    let text = |text: &str| wire::NotificationFilter { text: text.to_owned(), ..Default::default() };
    let beginning =
        |prefix: &str| wire::NotificationFilter { id_prefix: prefix.to_owned(), ..Default::default() };
    let newest =
        just.notifications.list_notifications(wire::ListNotificationsRequest::default()).await.unwrap();
    let newest = newest.into_inner().notifications.remove(0).uid;
    for short in ["019", "notifications/", "水壶水壶"] {
        let request = wire::ListNotificationsRequest { filter: Some(beginning(short)), ..Default::default() };
        let refused = just.notifications.list_notifications(request).await.unwrap_err();
        let violations = refused.get_error_details().bad_request().unwrap().field_violations.clone();
        assert_eq!(violations[0].field, "filter.id_prefix");
    }
    for (filter, just_finds, gacc_finds) in [
        (wire::NotificationFilter::default(), 2, 2),
        (text("ZANZIBAR"), 1, 0),
        (text("100%_pure"), 1, 0),
        (text("10%"), 0, 0),
        (text("kettle electric"), 2, 2),
        (text("ningbo"), 2, 2),
        (beginning(&newest), 1, 1),
        (beginning(&newest.to_uppercase()[..35]), 1, 1),
        (beginning(&newest[..4]), 2, 2),
        (beginning("ffff-ffff"), 0, 0),
        (wire::NotificationFilter { sold_online: Some(true), ..Default::default() }, 2, 1),
        (
            wire::NotificationFilter {
                categories: vec![wire::ProductCategory::ElectricalAppliances.into()],
                ..Default::default()
            },
            2,
            1,
        ),
        (
            wire::NotificationFilter { risk_types: vec![wire::RiskType::Fire.into()], ..Default::default() },
            2,
            2,
        ),
        (
            wire::NotificationFilter {
                risk_types: vec![wire::RiskType::Drowning.into()],
                ..Default::default()
            },
            0,
            0,
        ),
        (wire::NotificationFilter { countries_of_origin: vec!["CN".to_owned()], ..Default::default() }, 2, 2),
        (wire::NotificationFilter { arrangement: "eu-cn".to_owned(), ..Default::default() }, 2, 2),
        (wire::NotificationFilter { arrangement: "eu-us".to_owned(), ..Default::default() }, 0, 0),
        (wire::NotificationFilter { notifying_authority: "eu-just".to_owned(), ..Default::default() }, 2, 2),
        (
            wire::NotificationFilter {
                states: vec![wire::NotificationState::Transmitted.into()],
                ..Default::default()
            },
            2,
            2,
        ),
    ] {
        assert_eq!(count(&mut just, filter.clone()).await, just_finds, "eu-just: {filter:?}");
        assert_eq!(count(&mut gacc, filter.clone()).await, gacc_finds, "cn-gacc: {filter:?}");
    }
}

pub async fn deadline(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    sent(&mut just, vec![alert("online", Some(true), true), alert("shop", Some(false), true)]).await;
    let inbox = gacc.inbox().await;
    let transmission = inbox[0].transmission.clone().unwrap();
    let instant = |time: prost_types::Timestamp| Timestamp::new(time.seconds, time.nanos).unwrap();
    let beijing = Zones::bundled().get("Asia/Shanghai").unwrap();
    let sent_on = beijing.to_datetime(instant(transmission.send_time.unwrap())).date();
    let due = beijing.to_datetime(instant(transmission.due_time.unwrap()));
    // The day of the transmission does not count; the 21st day counts to its end.
    assert_eq!(due.date(), sent_on.checked_add(jiff::Span::new().days(22)).unwrap());
    assert_eq!((due.hour(), due.minute()), (0, 0));
    assert_eq!(transmission.deadline_rule, "online-reaction");
    assert!(
        inbox[1].transmission.as_ref().unwrap().due_time.is_none(),
        "the rule is for products sold online"
    );
    let told = wire::Notification {
        name: inbox[1].notification.clone().unwrap().name,
        online: Some(wire::Online { sold_online: Some(true), ..wire::Online::default() }),
        ..wire::Notification::default()
    };
    let request = wire::UpdateNotificationRequest {
        notification: Some(told),
        request_id: request_id(),
        ..wire::UpdateNotificationRequest::default()
    };
    just.notifications.update_notification(request).await.unwrap();
    let later = gacc.inbox().await[1].transmission.clone().unwrap();
    assert_eq!(
        later.due_time, transmission.due_time,
        "the deadline follows the notification, from the same day"
    );
    assert!(!inbox[0].overdue);
    let clock = running.credentials.clock();
    let last_moment =
        instant(transmission.due_time.unwrap()).duration_since(clock.now()) - SignedDuration::from_secs(60);
    clock.advance(last_moment);
    assert!(!gacc.inbox().await[0].overdue);
    clock.advance(SignedDuration::from_secs(61));
    assert!(gacc.inbox().await[0].overdue);
}
