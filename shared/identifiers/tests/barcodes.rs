//! Barcodes as people write them, in a field for them and in free text.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

use proptest::prelude::*;

use seamless_identifiers::Barcodes;

fn said(found: Barcodes) -> (Vec<String>, Vec<String>, String) {
    let Barcodes { gtins, unparsed, rest } = found;
    (gtins.iter().map(ToString::to_string).collect(), unparsed, rest)
}

#[test]
fn a_field_of_barcodes_is_read_whatever_stands_between_them_and_around_them() {
    let (one, two) = ("06932173550102".to_owned(), "06932173550119".to_owned());
    for (text, rest) in [
        ("6932173550102 6932173550119", ""),
        ("6932173550102 and 6932173550119", ""),
        ("6932173550102 (red) 6932173550119 (blue)", "(red) (blue)"),
        ("6932173550102&amp;6932173550119", ""),
        ("6932173550102\t6932173550119", ""),
        ("6932173550102、6932173550119", ""),
        ("6932173550102 / 6932173550119", ""),
        ("EAN: 6 932173 550102; UPC 693217355011-9.", ""),
        ("\u{202d}6932173550102\u{202c},\u{200b}6932173550119\u{feff}", ""),
        ("'6932173550102,'6932173550119", ""),
        ("=\"6932173550102\";=\"6932173550119\"", ""),
        ("６９３２１７３５５０１０２ 6932173550119", ""),
        ("6932173550102\u{a0}\u{a0}6 932173 550119", ""),
        ("EAN6932173550102 +6932173550119", ""),
        ("6932173550102, N/A, 6932173550119, unknown", ""),
    ] {
        let wanted = (vec![one.clone(), two.clone()], vec![], rest.to_owned());
        assert_eq!(said(Barcodes::of_field(text)), wanted, "{text:?}");
    }
}

#[test]
fn what_is_no_gtin_is_kept_as_it_is_printed_and_what_says_nothing_is_nothing() {
    for nothing in ["", "N/A", "Unknown.", "-", "none; n/a", "No information provided", "不详"] {
        assert_eq!(Barcodes::of_field(nothing), Barcodes::default(), "{nothing}");
    }
    for (text, gtins, unparsed) in [
        ("5901700311371; 94173086\nunknown, X12-7", 2, vec!["X12-7"]),
        ("0000000000000", 0, vec!["0000000000000"]),
        ("5901700311372", 0, vec!["5901700311372"]),
        ("EAN: 5901700311372", 0, vec!["5901700311372"]),
        ("kik-25305009111", 0, vec!["kik-25305009111"]),
        ("6.93217E+12", 0, vec!["6.93217E+12"]),
        ("A5901700311371", 0, vec!["A5901700311371"]),
        ("lot 5901700311371", 0, vec!["lot 5901700311371"]),
        ("5901700311371 5901700311372", 1, vec!["5901700311372"]),
    ] {
        let found = Barcodes::of_field(text);
        assert_eq!(
            (found.gtins.len(), found.unparsed),
            (gtins, unparsed.iter().map(|code| (*code).to_owned()).collect()),
            "{text}"
        );
    }
    assert_eq!(Barcodes::of_field("5901700311371 lot 77").rest, "lot 77");
}

#[test]
fn barcodes_are_found_in_a_text_where_a_label_announces_them() {
    let good = || "05901700311371".to_owned();
    let short = || "00000094173086".to_owned();
    let found = |text: &str| said(Barcodes::of_text(text));
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

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_loses_nothing_but_codes_and_labels(
        text in "([ -~à–中\u{200b}]|ean |barcode: |5901700311371|94173086|12 ){0,12}",
    ) {
        prop_assert!(Barcodes::of_text(&text).rest.len() <= text.len());
        let found = Barcodes::of_field(&text);
        prop_assert!(found.gtins.iter().all(|gtin| !gtin.is_placeholder()));
        // Every digit is somewhere, once or, said twice, at least once.
        for run in text.split(|letter: char| !letter.is_ascii_digit()).filter(|run| run.len() > 3) {
            let everywhere = format!("{:?} {:?} {}", found.gtins, found.unparsed, found.rest);
            let digits: String = everywhere.chars().filter(char::is_ascii_digit).collect();
            let is_zeros = run.bytes().all(|digit| digit == b'0');
            prop_assert!(is_zeros || digits.contains(run.trim_start_matches('0')), "{run} of {text:?} in {everywhere}");
        }
    }
}
