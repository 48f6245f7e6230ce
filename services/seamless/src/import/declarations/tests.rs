//! Declarations written by us, in the element names of the EU customs data model.

use super::*;

/// An import declaration with two items: the second has an origin of its own, and a container that the first is not in.
const H1: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ns2:CC415A xmlns:ns2="urn:example:h1">
  <ImportOperation><LRN>L-1</LRN><MRN>26NL0003961234567J</MRN></ImportOperation>
  <CustomsOfficeOfPresentation><referenceNumber>NL000510</referenceNumber></CustomsOfficeOfPresentation>
  <Declarant><identificationNumber>NL123456789</identificationNumber></Declarant>
  <GoodsShipment>
    <Exporter><name>Toys &amp; Games, Ltd</name><Address><streetAndNumber>1 Bay Road</streetAndNumber><city>Shenzhen</city>
      <country>CN</country></Address></Exporter>
    <Importer><name>Speelgoed BV</name><identificationNumber>NL987654321</identificationNumber></Importer>
    <Origin><countryOfOrigin>CN</countryOfOrigin></Origin>
    <Consignment>
      <modeOfTransportAtTheBorder>1</modeOfTransportAtTheBorder>
      <dateAndTimeOfArrival>2026-11-21T10:00:00</dateAndTimeOfArrival>
      <TransportEquipment><containerIdentificationNumber>CSQU3054383</containerIdentificationNumber></TransportEquipment>
      <TransportEquipment><containerIdentificationNumber>TGHU1234567</containerIdentificationNumber>
        <GoodsReference><declarationGoodsItemNumber>2</declarationGoodsItemNumber></GoodsReference></TransportEquipment>
      <TransportDocument><referenceNumber>BL-77</referenceNumber></TransportDocument>
    </Consignment>
    <GovernmentAgencyGoodsItem>
      <declarationGoodsItemNumber>1</declarationGoodsItemNumber>
      <Commodity><descriptionOfGoods>toy drum</descriptionOfGoods>
        <CommodityCode><harmonizedSystemSubheadingCode>950300</harmonizedSystemSubheadingCode>
          <combinedNomenclatureCode>55</combinedNomenclatureCode></CommodityCode>
        <GoodsMeasure><grossMass>120.5</grossMass></GoodsMeasure></Commodity>
    </GovernmentAgencyGoodsItem>
    <GovernmentAgencyGoodsItem>
      <declarationGoodsItemNumber>2</declarationGoodsItemNumber>
      <Origin><countryOfOrigin>VN</countryOfOrigin></Origin>
      <Commodity><descriptionOfGoods><![CDATA[toy <boat>]]></descriptionOfGoods>
        <CommodityCode><HarmonizedSystemSubHeadingCode>950300</HarmonizedSystemSubHeadingCode></CommodityCode>
        <GoodsMeasure><grossMass>heavy</grossMass></GoodsMeasure></Commodity>
    </GovernmentAgencyGoodsItem>
  </GoodsShipment>
</ns2:CC415A>"#;

fn at(text: &str) -> Option<prost_types::Timestamp> {
    let time: Timestamp = text.parse().unwrap();
    Some(prost_types::Timestamp { seconds: time.as_second(), nanos: 0 })
}

fn read(document: &str) -> Vec<Declared> {
    let rotterdam = Otherwise { entry_point: Some("NLRTM".to_owned()), arrival_time: None };
    items(document.as_bytes(), &mapping(None).unwrap(), &rotterdam).unwrap()
}

fn refused(document: &[u8]) -> String {
    let read = items(document, &mapping(None).unwrap(), &Otherwise::default());
    read.err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn what_stands_for_the_whole_declaration_counts_for_each_item_that_says_nothing_else() {
    let office = EUCDM.replacen(
        "[form.words.transport_mode]",
        "[form.words.entry_point]\nNL000510 = \"NLRTM\"\n\n[form.words.transport_mode]",
        1,
    );
    let read = items(H1.as_bytes(), &mapping(Some(&office)).unwrap(), &Otherwise::default()).unwrap();
    assert_eq!(
        read.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(),
        [
            "/CC415A/GoodsShipment/GovernmentAgencyGoodsItem",
            "/CC415A/GoodsShipment/GovernmentAgencyGoodsItem[2]"
        ]
    );
    let goods = read[0].read.as_ref().unwrap();
    let exporter = goods.exporter.clone().unwrap();
    assert_eq!((goods.entry_point.as_str(), goods.arrival_time), ("NLRTM", at("2026-11-21T10:00:00Z")));
    assert_eq!(
        (goods.movement_reference_number.as_str(), goods.goods_item_number),
        ("26NL0003961234567J", 1)
    );
    assert_eq!((goods.commodity_code.as_str(), goods.description.as_str()), ("95030055", "toy drum"));
    assert_eq!((goods.country_of_origin.as_str(), goods.gross_mass_kg), ("CN", Some(120.5)));
    assert_eq!(
        (&goods.containers, &goods.transport_documents),
        (&vec!["CSQU3054383".to_owned()], &vec!["BL-77".to_owned()])
    );
    assert_eq!(goods.transport_mode(), seamless_proto::seamless::consignments::v1::TransportMode::Maritime);
    assert_eq!(
        (exporter.name.as_str(), exporter.address.as_str()),
        ("Toys & Games, Ltd", "1 Bay Road, Shenzhen")
    );
    assert_eq!(goods.importer.clone().unwrap().eori, "NL987654321");
    assert_eq!(goods.features["declarant"], "NL123456789");

    // What cannot be read of the second is told by its place, and left out: it arrives all the same.
    let wrong = &read[1].left_out;
    assert_eq!((wrong.len(), wrong[0].field.as_str()), (1, "gross_mass_kg"), "{wrong:?}");
    let goods = read[1].read.as_ref().unwrap();
    assert_eq!((goods.gross_mass_kg, read[0].left_out.len()), (None, 0));
    assert_eq!((goods.country_of_origin.as_str(), goods.description.as_str()), ("VN", "toy <boat>"));
    assert_eq!((goods.commodity_code.as_str(), goods.containers.len()), ("950300", 2));
}

#[test]
fn the_same_declaration_as_json_says_the_same() {
    let json = r#"{"H7": {"MRN": "26NL0003961234567J", "estimatedDateAndTimeOfArrival": "202611211000",
        "GoodsShipment": {"Exporter": {"name": "A", "Address": {"country": "CN"}},
          "GovernmentAgencyGoodsItem": [
            {"goodsItemNumber": 7, "Commodity": {"DescriptionOfGoods": "lamp",
              "CommodityCode": {"harmonizedSystemSubHeadingCode": "940521"}}, "GoodsMeasure": {"grossMass": 1.5},
             "PreviousDocument": [{"type": "N703", "referenceNumber": "X"}, {"type": "N337", "referenceNumber": "Y", "goodsItemNumber": 9},
               {"type": "N355", "referenceNumber": "26DE000000000000J1", "goodsItemNumber": 3}],
             "IntrinsicValue": {"currency": "EUR", "amount": 12.3}, "TransportDocument": [{"referenceNumber": "X;1"}, {"referenceNumber": "X2"}]},
            {"Commodity": {"DescriptionOfGoods": "wrong", "CommodityCode": {"harmonizedSystemSubHeadingCode": "940521"}},
             "PreviousDocument": [{"type": "N337", "referenceNumber": "Y", "goodsItemNumber": 9}, {"type": "N355", "referenceNumber": "26DE000000000000J1"}],
             "IntrinsicValue": {"currency": "USD", "amount": 12.3}, "GoodsMeasure": {"grossMass": [1, 2]}}]}}}"#;
    let read = read(json);
    let goods = read[0].read.as_ref().unwrap();
    assert_eq!(
        (goods.goods_item_number, goods.description.as_str(), goods.value_eur),
        (7, "lamp", Some(12.3))
    );
    let previous = goods.previous_document.as_ref().unwrap();
    assert_eq!((previous.reference.as_str(), previous.goods_item_number), ("26DE000000000000J1", 3));
    assert_eq!((goods.arrival_time, goods.transport_documents.len()), (at("2026-11-21T10:00:00Z"), 2));
    let second = read[1].read.as_ref().unwrap();
    assert_eq!(
        (second.goods_item_number, second.value_eur),
        (2, None),
        "it is the second, and other money is no euro"
    );
    let previous = second.previous_document.as_ref().unwrap();
    assert_eq!(
        (previous.reference.as_str(), previous.goods_item_number),
        ("26DE000000000000J1", 0),
        "the number of another document is not its own"
    );
    let error = refused(br#"{"H7": {"MRN": "1", "MRN": "2"}}"#);
    assert!(error.contains("MRN is given twice"), "{error}");
}

#[test]
fn items_of_an_entry_summary_declaration_are_those_of_its_houses() {
    let ens = r#"<IE3F32><MRN>26NL0003961234567J</MRN>
      <ActiveBorderTransportMeans><estimatedDateAndTimeOfArrival>2026-11-21T10:00:00+01:00</estimatedDateAndTimeOfArrival></ActiveBorderTransportMeans>
      <ConsignmentMasterLevel><Carrier><name>Line</name></Carrier><PlaceOfUnloading><UNLocode>NLRTM</UNLocode></PlaceOfUnloading>
       <GoodsItem><goodsItemNumber>1</goodsItemNumber></GoodsItem>
       <ConsignmentHouseLevel><Consignor><name>House A</name></Consignor>
        <TransportDocumentHouseLevel><documentNumber>H-1</documentNumber></TransportDocumentHouseLevel>
        <GoodsItem><goodsItemNumber>1</goodsItemNumber><Commodity><descriptionOfGoods>drum</descriptionOfGoods>
         <CommodityCode><harmonizedSystemSubHeadingCode>950300</harmonizedSystemSubHeadingCode></CommodityCode></Commodity>
         <Weight><grossMass>3</grossMass></Weight></GoodsItem></ConsignmentHouseLevel>
       <ConsignmentHouseLevel><Consignor><name>House B</name></Consignor>
        <GoodsItem><goodsItemNumber>1</goodsItemNumber><Commodity><descriptionOfGoods>boat</descriptionOfGoods></Commodity></GoodsItem>
       </ConsignmentHouseLevel></ConsignmentMasterLevel></IE3F32>"#;
    let read = items(ens.as_bytes(), &mapping(None).unwrap(), &Otherwise::default()).unwrap();
    let told: Vec<_> = read.iter().map(|one| one.read.as_ref().unwrap()).collect();
    assert_eq!(told.len(), 2, "goods of the master are those of its houses");
    let exporter = |at: usize| told[at].exporter.clone().unwrap().name;
    assert_eq!((exporter(0), exporter(1)), ("House A".to_owned(), "House B".to_owned()));
    assert_eq!((told[0].entry_point.as_str(), told[0].arrival_time), ("NLRTM", at("2026-11-21T09:00:00Z")));
    assert_eq!((told[0].carrier.as_str(), told[0].gross_mass_kg), ("Line", Some(3.0)));
    assert_eq!((told[0].transport_documents.len(), told[1].transport_documents.len()), (1, 0));
    // Each house begins at 1: one item would be taken for an amendment of the other.
    assert_eq!((told[0].goods_item_number, told[1].goods_item_number), (1, 2));
    for one in &read {
        assert_eq!((one.left_out.len(), one.left_out[0].field.as_str()), (1, "goods_item_number"));
    }
    let houses = ens.replacen("<goodsItemNumber>1</goodsItemNumber><Commodity><descriptionOfGoods>boat", "<goodsItemNumber>1</goodsItemNumber><declarationGoodsItemNumber>7</declarationGoodsItemNumber><Commodity><descriptionOfGoods>boat", 1);
    let read = items(houses.as_bytes(), &mapping(None).unwrap(), &Otherwise::default()).unwrap();
    let numbers: Vec<i32> = read.iter().map(|one| one.read.as_ref().unwrap().goods_item_number).collect();
    assert_eq!(numbers, [1, 7], "the number in the whole declaration goes before that in a house");
}

#[test]
fn an_office_of_customs_is_no_place_of_arrival_and_a_certificate_is_named_by_its_body() {
    let mapped = EUCDM.replacen(
        "[form.words.transport_mode]",
        "certificates = [\"'cn-ciq-shanghai/' + SupportingDocument[type=Y999]/referenceNumber\"]\n\n[form.words.transport_mode]",
        1,
    );
    let named = H1.replacen(
        "<Origin><countryOfOrigin>VN",
        "<SupportingDocument><type>N380</type><referenceNumber>INVOICE</referenceNumber></SupportingDocument>\
         <SupportingDocument><type>Y999</type><referenceNumber>C-7</referenceNumber></SupportingDocument>\
         <Origin><countryOfOrigin>VN",
        1,
    );
    let rotterdam = Otherwise { entry_point: Some("NLRTM".to_owned()), arrival_time: None };
    let read = items(named.as_bytes(), &mapping(Some(&mapped)).unwrap(), &rotterdam).unwrap();
    let goods = |at: usize| read[at].read.as_ref().unwrap();
    for one in &read {
        assert_eq!(one.read.as_ref().unwrap().entry_point, "NLRTM");
        let told = &one.left_out[0];
        assert!(told.field == "entry_point" && told.description.contains("NL000510"), "{told:?}");
    }
    let certificate = &goods(1).certificates[0];
    let named = (certificate.inspection_body.as_str(), certificate.certificate_id.as_str());
    assert_eq!((named, goods(0).certificates.len()), (("cn-ciq-shanghai", "C-7"), 0));
    // A place that a plan could be for is taken as it stands.
    let elsewhere = H1.replacen("<referenceNumber>NL000510", "<referenceNumber>NLAMS", 1);
    let read = items(elsewhere.as_bytes(), &mapping(None).unwrap(), &rotterdam).unwrap();
    assert_eq!(read[0].read.as_ref().unwrap().entry_point, "NLAMS");
}

#[test]
fn what_is_not_said_is_asked_for_and_what_is_no_declaration_is_refused() {
    let silent = "<H7><GoodsShipment><GoodsItem><descriptionOfGoods>lamp</descriptionOfGoods></GoodsItem></GoodsShipment></H7>";
    let read = items(silent.as_bytes(), &mapping(None).unwrap(), &Otherwise::default()).unwrap();
    let wrong: Vec<&str> = read[0].read.as_ref().unwrap_err().iter().map(|one| one.field.as_str()).collect();
    assert_eq!(wrong, ["entry_point", "arrival_time"]);
    let laughs = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><H1>&b;</H1>";
    let elsewhere = "<!DOCTYPE l SYSTEM \"file:///etc/passwd\"><H1/>";
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    for (document, said) in [
        (laughs, "document type declaration is refused"),
        (elsewhere, "document type declaration is refused"),
        ("<H1><GoodsItem>&x;</GoodsItem></H1>", "wants no entity of its own; got &x;"),
        ("<H1><GoodsItem></H1>", "is no sound XML"),
        ("<H1><GoodsItem>", "ends before its outer element"),
        (deep.as_str(), "deeper than 64"),
        ("<H1><Invoice/></H1>", "wants goods items"),
        ("mrn,hs\n1,2\n", "this seems to be a text"),
        ("<html><body>Service unavailable</body></html>", "a web page"),
        ("\0\0\u{1}\u{2}", "a binary file"),
        ("{\"H1\": ", "ends in the middle of a value"),
    ] {
        let error = refused(document.as_bytes());
        assert!(error.contains(said), "{document}: {error}");
    }
}

#[test]
fn a_mapping_is_checked_against_the_contract() {
    let wrong = mapping(Some(
        "zone = \"Mars/Base\"\n[[form]]\nname = \"x\"\nitems = [\"A[\"]\n[form.fields]\ncolour = [\"C\"]\nbrand = [\"/\"]\ndescription = [\"'a' + 'b'\", \"{hat}/C\"]\n[form.words.hat]\na = \"b\"\n",
    ));
    let wrong = wrong.err().unwrap();
    for said in [
        "zone: wants a time zone",
        "x: items: wants a ]",
        "x: colour: there is no such field",
        "x: brand: wants names",
        "x: description: wants a path beside a text",
        "x: description: {hat} wants a field",
        "x: hat: words",
    ] {
        assert!(wrong.contains(said), "{said}: {wrong}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_or_refused_without_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), text in "[<>/a-cGoodsItem&;#\"= ]{0,200}") {
        let mapping = mapping(None).unwrap();
        for document in [bytes, format!("<H1>{text}</H1>").into_bytes(), text.into_bytes()] {
            let _ = items(&document, &mapping, &Otherwise::default());
        }
    }
}
