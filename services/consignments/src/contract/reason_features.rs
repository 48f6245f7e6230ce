//! The features by which a model counts, as an officer knows them: `hs/4` of goods is `HS heading 9503`.
//!
//! Invariant: what is told is what the model counted by: the beginning of a code, the span of a number.

use seamless_labels::Labelled;
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_risk::{Item, Span, span};
use seamless_vocabulary::consignments::GoodsFeature;

use crate::domain::model::{Consignment, Party};

/// The features of a key of a model's layout, such as `hs/4 + origin`, with what the goods have of them.
pub(super) fn features_out(key: &str, goods: &Consignment) -> Vec<wire::ReasonFeature> {
    let told = parts_of(key).into_iter().map(|part| feature_out(part, goods));
    told.filter(|one| !one.value.is_empty()).collect()
}

/// In English words: `HS heading 9503, country of origin CN`.
pub(super) fn in_words(features: &[wire::ReasonFeature]) -> String {
    let told = features.iter().map(|one| format!("{} {}", one.display_name, one.value));
    told.collect::<Vec<_>>().join(", ")
}

/// The parts of a key. Reasons of before the outcomes behind them were counted have the values beside the parts:
/// `hs/4=9503, origin=CN`.
fn parts_of(key: &str) -> Vec<&str> {
    if !key.contains('=') {
        return key.split(" + ").filter(|part| !part.is_empty()).collect();
    }
    let is_part = |part: &&str| part.chars().all(|one| one.is_alphanumeric() || "_-.:/~^".contains(one));
    let parts = key.split(", ").filter_map(|one| one.split_once('=')).map(|(part, _)| part);
    parts.filter(is_part).collect()
}

fn feature_out(part: &str, goods: &Consignment) -> wire::ReasonFeature {
    let (source, grain) = part.split_at(part.find(['/', '~', '^']).unwrap_or(part.len()));
    let length: Option<usize> = grain.strip_prefix('/').and_then(|digits| digits.parse().ok());
    let (feature, value) = known(source, length, part, goods).unwrap_or_else(|| {
        let further = goods.features.get(source).cloned().unwrap_or_default();
        let feature = match source {
            "declarant" => Some(GoodsFeature::Declarant),
            "tax_rate" => Some(GoodsFeature::TaxRate),
            other => feature_of(other),
        };
        (feature, beginning(further, length))
    });
    wire::ReasonFeature {
        feature: feature.map_or(0, |feature| feature as i32),
        display_name: feature.map_or_else(|| plain(source), |feature| feature.label().english.to_owned()),
        value,
    }
}

/// What goods have of a feature that every model knows; none if they have it not, so that a further one may stand for it.
fn known(
    source: &str,
    length: Option<usize>,
    part: &str,
    goods: &Consignment,
) -> Option<(Option<GoodsFeature>, String)> {
    let word = |value: Option<String>| value.filter(|value| !value.is_empty());
    let value = match source {
        "hs" => {
            let code = goods.commodity_code.as_ref()?.as_str();
            let taken: String = code.chars().take(length.unwrap_or(usize::MAX)).collect();
            return Some((Some(of_code(taken.len())), taken));
        }
        "origin" => word(goods.country_of_origin.as_ref().map(ToString::to_string)),
        "dispatch" => word(goods.country_of_dispatch.as_ref().map(ToString::to_string)),
        "exporter" => word(party(&goods.exporter)),
        "importer" => word(party(&goods.importer)),
        "seller" => word(party(&goods.seller)),
        "manufacturer" => word(party(&goods.manufacturer)),
        "carrier" => word(Some(goods.carrier.trim().to_owned())),
        "port" => word(goods.port_of_loading.as_ref().map(ToString::to_string)),
        "entry_point" => Some(goods.entry_point.to_string()),
        "mode" => word(goods.transport_mode.map(|mode| plain(&<&str>::from(mode).to_lowercase()))),
        _ => return number(source, part, goods),
    };
    Some((feature_of(source), beginning(value?, length)))
}

fn feature_of(source: &str) -> Option<GoodsFeature> {
    Some(match source {
        "hs" => GoodsFeature::CommodityCode,
        "origin" => GoodsFeature::CountryOfOrigin,
        "dispatch" => GoodsFeature::CountryOfDispatch,
        "exporter" => GoodsFeature::Exporter,
        "importer" => GoodsFeature::Importer,
        "seller" => GoodsFeature::Seller,
        "manufacturer" => GoodsFeature::Manufacturer,
        "carrier" => GoodsFeature::Carrier,
        "port" => GoodsFeature::PortOfLoading,
        "entry_point" => GoodsFeature::EntryPoint,
        "mode" => GoodsFeature::TransportMode,
        "mass" => GoodsFeature::GrossMass,
        "value" => GoodsFeature::Value,
        "quantity" => GoodsFeature::Quantity,
        "value:mass" => GoodsFeature::ValuePerKilogram,
        "value:quantity" => GoodsFeature::ValuePerPiece,
        _ => return None,
    })
}

fn of_code(digits: usize) -> GoodsFeature {
    match digits {
        2 => GoodsFeature::HsChapter,
        4 => GoodsFeature::HsHeading,
        6 => GoodsFeature::HsSubheading,
        _ => GoodsFeature::CommodityCode,
    }
}

/// A number, or the ratio of two, in the span within which the model takes all for one.
fn number(source: &str, part: &str, goods: &Consignment) -> Option<(Option<GoodsFeature>, String)> {
    let numbers = [("quantity", goods.quantity), ("mass", goods.gross_mass_kg), ("value", goods.value_eur)];
    let known = numbers.into_iter().filter_map(|(name, number)| Some((name, number?)));
    let item = known.fold(Item::new(), |item, (name, number)| item.number(name, number));
    let unit = match source.split(':').next() {
        Some("mass") => " kg",
        Some("value") => " EUR",
        _ => "",
    };
    let value = match span(part, &item)? {
        Span::Exactly(number) => format!("{}{unit}", short(number)),
        Span::Between(low, high) => format!("{} to {}{unit}", short(low), short(high)),
    };
    Some((feature_of(source), value))
}

/// To three digits: 0.0215, 4.64, 215, 1000, 46400.
fn short(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let places = (2.0 - number.abs().log10().floor()).clamp(-15.0, 15.0);
    let scale = 10_f64.powf(places);
    let rounded = (number * scale).round() / scale;
    if places > 0.0 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 15")]
        let text = format!("{rounded:.*}", places as usize);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{rounded:.0}")
    }
}

/// Somebody by the name that was declared, with the identifier that the model knows them by.
fn party(party: &Party) -> Option<String> {
    let name = party.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let id = match (&party.credit_code, &party.eori, party.external_id.trim()) {
        (Some(code), _, _) => format!("USCC {}", code.as_str()),
        (None, Some(eori), _) => format!("EORI {}", eori.as_str()),
        (None, None, "") => return Some(name),
        (None, None, id) => format!("id {id}"),
    };
    Some(if name.is_empty() { id } else { format!("{name} ({id})") })
}

/// The value, or its beginning where the model counts by that alone.
fn beginning(value: String, length: Option<usize>) -> String {
    match length {
        Some(length) if value.chars().count() > length => {
            format!("{}…", value.chars().take(length).collect::<String>())
        }
        _ => value,
    }
}

/// The name of a further feature as people write it: `tariff_quota` is `tariff quota`, `a:b` is `a per b`.
fn plain(name: &str) -> String {
    name.replace('_', " ").replace(':', " per ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goods() -> Consignment {
        let text = r#"{"entry_point":"NLRTM","arrival":"2026-11-02T08:00:00Z","commodity_code":"9503004100",
            "country_of_origin":"CN","gross_mass_kg":250.0,"value_eur":1100.0,"quantity":100.0,
            "transport_mode":"maritime","exporter":{"name":" NINGBO  Example-Toys Ltd. "},
            "importer":{"name":"Speelgoed BV","eori":"NL123456789"},"seller":{"external_id":"77"},
            "features":{"tax_rate":"4.7","declarant":"Broker BV","tariff_quota":"yes","exporter":"forged"}}"#;
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn features_are_told_as_officers_know_them() {
        let told = |key: &str| in_words(&features_out(key, &goods()));
        assert_eq!(told("hs/2"), "HS chapter 95");
        assert_eq!(told("hs/4 + origin"), "HS heading 9503, country of origin CN");
        assert_eq!(told("hs/6"), "HS subheading 950300");
        assert_eq!(told("hs"), "commodity code 9503004100");
        assert_eq!(
            told("exporter"),
            "exporter NINGBO Example-Toys Ltd.",
            "a known one, and no further one for it"
        );
        assert_eq!(told("importer"), "importer Speelgoed BV (EORI NL123456789)");
        assert_eq!(told("seller + hs/4"), "seller id 77, HS heading 9503");
        assert_eq!(told("mass^3"), "gross mass 215 to 464 kg");
        assert_eq!(told("hs/4 + value:mass^3"), "HS heading 9503, value per kilogram 2.15 to 4.64 EUR");
        assert_eq!(told("value:quantity~2"), "value per piece 10.5 to 11.5 EUR");
        assert_eq!(told("quantity"), "quantity 100");
        assert_eq!(told("declarant + hs/4"), "declarant Broker BV, HS heading 9503");
        assert_eq!(told("hs/2 + hs/4 + tax_rate"), "HS chapter 95, HS heading 9503, tax rate 4.7");
        assert_eq!(told("entry_point + mode"), "entry point NLRTM, transport mode maritime");
        assert_eq!(told("tariff_quota/2"), "tariff quota ye…");
        assert_eq!(
            told("hs/4=9503, origin=CN"),
            "HS heading 9503, country of origin CN",
            "as it was stored before"
        );
        assert_eq!(told("exporter=id:1, 2=x y"), "exporter NINGBO Example-Toys Ltd.");
    }

    #[test]
    fn numbers_are_short() {
        let told = [0.0, 0.021_544, 4.641_6, 10.0, 215.443, 999.9, 46_415.9].map(short);
        assert_eq!(told, ["0", "0.0215", "4.64", "10", "215", "1000", "46400"]);
    }
}
