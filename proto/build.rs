//! Compiles the contracts with protox (no protoc needed) into messages, clients and servers, the descriptor set for
//! reflection, the redaction that the audiences of the fields ask for, and what else follows from the contracts.
//!
//! Invariant: messages are written in the bytes in which every other library writes them. For prost a field that has any
//! option is unpacked unless it says otherwise, although proto3 packs by default; what the contracts leave to that default
//! is said to it.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message;
use prost_types::{
    DescriptorProto, FieldDescriptorProto,
    field_descriptor_proto::{Label, Type},
};
use seamless_codegen::{Contract, compile};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=seamless");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let encoded = compile(".".as_ref())?;
    let mut descriptors = prost_types::FileDescriptorSet::decode(encoded.as_slice())?;
    for file in descriptors.file.iter_mut().filter(|file| file.syntax() == "proto3") {
        file.message_type.iter_mut().for_each(say_what_is_packed);
    }

    let mut messages = tonic_prost_build::Config::new();
    // Maps in their order: the same message has the same octets each time, as repeats of a request need.
    messages.btree_map(["."]);
    messages.enable_type_names();
    tonic_prost_build::configure()
        .build_client(env::var_os("CARGO_FEATURE_CLIENT").is_some())
        .build_server(env::var_os("CARGO_FEATURE_SERVER").is_some())
        .include_file("contracts.rs")
        .compile_fds_with_config(descriptors, messages)?;

    fs::write(out.join("disclosure.rs"), seamless_disclosure::codegen::generate(&encoded)?)?;
    let contract = Contract::read(&encoded)?;
    fs::write(out.join("access.rs"), contract.access())?;
    fs::write(out.join("events.rs"), contract.events()?)?;
    fs::write(out.join("requests.rs"), contract.requests())?;
    fs::write(out.join("servers.rs"), contract.servers())?;
    fs::write(out.join("descriptors.bin"), encoded)?;
    Ok(())
}

/// Writes the default of proto3 into the options of repeated fields that have some: repeated numbers are packed.
fn say_what_is_packed(message: &mut DescriptorProto) {
    message.nested_type.iter_mut().for_each(say_what_is_packed);
    let is_list_of_numbers = |field: &&mut FieldDescriptorProto| {
        field.label() == Label::Repeated
            && !matches!(field.r#type(), Type::String | Type::Bytes | Type::Message | Type::Group)
    };
    for field in message.field.iter_mut().filter(is_list_of_numbers) {
        if let Some(options) = &mut field.options {
            options.packed.get_or_insert(true);
        }
    }
}
