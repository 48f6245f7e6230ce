//! Arriving goods in files: by what they are known, and what makes two rows the same.

use prost::Message;
use seamless_proto::seamless::consignments::v1 as wire;

use crate::import::sheet::Header;

/// How the columns of goods are called.
pub const HEADER: Header = Header { aliases: ALIASES, required: &[&["entry_point"], &["arrival_time"]] };

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

/// By what people know the goods: parcel, declaration and item, or consignment reference; empty where there is none.
pub fn known_as(goods: &wire::Consignment) -> String {
    match goods {
        goods if !goods.parcel_id.is_empty() => goods.parcel_id.clone(),
        goods if !goods.movement_reference_number.is_empty() => {
            format!("{}/{}", goods.movement_reference_number, goods.goods_item_number)
        }
        goods => goods.unique_consignment_reference.clone(),
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
