//! Compiles the contracts with protox (no protoc needed) into messages, clients and servers, the descriptor set for
//! reflection, the redaction that the audiences of the fields ask for, and what else follows from the contracts.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message;
use seamless_codegen::Contract;

/// Every contract file, relative to this folder.
fn contract_files() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("seamless")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "proto") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=seamless");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut compiler = protox::Compiler::new(["."])?;
    compiler.include_imports(true).include_source_info(true);
    for file in contract_files()? {
        compiler.open_file(file)?;
    }
    // The encoded form keeps our options on the fields; the decoded one drops what prost-types does not know.
    let encoded = compiler.encode_file_descriptor_set();
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
    fs::write(out.join("requests.rs"), contract.requests())?;
    fs::write(out.join("servers.rs"), contract.servers())?;
    fs::write(out.join("descriptors.bin"), encoded)?;
    Ok(())
}
