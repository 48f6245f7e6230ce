//! What a document says at its end of how it was made: what was read, by which program and data. The signed manifest says the same, and
//! the digests of the documents, which no document can have of itself.

use std::fmt;

use crate::domain::{
    content::Text,
    model::{ConfigurationDigest, Input, Manifest, Report},
};

/// What a document was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MadeOf {
    /// The name of the template, and its version.
    pub template: String,
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
    Text(String),
    Number(i128),
}

impl fmt::Display for Told {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Number(number) => write!(formatter, "{number}"),
        }
    }
}

impl MadeOf {
    /// As the manifest says it.
    #[must_use]
    pub fn of(report: &Report, manifest: &Manifest) -> Self {
        let template: &str = report.template.into();
        Self {
            template: template.to_owned(),
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
        let text = |text: &str| Told::Text(text.to_owned());
        let mut lines = vec![
            (Text::of("Template", "报告模板"), text(&self.template)),
            (Text::of("Version of the template", "模板版本"), Told::Number(self.template_version.into())),
        ];
        for input in &self.inputs {
            lines.extend(of_input(input));
        }
        for ConfigurationDigest { name, sha256 } in &self.configuration {
            let title =
                Text::of(format!("Configuration {name} (SHA-256)"), format!("配置 {name}（SHA-256）"));
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
    let mut lines = vec![(Text::of("Feed", "数据源"), Told::Text(source.clone()))];
    if content_sha256.is_empty() {
        return lines;
    }
    let of_feed = |english: &str, chinese: &str| {
        Text::of(format!("{source}: {english}"), format!("{source}：{chinese}"))
    };
    lines.extend([
        (of_feed("position of the last event", "最后事件的位置"), Told::Number((*position).into())),
        (
            of_feed("digest of what is kept of it (SHA-256)", "所存内容的摘要（SHA-256）"),
            Told::Text(facts_sha256.clone()),
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
