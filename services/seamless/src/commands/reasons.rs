//! Why goods were decided so, in the language that was asked for. The service tells it in English; what a model counted is
//! told in Chinese from the counts themselves.

use seamless_labels::Labelled;
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_vocabulary::{Vocabulary, consignments::GoodsFeature};

use crate::cli::Language;

/// The reason in words.
pub fn in_words(reason: &wire::ScreeningReason, language: Language) -> String {
    match (language, reason.kind()) {
        (Language::Zh, wire::ReasonKind::Model) => in_chinese(reason),
        _ => reason.explanation.clone(),
    }
}

fn in_chinese(reason: &wire::ScreeningReason) -> String {
    let what = features(&reason.features);
    let direction = if reason.weight > 0.0 { "提高风险" } else { "降低风险" };
    let Some((examined, found)) = reason.earlier_examined.zip(reason.earlier_unsafe) else {
        return format!("{what}：据以往查验结果，{direction}");
    };
    let against = match reason.compared_examined.zip(reason.compared_unsafe) {
        Some(compared) if compared != (examined, found) => {
            let of_whom = match reason.compared_features.as_slice() {
                [] => "全部货物".to_owned(),
                some => features(some),
            };
            format!("（对比：{of_whom}，{}批中{}批不安全）", compared.0, compared.1)
        }
        _ => String::new(),
    };
    format!("{what}：此前{examined}批中{found}批不安全{against}；{direction}")
}

fn features(features: &[wire::ReasonFeature]) -> String {
    let told = features.iter().map(|one| {
        let known = GoodsFeature::from_number(one.feature).map(|feature| feature.label().chinese);
        format!("{} {}", known.unwrap_or(&one.display_name), one.value)
    });
    told.collect::<Vec<_>>().join("，")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(feature: wire::GoodsFeature, name: &str, value: &str) -> wire::ReasonFeature {
        wire::ReasonFeature {
            feature: feature.into(),
            display_name: name.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn what_a_model_counted_is_told_in_either_language() {
        let reason = wire::ScreeningReason {
            kind: wire::ReasonKind::Model.into(),
            weight: 0.8,
            explanation: "HS heading 9503, quota yes: 3 of 4 …".to_owned(),
            features: vec![
                feature(wire::GoodsFeature::HsHeading, "HS heading", "9503"),
                feature(wire::GoodsFeature::Unspecified, "quota", "yes"),
            ],
            earlier_examined: Some(4),
            earlier_unsafe: Some(3),
            compared_examined: Some(40),
            compared_unsafe: Some(5),
            compared_features: vec![feature(wire::GoodsFeature::HsChapter, "HS chapter", "95")],
            ..wire::ScreeningReason::default()
        };
        assert_eq!(in_words(&reason, Language::En), reason.explanation);
        assert_eq!(
            in_words(&reason, Language::Zh),
            "税则品目 9503，quota yes：此前4批中3批不安全（对比：税则章 95，40批中5批不安全）；提高风险"
        );
        let before = wire::ScreeningReason { earlier_examined: None, weight: -0.1, ..reason };
        assert_eq!(in_words(&before, Language::Zh), "税则品目 9503，quota yes：据以往查验结果，降低风险");
    }
}
