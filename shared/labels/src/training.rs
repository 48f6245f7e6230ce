//! What the values of the contract of training are called.

use seamless_vocabulary::training::{
    ActionItemState, ActivityFormat, ActivityKind, ActivityState, ObligationKind, ObligationState, ReachUnit,
    TargetAudience,
};

use crate::{Label, Labelled, label};

impl Labelled for ActivityKind {
    fn label(self) -> Label {
        match self {
            Self::Workshop => label("workshop", "研讨会"),
            Self::Webinar => label("webinar", "网络研讨会"),
            Self::TrainingSession => label("training session", "培训"),
            Self::ExpertVisit => label("expert visit", "专家互访"),
            Self::BilateralMeeting => label("bilateral meeting", "双边会议"),
            Self::Summit => label("summit", "峰会"),
            Self::WorkingGroupMeeting => label("working group meeting", "工作组会议"),
            Self::Campaign => label("campaign", "宣传活动"),
            Self::JointSurveillance => label("joint surveillance", "联合市场监督"),
            Self::SelfPacedCourse => label("self-paced course", "自学课程"),
        }
    }
}

impl Labelled for ActivityState {
    fn label(self) -> Label {
        match self {
            Self::Draft => label("draft", "草稿"),
            Self::Published => label("announced", "已公布"),
            Self::Held => label("held", "已举办"),
            Self::Cancelled => label("cancelled", "已取消"),
        }
    }
}

impl Labelled for ActivityFormat {
    fn label(self) -> Label {
        match self {
            Self::Online => label("online", "线上"),
            Self::InPerson => label("in person", "线下"),
            Self::Hybrid => label("online and in person", "线上线下结合"),
        }
    }
}

impl Labelled for TargetAudience {
    fn label(self) -> Label {
        match self {
            Self::Manufacturer => label("manufacturers", "制造商"),
            Self::Exporter => label("exporters", "出口商"),
            Self::OnlineSeller => label("online sellers", "网络销售者"),
            Self::Buyer => label("buyers", "采购商"),
            Self::Authority => label("authorities", "主管机构"),
            Self::TestingBody => label("testing bodies", "检测认证机构"),
            Self::Consumer => label("consumers", "消费者"),
        }
    }
}

impl Labelled for ObligationKind {
    fn label(self) -> Label {
        match self {
            Self::Workshop => label("workshops", "研讨会"),
            Self::Review => label("reviews of the cooperation", "合作评估会议"),
            Self::QuarterlyReport => label("quarterly reports", "季度报告"),
        }
    }
}

impl Labelled for ObligationState {
    fn label(self) -> Label {
        match self {
            Self::Open => label("open", "尚未安排"),
            Self::OnTrack => label("on track", "进展正常"),
            Self::AtRisk => label("at risk", "存在风险"),
            Self::Fulfilled => label("fulfilled", "已履行"),
            Self::FulfilledLate => label("fulfilled late", "逾期履行"),
            Self::Missed => label("missed", "未按期履行"),
            Self::Untold => label("not told", "暂无信息"),
        }
    }
}

impl Labelled for ReachUnit {
    fn label(self) -> Label {
        match self {
            Self::People => label("people", "人数"),
            Self::Views => label("views", "观看次数"),
            Self::Impressions => label("impressions", "展示次数"),
            Self::Clicks => label("clicks", "点击次数"),
            Self::Copies => label("copies", "份数"),
        }
    }
}

impl Labelled for ActionItemState {
    fn label(self) -> Label {
        match self {
            Self::Open => label("open", "待办"),
            Self::DueSoon => label("due soon", "即将到期"),
            Self::Overdue => label("overdue", "已逾期"),
            Self::Done => label("done", "已完成"),
            Self::Dropped => label("dropped", "不再办理"),
        }
    }
}
