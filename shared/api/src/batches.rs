//! Items that come as a stream, are stored many in one transaction, and get their results in the order sent.
//!
//! Invariant: memory stays flat. No further items are taken while a batch is being stored.

use std::{collections::HashSet, hash::Hash, pin::Pin};

use async_trait::async_trait;
use futures::{Stream, StreamExt, stream::ReadyChunks};
use seamless_service::{Weight, WorkTurns};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

/// A stream of results.
pub type ResultStream<R> = Pin<Box<dyn Stream<Item = Result<R, Status>> + Send>>;

/// How items of one kind are taken in.
#[async_trait]
pub trait Batches: Send + Sync + 'static {
    /// An item as it comes.
    type Request: Send + 'static;
    /// An item that was read: parsed, or refused.
    type Item: Send;
    /// What an item changes.
    type Key: Eq + Hash + Send;
    /// The result of an item.
    type Response: Send + 'static;

    /// Reads the item with this number in its stream, the first being 0.
    fn read(&self, index: i64, request: Self::Request) -> Self::Item;

    /// What it changes; none if it was refused. Of two items with one key the second sees what the first has left: they are
    /// never in one batch.
    fn key(&self, item: &Self::Item) -> Option<Self::Key>;

    /// Stores a batch, and gives the result of each item, in their order.
    ///
    /// # Errors
    /// What ends the stream.
    async fn store(&self, batch: Vec<Self::Item>) -> Result<Vec<Self::Response>, Status>;
}

/// Takes the items in, at most `size` in a batch, and streams their results; each batch takes its turn.
pub fn in_batches<B: Batches>(
    batches: B,
    size: usize,
    turns: Option<WorkTurns>,
    items: Streaming<B::Request>,
) -> ResultStream<B::Response> {
    let (results, stream) = mpsc::channel(2 * size);
    tokio::spawn(Intake { batches, turns, results }.run(items.ready_chunks(size)));
    Box::pin(ReceiverStream::new(stream))
}

struct Intake<B: Batches> {
    batches: B,
    turns: Option<WorkTurns>,
    results: mpsc::Sender<Result<B::Response, Status>>,
}

impl<B: Batches> Intake<B> {
    /// Runs until the caller has sent all, or hangs up.
    async fn run(self, mut chunks: ReadyChunks<Streaming<B::Request>>) {
        let mut next_index = 0;
        while let Some(chunk) = chunks.next().await {
            let mut batch = Vec::with_capacity(chunk.len());
            let mut keys = HashSet::new();
            let mut broken = None;
            for item in chunk {
                let item = match item {
                    Ok(item) => self.batches.read(next_index, item),
                    Err(status) => {
                        broken = Some(status);
                        break;
                    }
                };
                next_index += 1;
                if let Some(key) = self.batches.key(&item)
                    && keys.contains(&key)
                {
                    if !self.store(std::mem::take(&mut batch)).await {
                        return;
                    }
                    keys.clear();
                }
                keys.extend(self.batches.key(&item));
                batch.push(item);
            }
            if !self.store(batch).await {
                return;
            }
            if let Some(status) = broken {
                // The caller is gone if nobody takes it.
                let _ = self.results.send(Err(status)).await;
                return;
            }
        }
    }

    /// Stores a batch and sends its results; false if the stream is over.
    async fn store(&self, batch: Vec<B::Item>) -> bool {
        if batch.is_empty() {
            return true;
        }
        let turn = WorkTurns::take_if_any(self.turns.as_ref(), Weight::Light).await;
        let stored = self.batches.store(batch).await;
        drop(turn);
        let responses = match stored {
            Ok(responses) => responses,
            Err(status) => {
                let _ = self.results.send(Err(status)).await;
                return false;
            }
        };
        for response in responses {
            if self.results.send(Ok(response)).await.is_err() {
                return false;
            }
        }
        true
    }
}
