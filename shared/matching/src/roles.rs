//! What a stretch of a description says: what the goods are, what they are for, or what comes with them.
//!
//! Invariant: all words here are in the form that [`folded`] gives. The lists are of the languages that declarations in
//! the EU are written in, and Chinese, as far as one word tells the role.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use crate::text;

/// What a stretch of a text speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The goods themselves.
    Goods,
    /// Another product, which the goods are for: `for iPhone`, `compatible with …`, `适用于…`.
    Purpose,
    /// What comes with the goods.
    Contents,
}

/// Letters and digits that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unit {
    /// Its place in the folded text.
    pub at: Range<usize>,
    pub role: Role,
    /// One ideograph; otherwise a word.
    pub is_ideograph: bool,
    /// Nothing but words that say who made them stands before it in the text, or right before it.
    pub is_told_as_brand: bool,
    /// The stretch that it belongs to; brands and model numbers do not reach over its end.
    pub stretch: usize,
}

const PURPOSE: &[&str] = &[
    "for",
    "fur",
    "pour",
    "para",
    "per",
    "voor",
    "dla",
    "do",
    "til",
    "till",
    "pentru",
    "za",
    "pre",
    "για",
    "за",
    "compatible",
    "compatibles",
    "compat",
    "compatibile",
    "compatibili",
    "kompatibel",
    "kompatibilny",
    "kompatibilni",
    "kompatybilny",
    "kompatybilna",
    "suitable",
    "passend",
    "geeignet",
    "fits",
    "geschikt",
    "adapte",
    "skirtas",
    "skirta",
];
/// Between such a word and what the goods are for.
const ON_THE_WAY: &[&str] = &[
    "with", "mit", "avec", "con", "com", "met", "z", "s", "cu", "med", "to", "for", "fur", "a", "an", "the",
    "your", "all", "many", "most", "use", "in", "on", "der", "die", "das", "den", "dem", "le", "la", "les",
    "el", "los", "las", "il", "lo", "i", "gli", "de", "of",
];
/// Who or what a product of any kind is for: no other product.
const AUDIENCES: &[&str] = &[
    "children",
    "childrens",
    "child",
    "kids",
    "kid",
    "baby",
    "babies",
    "infants",
    "toddlers",
    "toddler",
    "adults",
    "men",
    "mens",
    "women",
    "womens",
    "ladies",
    "girls",
    "girl",
    "boys",
    "boy",
    "home",
    "house",
    "household",
    "kitchen",
    "office",
    "garden",
    "outdoor",
    "outdoors",
    "indoor",
    "indoors",
    "travel",
    "camping",
    "pets",
    "dogs",
    "cats",
    "school",
    "party",
    "christmas",
    "hair",
    "face",
    "skin",
    "nails",
    "hands",
    "feet",
    "eyes",
    "body",
    "sport",
    "sports",
    "fitness",
    "cooking",
    "coffee",
    "tea",
    "water",
    "food",
    "retail",
    "sale",
    "industrial",
    "professional",
    "domestic",
    "personal",
    "everyday",
    "christmas",
    "kinder",
    "kind",
    "babys",
    "damen",
    "herren",
    "madchen",
    "jungen",
    "haushalt",
    "kuche",
    "garten",
    "innen",
    "aussen",
    "enfants",
    "enfant",
    "bebe",
    "bebes",
    "femme",
    "femmes",
    "homme",
    "hommes",
    "fille",
    "garcon",
    "maison",
    "cuisine",
    "ninos",
    "ninas",
    "hogar",
    "cocina",
    "mujer",
    "hombre",
    "bambini",
    "bambino",
    "neonati",
    "casa",
    "cucina",
    "donna",
    "uomo",
    "kinderen",
    "vrouwen",
    "mannen",
    "huis",
    "keuken",
    "dzieci",
    "domu",
    "kuchni",
    "criancas",
    "copii",
    "copiilor",
    "deti",
    "born",
    "barn",
    "vaikams",
    "lapsille",
    "παιδια",
    "деца",
];
const CONTENTS: &[&str] = &[
    "with",
    "w",
    "incl",
    "including",
    "includes",
    "included",
    "plus",
    "mit",
    "inkl",
    "inklusive",
    "avec",
    "inclus",
    "con",
    "incluye",
    "incluso",
    "com",
    "met",
    "inclusief",
    "z",
    "ze",
    "med",
    "cu",
    "με",
    "с",
    "and",
    "und",
    "et",
    "y",
    "e",
    "en",
    "i",
    "oraz",
    "og",
    "och",
    "ja",
    "si",
    "και",
];
const MADE_BY: &[&str] = &[
    "brand",
    "brands",
    "marke",
    "marque",
    "marca",
    "merk",
    "marka",
    "znacka",
    "varumarke",
    "maerke",
    "merkki",
    "μαρκα",
    "марка",
    "by",
    "von",
    "trademark",
    "tm",
];

/// What a word does to the role of those that follow it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    Purpose,
    Contents,
    MadeBy,
}

static MARKERS: LazyLock<HashMap<&str, Marker>> = LazyLock::new(|| {
    let lists = [(CONTENTS, Marker::Contents), (PURPOSE, Marker::Purpose), (MADE_BY, Marker::MadeBy)];
    lists.into_iter().flat_map(|(words, marker)| words.iter().map(move |word| (*word, marker))).collect()
});

const PURPOSE_ZH: &[&str] = &[
    "适用于",
    "適用於",
    "适用",
    "適用",
    "兼容",
    "相容",
    "适配",
    "適配",
    "配套",
    "专用于",
    "可用于",
    "用于",
    "用於",
];
const CONTENTS_ZH: &[&str] = &["附带", "附帶", "配有", "包含", "带有", "带", "帶", "含", "附", "和", "及"];
const MADE_BY_ZH: &[&str] = &["品牌", "商标", "商標", "牌子"];

/// The form in which brands, model numbers and the words of these lists are compared.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = text::normalised(text);
    if !folded.is_ascii() {
        for (written, one) in [("ς", "σ"), ("œ", "oe"), ("ħ", "h"), ("þ", "th"), ("ð", "d")] {
            if folded.contains(written) {
                folded = folded.replace(written, one);
            }
        }
    }
    folded
}

/// A word, a run of ideographs, or what ends a stretch.
enum Piece<'t> {
    Word(Range<usize>, &'t str),
    Ideographs(Range<usize>, &'t str),
    Stop,
}

/// Reads the roles of a folded text.
pub(crate) fn read(folded: &str) -> Vec<Unit> {
    let pieces = pieces(folded);
    let mut reading = Reading { role: Role::Goods, stretch: 0, told: true, units: Vec::new() };
    let mut after_marker = false;
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Stop => reading.turn(Role::Goods),
            Piece::Ideographs(place, run) => reading.ideographs(place.start, run),
            Piece::Word(place, word) => match MARKERS.get(word) {
                Some(Marker::MadeBy) if !is_number(pieces.get(at + 1)) => {
                    reading.turn(Role::Goods);
                    reading.told = true;
                }
                Some(Marker::Purpose) if is_another_product(&pieces, at + 1) => {
                    reading.turn(Role::Purpose);
                    after_marker = true;
                    continue;
                }
                _ if after_marker && ON_THE_WAY.contains(word) => continue,
                marker => {
                    if marker == Some(&Marker::Contents) && reading.role == Role::Goods {
                        // The stretch goes on: `Black and Decker` is one brand.
                        reading.role = Role::Contents;
                    }
                    reading.add(place.clone(), false);
                }
            },
        }
        after_marker = false;
    }
    reading.units
}

/// Whether what follows such a word as "for" is another product: no audience, no place, no number.
fn is_another_product(pieces: &[Piece], from: usize) -> bool {
    for piece in pieces.iter().skip(from) {
        match piece {
            Piece::Word(_, word) if ON_THE_WAY.contains(word) => {}
            Piece::Word(_, word) => {
                let is_number = word.starts_with(|letter: char| letter.is_ascii_digit())
                    && !word.ends_with(|letter: char| letter.is_ascii_alphabetic());
                return !is_number && !AUDIENCES.contains(word);
            }
            Piece::Ideographs(..) => return true,
            Piece::Stop => return false,
        }
    }
    false
}

/// Whether a word begins with a digit: after `BY`, it is the rest of a model number.
fn is_number(piece: Option<&Piece>) -> bool {
    matches!(piece, Some(Piece::Word(_, word)) if word.starts_with(|letter: char| letter.is_ascii_digit()))
}

struct Reading {
    role: Role,
    stretch: usize,
    /// The next unit is where a brand stands.
    told: bool,
    units: Vec<Unit>,
}

impl Reading {
    fn turn(&mut self, role: Role) {
        self.role = role;
        self.stretch += 1;
    }

    fn add(&mut self, at: Range<usize>, is_ideograph: bool) {
        let is_told_as_brand = std::mem::take(&mut self.told);
        let (role, stretch) = (self.role, self.stretch);
        self.units.push(Unit { at, role, is_ideograph, is_told_as_brand, stretch });
    }

    /// Chinese has no spaces: the words that turn the role are looked for at each place.
    fn ideographs(&mut self, start: usize, run: &str) {
        let mut rest = run;
        while let Some(letter) = rest.chars().next() {
            let at = start + run.len() - rest.len();
            let marker = |words: &[&str]| {
                words.iter().find(|word| rest.starts_with(**word)).map_or(0, |word| word.len())
            };
            let (purpose, made_by) = (marker(PURPOSE_ZH), marker(MADE_BY_ZH));
            let contents = if self.role == Role::Goods { marker(CONTENTS_ZH) } else { 0 };
            let length = if purpose > 0 {
                self.turn(Role::Purpose);
                purpose
            } else if made_by > 0 {
                self.turn(Role::Goods);
                self.told = true;
                made_by
            } else if contents > 0 && !self.units.is_empty() {
                self.turn(Role::Contents);
                contents
            } else if letter == '的' && self.role != Role::Goods {
                self.turn(Role::Goods);
                letter.len_utf8()
            } else {
                self.add(at..at + letter.len_utf8(), true);
                letter.len_utf8()
            };
            rest = rest.get(length..).unwrap_or_default();
        }
    }
}

fn pieces(folded: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut open: Option<(usize, bool)> = None;
    let mut letters = folded.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let is_ideograph = text::is_ideograph(letter);
        // The apostrophe of a name belongs to it.
        let is_apostrophe = matches!(letter, '\'' | '’' | '‘' | '`' | '´' | 'ʼ')
            && letters.peek().is_some_and(|(_, next)| next.is_alphabetic());
        let belongs = letter.is_alphanumeric() || (is_apostrophe && open.is_some_and(|(_, ideo)| !ideo));
        if let Some((start, of_ideographs)) = open
            && (!belongs || of_ideographs != is_ideograph)
        {
            pieces.push(closed(folded, start..at, of_ideographs));
            open = None;
        }
        if belongs {
            open.get_or_insert((at, is_ideograph));
            continue;
        }
        let ends_sentence = letter == '.' && letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        if ends_sentence
            || matches!(letter, ';' | ':' | '(' | ')' | '[' | ']' | '|' | '\n' | '\r' | '\t' | '。' | '、')
        {
            pieces.push(Piece::Stop);
        }
    }
    if let Some((start, of_ideographs)) = open {
        pieces.push(closed(folded, start..folded.len(), of_ideographs));
    }
    pieces
}

fn closed(folded: &str, at: Range<usize>, of_ideographs: bool) -> Piece<'_> {
    let text = folded.get(at.clone()).unwrap_or_default();
    if of_ideographs { Piece::Ideographs(at, text) } else { Piece::Word(at, text) }
}
