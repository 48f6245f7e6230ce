//! Countries and territories, ISO 3166-1 alpha-2, with their names.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::IdentifierError;
use crate::country_table::{COUNTRIES, OTHER_NAMES};
use crate::text_form::{check_characters, check_length, compact, text_form};

/// A code of the standard's table, in capitals. Codes that users have agreed on among themselves (`EL`, `UK`, `XK`) are
/// not in it; [`CountryCode::from_name`] understands the first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountryCode(&'static str);

text_form!(CountryCode);

impl CountryCode {
    /// Reads an alpha-2 code; small letters and surrounding spaces are tolerated.
    ///
    /// # Errors
    ///
    /// Anything but two letters, a code that the standard does not assign.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let code = compact(text, &[]);
        check_length(&code, &[2], "2")?;
        check_characters(&code, "a letter", |_, found| found.is_ascii_uppercase())?;
        match COUNTRIES.binary_search_by_key(&code.as_str(), |(code, ..)| code) {
            Ok(index) => Ok(Self(COUNTRIES[index].0)),
            Err(_) => Err(IdentifierError::Value {
                part: "country",
                found: code,
                expected: "a code of iso 3166-1 alpha-2",
            }),
        }
    }

    /// The country that a free text names: a code in capitals, an English name or one of its usual variants ("People's
    /// Republic of China", "Korea, Republic of", "UK"), or the Chinese name. Accents, capitals, points, commas, "the" and
    /// "&" do not matter. `None` for "Unknown", for several countries at once and for anything else: never a guess.
    pub fn from_name(name: &str) -> Option<Self> {
        static BY_NAME: LazyLock<HashMap<String, CountryCode>> = LazyLock::new(|| {
            let english = COUNTRIES.iter().map(|(code, english, _)| (*code, *english));
            let chinese = COUNTRIES.iter().map(|(code, _, chinese)| (*code, *chinese));
            let others = OTHER_NAMES.iter().copied();
            english
                .chain(chinese)
                .chain(others)
                .map(|(code, name)| (folded(name), CountryCode(code)))
                .collect()
        });
        let trimmed = name.trim();
        if trimmed.len() == 2 && trimmed.bytes().all(|letter| letter.is_ascii_uppercase()) {
            // Small letters would make "no" Norway and "in" India.
            if let Ok(code) = Self::parse(trimmed) {
                return Some(code);
            }
        }
        BY_NAME.get(&folded(trimmed)).copied()
    }

    /// All countries, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().map(|(code, ..)| Self(code))
    }

    /// The two capitals.
    pub fn as_str(&self) -> &'static str {
        self.0
    }

    /// The English short name in everyday use.
    pub fn name_en(&self) -> &'static str {
        self.names().0
    }

    /// The Chinese name as used in China's official texts.
    pub fn name_zh(&self) -> &'static str {
        self.names().1
    }

    fn names(&self) -> (&'static str, &'static str) {
        // Every value comes from the table, so the code stands for itself only if this crate is wrong.
        let found = COUNTRIES.binary_search_by_key(&self.0, |(code, ..)| code);
        found.map_or((self.0, self.0), |index| (COUNTRIES[index].1, COUNTRIES[index].2))
    }
}

/// One spelling for all spellings of a name: small letters without accents, words separated by single spaces, without
/// points, apostrophes and "the", with "and" for "&" and "saint" for "st".
fn folded(name: &str) -> String {
    let mut letters = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'å' | 'á' | 'à' | 'â' | 'ã' | 'ä' => letters.push('a'),
            'ç' => letters.push('c'),
            'é' | 'è' | 'ê' | 'ë' => letters.push('e'),
            'í' | 'î' | 'ï' | 'ı' => letters.push('i'),
            'ó' | 'ô' | 'ö' | 'õ' => letters.push('o'),
            'ú' | 'û' | 'ü' => letters.push('u'),
            // Points and apostrophes, and the dot that the Turkish capital İ leaves behind.
            '.' | '\'' | '’' | '‘' | '`' | '\u{307}' => {}
            '&' => letters.push_str(" and "),
            letter if letter.is_alphanumeric() => letters.push(letter),
            _ => letters.push(' '),
        }
    }
    let words = letters.split_whitespace().filter(|word| *word != "the");
    words.map(|word| if word == "st" { "saint" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_standards_and_can_be_searched() {
        assert_eq!(CountryCode::all().count(), 249);
        assert!(COUNTRIES.is_sorted_by(|a, b| a.0 < b.0));
        for country in CountryCode::all() {
            assert_eq!(CountryCode::parse(&country.as_str().to_lowercase()), Ok(country));
            assert_eq!(CountryCode::from_name(country.as_str()), Some(country));
            assert_eq!(CountryCode::from_name(country.name_en()), Some(country), "{}", country.name_en());
            assert_eq!(CountryCode::from_name(country.name_zh()), Some(country), "{}", country.name_zh());
        }
        assert!(OTHER_NAMES.iter().all(|(code, _)| CountryCode::parse(code).is_ok()));
    }

    #[test]
    fn no_name_stands_for_two_countries() {
        let mut seen = HashMap::new();
        let names =
            COUNTRIES.iter().flat_map(|(code, english, chinese)| [(*code, *english), (*code, *chinese)]);
        for (code, name) in names.chain(OTHER_NAMES.iter().copied()) {
            let other = seen.insert(folded(name), code);
            assert_eq!(other, None, "{name} of {code} is there already");
        }
    }

    #[test]
    fn alert_databases_name_countries_in_many_ways() {
        for (name, code) in [
            ("People's Republic of China", "CN"),
            ("PEOPLE’S REPUBLIC OF CHINA", "CN"),
            ("China (P.R.C.)", "CN"),
            ("P.R. China", "CN"),
            ("中国", "CN"),
            ("Hong Kong", "HK"),
            ("China, Hong Kong SAR", "HK"),
            ("Taiwan", "TW"),
            ("Taiwan (Province of China)", "TW"),
            ("UK", "GB"),
            ("The United Kingdom", "GB"),
            ("EL", "GR"),
            ("U.S.A.", "US"),
            ("United States", "US"),
            ("Korea, Republic of", "KR"),
            ("Korea (Republic of)", "KR"),
            ("South Korea", "KR"),
            ("Korea (Democratic People's Republic of)", "KP"),
            ("Viet Nam", "VN"),
            ("Vietnam", "VN"),
            ("Czech Republic", "CZ"),
            ("Turkey", "TR"),
            ("TÜRKİYE", "TR"),
            ("Ivory Coast", "CI"),
            ("Cote d’Ivoire", "CI"),
            ("Bosnia & Herzegovina", "BA"),
            ("St. Kitts and Nevis", "KN"),
            ("Malaysia .", "MY"),
            ("the netherlands", "NL"),
        ] {
            assert_eq!(CountryCode::from_name(name).map(|country| country.as_str()), Some(code), "{name}");
        }
        for name in
            ["Unknown", "", "no", "XX", "China and Poland", "Spain/france", "Chinacounterfeit Product", "EU"]
        {
            assert_eq!(CountryCode::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_mistake_is_named() {
        for (written, message) in [
            ("UK", "country is \"UK\", expected a code of iso 3166-1 alpha-2"),
            ("CHN", "has 3 characters, expected 2"),
            ("C1", "has '1' at position 2, expected a letter"),
        ] {
            assert_eq!(CountryCode::parse(written).unwrap_err().to_string(), message, "{written}");
        }
    }
}
