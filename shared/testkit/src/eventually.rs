//! Waiting for what happens elsewhere: by asking again until it is so, for as long as the test allows.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use seamless_pause::Pause;

const BETWEEN_LOOKS: Pause = Pause::doubling(Duration::from_millis(1), Duration::from_millis(50));

/// What a look at the world gives: the thing waited for, or what was seen instead.
pub trait Sight {
    /// The thing waited for.
    type Value;

    /// The thing, or words for what was seen instead.
    ///
    /// # Errors
    /// If it is not there yet.
    fn seen(self) -> Result<Self::Value, String>;
}

impl Sight for bool {
    type Value = ();

    fn seen(self) -> Result<(), String> {
        if self { Ok(()) } else { Err("false".to_owned()) }
    }
}

impl<T> Sight for Option<T> {
    type Value = T;

    fn seen(self) -> Result<T, String> {
        self.ok_or_else(|| "none".to_owned())
    }
}

/// For looks that can tell what they saw instead.
impl<T, E: Debug> Sight for Result<T, E> {
    type Value = T;

    fn seen(self) -> Result<T, String> {
        self.map_err(|error| format!("{error:?}"))
    }
}

/// Looks until `look` sees it, and gives what it saw. A look that is under way at the end of `timeout` is cut off.
///
/// # Panics
/// When it was not seen within `timeout`, naming `what` and what was seen last.
pub async fn eventually<S: Sight>(
    what: &str,
    timeout: Duration,
    mut look: impl AsyncFnMut() -> S,
) -> S::Value {
    let start = Instant::now();
    let mut pause = BETWEEN_LOOKS;
    let mut last = "nothing, the first look did not end".to_owned();
    while let Ok(sight) = tokio::time::timeout(timeout.saturating_sub(start.elapsed()), look()).await {
        match sight.seen() {
            Ok(value) => return value,
            Err(instead) => last = instead,
        }
        if start.elapsed() >= timeout {
            break;
        }
        pause.wait().await;
    }
    panic!("not within {timeout:?}: {what}; last seen: {last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn gives_the_thing_once_it_is_there() {
        let mut looks = 0;
        let seen = eventually("the third look", Duration::from_secs(10), async || {
            looks += 1;
            (looks == 3).then_some(looks)
        });
        assert_eq!(seen.await, 3);
    }

    #[tokio::test]
    #[should_panic(expected = "not within 20ms: the ship; last seen: \"fog\"")]
    async fn tells_what_was_waited_for_and_what_was_seen_last() {
        eventually::<Result<(), _>>("the ship", Duration::from_millis(20), async || Err("fog")).await;
    }
}
