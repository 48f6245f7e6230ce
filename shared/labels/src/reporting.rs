//! What the values of the contract of reporting are called.

use seamless_vocabulary::reporting::ReportTemplate;

use crate::{Label, Labelled, label};

impl Labelled for ReportTemplate {
    fn label(self) -> Label {
        match self {
            Self::QuarterlyPartner => label("quarterly partner report", "季度伙伴报告"),
            Self::AnnualStatistics => label("annual statistics", "年度统计"),
            Self::ResponseTimes => label("response times", "反应时间统计"),
            Self::ImportControl => label("import control", "进口管控成效"),
            Self::TraceBack => label("trace-back quality", "追溯质量"),
            Self::Training => label("training reach and obligations", "培训覆盖与承诺履行"),
            Self::ReviewPack => label("review of the cooperation", "合作评估材料"),
            Self::HazardBulletin => label("hazard bulletin", "危害通报"),
        }
    }
}
