//! Word lists: units of measure, colours, words that say nothing, legal forms of companies. Those that stand for
//! "not known" are in `seamless_identifiers`, where imports read them too.
//!
//! Invariant: all entries are in the form that `text::normalised` gives.

use std::{collections::HashMap, sync::LazyLock};

/// Units that mean the same, under one name, and how many of that one they are.
const UNITS: &[(&str, &str, f64)] = &[
    ("gb", "gb", 1.0),
    ("gigabyte", "gb", 1.0),
    ("go", "gb", 1.0),
    ("tb", "gb", 1000.0),
    ("to", "gb", 1000.0),
    ("mb", "mb", 1.0),
    ("hz", "hz", 1.0),
    ("khz", "hz", 1e3),
    ("mhz", "hz", 1e6),
    ("ghz", "hz", 1e9),
    ("w", "w", 1.0),
    ("watt", "w", 1.0),
    ("kw", "w", 1000.0),
    ("v", "v", 1.0),
    ("volt", "v", 1.0),
    ("kv", "v", 1000.0),
    ("mah", "mah", 1.0),
    ("ah", "mah", 1000.0),
    ("mm", "mm", 1.0),
    ("cm", "mm", 10.0),
    ("in", "in", 1.0),
    ("inch", "in", 1.0),
    ("inches", "in", 1.0),
    ("zoll", "in", 1.0),
    ("ft", "ft", 1.0),
    ("foot", "ft", 1.0),
    ("feet", "ft", 1.0),
    ("mg", "mg", 1.0),
    ("g", "g", 1.0),
    ("kg", "g", 1000.0),
    ("lb", "lb", 1.0),
    ("lbs", "lb", 1.0),
    ("oz", "oz", 1.0),
    ("ounce", "oz", 1.0),
    ("ml", "ml", 1.0),
    ("cl", "ml", 10.0),
    ("l", "ml", 1000.0),
    ("liter", "ml", 1000.0),
    ("litre", "ml", 1000.0),
    ("lt", "ml", 1000.0),
    ("mp", "mp", 1.0),
    ("mpx", "mp", 1.0),
    ("megapixel", "mp", 1.0),
    ("megapixels", "mp", 1.0),
    ("dpi", "dpi", 1.0),
    ("rpm", "rpm", 1.0),
    ("pack", "pieces", 1.0),
    ("pk", "pieces", 1.0),
    ("pcs", "pieces", 1.0),
    ("piece", "pieces", 1.0),
    ("pieces", "pieces", 1.0),
    ("stuck", "pieces", 1.0),
    ("ct", "pieces", 1.0),
    ("count", "pieces", 1.0),
    ("user", "users", 1.0),
    ("users", "users", 1.0),
    ("month", "months", 1.0),
    ("months", "months", 1.0),
    ("year", "months", 12.0),
    ("years", "months", 12.0),
];

/// The unit under its one name, and how many of that one it is.
pub(crate) fn unit(word: &str) -> Option<(&'static str, f64)> {
    UNITS.iter().find(|(written, ..)| *written == word).map(|(_, name, factor)| (*name, *factor))
}

/// Colours in the languages that most alerts and listings are in; the first of a line stands for all of it.
const COLOURS: &[&[&str]] = &[
    &[
        "black", "schwarz", "noir", "noire", "negro", "negra", "nero", "nera", "czarny", "czarne", "zwart",
        "preto", "svart", "sort", "juoda", "blk", "cerna", "黑色",
    ],
    &[
        "white", "weiss", "blanc", "blanche", "blanco", "blanca", "bianco", "bianca", "bialy", "biale",
        "wit", "branco", "vit", "hvid", "wht", "白色",
    ],
    &[
        "red", "rot", "rouge", "rojo", "roja", "rosso", "rossa", "czerwony", "czerwone", "rood", "vermelho",
        "rod", "红色", "紅色",
    ],
    &[
        "blue",
        "blau",
        "bleu",
        "bleue",
        "azul",
        "blu",
        "niebieski",
        "niebieskie",
        "blauw",
        "bla",
        "blue",
        "蓝色",
        "藍色",
    ],
    &["green", "grun", "vert", "verte", "verde", "zielony", "zielone", "groen", "gron", "绿色", "綠色"],
    &["yellow", "gelb", "jaune", "amarillo", "giallo", "zolty", "geel", "amarelo", "gul", "黄色", "黃色"],
    &["grey", "gray", "grau", "gris", "grigio", "grigia", "szary", "szare", "grijs", "cinza", "gra", "灰色"],
    &["brown", "braun", "marron", "marrone", "brazowy", "bruin", "brun", "棕色", "褐色"],
    &["orange", "naranja", "arancione", "pomaranczowy", "oranje", "橙色"],
    &["pink", "rosa", "rose", "rozowy", "roze", "粉色", "粉红色"],
    &["purple", "lila", "violett", "violet", "violeta", "viola", "fioletowy", "paars", "紫色"],
    &["silver", "silber", "argent", "plata", "argento", "srebrny", "zilver", "银色", "銀色"],
    &["gold", "golden", "dore", "dorado", "oro", "zloty", "goud", "金色"],
];

/// The one name of each colour by any of its names.
static ONE_NAME: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (name, one) in COLOURS.iter().flat_map(|colour| colour.iter().map(|name| (*name, colour[0]))) {
        names.entry(name).or_insert(one);
    }
    names
});

/// The colour under its one name.
pub(crate) fn colour(word: &str) -> Option<&'static str> {
    ONE_NAME.get(word).copied()
}

const EMPTY_WORDS: &[&str] = &[
    "a", "an", "the", "and", "of", "for", "with", "in", "on", "to", "by", "from", "at", "or", "s", "de",
    "la", "le", "les", "et", "pour", "avec", "des", "du", "der", "die", "das", "und", "fur", "mit", "von",
    "el", "los", "con", "para", "y", "il", "per", "di", "w", "z", "do", "na", "i", "null", "en", "no", "nr",
];

/// Whether the word says nothing of a product.
pub(crate) fn is_empty_word(word: &str) -> bool {
    EMPTY_WORDS.contains(&word)
}

const LEGAL_FORMS: &[&str] = &[
    "co",
    "ltd",
    "limited",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "company",
    "llc",
    "llp",
    "plc",
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "mbh",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "oy",
    "ab",
    "as",
    "aps",
    "sro",
    "sp",
    "oo",
    "zoo",
    "kft",
    "pty",
    "pte",
    "sdn",
    "bhd",
    "kk",
    "and",
    "the",
];

/// Legal forms and the words around them in Chinese names of companies, longest first.
const CHINESE_LEGAL_FORMS: &[&str] =
    &["股份有限公司", "有限责任公司", "有限責任公司", "集团有限公司", "有限公司", "公司", "集团", "集團"];

/// Whether the word is a legal form, which many companies share.
pub(crate) fn is_legal_form(word: &str) -> bool {
    LEGAL_FORMS.contains(&word)
}

/// The name of a company without its Chinese legal form.
pub(crate) fn without_chinese_legal_form(name: &str) -> String {
    let forms: &[&str] = if name.is_ascii() { &[] } else { CHINESE_LEGAL_FORMS };
    forms.iter().fold(name.to_owned(), |name, form| name.replace(form, " "))
}

/// A Roman numeral as a number; those of one letter are letters more often.
pub(crate) fn roman(word: &str) -> Option<&'static str> {
    Some(match word {
        "ii" => "2",
        "iii" => "3",
        "iv" => "4",
        "vi" => "6",
        "vii" => "7",
        "viii" => "8",
        "ix" => "9",
        _ => return None,
    })
}
