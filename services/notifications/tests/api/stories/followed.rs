//! A follow-up says which alert it follows, to everybody who may know that alert.

use prost::Message;
use seamless_notifications::contract::content_sha256;
use seamless_proto::seamless::notifications::v1::{
    self as wire, ImportOutcome, NotificationState, NotificationType,
};
use tonic::Code;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::{
    running::{Partner, Running},
    words::{english, item, kettle, request_id},
};

const NUMBER: &str = "A12/00123/26";
const FIELD: &str = "notification.general.follow_up_to";

/// A follow-up on what the kettle is sold with: another product, so that nobody asks whether it is the same.
fn follow_up(notification: &str) -> wire::Notification {
    let mut follow_up = kettle();
    let general = follow_up.general.as_mut().unwrap();
    general.set_type(NotificationType::FollowUp);
    general.follow_up_to = Some(wire::FollowUpTo {
        notification: notification.to_owned(),
        foreign_alert: Some(wire::ForeignAlert {
            system: "safety-gate".to_owned(),
            reference: NUMBER.to_owned(),
            url: "https://alerts.example.invalid/A12".to_owned(),
        }),
    });
    let product = follow_up.product.as_mut().unwrap();
    product.product_name = english("garden gloves");
    (product.brand, product.models, product.gtins) = ("Handwell".to_owned(), Vec::new(), Vec::new());
    product.description = None;
    follow_up
}

fn create(notification: wire::Notification) -> wire::CreateNotificationRequest {
    wire::CreateNotificationRequest {
        notification: Some(notification),
        request_id: request_id(),
        validate_only: false,
    }
}

fn named(notification: &wire::Notification) -> String {
    let general = notification.general.clone().unwrap_or_default();
    general.follow_up_to.unwrap_or_default().notification
}

impl Partner {
    /// Everything that it is shown of a notification, wherever it is.
    async fn shown(&mut self, name: &str) -> Vec<Vec<u8>> {
        let list = wire::ListNotificationsRequest::default();
        let list = self.notifications.list_notifications(list).await.unwrap().into_inner().notifications;
        let search = wire::SearchNotificationsRequest { query: "gloves".to_owned(), ..Default::default() };
        let hits = self.notifications.search_notifications(search).await.unwrap().into_inner().hits;
        let mut shown: Vec<Vec<u8>> = vec![self.get(name).await.encode_to_vec()];
        let listed = list.into_iter().filter(|one| one.name == name);
        shown.extend(listed.map(|one| one.encode_to_vec()));
        shown.extend(hits.iter().map(Message::encode_to_vec));
        let entries = self.inbox().await.into_iter().filter_map(|entry| entry.notification);
        shown.extend(entries.filter(|one| one.name == name).map(|one| one.encode_to_vec()));
        let told = self.events().await.into_iter().filter(|event| event.subject == name);
        shown.extend(told.map(|event| event.data.unwrap().value));
        assert!(shown.len() >= 5, "it is shown at {} places: look at this test", shown.len());
        shown
    }
}

fn holds(shown: &[Vec<u8>], text: &str) -> usize {
    let holds = |bytes: &&Vec<u8>| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    shown.iter().filter(holds).count()
}

/// GACC has the kettle, Canada has not; both get the follow-up.
pub async fn known(running: Running) {
    let [mut just, mut gacc, mut canada] = ["eu-just", "cn-gacc", "ca-hc"].map(|id| running.partner(id));
    let kettle = just.sent_to_gacc("1").await.name;
    let name = just.create(follow_up(&kettle)).await.name;
    just.submit_as_different(&name).await;
    just.accept(&name).await.unwrap();
    just.transmit(&name, &["ca-hc"]).await.unwrap();

    let (of_gacc, of_canada) = (gacc.shown(&name).await, canada.shown(&name).await);
    assert_eq!(
        holds(&of_gacc, &kettle),
        of_gacc.len(),
        "GACC has the kettle, and is told that this follows it"
    );
    assert_eq!(holds(&of_canada, &kettle), 0, "Canada does not learn even the name of what it has not");
    assert_eq!(holds(&of_canada, NUMBER), of_canada.len(), "what was published elsewhere it is told");
    assert_eq!(named(&just.get(&name).await), kettle);

    // What was sent is proven to both by the same rule, whatever each may know besides.
    for (reader, id) in [(&mut gacc, "cn-gacc"), (&mut canada, "ca-hc")] {
        let received = reader.get(&name).await;
        let sent = reader.ledger(&format!("{name}/transmissions/{id}")).await.unwrap().remove(0);
        let digest: String = content_sha256(received).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sent.content_sha256, digest, "{id}");
    }

    // Who does not see it cannot replace it unseen, nor make a proposal on something that it does not know.
    let propose = |change: wire::Notification, path: &str| wire::ProposeChangeRequest {
        parent: name.clone(),
        change: Some(change),
        update_mask: Some(prost_types::FieldMask { paths: vec![path.to_owned()] }),
        request_id: request_id(),
        ..Default::default()
    };
    let general = follow_up("");
    for path in ["general", "general.follow_up_to", "general.follow_up_to.notification"] {
        let blind = canada.proposals.propose_change(propose(general.clone(), path)).await.unwrap_err();
        let wrong = blind.get_details_bad_request().unwrap_or_else(|| panic!("{path}: {blind:?}"));
        assert_eq!(wrong.field_violations[0].field, "update_mask", "{path}");
    }
    canada.proposals.propose_change(propose(general.clone(), "general.title")).await.unwrap();
    gacc.proposals.propose_change(propose(general, "general.follow_up_to")).await.unwrap();
    let foreign = canada.proposals.propose_change(propose(follow_up(&kettle), "general.title"));
    foreign.await.unwrap();

    // With the kettle Canada is told, in what was sent before, too; GACC, that loses it, is told no more.
    just.transmit(&kettle, &["ca-hc"]).await.unwrap();
    let revoke = wire::RevokeTransmissionRequest {
        name: format!("{kettle}/transmissions/cn-gacc"),
        reason: "sent by mistake".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    just.transmissions.revoke_transmission(revoke).await.unwrap();
    let (of_gacc, of_canada) = (gacc.shown(&name).await, canada.shown(&name).await);
    assert_eq!((holds(&of_gacc, &kettle), holds(&of_canada, &kettle)), (0, of_canada.len()));
}

pub async fn required(running: Running) {
    let [mut nvwa, mut just] = ["nl-nvwa", "eu-just"].map(|id| running.partner(id));
    let kettle = just.sent_to_gacc("1").await.name;

    // Only what one may see is followed, and what is not there is refused alike.
    let mut refusals = Vec::new();
    for name in [kettle.clone(), format!("notifications/{}", Uuid::now_v7())] {
        let denied = nvwa.notifications.create_notification(create(follow_up(&name))).await.unwrap_err();
        assert_eq!(denied.code(), Code::PermissionDenied);
        refusals.push(denied.message().to_owned());
    }
    assert_eq!(refusals[0], refusals[1]);

    let mut warning = follow_up(&kettle);
    warning.general.as_mut().unwrap().set_type(NotificationType::SeriousRisk);
    let mut drill = follow_up(&kettle);
    drill.status = 2;
    let mut nameless = follow_up("kettle");
    let nowhere = wire::ForeignAlert { system: "Safety Gate".to_owned(), ..wire::ForeignAlert::default() };
    nameless.general.as_mut().unwrap().follow_up_to.as_mut().unwrap().foreign_alert = Some(nowhere);
    let foreign = format!("{FIELD}.foreign_alert");
    for (wrong, fields) in [
        (warning, vec![FIELD.to_owned()]),
        (drill, vec![format!("{FIELD}.notification")]),
        (nameless, vec![format!("{FIELD}.notification"), foreign.clone(), format!("{foreign}.system")]),
    ] {
        let refused = just.notifications.create_notification(create(wrong)).await.unwrap_err();
        let found = refused.get_details_bad_request().unwrap().field_violations;
        let found: Vec<&str> = found.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(found, fields, "{refused:?}");
    }

    // A draft may wait for it; its submission may not. A number elsewhere is enough.
    let mut draft = follow_up("");
    draft.general.as_mut().unwrap().follow_up_to = Some(wire::FollowUpTo::default());
    let name = nvwa.create(draft).await.name;
    let refused = nvwa.submit(&name).await.unwrap_err();
    assert_eq!(refused.get_details_error_info().unwrap().reason, "INCOMPLETE_RECORD");
    let missing = refused.get_details_precondition_failure().unwrap().violations;
    assert!(missing.iter().any(|one| one.subject.contains("follow_up_to")), "{missing:?}");
    let update = |name: &str, general: wire::General, path: &str| wire::UpdateNotificationRequest {
        notification: Some(wire::Notification {
            name: name.to_owned(),
            general: Some(general),
            ..wire::Notification::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec![path.to_owned()] }),
        request_id: request_id(),
        validate_only: false,
    };
    let own = wire::General {
        follow_up_to: Some(wire::FollowUpTo { notification: name.clone(), foreign_alert: None }),
        ..wire::General::default()
    };
    let own = nvwa.notifications.update_notification(update(&name, own, "general.follow_up_to"));
    assert_eq!(own.await.unwrap_err().code(), Code::InvalidArgument, "nothing follows itself");
    let general = follow_up("").general.unwrap();
    nvwa.notifications.update_notification(update(&name, general, "general.follow_up_to")).await.unwrap();
    assert_eq!(nvwa.submit_as_different(&name).await.state(), NotificationState::Submitted);

    // What was validated elsewhere is not asked, since its source may not tell; what names it keeps it.
    let unnamed = |reference: &str, notification: &str| {
        let mut item = item(reference);
        let mut content = follow_up(notification);
        let general = content.general.as_mut().unwrap();
        general.source = "story".to_owned();
        general.source_reference = reference.to_owned();
        item.notification = Some(content);
        item
    };
    let mut silent = unnamed("2", "");
    silent.notification.as_mut().unwrap().general.as_mut().unwrap().follow_up_to = None;
    let elsewhere = format!("notifications/{}", Uuid::now_v7());
    let results = just.import(vec![silent.clone(), unnamed("3", &kettle), unnamed("4", &elsewhere)]).await;
    let outcomes: Vec<_> = results.iter().map(|result| (result.outcome(), result.state())).collect();
    assert_eq!(
        outcomes,
        [
            (ImportOutcome::Created, NotificationState::Validated),
            (ImportOutcome::Created, NotificationState::Validated),
            (ImportOutcome::Rejected, NotificationState::Unspecified),
        ]
    );
    assert_eq!(results[2].violations[0].field, format!("{FIELD}.notification"));
    let titled = wire::General { title: "gloves".to_owned(), ..wire::General::default() };
    let titled = just.notifications.update_notification(update(&results[0].name, titled, "general.title"));
    titled.await.expect("what was never said is not asked for by the way");
    let said = update(&results[0].name, follow_up(&kettle).general.unwrap(), "general.follow_up_to");
    just.notifications.update_notification(said).await.unwrap();
    let again = just.import(vec![silent.clone()]).await.remove(0);
    assert_eq!(again.outcome(), ImportOutcome::Updated, "the title that the source does not know is gone");
    let kept = just.get(&results[0].name).await;
    assert_eq!(named(&kept), kettle, "what it follows the source cannot know, and takes nothing from it");
    let lost = update(&results[1].name, wire::General::default(), "general.follow_up_to");
    let lost = just.notifications.update_notification(lost).await.unwrap_err();
    assert_eq!(lost.get_details_error_info().unwrap().reason, "INCOMPLETE_RECORD");
}
