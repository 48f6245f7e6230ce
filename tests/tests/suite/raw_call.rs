//! Calls by path and bytes, so that a test reaches every RPC that the contract has, not only those it has a client for.

use std::sync::LazyLock;

use prost::bytes::{Buf, BufMut, Bytes};
use prost_reflect::{DescriptorPool, MethodDescriptor};
use seamless_service::client::ClientChannel;
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

/// The descriptors of our contracts.
pub fn contracts() -> DescriptorPool {
    static CONTRACTS: LazyLock<DescriptorPool> =
        LazyLock::new(|| DescriptorPool::decode(seamless_proto::DESCRIPTORS).unwrap());
    CONTRACTS.clone()
}

/// `/package.Service/Method`.
pub fn path_of(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// Calls the method at `path` with one message, and gives the first message of the answer. Of a `follows` answer, which
/// may have nothing to say for long, nothing is read: that it began is all that is given.
pub async fn call(
    channel: &ClientChannel,
    path: &str,
    message: Bytes,
    follows: bool,
) -> Result<Option<Bytes>, Status> {
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready().await.map_err(|fault| Status::unavailable(format!("{fault:?}")))?;
    let request = Request::new(tokio_stream::once(message));
    let mut answer = grpc.streaming(request, path.parse().unwrap(), Raw).await?.into_inner();
    if follows { Ok(None) } else { answer.message().await }
}

struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
