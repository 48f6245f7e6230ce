//! Rows of a file through a stream of a service that answers each in the order sent; over connections that break.
//!
//! Invariant: every row is told exactly once, in the order of the file: with its answer, or as one that could not be
//! read or is larger than the service takes. What was sent and not answered when a connection broke is sent again, so an
//! item must be one that the service takes twice for once.

use std::{
    collections::VecDeque,
    future::Future,
    time::{Duration, Instant},
};

use futures::StreamExt;
use prost::Message;
use seamless_pause::Pause;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::reason_of;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Response, Status, Streaming};

use super::entries::{Entries, Entry};
use super::rejects::FieldError;
use crate::{error::Failure, output};

/// Rows on their way at most, and what they weigh: memory stays flat however large the file is.
const IN_FLIGHT: usize = 4_096;
const IN_FLIGHT_BYTES: usize = 32 << 20;
/// Between two attempts to connect again.
const BEFORE_ANOTHER_CONNECTION: Pause = Pause::doubling(Duration::from_millis(200), Duration::from_secs(5));

/// Why a stream ended before everything was answered.
enum Broken {
    /// It may go on over another.
    Lost(Status),
    /// A row on its way is larger than the service takes, and ended the stream for all.
    TooLarge(Status),
    Failed(Failure),
}

/// Sends all entries over `open`, and tells each. A connection that breaks after it was there is made anew for as long as
/// `patience` without any answer.
///
/// # Errors
/// That of `told`; that of the service, once patience is at its end; that the file cannot be read any further.
pub async fn exchange<Q, A, F>(
    mut entries: Entries<Q>,
    patience: Duration,
    open: impl Fn(ReceiverStream<Q>) -> F,
    mut told: impl FnMut(Entry<Q>, Option<A>) -> Result<(), Failure>,
) -> Result<(), Failure>
where
    Q: Clone + Message,
    F: Future<Output = Result<Response<Streaming<A>>, Status>>,
{
    let mut waiting = Waiting::default();
    let mut answered: u64 = 0;
    let mut opened = false;
    let mut pauses = BEFORE_ANOTHER_CONNECTION;
    let mut patient_until: Option<Instant> = None;
    loop {
        let before = answered;
        let mut count = |entry: Entry<Q>, answer: Option<A>| {
            answered += u64::from(answer.is_some());
            told(entry, answer)
        };
        let status = match over_one_stream(&mut entries, &mut waiting, &mut opened, &open, &mut count).await {
            Ok(()) => return Ok(()),
            Err(Broken::Failed(failure)) => return Err(failure),
            // The others go on without it.
            Err(Broken::TooLarge(status)) if waiting.refuse_largest(status.message()) => continue,
            Err(Broken::TooLarge(status)) => return Err(status.into()),
            Err(Broken::Lost(status)) => status,
        };
        if !opened {
            return Err(status.into());
        }
        if answered > before {
            pauses.start_over();
            patient_until = None;
        }
        let is_first = patient_until.is_none();
        let until = *patient_until.get_or_insert_with(|| Instant::now() + patience);
        let pause = pauses.next();
        if Instant::now() + pause > until {
            let mut failure = Failure::from(status);
            failure.message = format!(
                "{}\n{answered} rows were answered; run it again and it goes on, nothing is done twice",
                failure.message
            );
            return Err(failure);
        }
        if is_first {
            output::complain(format!("{}; trying again for {patience:?}", Failure::from(status).message));
        }
        tokio::time::sleep(pause).await;
    }
}

/// What was sent and not answered yet, in the order of the file; rows that cannot be sent wait for their turn.
struct Waiting<Q> {
    entries: VecDeque<Entry<Q>>,
    bytes: usize,
}

impl<Q> Default for Waiting<Q> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), bytes: 0 }
    }
}

impl<Q: Message> Waiting<Q> {
    fn has_room(&self) -> bool {
        self.entries.len() < IN_FLIGHT && self.bytes < IN_FLIGHT_BYTES
    }

    fn push(&mut self, entry: Entry<Q>) {
        self.bytes += entry.weight();
        self.entries.push_back(entry);
    }

    fn pop(&mut self) -> Option<Entry<Q>> {
        let entry = self.entries.pop_front()?;
        self.bytes -= entry.weight();
        Some(entry)
    }

    /// Refuses the largest that is to be sent again, since one is too large; false if there is none.
    fn refuse_largest(&mut self, why: &str) -> bool {
        let size = |entry: &Entry<Q>| entry.request.as_ref().map_or(0, Message::encoded_len);
        let Some(largest) = self.entries.iter_mut().max_by_key(|entry| size(entry)) else { return false };
        if largest.request.is_err() {
            return false;
        }
        self.bytes -= largest.weight();
        let description = format!("is too large, with {} bytes: {why}", size(largest));
        largest.request = Err(vec![FieldError { field: "row".to_owned(), description }]);
        self.bytes += largest.weight();
        true
    }

    /// Whether the next one to be told is one that nobody answers.
    fn begins_with_unreadable(&self) -> bool {
        self.entries.front().is_some_and(|entry| entry.request.is_err())
    }
}

async fn over_one_stream<Q, A, F>(
    entries: &mut Entries<Q>,
    waiting: &mut Waiting<Q>,
    opened: &mut bool,
    open: &impl Fn(ReceiverStream<Q>) -> F,
    told: &mut impl FnMut(Entry<Q>, Option<A>) -> Result<(), Failure>,
) -> Result<(), Broken>
where
    Q: Clone + Message,
    F: Future<Output = Result<Response<Streaming<A>>, Status>>,
{
    let ended_early = || Broken::Lost(Status::unavailable("the service ended the stream early"));
    // No more wait than fit, so that sending never blocks.
    let (sender, requests) = mpsc::channel(IN_FLIGHT);
    for request in waiting.entries.iter().filter_map(|entry| entry.request.as_ref().ok()) {
        sender.try_send(request.clone()).map_err(|_| ended_early())?;
    }
    let mut sender = Some(sender);
    let mut unreadable = None;
    let mut answers = open(ReceiverStream::new(requests)).await.map_err(broken)?.into_inner();
    *opened = true;
    loop {
        while waiting.begins_with_unreadable() {
            if let Some(entry) = waiting.pop() {
                told(entry, None).map_err(Broken::Failed)?;
            }
        }
        if sender.is_none() && waiting.entries.is_empty() {
            return match unreadable {
                None => Ok(()),
                Some(error) => Err(Broken::Failed(Failure::usage(format!(
                    "{error} (the rows before it are done; run it again once it is mended: nothing is done twice)"
                )))),
            };
        }
        let has_room = sender.is_some() && waiting.has_room();
        tokio::select! {
            biased;
            answer = answers.next(), if !waiting.entries.is_empty() => {
                let answer = answer.ok_or_else(ended_early)?.map_err(broken)?;
                if let Some(entry) = waiting.pop() {
                    told(entry, Some(answer)).map_err(Broken::Failed)?;
                }
            }
            entry = entries.recv(), if has_room => match entry {
                Some(Ok(entry)) => {
                    if let (Some(sender), Ok(request)) = (&sender, &entry.request) {
                        let sent = sender.try_send(request.clone());
                        waiting.push(entry);
                        sent.map_err(|_| ended_early())?;
                    } else {
                        waiting.push(entry);
                    }
                }
                Some(Err(error)) => (unreadable, sender) = (Some(error), None),
                None => sender = None,
            }
        }
    }
}

fn broken(status: Status) -> Broken {
    match status.code() {
        Code::Unavailable | Code::DeadlineExceeded => Broken::Lost(status),
        // Others of the authority use as much as it may; later there is room.
        Code::ResourceExhausted if reason_of(&status) == Some(ErrorReason::QuotaExceeded) => {
            Broken::Lost(status)
        }
        _ if reason_of(&status) == Some(ErrorReason::MessageTooLarge) => Broken::TooLarge(status),
        // How a connection that is cut in the middle is told; what the service says itself has a reason.
        Code::Unknown | Code::Cancelled | Code::Aborted => {
            Broken::Lost(Status::unavailable(status.message()))
        }
        Code::Internal if reason_of(&status).is_none() => Broken::Lost(Status::unavailable(status.message())),
        _ => Broken::Failed(status.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_too_large_is_refused_by_itself_and_keeps_its_place() {
        let entry = |text: &str| Entry {
            place: text.chars().take(1).collect(),
            subject: String::new(),
            raw: String::new(),
            request: Ok(text.to_owned()),
            remarks: Vec::new(),
        };
        let mut waiting = Waiting::default();
        ["a", "bbb", "cc"].iter().for_each(|text| waiting.push(entry(text)));
        assert!(waiting.refuse_largest("the request has a message larger than the limit of 4 bytes"));
        let told: Vec<(String, bool)> =
            waiting.entries.iter().map(|entry| (entry.place.clone(), entry.request.is_ok())).collect();
        assert_eq!(told, [("a".to_owned(), true), ("b".to_owned(), false), ("c".to_owned(), true)]);
        assert!(waiting.refuse_largest("again") && waiting.refuse_largest("and again"));
        assert!(!waiting.refuse_largest("nothing is left to be sent"));
        while waiting.pop().is_some() {}
        assert_eq!(waiting.bytes, 0);
    }
}
