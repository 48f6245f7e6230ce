//! Finds known GTINs wherever they stand in a text: `(01)06932173550102`, `kettle6 932173 550102red`.
//!
//! Invariant: the work grows with the length of the text alone, and a GTIN of 12, 13 or 14 digits is found whatever
//! stands before and after it, digits too.

use std::ops::Range;

use crate::{Gtin, barcodes::plain};

/// Digits that a GTIN may have where it stands in a longer row of digits, such as a GS1 element string.
const WITHIN: Range<usize> = 12..15;
/// Signs between two groups of digits of one number, at most.
const MOST_BETWEEN: usize = 3;

/// The GTINs of a text that are known, each once, in their order. `is_known` is asked for each number that has the right
/// check digit; it gets the 14 digits as a number. Since by chance one number of ten has the right check digit, a number
/// that nobody knows says nothing.
#[must_use]
pub fn gtins_within(text: &str, is_known: impl Fn(u64) -> bool) -> Vec<Gtin> {
    if text.bytes().filter(u8::is_ascii_digit).count() < 8 && text.is_ascii() {
        return Vec::new();
    }
    let (digits, groups) = read(&plain(text));
    let mut found: Vec<Gtin> = Vec::new();
    let mut look = |number: &[u8]| {
        let Some(value) = checked(number) else { return };
        if is_known(value)
            && let Ok(gtin) = Gtin::parse(&format!("{value:014}"))
            && !found.contains(&gtin)
        {
            found.push(gtin);
        }
    };
    for (at, group) in groups.iter().enumerate() {
        for from in group.digits.clone() {
            for length in WITHIN.filter(|length| from + length <= group.digits.end) {
                digits.get(from..from + length).into_iter().for_each(&mut look);
            }
        }
        // Groups that follow each other as one number, and the short one of eight digits, which must stand by itself.
        let joined = groups.iter().skip(at + 1).take_while(|next| next.continues);
        for end in [group.digits.end].into_iter().chain(joined.map(|next| next.digits.end)) {
            match end - group.digits.start {
                8 | 12..=14 => digits.get(group.digits.start..end).into_iter().for_each(&mut look),
                15.. => break,
                _ => {}
            }
        }
    }
    found
}

/// Digits that stand one after the other.
struct Group {
    digits: Range<usize>,
    /// Only blanks, hyphens or dots stand between the group before it and this one.
    continues: bool,
}

/// The digits of a text, as numbers, and their groups.
fn read(text: &str) -> (Vec<u8>, Vec<Group>) {
    let (mut digits, mut groups): (Vec<u8>, Vec<Group>) = (Vec::new(), Vec::new());
    // Signs since the last digit; none while something else stands there.
    let mut between: Option<usize> = None;
    let mut is_within = false;
    for letter in text.chars() {
        if let Some(digit) = letter.to_digit(10) {
            if !is_within {
                let continues = between.is_some_and(|signs| (1..=MOST_BETWEEN).contains(&signs));
                groups.push(Group { digits: digits.len()..digits.len(), continues });
            }
            digits.push(digit as u8);
            if let Some(group) = groups.last_mut() {
                group.digits.end = digits.len();
            }
            (between, is_within) = (Some(0), true);
            continue;
        }
        is_within = false;
        between = match letter {
            ' ' | '-' | '.' | '\u{2010}'..='\u{2013}' => between.map(|signs| signs + 1),
            _ => None,
        };
    }
    (digits, groups)
}

/// The number, if its last digit is the check digit of the others: modulo 10, weights 3 and 1 from the right.
fn checked(digits: &[u8]) -> Option<u64> {
    let (check, body) = digits.split_last()?;
    let weighted = body.iter().rev().zip([3_u32, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let is_right = (10 - sum % 10) % 10 == u32::from(*check);
    is_right.then(|| digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let known = [6_932_173_550_102, 36_000_291_452, 96_385_074];
        let gtins = gtins_within(text, |number| known.contains(&number));
        gtins.iter().map(|gtin| gtin.display_short().to_owned()).collect()
    }

    #[test]
    fn a_known_gtin_is_found_however_it_is_printed_and_whatever_stands_around_it() {
        for text in [
            "6932173550102",
            "electric kettle, EAN 6932173550102, 20 pcs",
            "电热水壶6932173550102型号K7",
            "（01）０６９３２１７３５５０１０２",
            "010693217355010217261231",
            "kettle6 932173 550102red",
            "12 6932173-550102 7",
            "K693217355010\u{200b}2X",
        ] {
            assert_eq!(found(text), ["6932173550102"], "{text}");
        }
        assert_eq!(found("UPC 036000291452 / 9638 5074, 036000291452"), ["036000291452", "96385074"]);
    }

    #[test]
    fn another_number_is_none() {
        for text in ["", "6932173550119", "6932173550103", "693217\n3550102", "196385074", "6932173 x 550102"]
        {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
