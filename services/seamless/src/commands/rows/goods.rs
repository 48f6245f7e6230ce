//! Arriving goods in files: by what they are known, and what makes two rows the same.

use prost::Message;
use seamless_proto::seamless::consignments::v1 as wire;

use crate::import::sheet::Header;

/// How the columns of goods are called. Goods at the border get a decision, whatever else of them cannot be read.
pub const HEADER: Header = Header {
    aliases: ALIASES,
    required: &[&["entry_point"], &["arrival_time"]],
    needed: Some(&["entry_point", "arrival_time"]),
};

/// Further names of columns of goods.
const ALIASES: &[(&str, &str)] = &[
    ("mrn", "movement_reference_number"),
    ("item", "goods_item_number"),
    ("ucr", "unique_consignment_reference"),
    ("hs", "commodity_code"),
    ("container", "containers"),
    ("certificate", "certificates"),
    ("origin", "country_of_origin"),
];

/// By what people know the goods: parcel, declaration or consignment reference, and the item; empty where there is none.
pub fn known_as(goods: &wire::Consignment) -> String {
    let item = goods.goods_item_number;
    let of = |reference: &str| match item {
        0 => reference.to_owned(),
        item => format!("{reference}/{item}"),
    };
    match goods {
        goods if !goods.parcel_id.is_empty() => of(&goods.parcel_id),
        goods if !goods.movement_reference_number.is_empty() => {
            format!("{}/{item}", goods.movement_reference_number)
        }
        goods if !goods.unique_consignment_reference.is_empty() => of(&goods.unique_consignment_reference),
        _ => String::new(),
    }
}

/// The goods in bytes, the same for the same goods.
pub fn bytes_of(goods: &wire::Consignment) -> Vec<u8> {
    let mut goods = goods.clone();
    let features = std::mem::take(&mut goods.features);
    let mut bytes = goods.encode_to_vec();
    for (name, value) in features {
        for text in [name, value] {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_one_declaration_are_known_by_their_numbers() {
        let of = |parcel: &str, declaration: &str, reference: &str, item| {
            known_as(&wire::Consignment {
                parcel_id: parcel.to_owned(),
                movement_reference_number: declaration.to_owned(),
                unique_consignment_reference: reference.to_owned(),
                goods_item_number: item,
                ..wire::Consignment::default()
            })
        };
        assert_eq!(of("P1", "26NL1", "U1", 0), "P1");
        assert_eq!(of("P1", "26NL1", "U1", 2), "P1/2");
        assert_eq!(of("", "26NL1", "U1", 2), "26NL1/2");
        assert_eq!(of("", "26NL1", "U1", 0), "26NL1/0");
        assert_eq!((of("", "", "U1", 2), of("", "", "", 2)), ("U1/2".to_owned(), String::new()));
    }

    #[test]
    fn the_same_goods_have_the_same_bytes_and_others_have_not() {
        let features = |pairs: &[(&str, &str)]| wire::Consignment {
            entry_point: "NLRTM".to_owned(),
            features: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ..wire::Consignment::default()
        };
        let pairs = [("declarant", "7"), ("tax_rate", "0"), ("weekday", "3"), ("broker", "x")];
        for _ in 0..20 {
            // Each map has an order of its own.
            assert_eq!(bytes_of(&features(&pairs)), bytes_of(&features(&pairs)));
        }
        assert_ne!(bytes_of(&features(&[("ab", "c")])), bytes_of(&features(&[("a", "bc")])));
    }
}
