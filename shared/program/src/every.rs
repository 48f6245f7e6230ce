//! The two shapes of background work: to look again and again, and to do all that is due at a look.

use std::{fmt::Display, time::Duration};

use seamless_decision::Refused;
use tokio_util::sync::CancellationToken;

/// Looks at once, and again after each interval, until the token is cancelled; a look that has begun ends by itself. A look
/// that fails is said in the log, in the words of `what`: "clocks not looked at".
pub async fn every<E, F>(
    interval: Duration,
    token: &CancellationToken,
    what: &str,
    mut look: impl FnMut() -> F,
) where
    E: Display,
    F: Future<Output = Result<(), E>>,
{
    while !token.is_cancelled() {
        if let Err(error) = look().await {
            tracing::warn!(%error, "{what}; tried again at the next interval");
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(interval) => {}
        }
    }
}

/// What came of all that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// How much was done.
    pub count: usize,
    /// Whether nothing is left.
    pub is_complete: bool,
}

/// Does all that is due, `batch` at a time, as long as there is progress and the token is not cancelled: `due` looks for
/// it, and `each` does one, and says whether there was anything to do. What somebody else has done first is left to the
/// next look. What is wrong with one keeps no other from being done: it is said in the log in the words of `what` ("a clock
/// was not marked"), with the name that `name` gives it.
///
/// # Errors
/// Those of the look; that a dependency is out of reach.
pub async fn each_due<T, E, D, F>(
    batch: u64,
    token: &CancellationToken,
    what: &str,
    name: impl Fn(&T) -> String,
    due: impl Fn(u64) -> D,
    each: impl Fn(T) -> F,
) -> Result<Done, E>
where
    E: Refused,
    D: Future<Output = Result<Vec<T>, E>>,
    F: Future<Output = Result<bool, E>>,
{
    let mut count = 0;
    loop {
        let found = due(batch).await?;
        let (in_batch, mut progress) = (found.len(), 0);
        for one in found {
            let name = name(&one);
            match each(one).await {
                Ok(true) => progress += 1,
                Ok(false) => {}
                Err(error) if error.is_conflict() => {}
                Err(error) if error.is_unavailable() => return Err(error),
                Err(error) => tracing::error!(due = name, %error, "{what}"),
            }
        }
        count += progress;
        let is_last = (in_batch as u64) < batch;
        if progress == 0 || is_last || token.is_cancelled() {
            return Ok(Done { count, is_complete: is_last && progress == in_batch });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, future::ready, sync::Mutex};

    use seamless_decision::Refusal;

    use super::*;

    /// Does what is due, two at a time; what a number comes to is said by the answer of its rest by ten.
    async fn done(due: impl IntoIterator<Item = u32>) -> (Result<Done, Refusal>, Vec<u32>) {
        let (left, seen) = (Mutex::new(VecDeque::from_iter(due)), Mutex::new(Vec::new()));
        let look = |batch: u64| {
            let mut left = left.lock().unwrap();
            ready(Ok((0..batch).map_while(|_| left.pop_front()).collect::<Vec<u32>>()))
        };
        let each = |number: u32| {
            seen.lock().unwrap().push(number);
            ready(match number % 10 {
                1 => Err(Refusal::Conflict),
                2 => Err(Refusal::Fault("damaged".to_owned())),
                3 => Err(Refusal::Unavailable("gone".to_owned())),
                4 => Ok(false),
                _ => Ok(true),
            })
        };
        let token = CancellationToken::new();
        let done = each_due(2, &token, "a number was not done", u32::to_string, look, each).await;
        (done, seen.into_inner().unwrap())
    }

    #[tokio::test]
    async fn all_that_is_due_is_done_in_batches() {
        let (all, seen) = done([5, 6, 7, 8, 9]).await;
        assert_eq!(all.unwrap(), Done { count: 5, is_complete: true });
        assert_eq!(seen, [5, 6, 7, 8, 9]);
    }

    #[tokio::test]
    async fn what_is_wrong_with_one_keeps_no_other_from_being_done() {
        let (all, seen) = done([12, 5, 11, 6, 14]).await;
        assert_eq!(all.unwrap(), Done { count: 2, is_complete: false });
        assert_eq!(seen, [12, 5, 11, 6, 14]);
    }

    #[tokio::test]
    async fn without_progress_it_is_left_to_the_next_look() {
        let (all, seen) = done([11, 12, 5, 6]).await;
        assert_eq!(all.unwrap(), Done { count: 0, is_complete: false });
        assert_eq!(seen, [11, 12]);
    }

    #[tokio::test]
    async fn nothing_is_tried_further_once_a_dependency_is_out_of_reach() {
        let (all, seen) = done([5, 13, 6]).await;
        assert!(matches!(all, Err(Refusal::Unavailable(_))), "{all:?}");
        assert_eq!(seen, [5, 13]);
    }
}
