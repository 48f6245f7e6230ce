//! What a document says at its end of how it was made: what was read, by which program and data. The signed manifest says the same, and
//! the digests of the documents, which no document can have of itself.

use seamless_labels::{Label, Labelled};

use crate::domain::{
    content::{Language, Text},
    model::{ConfigurationDigest, Input, Manifest, Report, ReportTemplate},
    source::Source,
};

/// What a document was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MadeOf {
    /// The template, and its version; none of what no template made.
    pub template: Option<ReportTemplate>,
    pub template_version: u32,
    /// How far each feed was read; of what is made for others which feeds were read alone.
    pub inputs: Vec<Input>,
    pub configuration: Vec<ConfigurationDigest>,
    pub program_version: String,
    pub target: String,
    pub zone_data_version: String,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Text(Text),
    Number(i128),
}

impl Told {
    /// As a document of this language writes it.
    pub(super) fn in_language(&self, language: Language) -> String {
        match self {
            Self::Text(text) => text.in_language(language).to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl MadeOf {
    /// As the manifest says it.
    #[must_use]
    pub fn of(report: &Report, manifest: &Manifest) -> Self {
        Self {
            template: Some(report.template),
            template_version: report.template_version,
            inputs: manifest.inputs.clone(),
            configuration: manifest.configuration.clone(),
            program_version: manifest.program_version.clone(),
            target: manifest.target.clone(),
            zone_data_version: manifest.zone_data_version.clone(),
        }
    }

    /// Each with its name.
    pub(super) fn lines(&self) -> Vec<(Text, Told)> {
        let text = |text: &str| Told::Text(Text::same(text));
        let template = self.template.map(|template| {
            let Label { english, chinese } = template.label();
            Text::of(english, chinese)
        });
        let mut lines = vec![
            (Text::of("Template", "报告模板"), Told::Text(template.unwrap_or_else(|| Text::same("")))),
            (Text::of("Version of the template", "模板版本"), Told::Number(self.template_version.into())),
        ];
        for input in &self.inputs {
            lines.extend(of_input(input));
        }
        for ConfigurationDigest { name, sha256 } in &self.configuration {
            let called = configuration(name);
            let title = Text::of(
                format!("Configuration: {} (SHA-256)", called.english),
                format!("配置：{}（SHA-256）", called.chinese),
            );
            lines.push((title, text(sha256)));
        }
        lines.extend([
            (Text::of("Version of the program", "程序版本"), text(&self.program_version)),
            (Text::of("Built for", "运行平台"), text(&self.target)),
            (Text::of("Version of the time zone data", "时区数据版本"), text(&self.zone_data_version)),
        ]);
        lines
    }
}

/// How far a feed was read, and what was kept of it; where that is not told, which feed it is. How many events there were, and what they
/// said, stands in the manifest alone: where rights were lost a feed that is read anew shows fewer, and figures are the same.
fn of_input(input: &Input) -> Vec<(Text, Told)> {
    let Input { source, position, content_sha256, alerts_lost, rights_narrowed, facts_sha256, .. } = input;
    let feed = feed(source);
    let mut lines = vec![(Text::of("Feed", "数据源"), Told::Text(feed.clone()))];
    if content_sha256.is_empty() {
        return lines;
    }
    let of_feed = |english: &str, chinese: &str| {
        Text::of(format!("{}: {english}", feed.english), format!("{}：{chinese}", feed.chinese))
    };
    lines.extend([
        (of_feed("position of the last event", "最后事件的位置"), Told::Number((*position).into())),
        (
            of_feed("digest of what is kept of it (SHA-256)", "所存内容的摘要（SHA-256）"),
            Told::Text(Text::same(facts_sha256)),
        ),
        (
            of_feed("taken out since the right was lost", "因失去权限而移除的记录数"),
            Told::Number((*alerts_lost).into()),
        ),
        (
            of_feed("times that fields were made less public", "字段公开范围缩小的次数"),
            Told::Number(rights_narrowed.unwrap_or_default().into()),
        ),
    ]);
    lines
}

/// What a feed is called; by its name where the service is not known any more.
pub(super) fn feed(source: &str) -> Text {
    match Source::of_name(source) {
        Some(Source::Notifications) => Text::of("notifications", "通报"),
        Some(Source::Consignments) => Text::of("consignments", "货物管控"),
        Some(Source::Training) => Text::of("training", "培训"),
        None => Text::same(source),
    }
}

/// What a file or data that figures depend on is called.
fn configuration(name: &str) -> Text {
    match name {
        "cooperation" => Text::of("cooperation", "合作安排"),
        "fonts" => Text::of("fonts", "字体"),
        "zone_data" => Text::of("time zone data", "时区数据"),
        "glossary" => Text::of("glossary", "术语表"),
        "small_counts" => Text::of("counts that others were told", "已向他方公布的计数"),
        other => Text::same(other),
    }
}
