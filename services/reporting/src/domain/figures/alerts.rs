//! Alerts counted by what they say.

use seamless_labels::Labelled;
use seamless_vocabulary::Vocabulary;

use super::words::{Counts, text};
use crate::domain::{
    content::{Table, Text},
    facts::{AlertFact, IdentifyingField},
    model::StatisticsDimension as Of,
};

/// An alert, or none where the owner is not shown it.
type Seen<'a> = Option<&'a AlertFact>;

/// Tables by type, level, category, type of risk, origin and sale online.
pub(super) fn tables(alerts: &[Seen<'_>]) -> Vec<Table> {
    let shown = text(
        "As the newest version that the owner of the report is shown says.",
        "以报告所有者可见的最新版本为准。",
    );
    vec![
        by(alerts, Of::NotificationType, &shown, |alert| alert.kind.into_iter().collect()),
        by(alerts, Of::RiskLevel, &shown, |alert| alert.level.into_iter().collect()),
        by(alerts, Of::Category, &shown, |alert| alert.category.into_iter().collect()),
        by(alerts, Of::RiskType, &several(), |alert| alert.risks.clone()),
        by_origin(alerts),
        by_online(alerts, shown),
    ]
}

/// By which id, and under which title, the alerts stand told apart by a property.
pub(in crate::domain) fn titled(property: Of) -> (&'static str, Text) {
    match property {
        Of::RiskLevel => ("by_risk_level", text("By level of risk", "按风险等级")),
        Of::Category => ("by_category", text("By product category", "按产品类别")),
        Of::RiskType => ("by_risk_type", text("By type of risk", "按风险类型")),
        Of::Origin => ("by_origin", text("By country of origin", "按原产国")),
        Of::SoldOnline => ("by_sold_online", text("By sale online", "按是否网上销售")),
        Of::Notifier => ("by_notifying_country", text("By notifying country", "按通报国")),
        Of::AlertMeasure => {
            ("by_measure", text("By action of the measures that they tell of", "按通报所述措施的行动类型"))
        }
        Of::NotificationType => ("by_type", text("By type of notification", "按通报类型")),
        _ => ("by_other", text("By another property", "按其他属性")),
    }
}

/// What is said of tables in which an alert may stand in several rows.
fn several() -> Text {
    text(
        "As the newest version that the owner of the report is shown says. An alert may have several, and then counts in each row.",
        "以报告所有者可见的最新版本为准。一份通报可能有多项，并在各行分别计数。",
    )
}

/// By the actions of the measures that the alerts tell of.
pub(super) fn by_measure(alerts: &[Seen<'_>]) -> Table {
    by(alerts, Of::AlertMeasure, &several(), |alert| alert.measures.clone())
}

/// By whether the measures that the alerts tell of are compulsory or voluntary.
pub(super) fn by_obligation(alerts: &[Seen<'_>]) -> Table {
    let mut counts = Counts::new();
    alerts.iter().for_each(|alert| counts.add(&alert.map(|one| one.obligations.clone()).unwrap_or_default()));
    let title = text("By whether the measures are compulsory or voluntary", "按措施为强制或自愿");
    counts.table("by_obligation", title, several(), true)
}

/// By whether the alerts say that the product is a counterfeit.
pub(super) fn by_counterfeit(alerts: &[Seen<'_>]) -> Table {
    let mut counts = Counts::new();
    for alert in alerts {
        match alert.and_then(|alert| alert.counterfeit) {
            Some(true) => counts.add_row(0, "yes", text("counterfeit", "假冒")),
            Some(false) => counts.add_row(1, "no", text("no counterfeit", "非假冒")),
            None => counts.add_named(&[]),
        }
    }
    let title = text("By whether the product is a counterfeit", "按是否假冒");
    let definition = text(
        "As the newest version that the owner of the report is shown says.",
        "以报告所有者可见的最新版本为准。",
    );
    counts.table("by_counterfeit", title, definition, false)
}

/// By which fields the alerts have by which the product and its manufacturer are known.
pub(super) fn by_identifying_field(alerts: &[Seen<'_>]) -> Table {
    let mut counts = Counts::new();
    for alert in alerts {
        let fields = alert.map(|alert| alert.identified_by.as_slice()).unwrap_or_default();
        let rows = fields.iter().map(|field| {
            let (id, title) = identifying_field(*field);
            (*field as i64, id, title)
        });
        counts.add_titled(rows);
    }
    let title =
        text("By what the product and its manufacturer are known by", "按可据以识别产品和制造商的信息");
    counts.table("by_identifying_field", title, several(), false)
}

/// The id of a field by which a manufacturer may be found, and what it is called.
pub(super) fn identifying_field(field: IdentifyingField) -> (&'static str, Text) {
    use IdentifyingField::{
        Batch, Brand, CreditCode, Gtin, Listing, ManufacturerAddress, ManufacturerName, Model, Picture,
    };
    match field {
        Gtin => ("gtin", text("GTIN", "商品条码")),
        Brand => ("brand", text("brand", "品牌")),
        Model => ("model", text("model", "型号")),
        Batch => ("batch", text("batch number", "批号")),
        Picture => ("picture", text("picture", "图片")),
        ManufacturerName => ("manufacturer_name", text("manufacturer's name", "制造商名称")),
        ManufacturerAddress => ("manufacturer_address", text("manufacturer's address", "制造商地址")),
        CreditCode => ("credit_code", text("unified social credit code", "统一社会信用代码")),
        Listing => ("listing", text("online listing", "网络链接")),
    }
}

/// By the country of the authority that notifies.
pub(super) fn by_notifier(alerts: &[Seen<'_>]) -> Table {
    let mut counts = Counts::new();
    for alert in alerts {
        counts.add_countries(alert.and_then(|alert| alert.notifier).as_slice());
    }
    let definition = text(
        "By the country of the authority that notifies, as the newest version says.",
        "按通报主管机构所在国家，以最新版本为准。",
    );
    table(counts, Of::Notifier, definition, true)
}

fn table(counts: Counts, property: Of, definition: Text, by_count: bool) -> Table {
    let (id, title) = titled(property);
    counts.table(id, title, definition, by_count)
}

fn by<V: Vocabulary + Labelled>(
    alerts: &[Seen<'_>],
    property: Of,
    definition: &Text,
    values: impl Fn(&AlertFact) -> Vec<V>,
) -> Table {
    let mut counts = Counts::new();
    alerts.iter().for_each(|alert| counts.add(&alert.map(&values).unwrap_or_default()));
    table(counts, property, definition.clone(), true)
}

fn by_origin(alerts: &[Seen<'_>]) -> Table {
    let mut counts = Counts::new();
    for alert in alerts {
        counts.add_countries(alert.map_or(&[][..], |alert| &alert.origins));
    }
    table(counts, Of::Origin, several(), true)
}

fn by_online(alerts: &[Seen<'_>], definition: Text) -> Table {
    let mut counts = Counts::new();
    for alert in alerts {
        match alert.and_then(|alert| alert.sold_online) {
            Some(true) => counts.add_row(0, "yes", text("sold online", "网上销售")),
            Some(false) => counts.add_row(1, "no", text("not sold online", "非网上销售")),
            None => counts.add_named(&[]),
        }
    }
    table(counts, Of::SoldOnline, definition, false)
}
