//! Goods at a made-up port, the same in every run: who trades what, how much of it is unsafe, and what was found.

use seamless_consignments::domain::{
    model::Consignment,
    risk::{item_of, untrained},
};
use seamless_risk::{Label, Model};

/// Numbers that look random and are always the same [SplitMix64].
pub struct Chance(pub u64);

impl Chance {
    /// From 0 (included) to 1 (excluded).
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.unit() * limit as f64) as usize
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const CODES: [&str; 7] = ["95030041", "95030070", "38089190", "85044030", "94053100", "95059000", "38140090"];

/// Goods that arrive, and whether they are unsafe: of every tenth exporter most are, and cheap ones oftener than others, so
/// that on average about `rate` of all are.
pub fn arriving(chance: &mut Chance, rate: f64) -> (Consignment, bool) {
    let (exporter, importer) = (chance.below(60), chance.below(25));
    let (code, origin) = (chance.one_of(&CODES), chance.one_of(&["CN", "CN", "CN", "VN", "TR"]));
    let mass = 10_f64.powf(1.0 + 2.0 * chance.unit());
    let is_cheap = chance.unit() < 0.3;
    let value = mass * if is_cheap { 1.5 } else { 12.0 } * (0.7 + 0.6 * chance.unit());
    // The same house writes its name in several ways; whoever has an EORI is known by it.
    let exporter_name = match chance.below(2) {
        0 => format!("Exporter No. {exporter} Ltd."),
        _ => format!("EXPORTER NO {exporter}  LTD"),
    };
    let goods = serde_json::json!({
        "entry_point": "NLRTM",
        "arrival": "2026-11-02T08:00:00Z",
        "commodity_code": code,
        "country_of_origin": origin,
        "country_of_dispatch": chance.one_of(&["CN", "VN", "AE"]),
        "port_of_loading": chance.one_of(&["CNSHA", "CNNGB", "VNSGN"]),
        "transport_mode": chance.one_of(&["maritime", "air"]),
        "description": "goods",
        "quantity": (mass * 4.0).round(),
        "gross_mass_kg": (mass * 10.0).round() / 10.0,
        "value_eur": value.round(),
        "exporter": { "name": exporter_name },
        "importer": { "name": "Import House", "eori": format!("NL8{importer:08}") },
        "manufacturer": { "name": format!("Works {}", exporter % 17) },
        "carrier": chance.one_of(&["Blue Line", "Red Star"]),
        "features": { "declarant": format!("Broker {}", chance.below(9)), "tax_rate": "4.7" },
    });
    let risk = match (exporter % 10 == 0, is_cheap) {
        (true, _) => (rate * 5.0).min(0.95),
        (false, true) => rate,
        (false, false) => rate * 0.6,
    };
    (serde_json::from_value(goods).unwrap(), chance.unit() < risk)
}

/// What was examined: goods, whether they were unsafe, and how many arrivals each stands for.
pub type Outcomes = Vec<(Consignment, bool, f64)>;

/// A history of examinations: the lot draws one of thirty, and whoever is known for it is looked at.
pub fn examined(chance: &mut Chance, count: usize, rate: f64) -> Outcomes {
    let mut outcomes = Vec::new();
    while outcomes.len() < count {
        let (goods, is_unsafe) = arriving(chance, rate);
        let is_known = goods.exporter.name.contains("0 ");
        if is_known && chance.unit() < 0.5 {
            outcomes.push((goods, is_unsafe, 1.0));
        } else if chance.unit() < 1.0 / 30.0 {
            outcomes.push((goods, is_unsafe, 30.0));
        }
    }
    outcomes
}

/// A model that learned them.
pub fn taught(outcomes: &Outcomes) -> Model {
    let mut model = untrained().unwrap();
    for (goods, is_bad, weight) in outcomes {
        model.learn(&item_of(goods), Label { is_bad: *is_bad, weight: *weight }).unwrap();
    }
    model
}
