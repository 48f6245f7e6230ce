//! The companies of CPSC recalls: `Softfunch, of South Korea`, and the sentence that says where a product was sold.

use seamless_identifiers::CountryCode;
use seamless_proto::seamless::notifications::v1::{EconomicOperator, OperatorRole};

use crate::import::alert::text::{hold, one_line, words};

/// The longest name of an operator, in characters.
const LONGEST_NAME: usize = 300;

/// States and territories of the US, small, and abbreviations that occur.
const STATES: &str = "|alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|\
illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|\
nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania|\
rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|west virginia|wisconsin|wyoming|\
district of columbia|d c|dc|nev|calif|fla|mass|conn|ill|mich|minn|tex|wash|wis|penn|n c|ark|neb|";

/// Names that say that something was sold online.
const ONLINE: [&str; 14] = [
    "online",
    "website",
    "web site",
    "com",
    "amazon",
    "temu",
    "shein",
    "ebay",
    "aliexpress",
    "etsy",
    "walmart com",
    "wish com",
    "internet",
    "tiktok",
];

/// The company that such a text names, with the country of its seat where that is clear.
pub fn company(role: OperatorRole, text: &str) -> EconomicOperator {
    let text = one_line(text);
    let (name, place) = apart(&text);
    let mut operator = EconomicOperator {
        operator_name: name.trim_end_matches([',', ' ']).to_owned(),
        country: country(place).map(|country| country.to_string()).unwrap_or_default(),
        address: place.to_owned(),
        ..Default::default()
    };
    operator.set_role(role);
    operator
}

/// The name, and the place after it.
fn apart(text: &str) -> (&str, &str) {
    if let Some((name, place)) = text.split_once(", of ") {
        return (name, place);
    }
    // Without the comma, "of" may belong to the name: it counts only before a place that is known.
    for separator in [" of ", ", from ", ", "] {
        for (at, _) in text.rmatch_indices(separator) {
            let place = &text[at + separator.len()..];
            if country(place).is_some() {
                return (&text[..at], place);
            }
        }
    }
    (text, "")
}

/// The country of `City, State`, `City, Country` or `Country`; none for the one word Georgia, which may be either.
fn country(place: &str) -> Option<CountryCode> {
    let place = place.split(" (").next().unwrap_or_default().trim_end_matches(['.', ' ']);
    let parts: Vec<&str> = place.split(',').map(str::trim).collect();
    let (first, last) = (*parts.first()?, *parts.last()?);
    let is_state = |part: &str| STATES.contains(&format!("|{}|", words(part).trim()));
    let united_states = || CountryCode::parse("US").ok();
    if parts.len() == 1 {
        if first.eq_ignore_ascii_case("georgia") {
            return None;
        }
        return CountryCode::from_name(first).or_else(|| is_state(first).then(united_states).flatten());
    }
    if parts.len() == 2 && is_state(last) {
        return united_states();
    }
    // "China, through …, of Irvine, California": the company sits in the country named first.
    CountryCode::from_name(first)
        .or_else(|| is_state(last).then(united_states).flatten())
        .or_else(|| CountryCode::from_name(last))
}

/// The seller in a sentence such as `Exclusively online at Temu.com from May 2022 through July 2023 for about $23.`; none
/// where the sentence begins with something else. A name that is longer than the contract allows is shortened at a
/// comma: the whole sentence stands in `product.items_covered`.
pub fn seller(sentence: &str) -> Option<EconomicOperator> {
    let sentence = one_line(sentence);
    let end = [" from ", " since ", " during ", " in ", " for about ", " for between ", " between "]
        .iter()
        .filter_map(|word| {
            let numbered = |at: &usize| {
                sentence[at + word.len()..]
                    .split(' ')
                    .take(3)
                    .any(|part| part.contains(|c: char| c.is_ascii_digit()))
            };
            sentence.match_indices(word).map(|(at, _)| at).find(numbered)
        })
        .min()
        .unwrap_or(sentence.len());
    let mut name = sentence[..end].trim_end_matches(['.', ',', ' ']);
    for opening in [
        "Exclusively online at ",
        "Online exclusively at ",
        "Online Exclusively at ",
        "Online at ",
        "Online on ",
        "Exclusively at ",
        "Sold at ",
    ] {
        name = name.strip_prefix(opening).unwrap_or(name);
    }
    if name.chars().count() > LONGEST_NAME {
        let (limit, _) = name.char_indices().nth(LONGEST_NAME)?;
        name = &name[..name[..limit].rfind(',').unwrap_or(limit)];
    }
    let mut operator = EconomicOperator { operator_name: name.to_owned(), ..Default::default() };
    operator.set_role(OperatorRole::Retailer);
    (!name.is_empty()).then_some(operator)
}

/// Whether a text says that something was sold online.
pub fn says_online(text: &str) -> bool {
    let words = words(text);
    ONLINE.iter().any(|pattern| hold(&words, pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_read_where_they_are_clear() {
        for (text, name, country) in [
            ("Softkettle, of South Korea", "Softkettle", "KR"),
            ("Acme Inc., of Augusta, Georgia", "Acme Inc.", "US"),
            ("Acme, of Georgia", "Acme", ""),
            ("Acme, of Mexico, Missouri", "Acme", "US"),
            ("Acme LLC, of Canada", "Acme LLC", "CA"),
            (
                "Jiujiang Kettle Co., of China, through AB America Limited (dba AB), of Irvine, California",
                "Jiujiang Kettle Co.",
                "CN",
            ),
            ("Empower, LLC of Middleton, Wisconsin", "Empower, LLC", "US"),
            ("Red Cotton, Moulton, Alabama", "Red Cotton, Moulton", "US"),
            ("Kettle GmbH, of Germany (lids", "Kettle GmbH", "DE"),
            ("House of Tea", "House of Tea", ""),
        ] {
            let found = company(OperatorRole::Importer, text);
            assert_eq!((found.operator_name.as_str(), found.country.as_str()), (name, country), "{text}");
        }
    }

    #[test]
    fn sellers_are_cut_out_of_their_sentence() {
        let name = |text: &str| seller(text).map(|seller| seller.operator_name).unwrap_or_default();
        assert_eq!(
            name("Exclusively online at Temu.com from May 2022 through July 2023 for about $23."),
            "Temu.com"
        );
        assert_eq!(name("Stores in Ohio from local makers"), "Stores in Ohio from local makers");
        assert!(
            says_online("at Amazon.com")
                && says_online("on its Website")
                && !says_online("Tea stores nationwide")
        );
        assert!(name(&"Tea House, ".repeat(60)).chars().count() <= LONGEST_NAME);
    }
}
