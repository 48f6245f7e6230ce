//! What a certificate covers of goods: where the two agree, differ, or cannot be compared.

use std::sync::Arc;

use seamless_consignments::domain::{
    coverage::compare,
    inspection_index::InspectionIndex,
    model::{
        CertificateAgreement as Agreement, CertificatePart as Part, Consignment, Doubt, Inspection,
        KnownInspection,
    },
};
use serde_json::{Value, json};

/// A certificate on 100 ducks for the consignment 6CN1, with this said otherwise.
fn certificate(otherwise: Value) -> KnownInspection {
    KnownInspection::of(&inspection(otherwise))
}

fn inspection(otherwise: Value) -> Inspection {
    let mut content = json!({
        "arrangement": "eu-cn", "body": "cn-ciq-shanghai", "certificate": "SH-1",
        "unique_consignment_reference": "6CN1",
        "exporter": { "name": "Ningbo Example Toys", "credit_code": "914403001922038216" },
        "items": [{ "commodity_code": "950300", "description": "ducks", "models": ["D-1"], "quantity": 100.0 },
                  { "commodity_code": "950300", "description": "boats", "models": ["B-1"], "quantity": 7.0 }],
        "outcome": "pass", "inspect_time": "2026-01-02T08:00:00Z", "status": "actual",
    });
    merge(&mut content, otherwise);
    let inspection = json!({
        "id": "01993f2e-0000-7000-8000-000000000001", "originator": "cn-gacc", "state": "active", "version": 1,
        "content": content, "create_time": "2026-01-02T08:00:00Z", "update_time": "2026-01-02T08:00:00Z",
    });
    serde_json::from_value(inspection).unwrap()
}

/// The exporters of certificates that were amended are let go.
#[test]
fn an_index_holds_the_exporters_of_what_it_holds() {
    let mut index = InspectionIndex::default();
    let mut former = Vec::new();
    for number in 0..5_000 {
        let amended = json!({ "exporter": { "name": format!("Ningbo Example Toys {number}") } });
        index.put(&inspection(amended));
        let known = index.find("ucr:6CN1", 1).next().unwrap();
        former.push(Arc::downgrade(&known.stated.exporter));
    }
    let held = former.iter().filter(|one| one.strong_count() > 0).count();
    assert!(held < 2_000, "{held} of 5000");
    assert_eq!(former.last().unwrap().strong_count(), 2);
}

fn goods(otherwise: Value) -> Consignment {
    let mut goods = json!({
        "entry_point": "NLRTM", "arrival": "2026-01-05T08:00:00Z", "unique_consignment_reference": "6cn 1",
        "commodity_code": "95030041", "quantity": 100.0, "exporter": { "name": "NINGBO EXAMPLE TOYS CO LTD" },
    });
    merge(&mut goods, otherwise);
    serde_json::from_value(goods).unwrap()
}

fn merge(into: &mut Value, otherwise: Value) {
    let (Value::Object(into), Value::Object(otherwise)) = (into, otherwise) else { return };
    into.extend(otherwise);
}

#[test]
fn a_certificate_covers_what_it_says_and_nothing_else() {
    use Agreement::{Differs, NotComparable, NotStated};
    let (of_another, of_no_number) = (Some(Doubt::OtherExporter), Some(Doubt::OtherQuantity));
    let item = |counted: Value| {
        let mut item = json!({ "commodity_code": "950300", "description": "ducks" });
        merge(&mut item, counted);
        json!({ "items": [item] })
    };
    let (bales, uncounted) = (item(json!({ "quantity": 10.0, "quantity_unit": "bales" })), item(json!({})));
    for (certified, arriving, doubt, found) in [
        (json!({}), json!({}), None, vec![]),
        // Identifiers before names; names only in one script.
        (
            json!({}),
            json!({ "exporter": { "name": "Others", "credit_code": "914403001922038216" } }),
            None,
            vec![],
        ),
        (
            json!({ "exporter": { "name": "Ningbo Example Toys", "eori": "NL123456789" } }),
            json!({ "exporter": { "name": "Ningbo Example Toys", "eori": "NL987654321" } }),
            of_another,
            vec![(Part::Exporter, Differs)],
        ),
        (
            json!({}),
            json!({ "exporter": { "name": "宁波示例玩具" } }),
            None,
            vec![(Part::Exporter, NotComparable)],
        ),
        // Whoever leaves the exporter out is not the one that is meant.
        (json!({}), json!({ "exporter": {} }), of_another, vec![(Part::Exporter, NotStated)]),
        (
            json!({}),
            json!({ "exporter": { "eori": "NL123456789" } }),
            of_another,
            vec![(Part::Exporter, NotStated)],
        ),
        (
            json!({}),
            json!({ "exporter": { "name": "Ningbo Example" } }),
            of_another,
            vec![(Part::Exporter, Differs)],
        ),
        // Of what is stated of the consignment one agrees, and none disagrees.
        (
            json!({ "transport_documents": ["B-1", "B-2"], "containers": [{ "number": "CSQU3054383" }] }),
            json!({ "unique_consignment_reference": "", "transport_documents": ["b2", "M-9"] }),
            None,
            vec![(Part::ConsignmentReference, NotStated), (Part::Container, NotStated)],
        ),
        (
            json!({ "containers": [{ "number": "CSQU3054383" }] }),
            json!({ "containers": ["CSQU3054383", "MSCU6639870"] }),
            Some(Doubt::OtherConsignment),
            vec![(Part::Container, Differs)],
        ),
        (
            json!({}),
            json!({ "unique_consignment_reference": "" }),
            Some(Doubt::OtherConsignment),
            vec![(Part::ConsignmentReference, NotStated)],
        ),
        // A certificate that states nothing of the consignment.
        (json!({ "unique_consignment_reference": "" }), json!({}), None, vec![]),
        // Where it counts, goods that cannot be counted are not covered.
        (json!({}), json!({ "quantity": null }), of_no_number, vec![(Part::Quantity, NotStated)]),
        (json!({}), json!({ "quantity": 0.0 }), of_no_number, vec![(Part::Quantity, NotComparable)]),
        (json!({}), json!({ "quantity_unit": "KGM" }), of_no_number, vec![(Part::Quantity, NotComparable)]),
        (json!({}), json!({ "quantity_unit": "bales" }), of_no_number, vec![(Part::Quantity, NotComparable)]),
        // Where it counts in a unit that nobody knows, or not at all, one consignment has it as a whole.
        (bales, json!({ "quantity_unit": "bales" }), None, vec![(Part::Quantity, NotComparable)]),
        (uncounted, json!({ "quantity": null }), None, vec![]),
        // A reusable one wants its exporter known.
        (
            json!({ "reusable": true }),
            json!({ "exporter": {} }),
            of_another,
            vec![(Part::Exporter, NotStated), (Part::Product, NotStated)],
        ),
        // And its product, where it names some.
        (json!({ "reusable": true }), json!({}), Some(Doubt::OtherGoods), vec![(Part::Product, NotStated)]),
        (json!({ "reusable": true }), json!({ "models": ["b 1"] }), None, vec![]),
        (
            json!({ "reusable": true, "items": [{ "commodity_code": "950300", "description": "toys" }] }),
            json!({}),
            None,
            vec![],
        ),
        (
            json!({ "reusable": true, "reuse": { "any_exporter": true, "total_quantity": 5.0 } }),
            json!({ "exporter": {}, "models": ["d1"], "quantity": null }),
            of_no_number,
            vec![(Part::Quantity, NotStated)],
        ),
        // What the goods list beside its products is not covered; nor is anything of which nobody knows the heading.
        (
            json!({ "reusable": true }),
            json!({ "models": ["D-1", "X-9"] }),
            Some(Doubt::OtherGoods),
            vec![(Part::Product, Differs)],
        ),
        (json!({ "reusable": true }), json!({ "models": ["D-1", "b1", "-"] }), None, vec![]),
        (
            json!({ "reusable": true, "items": [{
                "commodity_code": "950300", "description": "toys", "gtins": ["6291041500213"],
            }] }),
            json!({ "gtins": ["6291041500213", "4006381333931"] }),
            Some(Doubt::OtherGoods),
            vec![(Part::Product, Differs)],
        ),
        (
            json!({ "reusable": true, "items": [{ "commodity_code": "950300", "description": "toys" }] }),
            json!({ "commodity_code": null }),
            Some(Doubt::OtherGoods),
            vec![(Part::Product, NotStated)],
        ),
        // Of the goods of one consignment it is said.
        (json!({}), json!({ "commodity_code": null }), None, vec![(Part::Product, NotStated)]),
        (json!({}), json!({ "commodity_code": null, "models": ["D-1"] }), None, vec![]),
        // A limit that is next to nothing is no missing one.
        (
            json!({ "reusable": true, "reuse": { "any_exporter": true, "total_quantity": 0.0004 } }),
            json!({ "models": ["d1"], "quantity": 1.0 }),
            of_no_number,
            vec![],
        ),
    ] {
        let compared = compare(&certificate(certified.clone()), &goods(arriving.clone()));
        let parts: Vec<_> = compared.findings.iter().map(|one| (one.part, one.agreement)).collect();
        assert_eq!((compared.doubt, parts), (doubt, found), "{certified} {arriving}");
    }
    let toys = json!({ "reusable": true, "items": [{ "commodity_code": "950300", "description": "toys" }] });
    let told = &compare(&certificate(toys), &goods(json!({ "commodity_code": null }))).findings[0];
    assert_eq!((told.wants.as_str(), told.got.as_str()), ("9503", ""));
    // Boats are taken from the boats, whatever is left of the ducks.
    let claimed = |arriving| compare(&certificate(json!({})), &goods(arriving)).claim.from;
    assert_eq!(claimed(json!({})), [(0, 100_000), (1, 7_000)]);
    assert_eq!(claimed(json!({ "models": ["b1"] })), [(1, 7_000)]);
}

#[test]
fn what_parties_are_not_shown_is_compared_and_not_told() {
    let withheld =
        json!({ "disclosures": [{ "path": "exporter.name", "audience": "originator", "reason": "secret" }] });
    let compared = compare(&certificate(withheld), &goods(json!({ "exporter": { "name": "Others" } })));
    let told = &compared.findings[0];
    assert_eq!((told.wants.as_str(), told.got.as_str()), ("not shown", "Others"));
}
