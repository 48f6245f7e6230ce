//! Names of companies, in the spelling in which they are compared.

use crate::{text, words};

/// A name of a company in one spelling, without its legal form: `NINGBO Example Toys Co., Ltd.` is `ningbo example toys`.
/// Compatibility forms, case, accents and punctuation make no difference. The name as it is where nothing else is left;
/// empty for one without letters and digits.
#[must_use]
pub fn company_name(name: &str) -> String {
    let name = text::normalised(name);
    let rest = joined(&words::without_chinese_legal_form(&name), |word| !words::is_legal_form(word));
    if rest.is_empty() { joined(&name, |_| true) } else { rest }
}

fn joined(name: &str, is_kept: impl Fn(&str) -> bool) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in name.split(|letter: char| !letter.is_alphanumeric() && letter != '.') {
        let parts = word.split('.').filter(|part| !part.is_empty());
        // `S.A.` is one word, `Co.Ltd` are two.
        match parts.clone().all(|part| part.chars().count() == 1) {
            true => words.push(parts.collect()),
            false => words.extend(parts.map(str::to_owned)),
        }
    }
    words.retain(|word| !word.is_empty() && is_kept(word));
    words.join(" ")
}

/// Whether two names are in scripts that cannot be compared letter by letter: one with Chinese, Japanese or Korean
/// characters, the other without any.
#[must_use]
pub fn differ_in_script(one: &str, other: &str) -> bool {
    let has_ideographs = |name: &str| name.chars().any(text::is_ideograph);
    has_ideographs(one) != has_ideographs(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_company_are_one_and_companies_stay_apart() {
        for (one, other) in [
            ("NINGBO  Example-Toys Co., Ltd.", "Ningbo Example Toys Company Limited"),
            ("宁波示例玩具有限公司", "宁波示例玩具"),
            ("Beispiel Spielwaren GmbH", "BEISPIEL SPIELWAREN"),
            ("Exemple B.V.", "Exemplé BV"),
            ("Exemple Co.Ltd", "EXEMPLE"),
        ] {
            assert_eq!(company_name(one), company_name(other));
        }
        assert_ne!(company_name("Ningbo Example Toys"), company_name("Ningbo Example Toys Export"));
        assert_eq!(company_name("The Company"), "the company");
        assert_eq!(company_name(" - "), "");
        assert!(differ_in_script("宁波示例玩具", "Ningbo Example Toys"));
        assert!(!differ_in_script("Ningbo", "Shanghai"));
    }
}
