//! The files in `tests/generated`, which `redaction.rs` runs, are what prost-build and our generator write today for
//! `tests/contract`. After a wanted change: `cargo test -p seamless-disclosure --test generated_files -- --ignored`.

#![allow(clippy::unwrap_used)]

use std::fs;

use prost::Message;

const MESSAGES: &str = "tests/generated/messages.rs";
const REDACTION: &str = "tests/generated/disclosure.rs";

fn descriptor_set() -> Vec<u8> {
    let mut compiler = protox::Compiler::new(["tests/contract", "../../proto"]).unwrap();
    compiler.include_imports(true);
    compiler.open_file("seamless/sample/v1/alert.proto").unwrap();
    compiler.encode_file_descriptor_set()
}

/// The messages as prost-build, and the redaction as our generator writes them.
fn generated() -> (String, String) {
    let encoded = descriptor_set();
    let descriptors = prost_types::FileDescriptorSet::decode(encoded.as_slice()).unwrap();
    let module = prost_build::Module::from_protobuf_package_name("seamless.sample.v1");
    let files = descriptors.file.into_iter();
    let requests =
        files.map(|file| (prost_build::Module::from_protobuf_package_name(file.package()), file)).collect();
    let mut messages = prost_build::Config::new().generate(requests).unwrap();
    (messages.remove(&module).unwrap(), seamless_disclosure::codegen::generate(&encoded).unwrap())
}

#[test]
fn the_generated_files_are_those_of_the_contract() {
    let (messages, redaction) = generated();
    assert_eq!(fs::read_to_string(MESSAGES).unwrap(), messages);
    assert_eq!(fs::read_to_string(REDACTION).unwrap(), redaction);
}

#[test]
#[ignore = "writes tests/generated"]
fn write_the_generated_files() {
    let (messages, redaction) = generated();
    fs::write(MESSAGES, messages).unwrap();
    fs::write(REDACTION, redaction).unwrap();
}
