//! The sentences in which RAPEX and the Safety Gate tell the measures taken.

use seamless_proto::seamless::notifications::v1::{
    Measure, MeasureAction as Action, MeasureObligation as Obligation,
};

use super::draft::{append, english};
use super::text::one_line;

/// What is said, and what was done, in the order in which they are tried at a place: the longer first.
const ACTIONS: [(&str, Action); 32] = [
    ("withdrawal of the product from the market", Action::WithdrawalFromMarket),
    ("withdrawal from the market", Action::WithdrawalFromMarket),
    ("recall of the product from end users", Action::RecallFromEndUsers),
    ("recall from end users", Action::RecallFromEndUsers),
    ("recall form consumers", Action::RecallFromEndUsers),
    ("recall from consumer", Action::RecallFromEndUsers),
    ("recall", Action::RecallFromEndUsers),
    ("temporary ban", Action::TemporaryBanOnSupply),
    ("ban on the marketing", Action::BanOnMarketing),
    ("ban on marketing", Action::BanOnMarketing),
    ("ban on distribution", Action::BanOnMarketing),
    ("sales and import ban", Action::BanOnMarketing),
    ("sales ban", Action::BanOnMarketing),
    ("sale ban", Action::BanOnMarketing),
    ("import rejected", Action::ImportRejected),
    ("rejection at the border", Action::ImportRejected),
    ("import ban", Action::Other),
    ("stop of sales", Action::StopOfSales),
    ("stop on sales", Action::StopOfSales),
    ("stop of supply", Action::StopOfSales),
    ("stop of placing", Action::StopOfSales),
    ("corrective action", Action::Other),
    ("corrective measure", Action::Other),
    ("destruction", Action::Destruction),
    ("seizure", Action::Seizure),
    ("removal of", Action::ListingRemoved),
    ("prior conditions", Action::PriorConditions),
    ("user warning", Action::MarkingWithWarnings),
    ("warning sticker", Action::MarkingWithWarnings),
    ("marking the product", Action::MarkingWithWarnings),
    ("warning", Action::WarningConsumers),
    ("information to consumers", Action::WarningConsumers),
];

/// The most measures that the contract takes; one over it is enough for the record to be refused.
const MOST: usize = 50;

/// Who carries a measure out.
const OPERATORS: [&str; 10] = [
    "economic operator",
    "manufacturer",
    "importer",
    "distributor",
    "retailer",
    "supplier",
    "producer",
    "trader",
    "marketplace",
    "other",
];

/// The measures that a text tells, each with the sentence that tells it. A sentence without a known action is a measure
/// of another kind.
pub fn parse(text: &str) -> Vec<Measure> {
    let mut measures: Vec<Measure> = Vec::new();
    for sentence in sentences(text) {
        let small = sentence.to_lowercase();
        let mut found = actions(&small);
        if found.is_empty() {
            if small.contains("press release") {
                found.push((0, Action::WarningConsumers));
            } else {
                found.push((0, Action::Other));
            }
        }
        if measures.len() > MOST {
            break;
        }
        for (index, (at, action)) in found.iter().enumerate() {
            let following = found.get(index + 1).map(|(at, _)| *at);
            let obligation = obligation(&small, *at, following);
            let same = |measure: &Measure| {
                measure.action() == *action && measure.obligation() == obligation && *action != Action::Other
            };
            if let Some(told) = measures.iter_mut().find(|measure| same(measure)) {
                add_sentence(told, &sentence);
            } else {
                let mut measure = Measure {
                    addressed_to: operator(&small[*at..]).to_owned(),
                    description: english(sentence.clone()),
                    ..Default::default()
                };
                measure.set_action(*action);
                measure.set_obligation(obligation);
                measures.push(measure);
            }
        }
    }
    measures
}

/// Keeps a further sentence that tells a measure again.
fn add_sentence(measure: &mut Measure, sentence: &str) {
    for version in measure.description.iter_mut().flat_map(|text| &mut text.versions) {
        if !version.text.contains(sentence) {
            append(&mut version.text, sentence);
        }
    }
}

/// Sentences end with a full stop before a blank or a capital, with a line break, or, where the blank was lost, between
/// a small letter and a capital.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    for (index, (at, letter)) in letters.iter().enumerate() {
        let next = letters.get(index + 1).map(|(_, next)| *next);
        let ends_here = match letter {
            '\n' => true,
            '.' => next.is_none_or(|next| next.is_whitespace() || next.is_uppercase()),
            letter => letter.is_lowercase() && next.is_some_and(char::is_uppercase),
        };
        if ends_here {
            let end = at + letter.len_utf8();
            sentences.push(one_line(&text[start..end]));
            start = end;
        }
    }
    sentences.push(one_line(&text[start..]));
    sentences.retain(|sentence| sentence.chars().any(char::is_alphabetic));
    sentences
}

/// The actions in a sentence in small letters, with their places.
fn actions(small: &str) -> Vec<(usize, Action)> {
    let mut found = Vec::new();
    let mut covered_to = 0;
    for (at, _) in small.char_indices() {
        if at < covered_to {
            continue;
        }
        if found.len() > MOST {
            break;
        }
        if let Some((phrase, action)) = ACTIONS.iter().find(|(phrase, _)| small[at..].starts_with(phrase)) {
            found.push((at, *action));
            covered_to = at + phrase.len();
        }
    }
    found
}

/// Whether the action at `at` was ordered. Where a sentence says both, what stands next to "ordered by" was ordered, and
/// what "voluntary" goes before was not.
fn obligation(small: &str, at: usize, following: Option<usize>) -> Obligation {
    let ordered =
        ["ordered by", "by the authorities", "customs authorities", "by authorities", "public authorities"];
    let voluntary = ["voluntary", "taken by economic operator"];
    let any_before = |words: &[&str]| words.iter().any(|word| small[..at].contains(word));
    let ordered_after =
        ordered.iter().filter_map(|word| small[at..].find(word)).min().map(|found| at + found);
    match (any_before(&voluntary), ordered_after, any_before(&ordered)) {
        (true, Some(order), _) if following.is_none_or(|next| order < next) => Obligation::Compulsory,
        (true, ..) => Obligation::Voluntary,
        (false, Some(_), _) => Obligation::Compulsory,
        // "… ordered by the authorities and corrective actions taken by the importer"
        (false, None, true) if small[at..].contains("taken by") => Obligation::Voluntary,
        (false, None, true) => Obligation::Compulsory,
        (false, None, false) if small[at..].contains("imposed") => Obligation::Compulsory,
        (false, None, false) => Obligation::Unspecified,
    }
}

/// The first operator named after the action.
fn operator(after: &str) -> &'static str {
    let named = |name: &&str| {
        ["by the ", "by a ", "by an ", "by ", "by: ", "to: ", "to "]
            .iter()
            .filter_map(|article| after.find(&format!("{article}{name}")))
            .min()
    };
    let found = OPERATORS.iter().filter_map(|name| Some((named(name)?, *name))).min();
    found.map_or("", |(_, name)| if name == "other" { "" } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Action::*;
    use Obligation::{Compulsory, Unspecified, Voluntary};

    #[test]
    fn sentences_are_read_as_people_mean_them() {
        for (text, wanted) in [
            (
                "Sales ban and recall from consumers ordered by the authorities.",
                vec![(BanOnMarketing, Compulsory, ""), (RecallFromEndUsers, Compulsory, "")],
            ),
            ("Voluntary stop of sales by the importer.", vec![(StopOfSales, Voluntary, "importer")]),
            ("Import rejected by the customs authorities.", vec![(ImportRejected, Compulsory, "")]),
            (
                "Withdrawal from the market ordered by the authorities and corrective actions taken by the importer.",
                vec![(WithdrawalFromMarket, Compulsory, "importer"), (Other, Voluntary, "importer")],
            ),
            (
                "Voluntary recall from consumers by the trader and seizure of the products ordered by the authorities. ",
                vec![(RecallFromEndUsers, Voluntary, "trader"), (Seizure, Compulsory, "")],
            ),
            (
                "Voluntary destruction by the importerRecall from consumers ordered by the authorities.",
                vec![(Destruction, Voluntary, "importer"), (RecallFromEndUsers, Compulsory, "")],
            ),
            (
                "Sales ban. Press release has been issued.",
                vec![(BanOnMarketing, Unspecified, ""), (WarningConsumers, Unspecified, "")],
            ),
            (
                "Measures ordered by public authorities (to: Importer): Recall of the product from end users",
                vec![(RecallFromEndUsers, Compulsory, "")],
            ),
            ("Something else altogether", vec![(Other, Unspecified, "")]),
            (" . ", vec![]),
        ] {
            let found: Vec<_> = parse(text)
                .iter()
                .map(|measure| (measure.action(), measure.obligation(), measure.addressed_to.clone()))
                .collect();
            let wanted: Vec<_> =
                wanted.into_iter().map(|(action, by, to)| (action, by, to.to_owned())).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
