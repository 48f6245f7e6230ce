//! Calls that come at once are decided together: each gets the answer that it would get alone, and what befalls one befalls no other.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failure is a failed test")]

mod counter;

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use async_trait::async_trait;
use counter::{CountedUp, Counter, call};
use futures::{FutureExt, future::join_all};
use jiff::Timestamp;
use prost::Message;
use sea_orm::DatabaseTransaction;
use seamless_api::{Commits, Contention, Deciding, Host, Joined, JointCalls, Together};
use seamless_commit::{Answer, CommitError, Rows};
use seamless_decision::Refusal;
use seamless_feed::FeedSignal;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use seamless_testkit::{TestDatabase, on_each_database};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Code;
use uuid::Uuid;

on_each_database!(
    each_sees_what_those_before_it_came_to_and_gets_its_own_answer,
    where_another_was_faster_all_are_decided_anew,
    what_cannot_be_decided_or_written_spoils_nothing_for_the_others,
    where_nothing_can_be_written_what_rests_on_nothing_new_stands,
    whoever_goes_away_changes_nothing_for_the_others,
    of_one_thing_no_more_are_decided_together_than_may_be,
    a_host_that_fails_leaves_nobody_waiting,
);

const POLICY: Contention = Contention {
    attempts: 4,
    first_pause: Duration::from_millis(1),
    longest_pause: Duration::from_millis(8),
};

/// What a call asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ask {
    Up,
    Invalid,
    Denied,
    /// It cannot be decided.
    Damaged,
    /// It can be decided, and not written.
    Unwritable,
    /// Whoever decides fails.
    Panic,
}

/// Counts up by calls that are decided together, once the gate is open.
#[derive(Clone)]
struct Tally {
    counter: Counter,
    gate: Arc<Semaphore>,
    /// How many were decided together, each time.
    crowds: Arc<Mutex<Vec<usize>>>,
    /// How often somebody else counts up first.
    rivals: Arc<AtomicUsize>,
    is_suspended: Arc<AtomicBool>,
}

/// The count as it was read, as it is now, and whether it can be written.
struct Known {
    from: i64,
    to: i64,
    is_writable: bool,
}

/// Counted up, step by step.
struct Steps(Vec<CountedUp>);

#[async_trait]
impl Rows for Steps {
    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError> {
        for step in &self.0 {
            step.write(tx).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Together for Tally {
    type Service = Counter;
    type Asked = Ask;
    type Known = Known;
    type Turn = OwnedSemaphorePermit;

    fn service(&self) -> &Counter {
        &self.counter
    }

    async fn turn(&self) -> OwnedSemaphorePermit {
        self.gate.clone().acquire_owned().await.unwrap()
    }

    async fn read(&self, joined: &[Joined<Ask>], _: Timestamp) -> Result<Known, Refusal> {
        self.crowds.lock().unwrap().push(joined.len());
        let from = self.counter.count().await;
        if self.rivals.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() {
            self.counter.count_up(&call(Uuid::new_v4(), 0), true).await.0.unwrap();
        }
        Ok(Known { from, to: from, is_writable: true })
    }

    async fn decide(&self, known: &mut Known, one: &Joined<Ask>, is_trial: bool) -> Result<Vec<u8>, Refusal> {
        match one.asked {
            Ask::Up | Ask::Unwritable => {}
            Ask::Invalid => {
                return Err(Refusal::invalid("count", format!("wants another than {}", known.to)));
            }
            Ask::Denied => return Err(Refusal::Denied),
            Ask::Damaged => return Err(Refusal::Fault("it cannot be read".to_owned())),
            Ask::Panic => panic!("a fault of ours"),
        }
        let next = known.to + 1;
        if !is_trial {
            known.to = next;
            known.is_writable &= one.asked != Ask::Unwritable;
        }
        Ok(prost_types::Timestamp { seconds: next, nanos: 0 }.encode_to_vec())
    }

    async fn commit(&self, known: Known, answers: Vec<Answer>) -> Result<(), Refusal> {
        if self.is_suspended.load(SeqCst) {
            return Err(Refusal::WritesSuspended);
        }
        if !known.is_writable {
            return Err(Refusal::Fault("it cannot be written".to_owned()));
        }
        let Deciding { database, .. } = self.counter.deciding();
        let steps = Steps((known.from + 1..=known.to).map(CountedUp).collect());
        seamless_commit::commit_all(database, &FeedSignal::new(), Arc::new(steps), Vec::new(), answers).await
    }
}

type Counted = Result<i64, ApiError>;
type Call = (Uuid, i64, Ask, bool);
type Waiting<'a> = Pin<Box<dyn Future<Output = Counted> + Send + 'a>>;

impl Tally {
    async fn new(test: &TestDatabase) -> Self {
        Self {
            counter: Counter::new(test, POLICY).await,
            gate: Arc::new(Semaphore::new(0)),
            crowds: Arc::default(),
            rivals: Arc::default(),
            is_suspended: Arc::default(),
        }
    }

    /// Calls that wait, in this order.
    fn waiting<'a>(&'a self, queue: &'a JointCalls<u8, Ask>, calls: &[Call]) -> Vec<Waiting<'a>> {
        let each = calls.iter().map(|&(id, content, ask, is_trial)| {
            let mut made = call(id, content);
            made.validate_only = is_trial;
            let answer = queue.run(1, Joined::new(made, ask), || self.clone());
            let mut waiting: Waiting<'a> =
                answer.map(|answer: Result<prost_types::Timestamp, _>| answer.map(|one| one.seconds)).boxed();
            assert!((&mut waiting).now_or_never().is_none(), "the gate is closed");
            waiting
        });
        each.collect()
    }

    /// What calls get that are decided together.
    async fn decided(&self, calls: &[Call]) -> Vec<Counted> {
        let queue = JointCalls::new(64);
        let waiting = self.waiting(&queue, calls);
        self.gate.add_permits(1);
        let answers = join_all(waiting).await;
        self.gate.forget_permits(1);
        answers
    }

    fn crowds(&self) -> Vec<usize> {
        std::mem::take(&mut self.crowds.lock().unwrap())
    }
}

fn up() -> Call {
    (Uuid::new_v4(), 1, Ask::Up, false)
}

fn asking(ask: Ask) -> Call {
    (Uuid::new_v4(), 1, ask, false)
}

fn why(counted: &Counted) -> (Code, ErrorReason) {
    let error = counted.as_ref().unwrap_err();
    (error.code(), error.error_reason())
}

async fn each_sees_what_those_before_it_came_to_and_gets_its_own_answer(test: TestDatabase) {
    let tally = Tally::new(&test).await;
    let [stored, lost, new] = [(); 3].map(|()| Uuid::new_v4());
    let before = tally.decided(&[(stored, 1, Ask::Up, false), (lost, 1, Ask::Up, false)]).await;
    assert_eq!(before.into_iter().map(Result::unwrap).collect::<Vec<i64>>(), [2, 3]);
    let answers = tally
        .decided(&[
            up(),
            (stored, 1, Ask::Up, false),
            (stored, 2, Ask::Up, false),
            // Whoever has lost the right since gets no old answer either; whoever would be refused otherwise, does.
            (lost, 1, Ask::Denied, false),
            (lost, 1, Ask::Invalid, false),
            (Uuid::new_v4(), 1, Ask::Up, true),
            asking(Ask::Invalid),
            (new, 1, Ask::Invalid, false),
            (new, 1, Ask::Up, false),
            (new, 1, Ask::Up, false),
            (new, 2, Ask::Up, false),
            asking(Ask::Denied),
            up(),
        ])
        .await;
    let counts: Vec<Option<i64>> = answers.iter().map(|one| one.as_ref().ok().copied()).collect();
    let none = None;
    assert_eq!(
        counts,
        [Some(4), Some(2), none, none, Some(3), Some(5), none, none, Some(5), Some(5), none, none, Some(6)]
    );
    assert_eq!(why(&answers[2]).1, ErrorReason::RequestIdReused);
    assert_eq!(why(&answers[3]).1, ErrorReason::ResourceDenied);
    assert_eq!(why(&answers[6]), (Code::InvalidArgument, ErrorReason::InvalidFields));
    assert_eq!(why(&answers[7]).1, ErrorReason::InvalidFields, "nothing was kept of the first");
    assert_eq!(why(&answers[10]).1, ErrorReason::RequestIdReused);
    assert_eq!(why(&answers[11]).1, ErrorReason::ResourceDenied);
    assert_eq!((tally.counter.count().await, tally.crowds()), (6, vec![2, 13]));
    // What was answered together is answered again.
    assert_eq!(tally.decided(&[(new, 1, Ask::Up, false)]).await[0].as_ref().unwrap(), &5);
}

async fn where_another_was_faster_all_are_decided_anew(test: TestDatabase) {
    let tally = Tally::new(&test).await;
    tally.rivals.store(2, SeqCst);
    let answers = tally.decided(&[up(), asking(Ask::Invalid), up()]).await;
    assert_eq!(answers[0].as_ref().unwrap(), &4, "two came first");
    assert!(answers[1].as_ref().unwrap_err().to_string().contains("another than 4"), "{:?}", answers[1]);
    assert_eq!(answers[2].as_ref().unwrap(), &5);
    assert_eq!(tally.crowds(), [3, 3, 3]);
    // Who would need what cannot be written is told so, the others what they would be told anyway.
    tally.rivals.store(100, SeqCst);
    let hasty = Contention { attempts: 2, ..POLICY };
    let tally = Tally { counter: tally.counter.by(hasty), ..tally };
    let answers = tally.decided(&[asking(Ask::Invalid), up(), asking(Ask::Denied)]).await;
    assert_eq!(why(&answers[0]).1, ErrorReason::InvalidFields);
    assert_eq!(why(&answers[1]), (Code::Aborted, ErrorReason::Contention));
    assert_eq!(why(&answers[2]).0, Code::Aborted, "it was decided by what was not written");
    assert_eq!((tally.crowds().len(), tally.counter.count().await), (2, 7));
}

async fn what_cannot_be_decided_or_written_spoils_nothing_for_the_others(test: TestDatabase) {
    let tally = Tally::new(&test).await;
    for bad in [Ask::Damaged, Ask::Unwritable] {
        let before = tally.counter.count().await;
        let answers = tally.decided(&[up(), up(), asking(bad), asking(Ask::Invalid), up(), up(), up()]).await;
        let counts: Vec<Option<i64>> =
            answers.iter().map(|one| one.as_ref().ok().map(|one| one - before)).collect();
        assert_eq!(counts, [Some(1), Some(2), None, None, Some(3), Some(4), Some(5)], "in their order");
        assert_eq!(why(&answers[2]).0, Code::Internal);
        assert_eq!(why(&answers[3]).0, Code::InvalidArgument);
        assert_eq!(tally.counter.count().await, before + 5);
    }
}

async fn where_nothing_can_be_written_what_rests_on_nothing_new_stands(test: TestDatabase) {
    let tally = Tally::new(&test).await;
    let stored = Uuid::new_v4();
    tally.decided(&[(stored, 1, Ask::Up, false)]).await.remove(0).unwrap();
    tally.is_suspended.store(true, SeqCst);
    let answers = tally
        .decided(&[
            asking(Ask::Invalid),
            (Uuid::new_v4(), 1, Ask::Up, true),
            up(),
            asking(Ask::Invalid),
            (Uuid::new_v4(), 1, Ask::Up, true),
            (stored, 1, Ask::Up, false),
        ])
        .await;
    assert_eq!(why(&answers[0]).1, ErrorReason::InvalidFields);
    assert_eq!(answers[1].as_ref().unwrap(), &3);
    for unwritten in [2, 3, 4] {
        assert_eq!(why(&answers[unwritten]).0, Code::Unavailable, "{unwritten}");
    }
    assert_eq!(answers[5].as_ref().unwrap(), &2);
    assert_eq!(tally.counter.count().await, 2);
    // Nobody needs to write anything for a refusal.
    let refused = tally.decided(&[asking(Ask::Invalid)]).await;
    assert_eq!(why(&refused[0]).1, ErrorReason::InvalidFields);
}

async fn whoever_goes_away_changes_nothing_for_the_others(test: TestDatabase) {
    let tally = Tally::new(&test).await;
    let queue = JointCalls::new(64);
    let mut waiting = tally.waiting(&queue, &[up(), up(), up(), up()]);
    // The first, who brought the host along, and another one; nothing was begun for them.
    drop(waiting.remove(2));
    drop(waiting.remove(0));
    tally.gate.add_permits(1);
    let counts: Vec<i64> = join_all(waiting).await.into_iter().map(Result::unwrap).collect();
    assert_eq!((counts, tally.crowds()), (vec![2, 3], vec![2]));
    tally.gate.forget_permits(1);
    // All have gone: nothing is decided, and who comes then is served.
    drop(tally.waiting(&queue, &[up(), up()]));
    let waiting = tally.waiting(&queue, &[up()]);
    tally.gate.add_permits(1);
    assert_eq!(join_all(waiting).await.remove(0).unwrap(), 4);
}

async fn of_one_thing_no_more_are_decided_together_than_may_be(test: TestDatabase) {
    let tally = Tally::new(&test).await;
    let queue = JointCalls::new(3);
    let waiting = tally.waiting(&queue, &[(); 8].map(|()| up()));
    tally.gate.add_permits(1);
    let counts: Vec<i64> = join_all(waiting).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(counts, (2..=9).collect::<Vec<i64>>(), "in the order of their coming");
    assert_eq!(tally.crowds(), [3, 3, 2]);
}

async fn a_host_that_fails_leaves_nobody_waiting(test: TestDatabase) {
    let tally = Tally::new(&test).await;
    let queue = JointCalls::new(2);
    let waiting = tally.waiting(&queue, &[up(), asking(Ask::Panic), up()]);
    tally.gate.add_permits(1);
    for failed in join_all(waiting).await {
        assert_eq!(why(&failed).0, Code::Internal);
    }
    tally.gate.forget_permits(1);
    let waiting = tally.waiting(&queue, &[up()]);
    tally.gate.add_permits(1);
    assert_eq!(join_all(waiting).await.remove(0).unwrap(), 2);
    // It serves in the same way whoever asks it directly.
    assert_eq!(Host::serve(&tally, Vec::new()).await.len(), 0);
}
