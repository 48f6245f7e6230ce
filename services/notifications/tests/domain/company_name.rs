//! One company in many spellings.

use proptest::prelude::*;
use seamless_notifications::domain::company_name::CompanyName;

fn cleaned(name: &str) -> String {
    CompanyName::parse(name).cleaned()
}

#[test]
fn legal_forms_width_case_and_punctuation_do_not_tell_companies_apart() {
    for (spellings, wanted) in [
        (
            &[
                "Ningbo Example Appliances Co., Ltd.",
                "NINGBO EXAMPLE APPLIANCES CO.LTD",
                "Ningbo Example Appliances Company Limited",
                "Ｎｉｎｇｂｏ Example Appliances (Co. Ltd)",
            ][..],
            "ningbo example appliances",
        ),
        (&["Müller & Söhne GmbH & Co. KG", "MÜLLER SÖHNE"], "müller söhne"),
        (&["Esempio S.p.A.", "Esempio SpA", "ESEMPIO"], "esempio"),
        (&["Przykład Sp. z o.o.", "Przykład"], "przykład"),
        (&["PT Contoh Mainan", "Contoh Mainan"], "contoh mainan"),
        (&["宁波示例电器有限公司", "宁波示例电器 有限公司", "宁波示例电器"], "宁波示例电器"),
        (&["深圳市示例科技股份有限公司", "深圳市示例科技有限责任公司"], "深圳市示例科技"),
        (&["永康市示例五金厂", "永康市示例五金"], "永康市示例五金"),
    ] {
        for spelling in spellings {
            assert_eq!(cleaned(spelling), wanted, "{spelling}");
        }
    }
    assert_ne!(cleaned("Ningbo Example Toys"), cleaned("Ningbo Sample Toys"));
    assert_eq!(cleaned("Co., Ltd"), "co ltd", "a name of nothing but legal forms keeps them");
    assert_eq!(cleaned("有限公司"), "有限公司");
    assert_eq!((cleaned(" — "), CompanyName::parse("—").key()), (String::new(), None));
}

#[test]
fn a_company_is_looked_up_by_its_own_name_and_compared_by_all_of_it() {
    let key = |name| CompanyName::parse(name).key().unwrap();
    assert_eq!(key("Shenzhen Youpin Technology Co., Ltd"), key("YOUPIN (HK) TRADING LIMITED"));
    assert_eq!(key("深圳市优品科技有限公司"), key("优品电子商务有限公司"));
    assert_eq!(
        key("Shenzhen Electronics Co"),
        "shenzhen electronics",
        "what is left of nothing is all of it"
    );
    let alike = |one, other| CompanyName::parse(one).similarity(&CompanyName::parse(other));
    assert!((alike("Shenzhen Youpin Tech", "Shenzhen Youpin Tech Co., Ltd") - 1.0).abs() < 1e-9);
    let sister = alike("Shenzhen Youpin Technology Co., Ltd", "Youpin (HK) Trading");
    let neighbour = alike("Shenzhen Youpin Technology Co., Ltd", "Shenzhen Leya Technology Co., Ltd");
    assert!(sister > neighbour && neighbour > 0.5, "{sister} {neighbour}");
    assert!(alike("Youpin", "Leya") < 1e-9);
}

proptest! {
    #[test]
    fn any_text_can_be_cleaned(name in "\\PC{0,60}") {
        let parsed = CompanyName::parse(&name);
        prop_assert_eq!(parsed.similarity(&parsed) > 0.0, !parsed.cleaned().is_empty());
        prop_assert_eq!(parsed.key().is_some(), !parsed.cleaned().is_empty());
        prop_assert!(parsed.key().is_none_or(|key| key.len() <= 120));
    }
}
