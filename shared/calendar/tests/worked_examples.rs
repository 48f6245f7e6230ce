//! Deadlines counted by hand, one a line, each with the count. The day of the start does not count; the due instant is the
//! first moment that is too late, and stands here in UTC.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

mod example;

use jiff::Timestamp;
use seamless_calendar::{Calendars, PausedInterval};

/// `length unit zone | start | pauses from/to | last day | first instant too late, UTC`
const EXAMPLES: &str = "
# --- ends of years ---
# 26..31 December are 6, 1..4 January the other 4
10 days Europe/Brussels | 2026-12-25T10:00+01 | | 2027-01-04 | 2027-01-04T23:00Z
# Wed 31 (1), 1 January off, Fri 2 (2), weekend, Mon 5 (3)
3 BE Europe/Brussels | 2025-12-30T15:00+01 | | 2026-01-05 | 2026-01-05T23:00Z
# Tue 23 (1), 24 December to 2 January off, weekend, Mon 5 (2), 6 (3), Wed 7 (4)
4 EU Europe/Brussels | 2025-12-22T09:00+01 | | 2026-01-07 | 2026-01-07T23:00Z
# 1 January off, Thu 2 (1), Fri 3 (2)
2 US America/New_York | 2024-12-31T16:00-05 | | 2025-01-03 | 2025-01-04T05:00Z
# 1 to 3 January off, Sun 4 worked in exchange (1), Mon 5 (2)
2 CN Asia/Shanghai | 2025-12-31T09:00+08 | | 2026-01-05 | 2026-01-05T16:00Z

# --- the leap day ---
# 29 February 2024 (1)
1 days Europe/Brussels | 2024-02-28T10:00+01 | | 2024-02-29 | 2024-02-29T23:00Z
# the leap day is the start, 1 March (1)
1 days Europe/Brussels | 2024-02-29T10:00+01 | | 2024-03-01 | 2024-03-01T23:00Z
# 11..29 February are 19, 1 and 2 March
21 days Asia/Shanghai | 2024-02-10T12:00+08 | | 2024-03-02 | 2024-03-02T16:00Z
# without the leap day: 11..28 February are 18, 1..3 March
21 days Asia/Shanghai | 2025-02-10T12:00+08 | | 2025-03-03 | 2025-03-03T16:00Z
# Thu 29 February (1), Fri 1 March (2), weekend, Mon 4 (3), Tue 5 (4)
4 NL Europe/Amsterdam | 2024-02-28T10:00+01 | | 2024-03-05 | 2024-03-05T23:00Z

# --- clock changes ---
# Sun 29 March 2026 has 23 hours; its midnight is 22:00 UTC
1 days Europe/Brussels | 2026-03-28T12:00+01 | | 2026-03-29 | 2026-03-29T22:00Z
# Sat 28 March ends before the change
1 days Europe/Brussels | 2026-03-27T12:00+01 | | 2026-03-28 | 2026-03-28T23:00Z
# Sun 25 October 2026 has 25 hours; its midnight is 23:00 UTC
1 days Europe/Brussels | 2026-10-24T12:00+02 | | 2026-10-25 | 2026-10-25T23:00Z
# 02:30 comes twice on 25 October; both are that day, so both end with the 26th
1 days Europe/Brussels | 2026-10-25T02:30+02 | | 2026-10-26 | 2026-10-26T23:00Z
1 days Europe/Brussels | 2026-10-25T02:30+01 | | 2026-10-26 | 2026-10-26T23:00Z
# 6..26 October are 21, and Sun 26 October 2025 is the change
21 days Europe/Brussels | 2025-10-05T00:00+02 | | 2025-10-26 | 2025-10-26T23:00Z
# 11..31 March are 21, winter time at the start, summer time at the end
21 days Europe/Brussels | 2026-03-10T09:00+01 | | 2026-03-31 | 2026-03-31T22:00Z
# Sun 8 March 2026 has 23 hours in New York
1 days America/New_York | 2026-03-07T12:00-05 | | 2026-03-08 | 2026-03-09T04:00Z
# weekend with the change of 1 November, Mon 2 (1), 3 (2), Wed 4 (3)
3 US America/New_York | 2026-10-30T09:00-04 | | 2026-11-04 | 2026-11-05T05:00Z
# Sat 28 March (1); in Beirut the 29th begins at 01:00, because midnight is skipped
1 days Asia/Beirut | 2026-03-27T12:00+02 | | 2026-03-28 | 2026-03-28T22:00Z
# 29 December 2011 (1); Samoa crossed the date line, the 30th never was
1 days Pacific/Apia | 2011-12-28T12:00-10 | | 2011-12-29 | 2011-12-30T10:00Z

# --- Golden Week ---
# Sun 29 September is worked, but it is the start; Mon 30 (1), 1 to 7 October off, Tue 8 (2), 9 (3), Thu 10 (4)
4 CN Asia/Shanghai | 2024-09-29T09:00+08 | | 2024-10-10 | 2024-10-10T16:00Z
# 9 (1), 10 (2), Fri 11 (3), Sat 12 worked (4), Sun 13, Mon 14 (5)
5 CN Asia/Shanghai | 2024-10-08T09:00+08 | | 2024-10-14 | 2024-10-14T16:00Z
# Sat 27, Sun 28 September worked (1), 29 (2), Tue 30 (3)
3 CN Asia/Shanghai | 2025-09-26T10:00+08 | | 2025-09-30 | 2025-09-30T16:00Z
# 1 to 8 October off, Thu 9 (1), Fri 10 (2), Sat 11 worked (3), Sun 12, Mon 13 (4)
4 CN Asia/Shanghai | 2025-09-30T17:00+08 | | 2025-10-13 | 2025-10-13T16:00Z
# Sat 19, Sun 20 September worked (1), Mon 21 (2)
2 CN Asia/Shanghai | 2026-09-18T09:00+08 | | 2026-09-21 | 2026-09-21T16:00Z
# 1 to 7 October off, Thu 8 (1), Fri 9 (2), Sat 10 worked (3), Sun 11, Mon 12 (4)
4 CN Asia/Shanghai | 2026-09-30T09:00+08 | | 2026-10-12 | 2026-10-12T16:00Z

# --- Spring Festival ---
# Fri 9 February (1; the eve was no day off in 2024), 10 to 17 off, Sun 18 worked (2), 19 (3), Tue 20 (4)
4 CN Asia/Shanghai | 2024-02-08T09:00+08 | | 2024-02-20 | 2024-02-20T16:00Z
# Sat 25, Sun 26 January worked (1), Mon 27 (2), 28 January to 4 February off, Wed 5 (3), Thu 6 (4)
4 CN Asia/Shanghai | 2025-01-24T10:00+08 | | 2025-02-06 | 2025-02-06T16:00Z
# Sat 14 February worked (1), 15 to 23 off, Tue 24 (2), 25 (3), Thu 26 (4)
4 CN Asia/Shanghai | 2026-02-13T09:00+08 | | 2026-02-26 | 2026-02-26T16:00Z
# provisional: Thu 4 (1), the eve and 6 to 8 February off by law, Tue 9 (2), 10 (3), Thu 11 (4)
4 CN Asia/Shanghai | 2027-02-03T09:00+08 | | 2027-02-11 | 2027-02-11T16:00Z

# --- 21 calendar days across months, and starts beside midnight ---
# 8..28 February are 21
21 days Asia/Shanghai | 2026-02-07T09:00+08 | | 2026-02-28 | 2026-02-28T16:00Z
# 11..30 June are 20, 1 July
21 days Asia/Shanghai | 2026-06-10T23:59+08 | | 2026-07-01 | 2026-07-01T16:00Z
# two minutes later, in UTC still 10 June: 12..30 June are 19, 1 and 2 July
21 days Asia/Shanghai | 2026-06-11T00:01+08 | | 2026-07-02 | 2026-07-02T16:00Z
# afternoon of 2 March in Brussels, but 3 March in Shanghai: 4..24 March
21 days Asia/Shanghai | 2026-03-02T17:30+01 | | 2026-03-24 | 2026-03-24T16:00Z
# in UTC still 30 June: 2..5 July
4 days Europe/Brussels | 2026-07-01T00:01+02 | | 2026-07-05 | 2026-07-05T22:00Z
# in UTC already 2 June: Tue 2 (1), 3 (2), Thu 4 (3)
3 US America/New_York | 2026-06-01T23:59-04 | | 2026-06-04 | 2026-06-05T04:00Z

# --- Easter and Ascension ---
# Thu 2 to Mon 6 April off, Tue 7 (1), 8 (2), 9 (3), Fri 10 (4)
4 EU Europe/Brussels | 2026-04-01T09:00+02 | | 2026-04-10 | 2026-04-10T22:00Z
# Thu 2 (1), Good Friday is worked in Belgium (2), weekend, Mon 6 off, Tue 7 (3), Wed 8 (4)
4 BE Europe/Brussels | 2026-04-01T09:00+02 | | 2026-04-08 | 2026-04-08T22:00Z
# Thu 2 (1), Fri 3 to Mon 6 off, Tue 7 (2), 8 (3), Thu 9 (4)
4 NL Europe/Amsterdam | 2026-04-01T09:00+02 | | 2026-04-09 | 2026-04-09T22:00Z
# Thu 28 March to Mon 1 April off, over the clock change of the 31st, Tue 2 (1), 3 (2), 4 (3), Fri 5 (4)
4 EU Europe/Brussels | 2024-03-27T09:00+01 | | 2024-04-05 | 2024-04-05T22:00Z
# Ascension on Thu 6 May, Fri 7 (1), weekend, Mon 10 (2)
2 BE Europe/Brussels | 2027-05-05T09:00+02 | | 2027-05-10 | 2027-05-10T22:00Z
# Ascension and the day after it off, weekend, Mon 10 (1), Tue 11 (2)
2 EU Europe/Brussels | 2027-05-05T09:00+02 | | 2027-05-11 | 2027-05-11T22:00Z
# submitted on a Saturday: Sun 3, Mon 4 (1), Liberation Day, Wed 6 (2)
2 NL Europe/Amsterdam | 2026-05-02T09:00+02 | | 2026-05-06 | 2026-05-06T22:00Z

# --- United States ---
# Thu 2 July (1), Fri 3 kept for Independence Day, weekend, Mon 6 (2)
2 US America/New_York | 2026-07-01T09:00-04 | | 2026-07-06 | 2026-07-07T04:00Z
# Thanksgiving on Thu 26, Fri 27 (1), weekend, Mon 30 (2)
2 US America/New_York | 2026-11-25T09:00-05 | | 2026-11-30 | 2026-12-01T05:00Z
# Juneteenth on a Saturday is kept on Fri 18, weekend, Mon 21 (1)
1 US America/New_York | 2027-06-17T09:00-04 | | 2027-06-21 | 2027-06-22T04:00Z
# Independence Day on Sun 4 is kept on Mon 5: Fri 2 (1), Tue 6 (2)
2 US America/New_York | 2027-07-01T09:00-04 | | 2027-07-06 | 2027-07-07T04:00Z
# Christmas Day on a Saturday is kept on Fri 24, weekend, Mon 27 (1)
1 US America/New_York | 2027-12-23T09:00-05 | | 2027-12-27 | 2027-12-28T05:00Z

# --- Canada ---
# Fri 25 off, weekend, Boxing Day kept on Mon 28, Tue 29 (1)
1 CA America/Toronto | 2026-12-24T09:00-05 | | 2026-12-29 | 2026-12-30T05:00Z
# both days of Christmas fall on the weekend and are kept on Mon 27 and Tue 28, Wed 29 (1), Thu 30 (2)
2 CA America/Toronto | 2027-12-24T09:00-05 | | 2027-12-30 | 2027-12-31T05:00Z
# Tue 29 September (1), 30 off, Thu 1 (2), Fri 2 (3), weekend, Mon 5 October (4)
4 CA America/Toronto | 2026-09-28T09:00-04 | | 2026-10-05 | 2026-10-06T04:00Z
# weekend, Thanksgiving on Mon 12 October, Tue 13 (1), Wed 14 (2)
2 CA America/Toronto | 2026-10-09T09:00-04 | | 2026-10-14 | 2026-10-15T04:00Z

# --- pauses: a day that one touches does not count ---
# open over a weekend: Fri 5 and Mon 8 June paused, Tue 9 (1), 10 (2), 11 (3), Fri 12 (4)
4 BE Europe/Brussels | 2026-06-04T09:00+02 | 2026-06-05T16:00+02/2026-06-08T10:00+02 | 2026-06-12 | 2026-06-12T22:00Z
# asked and answered on 5 March: 3, 4 (2), 6..24 March are 19
21 days Asia/Shanghai | 2026-03-02T10:00+08 | 2026-03-05T09:00+08/2026-03-05T17:00+08 | 2026-03-24 | 2026-03-24T16:00Z
# ends at midnight, so it touches 5..8 March only: 3, 4 (2), 9..27 March are 19
21 days Asia/Shanghai | 2026-03-02T10:00+08 | 2026-03-05T14:00+08/2026-03-09T00:00+08 | 2026-03-27 | 2026-03-27T16:00Z
# a second question meanwhile; 5..9 March paused once, not twice: 3, 4 (2), 10..28 March are 19
21 days Asia/Shanghai | 2026-03-02T10:00+08 | 2026-03-05T14:00+08/2026-03-09T00:00+08 2026-03-08T09:00+08/2026-03-09T09:00+08 | 2026-03-28 | 2026-03-28T16:00Z
# on the day of the start, which does not count anyway: 3..23 March
21 days Asia/Shanghai | 2026-03-02T10:00+08 | 2026-03-02T11:00+08/2026-03-02T12:00+08 | 2026-03-23 | 2026-03-23T16:00Z
# answered in the instant it was asked, so it touches nothing: 3..23 March
21 days Asia/Shanghai | 2026-03-02T10:00+08 | 2026-03-05T09:00+08/2026-03-05T09:00+08 | 2026-03-23 | 2026-03-23T16:00Z
# Wed 13 and Fri 15 May paused around Ascension Day, weekend, Mon 18 (1), 19 (2), 20 (3), Thu 21 (4)
4 BE Europe/Brussels | 2026-05-12T09:00+02 | 2026-05-13T12:00+02/2026-05-15T12:00+02 | 2026-05-21 | 2026-05-21T22:00Z
# Fri 9 (1), the worked Sat 10 October paused, Sun 11, Mon 12 (2), Tue 13 (3)
3 CN Asia/Shanghai | 2026-10-08T09:00+08 | 2026-10-10T09:00+08/2026-10-10T18:00+08 | 2026-10-13 | 2026-10-13T16:00Z
# one real hour over the clock change of 29 March: 28 (1), 29 paused, 30 (2), 31 (3)
3 days Europe/Brussels | 2026-03-27T12:00+01 | 2026-03-29T01:30+01/2026-03-29T03:30+02 | 2026-03-31 | 2026-03-31T22:00Z
";

#[test]
fn deadlines_agree_with_counting_by_hand() {
    let calendars = Calendars::embedded().unwrap();
    let at = |text: &str| text.trim().parse::<Timestamp>().unwrap();
    let mut examples = 0;
    for line in EXAMPLES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let [rule, start, pauses, last_day, due] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("expected five columns: {line}");
        };
        let [length, unit, zone] = rule.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("expected length, unit and zone: {line}");
        };
        let pause = |pause: &str| {
            let (from, to) = pause.split_once('/').unwrap();
            PausedInterval { from: at(from), to: at(to) }
        };
        let pauses: Vec<PausedInterval> = pauses.split_whitespace().map(pause).collect();

        let rule = example::rule(length.parse().unwrap(), unit, zone);
        let found = rule.due_with_pauses(at(start), &pauses, &calendars).unwrap();
        assert_eq!(found.explanation.last_day.to_string(), last_day.trim(), "{line}\n{}", found.explanation);
        assert_eq!(found.due, at(due), "{line}\n{}", found.explanation);
        examples += 1;
    }
    assert_eq!(examples, 62, "a line was taken for a comment");
}
