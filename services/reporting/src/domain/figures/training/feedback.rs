//! What those said who were there.

use super::TrainingFacts;
use crate::domain::{
    content::{Figure, Measured, Row, Section, Table, Text, Value},
    facts::{ActivityFact, FeedbackFact},
    figures::words::{sum, text},
};

type Ratings = fn(&FeedbackFact) -> &[u64];

/// The section.
pub(super) fn section(facts: &TrainingFacts, held: &[&ActivityFact]) -> Section {
    let told: Vec<&FeedbackFact> =
        held.iter().filter_map(|activity| facts.feedback.get(&activity.name)).collect();
    let basis = || {
        text(
            "Feedback on the activities that were held, as told last. Of an activity with too few answers nothing is told, and nothing counts \
             here.",
            "对已举办活动的反馈，以最后告知者为准。答复过少的活动不予告知，亦不计入。",
        )
    };
    let questions: [(&'static str, Text, Ratings); 3] = [
        ("usefulness", text("Usefulness", "有用程度"), |one| &one.usefulness),
        ("clarity", text("Clarity", "清晰程度"), |one| &one.clarity),
        ("organisation", text("Organisation", "组织情况"), |one| &one.organisation),
    ];
    let all = told.iter().map(|one| one.answers).sum();
    let mut figures = vec![sum("answers", text("Answers", "答复数"), basis(), all)];
    let mut rows = Vec::new();
    for (id, title, ratings) in questions {
        let counts = summed(&told, ratings);
        let answers: u64 = counts.iter().sum();
        let points: u64 = (1..).zip(counts).map(|(rating, count)| rating * count).sum();
        let mean = points as f64 / answers as f64;
        let value = match answers {
            0 => Value::NoCases,
            _ => Value::Number(Measured { value: mean, lower: None, upper: None }),
        };
        let definition = text(
            "The mean over all answers of ratings from 1 (not at all) to 5 (very).",
            "全部答复评分的平均值，1 为最低，5 为最高。",
        );
        figures.push(Figure { id, title: title.clone(), definition, value, cases: answers });
        rows.push(Row { id: id.to_owned(), title, values: counts.map(Value::Count).to_vec() });
    }
    let table = Table {
        id: "ratings",
        title: text("How often each rating was given", "各评分次数"),
        definition: basis(),
        columns: ["1", "2", "3", "4", "5"].map(|rating| text(rating, rating)).to_vec(),
        rows,
        cases: all,
        overlapping: true,
    };
    Section { id: "feedback", title: text("Feedback", "反馈"), figures, tables: vec![table] }
}

/// How often the ratings 1 to 5 were given over all activities.
fn summed(told: &[&FeedbackFact], ratings: Ratings) -> [u64; 5] {
    let mut sums = [0; 5];
    for one in told {
        for (sum, count) in sums.iter_mut().zip(ratings(one)) {
            *sum += count;
        }
    }
    sums
}
