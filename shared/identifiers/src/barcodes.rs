//! Finds barcodes in what people write where a barcode is asked for, whatever stands between and around the numbers, and
//! in free text: `Model 12-A, bar code: 5 901700 311371`.
//!
//! Invariant: nothing is lost: each letter and digit is a barcode, stands in `unparsed` or in `rest`, or is one of the
//! words that announce or join barcodes or say that there is none.

use std::ops::Range;

use crate::{Gtin, says_nothing, unseen::visible};

/// What announces a barcode, in small letters; the longer first.
const LABELS: [&str; 11] = [
    "barcodes",
    "barcode",
    "bar codes",
    "bar code",
    "bar-code",
    "gtins",
    "gtin",
    "upcs",
    "upc",
    "eans",
    "ean",
];
/// Words after which a number is something else.
const OTHER_NUMBERS: [&str; 12] =
    ["art", "item", "itm", "model", "lot", "batch", "ref", "serial", "type", "order", "style", "description"];
/// Words between barcodes or around them that say nothing more, as they stand between letters of other kinds.
const BETWEEN: [&str; 22] = [
    "and", "or", "und", "oder", "et", "ou", "y", "e", "amp", "nbsp", "code", "codes", "no", "nr", "number",
    "numbers", "a", "s", "is", "are", "the", "和",
];
/// How far a number may stand from its label or from the number before it, in bytes.
const REACH: usize = 48;
/// The fewest and the most digits that are taken for a barcode that cannot be read.
const UNPARSED: std::ops::RangeInclusive<usize> = 6..=40;
/// The most groups of digits that are tried together; more are read one part after the other.
const MOST_GROUPS: usize = 64;

/// The barcodes of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Barcodes {
    /// Valid ones that stand for a product, each once, in their order.
    pub gtins: Vec<Gtin>,
    /// In the place of a barcode, but no valid GTIN: as printed.
    pub unparsed: Vec<String>,
    /// What else the text says.
    pub rest: String,
}

impl Barcodes {
    /// Adds what another text has; `rest` is left as it is.
    pub fn add(&mut self, other: Self) {
        for gtin in other.gtins {
            let printed = gtin.display_short().to_owned();
            self.add_gtin(gtin, &printed);
        }
        for code in other.unparsed {
            self.add_unparsed(code);
        }
    }

    fn add_gtin(&mut self, gtin: Gtin, printed: &str) {
        if gtin.is_placeholder() {
            self.add_unparsed(printed.to_owned());
        } else if !self.gtins.contains(&gtin) {
            self.gtins.push(gtin);
        }
    }

    fn add_unparsed(&mut self, code: String) {
        if !code.is_empty() && !self.unparsed.contains(&code) {
            self.unparsed.push(code);
        }
    }

    fn add_rest(&mut self, words: &str) {
        if !words.is_empty() {
            if !self.rest.is_empty() {
                self.rest.push(' ');
            }
            self.rest.push_str(words);
        }
    }

    /// The barcodes of a field that is there for them. A number counts if it is a GTIN, whatever stands between it and the
    /// next (`6932173550102 (red) and 693217 355011-9`); what is none is `unparsed`; words beside GTINs are the `rest`.
    #[must_use]
    pub fn of_field(text: &str) -> Self {
        let text = plain(text);
        let mut found = Self::default();
        if says_nothing(&text) {
            return found;
        }
        for part in parts(&text).filter(|part| !says_nothing(part)) {
            found.read_part(part);
        }
        found
    }

    /// The barcodes of a text about other things too. A number counts where a label announces it, also as one of several
    /// after one label; a number without a label counts only where it is the whole text.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let text = visible(text);
        let text = text.as_ref();
        let mut found = Self::default();
        if let Ok(gtin) = Gtin::parse(text)
            && !gtin.is_placeholder()
        {
            found.gtins.push(gtin);
            return found;
        }
        // ASCII letters only, so that places in both texts are the same.
        let small = text.to_ascii_lowercase();
        let mut kept_to = 0;
        let mut at = 0;
        while let Some(label) = next_label(&small, at) {
            let mut end = label.end;
            let mut any = false;
            while let Some(number) = next_number(&small, end) {
                let (code, number_end) = read_number(text, number);
                let digits = code.bytes().filter(u8::is_ascii_digit).count();
                match Gtin::parse(&code) {
                    Ok(gtin) => found.add_gtin(gtin, &code),
                    Err(_) if any || !UNPARSED.contains(&digits) => break,
                    Err(_) => found.add_unparsed(code),
                }
                any = true;
                end = number_end;
            }
            if any {
                found.rest.push_str(&text[kept_to..label.start]);
                kept_to = end;
            }
            at = end;
        }
        found.rest.push_str(&text[kept_to..]);
        found
    }

    /// Reads one part of a field.
    fn read_part(&mut self, part: &str) {
        let mut gtins = Vec::new();
        let mut others: Vec<String> = Vec::new();
        let mut words = String::new();
        let mut kept_to = 0;
        let mut at = 0;
        while let Some(start) =
            part[at..].find(|letter: char| letter.is_ascii_digit()).map(|start| at + start)
        {
            let groups = groups(part, start);
            let end = groups.last().map_or(start + 1, |group| group.end);
            at = end;
            // Digits within a word are part of another kind of number.
            let within = before(part, start)
                .is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '_')
                && !ends_with_label(&part[..start])
                || part[end..].starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
            if within {
                continue;
            }
            let is_other = says_other(&part[kept_to..start]);
            let (read, left) = if is_other { (Vec::new(), groups) } else { together(part, &groups) };
            if read.is_empty() {
                let written = &part[start..end];
                if UNPARSED.contains(&written.bytes().filter(u8::is_ascii_digit).count()) && !is_other {
                    push_words(&mut words, &part[kept_to..start]);
                    others.push(written.to_owned());
                    kept_to = end;
                }
                continue;
            }
            gtins.extend(read);
            push_words(&mut words, &part[kept_to..start]);
            for group in left {
                if UNPARSED.contains(&group.len()) {
                    others.push(part[group].to_owned());
                } else {
                    push_words(&mut words, &part[group]);
                }
            }
            kept_to = end;
        }
        if gtins.is_empty() {
            // What is printed there, with what it is made of; a label before it says nothing.
            match others.as_slice() {
                [only] if words.is_empty() && says_little(&part[kept_to..]) => {
                    self.add_unparsed(only.clone())
                }
                _ => self.add_unparsed(without_label(part).to_owned()),
            }
            return;
        }
        push_words(&mut words, &part[kept_to..]);
        gtins.into_iter().for_each(|(gtin, printed)| self.add_gtin(gtin, printed));
        others.into_iter().for_each(|code| self.add_unparsed(code));
        self.add_rest(&words);
    }
}

/// The text as a person sees it: without marks that are not seen, digits of full width as digits, entities of HTML that
/// were written twice as what they stand for.
pub(crate) fn plain(text: &str) -> String {
    let seen = visible(text);
    let narrow = seen.chars().map(|letter| match letter {
        '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(letter) - 0xff10 + 0x30).unwrap_or(letter),
        '\u{3000}' | '\u{a0}' => ' ',
        other => other,
    });
    let narrow: String = narrow.collect();
    if !narrow.contains('&') {
        return narrow;
    }
    [
        ("&amp;", "&"),
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
    ]
    .iter()
    .fold(narrow, |text, (entity, letter)| text.replace(entity, letter))
}

/// The parts of a field, at what separates barcodes. A slash or plus separates only two numbers: it stands in codes of
/// other kinds, and in `N/A`.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    let mut ends: Vec<(usize, usize)> = Vec::new();
    for (at, letter) in text.char_indices() {
        let separates = match letter {
            ',' | ';' | '|' | '\n' | '\r' | '\t' | '&' | '、' | '，' | '；' | '\u{2028}' | '\u{2029}' => {
                true
            }
            '/' | '+' | '\\' => {
                let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
                is_digit(text[..at].trim_end().chars().next_back())
                    && is_digit(text[at + letter.len_utf8()..].trim_start().chars().next())
            }
            _ => false,
        };
        if separates {
            ends.push((from, at));
            from = at + letter.len_utf8();
        }
    }
    ends.push((from, text.len()));
    ends.into_iter().map(|(start, end)| bare(&text[start..end]))
}

/// Without blanks and signs at the ends, such as the apostrophe and the `="…"` with which a spreadsheet is told that a
/// number is a text.
fn bare(text: &str) -> &str {
    text.trim_matches(|letter: char| {
        letter.is_whitespace()
            || matches!(
                letter,
                '\'' | '’' | '‘' | '"' | '“' | '”' | '=' | '.' | ':' | '-' | '–' | '*' | '`' | '´'
            )
    })
}

/// The groups of digits from `start` on, with up to three blanks or hyphens between one and the next.
fn groups(text: &str, start: usize) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut groups = Vec::new();
    let mut at = start;
    loop {
        let from = at;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        groups.push(from..at);
        let between = text[at..]
            .char_indices()
            .find(|(_, letter)| !matches!(letter, ' ' | '-' | '\u{2010}'..='\u{2013}'));
        match between {
            Some((length, letter))
                if letter.is_ascii_digit()
                    && length > 0
                    && text[at..at + length].chars().count() <= 3
                    && groups.len() < MOST_GROUPS =>
            {
                at += length;
            }
            _ => return groups,
        }
    }
}

/// The GTINs that the groups are, one after the other, so that most digits belong to one; where that leaves a choice, as
/// few as possible. And the groups that belong to none.
fn together<'a>(text: &'a str, groups: &[Range<usize>]) -> (Vec<(Gtin, &'a str)>, Vec<Range<usize>>) {
    // From the last group on: the digits covered, how many GTINs, and how many groups the first of them takes.
    let mut best: Vec<(usize, usize, usize)> = vec![(0, 0, 0); groups.len() + 1];
    for from in (0..groups.len()).rev() {
        let (covered, count, _) = best[from + 1];
        best[from] = (covered, count, 0);
        let mut digits = 0;
        for to in from..groups.len() {
            digits += groups[to].len();
            if digits > 14 {
                break;
            }
            if Gtin::parse(&text[groups[from].start..groups[to].end]).is_ok() {
                let (covered, count, _) = best[to + 1];
                let candidate = (covered + digits, count + 1, to + 1 - from);
                if candidate.0 > best[from].0 || (candidate.0 == best[from].0 && candidate.1 < best[from].1) {
                    best[from] = candidate;
                }
            }
        }
    }
    let (mut gtins, mut left) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < groups.len() {
        let taken = best[at].2;
        let printed = &text[groups[at].start..groups[at + taken.saturating_sub(1)].end];
        if taken > 0
            && let Ok(gtin) = Gtin::parse(printed)
        {
            gtins.push((gtin, printed));
            at += taken;
        } else {
            left.push(groups[at].clone());
            at += 1;
        }
    }
    (gtins, left)
}

fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

fn ends_with_label(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    LABELS.iter().any(|label| {
        small
            .strip_suffix(label)
            .is_some_and(|before| !before.ends_with(|letter: char| letter.is_ascii_alphabetic()))
    })
}

/// Whether the word right before a number says that it is another kind of number.
fn says_other(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    let mut words = small.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).rev();
    let last = words.find(|word| !BETWEEN.contains(word));
    last.is_some_and(|word| OTHER_NUMBERS.iter().any(|other| word.starts_with(other)))
}

/// Adds the words that say something of their own.
fn push_words(words: &mut String, text: &str) {
    let text = bare(text);
    if says_little(text) {
        return;
    }
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(text);
}

/// Whether a text between barcodes says nothing of its own: labels and words that join.
fn says_little(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    small
        .split(|letter: char| !letter.is_alphanumeric())
        .all(|word| word.is_empty() || word == "bar" || LABELS.contains(&word) || BETWEEN.contains(&word))
}

/// The text after the label that it begins with.
fn without_label(text: &str) -> &str {
    let small = text.to_ascii_lowercase();
    let label = LABELS.iter().find(|label| small.starts_with(**label)).map_or(0, |label| label.len());
    let after = &text[label..];
    let ends_word = label > 0 && !after.starts_with(|letter: char| letter.is_alphanumeric());
    let after = bare(after);
    if ends_word && !after.is_empty() { after } else { text }
}

/// The next label from `from` on: no part of a longer word, such as "clean".
fn next_label(small: &str, from: usize) -> Option<Range<usize>> {
    let bytes = small.as_bytes();
    (from..small.len()).filter(|at| small.is_char_boundary(*at)).find_map(|at| {
        let label = LABELS.iter().find(|label| small[at..].starts_with(**label))?;
        let end = at + label.len();
        let begins_word = at == 0 || !bytes[at - 1].is_ascii_alphabetic();
        let ends_word = bytes.get(end).is_none_or(|next| !next.is_ascii_alphabetic());
        (begins_word && ends_word).then_some(at..end)
    })
}

/// Where the next number within reach begins, if nothing says that it is another kind of number.
fn next_number(small: &str, from: usize) -> Option<usize> {
    let bytes = small.as_bytes();
    let number = (from..bytes.len()).take(REACH).find(|at| bytes[*at].is_ascii_digit())?;
    let between = small[from..number].split(|letter: char| !letter.is_alphabetic());
    let other = between.into_iter().any(|word| OTHER_NUMBERS.iter().any(|other| word.starts_with(other)));
    let next_label = small[from..number].contains("ean");
    (!other && !next_label).then_some(number)
}

/// Reads a number at `start`: groups of digits with single blanks or hyphens between. Where the first groups are a valid
/// GTIN, those; else all. Gives it with its end.
fn read_number(text: &str, start: usize) -> (String, usize) {
    let bytes = text.as_bytes();
    let mut ends = Vec::new();
    let mut at = start;
    while at - start < 60 && bytes.get(at).is_some_and(u8::is_ascii_digit) {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        ends.push(at);
        if matches!(bytes.get(at), Some(b' ' | b'-')) {
            at += 1;
        }
    }
    let valid = ends.iter().rev().find(|end| Gtin::parse(&text[start..**end]).is_ok());
    let end = valid.or(ends.last()).copied().unwrap_or(start);
    (text[start..end].to_owned(), end)
}
