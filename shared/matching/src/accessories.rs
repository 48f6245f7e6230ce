//! Parts and accessories by what they are called, in the languages of declarations: a battery for a laptop is no laptop.
//!
//! Invariant: a kind of accessory is one bit, whatever the language.

/// What one kind of accessory is called, in the form that `text::normalised` gives, without the plural's s.
const KINDS: &[&[&str]] = &[
    &[
        "battery",
        "batterie",
        "batteries",
        "akku",
        "akkus",
        "accu",
        "batteria",
        "bateria",
        "baterie",
        "batterij",
        "batteri",
        "akumulator",
        "akkumulator",
        "电池",
        "電池",
    ],
    &[
        "charger",
        "ladegerat",
        "ladekabel",
        "chargeur",
        "cargador",
        "caricabatterie",
        "caricatore",
        "carregador",
        "oplader",
        "ladowarka",
        "nabijecka",
        "incarcator",
        "laddare",
        "laturi",
        "充电器",
        "充電器",
    ],
    &[
        "adapter",
        "adaptor",
        "netzteil",
        "adaptateur",
        "adaptador",
        "adattatore",
        "zasilacz",
        "适配器",
        "適配器",
    ],
    &["cable", "kabel", "cavo", "cordon", "przewod", "kaapeli", "数据线", "充电线", "數據線"],
    &[
        "case",
        "cover",
        "sleeve",
        "pouch",
        "hulle",
        "schutzhulle",
        "etui",
        "housse",
        "coque",
        "funda",
        "custodia",
        "hoes",
        "hoesje",
        "pokrowiec",
        "pouzdro",
        "保护套",
        "保护壳",
        "手机壳",
        "皮套",
        "保護套",
    ],
    &["protector", "displayschutz", "schutzfolie", "panzerglas", "保护膜", "钢化膜", "贴膜"],
    &["strap", "armband", "bracelet", "correa", "cinturino", "pasek", "表带", "錶帶", "背带", "腕带"],
    &[
        "mount",
        "holder",
        "bracket",
        "halterung",
        "halter",
        "soporte",
        "supporto",
        "uchwyt",
        "houder",
        "支架",
        "底座",
    ],
    &["tripod", "stativ", "trepied", "tripode", "treppiede", "statyw", "三脚架"],
    &["remote", "fernbedienung", "telecommande", "telecomando", "遥控器"],
    &["cartridge", "toner", "druckerpatrone", "cartouche", "cartucho", "墨盒", "硒鼓"],
    &["filter", "filtre", "filtro", "filtr", "滤芯", "过滤器"],
    &[
        "spare",
        "ersatzteil",
        "rechange",
        "repuesto",
        "ricambio",
        "ricambi",
        "reserveonderdeel",
        "replacement",
        "配件",
        "零件",
        "替换",
    ],
    &[
        "accessory",
        "accessorie",
        "accessories",
        "zubehor",
        "accessoire",
        "accesorio",
        "accessorio",
        "akcesoria",
        "tillbehor",
        "附件",
    ],
];
/// After its name: no part by itself, but how the goods work.
const ABOUT_THE_GOODS: &[&str] = &[
    "operated",
    "powered",
    "driven",
    "operating",
    "included",
    "free",
    "betrieben",
    "betriebene",
    "excluded",
    "inklusive",
    "type",
    "pack",
];
/// A word that ends with the name of an accessory is one, from so many letters on: `Laptopakku`.
const COMPOUND: usize = 7;
const LEAST_END: usize = 4;

/// The kind that a word names, as a bit, or 0; `next` is the word after it.
pub(crate) fn of_word(word: &str, next: Option<&str>) -> u32 {
    if next.is_some_and(|next| ABOUT_THE_GOODS.contains(&next)) {
        return 0;
    }
    let singular = word.strip_suffix('s').filter(|rest| rest.len() > 3).unwrap_or(word);
    let is_long = word.len() >= COMPOUND;
    bits(|name| {
        name == word
            || name == singular
            || (is_long && name.len() >= LEAST_END && word.ends_with(name) && word.len() >= name.len() + 3)
    })
}

/// The kinds that a run of ideographs names.
pub(crate) fn of_ideographs(run: &str) -> u32 {
    bits(|name| !name.is_ascii() && run.contains(name))
}

fn bits(is_it: impl Fn(&str) -> bool) -> u32 {
    KINDS
        .iter()
        .zip(0..)
        .filter(|(names, _)| names.iter().any(|name| is_it(name)))
        .map(|(_, bit)| 1 << bit)
        .sum()
}
