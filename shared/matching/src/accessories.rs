//! Parts and accessories by what they are called, in the languages of declarations: a battery for a laptop is no laptop.
//!
//! Invariant: a kind of accessory is one bit, whatever the language.

use std::{collections::HashMap, sync::LazyLock};

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
const LEAST_BEGINNING: usize = 3;

/// The kinds by each name.
static NAMES: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
    let kinds = KINDS.iter().zip(0..).map(|(names, bit)| (names, 1 << bit));
    kinds.flat_map(|(names, bit)| names.iter().map(move |name| (*name, bit))).collect()
});

/// The kind that a word names, as a bit, or 0; `next` is the word after it.
pub(crate) fn of_word(word: &str, next: Option<&str>) -> u32 {
    if next.is_some_and(|next| ABOUT_THE_GOODS.contains(&next)) {
        return 0;
    }
    let singular = word.strip_suffix('s').filter(|rest| rest.len() > 3).unwrap_or(word);
    let named = |name: &str| NAMES.get(name).copied().unwrap_or(0);
    let whole = named(word) | named(singular);
    if whole != 0 || word.len() < COMPOUND {
        return whole;
    }
    let ends = word.char_indices().map(|(at, _)| at).filter(|at| *at >= LEAST_BEGINNING);
    let ends = ends.filter_map(|at| word.get(at..)).take_while(|end| end.len() >= LEAST_END);
    ends.map(named).find(|kind| *kind != 0).unwrap_or(0)
}

/// The kinds that a run of ideographs names.
pub(crate) fn of_ideographs(run: &str) -> u32 {
    let is_named = |names: &[&str]| names.iter().any(|name| !name.is_ascii() && run.contains(name));
    KINDS.iter().zip(0..).filter(|(names, _)| is_named(names)).map(|(_, bit)| 1 << bit).sum()
}
