//! Items that come as a stream, are stored many in one transaction, and get their results in the order sent.
//!
//! Invariant: memory stays flat. No further items are taken while [`Batches::AT_ONCE`] batches are being stored. Where a batch
//! fails the stream ends; the one after it may be stored, and says so when it is sent again.

use std::{
    collections::{HashSet, VecDeque},
    hash::Hash,
    pin::Pin,
    sync::Arc,
};

use async_trait::async_trait;
use futures::{Stream, StreamExt, stream::ReadyChunks};
use seamless_service::{ApiError, Weight, WorkTurns};
use tokio::{sync::mpsc, task::JoinHandle};
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
    type Item: Send + 'static;
    /// What an item changes.
    type Key: Eq + Hash + Send;
    /// The result of an item.
    type Response: Send + 'static;

    /// The batches of a stream that are stored at a time: with two, one is decided while the one before it is written. One,
    /// where what an item comes to may depend on any before it.
    const AT_ONCE: usize = 2;

    /// Reads the item with this number in its stream, the first being 0.
    fn read(&self, index: i64, request: Self::Request) -> Self::Item;

    /// What it changes; none if it was refused. Of two items with one key the second sees what the first has left: they are
    /// never in one batch, nor in two that are stored at once.
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
    let intake = Intake { batches: Arc::new(batches), turns, results, storing: VecDeque::new() };
    tokio::spawn(intake.run(items.ready_chunks(size)));
    Box::pin(ReceiverStream::new(stream))
}

struct Intake<B: Batches> {
    batches: Arc<B>,
    turns: Option<WorkTurns>,
    results: mpsc::Sender<Result<B::Response, Status>>,
    /// In the order of the stream.
    storing: VecDeque<Storing<B>>,
}

/// A batch that is being stored.
struct Storing<B: Batches> {
    keys: HashSet<B::Key>,
    stored: JoinHandle<Result<Vec<B::Response>, Status>>,
}

/// The caller has hung up, or the stream has ended with an error.
struct Over;

impl<B: Batches> Intake<B> {
    /// Runs until the caller has sent all, or hangs up.
    async fn run(mut self, mut chunks: ReadyChunks<Streaming<B::Request>>) {
        // Nobody is left to tell where it is over before.
        let _ = self.take_in(&mut chunks).await;
    }

    async fn take_in(&mut self, chunks: &mut ReadyChunks<Streaming<B::Request>>) -> Result<(), Over> {
        let mut next_index = 0;
        loop {
            tokio::select! {
                biased;
                Some(stored) = self.stored() => self.answer(stored).await?,
                chunk = chunks.next(), if self.storing.len() < B::AT_ONCE => match chunk {
                    Some(chunk) => self.take(chunk, &mut next_index).await?,
                    None => break,
                },
            }
        }
        self.finish().await
    }

    /// Puts the items of a chunk into batches.
    async fn take(
        &mut self,
        chunk: Vec<Result<B::Request, Status>>,
        next_index: &mut i64,
    ) -> Result<(), Over> {
        let mut batch = Vec::with_capacity(chunk.len());
        let mut keys = HashSet::new();
        for item in chunk {
            let item = match item {
                Ok(item) => self.batches.read(*next_index, item),
                Err(status) => {
                    self.store(batch, keys).await?;
                    self.finish().await?;
                    return self.answer(Err(status)).await;
                }
            };
            *next_index += 1;
            let key = self.batches.key(&item);
            if key.as_ref().is_some_and(|key| keys.contains(key)) {
                self.store(std::mem::take(&mut batch), std::mem::take(&mut keys)).await?;
            }
            keys.extend(key);
            batch.push(item);
        }
        self.store(batch, keys).await
    }

    /// Begins to store a batch, as soon as there is room and nothing of its keys is on the way.
    async fn store(&mut self, batch: Vec<B::Item>, keys: HashSet<B::Key>) -> Result<(), Over> {
        if batch.is_empty() {
            return Ok(());
        }
        while self.storing.len() >= B::AT_ONCE
            || self.storing.iter().any(|before| !before.keys.is_disjoint(&keys))
        {
            let Some(stored) = self.stored().await else { break };
            self.answer(stored).await?;
        }
        let (batches, turns) = (self.batches.clone(), self.turns.clone());
        let stored = tokio::spawn(async move {
            let _turn = WorkTurns::take_if_any(turns.as_ref(), Weight::Light).await;
            batches.store(batch).await
        });
        self.storing.push_back(Storing { keys, stored });
        Ok(())
    }

    /// Waits for what is on the way.
    async fn finish(&mut self) -> Result<(), Over> {
        while let Some(stored) = self.stored().await {
            self.answer(stored).await?;
        }
        Ok(())
    }

    /// The results of the first batch on the way; none if there is none. May be given up and asked for again.
    async fn stored(&mut self) -> Option<Result<Vec<B::Response>, Status>> {
        let stored = (&mut self.storing.front_mut()?.stored).await;
        self.storing.pop_front();
        Some(stored.unwrap_or_else(|_| Err(ApiError::internal("storing a batch broke off").into())))
    }

    /// Sends the results of a batch.
    async fn answer(&mut self, stored: Result<Vec<B::Response>, Status>) -> Result<(), Over> {
        let (responses, over) = match stored {
            Ok(responses) => (responses, None),
            Err(status) => (Vec::new(), Some(status)),
        };
        for response in responses {
            self.results.send(Ok(response)).await.map_err(|_| Over)?;
        }
        match over {
            None => Ok(()),
            Some(status) => {
                let _ = self.results.send(Err(status)).await;
                Err(Over)
            }
        }
    }
}
