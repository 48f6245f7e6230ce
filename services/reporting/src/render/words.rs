//! What documents say of themselves, in both languages. What a report says of its figures is content.

use serde::Serialize;

use crate::domain::content::Language;

/// What stands over every document of a drill, whatever its language.
pub(super) const EXERCISE: &str = "EXERCISE / 演练";

/// The words of one language.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    /// What the documents of a drill add to [`EXERCISE`].
    pub(super) exercise: &'static str,
    pub(super) about: &'static str,
    /// Over what it was made of.
    pub(super) made_of: &'static str,
    pub(super) contents: &'static str,
    pub(super) figures: &'static str,
    pub(super) section: &'static str,
    pub(super) figure: &'static str,
    pub(super) value: &'static str,
    pub(super) lower: &'static str,
    pub(super) upper: &'static str,
    pub(super) unit: &'static str,
    pub(super) cases: &'static str,
    pub(super) definition: &'static str,
    /// Over the first column of a table.
    pub(super) row: &'static str,
    pub(super) no_cases: &'static str,
    pub(super) fewer_than_half: &'static str,
    /// Where there are cases, but none was observed for so long.
    pub(super) not_yet_known: &'static str,
    /// Where a count is not told, since it is small or a small one could be reckoned from it.
    pub(super) withheld: &'static str,
    /// What an interval is.
    pub(super) interval: &'static str,
    /// How the unit of a value is called.
    pub(super) units: Units,
    /// Between a thing and what is said of it.
    pub(super) colon: &'static str,
}

/// How units are called.
#[derive(Debug, Serialize)]
pub(super) struct Units {
    pub(super) count: &'static str,
    pub(super) share: &'static str,
    pub(super) days: &'static str,
    pub(super) number: &'static str,
}

static ENGLISH: Words = Words {
    exercise: "Made of a drill: nothing of it happened.",
    about: "About this report",
    made_of: "What this was made of",
    contents: "Contents",
    figures: "Figures",
    section: "Section",
    figure: "Figure",
    value: "Value",
    lower: "Lower bound (95 %)",
    upper: "Upper bound (95 %)",
    unit: "Unit",
    cases: "Cases",
    definition: "Definition",
    row: "Group",
    no_cases: "no cases",
    fewer_than_half: "fewer than half so far",
    not_yet_known: "not observed so long yet",
    withheld: "withheld",
    interval: "Numbers in parentheses after a value: its 95 % confidence interval.",
    units: Units { count: "count", share: "share", days: "days", number: "number" },
    colon: ": ",
};

static CHINESE: Words = Words {
    exercise: "数据来自演练，并非真实情况。",
    about: "报告信息",
    made_of: "生成依据",
    contents: "目录",
    figures: "指标",
    section: "章节",
    figure: "指标",
    value: "数值",
    lower: "下限（95%）",
    upper: "上限（95%）",
    unit: "单位",
    cases: "案例数",
    definition: "定义",
    row: "分组",
    no_cases: "无案例",
    fewer_than_half: "尚不足半数",
    not_yet_known: "观察时间尚不足",
    withheld: "不予公布",
    interval: "数值后括号内为其95%置信区间。",
    units: Units { count: "计数", share: "比例", days: "天", number: "数值" },
    colon: "：",
};

/// The words of this language.
pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}
