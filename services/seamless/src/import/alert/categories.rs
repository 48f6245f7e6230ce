//! The words of foreign alerts for kinds of product.

use seamless_proto::seamless::notifications::v1::ProductCategory as Category;

use super::text::{hold, words};

/// The names of categories in RAPEX and the Safety Gate, as [`words`] leaves them.
const NAMES: [(&str, Category); 46] = [
    ("personal protective equipment", Category::PersonalProtectiveEquipment),
    ("protective equipment", Category::PersonalProtectiveEquipment),
    ("chemical products", Category::ChemicalProducts),
    ("childcare articles and childrens equipment", Category::ChildcareArticles),
    ("childcare articles", Category::ChildcareArticles),
    ("clothing textiles and fashion items", Category::ClothingTextilesFashion),
    ("communication and media equipment", Category::CommunicationMediaEquipment),
    ("construction products", Category::ConstructionProducts),
    ("cosmetics", Category::Cosmetics),
    ("decorative articles", Category::DecorativeArticles),
    ("eco design", Category::EcoDesign),
    ("electrical appliances and equipment", Category::ElectricalAppliances),
    ("equipment for explosive atmospheres", Category::ExplosiveAtmospheresEquipment),
    ("explosive atmospheres equipment", Category::ExplosiveAtmospheresEquipment),
    ("food imitating products", Category::FoodImitatingProducts),
    ("furniture", Category::Furniture),
    ("gadgets", Category::Gadgets),
    ("gas appliances", Category::GasAppliances),
    ("gas appliances and components", Category::GasAppliances),
    ("hand tools", Category::HandTools),
    ("hobby sports equipment", Category::HobbySportsEquipment),
    ("hobby and sports equipment", Category::HobbySportsEquipment),
    ("jewellery", Category::Jewellery),
    ("jewelry", Category::Jewellery),
    ("kitchen cooking accessories", Category::KitchenAccessories),
    ("kitchen and cooking accessories", Category::KitchenAccessories),
    ("laser pointers", Category::LaserPointers),
    ("lifts", Category::Lifts),
    ("lighters", Category::Lighters),
    ("lighting chains", Category::LightingChains),
    ("lighting equipment", Category::LightingEquipment),
    ("machinery", Category::Machinery),
    ("measuring instruments", Category::MeasuringInstruments),
    ("motor vehicles", Category::MotorVehicles),
    ("pressure equipment vessels", Category::PressureEquipment),
    ("pressure equipment and vessels", Category::PressureEquipment),
    ("pressure equipment", Category::PressureEquipment),
    ("pyrotechnic articles", Category::PyrotechnicArticles),
    ("rail and guided transport", Category::RailGuidedTransport),
    ("recreational crafts", Category::RecreationalCrafts),
    ("stationery", Category::Stationery),
    ("toys", Category::Toys),
    ("toy", Category::Toys),
    ("other", Category::Other),
    ("other products", Category::Other),
    ("others", Category::Other),
];

/// The words of product names that say what kind of thing it is, in order: the first line with a word that occurs wins,
/// so that a children's bicycle helmet is protective equipment and a vacuum cleaner no cleaning agent.
const KEYWORDS: [(&[&str], Category); 20] = [
    (&["helmet", "earmuff", "work boot", "respirator", "life jacket"], Category::PersonalProtectiveEquipment),
    (
        &["toy gun", "ride on", "rattle", "playset", "plush", "pinwheel", "puzzle", "doll", "shaker"],
        Category::Toys,
    ),
    (
        &[
            "crib",
            "bassinet",
            "stroller",
            "high chair",
            "infant",
            "baby",
            "play yard",
            "playyard",
            "playard",
            "play mattress",
            "pack and play",
            "sling carrier",
            "pacifier",
            "car seat",
            "toddler",
        ],
        Category::ChildcareArticles,
    ),
    (
        &[
            "pajama",
            "nightgown",
            "robe",
            "bathrobe",
            "sleepwear",
            "jacket",
            "hat",
            "shirt",
            "pant",
            "sweatshirt",
            "shoe",
            "boot",
            "clothing",
            "dress",
        ],
        Category::ClothingTextilesFashion,
    ),
    (&["tiara", "necklace", "bracelet", "jewelry", "earring"], Category::Jewellery),
    (
        &[
            "toy",
            "magnetic ball",
            "magnetic bead",
            "magnet ball",
            "magnetic diy ball",
            "magnetic stone",
            "building set",
            "building block",
            "construction set",
            "slime",
            "game",
        ],
        Category::Toys,
    ),
    (&["lighter"], Category::Lighters),
    (&["string light", "lighting chain"], Category::LightingChains),
    (
        &[
            "snowmobile",
            "motorcycle",
            "utility vehicle",
            "terrain vehicle",
            "off road vehicle",
            "off highway vehicle",
            "utv",
            "rov",
            "atv",
        ],
        Category::MotorVehicles,
    ),
    (
        &[
            "bicycle",
            "bike",
            "e bike",
            "e bicycle",
            "crankset",
            "scooter",
            "e scooter",
            "hoverboard",
            "dumbbell",
            "treadmill",
            "tree stand",
            "climbing",
            "crampon",
            "zipline",
            "ski",
            "crossbow",
            "air rifle",
            "trampoline",
        ],
        Category::HobbySportsEquipment,
    ),
    (
        &[
            "pressure washer",
            "log splitter",
            "mower",
            "lawnmower",
            "tiller",
            "trimmer",
            "leaf blower",
            "generator",
            "chainsaw",
            "engine",
        ],
        Category::Machinery,
    ),
    (&["propane", "gas grill", "grill", "camp stove", "water heater", "fire pit"], Category::GasAppliances),
    (
        &[
            "charger",
            "adapter",
            "adaptor",
            "power bank",
            "power station",
            "charge station",
            "battery",
            "vacuum",
            "iron",
            "fryer",
            "blender",
            "heater",
            "refrigerator",
            "electric range",
            "range",
            "oven",
            "dehumidifier",
            "fan",
            "hair dryer",
            "hair clipper",
            "air condition*",
            "heat pump",
            "steamer",
            "steam cleaner",
            "3d printer",
            "massager",
            "smoker",
            "cooler",
            "smoke detector",
            "carbon monoxide detector",
        ],
        Category::ElectricalAppliances,
    ),
    (&["light", "lamp", "bulb", "light fixture", "luminaire"], Category::LightingEquipment),
    (
        &[
            "chair",
            "dresser",
            "bed",
            "mattress",
            "bookcase",
            "bench",
            "desk",
            "table",
            "sofa",
            "futon",
            "chaise",
            "chest",
            "stool",
            "furniture",
        ],
        Category::Furniture,
    ),
    (&["mug", "cookware", "cooking pot", "pressure cooker", "kettle", "knife"], Category::KitchenAccessories),
    (&["mouthwash", "shampoo", "sunscreen", "perfume", "nail polish"], Category::Cosmetics),
    (&["cleaner", "solvent", "penetrant", "resin", "paint", "adhesive"], Category::ChemicalProducts),
    (&["candle", "snow globe", "ornament"], Category::DecorativeArticles),
    (&["window", "grab bar", "evaporator coil"], Category::ConstructionProducts),
];

/// Words after which the name of a product tells what else it has, or what it is for.
const ACCOMPANIED: [&str; 4] = [" with ", " featuring ", " including ", " containing "];

/// The category of this name.
pub fn by_name(name: &str) -> Option<Category> {
    let name = words(name);
    NAMES.iter().find(|(known, _)| *known == name.trim()).map(|(_, category)| *category)
}

/// The category that the name of a product suggests. What it comes with or is for says less than what it is: building
/// sets with lights are toys.
pub fn by_keywords(product: &str) -> Option<Category> {
    let words = words(product);
    let head = ACCOMPANIED.iter().filter_map(|word| words.find(word)).min();
    // The blank stays, so that the last word is whole.
    let by_head = head.and_then(|end| by_words(&words[..=end]));
    by_head.or_else(|| by_words(&words))
}

fn by_words(words: &str) -> Option<Category> {
    let found = KEYWORDS.iter().find(|(patterns, _)| patterns.iter().any(|pattern| hold(words, pattern)));
    found.map(|(_, category)| *category)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_however_they_are_written() {
        assert_eq!(
            by_name("Childcare articles and children's equipment "),
            Some(Category::ChildcareArticles)
        );
        assert_eq!(by_name("Hobby/sports equipment"), Some(Category::HobbySportsEquipment));
        assert_eq!(by_name("Food-imitating products"), Some(Category::FoodImitatingProducts));
        assert_eq!(by_name("Weapons"), None);
    }

    #[test]
    fn product_names_suggest_a_category_or_none() {
        for (name, category) in [
            ("Little Racer Kids' Bike Helmets", Some(Category::PersonalProtectiveEquipment)),
            ("Upright Vacuum Cleaners", Some(Category::ElectricalAppliances)),
            ("Six-drawer Dressers", Some(Category::Furniture)),
            ("Building Sets with LED Lights", Some(Category::Toys)),
            ("Tables with Lamps", Some(Category::Furniture)),
            ("Gadgets with Lamps", Some(Category::LightingEquipment)),
            ("Roller Blinds", None),
        ] {
            assert_eq!(by_keywords(name), category, "{name}");
        }
    }
}
