//! Words: whatever stands in a text is found by any part of it, and nothing else is.

use proptest::prelude::*;
use seamless_notifications::domain::search::{
    EXCERPT_LENGTH, GAP, Question, SearchText, Section, Sequence, ShownText, highlights,
};

fn shown(text: &str) -> Vec<ShownText> {
    vec![ShownText { path: "product.brand".to_owned(), text: text.to_owned() }]
}

/// What the databases do: looks for the tokens next to each other.
fn has(entry: &SearchText, sequence: &Sequence) -> bool {
    entry.sections.iter().any(|section| {
        let tokens: Vec<&str> = section.split_whitespace().collect();
        tokens.windows(sequence.tokens.len()).any(|window| {
            let (last, before) = window.split_last().unwrap();
            let (wanted, wanted_before) = sequence.tokens.split_last().unwrap();
            before == wanted_before
                && if sequence.is_open { last.starts_with(wanted.as_str()) } else { last == wanted }
        })
    })
}

fn finds(text: &str, query: &str) -> bool {
    let entry = SearchText::of(&shown(text));
    let question = Question::parse(query).unwrap();
    question.terms.iter().any(|term| {
        let patterns = [Some(term.exact(None)), term.beginning()];
        let mut sequences = patterns.iter().flatten().flat_map(|pattern| &pattern.alternatives);
        sequences.any(|sequence| has(&entry, sequence))
            || term.part().is_some_and(|part| entry.words.contains(part))
    })
}

proptest! {
    #[test]
    fn any_part_of_a_chinese_text_finds_it(
        text in "[一-龥]{1,20}", from in 0_usize..20, length in 1_usize..20,
    ) {
        let letters: Vec<char> = text.chars().collect();
        let from = from % letters.len();
        let part: String = letters[from..].iter().take(length).collect();
        prop_assert!(finds(&text, &part));
        prop_assert!(!highlights(&Question::parse(&part).unwrap(), &shown(&text)).is_empty());
    }

    #[test]
    fn what_the_index_says_of_chinese_is_true(text in "[甲乙丙丁]{1,8}", part in "[甲乙丙丁]{1,3}") {
        prop_assert_eq!(finds(&text, &part), text.contains(&part));
    }

    #[test]
    fn every_word_of_a_text_finds_it_and_is_shown(text in "[a-zA-Z0-9éßЖ车 ,./-]{0,300}") {
        let words: Vec<&str> = text.split([' ', ',']).filter(|word| word.chars().any(char::is_alphanumeric)).collect();
        for word in words {
            prop_assert!(finds(&text, word), "{} in {}", word, text);
            let places = highlights(&Question::parse(word).unwrap(), &shown(&text));
            prop_assert_eq!(places.len(), 1);
            prop_assert!(places[0].excerpt.chars().count() <= EXCERPT_LENGTH);
        }
    }

    #[test]
    fn no_text_harms_the_index(text in any::<String>(), query in any::<String>()) {
        let entry = SearchText::of(&shown(&text));
        for token in entry.sections.iter().flat_map(|section| section.split(' ')).filter(|token| !token.is_empty()) {
            prop_assert!(token == GAP || token.chars().all(char::is_alphanumeric), "{:?}", token);
        }
        if let Ok(question) = Question::parse(&query) {
            for place in highlights(&question, &shown(&text)) {
                prop_assert!(text.contains(place.excerpt.trim_matches('…')));
            }
        }
    }
}

#[test]
fn a_barcode_that_its_author_could_not_read_is_found_and_a_word_for_not_known_is_no_number() {
    let shown = |path: &str, text: &str| {
        SearchText::of(&[ShownText { path: path.to_owned(), text: text.to_owned() }])
    };
    let codes = shown("product.unparsed_barcodes", "6 932173 550102 and 6 932173 550119");
    let keys: Vec<&str> = codes.sections[Section::Keys as usize].split_whitespace().collect();
    assert!(keys.contains(&"6932173550102") && keys.contains(&"6932173550119"), "{keys:?}");
    let model = shown("product.models", "N/A");
    assert!(model.sections[Section::Keys as usize].is_empty(), "{model:?}");
    assert!(!model.sections[Section::Rest as usize].is_empty(), "{model:?}");
}
