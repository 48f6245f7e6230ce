//! The contracts of Seamless, compiled: messages, clients and servers under the path of their package
//! (`seamless::notifications::v1`), the redaction generated from the audience of each field, what else follows from the
//! contracts ([`access`], [`events`], [`Changing`], [`Paged`], [`Servable`]), and the descriptor set.
#![allow(missing_docs)]

pub mod access;
pub mod events;
mod requests;
mod servers;

pub use requests::{Changing, Paged};
pub use servers::Servable;

include!(concat!(env!("OUT_DIR"), "/contracts.rs"));

include!(concat!(env!("OUT_DIR"), "/disclosure.rs"));

/// The descriptors of all contracts, as a serialized `google.protobuf.FileDescriptorSet`: for reflection, and for
/// clients that know a message only by its name.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
