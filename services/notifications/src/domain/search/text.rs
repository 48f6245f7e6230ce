//! What of a notification goes into the index for one viewer: made of the texts that this viewer is shown, and of
//! nothing else.

use seamless_identifiers::{Barcodes, identifies_nothing};

use super::words::{fold, runs, squeeze, tokens_of};

/// A text of a notification that a viewer is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownText {
    /// The path of the field: `product.brand`.
    pub path: String,
    pub text: String,
}

/// Where a text stands, by how much a word there says of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// References, models, batch numbers, barcodes.
    Keys,
    /// Title, names and brand.
    Names,
    /// Everything else.
    Rest,
}

/// All sections, in the order in which [`SearchText::sections`] holds them.
pub const SECTIONS: [Section; 3] = [Section::Keys, Section::Names, Section::Rest];

/// Fields are kept apart by this token, so that no sequence of words runs from one into the next. No text has it, since it
/// is neither letter nor digit.
pub const GAP: &str = "\u{2016}";

/// The most tokens of an entry: PostgreSQL counts no further. What comes later is still found within words.
const MOST_TOKENS: usize = 16_000;

/// Sections of the fields that are not [`Section::Rest`].
const RANKED: [(&str, Section); 12] = [
    ("general.reference", Section::Keys),
    ("general.source_reference", Section::Keys),
    ("general.follow_up_to.foreign_alert.reference", Section::Keys),
    ("general.joint_alerts.reference", Section::Keys),
    ("product.models", Section::Keys),
    ("product.batch_numbers", Section::Keys),
    ("product.gtins", Section::Keys),
    ("product.unparsed_barcodes", Section::Keys),
    ("general.title", Section::Names),
    ("general.title_texts.versions.text", Section::Names),
    ("product.product_name.versions.text", Section::Names),
    ("product.brand", Section::Names),
];

/// The entry of a notification in one viewer's index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchText {
    /// The texts in the spelling of the index, a line each: for looking within words.
    pub words: String,
    /// The tokens of each section with spaces between.
    pub sections: [String; 3],
}

impl SearchText {
    /// The entry that these texts make.
    #[must_use]
    pub fn of(texts: &[ShownText]) -> Self {
        let mut entry = Self::default();
        let mut count = 0;
        for ShownText { path, text } in texts.iter().filter(|shown| !shown.text.is_empty()) {
            // "N/A" in the place of a number is a word like any other.
            let section = match section_of(path) {
                Section::Keys if identifies_nothing(text) => Section::Rest,
                section => section,
            };
            let folded = fold(text).replace('\n', " ");
            let tokens = &mut entry.sections[section as usize];
            let mut put = |token: &str| {
                if count < MOST_TOKENS {
                    tokens.push_str(token);
                    tokens.push(' ');
                    count += 1;
                }
            };
            runs(&folded).for_each(|run| tokens_of(run, &mut put));
            put(GAP);
            if section == Section::Keys {
                let variants = folded.split_whitespace().filter_map(variant_of);
                for variant in variants.chain(barcodes_within(path, text)) {
                    put(&variant);
                    put(GAP);
                }
            }
            entry.words.push_str(&folded);
            entry.words.push('\n');
        }
        entry
    }
}

fn section_of(path: &str) -> Section {
    RANKED.iter().find(|(ranked, _)| *ranked == path).map_or(Section::Rest, |(_, section)| *section)
}

/// The barcodes in a field that its author could not read, as they are asked for.
fn barcodes_within(path: &str, text: &str) -> Vec<String> {
    match path {
        "product.unparsed_barcodes" => {
            let read = Barcodes::of_field(text).gtins.into_iter();
            read.map(|gtin| gtin.as_str().trim_start_matches('0').to_owned()).collect()
        }
        _ => Vec::new(),
    }
}

/// The one-token spelling of a number that has another: `bw-1700` as `bw1700`, a barcode without leading zeros.
#[must_use]
pub fn variant_of(folded: &str) -> Option<String> {
    let squeezed = squeeze(folded);
    let short = match squeezed.len() >= 8 && squeezed.bytes().all(|byte| byte.is_ascii_digit()) {
        true => squeezed.trim_start_matches('0'),
        false => squeezed.as_str(),
    };
    let is_one_word = folded == short;
    (!is_one_word && (2..=40).contains(&short.len())).then(|| short.to_owned())
}
