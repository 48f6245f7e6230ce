//! What is told of feedback: it is what was given, and no row tells of fewer than the least number, not even by subtraction,
//! of rows from the whole, or of what was told before.

#![allow(clippy::unwrap_used, reason = "a test that does not go on fails")]

use jiff::{Timestamp, civil::date};
use proptest::prelude::*;
use seamless_identifiers::CountryCode;
use seamless_training::domain::model::{
    EventStatus, Feedback, FeedbackContent, FeedbackGroup, FeedbackSummary, FeedbackTotals, GroupFeedback,
    TargetAudience,
};
use uuid::Uuid;

fn feedback(ratings: [u8; 3], audience: TargetAudience, country: &str) -> Feedback {
    Feedback {
        id: Uuid::new_v4(),
        activity: Uuid::nil(),
        registration: Uuid::new_v4(),
        organiser: "eu-just".parse().unwrap(),
        registrar: "cn-gacc".parse().unwrap(),
        content: FeedbackContent { ratings, text: String::new(), language: None },
        audience,
        country: CountryCode::parse(country).unwrap(),
        update_time: Timestamp::UNIX_EPOCH,
        shown_from: 1,
        revision: 1,
    }
}

fn given() -> impl Strategy<Value = Feedback> {
    let audience = prop_oneof![
        Just(TargetAudience::Manufacturer),
        Just(TargetAudience::Exporter),
        Just(TargetAudience::Authority)
    ];
    let country = prop_oneof![5 => Just("CN"), 1 => Just("VN"), 1 => Just("DE")];
    ([1..=5_u8, 1..=5_u8, 1..=5_u8], audience, country)
        .prop_map(|(ratings, audience, country)| feedback(ratings, audience, country))
}

fn none() -> FeedbackTotals {
    FeedbackTotals::none(Uuid::nil(), "eu-just".parse().unwrap(), None, EventStatus::Actual)
}

/// What a reader is shown of one group; the rows that are left out, together, are a group as well.
type Shown = Vec<(String, u32, [[u32; 5]; 3])>;

fn shown(summary: &FeedbackSummary) -> [Shown; 3] {
    let row = |one: &GroupFeedback| (format!("{:?}", one.of), one.answers, one.counts);
    let whole: Shown = summary.together.iter().map(row).collect();
    let is_audience = |one: &&GroupFeedback| matches!(one.of, FeedbackGroup::Audience(_));
    let (audiences, countries): (Vec<_>, Vec<_>) = summary.by_group.iter().partition(is_audience);
    [whole, audiences.into_iter().map(row).collect(), countries.into_iter().map(row).collect()]
}

proptest! {
    #[test]
    fn nobody_can_be_told_from_what_is_shown(
        all in proptest::collection::vec(given(), 0..30), taken in 0..10_usize, least in 2..7_u32
    ) {
        let mut totals = none();
        all.iter().for_each(|one| totals.add(one));
        let left = all.iter().skip(taken);
        all.iter().take(taken).for_each(|one| totals.remove(one));
        let mut anew = none();
        left.clone().for_each(|one| anew.add(one));
        prop_assert_eq!(&totals.cells, &anew.cells, "what was replaced leaves nothing behind");
        totals.tell(least, date(2027, 3, 1));

        let summary = totals.summary(least);
        let answers = u32::try_from(left.clone().count()).unwrap();
        prop_assert_eq!(summary.answers, answers);
        prop_assert_eq!(summary.together.is_some(), answers >= least);
        let Some(together) = summary.together else {
            prop_assert!(summary.by_group.is_empty());
            return Ok(());
        };
        for (question, counts) in together.counts.iter().enumerate() {
            let sum: u32 = left.clone().map(|one| u32::from(one.content.ratings[question])).sum();
            let mean = GroupFeedback::mean(counts).unwrap();
            prop_assert!((mean - f64::from(sum) / f64::from(answers)).abs() < 1e-9);
        }
        let is_audience = |one: &&GroupFeedback| matches!(one.of, FeedbackGroup::Audience(_));
        let (audiences, countries): (Vec<_>, Vec<_>) = summary.by_group.iter().partition(is_audience);
        for groups in [audiences, countries] {
            prop_assert!(groups.iter().all(|one| one.answers >= least));
            let hidden = answers - groups.iter().map(|one| one.answers).sum::<u32>();
            prop_assert!(hidden == 0 || hidden >= least, "{hidden} can be told by subtraction");
        }
    }

    /// Who reads after every answer sees each number stand still, or move by no fewer answers than the least number; so do the
    /// rows that are left out, as far as they follow from the others. Answers are also given anew in between.
    #[test]
    fn no_answer_can_be_told_from_what_was_shown_before_and_after(
        all in proptest::collection::vec((given(), proptest::option::of([1..=5_u8, 1..=5_u8, 1..=5_u8])), 0..60),
        least in 2..7_u32
    ) {
        let mut totals = none();
        let mut before = shown(&totals.summary(least));
        // What each dimension showed last, by row, and of the whole at that time.
        let mut rows: [std::collections::BTreeMap<String, u32>; 2] = Default::default();
        let mut standing: Vec<Feedback> = Vec::new();
        for (one, anew) in all {
            totals.add(&one);
            standing.push(one);
            if let Some(ratings) = anew {
                let replaced = &mut standing[0];
                totals.remove(replaced);
                replaced.content.ratings = ratings;
                totals.add(replaced);
            }
            totals.tell(least, date(2027, 3, 1));
            let summary = totals.summary(least);
            prop_assert_eq!(summary.answers as usize, standing.len());
            prop_assert!(summary.together.as_ref().map_or(0, |all| all.answers) + least > summary.answers,
                "fewer than the least number are not told of yet");
            let now = shown(&summary);
            if now == before {
                continue;
            }
            let answers = |rows: &Shown| rows.iter().map(|row| row.1).sum::<u32>();
            prop_assert!(now[0] == before[0] || answers(&now[0]) >= answers(&before[0]) + least);
            for (place, known) in rows.iter_mut().enumerate() {
                if now[place + 1] == before[place + 1] {
                    continue;
                }
                // Rows move together with the whole: what is left out follows from both.
                let mut hidden = answers(&now[0]) - answers(&now[place + 1]);
                for (group, count, _) in &now[place + 1] {
                    let was = known.insert(group.clone(), *count).unwrap_or_default();
                    prop_assert!(was == *count || *count >= was + least, "{group} moved by few");
                }
                // Somebody may remember a row that is left out now.
                let is_left_out = |group: &String| !now[place + 1].iter().any(|row| row.0 == *group);
                let remembered = known.iter().filter(|(group, _)| is_left_out(group));
                hidden = hidden.saturating_sub(remembered.map(|(_, count)| count).sum());
                prop_assert!(hidden == 0 || hidden >= least, "{hidden} are left over");
            }
            before = now;
        }
    }
}
