//! Tests of goods that nobody can have made yet.

use jiff::civil::Date;

use crate::domain::{Violation, model::TestResult};

/// Names the tests that ended after `today`, the day where they are told of. `at` is the path of the tests, for messages. Of
/// a date without month or day the earliest counts.
pub(super) fn future_tests(at: &str, tests: &[TestResult], today: Date) -> Vec<Violation> {
    let today_parts = (i32::from(today.year()), today.month().unsigned_abs(), today.day().unsigned_abs());
    let wrong = tests.iter().enumerate().filter_map(|(index, test)| {
        let ended = test.test_date?;
        let earliest = (i32::from(ended.year()), ended.month().unwrap_or(1), ended.day().unwrap_or(1));
        let description = || format!("must not be in the future; today is {today}, got {ended}");
        (earliest > today_parts).then(|| Violation::new(format!("{at}[{index}].test_date"), description()))
    });
    wrong.collect()
}
