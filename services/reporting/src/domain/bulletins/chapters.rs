//! The alerts as documents tell them: a chapter for each cluster, an entry for each alert, a line for each text.

use seamless_labels::{Label, Labelled};

use super::{Cluster, Listed};
use crate::domain::{
    chapters::{Chapter, Entry, Line, Passage},
    content::Text,
    model::{RiskType, TermFinding},
    recall::{OperatorFact, RecallFact, UnitFact},
};

/// A chapter for each cluster, and one for what does not keep to the glossary, if anything.
pub(super) fn of(clusters: &[Cluster], findings: &[TermFinding]) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = clusters.iter().map(cluster).collect();
    if !findings.is_empty() {
        chapters.push(Chapter {
            id: "findings".to_owned(),
            title: Text::of("Terms that differ from the glossary", "与术语表不一致的术语"),
            entries: findings.iter().map(finding).collect(),
        });
    }
    chapters
}

fn cluster(cluster: &Cluster) -> Chapter {
    let (id, title): (&str, Text) = match cluster.risk {
        Some(risk) => (risk.into(), hazard(risk)),
        None => ("not_told", Text::of("No hazard told", "未说明危害")),
    };
    Chapter { id: id.to_owned(), title, entries: cluster.alerts.iter().map(entry).collect() }
}

fn hazard(risk: RiskType) -> Text {
    let Label { english, chinese } = risk.label();
    Text::of(format!("Hazard: {english}"), format!("危害：{chinese}"))
}

fn entry(Listed { date, alert }: &Listed) -> Entry {
    let title = Passage::told(&alert.title).or_else(|| Passage::told(&alert.product));
    let title = title.unwrap_or_else(|| Passage::of(&Text::same(&alert.name)));
    let mut lines = Lines::default();
    lines.same("date", "Date", "日期", date.to_string());
    lines.same("reference", "Number", "编号", alert.reference.clone());
    lines.told("product", "Product", "产品", Passage::told(&alert.product));
    lines.same("brand", "Brand", "品牌", alert.brand.clone());
    lines.same("models", "Models", "型号", alert.models.join(", "));
    let countries = |name: fn(&seamless_identifiers::CountryCode) -> &'static str, separator: &str| {
        alert.origins.iter().map(name).collect::<Vec<_>>().join(separator)
    };
    lines.own(
        "origins",
        "Made in",
        "原产国",
        Text::of(
            countries(seamless_identifiers::CountryCode::name_en, ", "),
            countries(seamless_identifiers::CountryCode::name_zh, "、"),
        ),
    );
    lines.own("hazards", "Hazards", "危害类型", labels(alert.risks.iter().copied()));
    lines.own("risk_level", "Level of risk", "风险等级", labels(alert.level.into_iter()));
    lines.told("hazard", "What can happen", "危害说明", Passage::told(&alert.hazard));
    lines.told("incidents", "Incidents", "事故情况", Passage::told(&alert.incidents));
    lines.own("measures", "Measures", "措施", labels(alert.measures.iter().copied()));
    lines.own("remedies", "Remedies", "补救措施", labels(remedies(alert)));
    for remedy in &alert.remedies {
        lines.told("remedy", "Remedy", "补救措施说明", Passage::told(&remedy.note));
    }
    lines.told("items", "Items and where sold", "涉及产品及销售渠道", Passage::told(&alert.items));
    lines.own("units", "Numbers", "数量", units(&alert.units));
    lines.own("operators", "Operators", "经营者", operators(&alert.operators));
    lines.same("page", "For consumers", "消费者信息", alert.page.clone());
    Entry { id: alert.name.clone(), title, lines: lines.0 }
}

/// The kinds of remedy, each once.
fn remedies(alert: &RecallFact) -> impl Iterator<Item = crate::domain::model::RemedyKind> {
    let mut kinds = Vec::new();
    for remedy in &alert.remedies {
        if !kinds.contains(&remedy.kind) {
            kinds.push(remedy.kind);
        }
    }
    kinds.into_iter()
}

#[derive(Default)]
struct Lines(Vec<Line>);

impl Lines {
    fn told(&mut self, id: &'static str, english: &str, chinese: &str, passage: Option<Passage>) {
        let name = Text::of(english, chinese);
        self.0.extend(passage.map(|passage| Line { id, name, passage }));
    }

    /// What the program says in both languages.
    fn own(&mut self, id: &'static str, english: &str, chinese: &str, text: Text) {
        let is_said = !text.english.is_empty();
        self.told(id, english, chinese, is_said.then(|| Passage::of(&text)));
    }

    /// The same in both languages: a number, a name, an address.
    fn same(&mut self, id: &'static str, english: &str, chinese: &str, text: String) {
        self.own(id, english, chinese, Text::same(text));
    }
}

fn labels<L: Labelled>(values: impl Iterator<Item = L>) -> Text {
    let labels: Vec<Label> = values.map(Labelled::label).collect();
    let joined = |label: fn(&Label) -> &'static str, separator: &str| {
        labels.iter().map(label).collect::<Vec<_>>().join(separator)
    };
    Text::of(joined(|label| label.english, ", "), joined(|label| label.chinese, "、"))
}

fn units(units: &[UnitFact]) -> Text {
    let mut both = (Vec::new(), Vec::new());
    for UnitFact { kind, country, count, approximate } in units {
        let Label { english, chinese } = kind.label();
        let about = if *approximate { ("about ", "约") } else { ("", "") };
        let (of, of_zh) = match country {
            Some(country) => (format!(" ({})", country.name_en()), format!("（{}）", country.name_zh())),
            None => Default::default(),
        };
        both.0.push(format!("{}{count} {english}{of}", about.0));
        both.1.push(format!("{chinese}{}{count}{of_zh}", about.1));
    }
    Text::of(both.0.join("; "), both.1.join("；"))
}

fn operators(operators: &[OperatorFact]) -> Text {
    let mut both = (Vec::new(), Vec::new());
    for OperatorFact { role, name, country, website } in operators {
        let Label { english, chinese } = role.label();
        let (of, of_zh) = match country {
            Some(country) => (format!(", {}", country.name_en()), format!("，{}", country.name_zh())),
            None => Default::default(),
        };
        let site = if website.is_empty() { String::new() } else { format!(" {website}") };
        both.0.push(format!("{english}: {name}{of}{site}"));
        both.1.push(format!("{chinese}：{name}{of_zh}{site}"));
    }
    Text::of(both.0.join("; "), both.1.join("；"))
}

/// What a text of an alert is called: as the lines of the alert call it.
fn field(name: &str) -> Text {
    match name {
        "title" => Text::of("Title", "标题"),
        "product" => Text::of("Product", "产品"),
        "hazard" => Text::of("What can happen", "危害说明"),
        "incidents" => Text::of("Incidents", "事故情况"),
        "items" => Text::of("Items and where sold", "涉及产品及销售渠道"),
        "remedy" => Text::of("Remedy", "补救措施说明"),
        other => Text::same(other),
    }
}

fn finding(finding: &TermFinding) -> Entry {
    let title = Text::same(format!("{}. {}", finding.number, finding.term));
    let mut lines = Lines::default();
    lines.same("alert", "Alert", "通报", finding.alert.clone());
    lines.own("field", "Text", "文字", field(&finding.field));
    lines.same("found", "English text has", "英文用词", finding.found.clone());
    lines.same("wanted", "Chinese text wants one of", "中文应使用其中之一", finding.wanted.join("、"));
    Entry { id: format!("findings/{}", finding.number), title: Passage::of(&title), lines: lines.0 }
}
