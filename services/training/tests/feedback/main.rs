//! What is told of feedback: it is what was given, and no row tells of fewer than the least number, not even by subtraction.

#![allow(clippy::unwrap_used, reason = "a test that does not go on fails")]

use jiff::{Timestamp, civil::date};
use proptest::prelude::*;
use seamless_identifiers::CountryCode;
use seamless_training::domain::model::{
    EventStatus, Feedback, FeedbackContent, FeedbackGroup, FeedbackTotals, GroupFeedback, TargetAudience,
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

proptest! {
    #[test]
    fn nobody_can_be_told_from_what_is_shown(
        all in proptest::collection::vec(given(), 0..30), taken in 0..10_usize, least in 2..7_u32
    ) {
        let none = FeedbackTotals::none(Uuid::nil(), "eu-just".parse().unwrap(), None, EventStatus::Actual);
        let mut totals = none.clone();
        all.iter().for_each(|one| totals.add(one, date(2027, 3, 1)));
        let left = all.iter().skip(taken);
        all.iter().take(taken).for_each(|one| totals.remove(one));
        let mut anew = none;
        left.clone().for_each(|one| anew.add(one, date(2027, 3, 1)));
        prop_assert_eq!(&totals.cells, &anew.cells, "what was replaced leaves nothing behind");

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
}
