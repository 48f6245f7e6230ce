//! What the values of the contracts' enumerations are called, in English and Chinese: the one place where it stands, for
//! search, reports and screens alike. The Chinese terms are those of notices between the Safety Gate and the Chinese
//! customs, and of the GB standards on recalls.
//!
//! Invariant: every value has both labels, and no two values of an enumeration share one. What is called otherwise than
//! before is found by its new label only after the index of search was made anew (`INDEX_VERSION` of notifications).

mod areas;
mod consignments;
mod reporting;
mod training;

pub use areas::product_area;

use seamless_vocabulary::notifications::{
    MeasureAction, MeasureObligation, NoMeasureReason, NotTracedReason, NotificationType, OperatorRole,
    ProductCategory, RemedyKind, RiskLevel, RiskType, UnitKind,
};

/// What a value is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// In English, in lower case but for names.
    pub english: &'static str,
    /// In simplified Chinese.
    pub chinese: &'static str,
}

/// A vocabulary of which each value has a label.
pub trait Labelled {
    /// What the value is called.
    #[must_use]
    fn label(self) -> Label;
}

const fn label(english: &'static str, chinese: &'static str) -> Label {
    Label { english, chinese }
}

impl Labelled for ProductCategory {
    fn label(self) -> Label {
        match self {
            Self::PersonalProtectiveEquipment => label("personal protective equipment", "个人防护装备"),
            Self::ChemicalProducts => label("chemical products", "化学产品"),
            Self::ChildcareArticles => {
                label("childcare articles and children's equipment", "儿童护理用品和儿童设备")
            }
            Self::ClothingTextilesFashion => {
                label("clothing, textiles and fashion items", "服装、纺织品和时尚用品")
            }
            Self::CommunicationMediaEquipment => label("communication and media equipment", "通信和媒体设备"),
            Self::ConstructionProducts => label("construction products", "建筑产品"),
            Self::Cosmetics => label("cosmetics", "化妆品"),
            Self::DecorativeArticles => label("decorative articles", "装饰品"),
            Self::EcoDesign => label("eco-design", "生态设计"),
            Self::ElectricalAppliances => label("electrical appliances and equipment", "电器和电气设备"),
            Self::ExplosiveAtmospheresEquipment => label("explosive atmospheres equipment", "防爆设备"),
            Self::FoodImitatingProducts => label("food-imitating products", "仿食品产品"),
            Self::Furniture => label("furniture", "家具"),
            Self::Gadgets => label("gadgets", "小器具"),
            Self::GasAppliances => label("gas appliances and components", "燃气器具和部件"),
            Self::HandTools => label("hand tools", "手动工具"),
            Self::HobbySportsEquipment => label("hobby and sports equipment", "休闲和运动器材"),
            Self::Jewellery => label("jewellery", "首饰"),
            Self::KitchenAccessories => label("kitchen and cooking accessories", "厨房和烹饪用具"),
            Self::LaserPointers => label("laser pointers", "激光笔"),
            Self::Lifts => label("lifts", "电梯"),
            Self::Lighters => label("lighters", "打火机"),
            Self::LightingChains => label("lighting chains", "灯串"),
            Self::LightingEquipment => label("lighting equipment", "照明设备"),
            Self::Machinery => label("machinery", "机械"),
            Self::MeasuringInstruments => label("measuring instruments", "测量仪器"),
            Self::MotorVehicles => label("motor vehicles", "机动车辆"),
            Self::PressureEquipment => label("pressure equipment and vessels", "压力设备和容器"),
            Self::PyrotechnicArticles => label("pyrotechnic articles", "烟火制品"),
            Self::RailGuidedTransport => label("rail and guided transport", "轨道交通"),
            Self::RecreationalCrafts => label("recreational crafts", "游艇"),
            Self::Stationery => label("stationery", "文具"),
            Self::Toys => label("toys", "玩具"),
            Self::Other => label("other", "其他"),
        }
    }
}

impl Labelled for RiskType {
    fn label(self) -> Label {
        match self {
            Self::Asphyxiation => label("asphyxiation", "窒息"),
            Self::Burns => label("burns", "灼伤"),
            Self::Chemical => label("chemical", "化学危害"),
            Self::Choking => label("choking", "哽塞"),
            Self::Cuts => label("cuts", "割伤"),
            Self::DamageToHearing => label("damage to hearing", "听力损伤"),
            Self::DamageToSight => label("damage to sight", "视力损伤"),
            Self::Drowning => label("drowning", "溺水"),
            Self::ElectricShock => label("electric shock", "触电"),
            Self::ElectromagneticDisturbance => label("electromagnetic disturbance", "电磁干扰"),
            Self::EnergyConsumption => label("energy consumption", "能耗"),
            Self::Entrapment => label("entrapment", "夹陷"),
            Self::Environment => label("environment", "环境危害"),
            Self::Fire => label("fire", "火灾"),
            Self::HealthRisk => label("health risk", "健康危害"),
            Self::IncorrectMeasurement => label("incorrect measurement", "测量不准确"),
            Self::Injuries => label("injuries", "伤害"),
            Self::Microbiological => label("microbiological", "微生物危害"),
            Self::Security => label("security", "安全防护"),
            Self::Strangulation => label("strangulation", "勒颈"),
            Self::Suffocation => label("suffocation", "闷窒"),
        }
    }
}

impl Labelled for RiskLevel {
    fn label(self) -> Label {
        match self {
            Self::Low => label("low", "低"),
            Self::Medium => label("medium", "中"),
            Self::High => label("high", "高"),
            Self::Serious => label("serious", "严重"),
        }
    }
}

impl Labelled for MeasureAction {
    fn label(self) -> Label {
        match self {
            Self::RecallFromEndUsers => label("recall of the product from end users", "从终端用户召回产品"),
            Self::WithdrawalFromMarket => label("withdrawal of the product from the market", "产品撤出市场"),
            Self::BanOnMarketing => label("ban on the marketing of the product", "禁止产品上市销售"),
            Self::TemporaryBanOnSupply => {
                label("temporary ban on the supply of the product", "暂时禁止供应产品")
            }
            Self::StopOfSales => label("stop of sales", "停止销售"),
            Self::Destruction => label("destruction of the product", "销毁产品"),
            Self::ImportRejected => label("import rejected at the border", "口岸拒绝进口"),
            Self::ListingRemoved => label("removal of the product listing", "下架产品链接"),
            Self::WarningConsumers => label("warning of consumers of the risks", "向消费者发出风险警示"),
            Self::MarkingWithWarnings => label("marking the product with warnings", "在产品上加贴警示标识"),
            Self::PriorConditions => {
                label("making the marketing subject to prior conditions", "对产品上市销售设置前置条件")
            }
            Self::Seizure => label("seizure", "查封、扣押"),
            Self::ExportBan => label("ban on the export of the product", "禁止产品出口"),
            Self::CorrectiveActionAtFactory => label("corrective action at the factory", "工厂整改"),
            Self::LicenceSuspendedOrRevoked => {
                label("licence or certificate suspended or revoked", "暂停或撤销许可证、证书")
            }
            Self::StrongerSupervision => {
                label("stronger supervision of the producer or exporter", "加强对生产、出口企业的监管")
            }
            Self::EducationOfManufacturer => label("education of the manufacturer", "对生产企业开展教育培训"),
            Self::Other => label("other measure", "其他措施"),
        }
    }
}

impl Labelled for RemedyKind {
    fn label(self) -> Label {
        match self {
            Self::Refund => label("refund", "退款"),
            Self::Replacement => label("replacement", "更换"),
            Self::Repair => label("repair", "维修"),
            Self::Disposal => label("disposal", "丢弃处理"),
            Self::NewInstructions => label("new instructions", "提供新的使用说明"),
            Self::Label => label("label", "加贴标签"),
            Self::Other => label("other remedy", "其他补救措施"),
        }
    }
}

impl Labelled for UnitKind {
    fn label(self) -> Label {
        match self {
            Self::Covered => label("covered by the alert", "涉及数量"),
            Self::OnMarket => label("on the market", "投放市场数量"),
            Self::Sold => label("sold", "已售数量"),
            Self::Recalled => label("recalled", "召回数量"),
            Self::Stopped => label("held back before sale", "销售前拦截数量"),
            Self::Corrected => label("given back, repaired or destroyed", "已退回、维修或销毁数量"),
        }
    }
}

impl Labelled for OperatorRole {
    fn label(self) -> Label {
        match self {
            Self::Manufacturer => label("manufacturer", "制造商"),
            Self::Exporter => label("exporter", "出口商"),
            Self::Importer => label("importer", "进口商"),
            Self::Distributor => label("distributor", "经销商"),
            Self::Retailer => label("retailer", "零售商"),
            Self::Marketplace => label("online marketplace", "网络交易平台"),
            Self::OnlineSeller => label("online seller", "网络销售者"),
        }
    }
}

impl Labelled for NotificationType {
    fn label(self) -> Label {
        match self {
            Self::SeriousRisk => label("serious risk", "严重风险通报"),
            Self::OtherRisk => label("risk other than serious", "其他风险等级通报"),
            Self::ForInformation => label("for information", "供参考通报"),
            Self::FollowUp => label("follow-up to an alert", "后续通报"),
            Self::Hub => label("sent by the hub", "系统枢纽发送"),
        }
    }
}

impl Labelled for MeasureObligation {
    fn label(self) -> Label {
        match self {
            Self::Compulsory => label("compulsory", "强制措施"),
            Self::Voluntary => label("voluntary", "自愿措施"),
        }
    }
}

impl Labelled for NotTracedReason {
    fn label(self) -> Label {
        match self {
            Self::InsufficientIdentification => {
                label("product not identified well enough", "产品识别信息不足")
            }
            Self::CompanyNotFound => label("company not found", "未找到企业"),
            Self::CompanyClosed => label("company closed", "企业已停业"),
            Self::Counterfeit => label("counterfeit", "假冒产品"),
            Self::NotMadeHere => label("not made here", "非本国生产"),
            Self::Other => label("other reason", "其他原因"),
            Self::BrandOwnerOnly => label("brand owner found only", "仅查到品牌所有者"),
        }
    }
}

impl Labelled for NoMeasureReason {
    fn label(self) -> Label {
        match self {
            Self::ManufacturerNotTraced => label("manufacturer not traced", "未追溯到制造商"),
            Self::AlreadyCorrected => label("already corrected", "已经整改"),
            Self::ProductionCeased => label("production ceased", "已停止生产"),
            Self::ConformsAtOrigin => label("conforms to the rules at its origin", "符合原产国要求"),
            Self::InsufficientEvidence => label("insufficient evidence", "证据不足"),
            Self::NoPowers => label("no powers", "无相应职权"),
            Self::RiskNotConfirmed => label("risk not confirmed", "风险未确认"),
            Self::Other => label("other reason", "其他原因"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use seamless_vocabulary::{
        Vocabulary,
        consignments::{
            ApprovalState, ControlOutcome, GoodsFeature, InspectionOutcome, InspectionState, Lane, Selection,
            Verdict,
        },
        notifications::{CandidateState, TraceOutcome, TraceQuestionState},
        reporting::ReportTemplate,
        training::{
            ActionItemState, ActivityFormat, ActivityKind, ActivityState, ObligationKind, ObligationState,
            ReachUnit, TargetAudience,
        },
    };

    use super::*;

    /// Looks at every value of a vocabulary; gives how many there are.
    fn labels_of<T: Vocabulary + Labelled>() -> usize {
        let values: Vec<T> = (0..1_000).filter_map(T::from_number).collect();
        let mut known = HashSet::new();
        for value in &values {
            let (word, Label { english, chinese }) = (value.word(), value.label());
            let is_english = english.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
            assert!(is_english && !english.trim().is_empty(), "{word}: {english:?} is no English label");
            let is_chinese = |one: char| ('\u{4E00}'..='\u{9FFF}').contains(&one) || one == '、';
            assert!(!chinese.is_empty() && chinese.chars().all(is_chinese), "{word}: {chinese:?}");
            assert!(known.insert(english) && known.insert(chinese), "{word} is called as another value is");
        }
        values.len()
    }

    #[test]
    fn every_value_has_a_label_of_its_own_in_both_languages() {
        let counts = [
            labels_of::<ProductCategory>(),
            labels_of::<RiskType>(),
            labels_of::<RiskLevel>(),
            labels_of::<MeasureAction>(),
            labels_of::<RemedyKind>(),
            labels_of::<UnitKind>(),
            labels_of::<NotificationType>(),
            labels_of::<OperatorRole>(),
            labels_of::<NotTracedReason>(),
            labels_of::<NoMeasureReason>(),
            labels_of::<ReportTemplate>(),
        ];
        let of_consignments = [
            labels_of::<Selection>(),
            labels_of::<ControlOutcome>(),
            labels_of::<Lane>(),
            labels_of::<GoodsFeature>(),
            labels_of::<Verdict>(),
            labels_of::<ApprovalState>(),
            labels_of::<InspectionOutcome>(),
            labels_of::<InspectionState>(),
            labels_of::<TraceOutcome>(),
            labels_of::<CandidateState>(),
            labels_of::<TraceQuestionState>(),
        ];
        assert!(of_consignments.iter().all(|count| *count >= 2), "{of_consignments:?}: look at this test");
        let of_training = [
            labels_of::<ActivityKind>(),
            labels_of::<ActivityState>(),
            labels_of::<ActivityFormat>(),
            labels_of::<TargetAudience>(),
            labels_of::<ObligationKind>(),
            labels_of::<ObligationState>(),
            labels_of::<ReachUnit>(),
            labels_of::<ActionItemState>(),
        ];
        assert!(of_training.iter().all(|count| *count >= 3), "{of_training:?}: look at this test");
        assert_eq!(labels_of::<MeasureObligation>(), 2);
        assert!(counts.iter().all(|count| *count >= 4), "{counts:?}: look at this test");
        assert_eq!(MeasureAction::RecallFromEndUsers.label().chinese, "从终端用户召回产品");
    }
}
