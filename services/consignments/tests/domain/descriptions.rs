//! What of a description of goods finds an alert, and how much it proves.

use proptest::prelude::*;
use seamless_consignments::domain::{
    alerts::{Alert, AlertIndex, Bounds},
    model::{Consignment, MatchedAlert},
};
use seamless_matching::Model;

const BOUNDS: Bounds = Bounds { least: 0.3, mandatory: 0.9 };

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn alert(name: &str, brand: &str, names: &[&str], models: &[&str], gtins: &[&str]) -> Alert {
    Alert {
        name: name.to_owned(),
        brand: brand.to_owned(),
        names: texts(names),
        models: texts(models),
        gtins: texts(gtins),
        ..Alert::default()
    }
}

fn index(alerts: &[Alert]) -> AlertIndex {
    let mut index = AlertIndex::new(Model::embedded().unwrap());
    alerts.iter().for_each(|alert| index.put(alert));
    index
}

fn alerts() -> AlertIndex {
    index(&[
        alert("kettle", "Kettwell", &["electric kettle", "电热水壶"], &["KW-1500A"], &["6932173550102"]),
        alert("laptop", "Dellmar", &["Inspira laptop computer"], &["Inspira 1525"], &[]),
        alert("camera", "Sonara", &["Cyber-shot digital camera"], &["DSC-W120"], &[]),
        alert("lamp", "Home", &["LED desk lamp"], &["A10"], &[]),
        alert("cream", "L'Orval", &["hair straightening cream"], &[], &[]),
        alert("bank", "海纳 Hainar", &["充电宝", "power bank"], &[], &[]),
        alert("charger", "Basena", &["charger for iFone"], &[], &[]),
        alert("doll", "Müllner", &["rag doll"], &[], &["2012345678903"]),
        alert("grinder", "Black & Hecker", &["angle grinder"], &[], &[]),
        alert("cup", "ΓΑΛΑΞΊΑΣ", &["παιδικό ποτήρι"], &[], &[]),
    ])
}

fn goods(description: &str) -> Consignment {
    let goods = serde_json::json!({
        "entry_point": "NLRTM", "arrival": "2026-01-19T08:00:00Z", "description": description,
    });
    serde_json::from_value(goods).unwrap()
}

fn found(alerts: &AlertIndex, description: &str) -> Vec<MatchedAlert> {
    alerts.find(&goods(description), &BOUNDS)
}

fn names(matched: &[MatchedAlert]) -> Vec<&str> {
    matched.iter().map(|alert| alert.notification.as_str()).collect()
}

#[test]
fn brand_and_name_in_a_description_find_the_alert_and_never_make_an_examination_mandatory() {
    let alerts = alerts();
    for (description, wanted) in [
        ("Kettwell electric kettle", "kettle"),
        ("ELECTRIC KETTLE KETTWELL 1.7L STAINLESS STEEL, 20 CTN", "kettle"),
        ("Ｋｅｔｔｗｅｌｌ ｅｌｅｃｔｒｉｃ ｋｅｔｔｌｅ", "kettle"),
        ("Kettwell电热水壶", "kettle"),
        ("海纳充电宝10000毫安", "bank"),
        ("Hainar power bank", "bank"),
        ("L’ORVAL HAIR-STRAIGHTENING CREAM 200 ml", "cream"),
        ("LORVAL hair straightening cream", "cream"),
        ("MUELLNER rag doll, 12 pcs", "doll"),
        ("Müllner rag doll", "doll"),
        ("black and hecker angle grinder", "grinder"),
        ("BLACK-HECKER ANGLE GRINDER", "grinder"),
        ("Γαλαξίας παιδικό ποτήρι", "cup"),
        ("Home LED desk lamp", "lamp"),
        ("Basena USB charger compatible with iFone", "charger"),
        ("Dellmar Inspira laptop computer with battery and charger", "laptop"),
    ] {
        let matched = found(&alerts, description);
        assert_eq!(names(&matched), [wanted], "{description}");
        assert!(matched[0].probability < BOUNDS.mandatory, "{description}: {matched:?}");
    }
    let strict = Bounds { mandatory: 0.5, ..BOUNDS };
    let matched = alerts.find(&goods("Kettwell electric kettle"), &strict);
    assert!(matched[0].probability < 0.5, "wherever the authority draws the line: {matched:?}");
    assert_eq!(
        found(&alerts, "ELECTRIC KETTLE KETTWELL, 20 CTN")[0].matched_by,
        ["brand and name in the description", "words of the description: kettwell electric kettle"]
    );
}

#[test]
fn an_identifier_in_a_description_counts_nearly_as_in_its_field() {
    let alerts = alerts();
    let in_field = alerts.find(
        &serde_json::from_value(serde_json::json!({
            "entry_point": "NLRTM", "arrival": "2026-01-19T08:00:00Z", "description": "kettle",
            "gtins": ["06932173550102"],
        }))
        .unwrap(),
        &BOUNDS,
    );
    for description in
        ["kettle, EAN 6932173550102", "kettle（01）０６９３２１７３５５０１０２", "kettle 6 932173 550102"]
    {
        let matched = found(&alerts, description);
        assert_eq!(names(&matched), ["kettle"], "{description}");
        assert!(matched[0].probability > in_field[0].probability - 0.05, "{matched:?} {in_field:?}");
        assert_eq!(
            matched[0].matched_by,
            ["gtin in the description", "words of the description: 6932173550102 kettle"]
        );
    }
    for description in ["Kettwell KW 1500 A", "kettwell kw1500a, stainless", "型号KW-1500A Kettwell水壶"]
    {
        let matched = found(&alerts, description);
        assert_eq!(names(&matched), ["kettle"], "{description}");
        assert!(matched[0].probability >= BOUNDS.mandatory, "{description}: {matched:?}");
        assert!(matched[0].matched_by.contains(&"brand and model in the description".to_owned()));
    }
    // A model without its brand may be another firm's; one of three letters needs a word of the name beside it.
    for (description, wanted) in [("steel kettle KW1500A", "kettle"), ("LED desk lamp A10, black", "lamp")] {
        let matched = found(&alerts, description);
        assert_eq!(names(&matched), [wanted], "{description}");
        assert!(matched[0].probability < BOUNDS.mandatory, "{description}: {matched:?}");
    }
    assert_eq!(names(&found(&alerts, "motorway map, sheet A10")), [""; 0]);
}

#[test]
fn an_accessory_another_model_and_a_word_that_is_a_brand_too_are_no_match() {
    let alerts = alerts();
    for description in [
        "Dellmar Inspira 1525 laptop battery",
        "Laptop battery for Dellmar Inspira 1525",
        "Laptopakku für Dellmar Inspira 1525",
        "charger compatible with Dellmar Inspira laptop computer",
        "适用于Dellmar Inspira 1525的电池",
        "Kettwell kettle lid for electric kettle KW-1500A",
        "Sonara Cyber-shot digital camera DSC-W130",
        "Sonara digital camera case",
        "case for iFone, Basena",
        "适用于海纳充电宝的数据线",
        "LED desk lamp for home office",
        "home decor candle",
        "Kettwell garden hose",
        "electric kettle",
    ] {
        assert_eq!(names(&found(&alerts, description)), [""; 0], "{description}");
    }
}

#[test]
fn accessories_are_told_apart_where_the_brand_has_its_field_too() {
    let alerts = alerts();
    let of_brand = |description: &str| {
        let goods = Consignment { brand: "Dellmar".to_owned(), ..goods(description) };
        names(&alerts.find(&goods, &BOUNDS)).len()
    };
    assert_eq!((of_brand("Inspira laptop computer"), of_brand("battery for Inspira laptop")), (1, 0));
}

#[test]
fn a_word_that_names_of_other_alerts_hold_is_no_brand_amid_a_description() {
    let of_others = ["bamboo chopping board", "bamboo toothbrush", "bamboo cup", "bamboo basket"];
    let mut all: Vec<Alert> =
        of_others.iter().map(|name| alert(name, "Verdano", &[name], &[], &[])).collect();
    all.push(alert("steamer", "Bamboo", &["food steamer"], &[], &[]));
    let alerts = index(&all);
    assert_eq!(names(&found(&alerts, "food steamer of bamboo")), [""; 0]);
    assert_eq!(names(&found(&alerts, "Bamboo food steamer")), ["steamer"], "where a brand stands it is one");
    assert_eq!(names(&found(&alerts, "food steamer, brand: Bamboo")), ["steamer"]);
}

#[test]
fn an_in_store_number_counts_where_brand_and_name_agree_and_alone_nothing() {
    let alerts = alerts();
    let plain = found(&alerts, "Müllner rag doll")[0].probability;
    let numbered = found(&alerts, "Müllner rag doll 2012345678903");
    assert!(numbered[0].probability > plain && numbered[0].probability > 0.9, "{numbered:?} {plain}");
    assert_eq!(numbered[0].matched_by[0], "in-store number in the description");
    for description in ["rubber boots 2012345678903", "2012345678903", "rag doll 2012345678903"] {
        assert_eq!(names(&found(&alerts, description)), [""; 0], "{description}");
    }
    let field = |brand: &str, description: &str| {
        let goods = serde_json::json!({
            "entry_point": "NLRTM", "arrival": "2026-01-19T08:00:00Z", "description": description,
            "brand": brand, "gtins": ["02012345678903"],
        });
        alerts.find(&serde_json::from_value(goods).unwrap(), &BOUNDS)
    };
    assert!(field("Müllner", "rag doll")[0].probability > 0.9);
    assert_eq!(names(&field("Another", "rag doll")), [""; 0]);
}

#[test]
fn what_was_taken_out_is_not_found_and_what_was_changed_only_by_what_it_says_now() {
    let mut alerts = alerts();
    alerts.put(&alert("kettle", "Wellkett", &["electric kettle"], &[], &[]));
    assert_eq!(names(&found(&alerts, "Kettwell electric kettle KW-1500A 6932173550102")), [""; 0]);
    assert_eq!(names(&found(&alerts, "Wellkett electric kettle")), ["kettle"]);
    alerts.remove("kettle");
    assert_eq!(names(&found(&alerts, "Wellkett electric kettle")), [""; 0]);
}

proptest! {
    #[test]
    fn the_gtin_of_an_alert_is_found_wherever_it_stands_in_any_text(
        before in "\\PC{0,60}",
        after in "\\PC{0,60}",
        printed in prop_oneof![Just("6932173550102"), Just("06932173550102"), Just("6 932173 550102")],
    ) {
        // A number that is printed in groups is another one if digits stand next to it.
        let touches = before.trim_end().ends_with(|c: char| c.is_numeric())
            || after.trim_start().starts_with(|c: char| c.is_numeric());
        let apart = if printed.contains(' ') && touches { "," } else { "" };
        let matched = found(&alerts(), &format!("{before}{apart}{printed}{apart}{after}"));
        prop_assert!(names(&matched).contains(&"kettle"), "{matched:?}");
    }

    #[test]
    fn any_description_is_read_without_panic_and_text_alone_is_never_mandatory(
        description in "([\\PC]|\\PC| Kettwell |电热水壶| kettle |for |, |Home |的|适用于|L'|\u{200b}|\u{301}){0,40}",
    ) {
        let matched = found(&alerts(), &description);
        let of_text = ["brand and name in the description", "words of the description"];
        for alert in matched {
            prop_assert!(
                alert.probability < BOUNDS.mandatory
                    || alert.matched_by.iter().any(|way| !of_text.iter().any(|text| way.starts_with(text)))
            );
        }
    }
}
