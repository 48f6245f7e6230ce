//! A code is typed by people: what they mistype is found.

use std::collections::HashSet;

use proptest::prelude::*;

use seamless_training::domain::model::{CertificateCode, CodeProblem};

#[test]
fn codes_are_typed_as_people_type() {
    let code = CertificateCode::draw();
    let grouped = code.grouped();
    assert_eq!(grouped.len(), 22, "{grouped}");
    let typed = format!(" {} ", grouped.to_lowercase().replace('0', "o").replace('1', "l").replace('-', " "));
    assert_eq!(CertificateCode::parse(&typed), Ok(code.clone()));
    assert_eq!(CertificateCode::parse(&grouped[..17]), Err(CodeProblem::Length(14)));
    assert_eq!(CertificateCode::parse(&format!("{grouped}7")), Err(CodeProblem::Length(19)));
    assert_eq!(CertificateCode::parse("K7QF-3M2U"), Err(CodeProblem::Character(8)));
    let drawn: HashSet<_> = (0..1_000).map(|_| CertificateCode::draw()).collect();
    assert_eq!(drawn.len(), 1_000);
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

proptest! {
    #[test]
    fn a_wrong_character_and_neighbours_that_changed_places_are_found(
        place in 0..18_usize, other in 0..32_usize, left in 0..17_usize,
    ) {
        let code = CertificateCode::draw();
        let mut wrong = code.as_str().as_bytes().to_vec();
        wrong[place] = ALPHABET[other];
        let wrong = String::from_utf8(wrong).unwrap();
        prop_assert_eq!(CertificateCode::parse(&wrong).is_ok(), wrong == code.as_str());
        let mut swapped = code.as_str().as_bytes().to_vec();
        swapped.swap(left, left + 1);
        let swapped = String::from_utf8(swapped).unwrap();
        prop_assert_eq!(CertificateCode::parse(&swapped).is_ok(), swapped == code.as_str());
    }
}
