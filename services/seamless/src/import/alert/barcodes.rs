//! Finds barcodes in free text: `Model 12-A, bar code: 5 901700 311371`.

use seamless_identifiers::Gtin;

/// What announces a barcode, in small letters; the longer first.
const LABELS: [&str; 8] = ["barcodes", "barcode", "bar codes", "bar code", "bar-code", "gtin", "upc", "ean"];
/// Words after which a number is something else.
const OTHER_NUMBERS: [&str; 12] =
    ["art", "item", "itm", "model", "lot", "batch", "ref", "serial", "type", "order", "style", "description"];
/// The most barcodes that the contract takes.
const MOST: usize = 100;
/// How far a number may stand from its label or from the number before it, in bytes.
const REACH: usize = 48;
/// The fewest and the most digits that are taken for a barcode that cannot be read.
const UNPARSED: std::ops::RangeInclusive<usize> = 6..=40;

/// The barcodes of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Barcodes {
    /// Valid ones, with 14 digits, each once.
    pub gtins: Vec<String>,
    /// Announced as barcodes, but no valid GTIN.
    pub unparsed: Vec<String>,
    /// The text without them and without their labels.
    pub rest: String,
}

impl Barcodes {
    /// Takes one barcode as it stands: a GTIN, or what is printed there.
    pub fn add(&mut self, text: &str) {
        let text = super::text::one_line(text);
        let target = match Gtin::parse(&text) {
            Ok(gtin) if !gtin.is_placeholder() => (&mut self.gtins, gtin.to_string()),
            _ if text.is_empty() => return,
            _ => (&mut self.unparsed, text),
        };
        // One over the limit is enough for the record to be refused.
        if target.0.len() <= MOST && !target.0.contains(&target.1) {
            target.0.push(target.1);
        }
    }
}

/// The barcodes of a field that holds nothing else: `4897112691354, 4897112691361`.
pub fn list(text: &str) -> Barcodes {
    let mut found = Barcodes::default();
    for part in text.split([',', ';', '/', '|', '\n']).filter(|part| !super::text::says_nothing(part)) {
        let announced = find(part);
        if announced.gtins.is_empty() && announced.unparsed.is_empty() {
            found.add(part);
        } else {
            announced.gtins.iter().chain(&announced.unparsed).for_each(|code| found.add(code));
        }
    }
    found
}

/// Finds the barcodes of a text. A number counts where a label announces it, also as one of several after one label; a
/// number without a label counts only where it is the whole text.
pub fn find(text: &str) -> Barcodes {
    let mut found = Barcodes::default();
    if let Ok(gtin) = Gtin::parse(text)
        && !gtin.is_placeholder()
    {
        found.gtins.push(gtin.to_string());
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
            if Gtin::parse(&code).is_err() && (any || !UNPARSED.contains(&digits)) {
                break;
            }
            found.add(&code);
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

/// The next label from `from` on: no part of a longer word, such as "clean".
fn next_label(small: &str, from: usize) -> Option<std::ops::Range<usize>> {
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
    let next_label = small[from..number].find("ean").is_some();
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> (Vec<String>, Vec<String>, String) {
        let Barcodes { gtins, unparsed, rest } = find(text);
        (gtins, unparsed, rest)
    }

    #[test]
    fn barcodes_are_found_where_a_label_announces_them() {
        let good = || "05901700311371".to_owned();
        let short = || "00000094173086".to_owned();
        assert_eq!(found(" 5901700311371 "), (vec![good()], vec![], String::new()));
        assert_eq!(found("EAN 5901700311371"), (vec![good()], vec![], String::new()));
        assert_eq!(
            found("Model K-7, bar code: 5 901700 311371 50 ml"),
            (vec![good()], vec![], "Model K-7,  50 ml".to_owned())
        );
        assert_eq!(
            found("Barcodes: Sword: 5901700311371, Pistol: 94173086, Model 61789"),
            (vec![good(), short()], vec![], ", Model 61789".to_owned())
        );
        // A wrong check digit, and a code of another kind.
        assert_eq!(found("EAN-code: kik-25305009111").1, ["25305009111"]);
        assert_eq!(found("barcode: 5901700311372").1, ["5901700311372"]);
        // Numbers that are none.
        for text in [
            "Serial 5901700311371 to 5901700311388",
            "Vacuum cleaner 94173086",
            "Barcode: model 5901700311371",
            "Barcodes:",
        ] {
            assert_eq!(found(text), (vec![], vec![], text.to_owned()), "{text}");
        }
    }

    #[test]
    fn lists_and_placeholders() {
        let listed = list("5901700311371; 94173086\nunknown, X12-7");
        assert_eq!((listed.gtins.len(), listed.unparsed), (2, vec!["X12-7".to_owned()]));
        assert_eq!(list("0000000000000").unparsed, ["0000000000000"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_loses_nothing_but_codes_and_labels(text in "([ -~à–中]|ean |barcode: |5901700311371){0,12}") {
            let found = find(&text);
            prop_assert!(found.rest.len() <= text.len());
            prop_assert!(found.gtins.iter().all(|gtin| Gtin::parse(gtin).is_ok()));
        }
    }
}
