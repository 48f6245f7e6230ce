//! Ids that begin alike.

use seamless_notifications::domain::notification_id::ids_beginning;

#[test]
fn a_beginning_of_an_id_spans_all_ids_that_begin_so() {
    let span = |prefix| ids_beginning(prefix).map(|(first, last)| format!("{first} {last}"));
    assert_eq!(
        span("01920AbC-7").as_deref(),
        Some("01920abc-7000-0000-0000-000000000000 01920abc-7fff-ffff-ffff-ffffffffffff")
    );
    let whole = "01920abc-7def-7000-8000-0123456789ab";
    assert_eq!(span(whole), Some(format!("{whole} {whole}")));
    for none in ["", "019", "0-1-9", "019g", "水壶水壶", &format!("{whole}0")] {
        assert_eq!(ids_beginning(none), None, "{none}");
    }
}
