//! Which of the companies that were met before are proposed, and in which order.

use seamless_notifications::domain::{
    model::{EconomicOperator, OperatorRole, SuggestionReasonKind as Kind},
    operators::Leads,
    suggestion::{Met, Suggestions},
};
use uuid::Uuid;

fn company(name: &str, address: &str) -> EconomicOperator {
    EconomicOperator {
        role: OperatorRole::Manufacturer,
        operator_name: name.to_owned(),
        country: None,
        address: address.to_owned(),
        contact: String::new(),
        website: String::new(),
        credit_code: None,
        eori: String::new(),
        vat_number: String::new(),
    }
}

fn leads(operator: EconomicOperator, brand: &str) -> Leads {
    Leads { operators: vec![operator], brand: vec![brand.to_owned()], gtin_prefixes: Vec::new() }
}

#[test]
fn more_in_common_comes_first_and_one_company_comes_once() {
    let wanted = leads(company("Ningbo Example Co., Ltd", "8 Harbour Road, Beilun, Ningbo"), "boilwell");
    let [first, second, third] = [1_u128, 2, 3].map(Uuid::from_u128);
    let mut suggestions = Suggestions::new(&wanted);
    let met = |operator: &EconomicOperator, notification, confirmed| Met {
        operator: operator.clone(),
        notification,
        confirmed,
    };
    let same = company("NINGBO EXAMPLE CO LTD", "Harbour Road 8, Beilun");
    let brand_only = company("Youpin Trading", "");
    let stranger = company("Leya Toys", "");
    suggestions.add(met(&brand_only, first, false), Some(&leads(brand_only.clone(), "boilwell")));
    suggestions.add(met(&same, second, false), Some(&leads(same.clone(), "other")));
    suggestions.add(met(&same, third, true), None);
    suggestions.add(met(&stranger, third, true), Some(&leads(stranger.clone(), "other")));
    let best = suggestions.best(20);
    let names: Vec<&str> = best.iter().map(|one| one.operator.operator_name.as_str()).collect();
    assert_eq!(names, ["NINGBO EXAMPLE CO LTD", "Youpin Trading"], "the stranger has nothing in common");
    let kinds: Vec<(Kind, Uuid)> =
        best[0].reasons.iter().map(|reason| (reason.kind, reason.notification)).collect();
    assert_eq!(kinds[..2], [(Kind::SameName, third), (Kind::SameName, second)]);
    assert!(
        kinds.contains(&(Kind::ConfirmedEarlier, third)) && kinds.contains(&(Kind::SimilarAddress, second))
    );
    assert_eq!((best[0].score > 70, best[1].score), (true, 35));
}
