//! Messages whose answers are counted and not read: an abuser does as little as it can itself.

use std::marker::PhantomData;

use prost::{Message, bytes::Buf};
use tonic::{
    Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

/// Sends messages of a type, and passes over those that come.
pub struct Passing<M>(PhantomData<M>);

impl<M> Default for Passing<M> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<M: Message + 'static> Codec for Passing<M> {
    type Encode = M;
    type Decode = ();
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self::default()
    }

    fn decoder(&mut self) -> Self {
        Self::default()
    }
}

impl<M: Message + 'static> Encoder for Passing<M> {
    type Item = M;
    type Error = Status;

    fn encode(&mut self, message: M, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message.encode(buffer).map_err(|fault| Status::internal(fault.to_string()))
    }
}

impl<M: Message + 'static> Decoder for Passing<M> {
    type Item = ();
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<()>, Status> {
        buffer.advance(buffer.remaining());
        Ok(Some(()))
    }
}
