//! Alerts that nobody issued, with the variety of real ones: names in English, German and Chinese, a valid GTIN in 56 %
//! and a model in 65 % of them, as in 12,539 alerts of Safety Gate.
//!
//! Invariant: an alert depends on its number alone, a query on its number and the number of alerts.

use seamless_matching::Product;

const THINGS: [(&str, &str, &str); 40] = [
    ("electric kettle", "Wasserkocher", "电热水壶"),
    ("USB charger", "USB-Ladegerät", "充电器"),
    ("power bank", "Powerbank", "移动电源"),
    ("hair dryer", "Haartrockner", "吹风机"),
    ("desk lamp", "Schreibtischlampe", "台灯"),
    ("lighting chain", "Lichterkette", "灯串"),
    ("travel adaptor", "Reiseadapter", "旅行插座转换器"),
    ("plush bear", "Plüschbär", "毛绒熊"),
    ("doll", "Puppe", "洋娃娃"),
    ("toy car", "Spielzeugauto", "玩具汽车"),
    ("magnetic building set", "Magnetbaukasten", "磁力积木"),
    ("slime", "Schleim", "史莱姆玩具"),
    ("soap bubbles", "Seifenblasen", "泡泡水"),
    ("wooden puzzle", "Holzpuzzle", "木制拼图"),
    ("baby walker", "Lauflernhilfe", "婴儿学步车"),
    ("child seat", "Kindersitz", "儿童安全座椅"),
    ("pushchair", "Kinderwagen", "婴儿推车"),
    ("cot bumper", "Nestchen", "婴儿床围"),
    ("pacifier", "Schnuller", "安抚奶嘴"),
    ("children's jacket with drawstrings", "Kinderjacke mit Zugbändern", "儿童抽绳夹克"),
    ("leather gloves", "Lederhandschuhe", "皮手套"),
    ("sandals", "Sandalen", "凉鞋"),
    ("necklace", "Halskette", "项链"),
    ("earrings", "Ohrringe", "耳环"),
    ("skin lightening cream", "Hautaufhellungscreme", "美白霜"),
    ("nail glue", "Nagelkleber", "美甲胶"),
    ("tattoo ink", "Tattoofarbe", "纹身墨水"),
    ("perfume", "Parfüm", "香水"),
    ("bicycle helmet", "Fahrradhelm", "自行车头盔"),
    ("electric scooter", "Elektroroller", "电动滑板车"),
    ("safety goggles", "Schutzbrille", "护目镜"),
    ("half mask", "Halbmaske", "防护口罩"),
    ("angle grinder", "Winkelschleifer", "角磨机"),
    ("laser pointer", "Laserpointer", "激光笔"),
    ("gas lighter", "Gasfeuerzeug", "打火机"),
    ("smoke alarm", "Rauchmelder", "烟雾报警器"),
    ("carbon monoxide alarm", "Kohlenmonoxidmelder", "一氧化碳报警器"),
    ("brake pads", "Bremsbeläge", "刹车片"),
    ("folding ladder", "Klappleiter", "折叠梯"),
    ("candle", "Kerze", "蜡烛"),
];
const LIKE: [(&str, &str, &str); 12] = [
    ("black", "schwarz", "黑色"),
    ("white", "weiß", "白色"),
    ("red", "rot", "红色"),
    ("blue", "blau", "蓝色"),
    ("pink", "rosa", "粉色"),
    ("portable", "tragbar", "便携式"),
    ("rechargeable", "wiederaufladbar", "可充电"),
    ("mini", "Mini", "迷你"),
    ("large", "groß", "大号"),
    ("foldable", "faltbar", "可折叠"),
    ("wireless", "kabellos", "无线"),
    ("waterproof", "wasserdicht", "防水"),
];
const SYLLABLES: [&str; 32] = [
    "an", "bel", "chu", "da", "el", "fan", "gor", "hao", "in", "jo", "kai", "lu", "mei", "nor", "os", "pra",
    "qi", "ro", "sun", "ta", "ul", "ver", "wei", "xin", "yo", "zen", "lor", "mar", "tech", "li", "max",
    "pro",
];
const HANZI: [&str; 16] =
    ["华", "美", "新", "达", "金", "海", "龙", "宏", "利", "兴", "泰", "丰", "永", "盛", "光", "联"];
const PLACES: [(&str, &str); 6] = [
    ("Shenzhen", "深圳市"),
    ("Yiwu", "义乌市"),
    ("Ningbo", "宁波"),
    ("Guangzhou", "广州"),
    ("Shantou", "汕头市"),
    ("Dongguan", "东莞市"),
];
const SAID: [&str; 36] = [
    "packed",
    "in",
    "a",
    "cardboard",
    "box",
    "with",
    "plastic",
    "parts",
    "small",
    "metal",
    "cable",
    "plug",
    "two",
    "pins",
    "battery",
    "compartment",
    "printed",
    "label",
    "colour",
    "several",
    "sizes",
    "product",
    "blister",
    "sold",
    "online",
    "handle",
    "switch",
    "cover",
    "the",
    "and",
    "of",
    "front",
    "transparent",
    "bag",
    "instructions",
    "made",
];

/// SplitMix64 [Steele, Lea and Flood 2014].
pub struct Draw(pub u64);

impl Draw {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// One of these.
    pub fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// True for this share, in percent.
    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }
}

/// The alert with this number.
pub fn alert(number: u32) -> Product {
    let mut draw = Draw(u64::from(number) << 20);
    let brand_number = draw.below(6_000);
    let thing = draw.of(&THINGS);
    let (like, other) = (draw.of(&LIKE), draw.of(&LIKE));
    let mut names = vec![format!("{} {} {}", like.0, other.0, thing.0)];
    match draw.below(10) {
        0..4 => names.push(format!("{}{}{}", like.2, other.2, thing.2)),
        4..6 => names = vec![format!("{} {}", like.1, thing.1)],
        6 => names = vec![format!("{}{}{}", like.2, other.2, thing.2)],
        _ => {}
    }
    if draw.percent(30) {
        names[0].push_str(&format!(" {}W", 5 * (1 + draw.below(400))));
    }
    let mut product = Product {
        names,
        category: Some(1 + number % 34),
        country_of_origin: draw.percent(80).then(|| "CN".to_owned()),
        description: description(&mut draw),
        ..Product::default()
    };
    if draw.percent(70) {
        product.brand = brand(brand_number);
    }
    if draw.percent(65) {
        product.models = (0..1 + draw.below(3) / 2).map(|_| model(&mut draw)).collect();
    }
    if draw.percent(56) {
        product.gtins.push(gtin(&mut draw));
    }
    if draw.percent(35) {
        product.batches.push(format!("{}{:05}", draw.of(&["L", "LOT ", "PO"]), draw.below(100_000)));
    }
    if draw.percent(40) {
        product.manufacturers.push(manufacturer(&mut draw));
    }
    product
}

/// A query, and the number of the alert that it means: the same product, as another authority would write it.
pub fn query(number: u32, alerts: u32) -> (u32, Product) {
    let mut draw = Draw((u64::from(number) << 20) ^ 0x5ea3);
    let of = draw.below(alerts as usize) as u32;
    let mut product = alert(of);
    product.description = description(&mut draw);
    if draw.percent(30) {
        product.gtins.clear();
    }
    for model in &mut product.models {
        *model = match draw.below(3) {
            0 => model.replace('-', " "),
            1 => model.replace('-', "").to_lowercase(),
            _ => model.clone(),
        };
    }
    if draw.percent(30) {
        product.brand = product.brand.to_uppercase();
    }
    if draw.percent(50) {
        product.batches.clear();
    }
    // Another language: the name in the third, where it is known.
    let thing = THINGS.iter().find(|thing| product.names.iter().any(|name| name.contains(thing.0)));
    if let Some(thing) = thing.filter(|_| draw.percent(30)) {
        product.names = vec![thing.1.to_owned()];
    }
    (of, product)
}

/// Bytes of the texts of a record.
pub fn text_bytes(product: &Product) -> usize {
    let lists = [&product.names, &product.models, &product.gtins, &product.batches, &product.manufacturers];
    let texts = lists.into_iter().flatten().map(String::len);
    texts.sum::<usize>() + product.brand.len() + product.description.len()
}

/// The brand of this number.
pub fn brand(number: usize) -> String {
    let mut draw = Draw(number as u64 * 7_919 + 1);
    let name: String = (0..2 + draw.below(2)).map(|_| *draw.of(&SYLLABLES)).collect();
    name[..1].to_uppercase() + &name[1..]
}

/// A model number.
pub fn model(draw: &mut Draw) -> String {
    let letter = |draw: &mut Draw| char::from(b'A' + draw.below(26) as u8);
    let (first, second, last) = (letter(draw), letter(draw), letter(draw));
    match draw.below(4) {
        0 => format!("{first}{second}-{}", 100 + draw.below(9_900)),
        1 => format!("{first}{}", 10 + draw.below(990)),
        2 => format!("{first}{second}{last}-{}{last}", 1_000 + draw.below(90_000)),
        _ => format!("{}-{}", 10 + draw.below(90), 1_000 + draw.below(9_000)),
    }
}

/// A GTIN-13 of a Chinese company.
pub fn gtin(draw: &mut Draw) -> String {
    let body = format!("69{:010}", draw.below(10_000_000_000));
    let weighted = body.bytes().rev().zip([3, 1].into_iter().cycle());
    let sum: usize = weighted.map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn manufacturer(draw: &mut Draw) -> String {
    let (latin, chinese) = draw.of(&PLACES);
    if draw.percent(40) {
        return format!("{chinese}{}{}电子有限公司", draw.of(&HANZI), draw.of(&HANZI));
    }
    let name = brand(draw.below(3_000));
    format!("{latin} {name} {} Co., Ltd.", draw.of(&["Electronic", "Toys", "Industrial", "Trading"]))
}

fn description(draw: &mut Draw) -> String {
    let words = (0..15 + draw.below(30))
        .map(|_| if draw.percent(15) { brand(draw.below(3_000)) } else { draw.of(&SAID).to_string() });
    words.collect::<Vec<_>>().join(" ")
}
