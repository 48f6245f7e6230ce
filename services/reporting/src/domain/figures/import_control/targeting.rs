//! How well goods were chosen: what examinations found by the reason, criterion and model that chose, and officers' words.

use std::collections::BTreeMap;

use seamless_labels::{Label, Labelled};

use super::{
    ControlFacts,
    examinations::{Found, columns, is_shown},
    seen::Seen,
};
use crate::domain::{
    content::{Measured, Row, Section, Table, Text, Value},
    facts::{ModelFact, ScoreFact, StepOf},
    figures::{
        Question,
        words::{Counts, count, share_of, text},
    },
    model::{ModelState, Selection},
};

/// Bands of the probability to be unsafe: the upper end of each, in hundredths.
const BANDS: [u32; 5] = [1, 5, 20, 50, 100];

/// The section; none for who is not shown how goods are chosen.
pub(super) fn section(question: &Question<'_>, facts: &ControlFacts, seen: &[Seen<'_>]) -> Option<Section> {
    let is_told = !(facts.models.is_empty() && facts.criteria.is_empty() && facts.overrides.is_empty());
    if !is_told && !is_shown(seen) {
        return None;
    }
    let drawn: Vec<&Seen<'_>> =
        seen.iter().filter(|one| one.is_chosen(Selection::Random) && one.outcome.is_some()).collect();
    let overridden: Vec<_> = facts.overrides.iter().filter(|one| question.is_of_period(one.time)).collect();
    let figures = vec![count(
        "overridden",
        text("Lanes that officers changed", "关员更改通道数"),
        text(
            "Words of officers that put goods into another lane, by the time of each, in the zone of the period.",
            "关员将货物改入其他通道的决定，按作出时间计，以报告期所用时区为准。",
        ),
        overridden.len(),
    )];
    let mut changed = Counts::new();
    for one in &overridden {
        let (from, to) = (one.former_lane.label(), one.lane.label());
        let names: [&str; 2] = [one.former_lane.into(), one.lane.into()];
        let order = one.former_lane as i64 * 10 + one.lane as i64;
        let title = Text::of(
            format!("from {} to {}", from.english, to.english),
            format!("由{}改为{}", from.chinese, to.chinese),
        );
        changed.add_row(order, &names.join("-"), title);
    }
    let tables = vec![
        by_reason(seen),
        by_criterion(question, facts, seen),
        by_probability(&drawn),
        by_model(&drawn),
        shadows(&drawn),
        models(question, &facts.models),
        changed.table(
            "overridden_by_lane",
            text("What officers changed", "关员更改情况"),
            text("By the lane before and after.", "按更改前后的通道。"),
            false,
        ),
    ];
    let title = text("How goods were chosen", "选中依据及效果");
    Some(Section { id: "targeting", title, figures, tables })
}

/// A row for each, in the order of the keys.
fn found_rows(rows: BTreeMap<(i64, String), (Text, Found)>) -> Vec<Row> {
    let row =
        |((_, id), (title, found)): ((i64, String), (Text, Found))| Row { id, title, values: found.values() };
    rows.into_iter().map(row).collect()
}

fn by_reason(seen: &[Seen<'_>]) -> Table {
    let mut rows: BTreeMap<(i64, String), (Text, Found)> = BTreeMap::new();
    let mut cases = 0;
    for one in seen {
        let Some(known) = &one.fact.knowledge else { continue };
        cases += 1;
        for reason in &known.reasons {
            let (Label { english, chinese }, id): (_, &str) = (reason.label(), (*reason).into());
            let row = rows.entry((*reason as i64, id.to_owned()));
            row.or_insert_with(|| (text(english, chinese), Found::default())).1.add(one);
        }
    }
    Table {
        id: "by_reason",
        title: text("By what the screening said of the goods", "按筛查给出的理由"),
        definition: text(
            "Examinations of the period whose screening is known, by its reasons; one has several. The share is of those with an outcome, \
             with Wilson's interval. A reason stood beside others: it says what was found where it was given, not that it alone chose.",
            "报告期内已知筛查结果的查验，按筛查理由计；一次查验可有多个理由。比例以有结果者为基数，区间采用 Wilson 方法。\
             各理由可能同时出现，仅反映有该理由时的查获情况，并非由其单独决定。",
        ),
        columns: columns(),
        rows: found_rows(rows),
        cases,
        overlapping: true,
    }
}

fn by_criterion(question: &Question<'_>, facts: &ControlFacts, seen: &[Seen<'_>]) -> Table {
    let mut rows: BTreeMap<(i64, String), (Text, Found)> = BTreeMap::new();
    let title = |name: &str| {
        let known = facts.criteria.iter().find(|one| one.name == name);
        Text::same(known.map_or(name, |known| known.title.as_str()))
    };
    let in_force = facts.criteria.iter().filter(|one| one.is_in_force(question.start, question.cut));
    for one in in_force {
        rows.entry((0, one.name.clone())).or_insert_with(|| (title(&one.name), Found::default()));
    }
    let mut cases = 0;
    for one in seen {
        let met = one.fact.knowledge.as_ref().map_or(&[][..], |known| &known.criteria);
        cases += u64::from(!met.is_empty());
        for name in met {
            rows.entry((0, name.clone())).or_insert_with(|| (title(name), Found::default())).1.add(one);
        }
    }
    Table {
        id: "by_criterion",
        title: text("By criterion", "按布控规则"),
        definition: text(
            "Criteria that were in force within the period, before the cut, and those that goods met that were examined in it, by their \
             titles as they were written; the share is of those with an outcome, with Wilson's interval.",
            "报告期内（截止时间前）生效的布控规则，以及报告期内所查验货物符合的布控规则，名称为编写时原文；\
             比例以有结果者为基数，区间采用 Wilson 方法。",
        ),
        columns: columns(),
        rows: found_rows(rows),
        cases,
        overlapping: true,
    }
}

/// What was predicted of goods, and how many of them were unsafe.
#[derive(Clone, Copy, Default)]
struct Predicted {
    cases: usize,
    found: usize,
    sum: f64,
    squares: f64,
}

impl Predicted {
    fn add(&mut self, score: f64, is_unsafe: bool) {
        let outcome = f64::from(u8::from(is_unsafe));
        self.cases += 1;
        self.found += usize::from(is_unsafe);
        self.sum += score;
        self.squares += (score - outcome) * (score - outcome);
    }

    fn mean(self, of: f64) -> Option<Measured> {
        let value = of / self.cases as f64;
        (self.cases > 0).then_some(Measured { value, lower: None, upper: None })
    }

    fn brier(self) -> Value {
        self.mean(self.squares).map_or(Value::NoCases, Value::Number)
    }

    /// How many, how many unsafe, their share, and what was predicted on average.
    fn values(self) -> Vec<Value> {
        let predicted = self.mean(self.sum).map_or(Value::NoCases, Value::Share);
        let counts = [self.cases, self.found].map(|count| Value::Count(count as u64));
        counts.into_iter().chain([share_of(self.found, self.cases), predicted]).collect()
    }
}

fn predicted_columns() -> Vec<Text> {
    vec![
        text("drawn and examined", "随机抽查"),
        text("unsafe", "不安全"),
        text("share unsafe", "不安全比例"),
        text("predicted", "预测"),
    ]
}

fn by_probability(drawn: &[&Seen<'_>]) -> Table {
    let mut bands = [Predicted::default(); BANDS.len()];
    for one in drawn {
        let Some(probability) = one.fact.knowledge.as_ref().and_then(|known| known.unsafe_probability) else {
            continue;
        };
        let band = BANDS.iter().position(|upper| probability < f64::from(*upper) / 100.0);
        bands[band.unwrap_or(BANDS.len() - 1)].add(probability, one.is_unsafe());
    }
    let lower = |index: usize| index.checked_sub(1).map_or(0, |before| BANDS[before]);
    let rows = bands.iter().enumerate().map(|(index, band)| Row {
        id: format!("{}-{}", lower(index), BANDS[index]),
        title: Text::same(format!("{} % – {} %", lower(index), BANDS[index])),
        values: band.values(),
    });
    Table {
        id: "by_probability",
        title: text("Predicted and found", "预测与实际"),
        definition: text(
            "Examinations of the period that were drawn by lot and had an outcome at the cut, by the probability to be unsafe that their \
             screening gave by all that was known; a band holds its lower end and not its upper one, the last both. The share found is \
             given with Wilson's interval of 95 %; predictions are good where it holds the mean of what was predicted. What was chosen \
             otherwise is left out: it was chosen for its probability.",
            "报告期内随机抽中、统计截止时有结果的查验，按筛查依全部已知信息给出的不安全概率分段；各段含下限不含上限，末段含两端。\
             实际比例附 95% Wilson 区间，区间包含平均预测值者为预测良好。以其他方式选中的因系按概率选出，不计入。",
        ),
        columns: predicted_columns(),
        rows: rows.collect(),
        cases: bands.iter().map(|band| band.cases as u64).sum(),
        overlapping: false,
    }
}

fn by_model(drawn: &[&Seen<'_>]) -> Table {
    let mut rows: BTreeMap<(bool, &str), Predicted> = BTreeMap::new();
    let mut cases = 0;
    for one in drawn {
        let Some(known) = &one.fact.knowledge else { continue };
        let scores = [(false, &known.deciding), (true, &known.shadow)];
        cases += u64::from(scores.iter().any(|(_, score)| score.is_some()));
        for (is_shadow, score) in scores {
            let Some(ScoreFact { model, score }) = score else { continue };
            rows.entry((is_shadow, model)).or_default().add(*score, one.is_unsafe());
        }
    }
    let rows = rows.into_iter().map(|((is_shadow, model), predicted)| {
        let (id, title) = match is_shadow {
            false => (model.to_owned(), Text::same(model)),
            true => (
                format!("{model}/shadow"),
                Text::of(format!("{model}, in shadow"), format!("{model}（影子运行）")),
            ),
        };
        let values = predicted.values().into_iter().chain([predicted.brier()]).collect();
        Row { id, title, values }
    });
    Table {
        id: "by_model",
        title: text("How well models predicted", "模型预测效果"),
        definition: text(
            "Examinations of the period that were drawn by lot, had an outcome at the cut and a score, by the version of the model that \
             gave it: the one that decided, and the one beside it, which decided nothing. Share found with Wilson's interval of 95 %; mean \
             score; Brier score: the mean squared difference of score and outcome, 0 is best.",
            "报告期内随机抽中、统计截止时有结果且有评分的查验，按评分的模型版本计：含起决定作用的模型及并行而不起决定作用的影子模型。\
             实际比例附 95% Wilson 区间；预测为平均评分；Brier 分数为评分与结果之差的均方，0 为最佳。",
        ),
        columns: predicted_columns().into_iter().chain([text("Brier score", "Brier 分数")]).collect(),
        rows: rows.collect(),
        cases,
        overlapping: true,
    }
}

/// The same goods as a model in shadow saw them, and the one that decided.
fn shadows(drawn: &[&Seen<'_>]) -> Table {
    let mut rows: BTreeMap<(&str, &str), [Predicted; 2]> = BTreeMap::new();
    for one in drawn {
        let Some(known) = &one.fact.knowledge else { continue };
        let (Some(shadow), Some(deciding)) = (&known.shadow, &known.deciding) else { continue };
        let [in_shadow, decided] = rows.entry((&shadow.model, &deciding.model)).or_default();
        in_shadow.add(shadow.score, one.is_unsafe());
        decided.add(deciding.score, one.is_unsafe());
    }
    let cases = rows.values().map(|[one, _]| one.cases as u64).sum();
    let rows = rows.into_iter().map(|((shadow, deciding), [in_shadow, decided])| Row {
        id: format!("{shadow}/{deciding}"),
        title: Text::of(format!("{shadow} beside {deciding}"), format!("{shadow}（影子）与 {deciding}")),
        values: vec![
            Value::Count(in_shadow.cases as u64),
            Value::Count(in_shadow.found as u64),
            in_shadow.brier(),
            decided.brier(),
        ],
    });
    Table {
        id: "shadows",
        title: text("Models in shadow beside those that decided", "影子模型与决定模型对照"),
        definition: text(
            "Examinations of the period that were drawn by lot, had an outcome at the cut, and a score of both models: the Brier score of \
             each over the same goods; the lower one predicted better.",
            "报告期内随机抽中、统计截止时有结果且两个模型均有评分的查验：同一批货物上两者的 Brier 分数，较低者预测较好。",
        ),
        columns: vec![
            text("drawn and examined", "随机抽查"),
            text("unsafe", "不安全"),
            text("Brier score in shadow", "影子模型 Brier 分数"),
            text("Brier score of the deciding one", "决定模型 Brier 分数"),
        ],
        rows: rows.collect(),
        cases,
        overlapping: false,
    }
}

/// Versions of models that decided at the cut, or became something else within the period.
fn models(question: &Question<'_>, models: &[ModelFact]) -> Table {
    let of_period = |model: &&ModelFact| {
        let decides = StepOf::at(&model.steps, question.cut) == Some(ModelState::Deciding);
        decides || model.steps.iter().any(|step| question.is_of_period(step.time))
    };
    let rows: Vec<Row> = models
        .iter()
        .filter(of_period)
        .map(|model| {
            let steps = model.steps.iter().filter(|step| question.is_of_period(step.time));
            let began = steps.filter(|step| step.state == ModelState::Deciding).count();
            let counts = [model.outcomes, model.found_unsafe, began as u64];
            Row {
                id: model.name.clone(),
                title: Text::same(model.name.clone()),
                values: counts.map(Value::Count).to_vec(),
            }
        })
        .collect();
    Table {
        id: "models",
        title: text("Versions of models", "模型版本"),
        definition: text(
            "Versions that decided at the cut, or were made, began to decide or were retired within the period: how many outcomes each \
             learned from, how many of them were unsafe (0 where it was imported), and how often it began to decide within the period.",
            "统计截止时起决定作用的版本，以及报告期内新建、启用或停用的版本：各自学习的结果数、其中不安全数（导入的为 0），\
             以及报告期内开始起决定作用的次数。",
        ),
        columns: vec![
            text("outcomes learned", "学习结果数"),
            text("of these unsafe", "其中不安全"),
            text("began to decide", "启用次数"),
        ],
        cases: rows.len() as u64,
        rows,
        overlapping: false,
    }
}
