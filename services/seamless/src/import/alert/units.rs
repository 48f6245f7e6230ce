//! Numbers of items in a sentence of the CPSC: "About 12,000 (In addition, about 275 were sold in Canada)".

use seamless_identifiers::CountryCode;
use seamless_proto::seamless::notifications::v1::{UnitCount, UnitKind};

/// Words before a number that make it no exact one.
const ABOUT: [&str; 9] =
    ["about", "approximately", "approx", "around", "nearly", "almost", "over", "than", "to"];

/// The numbers that the text tells: that before the brackets is of `home`, those within are of the countries that they
/// name. Empty where it tells none, or several that cannot be told apart; what was recalled before is not counted again.
pub fn read(text: &str, home: &str) -> Vec<UnitCount> {
    let (before, mut rest) = text.split_once('(').unwrap_or((text, ""));
    let mut counts: Vec<UnitCount> = Vec::new();
    if let [(number, _)] = numbers(before).as_slice() {
        counts.push(count(UnitKind::Recalled, home, number));
    }
    while let Some((inside, after)) = rest.split_once(')') {
        if !inside.contains("previously") {
            counts.extend(abroad(inside));
        }
        rest = after.split_once('(').map_or("", |(_, rest)| rest);
    }
    let is_twice = counts.iter().enumerate().any(|(at, one)| {
        counts[..at].iter().any(|other| (other.kind, &other.country) == (one.kind, &one.country))
    });
    if is_twice { Vec::new() } else { counts }
}

/// `about 305 were sold in Canada and about 10 were sold in Mexico`.
fn abroad(inside: &str) -> Vec<UnitCount> {
    let mut found = Vec::new();
    for (number, after) in numbers(inside) {
        let Some((between, place)) = after.split_once(" in ") else { continue };
        let words: Vec<&str> =
            place.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        let country = (1..=3.min(words.len()))
            .rev()
            .find_map(|count| CountryCode::from_name(&words[..count].join(" ")));
        let Some(country) = country else { continue };
        let kind = if between.contains("sold") { UnitKind::Sold } else { UnitKind::Recalled };
        found.push(count(kind, country.as_str(), &number));
    }
    found
}

/// A number of items, and whether it was rounded.
#[derive(Debug, PartialEq)]
struct Number {
    items: i64,
    approximate: bool,
}

fn count(kind: UnitKind, country: &str, number: &Number) -> UnitCount {
    UnitCount {
        kind: kind.into(),
        country: country.to_owned(),
        count: number.items,
        approximate: number.approximate,
    }
}

/// Each number of a text, with what follows it up to the next.
fn numbers(text: &str) -> Vec<(Number, String)> {
    let mut found: Vec<(Number, String)> = Vec::new();
    let mut before = "";
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let scale = match words.peek().map(|next| next.trim_matches(',')) {
            Some("million") => 1_000_000,
            Some("thousand") => 1_000,
            _ => 1,
        };
        match items(word, scale) {
            Some(items) => {
                let is_about = ABOUT.iter().any(|about| before.eq_ignore_ascii_case(about));
                found.push((Number { items, approximate: is_about || scale > 1 }, String::new()));
                if scale > 1 {
                    words.next();
                }
            }
            None => {
                if let Some((_, after)) = found.last_mut() {
                    after.push(' ');
                    after.push_str(word);
                }
            }
        }
        before = word.trim_matches(|letter: char| !letter.is_alphabetic());
    }
    found
}

/// `12,000`, and `2.7` of a scale; nothing that is written otherwise, as `10-inch`.
fn items(word: &str, scale: i64) -> Option<i64> {
    let word = word.trim_end_matches([',', ';', '.']);
    let (whole, part) = word.split_once('.').unwrap_or((word, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = whole.split(',').collect();
    let is_grouped =
        groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    if groups.iter().any(|group| group.is_empty() || !is_number(group)) || !is_grouped {
        return None;
    }
    let whole: i64 = groups.concat().parse().ok()?;
    let mut items = whole.checked_mul(scale)?;
    let mut unit = scale;
    for digit in part.bytes() {
        if !digit.is_ascii_digit() || unit % 10 != 0 {
            return None;
        }
        unit /= 10;
        items = items.checked_add(i64::from(digit - b'0').checked_mul(unit)?)?;
    }
    (items <= 1_000_000_000_000).then_some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(UnitKind, String, i64, bool)> {
        let counts = read(text, "US").into_iter();
        counts.map(|one| (one.kind(), one.country, one.count, one.approximate)).collect()
    }

    #[test]
    fn numbers_are_read_with_their_countries() {
        use UnitKind::{Recalled, Sold};
        let us = |count, approximate| (Recalled, "US".to_owned(), count, approximate);
        let sold = |country: &str, count, approximate| (Sold, country.to_owned(), count, approximate);
        let cases = [
            ("About 9,500", vec![us(9_500, true)]),
            ("84", vec![us(84, false)]),
            ("About 2.7 million", vec![us(2_700_000, true)]),
            (
                "About 12,000 (In addition, about 275 were sold in Canada)",
                vec![us(12_000, true), sold("CA", 275, true)],
            ),
            (
                "About 12,000 (In addition, about 305 were sold in Canada and 10 were sold in Mexico)",
                vec![us(12_000, true), sold("CA", 305, true), sold("MX", 10, false)],
            ),
            (
                "About 1.75 million (In addition, about 9,000 in Canada) (About 275,000 irons were previously recalled)",
                vec![us(1_750_000, true), (Recalled, "CA".to_owned(), 9_000, true)],
            ),
            (
                "About 569,000 (In August 2018, 105,000 of the 569,000 were previously recalled) (In addition, about 121,950 were sold in the United Kingdom)",
                vec![us(569_000, true), sold("GB", 121_950, true)],
            ),
            (
                "More than 1.2 million (In addition, about 37,800 lights were sold in Canada)",
                vec![us(1_200_000, true), sold("CA", 37_800, true)],
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(told(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        for text in
            ["Millions", "", "200 chairs and 300 tables", "12.5", "1,2,3", "10-inch", "about", "( 5 ) ("]
        {
            assert_eq!(told(text), [], "{text}");
        }
        assert_eq!(told("99999999999999999999 million"), []);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "([ -~]|About |million|\\(In addition, | in Canada\\)|[0-9,.]{1,9}){0,12}") {
            read(&text, "US");
        }
    }
}
