//! When a denial is answered.
//!
//! Invariant: what a handler had to look up before it denied a call does not show in the time of the answer, as far as it
//! took less than a step: what exists and is another's is denied at the same instants as what never was.

use std::time::{Duration, Instant};

use http::HeaderMap;
use tonic::Code;

use super::status_of;

/// Holds a denial back until a full number of steps has passed since the call began. All else passes at once.
pub(super) async fn even_out(headers: &HeaderMap, began: Instant, step: Duration) {
    if status_of(headers) == Some(Code::PermissionDenied) {
        at_full_steps(began, step).await;
    }
}

/// Waits until a full number of steps has passed.
pub(crate) async fn at_full_steps(began: Instant, step: Duration) {
    tokio::time::sleep_until((began + rounded_up(began.elapsed(), step)).into()).await;
}

/// The next full number of steps, at least one.
fn rounded_up(elapsed: Duration, step: Duration) -> Duration {
    let steps = elapsed.as_nanos().div_ceil(step.as_nanos().max(1)).max(1);
    step.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use tonic::Status;

    use super::*;

    const STEP: Duration = Duration::from_millis(20);

    async fn answered_after(code: Code, worked: Duration) -> Duration {
        let mut headers = HeaderMap::new();
        headers.insert(Status::GRPC_STATUS, HeaderValue::from(code as i32));
        let now = Instant::now();
        even_out(&headers, now - worked, STEP).await;
        now.elapsed() + worked
    }

    #[tokio::test]
    async fn a_denial_after_much_work_takes_as_long_as_one_after_none() {
        for worked in [0, 1, 13] {
            let took = answered_after(Code::PermissionDenied, Duration::from_millis(worked)).await;
            assert!(took >= STEP, "{worked}: {took:?}");
        }
        assert!(answered_after(Code::PermissionDenied, STEP + STEP / 2).await >= 2 * STEP);
        assert!(answered_after(Code::Ok, Duration::ZERO).await < STEP, "an answer is not held back");
    }

    #[test]
    fn steps_are_whole() {
        let rounded = |milliseconds| rounded_up(Duration::from_millis(milliseconds), STEP).as_millis();
        assert_eq!([0, 1, 20, 21, 40, 41].map(rounded), [20, 20, 20, 40, 40, 60]);
    }
}
