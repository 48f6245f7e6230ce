//! What the generated servers have in common, and tonic gives each of them by itself.

/// A server of one service of the contracts. Implemented for all that are generated.
pub trait Servable: Sized {
    /// The server that takes and gives messages of at most `most` bytes, and takes and gives them compressed.
    #[must_use]
    fn limited_to(self, most: usize) -> Self;
}

#[cfg(feature = "server")]
macro_rules! servable {
    ($($server:ty,)+) => {
        $(impl<T> Servable for $server {
            fn limited_to(self, most: usize) -> Self {
                self.max_decoding_message_size(most)
                    .max_encoding_message_size(most)
                    .accept_compressed(::tonic::codec::CompressionEncoding::Gzip)
                    .accept_compressed(::tonic::codec::CompressionEncoding::Zstd)
                    .send_compressed(::tonic::codec::CompressionEncoding::Gzip)
                    .send_compressed(::tonic::codec::CompressionEncoding::Zstd)
            }
        })+
    };
}

#[cfg(feature = "server")]
include!(concat!(env!("OUT_DIR"), "/servers.rs"));
