//! An authority gets another contact point: the former one loses what it had in that place, at once.

use seamless_identity::SAMPLE_COOPERATION;
use seamless_proto::seamless::{disclosure::v1::Audience, notifications::v1 as wire};
use tonic::Code;

use crate::{
    running::{Partner, Running},
    words::request_id,
};

impl Partner {
    async fn trace_opened(&mut self, transmission: &str) {
        let request = wire::OpenTraceRequest {
            transmission: transmission.to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.traces.open_trace(request).await.unwrap();
    }

    /// The lists over all notifications in which something of this one is.
    async fn lists(&mut self, notification: &str) -> Vec<&'static str> {
        macro_rules! holds {
            ($service:ident.$method:ident($request:ident).$found:ident, $name:ident) => {{
                let answer = self.$service.$method(wire::$request::default()).await.unwrap().into_inner();
                answer.$found.iter().any(|one| one.$name.starts_with(notification))
            }};
        }
        let words = wire::SearchNotificationsRequest { query: "Boilwell".to_owned(), ..Default::default() };
        let hits = self.notifications.search_notifications(words).await.unwrap().into_inner().hits;
        let filter = wire::NotificationFilter { text: "kettle".to_owned(), ..Default::default() };
        let part = wire::ListNotificationsRequest { filter: Some(filter), ..Default::default() };
        let part = self.notifications.list_notifications(part).await.unwrap().into_inner().notifications;
        let lists = [
            ("words", hits.iter().any(|hit| hit.notification.as_ref().unwrap().name == notification)),
            ("part of a word", part.iter().any(|one| one.name == notification)),
            (
                "notifications",
                holds!(notifications.list_notifications(ListNotificationsRequest).notifications, name),
            ),
            ("follow-ups", holds!(follow_ups.list_follow_ups(ListFollowUpsRequest).follow_ups, name)),
            ("clocks", holds!(clocks.list_clocks(ListClocksRequest).clocks, name)),
            ("traces", holds!(traces.list_traces(ListTracesRequest).traces, name)),
            ("proposals", holds!(proposals.list_proposals(ListProposalsRequest).proposals, name)),
            ("removals", holds!(rights.list_removals(ListRemovalsRequest).removals, notification)),
        ];
        lists.into_iter().filter_map(|(place, holds)| holds.then_some(place)).collect()
    }
}

pub async fn changed(running: Running) {
    let [mut nvwa, mut just, mut gacc] =
        ["nl-nvwa", "eu-just", "cn-gacc"].map(|authority| running.partner(authority));
    let (name, transmission) = super::evidence::sent(&running).await;
    gacc.investigate(&name).await;
    gacc.propose(&name, "Boilwell Ningbo", &["product.brand"]).await.unwrap();
    gacc.trace_opened(&transmission).await;
    nvwa.disclose(&name, "measures", Audience::Originator).await;
    let everything = just.lists(&name).await;
    assert_eq!(everything.len(), 8, "the contact point sees all of it in lists: {everything:?}");

    let behind = "calendar = \"NL\"\ncontact_point = \"eu-just\"\n";
    assert!(SAMPLE_COOPERATION.contains(behind), "the sample has changed: look at this test");
    let alone = SAMPLE_COOPERATION.replacen(behind, "calendar = \"NL\"\n", 1);
    let running = running.restarted(|credentials| credentials.set_cooperation(&alone)).await;
    let [mut nvwa, mut just, mut gacc] =
        ["nl-nvwa", "eu-just", "cn-gacc"].map(|authority| running.partner(authority));
    assert_eq!(just.refused(&name).await, Code::PermissionDenied);
    assert_eq!(just.lists(&name).await, [""; 0], "a former contact point sees nothing in lists");
    let left = just.learns_of(&name).await;
    assert!(left.iter().all(|place| *place == "digest"), "{left:?}");
    assert_eq!(nvwa.lists(&name).await, everything, "the originator keeps all of it");
    assert!(gacc.learns_of(&name).await.len() > 10, "and the recipient what was sent to it");
    running.stop().await;
}
