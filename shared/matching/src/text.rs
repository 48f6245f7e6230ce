//! Text to tokens: one spelling of what is written in several ways.
//!
//! Invariant: any text gives tokens, none of them empty; nothing panics. Traditional and simplified Chinese characters
//! stay as they are, except for the names of colours.

use unicode_normalization::{UnicodeNormalization, char::decompose_canonical, char::is_combining_mark};

use crate::words;

/// What a token looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters.
    Word,
    /// Letters and digits, or many digits: probably a model number.
    Code,
    /// A number.
    Number,
    /// A number with its unit.
    Measure,
    /// One or two ideographs, or letters of another script without spaces.
    Ideographs,
    /// A word that says nothing.
    Empty,
}

/// A piece of text, in the form in which it is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub text: String,
    pub kind: Kind,
}

/// The pieces of a text in their order, and the model numbers in it, with their parts put together.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    pub pieces: Vec<Piece>,
    pub codes: Vec<String>,
}

/// Longer pieces than this are cut; nothing that identifies a product is longer.
const MAX_PIECE_BYTES: usize = 48;
/// Digits alone that may be a model number.
const MIN_CODE_DIGITS: usize = 5;

/// Compatibility forms and full width folded (NFKC), lower case, without accents.
pub(crate) fn normalised(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    let kept = text.chars().filter(|c| !matches!(c, '™' | '®' | '©' | '\u{ad}' | '\u{200b}' | '\u{fffd}'));
    for c in kept.nfkc().flat_map(char::to_lowercase) {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            'ı' => out.push('i'),
            '\u{300}'..='\u{36f}' => {}
            '\u{c0}'..='\u{52f}' | '\u{1e00}'..='\u{1fff}' => decompose_canonical(c, |part| {
                if !is_combining_mark(part) {
                    out.push(part);
                }
            }),
            _ => out.push(c),
        }
    }
    out
}

/// Whether the script is written without spaces.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '\u{e00}'..='\u{e7f}')
}

/// Letters and digits only, without leading zeros: how model numbers, batches and brands are compared.
pub(crate) fn compact(normalised: &str) -> String {
    let kept: String = normalised.chars().filter(|c| c.is_alphanumeric()).collect();
    let trimmed = kept.trim_start_matches('0');
    let mut kept = if trimmed.is_empty() { kept } else { trimmed.to_owned() };
    truncate(&mut kept);
    kept
}

fn truncate(text: &mut String) {
    let mut end = MAX_PIECE_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
}

/// Takes a normalised text apart.
pub(crate) fn pieces(normalised: &str) -> Pieces {
    let mut found = Pieces::default();
    let mut chunk = String::new();
    let mut ideographs = Vec::new();
    for c in normalised.chars() {
        if is_ideograph(c) {
            end_chunk(&mut chunk, &mut found);
            ideographs.push(c);
            continue;
        }
        end_ideographs(&mut ideographs, &mut found);
        let joins =
            matches!(c, '-' | '.' | '/' | '_' | ',' | '\'' | '\u{2010}'..='\u{2013}') && !chunk.is_empty();
        if c.is_alphanumeric() || joins {
            chunk.push(c);
        } else {
            let is_inch = matches!(c, '"' | '″' | '”') && chunk.ends_with(|c: char| c.is_ascii_digit());
            end_chunk(&mut chunk, &mut found);
            if is_inch {
                found.push("in", Kind::Word);
            }
        }
    }
    end_chunk(&mut chunk, &mut found);
    end_ideographs(&mut ideographs, &mut found);
    found
}

impl Pieces {
    /// Adds a piece; a number takes the unit that follows it.
    fn push(&mut self, text: &str, kind: Kind) {
        if kind == Kind::Word
            && let Some(last) = self.pieces.last_mut()
            && last.kind == Kind::Number
            && let Some(measure) = measure(&last.text, text)
        {
            *last = Piece { text: measure, kind: Kind::Measure };
            return;
        }
        let mut text = text.to_owned();
        truncate(&mut text);
        self.pieces.push(Piece { text, kind });
    }
}

fn end_ideographs(run: &mut Vec<char>, found: &mut Pieces) {
    // Asked after each letter.
    if run.is_empty() {
        return;
    }
    let whole: String = run.iter().collect();
    if words::colour(&whole).is_some() || run.len() == 1 {
        found.push(&whole, Kind::Ideographs);
    } else {
        for pair in run.windows(2) {
            found.push(&pair.iter().collect::<String>(), Kind::Ideographs);
        }
    }
    run.clear();
}

fn end_chunk(chunk: &mut String, found: &mut Pieces) {
    let trimmed = chunk.trim_end_matches(|c: char| !c.is_alphanumeric());
    if !trimmed.is_empty() {
        let parts = parts(trimmed);
        let is_one = parts.len() == 1;
        for part in &parts {
            add_part(part, found, is_one);
        }
        let whole = if is_one { String::new() } else { compact(trimmed) };
        if !is_one && looks_like_code(&whole) && !trimmed.contains('\'') && measure_in(&whole).is_none() {
            found.codes.push(whole);
        }
    }
    chunk.clear();
}

fn add_part(part: &str, found: &mut Pieces, is_whole: bool) {
    if part.chars().all(|c| c.is_ascii_digit() || c == '.') {
        if looks_like_code(part) {
            if is_whole {
                found.codes.push(compact(part));
            }
            return found.push(&compact(part), Kind::Code);
        }
        return found.push(&number(part), Kind::Number);
    }
    if let Some(measure) = measure_in(part) {
        return found.push(&measure, Kind::Measure);
    }
    if part.chars().any(|c| c.is_ascii_digit()) {
        if looks_like_code(part) {
            found.codes.push(compact(part));
        }
        return found.push(&compact(part), Kind::Code);
    }
    let kind = if words::is_empty_word(part) { Kind::Empty } else { Kind::Word };
    if kind == Kind::Empty && words::unit(part).is_some() {
        // "in" after a number is a length, "to" is hardly ever a quantity of bytes.
        let follows_number = found.pieces.last().is_some_and(|last| last.kind == Kind::Number);
        return found.push(part, if follows_number && part == "in" { Kind::Word } else { Kind::Empty });
    }
    found.push(part, kind);
}

fn looks_like_code(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    !text.contains('.') && (digits >= MIN_CODE_DIGITS || (digits > 0 && letters > 0 && digits + letters >= 3))
}

/// Splits at what joins, but keeps decimals together and takes out thousands separators.
fn parts(chunk: &str) -> Vec<String> {
    let characters: Vec<char> = chunk.chars().collect();
    let digit = |at: usize| characters.get(at).is_some_and(char::is_ascii_digit);
    let mut parts = vec![String::new()];
    for (at, &c) in characters.iter().enumerate() {
        let between_digits = at > 0 && digit(at - 1) && digit(at + 1);
        match c {
            _ if c.is_alphanumeric() => parts.last_mut().into_iter().for_each(|part| part.push(c)),
            ',' if between_digits && digit(at + 2) && digit(at + 3) && !digit(at + 4) => {}
            '.' | ',' if between_digits && !parts.last().is_some_and(|part| part.contains('.')) => {
                parts.last_mut().into_iter().for_each(|part| part.push('.'));
            }
            _ => parts.push(String::new()),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A number without zeros that say nothing.
fn number(text: &str) -> String {
    let whole = text.trim_start_matches('0');
    let cut = if whole.contains('.') { whole.trim_end_matches('0').trim_end_matches('.') } else { whole };
    match cut {
        "" => "0".to_owned(),
        fraction if fraction.starts_with('.') => format!("0{fraction}"),
        other => other.to_owned(),
    }
}

/// "72gb", "2.5in" as one measure.
fn measure_in(part: &str) -> Option<String> {
    let split = part.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (value, unit) = part.split_at(split);
    if value.is_empty() { None } else { measure(value, unit) }
}

fn measure(value: &str, unit: &str) -> Option<String> {
    let (name, factor) = words::unit(unit)?;
    let value: f64 = value.parse().ok()?;
    let scaled = (value * factor * 1000.0).round() / 1000.0;
    Some(format!("{scaled}{name}"))
}

/// Number and unit of what `measure` wrote.
pub(crate) fn measured(text: &str) -> Option<(f64, &str)> {
    let split = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (value, unit) = text.split_at(split);
    Some((value.parse().ok()?, unit))
}

/// The hash by which tokens are equal: one for the names of a colour, singular and plural, Roman and Arabic numerals.
pub(crate) fn hash_of(piece: &str, kind: Kind) -> u32 {
    match kind {
        Kind::Word | Kind::Ideographs => {
            if let Some(same) = words::colour(piece).or_else(|| words::roman(piece)) {
                return hash(same);
            }
            let is_plural =
                kind == Kind::Word && piece.len() > 3 && piece.ends_with('s') && !piece.ends_with("ss");
            hash(if is_plural { &piece[..piece.len() - 1] } else { piece })
        }
        _ => hash(piece),
    }
}

/// FNV-1a over the bytes, then mixed and folded to 32 bits: the same on every machine and in every build.
pub(crate) fn hash(text: &str) -> u32 {
    let fnv = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        pieces(&normalised(text)).pieces.into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn what_is_written_in_several_ways_is_one() {
        for (one, two) in [
            ("72 GB", "72gb"),
            ("1TB", "1000 gb"),
            ("1,005 ml", "1005ml"),
            ("2,50 kg", "2.5 kg"),
            ("Ｗｅｉß", "weiss"),
            ("Plüsch-Bär™", "plusch bar"),
            ("27\" TV", "27 inch tv"),
            ("No. 007", "no 7"),
        ] {
            assert_eq!(texts(one), texts(two), "{one} / {two}");
        }
        assert_eq!(texts("电热水壶 KW-1500A"), ["电热", "热水", "水壶", "kw", "1500a"]);
    }

    #[test]
    fn model_numbers_are_put_together_and_measures_are_none() {
        let codes = |text: &str| pieces(&normalised(text)).codes;
        assert_eq!(codes("Camera DSC-W120/B, 0101097900"), ["w120", "dscw120b", "101097900"]);
        assert!(codes("kettle 1500 W, 2.5 l, 230V, children's").is_empty());
    }

    #[test]
    fn colours_plurals_and_numerals_count_as_one_in_any_language() {
        let same = |one: &str, two: &str| hash_of(one, Kind::Word) == hash_of(two, Kind::Word);
        assert!(same("schwarz", "black") && same("toys", "toy") && same("glass", "glass"));
        assert_eq!(hash_of("黑色", Kind::Ideographs), hash_of("black", Kind::Word));
        assert_eq!(hash_of("iii", Kind::Word), hash_of("3", Kind::Number));
        assert!(!same("glass", "glas") && !same("red", "blue"));
    }
}
