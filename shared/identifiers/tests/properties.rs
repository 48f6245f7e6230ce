//! What holds for every identifier: one check digit fits, a mistyped digit never does, what is written reads back, and
//! nothing that anybody may send makes a parser panic.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

use std::fmt::{Debug, Display};

use proptest::prelude::*;
use seamless_identifiers::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The value that `written` stands for, after its canonical form and its stored form have both given it back.
fn reads_back<T>(written: &str) -> T
where
    T: std::str::FromStr<Err = IdentifierError> + Display + Debug + PartialEq + Serialize + DeserializeOwned,
{
    let value: T = written.parse().unwrap_or_else(|error| panic!("{written}: {error}"));
    let canonical = value.to_string();
    assert_eq!(canonical.parse::<T>().as_ref(), Ok(&value), "{written}");
    assert_eq!(canonical.parse::<T>().unwrap().to_string(), canonical, "{written}");
    let stored = serde_json::to_string(&value).unwrap();
    assert_eq!(stored, format!("{canonical:?}"), "{written}");
    assert_eq!(serde_json::from_str::<T>(&stored).unwrap(), value, "{written}");
    value
}

/// The check characters of `alphabet` with which `body` reads.
fn fitting<T>(body: &str, alphabet: &str, parse: impl Fn(&str) -> Result<T, IdentifierError>) -> Vec<char> {
    alphabet.chars().filter(|check| parse(&format!("{body}{check}")).is_ok()).collect()
}

const DIGITS: &str = "0123456789";
const CREDIT_CODE_SYMBOLS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

proptest! {
    #[test]
    fn exactly_one_check_digit_fits_a_gtin_and_no_single_digit_can_change(
        body in prop_oneof!["[0-9]{7}", "[0-9]{11}", "[0-9]{12}", "[0-9]{13}"],
        at in any::<prop::sample::Index>(),
        other in 0_u8..10,
    ) {
        let fitting = fitting(&body, DIGITS, Gtin::parse);
        prop_assert_eq!(fitting.len(), 1);
        let written = format!("{body}{}", fitting[0]);
        let gtin = reads_back::<Gtin>(&written);
        prop_assert_eq!(Gtin::parse(gtin.display_short()), Ok(gtin.clone()));
        prop_assert!(gtin.display_short().len() <= written.len());

        let mut changed = written.clone().into_bytes();
        let at = at.index(changed.len());
        prop_assume!(changed[at] != b'0' + other);
        changed[at] = b'0' + other;
        let changed = String::from_utf8(changed).unwrap();
        let wrong_check_digit = matches!(Gtin::parse(&changed), Err(IdentifierError::CheckDigit { .. }));
        prop_assert!(wrong_check_digit, "{written} {changed}");
    }

    #[test]
    fn exactly_one_check_digit_fits_a_container(body in "[A-Z]{3}[UJZ][0-9]{6}") {
        let fitting = fitting(&body, DIGITS, ContainerNumber::parse);
        prop_assert_eq!(fitting.len(), 1);
        let number = reads_back::<ContainerNumber>(&format!("{} {}-{}", &body[..4], &body[4..], fitting[0]));
        prop_assert_eq!(number.owner(), &body[..4]);
    }

    #[test]
    fn exactly_one_check_character_fits_a_credit_code(
        body in "[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{9}",
    ) {
        let fitting = fitting(&body, CREDIT_CODE_SYMBOLS, UnifiedSocialCreditCode::parse);
        prop_assert_eq!(fitting.len(), 1);
        reads_back::<UnifiedSocialCreditCode>(&format!("{body}{}", fitting[0]));
    }

    #[test]
    fn identifiers_without_check_digit_read_back(
        chapter in (1_u8..=97).prop_filter("reserved", |chapter| *chapter != 77),
        rest in prop_oneof!["", "[0-9]{2}", "[0-9]{4}", "[0-9]{6}", "[0-9]{8}"],
        country in prop::sample::select(CountryCode::all().collect::<Vec<_>>()),
        place in "[A-Z2-9]{3}",
        tag in "[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?",
        eori in "(AT|DE|XI)[A-Z0-9]{1,15}",
        vat in "(DE[0-9]{9}|NL[0-9]{9}B[0-9]{2}|RO[0-9]{2,10})",
    ) {
        let code = reads_back::<CommodityCode>(&format!("{chapter:02}{rest}"));
        prop_assert_eq!(code.chapter().parse(), Ok(chapter));
        prop_assert_eq!(code.hs6().is_some(), code.kind() >= CommodityCodeKind::Hs6);
        prop_assert_eq!(reads_back::<CountryCode>(country.as_str()), country);
        prop_assert_eq!(reads_back::<Unlocode>(&format!("{country} {place}")).country(), country);
        prop_assert_eq!(reads_back::<LanguageTag>(&tag).as_str().to_lowercase(), tag.to_lowercase());
        reads_back::<Eori>(&eori);
        reads_back::<VatNumber>(&vat);
    }

    #[test]
    fn partial_dates_read_back_and_sort_like_their_text(
        one in (1_u16..=9999, prop::option::of((1_u8..=12, prop::option::of(1_u8..=28)))),
        other in (1_u16..=9999, prop::option::of((1_u8..=12, prop::option::of(1_u8..=28)))),
    ) {
        let [one, other] = [one, other].map(|(year, rest)| {
            let (month, day) = rest.map_or((None, None), |(month, day)| (Some(month), day));
            PartialDate::new(year, month, day).unwrap()
        });
        prop_assert_eq!(reads_back::<PartialDate>(&one.to_string()), one);
        prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
    }

    #[test]
    fn nothing_that_is_sent_makes_a_parser_panic(
        text in prop_oneof![
            any::<String>(),
            "\\PC{0,20}",
            "[ -~]{0,20}",
            "[0-9A-Z. é中-]{2,18}",
            "[A-Z]{4}[0-9]{6}\\PC",
            "[0-9]{4}-\\PC{2}(-\\PC{2})?",
        ],
    ) {
        let _ = Gtin::parse(&text);
        let _ = ContainerNumber::parse(&text);
        let _ = MovementReference::parse(&text);
        let _ = MovementReference::of_body(&text);
        let _ = CommodityCode::parse(&text);
        let _ = CountryCode::parse(&text);
        let _ = CountryCode::from_name(&text);
        let _ = Unlocode::parse(&text);
        let _ = UnifiedSocialCreditCode::parse(&text);
        let _ = LanguageTag::parse(&text);
        let _ = PartialDate::parse(&text);
        let _ = Eori::parse(&text);
        let _ = VatNumber::parse(&text);
    }
}
