//! Whether the answers are those that the form wants: everything that is wrong at once.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::{
    Violation,
    model::{Answer, AnswerKind, FormQuestion},
};

/// What is wrong with the answers; an answer that is empty is none.
pub fn violations(form: &[FormQuestion], answers: &[Answer]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut answered = BTreeSet::new();
    for (index, answer) in answers.iter().enumerate() {
        let mut add = |field: &str, description: String| {
            found.push(Violation::new(format!("answers[{index}].{field}"), description));
        };
        let Some(question) = form.iter().find(|question| question.id == answer.question) else {
            add("question", format!("the form does not ask {}", answer.question));
            continue;
        };
        if !answered.insert(&answer.question) {
            add("question", format!("{} is answered twice", answer.question));
        }
        if let Err(wanted) = fits(question, &answer.value) {
            add("value", wanted);
        }
    }
    for question in form.iter().filter(|question| question.required) {
        let is_answered = answers.iter().any(|one| one.question == question.id && !one.value.is_empty());
        if !is_answered {
            found.push(Violation::new("answers", format!("{} is to be answered", question.id)));
        }
    }
    found
}

fn fits(question: &FormQuestion, value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Ok(());
    }
    let is_choice = |id: &str| question.choices.iter().any(|choice| choice.id.as_str() == id);
    let choices = || {
        let all: Vec<&str> = question.choices.iter().map(|choice| choice.id.as_str()).collect();
        all.join(", ")
    };
    match question.kind {
        AnswerKind::Text => {
            let (length, longest) = (value.chars().count(), question.longest as usize);
            match length <= longest {
                true => Ok(()),
                false => Err(format!("has {length} characters, at most {longest} are allowed")),
            }
        }
        AnswerKind::Number => match value.parse::<i64>() {
            Ok(_) => Ok(()),
            Err(_) => Err("wants a whole number".into()),
        },
        AnswerKind::YesNo => match (value, question.required) {
            ("true", _) | ("false", false) => Ok(()),
            ("false", true) => Err("wants true: without this consent nobody can take part".into()),
            _ => Err("wants true or false".into()),
        },
        AnswerKind::Date => match value.parse::<Date>() {
            Ok(date) if date.to_string() == value => Ok(()),
            _ => Err("wants a date like 2026-11-29".into()),
        },
        AnswerKind::Choice => match is_choice(value) {
            true => Ok(()),
            false => Err(format!("wants one of {}", choices())),
        },
        AnswerKind::Choices => {
            let chosen: Vec<&str> = value.split(',').map(str::trim).collect();
            let once: BTreeSet<&str> = chosen.iter().copied().collect();
            match chosen.iter().all(|id| is_choice(id)) && once.len() == chosen.len() {
                true => Ok(()),
                false => Err(format!("wants some of {}, each once, separated by commas", choices())),
            }
        }
    }
}
