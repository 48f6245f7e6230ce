//! What is written for a small contract, and contracts that are refused.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use seamless_codegen::{CodegenError, Contract};

/// The contract of the sample, whose second rpc has these options.
fn read(options: &str) -> Result<Contract, CodegenError> {
    static READ: AtomicUsize = AtomicUsize::new(0);
    let number = READ.fetch_add(1, Ordering::Relaxed).to_string();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(number);
    fs::create_dir_all(folder.join("seamless/sample/v1")).unwrap();
    let contract = format!(
        r#"syntax = "proto3";
package seamless.sample.v1;
import "seamless/access/v1/access.proto";
import "seamless/disclosure/v1/disclosure.proto";
service RecallService {{
  rpc ListRecalls(ListRecallsRequest) returns (ListRecallsResponse) {{
    option (seamless.access.v1.scope) = "recalls.read";
    option (seamless.access.v1.heavy) = true;
  }}
  rpc OrderRecall(OrderRecallRequest) returns (Recall) {{ {options} }}
  rpc FollowRecalls(FollowRecallsRequest) returns (stream Recall) {{ {options} }}
}}
// How far it goes.
enum RecallReach {{
  // Not said.
  RECALL_REACH_UNSPECIFIED = 0;
  // To the shops.
  RECALL_REACH_SHOPS = 2;
  // To whoever
  // has one.
  RECALL_REACH_END_USERS = 5;
}}
message Recall {{ string name = 1; string request_id = 2; }}
message RecallOrdered {{ option (seamless.disclosure.v1.event) = true; Recall recall = 1; }}
message ListRecallsRequest {{ string product = 1; int32 page_size = 2; string page_token = 3; }}
message ListRecallsResponse {{ repeated Recall recalls = 1; string next_page_token = 2; }}
message OrderRecallRequest {{ Recall recall = 1; string request_id = 2; bool validate_only = 3; }}
message FollowRecallsRequest {{ int32 page_size = 1; }}
"#
    );
    fs::write(folder.join("seamless/sample/v1/sample.proto"), contract).unwrap();
    let mut compiler = protox::Compiler::new([folder.as_path(), "..".as_ref()]).unwrap();
    compiler.include_imports(true).include_source_info(true);
    compiler.open_file("seamless/sample/v1/sample.proto").unwrap();
    Contract::read(&compiler.encode_file_descriptor_set())
}

fn sample() -> Contract {
    read(r#"option (seamless.access.v1.scope) = "recalls.write";"#).unwrap()
}

#[test]
fn every_rpc_stands_with_what_it_asks() {
    let access = sample().access();
    for row in [
        r#"method: "ListRecalls", path: "/seamless.sample.v1.RecallService/ListRecalls", scope: "recalls.read", is_heavy: true, is_stream: false"#,
        r#"method: "OrderRecall", path: "/seamless.sample.v1.RecallService/OrderRecall", scope: "recalls.write", is_heavy: false, is_stream: false"#,
        r#"method: "FollowRecalls", path: "/seamless.sample.v1.RecallService/FollowRecalls", scope: "recalls.write", is_heavy: false, is_stream: true"#,
    ] {
        assert!(access.contains(row), "{access}\nlacks {row}");
    }
}

#[test]
fn a_contract_is_refused_that_leaves_a_scope_open_and_every_such_rpc_is_named() {
    let Err(refused) = read("") else { panic!("the contract was taken") };
    assert_eq!(
        refused.to_string(),
        "rpcs want either a scope (option (seamless.access.v1.scope)) or to be open: \
         seamless.sample.v1.RecallService.OrderRecall, seamless.sample.v1.RecallService.FollowRecalls"
    );
    let both =
        r#"option (seamless.access.v1.scope) = "recalls.write"; option (seamless.access.v1.open) = true;"#;
    assert!(read(both).is_err(), "what has a scope is not open to everybody");
    assert!(read("option (seamless.access.v1.open) = true;").unwrap().access().contains(r#"scope: """#));
}

#[test]
fn requests_that_change_and_requests_for_pages_are_known_by_their_fields() {
    let requests = sample().requests();
    let implemented: Vec<&str> = requests.lines().filter(|line| line.starts_with("impl ")).collect();
    assert_eq!(
        implemented,
        [
            "impl Paged for crate::seamless::sample::v1::ListRecallsRequest {",
            "impl Changing for crate::seamless::sample::v1::OrderRecallRequest {",
        ],
        "a page without a token is none, and an answer is no request"
    );
}

#[test]
fn every_server_can_be_served() {
    let servers = sample().servers();
    assert!(
        servers.contains("    crate::seamless::sample::v1::recall_service_server::RecallServiceServer<T>,\n"),
        "{servers}"
    );
}

#[test]
fn a_vocabulary_has_the_words_the_numbers_and_the_comments_of_its_enumeration() {
    let vocabulary = sample().vocabulary("seamless.sample.v1");
    for part in [
        "/// How far it goes.\n#[derive(",
        "pub enum RecallReach {\n    /// To the shops.\n    #[serde(rename = \"shops\")]\n    Shops = 2,\n",
        "    /// To whoever\n    /// has one.\n    #[serde(rename = \"end_users\")]\n    EndUsers = 5,\n}\n",
        "const FIRST: Self = Self::Shops;",
        "            5 => Some(Self::EndUsers),\n            _ => None,\n",
        "            RecallReach::EndUsers => \"END_USERS\",\n",
        "            Self::EndUsers => \"end_users\",\n",
    ] {
        assert!(vocabulary.contains(part), "{vocabulary}\nlacks {part}");
    }
    assert!(!vocabulary.to_lowercase().contains("unspecified"), "what says nothing is no word: {vocabulary}");
}

#[test]
fn a_message_that_is_marked_as_an_event_is_a_type_of_event_and_no_other() {
    let events = sample().events().unwrap();
    assert!(events.contains("pub mod sample {"), "{events}");
    assert!(events.contains("    pub enum EventType {\n        RecallOrdered,\n    }\n"), "{events}");
    assert!(
        events.contains("\"seamless.sample.v1.RecallOrdered\" => Some(Self::RecallOrdered),"),
        "{events}"
    );
}
