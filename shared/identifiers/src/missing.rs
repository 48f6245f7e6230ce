//! Words that stand in the place of an identifier and are none: `N/A`, `Unknown.`, `不详`, `All batches`, `230 V`.

/// What people write where they know nothing, in the form that [`folded`] gives.
const NOTHING: [&str; 93] = [
    "",
    "unknown",
    "unkown",
    "not known",
    "n a",
    "na",
    "n k",
    "nk",
    "not available",
    "not applicable",
    "not specified",
    "not stated",
    "not given",
    "not indicated",
    "not provided",
    "not marked",
    "not mentioned",
    "not present",
    "not reported",
    "unspecified",
    "undefined",
    "unavailable",
    "missing",
    "no information",
    "no information provided",
    "no information available",
    "no information given",
    "no data",
    "no data available",
    "information not available",
    "no barcode",
    "no bar code",
    "no ean",
    "no model",
    "no model number",
    "no batch number",
    "no batch",
    "no lot number",
    "no number",
    "no name",
    "no brand",
    "none",
    "none given",
    "none provided",
    "none known",
    "none stated",
    "nil",
    "null",
    "nan",
    "tbd",
    "tbc",
    "to be determined",
    "to be confirmed",
    "generic",
    "unbranded",
    "without brand",
    "without",
    "unbekannt",
    "nicht bekannt",
    "keine angabe",
    "keine angaben",
    "k a",
    "keine",
    "entfällt",
    "inconnu",
    "inconnue",
    "non communiqué",
    "non renseigné",
    "non spécifié",
    "non précisé",
    "sans objet",
    "aucun",
    "aucune",
    "desconocido",
    "desconocida",
    "ninguno",
    "no disponible",
    "no consta",
    "sconosciuto",
    "nessuno",
    "non disponibile",
    "onbekend",
    "nieznany",
    "brak",
    "nie dotyczy",
    "无",
    "無",
    "不详",
    "不詳",
    "未知",
    "不明",
    "无品牌",
    "不适用",
];

/// What stands for every batch or model, so that none is named.
const EVERYTHING: [&str; 14] = [
    "all",
    "all batches",
    "all batch numbers",
    "all lots",
    "all lot numbers",
    "all models",
    "all items",
    "all products",
    "all sizes",
    "all units",
    "any",
    "every batch",
    "全部",
    "所有批次",
];

/// Words that announce a number, and are none themselves.
const LABELS: [&str; 24] = [
    "ean",
    "ean code",
    "ean 13",
    "ean 8",
    "gtin",
    "upc",
    "barcode",
    "bar code",
    "barcodes",
    "model",
    "models",
    "model no",
    "model number",
    "type",
    "batch",
    "batch no",
    "batch number",
    "lot",
    "lot no",
    "lot number",
    "no",
    "number",
    "ref",
    "art no",
];

/// Units of electricity, small. A text of numbers with them, one of them a voltage or a frequency, is a rating.
const RATING_UNITS: [(&str, bool); 18] = [
    ("v", true),
    ("kv", true),
    ("mv", true),
    ("volt", true),
    ("volts", true),
    ("vac", true),
    ("vdc", true),
    ("hz", true),
    ("khz", true),
    ("a", false),
    ("ma", false),
    ("amp", false),
    ("w", false),
    ("kw", false),
    ("va", false),
    ("watt", false),
    ("watts", false),
    ("wh", false),
];

/// Whether a text only says that nothing is known: it is empty, without a letter or digit, or one of the words for that
/// in the languages that alerts are written in. Case and signs around and between the words do not matter.
#[must_use]
pub fn says_nothing(text: &str) -> bool {
    // No such word is longer: most texts need no closer look.
    text.len() <= 60 && NOTHING.contains(&folded(text).as_str())
}

/// Whether a text says that everything is meant, and names nothing: `All batches`.
#[must_use]
pub fn says_everything(text: &str) -> bool {
    text.len() <= 60 && EVERYTHING.contains(&folded(text).as_str())
}

/// Whether a text in the place of a model, batch or barcode identifies nothing: it says that nothing is known or that
/// everything is meant, is the label of a number without the number, or an electrical rating such as `5 V DC`.
#[must_use]
pub fn identifies_nothing(text: &str) -> bool {
    if text.len() > 60 {
        return false;
    }
    let words = folded(text);
    let words = words.as_str();
    NOTHING.contains(&words) || EVERYTHING.contains(&words) || LABELS.contains(&words) || is_rating(words)
}

/// The words of a text: letters and digits, small, with one space between.
fn folded(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for letter in
        text.chars().filter(|letter| !crate::unseen::is_format(*letter)).flat_map(char::to_lowercase)
    {
        if letter.is_alphanumeric() {
            words.push(letter);
        } else if !words.is_empty() && !words.ends_with(' ') && letter != '\'' && letter != '’' {
            words.push(' ');
        }
    }
    words.truncate(words.trim_end().len());
    words
}

/// Numbers with units of electricity and nothing else: `220 240v 50hz`, `5 v dc`.
fn is_rating(words: &str) -> bool {
    let mut has_voltage = false;
    let mut has_number = false;
    for word in words.split(' ') {
        let unit = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
        has_number |= unit.len() < word.len();
        match RATING_UNITS.iter().find(|(known, _)| *known == unit) {
            // A unit has its number, or the one before it.
            Some((_, is_voltage)) if has_number => has_voltage |= is_voltage,
            Some(_) => return false,
            None if unit.is_empty() || matches!(unit, "ac" | "dc" | "to") => {}
            None => return false,
        }
    }
    has_voltage
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nothing_identify_nothing_and_names_that_hold_them_do() {
        for nothing in [
            "",
            " - ",
            "N/A",
            "n.a.",
            "Unknown.",
            "(Not known)",
            "No information provided",
            "NONE",
            "/",
            "?",
            "Unbekannt",
            "Non communiqué",
            "不详",
            "null",
            "\u{200b}",
            "'-'",
            "Not\u{a0}available",
        ] {
            assert!(says_nothing(nothing) && identifies_nothing(nothing), "{nothing:?}");
        }
        for everything in ["All batches", "all", "ALL MODELS."] {
            assert!(
                !says_nothing(everything) && says_everything(everything) && identifies_nothing(everything),
                "{everything}"
            );
        }
        for rating in ["230V", "5 V DC", "220-240 V~ 50/60 Hz", "12V, 2A", "EAN", "Model:", "AC 230 volts"] {
            assert!(identifies_nothing(rating) && !says_nothing(rating), "{rating}");
        }
        for model in [
            "NA-7",
            "Unknown Pleasures",
            "V5",
            "230V-X",
            "A 5",
            "1500W",
            "2A",
            "Volt 3",
            "N 1",
            "No. 8100",
            "All-in-One",
        ] {
            assert!(!identifies_nothing(model), "{model}");
        }
    }
}
