//! The readers from outside: good files of our own writing, the same files damaged, and any bytes at all.

use std::io::Cursor;

use proptest::prelude::*;
use seamless_proto::seamless::notifications::v1::{
    MeasureAction, MeasureObligation, Notification, NotificationType, OperatorRole, ProductCategory,
    RemedyKind, RiskLevel, RiskType,
};
use seamless_proto::seamless::r#type::v1::{CivilDate, LocalizedText};

use super::*;

const RAPEX: &str = "\u{feff}report_week,report_year,refnr,country,country_code,danger_short,measures,reactingcountry,\
descript_category,countryoforigin,descript_product,descript_type,descript_descr,descript_brand,note\n\
50,2009,7/9/0183,Slovenia,SV,Burns and fire,\"Voluntary recall from consumers by the importer. Sales ban ordered by the \
authorities.\",Germany Czech Republic Atlantis,Electrical appliances and equipment,China, Kettle - Acme,\
\" Model: K-7, bar code: 5 901700 311371, EAN 5901700311372\",\" Red ‚Äì with \"\"lid\"\", 20 ¬∞C. \",AcmeType/number of model: K-7,x\n\
1,2010,null,Atlantis,UK,Radiation,Import ban.,,Weapons,China and Poland, Lamp,Unknown,,Unknown,\n";

const CPSC: &str = r#"[
{"RecallID": 1, "RecallNumber": "26001", "RecallDate": "2026-03-05T00:00:00", "URL": "https://example.org/r/1", "LastPublishDate": "2026-04-01T00:00:00",
 "Inconjunctions": [{"URL": "https://recalls-rappels.canada.ca/en/alert-recall/acme-kettles"}, {"URL": "https://wwwapps.tc.gc.ca/detail.aspx?rn=2026001"}, {"URL": "none"}],
 "Title": "Acme Recalls Kettles", "Description": "Red kettles.", "ConsumerContact": "Call Acme.",
 "Products": [{"Name": "Acme Electric Air Fryers", "NumberOfUnits": "About 900 (about 5 in Canada)", "Type": "", "Model": "K-7, K-8"}],
 "ProductUPCs": [{"UPC": "042700311376"}, {"UPC": "99"}], "Images": [{"URL": "https://example.org/a b.jpg", "Caption": "front"}],
 "Injuries": [{"Name": "None reported."}], "Retailers": [{"Name": "Online at Amazon.com from May 2025 for about $9."}],
 "Importers": [{"Name": "Softkettle, of South Korea"}], "Manufacturers": null,
 "ManufacturerCountries": [{"Country": "Nowhere"}, {"Country": "Slovakia"}, {"Country": "China"}, {"Country": "China"}], "SoldAtLabel": "Sold At",
 "Hazards": [{"Name": "The lid can open, posing a burn hazard and a risk of serious injury."}],
 "Remedies": [{"Name": "Stop using it."}], "RemedyOptions": [{"Option": "Refund"}, {"Option": "New Instructions"}, {"Option": "Apology"}]},
 {"RecallID": 2, "Title": "no key but this"},
 {broken},
 7
]"#;

const SAFETY_GATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<weeklyReport><reference>Report-2026-10</reference><publicationDate>06/03/2026</publicationDate><notifications>
<notification><caseNumber>SR/00001/26</caseNumber><reference>10000001</reference><category>Toys</category><product>Doll</product>
<brand>Unknown</brand><name><![CDATA[Mini <Doll> & Co]]></name><type_numberOfModel>D-1; D-2</type_numberOfModel>
<barcode>5901700311371, X-1</barcode><riskType>Chemical, Choking</riskType>
<danger>Parts come loose &amp; fit a mouth.&lt;br/&gt;The product does not comply with the Toy Safety Directive.</danger>
<measures>Measures ordered by public authorities: Recall of the product from end users</measures>
<URLrecall>https://example.org/recall</URLrecall><notifyingCountry>Germany</notifyingCountry>
<countryOfOrigin>People's Republic of China</countryOfOrigin><type>Consumer</type><level>Serious risk</level>
<pictures><picture>https://example.org/1.jpg</picture><picture>not a picture</picture></pictures>
<onlineTrader>Yes</onlineTrader><companyRecallCode>R-77</companyRecallCode></notification>
<notification><caseNumber>OR/00002/26</caseNumber><category>Furniture</category><brand>&unknown;</notification>
</notifications></weeklyReport>"#;

const JSONL: &str = r#"{"general": {"source": "sample", "sourceReference": "S-1", "type": "NOTIFICATION_TYPE_OTHER_RISK"}, "product": {"productName": "kettle"}, "online": {"soldOnline": true}}

{"general": {"source": "sample", "sourceReference": "S-2"}, "risk": {"types": ["RISK_TYPE_FIRE", "RISK_TYPE_LUCK"], "level": "RISK_LEVEL_LOW"}, "measures": [{}, {"colour": "red"}]}
{"product": {}}
[]
"#;

pub(super) fn rows(format: Format, file: impl Into<Vec<u8>>) -> Vec<Result<Row, ReadError>> {
    match open(format, Box::new(Cursor::new(file.into()))) {
        Ok(rows) => rows.collect(),
        Err(error) => vec![Err(error)],
    }
}

pub(super) fn good(row: &Result<Row, ReadError>) -> &Notification {
    row.as_ref().unwrap().read.as_ref().unwrap()
}

pub(super) fn text(text: Option<&LocalizedText>) -> &str {
    text.map_or("", |text| &text.versions[0].text)
}

pub(super) fn date(year: i32, month: i32, day: i32) -> Option<CivilDate> {
    Some(CivilDate { year, month, day })
}

#[test]
fn a_rapex_row_becomes_a_serious_risk_with_all_it_says() {
    let rows = rows(Format::RapexCsv, RAPEX);
    assert_eq!(rows.len(), 2);
    let Notification { general, product, traceability, risk, measures, .. } = good(&rows[0]).clone();
    let (general, product, traceability) = (general.unwrap(), product.unwrap(), traceability.unwrap());
    assert_eq!(general.source_reference, "2009/7/9/0183");
    assert_eq!((general.reference.as_str(), general.notifying_country.as_str()), ("", "SI"));
    assert_eq!(
        (general.r#type(), general.publication_date),
        (NotificationType::SeriousRisk, date(2009, 12, 0))
    );
    assert_eq!((text(product.product_name.as_ref()), product.brand.as_str()), ("Kettle", "Acme"));
    assert_eq!(text(product.description.as_ref()), "Red – with \"lid\", 20 °C.");
    assert_eq!((product.models, product.gtins), (vec!["K-7".to_owned()], vec!["05901700311371".to_owned()]));
    assert_eq!(product.unparsed_barcodes, ["5901700311372"]);
    assert_eq!(traceability.country_of_origin, "CN");
    // Who reacted found the product too; where it was sold the table does not say.
    assert_eq!(
        (general.reacting_countries, traceability.destinations.len()),
        (vec!["DE".to_owned(), "CZ".to_owned()], 0)
    );
    let risk = risk.unwrap();
    assert_eq!(
        (risk.types.clone(), risk.level()),
        (vec![RiskType::Burns.into(), RiskType::Fire.into()], RiskLevel::Serious)
    );
    let measures: Vec<_> = measures.iter().map(|measure| (measure.action(), measure.obligation())).collect();
    assert_eq!(
        measures,
        [
            (MeasureAction::RecallFromEndUsers, MeasureObligation::Voluntary),
            (MeasureAction::BanOnMarketing, MeasureObligation::Compulsory),
        ]
    );
    let odd: Vec<_> = rows[0].as_ref().unwrap().remarks.iter().map(|remark| remark.field.as_str()).collect();
    assert_eq!(odd, ["country_code", "descript_type", "reactingcountry", "note"]);

    // The second row is odd all over, and still taken.
    let second = rows[1].as_ref().unwrap();
    assert_eq!(second.place, "line 3");
    let notification = good(&rows[1]);
    let general = notification.general.clone().unwrap();
    assert!(general.source_reference.starts_with("2010/content/"));
    assert_eq!(general.notifying_country, "GB");
    let origin = notification.traceability.clone().unwrap();
    assert_eq!((origin.country_of_origin.as_str(), origin.origin_note.as_str()), ("CN", ""));
    assert_eq!(origin.additional_countries_of_origin, ["PL"]);
    assert_eq!(notification.risk.clone().unwrap().type_note, "Radiation");
    assert_eq!(notification.product.clone().unwrap().category_note, "Weapons");
    let odd: Vec<_> = second.remarks.iter().map(|remark| remark.field.as_str()).collect();
    assert_eq!(odd, ["refnr", "country", "descript_category", "danger_short", "measures"]);
}

#[test]
fn a_rapex_table_without_its_columns_is_refused_by_name() {
    let rows = rows(Format::RapexCsv, "refnr,country\n1,2\n");
    let error = rows[0].as_ref().unwrap_err().to_string();
    assert!(
        error.contains("report_year: is required")
            && error.contains("descript_product: is required")
            && !error.contains("refnr: "),
        "{error}"
    );
}

#[test]
fn a_cpsc_recall_becomes_a_notification_and_a_broken_one_costs_only_itself() {
    let rows = rows(Format::CpscJson, CPSC);
    assert_eq!(rows.len(), 4);
    let Notification { general, product, traceability, risk, measures, online, .. } = good(&rows[0]).clone();
    let (general, product, traceability) = (general.unwrap(), product.unwrap(), traceability.unwrap());
    assert_eq!((general.source_reference.as_str(), general.notifying_country.as_str()), ("26001", "US"));
    assert_eq!(
        (general.r#type(), general.publication_date),
        (NotificationType::SeriousRisk, date(2026, 3, 5))
    );
    assert_eq!(product.category(), ProductCategory::ElectricalAppliances);
    assert_eq!(
        (product.models.len(), product.gtins, product.unparsed_barcodes),
        (2, vec!["00042700311376".to_owned()], vec!["99".to_owned()])
    );
    assert_eq!(product.pictures[0].uri, "https://example.org/a%20b.jpg");
    assert!(
        product.items_covered.starts_with("About 900")
            && product.items_covered.contains("Sold at: Online at Amazon.com")
    );
    assert_eq!(
        (traceability.country_of_origin.as_str(), traceability.origin_note.as_str()),
        ("SK", "also: Nowhere")
    );
    assert_eq!(traceability.additional_countries_of_origin, ["CN"]);
    assert_eq!(general.last_publication_date, date(2026, 4, 1));
    let joint: Vec<_> =
        general.joint_alerts.iter().map(|one| (one.system.as_str(), one.reference.as_str())).collect();
    assert_eq!(joint, [("health-canada", ""), ("transport-canada", "2026001")]);
    let units: Vec<_> =
        product.units.iter().map(|one| (one.country.as_str(), one.count, one.approximate)).collect();
    assert_eq!(units, [("US", 900, true), ("CA", 5, true)]);
    let remedies: Vec<_> =
        measures[0].remedies.iter().map(|one| (one.kind(), text(one.note.as_ref()))).collect();
    assert_eq!(
        remedies,
        [(RemedyKind::Refund, ""), (RemedyKind::NewInstructions, ""), (RemedyKind::Other, "Apology"),]
    );
    let odd: Vec<_> = rows[0].as_ref().unwrap().remarks.iter().map(|remark| remark.field.as_str()).collect();
    assert_eq!(odd, ["RecallID", "ProductUPCs", "ManufacturerCountries", "Inconjunctions"]);
    assert_eq!(traceability.destinations, ["US", "CA"]);
    let operators: Vec<_> = traceability
        .operators
        .iter()
        .map(|o| (o.role(), o.operator_name.as_str(), o.country.as_str()))
        .collect();
    assert_eq!(
        operators,
        [(OperatorRole::Retailer, "Amazon.com", ""), (OperatorRole::Importer, "Softkettle", "KR")]
    );
    assert_eq!(online.unwrap().sold_online, Some(true));
    let risk = risk.unwrap();
    assert_eq!((risk.types, risk.injury_count), (vec![RiskType::Burns.into()], Some(0)));
    assert_eq!(measures[0].consumer_url, "https://example.org/r/1");
    assert_eq!(
        text(measures[0].description.as_ref()),
        "Stop using it.\nRemedy: Refund, New Instructions, Apology\nContact: Call Acme."
    );

    let second = rows[1].as_ref().unwrap();
    assert_eq!(second.place, "record 2 (RecallID 2)");
    assert_eq!(good(&rows[1]).general.clone().unwrap().source_reference, "2");
    for (row, wanted) in [(&rows[2], "no sound json"), (&rows[3], "no object")] {
        assert!(row.as_ref().unwrap().read.as_ref().unwrap_err()[0].description.contains(wanted));
    }
}

#[test]
fn a_safety_gate_notification_is_read_and_a_broken_one_costs_only_itself() {
    let utf16: Vec<u8> = format!("\u{feff}{}", SAFETY_GATE.replace("UTF-8", "UTF-16"))
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    for file in [SAFETY_GATE.as_bytes().to_vec(), utf16] {
        let rows = rows(Format::SafetyGateXml, file);
        assert_eq!(rows.len(), 2);
        let Notification { general, product, traceability, risk, measures, online, .. } =
            good(&rows[0]).clone();
        let (general, product, risk) = (general.unwrap(), product.unwrap(), risk.unwrap());
        assert_eq!(
            (general.reference.as_str(), general.source_reference.as_str()),
            ("SR/00001/26", "10000001")
        );
        assert_eq!(
            (general.r#type(), general.publication_date),
            (NotificationType::SeriousRisk, date(2026, 3, 6))
        );
        assert_eq!(text(product.product_name.as_ref()), "Doll - Mini <Doll> & Co");
        assert_eq!((product.brand.as_str(), product.models.len(), product.gtins.len()), ("", 2, 1));
        assert_eq!((product.category(), product.pictures.len()), (ProductCategory::Toys, 1));
        assert_eq!(product.items_covered, "Company recall code: R-77");
        assert_eq!(traceability.unwrap().country_of_origin, "CN");
        assert_eq!(risk.types, [i32::from(RiskType::Chemical), RiskType::Choking.into()]);
        assert_eq!(risk.provisions_not_met, ["The product does not comply with the Toy Safety Directive."]);
        assert_eq!((measures.len(), measures[0].consumer_url.as_str()), (1, "https://example.org/recall"));
        assert_eq!(measures[0].obligation(), MeasureObligation::Compulsory);
        assert_eq!(online.unwrap().sold_online, Some(true));
        assert!(rows[1].as_ref().unwrap().read.as_ref().unwrap_err()[0].description.contains("no sound xml"));
    }
}

#[test]
fn our_own_lines_are_read_and_wrong_fields_named() {
    let rows = rows(Format::Jsonl, JSONL);
    assert_eq!(rows.len(), 4);
    let first = good(&rows[0]);
    assert_eq!(text(first.product.as_ref().unwrap().product_name.as_ref()), "kettle");
    assert_eq!(first.online.as_ref().unwrap().sold_online, Some(true));
    let wrong = |index: usize| -> Vec<&str> {
        let errors = rows[index].as_ref().unwrap().read.as_ref().unwrap_err();
        errors.iter().map(|error| error.field.as_str()).collect()
    };
    assert_eq!(wrong(1), ["measures[1].colour", "risk.types"]);
    assert_eq!(wrong(2), ["general.source", "general.source_reference"]);
    assert_eq!(wrong(3), ["line"]);
    assert_eq!(rows[1].as_ref().unwrap().place, "line 3");
}

#[test]
fn the_sample_is_read_whole() {
    let rows = rows(Format::Jsonl, include_bytes!("../../sample/alerts.jsonl").as_slice());
    assert_eq!(rows.len(), 12);
    let origin =
        |row: &&Result<Row, ReadError>| good(row).traceability.clone().unwrap().country_of_origin == "CN";
    let chinese: Vec<_> = rows.iter().filter(origin).collect();
    let online = chinese
        .iter()
        .filter(|row| good(row).online.clone().is_some_and(|online| online.sold_online == Some(true)));
    assert_eq!((chinese.len(), online.count()), (6, 3));
    for row in &rows {
        let notification = good(row);
        assert_eq!(notification.general.as_ref().unwrap().source, "sample");
        for gtin in &notification.product.as_ref().unwrap().gtins {
            assert!(seamless_identifiers::Gtin::parse(gtin).is_ok(), "{gtin}");
        }
        for operator in &notification.traceability.as_ref().unwrap().operators {
            let code = &operator.credit_code;
            assert!(
                code.is_empty() || seamless_identifiers::UnifiedSocialCreditCode::parse(code).is_ok(),
                "{code}"
            );
        }
    }
}

const FILES: [(Format, &str); 4] = [
    (Format::RapexCsv, RAPEX),
    (Format::CpscJson, CPSC),
    (Format::SafetyGateXml, SAFETY_GATE),
    (Format::Jsonl, JSONL),
];

/// Reads a file to its end and checks what every row promises.
fn read_through(format: Format, file: Vec<u8>) {
    let rows = rows(format, file);
    let broken_off = rows.iter().filter(|row| row.is_err()).count();
    assert!(broken_off == 0 || (broken_off == 1 && rows.last().unwrap().is_err()));
    for row in rows.iter().flatten() {
        assert!(row.raw.len() <= 64 << 10 && !row.place.is_empty());
        match &row.read {
            Ok(notification) => assert!(!notification.general.as_ref().unwrap().source_reference.is_empty()),
            Err(errors) => assert!(!errors.is_empty()),
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_panic(
        which in 0..4_usize,
        keep_head in any::<bool>(),
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            "[\\[\\]{}<>/!?\"',:;&#a-c0-9\n \\-\\\\]{0,300}".prop_map(String::into_bytes),
        ],
    ) {
        let (format, file) = FILES[which];
        let head = if keep_head { file.lines().next().unwrap_or_default() } else { "" };
        read_through(format, [head.as_bytes(), b"\n", &bytes].concat());
    }

    #[test]
    fn a_damaged_file_is_read_as_far_as_it_goes(
        which in 0..4_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 1..12),
    ) {
        let (format, file) = FILES[which];
        let mut bytes = file.as_bytes().to_vec();
        for (place, kind, byte) in damage {
            let at = place.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        read_through(format, bytes);
    }
}
