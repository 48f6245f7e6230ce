//! Writes the redaction, at build time, from the audiences that the contracts declare.
//!
//! Invariant: every message that can leave a service is covered: all that the RPCs of `seamless.*` answer, all events
//! (`option (event)`), all records (`option (record)`), and whatever these hold. A field among them without an audience
//! is an error, not a default.

mod contract;
pub mod names;
mod rust_code;

use prost_reflect::DescriptorPool;

/// Why no redaction could be generated.
#[derive(Debug, thiserror::Error)]
pub enum CodegenError {
    /// The bytes are no `google.protobuf.FileDescriptorSet`, or an import is missing from it.
    #[error("the descriptor set cannot be read")]
    Descriptors(#[from] prost_reflect::DescriptorError),
    /// `seamless/disclosure/v1/disclosure.proto`, or one of its options, is not in the set.
    #[error("the descriptor set has no option {0}")]
    OptionUndefined(&'static str),
    /// Fields that leave a service, as `package.Message.field`, without an audience.
    #[error("fields that leave a service have no audience: {}", .0.join(", "))]
    AudienceMissing(Vec<String>),
    /// Fields, as `package.Message.field`, that have an audience though their message inherits its holder's.
    #[error("fields have an audience though their message inherits: {}", .0.join(", "))]
    AudienceContradicts(Vec<String>),
    /// Messages that inherit, and leave a service with nobody to inherit from (as an answer, an event or a record).
    #[error("messages inherit, but leave a service without a field that holds them: {}", .0.join(", "))]
    HolderMissing(Vec<String>),
}

/// Writes Rust code that implements [`crate::Disclose`] for every message that can leave a service.
///
/// `descriptor_set` is an encoded `google.protobuf.FileDescriptorSet` with imports, from a compiler that keeps custom
/// options. The code expects the messages as prost-build names them, from the root of the crate that includes it
/// (`crate::seamless::notifications::v1::Notification`), and that crate to depend on `seamless-disclosure`. It also has
/// `FIELD_AUDIENCES`, the flattened declarations of each record, and `audience_of(record, path)` to look one up.
///
/// # Errors
/// See [`CodegenError`]; every offending field is listed, not just the first.
pub fn generate(descriptor_set: &[u8]) -> Result<String, CodegenError> {
    let pool = DescriptorPool::decode(descriptor_set)?;
    let contract = contract::Contract::read(&pool)?;
    Ok(rust_code::write(&contract))
}
