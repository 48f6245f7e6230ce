//! Tables that charts are drawn from, with awkward texts in both languages.

use seamless_reporting::domain::content::{Measured, Row, Table, Text, Value};

/// A table of these rows, each with id, title and values.
pub fn table(id: &'static str, columns: &[Text], rows: Vec<(String, Text, Vec<Value>)>) -> Table {
    let cases = rows.len() as u64;
    let rows = rows.into_iter().map(|(id, title, values)| Row { id, title, values }).collect();
    Table {
        id,
        title: Text::of("Kettles & <toasters> by \"kind\"", "电水壶与烤面包机（按类别）"),
        definition: Text::of("Each case counts once.", "每个案例计一次。"),
        columns: columns.to_vec(),
        rows,
        cases,
        overlapping: false,
    }
}

fn columns<const N: usize>(names: [(&str, &str); N]) -> Vec<Text> {
    names.map(|(english, chinese)| Text::of(english, chinese)).into()
}

fn counts<const N: usize>(counts: [u64; N]) -> Vec<Value> {
    counts.map(Value::Count).into()
}

pub fn bars() -> Table {
    let rows = [
        ("Electrical appliances and equipment", "电器及设备", 412),
        ("Toys", "玩具", 305),
        ("Urząd Łódź Sp. z o.o. & <b>bold</b>", "堃远电器（深圳）有限公司", 97),
        ("with \u{b} a control character", "含控制字符\u{b}", 12),
        ("not said", "未说明", 0),
    ];
    let rows = rows
        .map(|(english, chinese, count)| (english.to_owned(), Text::of(english, chinese), counts([count])));
    table("by_category", &columns([("cases", "案例数")]), rows.into())
}

pub fn months() -> Table {
    let rows = (0..14).map(|month| {
        let name = format!("{}-{:02}", 2026 + month / 12, month % 12 + 1);
        (name.clone(), Text::same(name), counts([31 + month * 17 % 23, 9 + month * 7 % 11]))
    });
    table(
        "by_month",
        &columns([("alerts", "通报数"), ("of these sold online", "其中网上销售")]),
        rows.collect(),
    )
}

/// The curve of Freireich's patients: days, waited, came, looked at no further, the share with its interval.
pub fn waiting() -> Table {
    const STEPS: [(u64, u64, u64, u64, f64, f64, f64); 10] = [
        (0, 21, 0, 0, 1.0, 1.0, 1.0),
        (6, 21, 3, 1, 0.857, 0.620, 0.952),
        (7, 17, 1, 1, 0.807, 0.563, 0.923),
        (10, 15, 1, 2, 0.753, 0.503, 0.889),
        (13, 12, 1, 0, 0.690, 0.432, 0.849),
        (16, 11, 1, 3, 0.627, 0.368, 0.805),
        (22, 7, 1, 0, 0.538, 0.268, 0.747),
        (23, 6, 1, 1, 0.448, 0.188, 0.680),
        (32, 4, 0, 2, 0.448, 0.188, 0.680),
        (35, 2, 0, 2, 0.448, 0.188, 0.680),
    ];
    let rows = STEPS.map(|(day, waited, came, ended, value, lower, upper)| {
        let share = Value::Share(Measured { value, lower: Some(lower), upper: Some(upper) });
        let values = counts([waited, came, ended]).into_iter().chain([share]).collect();
        (day.to_string(), Text::of(format!("{day} days"), format!("{day} 天")), values)
    });
    let names = [
        ("waited until then", "此前仍在等待"),
        ("reacted", "作出反应"),
        ("looked at no further", "不再观察"),
        ("still without a reaction", "仍无反应"),
    ];
    table("waiting", &columns(names), rows.into())
}

pub fn matrix() -> Table {
    let recipients = ["ca-hc", "cn-gacc", "eu-just", "nl-customs", "us-cpsc"];
    let rows = ["BE", "CN", "DE", "FR", "US"].map(|notifier| {
        let values = recipients.iter().enumerate().map(|(index, recipient)| {
            match recipient.to_uppercase().starts_with(notifier) {
                true => Value::NoCases,
                false => {
                    Value::Count((notifier.len() * 37 + notifier.as_bytes()[0] as usize * index) as u64 % 97)
                }
            }
        });
        (notifier.to_owned(), Text::same(notifier), values.collect())
    });
    table("reaction_matrix", &recipients.map(Text::same), rows.into())
}

fn share(part: u64, whole: u64) -> Value {
    Value::Share(Measured { value: part as f64 / whole as f64, lower: None, upper: None })
}

/// Of each body how many were examined, and how many of them were unsafe.
pub fn bodies() -> Table {
    let rows = [
        ("Shanghai Product Inspection Institute", "上海产品检验院", 640, 11),
        ("CN-IB-0002", "CN-IB-0002", 212, 4),
        ("Shenzhen Testing Centre", "深圳检测中心", 320, 37),
        ("CN-IB-0004", "CN-IB-0004", 48, 0),
        ("CN-IB-0005", "CN-IB-0005", 60, 6),
        ("none examined", "未查验", 0, 0),
    ];
    let rows = rows.map(|(english, chinese, cases, of_kind)| {
        let values = counts([cases, of_kind]).into_iter().chain((cases > 0).then(|| share(of_kind, cases)));
        let mut values: Vec<Value> = values.collect();
        values.resize(3, Value::NoCases);
        (english.to_owned(), Text::of(english, chinese), values)
    });
    table(
        "false_pass",
        &columns([("examined", "查验"), ("unsafe", "不安全"), ("share", "比例")]),
        rows.into(),
    )
}

/// Of each month how many were examined, and how many of them were unsafe: November stands out.
pub fn controls() -> Table {
    let rows = (1..=12).map(|month| {
        let (cases, of_kind) = (80 + month * 13 % 50, if month == 11 { 31 } else { 6 + month % 5 });
        let name = format!("2026-{month:02}");
        (name.clone(), Text::same(name), [counts([cases, of_kind]), vec![share(of_kind, cases)]].concat())
    });
    table(
        "unsafe_by_month",
        &columns([("examined", "查验"), ("unsafe", "不安全"), ("share", "比例")]),
        rows.collect(),
    )
}
