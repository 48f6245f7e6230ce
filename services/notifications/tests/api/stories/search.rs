//! Finding alerts by words.

use std::{collections::BTreeSet, time::Duration};

use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    notifications::v1::{self as wire, NotificationState},
    r#type::v1::{LanguageVersion, LocalizedText},
};
use seamless_testkit::eventually;
use tonic::Code;
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::{english, item, request_id},
};

fn ask(query: &str) -> wire::SearchNotificationsRequest {
    wire::SearchNotificationsRequest { query: query.to_owned(), ..Default::default() }
}

/// A kettle of the source under a key, changed.
fn changed(
    reference: &str,
    change: impl FnOnce(&mut wire::Notification),
) -> wire::ImportNotificationsRequest {
    let mut item = item(reference);
    change(item.notification.as_mut().unwrap());
    item
}

/// A toy car whose texts are English and Chinese.
fn toy_car(reference: &str) -> wire::ImportNotificationsRequest {
    changed(reference, |toy| {
        let version = |language: &str, text: &str| LanguageVersion {
            language_code: language.to_owned(),
            text: text.to_owned(),
            state: 0,
        };
        toy.product = Some(wire::Product {
            product_name: Some(LocalizedText {
                versions: vec![version("en", "Racing car for children"), version("zh", "儿童玩具车")],
            }),
            brand: "Éclair".to_owned(),
            models: vec!["RC-2044/B".to_owned()],
            batch_numbers: vec!["LOT 77-31".to_owned()],
            category: wire::ProductCategory::Toys.into(),
            description: english(&format!("{} small magnets come loose", "painted red; ".repeat(30))),
            ..wire::Product::default()
        });
        let risk = toy.risk.as_mut().unwrap();
        risk.types = vec![wire::RiskType::Choking.into()];
        risk.description = english("the magnets can be swallowed");
        toy.online = None;
    })
}

impl Partner {
    async fn search(&mut self, query: &str) -> wire::SearchNotificationsResponse {
        self.notifications.search_notifications(ask(query)).await.unwrap().into_inner()
    }

    /// The references of what is found, best first.
    async fn find(&mut self, query: &str) -> Vec<String> {
        let hits = self.search(query).await.hits;
        hits.into_iter().map(|hit| hit.notification.unwrap().general.unwrap().source_reference).collect()
    }
}

pub async fn words(running: Running) {
    let mut just = running.partner("eu-just");
    just.import(vec![item("kettle"), toy_car("car")]).await;
    for (asked, found) in [
        ("magnets", "car"),
        ("MAGNET", "car"),
        ("玩具", "car"),
        ("童玩具车", "car"),
        ("车", "car"),
        ("eclair", "car"),
        ("rc2044b", "car"),
        ("RC-2044", "car"),
        ("7731", "car"),
        ("acing", "car"),
        ("6291041500213", "kettle"),
        ("06291041500213", "kettle"),
        ("触电", "kettle"),
        ("electrical", "kettle"),
        ("market.example.invalid", "kettle"),
        ("Ｋｅｔｔｌｅ", "kettle"),
    ] {
        assert_eq!(just.find(asked).await.first().map(String::as_str), Some(found), "by {asked}");
    }
    for absent in ["玩车", "kettles", "具玩", "100%", "se_t", "rc-2045"] {
        assert!(just.find(absent).await.is_empty(), "{absent} stands nowhere");
    }
    let hit = just.search("magnets").await.hits.remove(0);
    let [description, risk] = hit.highlights.as_slice() else { panic!("it stands in two texts") };
    assert_eq!(description.path, "product.description.versions.text");
    assert!(description.excerpt.chars().count() <= 160 && description.excerpt.contains("small magnets"));
    assert!(description.excerpt.starts_with('…'));
    assert_eq!(
        (risk.path.as_str(), risk.excerpt.as_str()),
        ("risk.description.versions.text", "the magnets can be swallowed")
    );
    let toys = just.search("玩具").await.hits.remove(0).highlights;
    let places: Vec<_> = toys.iter().map(|place| (place.path.as_str(), place.excerpt.as_str())).collect();
    assert_eq!(places, [("product.product_name.versions.text", "儿童玩具车"), ("product.category", "玩具")]);
    let filter = wire::NotificationFilter {
        categories: vec![wire::ProductCategory::Toys.into()],
        ..wire::NotificationFilter::default()
    };
    let filtered = wire::SearchNotificationsRequest { filter: Some(filter), ..ask("ningbo") };
    let filtered = just.notifications.search_notifications(filtered).await.unwrap().into_inner().hits;
    assert_eq!(filtered.len(), 1, "of the two that Ningbo made, one is a toy");
}

pub async fn ranking(running: Running) {
    let mut just = running.partner("eu-just");
    let says = |reference: &str, text: &'static str| {
        changed(reference, |kettle| kettle.product.as_mut().unwrap().description = english(text))
    };
    let named = changed("named", |kettle| kettle.product.as_mut().unwrap().brand = "Zephyr".to_owned());
    let numbered =
        changed("numbered", |kettle| kettle.product.as_mut().unwrap().models = vec!["ZEPHYR".to_owned()]);
    just.import(vec![
        numbered,
        named,
        says("older", "with a zephyr valve"),
        says("newer", "with a zephyr valve"),
        says("begins", "zephyrine paint"),
        says("apart", "cracked enamel, loose lid"),
        says("phrase", "loose enamel"),
    ])
    .await;
    let best_first = ["numbered", "named", "newer", "older", "begins"];
    assert_eq!(just.find("zephyr").await, best_first, "where a word stands counts, then the newest");
    assert_eq!(just.find("loose enamel").await, ["phrase", "apart"], "neighbours count more");
    assert_eq!(just.find("enamel kettle").await[..2], ["phrase", "apart"], "both words before one of them");
}

pub async fn hidden(running: Running) {
    let (mut just, mut gacc, mut cpsc) =
        (running.partner("eu-just"), running.partner("cn-gacc"), running.partner("us-cpsc"));
    let narrowed = |path: &str| FieldDisclosure {
        path: path.to_owned(),
        audience: Audience::Originator.into(),
        reason: "trade secret".to_owned(),
    };
    let secretive = changed("secretive", |kettle| {
        kettle.internal_note = "informant Quillfeather".to_owned();
        kettle.disclosures = vec![narrowed("product.batch_numbers"), narrowed("risk.incidents")];
        kettle.product.as_mut().unwrap().batch_numbers = vec!["HIDDENLOT".to_owned()];
        kettle.risk.as_mut().unwrap().incidents = "秘密事故报告".to_owned();
        kettle.measures[0].scope = "warehouse Klondike".to_owned();
    });
    let name = just.import(vec![secretive]).await.remove(0).name;
    just.transmit(&name, &["cn-gacc", "us-cpsc"]).await.unwrap();
    let nothing = cpsc.search("unheardof").await;
    assert!(nothing.hits.is_empty());
    for secret in ["Quillfeather", "quillf", "uillfeath", "HIDDENLOT", "hidden-lot", "秘密", "事", "trade"]
    {
        assert_eq!(just.search(secret).await.hits.len(), usize::from(secret != "trade"), "{secret}");
        assert_eq!(gacc.search(secret).await, nothing, "{secret} is as if it did not exist");
    }
    assert_eq!(gacc.search("Klondike").await.hits.len(), 1);
    assert_eq!(cpsc.search("klondike").await, nothing, "measures may not travel under this arrangement");

    // A score tells nothing of what others have.
    let score = async |partner: &mut Partner| partner.search("boilwell").await.hits[0].score;
    let before = score(&mut gacc).await;
    just.import((0..5).map(|number| item(&number.to_string())).collect()).await;
    assert_eq!(score(&mut gacc).await, before);
    assert_ne!(score(&mut just).await, before, "among the sender's own the word is less rare");

    // What is narrowed later is found no more.
    assert_eq!(gacc.search("Ningbo").await.hits.len(), 1);
    let update = wire::UpdateNotificationRequest {
        notification: Some(wire::Notification {
            name: name.clone(),
            disclosures: vec![narrowed("traceability.operators")],
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["disclosures".to_owned()] }),
        request_id: request_id(),
        validate_only: false,
    };
    just.notifications.update_notification(update).await.unwrap();
    assert_eq!(gacc.search("Ningbo").await, nothing);
    assert_eq!(gacc.search("HIDDENLOT").await.hits.len(), 1, "and what is opened is found");
}

pub async fn received(running: Running) {
    let (mut just, mut gacc, mut canada) =
        (running.partner("eu-just"), running.partner("cn-gacc"), running.partner("ca-hc"));
    let names: Vec<String> =
        just.import(vec![item("1"), item("2")]).await.into_iter().map(|one| one.name).collect();
    assert!(gacc.search("kettle").await.hits.is_empty());
    just.transmit(&names[0], &["cn-gacc"]).await.unwrap();
    assert_eq!(gacc.find("kettle").await, ["1"]);
    assert!(canada.search("kettle").await.hits.is_empty());
    let hit = gacc.search("kettle").await.hits.remove(0);
    assert_eq!(hit.notification.unwrap(), gacc.get(&names[0]).await, "as it is read");
    let withdraw = wire::WithdrawNotificationRequest {
        name: names[0].clone(),
        reason: "mistaken identity".to_owned(),
        request_id: request_id(),
        ..wire::WithdrawNotificationRequest::default()
    };
    just.notifications.withdraw_notification(withdraw).await.unwrap();
    let withdrawn = gacc.search("mistaken kettle").await.hits.remove(0).notification.unwrap();
    assert_eq!(withdrawn.state(), NotificationState::Withdrawn);
}

pub async fn pages(running: Running) {
    let mut just = running.partner("eu-just");
    just.import((0..23).map(|number| item(&number.to_string())).collect()).await;
    let mut request = wire::SearchNotificationsRequest { page_size: 4, ..ask("kettle boilwell") };
    let mut seen = Vec::new();
    loop {
        let page = just.notifications.search_notifications(request.clone()).await.unwrap().into_inner();
        assert!(page.hits.len() <= 4);
        seen.extend(page.hits.into_iter().map(|hit| hit.notification.unwrap().name));
        // One that comes in meanwhile moves none of the others.
        just.import(vec![item(&format!("late {}", seen.len()))]).await;
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
        if seen.len() == 4 {
            let foreign = wire::SearchNotificationsRequest { query: "kettle".to_owned(), ..request.clone() };
            let refused = just.notifications.search_notifications(foreign).await.unwrap_err();
            assert_eq!(refused.get_details_error_info().unwrap().reason, "PAGE_TOKEN_INVALID");
        }
    }
    assert_eq!(seen.len(), 23);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 23);
}

pub async fn wrong(running: Running) {
    let mut just = running.partner("eu-just");
    let thirteen = "one two three four five six seven eight nine ten eleven twelve thirteen";
    for (query, why) in [
        ("", "is required"),
        (" -!\" ", "is required"),
        (thirteen, "has 13 words"),
        (&"long".repeat(51), "has 204 characters"),
    ] {
        let filter = wire::NotificationFilter { states: vec![99], ..wire::NotificationFilter::default() };
        let request = wire::SearchNotificationsRequest { filter: Some(filter), ..ask(query) };
        let refused = just.notifications.search_notifications(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        let named = refused.get_details_bad_request().unwrap().field_violations;
        assert_eq!(
            named.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(),
            ["query", "filter.states[0]"]
        );
        assert!(named[0].description.starts_with(why), "{}", named[0].description);
    }
    // Signs that mean something to a database mean nothing here.
    for query in ["\"kettle", "kettle OR boilwell", "rest : kettle*", "a' & !b:*", "NEAR(kettle)", "\\kettle"]
    {
        just.notifications.search_notifications(ask(query)).await.unwrap();
    }
    let negative = wire::SearchNotificationsRequest { page_size: -1, ..ask("kettle") };
    let refused = just.notifications.search_notifications(negative).await.unwrap_err();
    assert_eq!(refused.get_details_bad_request().unwrap().field_violations[0].field, "page_size");
}

pub async fn upgraded(running: Running) {
    let mut just = running.partner("eu-just");
    just.import((0..130).map(|number| item(&number.to_string())).collect()).await;
    just.sent_to_gacc("sent").await;
    // As an earlier version of the service left it: without an index of words.
    let running = running
        .restarted_after(&[
            "UPDATE sight SET index_version = 0, words = 'boilwell'",
            "DELETE FROM sight_text",
        ])
        .await;
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    eventually("the index is complete", Duration::from_secs(20), async || {
        let found = just.clone().search("kettle").await;
        if found.incomplete { Err("incomplete") } else { Ok(()) }
    })
    .await;
    let mut request = wire::SearchNotificationsRequest { page_size: 500, ..ask("touched") };
    let found = just.notifications.search_notifications(request.clone()).await.unwrap().into_inner();
    assert_eq!(found.hits.len(), 131);
    assert_eq!(gacc.find("touched").await, ["sent"]);
    request.query = "investigation".to_owned();
    assert!(gacc.notifications.search_notifications(request).await.unwrap().into_inner().hits.is_empty());
}
