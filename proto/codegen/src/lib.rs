//! Writes, at build time, what follows from the contracts, as Rust that can be read.
//!
//! Invariant: what a contract must say it says, or [`Contract::read`] fails; nothing is guessed for it.

mod access;
mod events;
mod requests;
mod servers;
mod vocabulary;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use prost_reflect::{DescriptorPool, MethodDescriptor, ServiceDescriptor};

/// Why nothing could be generated.
#[derive(Debug, thiserror::Error)]
pub enum CodegenError {
    /// The contracts cannot be listed.
    #[error("the files of the contracts cannot be listed")]
    Files(#[from] io::Error),
    /// A contract does not compile.
    #[error("{0:?}")]
    Contract(#[from] protox::Error),
    /// The bytes are no `google.protobuf.FileDescriptorSet`, or an import is missing from it.
    #[error("the descriptor set cannot be read")]
    Descriptors(#[from] prost_reflect::DescriptorError),
    /// `seamless/access/v1/access.proto`, or one of its options, is not in the set.
    #[error("the descriptor set has no option {0}")]
    OptionUndefined(&'static str),
    /// Methods, as `package.Service.Method`, that do not say which scope their caller needs, or say it and are open.
    #[error("rpcs want either a scope (option (seamless.access.v1.scope)) or to be open: {}", .0.join(", "))]
    ScopeMissing(Vec<String>),
}

/// Compiles all contracts in `folder`/seamless into an encoded `google.protobuf.FileDescriptorSet` with imports, comments
/// and our options (a decoded one drops what `prost-types` does not know).
///
/// # Errors
/// If a file cannot be read or does not compile.
pub fn compile(folder: &Path) -> Result<Vec<u8>, CodegenError> {
    let mut compiler = protox::Compiler::new([folder])?;
    compiler.include_imports(true).include_source_info(true);
    for file in contract_files(folder)? {
        compiler.open_file(file)?;
    }
    Ok(compiler.encode_file_descriptor_set())
}

fn contract_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.join("seamless")];
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

/// The contracts, of which everything that must be said is said.
pub struct Contract {
    pool: DescriptorPool,
    methods: Vec<access::Method>,
}

impl Contract {
    /// Reads an encoded `google.protobuf.FileDescriptorSet` with imports, from a compiler that keeps custom options.
    ///
    /// # Errors
    /// See [`CodegenError`]; every method without a scope is listed, not just the first.
    pub fn read(descriptor_set: &[u8]) -> Result<Self, CodegenError> {
        let pool = DescriptorPool::decode(descriptor_set)?;
        let methods = access::read(&pool)?;
        Ok(Self { pool, methods })
    }

    /// `RPCS`: each method with what it asks of its caller. Expects the type `Rpc` where it is included.
    #[must_use]
    pub fn access(&self) -> String {
        access::write(&self.methods)
    }

    /// The call of `servable!` with the server of each service, as tonic names them. Expects that macro where it is
    /// included.
    #[must_use]
    pub fn servers(&self) -> String {
        servers::write(&self.pool)
    }

    /// `impl Changing` and `impl Paged` for the requests that are. Expects these traits where it is included.
    #[must_use]
    pub fn requests(&self) -> String {
        requests::write(&self.pool)
    }

    /// `EventType` for each package that has events: its messages with `option (event)`.
    ///
    /// # Errors
    /// If the option is not in the set.
    pub fn events(&self) -> Result<String, CodegenError> {
        events::write(&self.pool)
    }

    /// The enumerations of a package without the wire, each with `impl Vocabulary`. Expects that trait in the root of the
    /// crate that includes it.
    #[must_use]
    pub fn vocabulary(&self, package: &str) -> String {
        vocabulary::write(&self.pool, package)
    }
}

/// Our services, in the order of their names.
fn services(pool: &DescriptorPool) -> Vec<ServiceDescriptor> {
    let ours = pool.services().filter(|service| service.package_name().starts_with("seamless."));
    let mut services: Vec<_> = ours.collect();
    services.sort_by(|one, other| one.full_name().cmp(other.full_name()));
    services
}

/// The methods of our services: services in the order of their names, methods in that of the contract.
fn methods(pool: &DescriptorPool) -> Vec<MethodDescriptor> {
    services(pool).iter().flat_map(|service| service.methods().collect::<Vec<_>>()).collect()
}
