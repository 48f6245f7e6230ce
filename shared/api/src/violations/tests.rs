//! What the door of every contract takes, and how it tells what it does not.

use super::*;

fn told(check: impl FnOnce(&mut Violations)) -> Vec<String> {
    let mut found = Violations::new();
    check(&mut found);
    let told = found.into_inner().into_iter();
    told.map(|violation| format!("{}: {}", violation.field, violation.description)).collect()
}

#[test]
fn what_nobody_sees_is_told_with_code_point_and_place() {
    for (text, longest, wanted) in [
        ("Kettle\u{200b}", 200, Some("U+200B, at character 7")),
        ("a\u{202e}b", 10_000, Some("U+202E, at character 2")),
        ("two\nlines", 200, Some("U+000A, at character 4")),
        ("two\nlines\tand a tab", 10_000, None),
        ("می\u{200c}خواهم", 200, None),
        ("水壶 – 5 °C", 200, None),
    ] {
        let found = told(|found| drop(found.text("product.brand", text.to_owned(), longest)));
        match wanted {
            Some(wanted) => assert!(found.len() == 1 && found[0].ends_with(wanted), "{text:?}: {found:?}"),
            None => assert!(found.is_empty(), "{text:?}: {found:?}"),
        }
    }
    let version = |text: &str| value::LanguageVersion {
        language_code: "en".to_owned(),
        text: text.to_owned(),
        ..Default::default()
    };
    let name = value::LocalizedText { versions: vec![version("a\nb")] };
    assert!(told(|found| drop(found.localized("name", Some(name.clone()), 500))).is_empty());
    let found = told(|found| drop(found.localized_line("name", Some(name), 500)));
    assert!(found.len() == 1 && found[0].starts_with("name.versions[0].text: has a line break"), "{found:?}");
}

#[test]
fn what_can_be_read_is_kept_where_nothing_is_refused() {
    for (text, longest, kept) in [
        ("Kettle\u{200b}", 200, "Kettle"),
        ("two\nlines", 200, "two lines"),
        ("two\nlines", 1_000, "two\nlines"),
        ("水壶水壶", 3, "水壶水"),
        ("a\u{7}b", 200, "a b"),
    ] {
        let mut found = Violations::mending();
        assert_eq!(found.text("description", text.to_owned(), longest), kept);
        let is_wrong = text != kept;
        assert_eq!(found.into_inner().len(), usize::from(is_wrong), "{text:?} is told");
        let again = told(|found| drop(found.text("description", kept.to_owned(), longest)));
        assert_eq!(again, [] as [&str; 0], "what was kept has nothing wrong");
    }
}

#[test]
fn an_address_shows_what_is_wrong_with_it_and_no_password() {
    let url = |text: &str| told(|found| drop(found.url("url", text.to_owned())));
    assert!(url("").is_empty() && url("https://example.org/a?b=c").is_empty());
    let long = format!("https://example.org/{}\u{200b}end", "x".repeat(300));
    let found = url(&long);
    assert!(found[0].ends_with("got …\"xxxxxxxxxxxx\\u{200b}end\""), "{found:?}");
    let found = url("https://me:secret@example.org");
    assert!(found[0].contains("without user and password") && !found[0].contains("secret"), "{found:?}");
}

#[test]
fn a_time_has_no_negative_nanoseconds() {
    let time = |seconds, nanos| {
        told(|found| {
            let _ = found.timestamp("time", Some(prost_types::Timestamp { seconds, nanos }));
        })
    };
    assert_eq!(time(-5, -1), ["time: wants 0 to 999999999 nanoseconds; got -1"]);
    assert_eq!(time(5, 1_000_000_000), ["time: wants 0 to 999999999 nanoseconds; got 1000000000"]);
    assert!(time(-5, 1).is_empty() && time(5, 999_999_999).is_empty());
}

#[test]
fn a_wrong_value_is_told_with_what_is_wanted() {
    use seamless_vocabulary::{feed::EventStatus, notifications::ProductCategory};
    let wrong = told(|found| {
        let _ = found.vocabulary::<EventStatus>("status", 9);
    });
    assert_eq!(wrong, ["status: wants 1 (ACTUAL), 2 (EXERCISE), 3 (TEST); got 9"]);
    let missing = told(|found| {
        let _ = found.required_vocabulary::<EventStatus>("status", 0);
    });
    assert_eq!(missing, ["status: is required: wants 1 (ACTUAL), 2 (EXERCISE), 3 (TEST)"]);
    let wrong = told(|found| drop(found.vocabularies::<ProductCategory>("categories", &[1, 99], 5)));
    assert!(wrong[0].contains("categories[1]: wants 1 (") && wrong[0].ends_with("; got 99"), "{wrong:?}");
    assert!(wrong[0].len() < 400 && wrong[0].contains("names all"), "{wrong:?}");
}

#[test]
fn a_text_of_blanks_is_told_from_one_that_is_missing() {
    for (text, wanted) in
        [("", "is required"), (" \u{3000}", "has blanks only: wants at least one other character")]
    {
        let found = told(|found| drop(found.required_text("reason", text.to_owned(), 20)));
        assert_eq!(found, [format!("reason: {wanted}")]);
        let version =
            value::LanguageVersion { language_code: "en".to_owned(), text: text.to_owned(), state: 0 };
        let found = told(|found| {
            drop(found.localized("note", Some(value::LocalizedText { versions: vec![version] }), 20));
        });
        assert_eq!(found.iter().any(|one| one.contains("blanks only")), !text.is_empty(), "{found:?}");
    }
}

#[test]
fn a_time_that_cannot_be_is_told_in_our_words() {
    for seconds in [i64::MIN, -62_135_596_801, i64::MAX] {
        let time = Some(prost_types::Timestamp { seconds, nanos: 0 });
        let found = told(|found| {
            let _ = found.timestamp("end_time", time);
        });
        assert!(found[0].starts_with("end_time: wants seconds since 1970 from -62135596800"), "{found:?}");
        assert!(
            found[0].ends_with(&format!("; got {seconds}")) && !found[0].contains("parameter"),
            "{found:?}"
        );
    }
}
