//! Files as other people's systems serve them: every shape of a value, what stands where nobody looks, bodies of errors in
//! the place of reports.

use seamless_proto::seamless::notifications::v1::{NotificationType, ProductCategory, RiskLevel};

use super::tests::{date, good, rows, text};
use super::*;

/// Everything that is told of a row: the alert or the errors, and the remarks.
fn told(row: &Result<Row, ReadError>) -> String {
    let Row { read, remarks, .. } = row.as_ref().unwrap();
    format!("{read:?} {remarks:?}")
}

fn odd(row: &Result<Row, ReadError>) -> Vec<String> {
    row.as_ref().unwrap().remarks.iter().map(ToString::to_string).collect()
}

/// A weekly report of one record, whose elements these are.
fn report(elements: &str) -> String {
    format!(
        "<weeklyReport><notifications><caseNumber>SR/07001/26</caseNumber><reference>F-7001</reference><category>Toys\
         </category><product>Rattle</product><notifyingCountry>Netherlands</notifyingCountry>{elements}</notifications>\
         </weeklyReport>"
    )
}

const SERVED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<weeklyReport xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">
  <report_date>20/11/2026</report_date><report_year>2026</report_year><report_week>47</report_week>
  <notifications xsi:type=\"webReportXmlWeeklyReportDetailMotorVehicleContentDto\">
    <order>1</order><caseNumber><![CDATA[SR/07101/26]]></caseNumber>
    <reference><![CDATA[https://example.org/screen/webReport/alertDetail/10097101?lang=en]]></reference>
    <category>Motor vehicles</category><product>Passenger car</product><brand>Example</brand><name/>
    <type_numberOfModel>Corva</type_numberOfModel><ecTypeApproval>e1*2007/46*1234*00</ecTypeApproval>
    <batchNumber xsi:nil=\"true\"/><riskType>Injuries / Fire or Burns</riskType><danger>The airbag may not open.</danger>
    <measures>Measures taken by economic operators: Recall of the product from end users</measures>
    <notifyingCountry>Germany</notifyingCountry><level>Serious risk</level>
  </notifications>
</weeklyReport>";

#[test]
fn a_weekly_report_is_read_as_it_is_served_and_is_the_same_alert_in_every_language() {
    let found = rows(Format::SafetyGateXml, SERVED);
    let general = good(&found[0]).general.clone().unwrap();
    assert_eq!(general.publication_date, date(2026, 11, 20));
    assert_eq!(general.source_url, "https://example.org/screen/webReport/alertDetail/10097101?lang=en");
    assert_eq!(
        (general.reference.as_str(), general.r#type()),
        ("SR/07101/26", NotificationType::SeriousRisk)
    );
    let notification = good(&found[0]);
    assert_eq!(notification.product.clone().unwrap().items_covered, "EC type-approval: e1*2007/46*1234*00");
    assert_eq!(notification.risk.clone().unwrap().types.len(), 3);
    assert_eq!(
        odd(&found[0]),
        [
            "order: has no place in an alert: \"1\"",
            "report.report_week: has no place in an alert: \"47\"",
            "report.report_year: has no place in an alert: \"2026\""
        ]
    );

    let french = rows(Format::SafetyGateXml, SERVED.replace("lang=en", "lang=fr"));
    let reference = &good(&french[0]).general.clone().unwrap().source_reference;
    assert_eq!(reference, &general.source_reference);
    let by_week = rows(Format::SafetyGateXml, SERVED.replace("<report_date>20/11/2026</report_date>", ""));
    assert_eq!(good(&by_week[0]).general.clone().unwrap().publication_date, date(2026, 11, 0));
}

#[test]
fn a_report_from_before_2019_holds_batch_and_barcode_in_one_element() {
    for (written, batches, gtins) in [
        ("Batch: L17-3; Barcode: 3 800146 259907", vec!["L17-3"], vec!["03800146259907"]),
        ("L17-3, 3800146259907", vec!["L17-3"], vec!["03800146259907"]),
        ("3800146259907", vec![], vec!["03800146259907"]),
        ("12345670", vec!["12345670"], vec![]),
        ("Unknown", vec![], vec![]),
    ] {
        let file = report(&format!("<batchNumber_barcode>{written}</batchNumber_barcode>"));
        let product = good(&rows(Format::SafetyGateXml, file)[0]).product.clone().unwrap();
        assert_eq!(
            (product.batch_numbers, product.gtins),
            (
                batches.iter().map(|one| (*one).to_owned()).collect(),
                gtins.iter().map(|one| (*one).to_owned()).collect()
            ),
            "{written}"
        );
    }
}

#[test]
fn barcodes_of_an_alert_are_read_whatever_stands_between_them() {
    for written in [
        "6932173550102 6932173550119",
        "6932173550102 and 6932173550119",
        "6932173550102 (red) 6932173550119 (blue)",
        "<![CDATA[6932173550102&amp;6932173550119]]>",
        "\u{202d}6932173550102\u{202c}, 6932173550119\u{200b}",
    ] {
        let found = rows(Format::SafetyGateXml, report(&format!("<barcode>{written}</barcode>")));
        let product = good(&found[0]).product.clone().unwrap();
        assert_eq!(product.gtins, ["06932173550102", "06932173550119"], "{written}");
        assert!(product.unparsed_barcodes.is_empty(), "{written}");
        assert_eq!(written.contains("red"), told(&found[0]).contains("(red) (blue)"), "{written}");
    }
    let found = rows(
        Format::SafetyGateXml,
        report("<barcode>N/A</barcode><type_numberOfModel>230V, EAN, K-7</type_numberOfModel>"),
    );
    let product = good(&found[0]).product.clone().unwrap();
    assert!(product.gtins.is_empty() && product.unparsed_barcodes.is_empty(), "{product:?}");
    assert_eq!(product.models, ["K-7"]);
    assert!(told(&found[0]).contains("230V"));
}

#[test]
fn a_recall_is_read_whatever_shape_its_values_have() {
    let file = r#"[{"RecallID": 99102, "RecallNumber": "27902", "RecallDate": "2026-11-19T00:00:00", "Title": "Lamps Recalled",
        "URL": "https://example.org/Recalls/x", "Products": {"Name": "Example lamp"}, "Hazards": "Lead ingestion",
        "Description": "This recall involves lamps. Model number \"EH-14Z\" or EH-15 stands on the label.",
        "Manufacturers": "Example Ltd., of China", "Importers": {"Name": "Solo Import LLC, of Austin, Texas"},
        "ProductUPCs": [{"UPC": ["6932173550102"]}, {"UPC": "693217355011-9, N/A"}, "UPC 5901700311371"],
        "RemedyOptions": "Refund", "Remedies": ["Stop using it."], "Images": "https://me:secret@example.org/a b.jpg",
        "ManufacturerCountries": "China", "CompanyID": 77}]"#;
    let found = rows(Format::CpscJson, file);
    let notification = good(&found[0]);
    let (product, traceability) =
        (notification.product.clone().unwrap(), notification.traceability.clone().unwrap());
    let operators: Vec<_> =
        traceability.operators.iter().map(|o| (o.operator_name.as_str(), o.country.as_str())).collect();
    assert_eq!(operators, [("Example Ltd.", "CN"), ("Solo Import LLC", "US")]);
    assert_eq!(product.gtins, ["06932173550102", "06932173550119", "05901700311371"]);
    assert_eq!(product.models, ["EH-14Z", "EH-15"]);
    assert_eq!(text(product.product_name.as_ref()), "Example lamp");
    assert_eq!(product.pictures[0].uri, "https://example.org/a%20b.jpg");
    assert_eq!(
        notification.risk.clone().unwrap().types,
        [i32::from(seamless_proto::seamless::notifications::v1::RiskType::Chemical)]
    );
    assert_eq!(text(notification.measures[0].description.as_ref()), "Stop using it.\nRemedy: Refund");
    assert!(
        !told(&found[0]).contains("secret") && told(&found[0]).contains("CompanyID"),
        "{}",
        told(&found[0])
    );

    let hyphenated = rows(Format::CpscJson, file.replace("\"27902\"", "\"27-902\""));
    let key = |row: &Result<Row, ReadError>| good(row).general.clone().unwrap().source_reference;
    assert_eq!((key(&hyphenated[0]), key(&found[0])), ("27902".to_owned(), "27902".to_owned()));
}

#[test]
fn the_body_of_an_error_is_no_recall_and_no_report() {
    let error = r#"[{"RecallID": 0, "RecallNumber": null, "RecallDate": "0001-01-01T00:00:00", "Title": "Error retrieving Recalls: the
        service could not read its store", "Products": null}]"#;
    let found = rows(Format::CpscJson, error.replace('\n', " "));
    assert!(
        told(&found[0]).contains("no recall") && told(&found[0]).contains("Error retrieving"),
        "{}",
        told(&found[0])
    );
    assert!(found[0].as_ref().unwrap().read.is_err());
    assert!(rows(Format::CpscJson, "[]").is_empty(), "nothing was recalled");

    let page = "<html><body>Service unavailable</body></html>";
    let list = "<?xml version=\"1.0\"?><weeklyReports><weeklyReport><reference>Report-2026-47</reference>\
                <URL>https://example.org/report/10001300</URL></weeklyReport></weeklyReports>";
    for (format, file, wanted) in [
        (Format::SafetyGateXml, page, "a web page"),
        (Format::SafetyGateXml, list, "a list of weekly reports"),
        (
            Format::SafetyGateXml,
            "<Error><Code>AccessDenied</Code></Error>",
            "the element \"Error\" holds no notification",
        ),
        (Format::SafetyGateXml, "{\"message\": \"gone\"}", "a JSON object"),
        (Format::SafetyGateXml, "", "an empty file"),
        (Format::CpscJson, page, "a web page"),
        (Format::CpscJson, "{\"message\": \"gone\"}", "a JSON object, which begins \"{\\\"message"),
        (Format::RapexCsv, page, "a web page"),
        (Format::RapexCsv, "PK\u{3}\u{4}", "a workbook"),
        (Format::Jsonl, page, "a web page"),
        (Format::Jsonl, "", "an empty file"),
    ] {
        let found = rows(format, file);
        let error = found[0].as_ref().unwrap_err().to_string();
        assert!(found.len() == 1 && error.contains(wanted), "{format:?} {file}: {error}");
    }
}

#[test]
fn the_same_address_fares_the_same_in_all_formats() {
    let long = format!("ftp://example.org/{}", "x".repeat(100));
    for (address, kept) in [
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://me:secret@example.org/a", "https://example.org/a"),
        (long.as_str(), ""),
        ("example.org", ""),
    ] {
        let xml = report(&format!(
            "<pictures><picture>https://example.org/p</picture></pictures><reference>{address}</reference>"
        ))
        .replace("<reference>F-7001</reference>", "");
        let json = format!("[{{\"RecallID\": 1, \"URL\": \"{address}\"}}]");
        let line = format!(
            "{{\"general\": {{\"source\": \"a\", \"sourceReference\": \"b\", \"sourceUrl\": \"{address}\"}}}}\n"
        );
        for (format, file) in [(Format::SafetyGateXml, xml), (Format::CpscJson, json), (Format::Jsonl, line)]
        {
            let found = rows(format, file);
            assert_eq!(good(&found[0]).general.clone().unwrap().source_url, kept, "{format:?} {address}");
            // A reference that is no address is a number like any other.
            if format != Format::SafetyGateXml {
                assert_eq!(told(&found[0]).contains("was left out"), kept.is_empty(), "{format:?} {address}");
                assert!(!told(&found[0]).contains("secret"));
            }
        }
    }
}

#[test]
fn what_nobody_sees_is_taken_out_and_told() {
    let line = "{\"general\": {\"source\": \"a\", \"sourceReference\": \"b\", \"title\": \"Ket\u{200b}tle \u{202e}5\"}}\n";
    let found = rows(Format::Jsonl, line);
    assert_eq!(good(&found[0]).general.clone().unwrap().title, "Kettle 5");
    assert!(
        odd(&found[0])[0].starts_with("general.title: has a character without width, U+200B, at character 4"),
        "{:?}",
        odd(&found[0])
    );
    let found = rows(Format::SafetyGateXml, report("<brand>Ac\u{202e}me</brand>"));
    assert_eq!(good(&found[0]).product.clone().unwrap().brand, "Acme");
    assert!(told(&found[0]).contains("U+202E"), "{:?}", odd(&found[0]));
}

#[test]
fn every_element_and_attribute_of_a_report_arrives_or_is_told() {
    let known = [
        "caseNumber",
        "reference",
        "category",
        "product",
        "brand",
        "name",
        "type_numberOfModel",
        "batchNumber",
        "barcode",
        "batchNumber_barcode",
        "riskType",
        "danger",
        "measures",
        "description",
        "notifyingCountry",
        "countryOfOrigin",
        "type",
        "level",
        "URLrecall",
        "productionDates",
        "companyRecallCode",
        "onlineTrader",
        "pictures",
        "picture",
        "ecTypeApproval",
        "publicationDate",
        "report_date",
        "order",
        "unheardOf",
    ];
    let around = [
        "publicationDate",
        "report_date",
        "report_week",
        "report_year",
        "year",
        "month",
        "day",
        "week",
        "reference",
        "URL",
        "unheardOf",
    ];
    let mut file = String::from("<weeklyReport planted=\"Plant1000x\">");
    around
        .iter()
        .enumerate()
        .for_each(|(number, name)| file.push_str(&format!("<{name}>Plant2{number:03}x</{name}>")));
    file.push_str("<notifications><notification planted=\"Plant1001x\">Plant1002x");
    known.iter().enumerate().for_each(|(number, name)| {
        file.push_str(&format!(
            "<{name} planted=\"Plant3{number:03}x\"><![CDATA[Plant4{number:03}x]]></{name}>"
        ));
    });
    file.push_str("<pictures><picture><deep planted=\"Plant1003x\">Plant1004x</deep><empty planted=\"Plant1005x\"/></picture></pictures>");
    file.push_str("</notification></notifications></weeklyReport>");
    let found = rows(Format::SafetyGateXml, file.clone());
    assert_eq!(found.len(), 1);
    assert_planted(&file, &told(&found[0]));
}

#[test]
fn every_column_of_a_table_arrives_or_is_told() {
    let columns = [
        "report_year",
        "report_week",
        "refnr",
        "country",
        "country_code",
        "danger_short",
        "measures",
        "reactingcountry",
        "descript_category",
        "countryoforigin",
        "descript_product",
        "descript_type",
        "descript_descr",
        "descript_brand",
        "unheard_of",
    ];
    let usual = [
        "2009",
        "50",
        "0183/09",
        "Germany",
        "DE",
        "Burns",
        "Import ban.",
        "France",
        "Toys",
        "China",
        "Doll",
        "K-7",
        "Red.",
        "Acme",
        "",
    ];
    for (planted, name) in columns.iter().enumerate() {
        let mut row = usual;
        row[planted] = "Plant7777x";
        let file = format!("{}\n{}\n", columns.join(","), row.join(","));
        let found = rows(Format::RapexCsv, file.clone());
        assert!(told(&found[0]).contains("Plant7777x"), "{name}: {}", told(&found[0]));
    }
}

#[test]
fn every_key_of_a_recall_arrives_or_is_told() {
    let file = r#"[{"RecallID": "Plant01x", "RecallNumber": "Plant02x", "RecallDate": "Plant03x", "Description": "Plant04x",
        "URL": "Plant05x", "Title": "Plant06x", "ConsumerContact": "Plant07x", "LastPublishDate": "Plant08x",
        "Products": [{"Name": "Plant09x", "Description": "Plant10x", "Model": "Plant11x", "Type": "Plant12x", "CategoryID": "Plant13x",
            "NumberOfUnits": "Plant14x", "Unheard": "Plant15x"}],
        "Inconjunctions": [{"URL": "Plant16x", "Country": "Plant17x"}], "Images": [{"URL": "https://example.org/Plant18x", "Caption": "Plant19x"},
            {"Caption": "Plant20x"}, {"URL": "Plant21x"}],
        "Injuries": [{"Name": "Plant22x"}], "Manufacturers": [{"Name": "Plant23x", "CompanyID": "Plant24x"}],
        "Retailers": [{"Name": "Plant25x", "CompanyID": "Plant26x"}], "Importers": [{"Name": "Plant27x", "CompanyID": "Plant28x"}],
        "Distributors": [{"Name": "Plant29x", "CompanyID": "Plant30x"}], "SoldAtLabel": "Plant31x",
        "ManufacturerCountries": [{"Country": "Plant32x"}], "ProductUPCs": [{"UPC": "Plant33x"}],
        "Hazards": [{"Name": "Plant34x", "HazardType": "Plant35x", "HazardTypeID": "Plant36x"}],
        "Remedies": [{"Name": "Plant37x"}], "RemedyOptions": [{"Option": "Plant38x"}], "Unheard": {"Of": ["Plant39x", {"Deep": "Plant40x"}]},
        "AlsoUnheard": "Plant41x"}]"#
        .replace('\n', " ");
    let found = rows(Format::CpscJson, file.clone());
    assert_planted(&file, &told(&found[0]));
}

/// Every word that begins with `Plant` in a file is told.
fn assert_planted(file: &str, told: &str) {
    let words = file.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.starts_with("Plant"));
    let lost: Vec<&str> = words.filter(|word| !told.contains(*word)).collect();
    assert!(lost.is_empty(), "{lost:?} are lost; told was {told}");
}

#[test]
fn a_kind_of_product_and_level_are_read_by_the_right_word() {
    let file = r#"[{"RecallID": 5, "Products": [{"Name": "Building Sets with LED Lights"}], "Hazards": [{"Name": "Serious burns"}]}]"#;
    let found = rows(Format::CpscJson, file);
    assert_eq!(good(&found[0]).product.clone().unwrap().category(), ProductCategory::Toys);
    assert_eq!(good(&found[0]).risk.clone().unwrap().level(), RiskLevel::Serious);
}
