//! What the product areas are called that are part of the program of training.

use crate::{Label, label};

/// What a product area of training is called; none for one that is of a file of its own.
#[must_use]
pub fn product_area(id: &str) -> Option<Label> {
    Some(match id {
        "building-and-construction" => label("construction products", "建筑产品"),
        "chemical-products" => label("chemical products", "化学产品"),
        "childcare-articles" => {
            label("childcare articles and children's equipment", "儿童护理用品和儿童设备")
        }
        "clothing-and-textiles" => label("clothing, textiles and fashion items", "服装、纺织品和时尚用品"),
        "communication-equipment" => label("communication and media equipment", "通信和媒体设备"),
        "cosmetics" => label("cosmetics", "化妆品"),
        "decorative-articles" => {
            label("decorative articles, gadgets and food-imitating products", "装饰品、小饰物和仿食品产品")
        }
        "electrical-appliances" => label("electrical appliances and equipment", "电器和电气设备"),
        "furniture" => label("furniture", "家具"),
        "gas-and-pressure" => label("gas appliances and pressure equipment", "燃气用具和压力设备"),
        "hobby-and-sports" => label("hobby and sports equipment", "业余爱好和运动用品"),
        "jewellery" => label("jewellery", "珠宝首饰"),
        "kitchen-accessories" => label("kitchen and cooking accessories", "厨房和烹饪用品"),
        "laser-pointers" => label("laser pointers", "激光笔"),
        "lighters" => label("lighters", "打火机"),
        "lighting" => label("lighting equipment", "照明设备"),
        "lighting-chains" => label("lighting chains", "灯串"),
        "machinery-and-tools" => label(
            "machinery, lifts, hand tools and equipment for explosive atmospheres",
            "机械、电梯、手工工具和防爆设备",
        ),
        "measuring-instruments" => label("measuring instruments", "测量仪器"),
        "other-products" => label("other products", "其他产品"),
        "protective-equipment" => label("personal protective equipment", "个人防护装备"),
        "pyrotechnics" => label("pyrotechnic articles", "烟火制品"),
        "stationery" => label("stationery", "文具"),
        "toys" => label("toys", "玩具"),
        "vehicles-and-crafts" => {
            label("motor vehicles, rail transport and recreational crafts", "机动车辆、轨道交通和休闲船艇")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_area_of_training_is_called_as_its_file_says() {
        let file = include_str!("../../../services/training/config/product_areas.toml");
        let values = |key: &str| -> Vec<&str> {
            let begins = format!("{key} = \"");
            file.lines().filter_map(|line| line.strip_prefix(&*begins)?.strip_suffix('"')).collect()
        };
        let (ids, english, chinese) = (values("id"), values("en"), values("zh"));
        assert!(ids.len() > 20 && ids.len() == english.len() && ids.len() == chinese.len(), "{ids:?}");
        for ((id, english), chinese) in ids.iter().zip(english).zip(chinese) {
            let label = product_area(id).unwrap_or_else(|| panic!("{id} has no label"));
            assert_eq!(
                (label.english.to_lowercase(), label.chinese),
                (english.to_lowercase(), chinese),
                "{id}"
            );
        }
        assert!(product_area("of-another-file").is_none());
    }
}
