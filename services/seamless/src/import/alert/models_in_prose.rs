//! Finds model numbers in the sentences of a description: `model numbers AB-1, AB-2 and AB-3`, `(model C4)`. What might
//! be something else is left where it stands: nobody wants goods stopped for a year or a size.

use seamless_identifiers::identifies_nothing;

/// The most models that are taken from a text.
const MOST: usize = 100;
/// The shortest and the longest model number, in characters.
const SHORTEST: usize = 3;
const LONGEST: usize = 40;
/// Words between "model" and the numbers.
const LINKS: [&str; 17] = [
    "number",
    "numbers",
    "no",
    "nos",
    "#",
    "is",
    "are",
    "was",
    "were",
    "include",
    "includes",
    "including",
    "the",
    "following",
    "and",
    "name",
    "names",
];
/// What is no model number by itself, though it has a digit: what follows it is a count or a measure.
const MEASURES: [&str; 21] = [
    "inch", "inches", "in", "feet", "foot", "ft", "quart", "quarts", "gallon", "gallons", "pound", "pounds",
    "watt", "watts", "volt", "volts", "series", "units", "models", "and", "percent",
];

/// The model numbers that a description names, each once, in its order.
pub fn find(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut at = 0;
    while at < words.len() {
        let word = bare(words[at]).to_ascii_lowercase();
        at += 1;
        if word != "model" && word != "models" {
            continue;
        }
        // "Model year 2024", "models with …": whatever is no link ends it.
        let mut links = 0;
        let mut says_number = false;
        while links < 4 && words.get(at).is_some_and(|word| is_link(word)) {
            let link = bare(words[at]).to_ascii_lowercase();
            says_number |= ["number", "numbers", "no", "nos", "#"].contains(&link.as_str());
            at += 1;
            links += 1;
        }
        let mut ended = false;
        let mut listed = 0;
        while !ended && found.len() < MOST {
            let Some(written) = words.get(at) else { break };
            if listed > 0 && is_joint(written) {
                // "… and" goes on only to another number.
                let next = words
                    .get(at + 1)
                    .is_some_and(|next| is_model(next, words.get(at + 2), says_number, listed));
                if !next {
                    break;
                }
                at += 1;
                continue;
            }
            if listed > 0 && written.starts_with('(') {
                // What a number is also called.
                let Some(closing) = words[at..].iter().take(8).position(|word| word.contains(')')) else {
                    break;
                };
                let comma = words[at + closing].ends_with([',', ';']);
                at += closing + 1;
                ended = !comma && !words.get(at).is_some_and(|next| is_joint(next));
                continue;
            }
            if !is_model(written, words.get(at + 1), says_number, listed) {
                break;
            }
            at += 1;
            listed += 1;
            for part in written.split(',') {
                let model = bare(part);
                if !model.is_empty() && !found.iter().any(|known| known == model) {
                    found.push(model.to_owned());
                }
            }
            let goes_on = written.ends_with([',', ';', '/'])
                || words.get(at).is_some_and(|next| is_joint(next) || next.starts_with('('));
            ended = !goes_on;
        }
    }
    found
}

/// A word between "model" and what it is.
fn is_link(word: &str) -> bool {
    let small = bare(word).to_ascii_lowercase();
    LINKS.contains(&small.as_str()) || matches!(word, ":" | "#" | "-" | "–")
}

fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "or" | "&" | "and/or" | "/")
}

/// Whether a word is a model number. The first one has a digit; one of digits alone must be said to be a number, or
/// have no place among years and counts.
fn is_model(written: &str, next: Option<&&str>, says_number: bool, listed: usize) -> bool {
    written.split(',').filter(|part| !part.is_empty()).all(|part| {
        let word = bare(part);
        let length = word.chars().count();
        let allowed = |letter: char| {
            letter.is_ascii_alphanumeric() || matches!(letter, '-' | '/' | '.' | '_' | '+' | '*' | '‑' | '–')
        };
        let has_digit = word.contains(|letter: char| letter.is_ascii_digit());
        let has_letter = word.contains(|letter: char| letter.is_ascii_alphabetic());
        let is_capital = !word.contains(|letter: char| letter.is_ascii_lowercase());
        // The first word of a name in quotation marks is no number.
        let opens_quote =
            part.starts_with(['"', '“']) && !part.chars().skip(1).any(|letter| matches!(letter, '"' | '”'));
        if opens_quote
            || !(SHORTEST..=LONGEST).contains(&length)
            || !word.chars().all(allowed)
            || identifies_nothing(word)
        {
            return false;
        }
        let measured = !has_letter
            && written.ends_with(|letter: char| letter.is_ascii_digit())
            && next.is_some_and(|next| MEASURES.contains(&bare(next).to_ascii_lowercase().as_str()))
            && next.is_some_and(|next| !is_joint(next));
        let is_ordinal = ["st", "nd", "rd", "th"].iter().any(|end| {
            word.strip_suffix(*end).is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
        });
        match (has_digit, has_letter) {
            _ if measured || is_ordinal => false,
            (true, true) => {
                is_capital || word.chars().filter(char::is_ascii_lowercase).count() <= 2 || word.contains('-')
            }
            (true, false) => {
                length >= if says_number || listed > 0 { 3 } else { 4 }
                    && !is_year(word, says_number || listed > 0)
            }
            (false, _) => false,
        }
    })
}

/// Whether a number may be a year, where nobody says that it is a number.
fn is_year(word: &str, says_number: bool) -> bool {
    !says_number && word.parse::<u16>().is_ok_and(|year| (1990..=2100).contains(&year))
}

/// Without quotation marks, brackets and the signs that end a part of a sentence.
fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| {
        matches!(
            letter,
            '"' | '“' | '”' | '\'' | '‘' | '’' | '(' | ')' | ',' | ';' | ':' | '.' | '[' | ']' | '–'
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_numbers_are_found_where_a_sentence_names_them() {
        for (text, wanted) in [
            ("This recall involves kettles. Model number \"EH-14Z\" stands on the label.", vec!["EH-14Z"]),
            (
                "with model numbers SF-717, SF-720 and SF-727. The model numbers are printed on the back",
                vec!["SF-717", "SF-720", "SF-727"],
            ),
            ("include model numbers: K12QQ, K12FF, and K12TT, sold", vec!["K12QQ", "K12FF", "K12TT"]),
            ("This recall only applies to model number 3705.", vec!["3705"]),
            ("\"Ergo\" and \"Model 3705\" are printed", vec!["3705"]),
            ("Hand Rail (model P1410), Rail with Pouch (model P1410-P). The", vec!["P1410", "P1410-P"]),
            (
                "models 1985, 19851 (also called Multi), 19859, 1985T, 2151. It",
                vec!["1985", "19851", "19859", "1985T", "2151"],
            ),
            ("model numbers UT10E or UT10X. These", vec!["UT10E", "UT10X"]),
            ("models 750, 800, 1000, TGB, GC1K and electric vehicles", vec![]),
            ("model number B0BG4L3997 and Lot code #623", vec!["B0BG4L3997"]),
            ("the following model numbers are included: none", vec![]),
            ("have model numbers FSE-400 (worldwide) and FSE-410 (US).", vec!["FSE-400", "FSE-410"]),
            ("The model \"Hover-1 Helix\" is printed; model WGX1048E, ASIN: B0", vec!["WGX1048E"]),
            ("model number beginning with 13GBNAT", vec![]),
            ("all model year 2024 snowmobiles, model years 2022 and 2023", vec![]),
            ("two models of fryers; the 10-quart DUAF-10 model is long", vec![]),
            ("The model and serial numbers are printed", vec![]),
            ("models 120 volts each, model 230V, model 5th", vec![]),
        ] {
            let found = find(text);
            let found: Vec<&str> = found.iter().map(String::as_str).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
