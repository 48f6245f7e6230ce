//! Whether goods are those that were declared before: by all that both declarations state.

use jiff::civil::Date;
use seamless_consignments::domain::{
    model::Consignment,
    same_goods::{Alike, HowMuch, alike, is_in_time},
};
use serde_json::{Value, json};

/// Ducks in a container under a bill of lading, with this said otherwise.
fn ducks(otherwise: &Value) -> Consignment {
    let mut goods = json!({
        "entry_point": "NLRTM", "arrival": "2026-01-05T08:00:00Z", "commodity_code": "950300",
        "transport_documents": ["MAEU123456789"], "containers": ["CSQU3054383"], "quantity": 100.0,
        "gross_mass_kg": 10.0, "exporter": { "name": "Ningbo Example Toys" },
    });
    let (Value::Object(into), Value::Object(otherwise)) = (&mut goods, otherwise) else { panic!() };
    into.extend(otherwise.clone());
    serde_json::from_value(goods).unwrap()
}

/// How much of goods was stated first, where that is this.
fn stated(goods: &Consignment) -> HowMuch {
    HowMuch { mass: goods.gross_mass_kg, amounts: goods.amount().into_iter().collect() }
}

#[test]
fn goods_are_the_same_where_all_that_is_stated_agrees() {
    use Alike::{More, Other, Same, Unproved};
    for (before, now, alike_as) in [
        (json!({}), json!({}), Same),
        (json!({}), json!({ "transport_documents": ["X-9", "maeu 123 456 789"], "containers": [] }), Same),
        (json!({}), json!({ "commodity_code": "95030041", "quantity": 99.0 }), Same),
        (json!({ "commodity_code": null, "exporter": {} }), json!({}), Same),
        (json!({}), json!({ "exporter": { "name": "宁波示例玩具" } }), Unproved),
        (json!({}), json!({ "exporter": { "name": "NINGBO EXAMPLE TOYS CO., LTD." } }), Same),
        (json!({}), json!({ "exporter": { "name": "Yiwu Example Trading" } }), Unproved),
        (json!({}), json!({ "commodity_code": "850440" }), Unproved),
        (json!({}), json!({ "containers": ["MSKU1234565"] }), Unproved),
        (
            json!({}),
            json!({ "transport_documents": ["ONEY987654321"], "containers": ["MSKU1234565"] }),
            Other,
        ),
        (json!({}), json!({ "transport_documents": [], "containers": [] }), Unproved),
        (
            json!({ "transport_documents": ["UNKNOWN"], "containers": [] }),
            json!({ "transport_documents": ["unknown"], "containers": [] }),
            Unproved,
        ),
        (json!({}), json!({ "quantity": 100.5 }), More),
        (json!({}), json!({ "quantity": 9.0, "quantity_unit": "DZN" }), More),
        // What was stated is not left out, so that anything could be stated after that.
        (json!({}), json!({ "exporter": {} }), Unproved),
        (json!({}), json!({ "commodity_code": null }), Unproved),
        (json!({}), json!({ "quantity": null, "gross_mass_kg": null }), More),
        (json!({ "quantity": null }), json!({ "gross_mass_kg": null }), More),
        (json!({ "quantity": null, "gross_mass_kg": null }), json!({}), Same),
        // In bales, or without a number: by mass.
        (json!({}), json!({ "quantity": 500.0, "quantity_unit": "bales" }), Same),
        (json!({ "quantity": null }), json!({ "gross_mass_kg": 10.9 }), Same),
        (json!({ "quantity": null }), json!({ "gross_mass_kg": 11.1 }), More),
        // By both, where both can be compared: few pieces can be heavy.
        (json!({}), json!({ "gross_mass_kg": 11.1 }), More),
        (json!({}), json!({ "quantity": 101.0, "gross_mass_kg": 9.0 }), More),
        (json!({}), json!({ "quantity": 99.0, "gross_mass_kg": 10.9 }), Same),
    ] {
        let before_it = ducks(&before);
        assert_eq!(alike(&ducks(&now), &before_it, &stated(&before_it)), alike_as, "{before} {now}");
    }
    // Against the mass that was stated first, whatever was said since.
    let (before, now) = (ducks(&json!({ "gross_mass_kg": 10.9 })), ducks(&json!({ "gross_mass_kg": 11.9 })));
    assert_eq!(alike(&now, &before, &stated(&before)), Same);
    assert_eq!(alike(&now, &before, &stated(&ducks(&json!({})))), More);
    // And the quantity in each unit, however little was stated since.
    let (before, now) = (ducks(&json!({ "quantity": null })), ducks(&json!({ "quantity": 1e6 })));
    assert_eq!(alike(&now, &before, &stated(&before)), Same);
    assert_eq!(alike(&now, &before, &stated(&ducks(&json!({})))), More);
    let day = |text: &str| text.parse::<Date>().unwrap();
    assert!(is_in_time(day("2026-04-05"), day("2026-01-05")), "the ninetieth day");
    assert!(!is_in_time(day("2026-04-06"), day("2026-01-05")));
    assert!(!is_in_time(day("2025-10-06"), day("2026-01-05")));
}
