//! How people register, both ways.

use std::collections::BTreeSet;

use seamless_api::{Violations, violations::localized_out};
use seamless_calendar::Zones;
use seamless_proto::seamless::training::v1 as wire;

use super::session_in::{key_in, number, required_text, wall_time_in};
use super::session_out::{count_out, wall_time_out};
use crate::domain::model::{AnswerKind, FormChoice, FormQuestion, RegistrationTerms};

/// The longest answer where a question does not say.
const ANSWER_LENGTH: u32 = 500;

/// Parses the terms.
pub(super) fn terms_in(
    found: &mut Violations,
    at: &str,
    terms: wire::RegistrationTerms,
    zones: &Zones,
) -> RegistrationTerms {
    let path = |name: &str| format!("{at}.{name}");
    let form = found.bounded(path("form"), terms.form, 50).into_iter().enumerate();
    let mut ids = BTreeSet::new();
    let form = form
        .filter_map(|(index, question)| {
            let at = format!("{at}.form[{index}]");
            let parsed = question_in(found, &at, question)?;
            if !ids.insert(parsed.id.clone()) {
                found.add(format!("{at}.id"), format!("{} is the id of another question", parsed.id));
            }
            Some(parsed)
        })
        .collect();
    RegistrationTerms {
        capacity: number(found, &path("capacity"), terms.capacity, 1..=1_000_000),
        opens: terms.opens.and_then(|time| wall_time_in(found, &path("opens"), time, zones)),
        closes: terms.closes.and_then(|time| wall_time_in(found, &path("closes"), time, zones)),
        approval: terms.approval,
        waiting_list: terms.waiting_list,
        offer_hours: number(found, &path("offer_hours"), terms.offer_hours, 0..=720),
        smaller_may_overtake: terms.smaller_may_overtake,
        largest_group: number(found, &path("largest_group"), terms.largest_group, 0..=500).max(1),
        retention_days: number(found, &path("retention_days"), terms.retention_days, 0..=3_650),
        form,
    }
}

fn question_in(found: &mut Violations, at: &str, question: wire::FormQuestion) -> Option<FormQuestion> {
    let path = |name: &str| format!("{at}.{name}");
    let id = key_in(found, &path("id"), &question.id);
    let kind: AnswerKind = found.required_vocabulary(path("kind"), question.kind);
    let choices = found.bounded(path("choices"), question.choices, 100);
    let wants_choices = matches!(kind, AnswerKind::Choice | AnswerKind::Choices);
    if wants_choices && choices.len() < 2 {
        found.add(path("choices"), "wants 2 to 100 choices");
    } else if !wants_choices && !choices.is_empty() {
        found.add(path("choices"), "wants none with this kind of answer");
    }
    let mut ids = BTreeSet::new();
    let choices = choices.into_iter().enumerate().filter_map(|(index, choice)| {
        let at = format!("{at}.choices[{index}]");
        let id = key_in(found, &format!("{at}.id"), &choice.id);
        let label = required_text(found, &format!("{at}.label"), choice.label, 300);
        if let Some(id) = &id
            && !ids.insert(id.clone())
        {
            found.add(format!("{at}.id"), format!("{id} is the id of another choice"));
        }
        Some(FormChoice { id: id?, label })
    });
    let choices = choices.collect();
    let longest = match number(found, &path("longest"), question.longest, 0..=5_000) {
        0 => ANSWER_LENGTH,
        longest => longest,
    };
    let label = required_text(found, &path("label"), question.label, 500);
    Some(FormQuestion { id: id?, label, kind, required: question.required, choices, longest })
}

/// The terms for the wire.
pub(super) fn terms_out(terms: &RegistrationTerms) -> wire::RegistrationTerms {
    wire::RegistrationTerms {
        capacity: count_out(terms.capacity),
        opens: terms.opens.as_ref().map(wall_time_out),
        closes: terms.closes.as_ref().map(wall_time_out),
        approval: terms.approval,
        waiting_list: terms.waiting_list,
        offer_hours: count_out(terms.offer_hours),
        smaller_may_overtake: terms.smaller_may_overtake,
        largest_group: count_out(terms.largest_group),
        form: terms.form.iter().map(question_out).collect(),
        retention_days: count_out(terms.retention_days),
    }
}

fn question_out(question: &FormQuestion) -> wire::FormQuestion {
    let choice_out = |choice: &FormChoice| wire::FormChoice {
        id: choice.id.to_string(),
        label: localized_out(&choice.label),
    };
    wire::FormQuestion {
        id: question.id.to_string(),
        label: localized_out(&question.label),
        kind: question.kind as i32,
        required: question.required,
        choices: question.choices.iter().map(choice_out).collect(),
        longest: if question.kind == AnswerKind::Text { count_out(question.longest) } else { 0 },
    }
}
