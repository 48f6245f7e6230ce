//! Compiles the contracts with protox (no protoc needed) into messages, clients and servers, the descriptor set for
//! reflection, the redaction that the audiences of the fields ask for, and what else follows from the contracts.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message;
use seamless_codegen::{Contract, compile};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=seamless");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let encoded = compile(".".as_ref())?;
    let descriptors = prost_types::FileDescriptorSet::decode(encoded.as_slice())?;

    let mut messages = tonic_prost_build::Config::new();
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
