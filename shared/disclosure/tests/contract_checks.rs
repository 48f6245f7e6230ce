//! The generator refuses contracts that leave open who may see a field, and names every such field.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver};
use seamless_disclosure::codegen::{CodegenError, generate};

/// One contract in memory, named `contract.proto`.
struct InMemory(String);

impl FileResolver for InMemory {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match name {
            "contract.proto" => File::from_source(name, &self.0),
            _ => Err(protox::Error::file_not_found(name)),
        }
    }
}

/// The descriptor set of a contract with these definitions.
fn compiled(definitions: &str) -> Vec<u8> {
    let contract = format!(
        "syntax = \"proto3\"; package seamless.trial.v1;
         import \"seamless/disclosure/v1/disclosure.proto\";
         service TrialService {{ rpc Get(Request) returns (Answer); }}
         message Request {{ string internal = 1; }}
         {definitions}"
    );
    let mut resolver = ChainFileResolver::new();
    resolver.add(GoogleFileResolver::new());
    resolver.add(IncludeFileResolver::new(Path::new("../../proto").to_owned()));
    resolver.add(InMemory(contract));
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true);
    compiler.open_file("contract.proto").unwrap();
    compiler.encode_file_descriptor_set()
}

#[test]
fn every_field_that_leaves_without_an_audience_is_named_and_those_that_only_enter_are_not() {
    let set = compiled(
        "message Answer {
           string shown = 1 [(seamless.disclosure.v1.audience) = AUDIENCE_PUBLIC];
           string forgotten = 2;
           map<string, Deep> deep = 3 [(seamless.disclosure.v1.audience) = AUDIENCE_PUBLIC];
           oneof choice { string chosen = 4; }
         }
         message Deep { string unspecified = 1 [(seamless.disclosure.v1.audience) = AUDIENCE_UNSPECIFIED]; }
         message Happened { option (seamless.disclosure.v1.event) = true; string told = 1; }
         message NeverSent { string kept = 1; }",
    );
    match generate(&set) {
        Err(CodegenError::AudienceMissing(fields)) => assert_eq!(
            fields,
            [
                "seamless.trial.v1.Answer.chosen",
                "seamless.trial.v1.Answer.forgotten",
                "seamless.trial.v1.Deep.unspecified",
                "seamless.trial.v1.Happened.told",
            ]
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_value_type_may_neither_declare_audiences_nor_leave_without_a_holder() {
    let contradicting = compiled(
        "message Answer { Value value = 1 [(seamless.disclosure.v1.audience) = AUDIENCE_PUBLIC]; }
         message Value {
           option (seamless.disclosure.v1.inherits) = true;
           string text = 1 [(seamless.disclosure.v1.audience) = AUDIENCE_ORIGINATOR];
         }",
    );
    assert!(matches!(
        generate(&contradicting),
        Err(CodegenError::AudienceContradicts(fields)) if fields == ["seamless.trial.v1.Value.text"]
    ));

    let unheld =
        compiled("message Answer { option (seamless.disclosure.v1.inherits) = true; string text = 1; }");
    assert!(matches!(
        generate(&unheld),
        Err(CodegenError::HolderMissing(messages)) if messages == ["seamless.trial.v1.Answer"]
    ));
}

#[test]
fn bytes_that_are_no_descriptor_set_and_sets_without_our_options_are_refused() {
    assert!(matches!(generate(b"no descriptors"), Err(CodegenError::Descriptors(_))));
    assert!(matches!(generate(&[]), Err(CodegenError::OptionUndefined("seamless.disclosure.v1.audience"))));
}
