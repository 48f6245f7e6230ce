//! Alerts, and descriptions of goods as declarations have them: of the products of alerts, of accessories for them, and of
//! goods that have nothing to do with any.
//!
//! Invariant: each depends on its number alone.

use seamless_consignments::domain::alerts::Alert;

use crate::matching::synthetic::{self, Draw};

/// Words of every language that are brands of some alerts too.
const USUAL_BRANDS: [&str; 10] =
    ["Apple", "Home", "Star", "Orange", "Sunny", "Bamboo", "Magic", "Dream", "Shell", "Target"];
const CHINESE_BRANDS: [&str; 8] =
    ["华美达", "金龙泰", "新光联", "海永盛", "丰利兴", "宏达美", "光盛泰", "龙新海"];
/// Brands with what declarations write in several ways.
const SPELLED: [(&str, &str); 8] = [
    ("L'Orvane", "LORVANE"),
    ("Müllbach", "MUELLBACH"),
    ("Black & Werker", "BLACK AND WERKER"),
    ("Nord-Licht", "NORDLICHT"),
    ("Café Rêve", "CAFE REVE"),
    ("Zażółta", "ZAZOLTA"),
    ("Børnehus", "BORNEHUS"),
    ("Señal", "SENAL"),
];
/// What goods are besides what alerts are on.
const OTHER_THINGS: [&str; 36] = [
    "garden hose with fittings",
    "office chair, mesh back",
    "apple juice concentrate",
    "apple corer, stainless steel",
    "home textile, woven",
    "home decor vase",
    "star anise, dried",
    "star shaped cookie cutter",
    "orange marmalade",
    "bamboo chopping board",
    "magic marker set",
    "dream catcher with feathers",
    "sea shell ornaments",
    "target paper for archery",
    "sunny side egg pan",
    "printing paper A4 80 g",
    "photo album",
    "hydraulic pump for excavators",
    "polyester yarn, undyed",
    "ball bearings 6204",
    "PVC floor tiles",
    "drinking glasses, set of 6",
    "cotton T-shirts, knitted",
    "steel screws M6x40",
    "aquarium pump 20W",
    "piano stool",
    "ceramic tableware",
    "umbrella, automatic",
    "solar panel 400W",
    "LED tube T8 18W",
    "办公椅",
    "花园水管",
    "棉质毛巾",
    "不锈钢餐具",
    "打印纸A4",
    "瓷砖",
];
const LIKE: [&str; 12] = [
    "black",
    "white",
    "red",
    "blue",
    "portable",
    "rechargeable",
    "mini",
    "large",
    "foldable",
    "wireless",
    "waterproof",
    "new",
];
const PACKED: [&str; 8] = [
    "",
    ", 20 CTN",
    ", in retail boxes",
    " 120 PCS",
    ", plastic, made in China",
    " N.W. 320 KG",
    "，共50箱",
    ", new, for household use",
];

/// The alert of this number. Each has a brand, as who looks for a brand can find no other.
pub fn alert(number: u32) -> Alert {
    let mut draw = Draw((u64::from(number) << 20) ^ 0xa1e7);
    let product = synthetic::alert(number);
    let brand = match draw.below(100) {
        0..5 => (*draw.of(&USUAL_BRANDS)).to_owned(),
        5..15 => (*draw.of(&CHINESE_BRANDS)).to_owned(),
        15..25 => draw.of(&SPELLED).0.to_owned(),
        _ => synthetic::brand(draw.below(6_000)),
    };
    Alert {
        name: format!("notifications/{number}"),
        brand,
        names: product.names,
        models: product.models,
        gtins: product.gtins,
        batches: product.batches,
        manufacturers: product.manufacturers,
        country_of_origin: product.country_of_origin,
        ..Alert::default()
    }
}

/// Brand and name of an alert, as a declaration writes them.
pub fn brand_and_name(alert: &Alert, draw: &mut Draw) -> String {
    let name = draw.of(&alert.names);
    let spelled = SPELLED.iter().find(|(brand, _)| *brand == alert.brand);
    let brand = match spelled.filter(|_| draw.percent(50)) {
        Some((_, plain)) => (*plain).to_owned(),
        None => alert.brand.clone(),
    };
    let packed = *draw.of(&PACKED);
    match draw.below(5) {
        0 => format!("{name} {brand}{packed}"),
        1 => format!("{brand} {name}{packed}").to_uppercase(),
        2 => format!("{brand}{}{name}{packed}", if name.is_ascii() { " " } else { "" }),
        3 => format!("{name}, brand: {brand}{packed}"),
        _ => format!("{brand} {name}"),
    }
}

/// A description that holds a GTIN of the alert; none if it has none.
pub fn with_gtin(alert: &Alert, draw: &mut Draw) -> Option<String> {
    let gtin = alert.gtins.first()?;
    let other = *draw.of(&OTHER_THINGS);
    let (head, tail) = (gtin.get(..1)?, gtin.get(1..)?);
    Some(match draw.below(6) {
        0 => format!("{} EAN {gtin}", draw.of(&alert.names)),
        1 => format!("goods {gtin}{}", draw.of(&PACKED)),
        2 => format!("(01)0{gtin}(10)L2231"),
        3 => format!("{other} {head} {} {}", tail.get(..6)?, tail.get(6..)?),
        4 => format!("商品{gtin}日用品"),
        _ => format!("consumer goods no. {gtin} invoice 2231"),
    })
}

/// A description that holds a model of the alert, with its brand or its name; none if it has none.
pub fn with_model(alert: &Alert, draw: &mut Draw) -> Option<String> {
    let model = alert.models.first()?;
    let name = draw.of(&alert.names);
    let model = match draw.below(4) {
        0 => model.replace('-', " "),
        1 => model.replace('-', "").to_lowercase(),
        _ => model.clone(),
    };
    Some(match draw.below(4) {
        0 => format!("{} {model}{}", alert.brand, draw.of(&PACKED)),
        1 => format!("{name} {model}{}", draw.of(&PACKED)),
        2 => format!("{name}型号{model}"),
        _ => format!("{} {name}, model {model}", alert.brand).to_uppercase(),
    })
}

/// An accessory for the product of an alert, and no match.
pub fn accessory(alert: &Alert, draw: &mut Draw) -> String {
    let Alert { brand, names, models, .. } = alert;
    let (name, model) = (draw.of(names), models.first().map(String::as_str).unwrap_or_default());
    match draw.below(6) {
        0 => format!("replacement battery for {brand} {name} {model}"),
        1 => format!("carrying case compatible with {brand} {model}"),
        2 => format!("{brand} {name} spare remote"),
        3 => format!("Schutzhülle für {brand} {name}"),
        4 => format!("适用于{brand}{name}的保护套"),
        _ => format!("filter cartridge pour {brand} {name} {model}"),
    }
}

/// The title of a product that has nothing to do with any alert: goods of another kind, of brands of alerts too, or such
/// goods as alerts are on, of brands of nobody.
pub fn unrelated(number: u32) -> String {
    let mut draw = Draw((u64::from(number) << 20) ^ 0x07e5);
    let (like, other) = (*draw.of(&LIKE), *draw.of(&OTHER_THINGS));
    let brand = match draw.below(100) {
        0..25 => alert(draw.below(20_000) as u32).brand,
        25..80 => synthetic::brand(1_000_000 + draw.below(60_000)) + "os",
        _ => String::new(),
    };
    let model = if draw.percent(40) { synthetic::model(&mut draw) } else { String::new() };
    let packed = *draw.of(&PACKED);
    if draw.percent(30) {
        let alike = synthetic::alert(draw.next() as u32 | 1 << 31);
        let nobody = synthetic::brand(1_000_000 + draw.below(60_000)) + "os";
        return format!("{nobody} {} {model}{packed}", alike.names.join(" "));
    }
    match draw.below(3) {
        0 => format!("{brand} {like} {other} {model}{packed}"),
        1 => format!("{like} {other} {brand}{packed}").to_uppercase(),
        _ => format!("{other}, {like}, {model} {brand}"),
    }
}
