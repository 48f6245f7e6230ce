//! Writes the vocabularies from the contracts.
#![allow(clippy::disallowed_methods, reason = "cargo tells a build script by its environment where to write")]

use std::{env, error::Error, fs, path::PathBuf};

use seamless_codegen::{Contract, compile};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../seamless");
    let contract = Contract::read(&compile("..".as_ref())?)?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for package in ["consignments", "feed", "notifications", "reporting", "training"] {
        let code = contract.vocabulary(&format!("seamless.{package}.v1"));
        fs::write(out.join(package).with_extension("rs"), code)?;
    }
    Ok(())
}
