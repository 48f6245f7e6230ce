//! A product record, cleaned and taken apart once, so that it can be compared many times.
//!
//! Invariant: equal records give equal values. All texts of a record lie in one string, and tokens are places in it: a
//! record of the usual size takes some hundred bytes.

use std::collections::BTreeSet;

use seamless_identifiers::{Barcodes, Gtin, identifies_nothing, says_nothing};

use crate::{
    product::Product,
    text::{self, Kind},
    words,
};

/// A record ready to be compared; made once with [`Prepared::new`].
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The texts of the tokens, one after the other; those of the name first.
    arena: Box<str>,
    tokens: Box<[Token]>,
    /// Where each section of `tokens` ends.
    ends: [u16; SECTIONS],
    /// Hashes of what the description says, sorted.
    description: Box<[u32]>,
    /// Numbers that identify a product, sorted.
    gtins: Box<[u64]>,
    /// Numbers that one company or region gives as it likes, sorted.
    restricted: Box<[u64]>,
    pub(crate) category: Option<u32>,
    price: f32,
}

/// A place in the texts of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Token {
    pub hash: u32,
    start: u16,
    len: u8,
    pub kind: Kind,
}

/// What a token was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Name,
    /// What looks like a model number in the name.
    Codes,
    Models,
    Brand,
    Manufacturers,
    Batches,
    Origin,
}

const SECTIONS: usize = 7;
/// How many tokens of each section are kept; the rest of a longer record says little that is new.
const MOST: [usize; SECTIONS] = [48, 12, 128, 6, 16, 64, 21];
const MOST_DESCRIPTION: usize = 64;
const MOST_GTINS: usize = 128;
/// Octets of a word that says something of a product: two letters, or one Chinese character.
const LEAST_NAME: usize = 3;

impl Prepared {
    /// Cleans a record. Any text will do.
    pub fn new(product: &Product) -> Self {
        let mut making = Making::default();
        let names = product.names.iter().map(|name| text::normalised(name)).collect::<Vec<_>>().join(" \n ");
        let named = text::pieces(&names);
        for piece in &named.pieces {
            making.add(Section::Name, &piece.text, piece.kind);
        }
        making.end();
        for code in &named.codes {
            making.add(Section::Codes, code, Kind::Code);
        }
        making.end();
        for model in
            product.models.iter().flat_map(|model| model.split([',', ';', '|', '\n', '、', '，', '；']))
        {
            add_model(&text::normalised(model), &mut making);
        }
        making.end();
        let brand = text::normalised(&product.brand);
        if !says_nothing(&brand) {
            for piece in text::pieces(&brand).pieces {
                making.add(Section::Brand, &piece.text, piece.kind);
            }
        }
        making.end();
        for manufacturer in &product.manufacturers {
            let name = words::without_chinese_legal_form(&text::normalised(manufacturer));
            if says_nothing(&name) {
                continue;
            }
            let pieces = text::pieces(&name).pieces;
            for piece in pieces.iter().filter(|piece| !words::is_legal_form(&piece.text)) {
                making.add(Section::Manufacturers, &piece.text, piece.kind);
            }
        }
        making.end();
        for batch in &product.batches {
            let batch = text::normalised(batch);
            if !identifies_nothing(&batch) {
                making.add(Section::Batches, &text::compact(&batch), Kind::Code);
            }
        }
        making.end();
        for origin in product.country_of_origin.iter().chain(&product.additional_countries_of_origin) {
            let origin = text::normalised(origin);
            if !says_nothing(&origin) {
                making.add(Section::Origin, &text::compact(&origin), Kind::Word);
            }
        }
        making.end();
        making.finish(product)
    }

    /// True if the names of both have a word in common that is not of their brands. Cheap: whoever shares a brand and not
    /// one word of the name need not be compared.
    pub fn shares_a_name(&self, other: &Self) -> bool {
        let is_told = |token: &Token, of: &Self| {
            usize::from(token.len) >= LEAST_NAME
                && !of.section(Section::Brand).iter().any(|one| one.hash == token.hash)
        };
        self.section(Section::Name).iter().filter(|token| is_told(token, self)).any(|token| {
            other.section(Section::Name).iter().any(|one| one.hash == token.hash) && is_told(token, other)
        })
    }

    /// The tokens of a section.
    pub(crate) fn section(&self, section: Section) -> &[Token] {
        let at = section as usize;
        let start = if at == 0 { 0 } else { usize::from(self.ends[at - 1]) };
        &self.tokens[start..usize::from(self.ends[at])]
    }

    /// Model numbers: those of the name, then those of their own field.
    pub(crate) fn codes(&self) -> &[Token] {
        &self.tokens[usize::from(self.ends[0])..usize::from(self.ends[Section::Models as usize])]
    }

    /// The model numbers, each once.
    pub(crate) fn different_codes(&self) -> BTreeSet<u32> {
        self.codes().iter().map(|code| code.hash).collect()
    }

    /// What tells its brand from others; none where it states none.
    pub(crate) fn brand(&self) -> Option<u32> {
        let hashes = self.section(Section::Brand).iter().map(|token| token.hash);
        hashes.reduce(|all, one| all.rotate_left(5) ^ one)
    }

    /// Whether a word of its brand is in the brand or the name of the other, or the other way about.
    pub(crate) fn shares_a_brand(&self, other: &Self) -> bool {
        let is_in = |token: &Token, of: &Self| {
            let mut places = of.section(Section::Brand).iter().chain(of.section(Section::Name));
            places.any(|place| place.hash == token.hash)
        };
        self.section(Section::Brand).iter().any(|token| is_in(token, other))
            || other.section(Section::Brand).iter().any(|token| is_in(token, self))
    }

    /// The tokens of all sections but the batches.
    pub(crate) fn all(&self) -> &[Token] {
        &self.tokens[..usize::from(self.ends[Section::Manufacturers as usize])]
    }

    /// The text of a token.
    pub(crate) fn text(&self, token: &Token) -> &str {
        let start = usize::from(token.start);
        self.arena.get(start..start + usize::from(token.len)).unwrap_or_default()
    }

    /// The name without its spaces.
    pub(crate) fn compact_name(&self) -> &str {
        let end = self
            .section(Section::Name)
            .last()
            .map_or(0, |last| usize::from(last.start) + usize::from(last.len));
        self.arena.get(..end).unwrap_or_default()
    }

    /// Hashes of what the description says, sorted.
    pub(crate) fn description(&self) -> &[u32] {
        &self.description
    }

    /// Numbers that identify a product, sorted.
    pub(crate) fn gtins(&self) -> &[u64] {
        &self.gtins
    }

    /// Numbers that one company or region gives as it likes, sorted: they say something of two records of one brand.
    pub(crate) fn restricted(&self) -> &[u64] {
        &self.restricted
    }

    /// What it costs.
    pub(crate) fn price(&self) -> Option<f32> {
        (self.price > 0.0).then_some(self.price)
    }

    /// The texts of a section, as evidence.
    pub(crate) fn words(&self, section: Section) -> String {
        let texts: Vec<&str> = self.section(section).iter().map(|token| self.text(token)).collect();
        texts.join(" ")
    }

    /// The hashes under which the record counts in a corpus, sorted, each once.
    pub(crate) fn terms(&self) -> Vec<u32> {
        let mut terms: Vec<u32> = self.all().iter().map(|token| token.hash).collect();
        terms.extend_from_slice(&self.description);
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// Bytes that the value takes, with what it points to.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.arena.len()
            + size_of_val(&*self.tokens)
            + size_of_val(&*self.description)
            + size_of_val(&*self.gtins)
            + size_of_val(&*self.restricted)
    }
}

/// A model field as a whole, and, where it says more than the number, the numbers in it.
fn add_model(normalised: &str, making: &mut Making) {
    if identifies_nothing(normalised) {
        return;
    }
    let whole = text::compact(normalised);
    if whole.chars().count() > 1 {
        making.add(Section::Models, &whole, Kind::Code);
    }
    for code in text::pieces(normalised).codes {
        making.add(Section::Models, &code, Kind::Code);
    }
}

#[derive(Default)]
struct Making {
    arena: String,
    tokens: Vec<Token>,
    ends: Vec<u16>,
}

impl Making {
    /// Adds a token to the section that is not yet ended, once.
    fn add(&mut self, section: Section, text: &str, kind: Kind) {
        let start = self.ends.last().copied().unwrap_or(0);
        let hash = text::hash_of(text, kind);
        let earlier = &self.tokens[usize::from(start)..];
        if text.is_empty()
            || earlier.len() >= MOST[section as usize]
            || earlier.iter().any(|token| token.hash == hash)
        {
            return;
        }
        // Both fit: a piece has at most 48 bytes, and there are at most 275 of them.
        let (Ok(start), Ok(len)) = (u16::try_from(self.arena.len()), u8::try_from(text.len())) else {
            return;
        };
        self.arena.push_str(text);
        self.tokens.push(Token { hash, start, len, kind });
    }

    fn end(&mut self) {
        self.ends.push(u16::try_from(self.tokens.len()).unwrap_or(u16::MAX));
    }

    fn finish(self, product: &Product) -> Prepared {
        let mut description: Vec<u32> = Vec::new();
        for piece in text::pieces(&text::normalised(&product.description)).pieces {
            let hash = text::hash_of(&piece.text, piece.kind);
            if piece.kind != Kind::Empty && !description.contains(&hash) {
                description.push(hash);
            }
            if description.len() == MOST_DESCRIPTION {
                break;
            }
        }
        description.sort_unstable();
        let read = product.gtins.iter().flat_map(|written| Barcodes::of_field(written).gtins);
        let (restricted, identifying): (Vec<Gtin>, Vec<Gtin>) =
            read.filter(|gtin| !is_coupon(gtin)).partition(Gtin::is_restricted);
        let mut ends = [0; SECTIONS];
        ends.iter_mut().zip(self.ends).for_each(|(end, made)| *end = made);
        Prepared {
            arena: self.arena.into_boxed_str(),
            tokens: self.tokens.into_boxed_slice(),
            ends,
            description: description.into_boxed_slice(),
            gtins: numbers(&identifying),
            restricted: numbers(&restricted),
            category: product.category,
            price: product.price.filter(|price| price.is_finite()).unwrap_or(0.0) as f32,
        }
    }
}

/// The numbers, sorted, each once. Those that are not restricted identify one product wherever they are read [GS1 General
/// Specifications].
fn numbers(gtins: &[Gtin]) -> Box<[u64]> {
    let mut numbers: Vec<u64> =
        gtins.iter().take(MOST_GTINS).filter_map(|gtin| gtin.as_str().parse().ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_boxed_slice()
}

/// GS1 prefixes 05, and 981 to 984 and 99: coupons; 980: refunds.
fn is_coupon(gtin: &Gtin) -> bool {
    let printed = &gtin.as_str()[1..];
    printed.starts_with("05")
        || printed.starts_with("99")
        || matches!(&printed[..3], "980" | "981" | "982" | "983" | "984")
}
