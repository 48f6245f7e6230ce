//! The contracts of Seamless, compiled: messages, clients and servers under the path of their package
//! (`seamless::notifications::v1`), the redaction generated from the audience of each field, and the descriptor set.
#![allow(missing_docs)]

include!(concat!(env!("OUT_DIR"), "/contracts.rs"));

include!(concat!(env!("OUT_DIR"), "/disclosure.rs"));

/// The descriptors of all contracts, as a serialized `google.protobuf.FileDescriptorSet`: for reflection, and for
/// clients that know a message only by its name.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
