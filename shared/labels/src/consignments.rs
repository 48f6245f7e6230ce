//! What the values of the contract of consignments, and of searches for manufacturers, are called.

use seamless_vocabulary::{
    consignments::{
        ApprovalState, CertificateDoubt, ControlOutcome, GoodsFeature, InspectionOutcome, InspectionState,
        Lane, ReasonKind, Selection, SwitchingState, Verdict,
    },
    notifications::{CandidateState, TraceOutcome, TraceQuestionState},
};

use crate::{Label, Labelled, label};

impl Labelled for Selection {
    fn label(self) -> Label {
        match self {
            Self::None => label("not chosen", "未选中"),
            Self::Random => label("drawn at random", "随机抽查"),
            Self::Targeted => label("targeted for expected harm", "按预期危害布控"),
            Self::Mandatory => label("demanded by an alert or a criterion", "通报或规则要求查验"),
            Self::Officer => label("chosen by an officer", "关员自行决定"),
        }
    }
}

impl Labelled for ControlOutcome {
    fn label(self) -> Label {
        match self {
            Self::Safe => label("safe", "安全"),
            Self::NonCompliant => label("not compliant, but not unsafe", "不合规但无安全风险"),
            Self::Unsafe => label("unsafe", "不安全"),
        }
    }
}

impl Labelled for GoodsFeature {
    fn label(self) -> Label {
        match self {
            Self::HsChapter => label("HS chapter", "税则章"),
            Self::HsHeading => label("HS heading", "税则品目"),
            Self::HsSubheading => label("HS subheading", "税则子目"),
            Self::CommodityCode => label("commodity code", "商品编码"),
            Self::CountryOfOrigin => label("country of origin", "原产国"),
            Self::CountryOfDispatch => label("country of dispatch", "启运国"),
            Self::Exporter => label("exporter", "出口商"),
            Self::Importer => label("importer", "进口商"),
            Self::Seller => label("seller", "销售商"),
            Self::Manufacturer => label("manufacturer", "制造商"),
            Self::Declarant => label("declarant", "申报人"),
            Self::Carrier => label("carrier", "承运人"),
            Self::PortOfLoading => label("port of loading", "装货港"),
            Self::EntryPoint => label("entry point", "入境口岸"),
            Self::TransportMode => label("transport mode", "运输方式"),
            Self::GrossMass => label("gross mass", "毛重"),
            Self::Value => label("value", "货值"),
            Self::Quantity => label("quantity", "数量"),
            Self::ValuePerKilogram => label("value per kilogram", "每千克货值"),
            Self::ValuePerPiece => label("value per piece", "每件货值"),
            Self::TaxRate => label("tax rate", "税率"),
        }
    }
}

impl Labelled for Lane {
    fn label(self) -> Label {
        match self {
            Self::Red => label("red: examine the goods", "红色通道、查验货物"),
            Self::Yellow => label("yellow: check the documents", "黄色通道、审核单证"),
            Self::Green => label("green: release", "绿色通道、放行"),
            Self::Blue => label("blue: release, and check afterwards", "蓝色通道、放行后核查"),
        }
    }
}

impl Labelled for Verdict {
    fn label(self) -> Label {
        match self {
            Self::NotEnoughEvidence => label("not enough evidence", "证据不足"),
            Self::NotReliable => label("not reliable", "不可靠"),
            Self::Reliable => label("reliable", "可靠"),
            Self::ReliableAndUseful => label("reliable and useful", "可靠且有用"),
        }
    }
}

impl Labelled for SwitchingState {
    fn label(self) -> Label {
        match self {
            Self::Normal => label("normal", "正常检验"),
            Self::Tightened => label("tightened", "加严检验"),
            Self::Reduced => label("reduced", "放宽检验"),
            Self::Discontinued => label("discontinued", "暂停检验"),
        }
    }
}

impl Labelled for ReasonKind {
    fn label(self) -> Label {
        match self {
            Self::AlertMatch => label("matches an alert", "与通报匹配"),
            Self::InspectedReliable => label("passed by a body that is reliable", "经可靠机构检验合格"),
            Self::InspectedNotReliable => {
                label("passed by a body that is not known to be reliable", "经可靠性未确定的机构检验合格")
            }
            Self::InspectedFailed => label("failed its inspection before export", "装运前检验不合格"),
            Self::NotChecked => label("nobody is known to have checked it", "未知有任何检验"),
            Self::CertificateDoubtful => label("certificate in doubt", "证书存疑"),
            Self::Model => label("what the model learned from outcomes", "模型由查验结果习得"),
            Self::Criterion => label("a criterion of customs", "海关布控规则"),
            Self::RandomDraw => label("drawn at random", "随机抽查"),
            Self::Targeted => label("targeted for expected harm", "按预期危害布控"),
            Self::CapacityExhausted => label("the day's capacity was used up", "当日查验能力已用尽"),
            Self::CertificateMismatch => label("certificate is for other goods", "证书与货物不符"),
            Self::CertificateOverdrawn => {
                label("certificate is used for more than it covers", "证书超量或重复使用")
            }
        }
    }
}

impl Labelled for CertificateDoubt {
    fn label(self) -> Label {
        match self {
            Self::Unknown => label("unknown", "无从查证"),
            Self::Revoked => label("revoked", "已撤销"),
            Self::Expired => label("expired", "已过期"),
            Self::OtherVersion => label("another version", "版本不符"),
            Self::OtherGoods => label("of other goods", "货物不符"),
            Self::OtherExporter => label("of another exporter", "出口商不符"),
            Self::OtherConsignment => label("of another consignment", "批次不符"),
            Self::OtherQuantity => label("quantity not comparable", "数量无法比对"),
            Self::Overdrawn => label("more than is left of it", "超出剩余数量"),
            Self::UsedUp => label("used by another consignment", "已被其他批次使用"),
            Self::AfterArrival => label("inspected after the arrival", "到货后才检验"),
        }
    }
}

impl Labelled for ApprovalState {
    fn label(self) -> Label {
        match self {
            Self::Granted => label("granted", "已批准"),
            Self::Suspended => label("suspended", "已暂停"),
            Self::Withdrawn => label("withdrawn", "已撤销"),
        }
    }
}

impl Labelled for InspectionOutcome {
    fn label(self) -> Label {
        match self {
            Self::Pass => label("passed", "合格"),
            Self::Conditional => label("passed under conditions", "有条件合格"),
            Self::Fail => label("failed", "不合格"),
        }
    }
}

impl Labelled for InspectionState {
    fn label(self) -> Label {
        match self {
            Self::Active => label("in force", "有效"),
            Self::Revoked => label("revoked", "已撤销"),
        }
    }
}

impl Labelled for TraceOutcome {
    fn label(self) -> Label {
        match self {
            Self::ManufacturerConfirmed => label("manufacturer confirmed", "已确认制造商"),
            Self::ManufacturerProbable => label("manufacturer probable", "很可能的制造商"),
            Self::NotTraced => label("not traced", "未追溯到"),
        }
    }
}

impl Labelled for CandidateState {
    fn label(self) -> Label {
        match self {
            Self::Proposed => label("proposed", "待定"),
            Self::Confirmed => label("confirmed", "已确认"),
            Self::Rejected => label("ruled out", "已排除"),
        }
    }
}

impl Labelled for TraceQuestionState {
    fn label(self) -> Label {
        match self {
            Self::Open => label("open", "未答复"),
            Self::Answered => label("answered", "已答复"),
            Self::Withdrawn => label("taken back", "已撤回"),
        }
    }
}
