//! What languages are called.

use super::words::text;
use crate::domain::content::Text;

/// What a language is called, by its BCP 47 tag, with its script where two are in use; a tag that is not known here stays as it is.
pub(super) fn language_text(tag: &str) -> Text {
    let mut parts = tag.split('-');
    let Some([english, chinese]) = parts.next().and_then(name) else { return Text::same(tag) };
    match parts.next() {
        None => text(english, chinese),
        Some("Hans") => text(&format!("{english}, simplified"), &format!("{chinese}（简体）")),
        Some("Hant") => text(&format!("{english}, traditional"), &format!("{chinese}（繁体）")),
        Some("Latn") => text(&format!("{english}, Latin script"), &format!("{chinese}（拉丁字母）")),
        Some("Cyrl") => text(&format!("{english}, Cyrillic script"), &format!("{chinese}（西里尔字母）")),
        Some(other) => text(&format!("{english} ({other})"), &format!("{chinese}（{other}）")),
    }
}

/// Of the official languages of the parties and of their neighbours.
fn name(language: &str) -> Option<[&'static str; 2]> {
    Some(match language {
        "ar" => ["Arabic", "阿拉伯语"],
        "bg" => ["Bulgarian", "保加利亚语"],
        "cs" => ["Czech", "捷克语"],
        "da" => ["Danish", "丹麦语"],
        "de" => ["German", "德语"],
        "el" => ["Greek", "希腊语"],
        "en" => ["English", "英语"],
        "es" => ["Spanish", "西班牙语"],
        "et" => ["Estonian", "爱沙尼亚语"],
        "fi" => ["Finnish", "芬兰语"],
        "fr" => ["French", "法语"],
        "ga" => ["Irish", "爱尔兰语"],
        "hi" => ["Hindi", "印地语"],
        "hr" => ["Croatian", "克罗地亚语"],
        "hu" => ["Hungarian", "匈牙利语"],
        "id" => ["Indonesian", "印度尼西亚语"],
        "is" => ["Icelandic", "冰岛语"],
        "it" => ["Italian", "意大利语"],
        "ja" => ["Japanese", "日语"],
        "ko" => ["Korean", "韩语"],
        "lt" => ["Lithuanian", "立陶宛语"],
        "lv" => ["Latvian", "拉脱维亚语"],
        "mt" => ["Maltese", "马耳他语"],
        "nb" | "nn" | "no" => ["Norwegian", "挪威语"],
        "nl" => ["Dutch", "荷兰语"],
        "pl" => ["Polish", "波兰语"],
        "pt" => ["Portuguese", "葡萄牙语"],
        "ro" => ["Romanian", "罗马尼亚语"],
        "ru" => ["Russian", "俄语"],
        "sk" => ["Slovak", "斯洛伐克语"],
        "sl" => ["Slovenian", "斯洛文尼亚语"],
        "sr" => ["Serbian", "塞尔维亚语"],
        "sv" => ["Swedish", "瑞典语"],
        "th" => ["Thai", "泰语"],
        "tr" => ["Turkish", "土耳其语"],
        "uk" => ["Ukrainian", "乌克兰语"],
        "vi" => ["Vietnamese", "越南语"],
        "zh" => ["Chinese", "中文"],
        _ => return None,
    })
}
