//! What readers see of an alert: the generated code of `tests/contract`, run.
//!
//! `tests/generated` holds what prost-build and our generator write for that contract; `generated_files.rs` keeps it so.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use proptest::prelude::*;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage, Value};
use seamless_disclosure::{Audience, Disclose, Override, View, wire};

mod seamless {
    pub mod sample {
        #[allow(missing_docs, dead_code)]
        pub mod v1 {
            include!("generated/messages.rs");
        }
    }
}

include!("generated/disclosure.rs");

use seamless::sample::v1::{
    Alert, AlertSent, Contact, ListAlertsResponse, Operator, Traceability, alert, alert::Measure,
};

fn descriptor_set() -> Vec<u8> {
    let mut compiler = protox::Compiler::new(["tests/contract", "../../proto"]).unwrap();
    compiler.include_imports(true);
    compiler.open_file("seamless/sample/v1/alert.proto").unwrap();
    compiler.encode_file_descriptor_set()
}

fn contact() -> Contact {
    Contact { email: "duty@example.eu".to_owned(), telephone: "+32 2 000".to_owned() }
}

fn operator() -> Operator {
    Operator { trade_name: "Toys Ltd".to_owned(), contact: Some(contact()) }
}

/// An alert with every field set.
fn alert() -> Alert {
    let earlier = Traceability { operators: vec![operator()], earlier: None };
    Alert {
        name: "alerts/1".to_owned(),
        title: "Rattle".to_owned(),
        r#type: Some(0),
        send_time: Some(prost_types::Timestamp { seconds: 1, nanos: 0 }),
        traceability: Some(Traceability {
            operators: vec![operator(), operator()],
            earlier: Some(Box::new(earlier)),
        }),
        operators_by_code: HashMap::from([("9133".to_owned(), operator())]),
        remarks: vec!["draft".to_owned()],
        state: 1,
        measure: Some(Measure::Order(alert::Order {
            authority: "eu-just".to_owned(),
            judge: Some(contact()),
        })),
    }
}

fn decision(path: &str, audience: Audience) -> Override {
    Override { path: path.to_owned(), audience, reason: "case 7".to_owned() }
}

fn seen(clearance: Audience, overrides: &[Override], withheld_groups: &[String]) -> Alert {
    let mut alert = alert();
    alert.redact_for(&View::new(clearance, overrides, withheld_groups));
    alert
}

#[test]
fn each_circle_sees_what_the_contract_declares_for_it() {
    assert_eq!(seen(Audience::Originator, &[], &[]), alert());

    let recipient = seen(Audience::Recipients, &[], &[]);
    let order = alert::Order { authority: "eu-just".to_owned(), judge: None };
    assert_eq!(recipient, Alert { remarks: vec![], measure: Some(Measure::Order(order)), ..alert() });

    let party = seen(Audience::Parties, &[], &[]);
    let anonymous = Operator { contact: None, ..operator() };
    assert_eq!(
        party,
        Alert {
            traceability: Some(Traceability { operators: vec![anonymous.clone(), anonymous], earlier: None }),
            operators_by_code: HashMap::new(),
            measure: None,
            ..recipient
        }
    );

    let public = seen(Audience::Public, &[], &[]);
    let expected =
        Alert { name: "alerts/1".to_owned(), title: "Rattle".to_owned(), state: 1, ..Alert::default() };
    assert_eq!(public, expected);
}

#[test]
fn an_originator_narrows_a_field_and_all_below_it() {
    let hidden_operators = [decision("traceability.operators", Audience::Originator)];
    let recipient = seen(Audience::Recipients, &hidden_operators, &[]).traceability.unwrap();
    assert!(recipient.operators.is_empty());
    assert!(recipient.earlier.is_some(), "the path names the operators of the present chain alone");

    let hidden_email = [decision("traceability.operators.contact.email", Audience::Originator)];
    let recipient = seen(Audience::Recipients, &hidden_email, &[]).traceability.unwrap();
    let contact = recipient.operators[0].contact.as_ref().unwrap();
    assert_eq!((contact.email.as_str(), contact.telephone.as_str()), ("", "+32 2 000"));
}

#[test]
fn an_originator_releases_a_field_within_a_parent_that_stays_hidden() {
    let released = [decision("traceability.operators.contact.telephone", Audience::Public)];
    let public = seen(Audience::Public, &released, &[]);
    let telephone = Contact { email: String::new(), ..contact() };
    let stripped = Operator { trade_name: String::new(), contact: Some(telephone) };
    assert_eq!(
        public.traceability,
        Some(Traceability { operators: vec![stripped.clone(), stripped], earlier: None })
    );

    let released_judge = [decision("order.judge", Audience::Public)];
    assert_eq!(
        seen(Audience::Public, &released_judge, &[]).measure,
        Some(Measure::Order(alert::Order { authority: String::new(), judge: Some(contact()) }))
    );
}

#[test]
fn a_release_of_a_message_releases_what_it_holds_and_the_longest_path_wins() {
    let decisions = [
        decision("traceability", Audience::Public),
        decision("traceability.operators.contact", Audience::Originator),
    ];
    let public = seen(Audience::Public, &decisions, &[]).traceability.unwrap();
    assert!(public.earlier.is_some(), "declared for recipients, released with what holds it");
    assert_eq!(public.operators[0], Operator { contact: None, ..operator() });
}

#[test]
fn a_withheld_group_does_not_travel_even_if_the_originator_releases_it() {
    let released = [decision("traceability", Audience::Public)];
    let recipient = seen(Audience::Recipients, &released, &["traceability".to_owned()]);
    assert_eq!(recipient.traceability, None);
    assert!(!recipient.operators_by_code.is_empty());
}

#[test]
fn overrides_begin_at_the_record_wherever_it_is_nested() {
    let decisions = [decision("title", Audience::Originator), decision("alert", Audience::Originator)];
    let view = View::new(Audience::Parties, &decisions, &[]);

    let mut list = ListAlertsResponse { alerts: vec![alert(), alert()], title: "page".to_owned() };
    list.redact_for(&view);
    assert_eq!(list.title, "page");
    assert_eq!(list.alerts.iter().map(|alert| alert.title.as_str()).collect::<Vec<_>>(), ["", ""]);

    let mut event = AlertSent { alert: Some(alert()), extra: Some(prost_types::Any::default()) };
    event.redact_for(&view);
    assert_eq!(event.extra, None);
    assert_eq!(event.alert.unwrap().title, "");
}

#[test]
fn the_table_has_the_narrowest_audience_on_the_way_to_each_field_of_a_record() {
    let of = |path| audience_of("seamless.sample.v1.Alert", path);
    assert_eq!(of("title"), Some(Audience::Public));
    assert_eq!(of("operators_by_code.trade_name"), Some(Audience::Recipients));
    assert_eq!(of("traceability.operators.contact.email"), Some(Audience::Recipients));
    assert_eq!(of("order.judge"), Some(Audience::Originator));
    assert_eq!(of("traceability.operators.phone"), None);
    assert!(FIELD_AUDIENCES.iter().all(|(record, _, _)| *record == "seamless.sample.v1.Alert"));
}

#[test]
fn overrides_are_stored_and_read_with_their_circle_by_name() {
    let text = serde_json::to_string(&decision("title", Audience::Recipients)).unwrap();
    assert_eq!(text, r#"{"path":"title","audience":"recipients","reason":"case 7"}"#);
    assert_eq!(serde_json::from_str::<Override>(&text).unwrap(), decision("title", Audience::Recipients));
    assert!(
        Audience::ALL.into_iter().all(|audience| Audience::try_from(i32::from(audience)) == Ok(audience))
    );
    assert!(Audience::try_from(0).is_err() && Audience::try_from(5).is_err());
}

/// Collects the path of every set leaf, with the narrowest audience declared on the way, by reflection: independent of
/// the generated walk.
fn set_leaves(
    message: &DynamicMessage,
    prefix: &str,
    holder: Audience,
    pool: &DescriptorPool,
    found: &mut Vec<(String, Audience)>,
) {
    let option = pool.get_extension_by_name("seamless.disclosure.v1.audience").unwrap();
    for (field, value) in message.fields() {
        let path = format!("{prefix}{}", field.name());
        let declared = match field.options().get_extension(&option).as_ref() {
            Value::EnumNumber(number) => Audience::try_from(*number).map_or(holder, |own| own.max(holder)),
            _ => holder,
        };
        let held: Vec<&DynamicMessage> = match value {
            Value::Message(held) => vec![held],
            Value::List(items) => items.iter().filter_map(Value::as_message).collect(),
            Value::Map(entries) => entries.values().filter_map(Value::as_message).collect(),
            _ => vec![],
        };
        let ours: Vec<_> =
            held.iter().filter(|held| held.descriptor().package_name() != "google.protobuf").collect();
        if ours.is_empty() {
            found.push((path, declared));
            continue;
        }
        for held in ours {
            set_leaves(held, &format!("{path}."), declared, pool, found);
        }
    }
}

fn leaves(alert: &Alert, pool: &DescriptorPool) -> Vec<(String, Audience)> {
    let descriptor = pool.get_message_by_name("seamless.sample.v1.Alert").unwrap();
    let message = DynamicMessage::decode(descriptor, alert.encode_to_vec().as_slice()).unwrap();
    let mut found = Vec::new();
    set_leaves(&message, "", Audience::Public, pool, &mut found);
    found
}

/// Overrides and groups of all kinds.
fn views() -> impl Strategy<Value = (Audience, Vec<Override>, Vec<String>)> {
    let paths: Vec<&str> = FIELD_AUDIENCES.iter().map(|(_, path, _)| *path).collect();
    let circle = || proptest::sample::select(Audience::ALL.to_vec());
    let decisions = proptest::collection::vec((proptest::sample::select(paths), circle()), 0..6);
    let groups = vec!["traceability", "send_time", "remarks", "order"];
    (circle(), decisions, proptest::sample::subsequence(groups, 0..=2)).prop_map(
        |(clearance, decisions, withheld)| {
            let decisions = decisions.into_iter().map(|(path, audience)| decision(path, audience)).collect();
            (clearance, decisions, withheld.into_iter().map(str::to_owned).collect())
        },
    )
}

#[test]
fn a_field_that_the_contract_does_not_know_is_for_nobody() {
    let mut bytes = alert().encode_to_vec();
    let known = bytes.clone();
    // Field 999, a text.
    bytes.extend_from_slice(&[0xba, 0x3e, 5]);
    bytes.extend_from_slice(b"later");
    let shown = wire::redacted::<Alert>(&bytes, &View::declared(Audience::Originator)).unwrap();
    assert_eq!(Alert::decode(shown.as_slice()).unwrap(), Alert::decode(known.as_slice()).unwrap());
    assert!(!shown.windows(5).any(|part| part == b"later"));
}

#[test]
fn an_entry_of_a_map_whose_value_is_hidden_as_a_whole_is_written_as_an_encoder_writes_it() {
    let decisions = ["operators_by_code.contact", "operators_by_code.trade_name"]
        .map(|path| decision(path, Audience::Originator));
    let view = View::new(Audience::Recipients, &decisions, &[]);
    let mut alert = alert();
    let bytes = wire::redacted::<Alert>(&alert.encode_to_vec(), &view).unwrap();
    alert.redact_for(&view);
    assert!(!alert.operators_by_code.is_empty());
    assert_eq!(bytes, alert.encode_to_vec());
}

proptest! {
    #[test]
    fn the_bytes_are_redacted_as_the_message_is((clearance, decisions, withheld) in views()) {
        let view = View::new(clearance, &decisions, &withheld);
        let mut sent = AlertSent { alert: Some(alert()), extra: Some(prost_types::Any::default()) };
        let bytes = wire::redacted::<AlertSent>(&sent.encode_to_vec(), &view).unwrap();
        sent.redact_for(&view);
        prop_assert_eq!(AlertSent::decode(bytes.as_slice()).unwrap(), sent.clone());
        prop_assert_eq!(bytes, sent.encode_to_vec());
    }

    #[test]
    fn one_member_is_redacted_by_all_views_and_the_rest_stays(one in views(), two in views()) {
        let views = [&one, &two].map(|(clearance, decisions, withheld)| {
            View::new(*clearance, decisions, withheld)
        });
        let mut sent = AlertSent { alert: Some(alert()), extra: Some(prost_types::Any::default()) };
        let bytes = wire::redacted_within::<AlertSent>(&sent.encode_to_vec(), 1, &views).unwrap();
        for view in &views {
            sent.alert.iter_mut().for_each(|alert| alert.redact_for(view));
        }
        prop_assert_eq!(bytes, sent.encode_to_vec());
    }

    #[test]
    fn bytes_that_are_no_message_are_refused_or_read(bytes: Vec<u8>) {
        let _ = wire::redacted::<Alert>(&bytes, &View::declared(Audience::Parties));
        let half = alert().encode_to_vec();
        let cut = half.get(..half.len() - 1).unwrap_or_default();
        prop_assert!(wire::redacted::<Alert>(cut, &View::declared(Audience::Parties)).is_err());
    }

    #[test]
    fn a_reader_is_left_with_exactly_the_leaves_of_his_circle_and_wider(
        clearance in proptest::sample::select(Audience::ALL.to_vec()),
        decisions in proptest::collection::vec(
            (
                proptest::sample::select(FIELD_AUDIENCES.iter().map(|(_, path, _)| *path).collect::<Vec<_>>()),
                proptest::sample::select(Audience::ALL.to_vec()),
            ),
            0..6,
        ),
        withheld in proptest::sample::subsequence(vec!["traceability", "send_time", "remarks", "order"], 0..=2),
    ) {
        let pool = DescriptorPool::decode(descriptor_set().as_slice()).unwrap();
        let mut decisions: Vec<_> = decisions.into_iter().map(|(path, audience)| decision(path, audience)).collect();
        decisions.sort_by(|one, other| one.path.cmp(&other.path));
        decisions.dedup_by(|one, other| one.path == other.path);
        let withheld: Vec<String> = withheld.into_iter().map(str::to_owned).collect();
        let is_set_below = |all: &[(String, Audience)], path: &str| {
            all.iter().any(|(leaf, _)| leaf == path || leaf.starts_with(&format!("{path}.")))
        };

        let before = leaves(&alert(), &pool);
        let after = leaves(&seen(clearance, &decisions, &withheld), &pool);

        for (path, declared) in &after {
            // A field emptied of what it held is a leaf here, though none in the contract.
            if before.iter().any(|(leaf, _)| leaf == path) {
                let governing = decisions
                    .iter()
                    .filter(|decision| path == &decision.path || path.starts_with(&format!("{}.", decision.path)))
                    .max_by_key(|decision| decision.path.len());
                let effective = governing.map_or(*declared, |decision| decision.audience);
                prop_assert!(effective <= clearance, "{path} is set for {clearance:?}");
            }
        }
        for (path, _) in before.iter().filter(|(path, _)| !path.starts_with("operators_by_code.")) {
            let group_is_withheld = withheld.iter().any(|group| path.split('.').next() == Some(group));
            prop_assert!(!(group_is_withheld && is_set_below(&after, path)), "{path} is withheld");
        }
        if decisions.is_empty() {
            for (path, declared) in &before {
                let group_is_withheld = withheld.iter().any(|group| path.split('.').next() == Some(group));
                let expected = *declared <= clearance && !group_is_withheld;
                prop_assert_eq!(is_set_below(&after, path), expected, "{}", path);
            }
        }
    }
}
