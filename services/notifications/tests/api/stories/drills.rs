//! Drills run through the real system and stay out of real work: no list and no search shows one that did not ask for it.

use std::collections::{BTreeMap, BTreeSet};

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as wire, export_evidence_response::Item},
};
use tonic_types::StatusExt;

use super::{conversations::which_batch, rights::revocation};
use crate::{
    running::{Partner, Running},
    words::{item, kettle},
};

/// The notifications of which something stands in a list, by list.
type Lists = BTreeMap<&'static str, BTreeSet<String>>;

fn statuses(of: &[EventStatus]) -> Vec<i32> {
    of.iter().map(|status| (*status).into()).collect()
}

fn filter(of: &[EventStatus]) -> Option<wire::NotificationFilter> {
    Some(wire::NotificationFilter { statuses: statuses(of), ..Default::default() })
}

/// The notification below which a name lies.
fn notification_of(name: &str) -> String {
    name.split('/').take(2).collect::<Vec<_>>().join("/")
}

impl Partner {
    /// What stands in the lists over all notifications for who asks for these statuses.
    async fn stands_in_lists(&mut self, of: &[EventStatus]) -> Lists {
        macro_rules! list {
            ($service:ident.$method:ident($request:ident).$found:ident, $name:ident) => {{
                let request = wire::$request { statuses: statuses(of), ..Default::default() };
                let answer = self.$service.$method(request).await.unwrap().into_inner();
                answer.$found.iter().map(|one| notification_of(&one.$name)).collect()
            }};
        }
        let list = wire::ListNotificationsRequest { filter: filter(of), ..Default::default() };
        let list = self.notifications.list_notifications(list).await.unwrap().into_inner().notifications;
        let hits = |query: &str| {
            let request = wire::SearchNotificationsRequest {
                query: query.to_owned(),
                filter: filter(of),
                ..Default::default()
            };
            let mut client = self.notifications.clone();
            async move { client.search_notifications(request).await.unwrap().into_inner().hits }
        };
        let (words, parts) = (hits("Boilwell").await, hits("oilwel").await);
        let found = |hits: Vec<wire::SearchHit>| {
            hits.into_iter().map(|hit| hit.notification.unwrap().name).collect::<BTreeSet<_>>()
        };
        let mut clocks = BTreeSet::new();
        for status in of.iter().copied().chain(of.is_empty().then_some(EventStatus::Unspecified)) {
            let request = wire::ListClocksRequest { status: status.into(), ..Default::default() };
            let listed = self.clocks.list_clocks(request).await.unwrap().into_inner().clocks;
            clocks.extend(listed.iter().map(|clock| notification_of(&clock.name)));
        }
        BTreeMap::from([
            ("notifications", list.into_iter().map(|one| one.name).collect()),
            ("words", found(words)),
            ("parts of words", found(parts)),
            ("clocks", clocks),
            ("follow-ups", list!(follow_ups.list_follow_ups(ListFollowUpsRequest).follow_ups, name)),
            ("traces", list!(traces.list_traces(ListTracesRequest).traces, name)),
            (
                "conversations",
                list!(conversations.list_conversations(ListConversationsRequest).conversations, name),
            ),
            ("proposals", list!(proposals.list_proposals(ListProposalsRequest).proposals, name)),
            (
                "decisions",
                list!(
                    similarity.list_similarity_decisions(ListSimilarityDecisionsRequest).decisions,
                    notification
                ),
            ),
            ("removals", list!(rights.list_removals(ListRemovalsRequest).removals, notification)),
        ])
    }
}

/// A case of a status with everything below it, and a draft on the same product.
struct Case {
    alert: String,
    draft: String,
}

async fn case(just: &mut Partner, gacc: &mut Partner, reference: &str, status: EventStatus) -> Case {
    let mut import = item(reference);
    import.notification.as_mut().unwrap().status = status.into();
    let [imported] = &just.import(vec![import]).await[..] else { panic!("one item") };
    let alert = imported.name.clone();
    just.transmit(&alert, &["cn-gacc"]).await.unwrap();
    gacc.investigate(&alert).await;
    let transmission = format!("{alert}/transmissions/cn-gacc");
    gacc.open_trace(&transmission).await.unwrap();
    gacc.raise(which_batch(&transmission)).await.unwrap();
    gacc.propose(&alert, "Boilwell Ningbo", &["product.brand"]).await.unwrap();
    let draft = just.create(wire::Notification { status: status.into(), ..kettle() }).await.name;
    just.decide(&draft, &alert, wire::SimilarityVerdict::DifferentProduct).await.unwrap();
    Case { alert, draft }
}

/// What stands in the lists of the originator and of the recipient where these cases do.
fn both_sides(cases: &[&Case], removed: bool) -> (Lists, Lists) {
    let alerts: BTreeSet<String> = cases.iter().map(|case| case.alert.clone()).collect();
    let drafts: BTreeSet<String> = cases.iter().map(|case| case.draft.clone()).collect();
    let both: BTreeSet<String> = alerts.union(&drafts).cloned().collect();
    let all = ["notifications", "words", "parts of words"];
    let below = ["clocks", "follow-ups", "traces", "conversations", "proposals"];
    let mut of_just: Lists = all.into_iter().map(|list| (list, both.clone())).collect();
    of_just.extend(below.into_iter().map(|list| (list, alerts.clone())));
    of_just.extend([("decisions", drafts), ("removals", BTreeSet::new())]);
    let mut of_gacc: Lists = all.into_iter().chain(below).map(|list| (list, alerts.clone())).collect();
    of_gacc.extend([("decisions", BTreeSet::new()), ("removals", BTreeSet::new())]);
    if removed {
        of_gacc.values_mut().for_each(BTreeSet::clear);
        of_gacc.insert("removals", alerts.clone());
        of_just.insert("removals", alerts);
        // The clocks of who was taken off are cancelled.
        of_just.insert("clocks", BTreeSet::new());
    }
    (of_just, of_gacc)
}

pub async fn apart(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let actual = case(&mut just, &mut gacc, "1", EventStatus::Actual).await;
    let drill = case(&mut just, &mut gacc, "2", EventStatus::Exercise).await;
    let asked = [
        (vec![], vec![&actual]),
        (vec![EventStatus::Actual], vec![&actual]),
        (vec![EventStatus::Exercise], vec![&drill]),
        (vec![EventStatus::Test], vec![]),
        (vec![EventStatus::Test, EventStatus::Exercise], vec![&drill]),
        (vec![EventStatus::Exercise, EventStatus::Actual], vec![&actual, &drill]),
    ];
    for removed in [false, true] {
        for (of, cases) in &asked {
            let lists = (just.stands_in_lists(of).await, gacc.stands_in_lists(of).await);
            assert_eq!(lists, both_sides(cases, removed), "asked for {of:?}, taken off: {removed}");
        }
        for case in [&actual, &drill].into_iter().filter(|_| !removed) {
            just.transmissions.revoke_transmission(revocation(&case.alert, "cn-gacc")).await.unwrap();
        }
    }
}

pub async fn named(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let drill = case(&mut just, &mut gacc, "1", EventStatus::Exercise).await;
    assert!(gacc.inbox().await.is_empty());
    let inbox = wire::ListInboxRequest { status: EventStatus::Exercise.into(), ..Default::default() };
    assert_eq!(gacc.transmissions.list_inbox(inbox).await.unwrap().into_inner().entries.len(), 1);
    assert!(gacc.events().await.iter().all(|event| event.status() == EventStatus::Exercise));

    // Who names the drill has asked for it; a status that is named besides is asked for, too.
    for (of, expected) in [(vec![], 1), (vec![EventStatus::Exercise], 1), (vec![EventStatus::Actual], 0)] {
        macro_rules! list {
            ($service:ident.$method:ident($request:ident).$found:ident) => {{
                let parent = drill.alert.clone();
                let request = wire::$request { parent, statuses: statuses(&of), ..Default::default() };
                let listed = gacc.$service.$method(request).await.unwrap().into_inner().$found;
                assert_eq!(listed.len(), expected, "{} of {of:?}", stringify!($method));
            }};
        }
        list!(follow_ups.list_follow_ups(ListFollowUpsRequest).follow_ups);
        list!(traces.list_traces(ListTracesRequest).traces);
        list!(conversations.list_conversations(ListConversationsRequest).conversations);
        list!(proposals.list_proposals(ListProposalsRequest).proposals);
        let clocks = wire::ListClocksRequest {
            parent: drill.alert.clone(),
            status: of.first().copied().unwrap_or_default().into(),
            ..Default::default()
        };
        assert_eq!(gacc.clocks.list_clocks(clocks).await.unwrap().into_inner().clocks.len(), expected);
        let decisions = wire::ListSimilarityDecisionsRequest {
            parent: drill.draft.clone(),
            statuses: statuses(&of),
            ..Default::default()
        };
        let decisions = just.similarity.list_similarity_decisions(decisions).await.unwrap().into_inner();
        assert_eq!(decisions.decisions.len(), expected);
    }
    let file = just.exported(&drill.alert).await;
    let Item::Head(head) = &file[0] else { panic!("the head comes first") };
    assert_eq!(head.status(), EventStatus::Exercise, "the file of the case says first that it is a drill");
}

pub async fn pages(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    for (reference, status) in [("1", EventStatus::Actual), ("2", EventStatus::Exercise)] {
        case(&mut just, &mut gacc, reference, status).await;
        case(&mut just, &mut gacc, &format!("another {reference}"), status).await;
    }
    let reason = |refused: tonic::Status| refused.get_details_error_info().unwrap().reason;
    let all = [EventStatus::Actual, EventStatus::Exercise, EventStatus::Test];
    for (of, other) in [(&[][..], &all[1..2]), (&all[1..2], &all[..]), (&all[..], &[][..])] {
        let mut list =
            wire::ListNotificationsRequest { page_size: 1, filter: filter(of), ..Default::default() };
        let page = just.notifications.list_notifications(list.clone()).await.unwrap().into_inner();
        (list.page_token, list.filter) = (page.next_page_token, filter(other));
        assert_eq!(
            reason(just.notifications.list_notifications(list).await.unwrap_err()),
            "PAGE_TOKEN_INVALID"
        );
        let mut search = wire::SearchNotificationsRequest {
            query: "Boilwell".to_owned(),
            page_size: 1,
            filter: filter(of),
            ..Default::default()
        };
        let page = just.notifications.search_notifications(search.clone()).await.unwrap().into_inner();
        (search.page_token, search.filter) = (page.next_page_token, filter(other));
        let refused = just.notifications.search_notifications(search).await.unwrap_err();
        assert_eq!(reason(refused), "PAGE_TOKEN_INVALID");
        let mut list =
            wire::ListFollowUpsRequest { page_size: 1, statuses: statuses(of), ..Default::default() };
        let page = gacc.follow_ups.list_follow_ups(list.clone()).await.unwrap().into_inner();
        (list.page_token, list.statuses) = (page.next_page_token, statuses(other));
        assert_eq!(reason(gacc.follow_ups.list_follow_ups(list).await.unwrap_err()), "PAGE_TOKEN_INVALID");
    }
    // A status that is none, with whatever else is wrong.
    let wrong = wire::NotificationFilter { statuses: vec![0, 99], states: vec![99], ..Default::default() };
    let wrong = wire::ListNotificationsRequest { filter: Some(wrong), ..Default::default() };
    let refused = just.notifications.list_notifications(wrong).await.unwrap_err();
    let fields = refused.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<&str> = fields.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["filter.statuses[0]", "filter.statuses[1]", "filter.states[0]"]);
}
