//! What categories and risk types are called, in English and Chinese: so that alerts are found by these words too.

use crate::domain::model::{ProductCategory, RiskType};

/// The labels of a category, English and Chinese.
#[must_use]
pub fn category_labels(category: ProductCategory) -> [&'static str; 2] {
    use ProductCategory as Category;
    match category {
        Category::PersonalProtectiveEquipment => ["personal protective equipment", "个人防护装备"],
        Category::ChemicalProducts => ["chemical products", "化学产品"],
        Category::ChildcareArticles => {
            ["childcare articles and children's equipment", "儿童护理用品和儿童设备"]
        }
        Category::ClothingTextilesFashion => {
            ["clothing, textiles and fashion items", "服装、纺织品和时尚用品"]
        }
        Category::CommunicationMediaEquipment => ["communication and media equipment", "通信和媒体设备"],
        Category::ConstructionProducts => ["construction products", "建筑产品"],
        Category::Cosmetics => ["cosmetics", "化妆品"],
        Category::DecorativeArticles => ["decorative articles", "装饰品"],
        Category::EcoDesign => ["eco-design", "生态设计"],
        Category::ElectricalAppliances => ["electrical appliances and equipment", "电器和电气设备"],
        Category::ExplosiveAtmospheresEquipment => ["explosive atmospheres equipment", "防爆设备"],
        Category::FoodImitatingProducts => ["food-imitating products", "仿食品产品"],
        Category::Furniture => ["furniture", "家具"],
        Category::Gadgets => ["gadgets", "小器具"],
        Category::GasAppliances => ["gas appliances and components", "燃气器具和部件"],
        Category::HandTools => ["hand tools", "手动工具"],
        Category::HobbySportsEquipment => ["hobby and sports equipment", "休闲和运动器材"],
        Category::Jewellery => ["jewellery", "首饰"],
        Category::KitchenAccessories => ["kitchen and cooking accessories", "厨房和烹饪用具"],
        Category::LaserPointers => ["laser pointers", "激光笔"],
        Category::Lifts => ["lifts", "电梯"],
        Category::Lighters => ["lighters", "打火机"],
        Category::LightingChains => ["lighting chains", "灯串"],
        Category::LightingEquipment => ["lighting equipment", "照明设备"],
        Category::Machinery => ["machinery", "机械"],
        Category::MeasuringInstruments => ["measuring instruments", "测量仪器"],
        Category::MotorVehicles => ["motor vehicles", "机动车辆"],
        Category::PressureEquipment => ["pressure equipment and vessels", "压力设备和容器"],
        Category::PyrotechnicArticles => ["pyrotechnic articles", "烟火制品"],
        Category::RailGuidedTransport => ["rail and guided transport", "轨道交通"],
        Category::RecreationalCrafts => ["recreational crafts", "游艇"],
        Category::Stationery => ["stationery", "文具"],
        Category::Toys => ["toys", "玩具"],
        Category::Other => ["other", "其他"],
    }
}

/// The labels of a risk type, English and Chinese.
#[must_use]
pub fn risk_type_labels(risk_type: RiskType) -> [&'static str; 2] {
    use RiskType as Risk;
    match risk_type {
        Risk::Asphyxiation => ["asphyxiation", "窒息"],
        Risk::Burns => ["burns", "灼伤"],
        Risk::Chemical => ["chemical", "化学危害"],
        Risk::Choking => ["choking", "哽塞"],
        Risk::Cuts => ["cuts", "割伤"],
        Risk::DamageToHearing => ["damage to hearing", "听力损伤"],
        Risk::DamageToSight => ["damage to sight", "视力损伤"],
        Risk::Drowning => ["drowning", "溺水"],
        Risk::ElectricShock => ["electric shock", "触电"],
        Risk::ElectromagneticDisturbance => ["electromagnetic disturbance", "电磁干扰"],
        Risk::EnergyConsumption => ["energy consumption", "能耗"],
        Risk::Entrapment => ["entrapment", "夹陷"],
        Risk::Environment => ["environment", "环境危害"],
        Risk::Fire => ["fire", "火灾"],
        Risk::HealthRisk => ["health risk", "健康危害"],
        Risk::IncorrectMeasurement => ["incorrect measurement", "测量不准确"],
        Risk::Injuries => ["injuries", "伤害"],
        Risk::Microbiological => ["microbiological", "微生物危害"],
        Risk::Security => ["security", "安全防护"],
        Risk::Strangulation => ["strangulation", "勒颈"],
        Risk::Suffocation => ["suffocation", "闷窒"],
    }
}
