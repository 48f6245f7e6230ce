//! Whatever goods use a certificate, in whatever order and parts: no more is given than it covers, the same goods have their
//! part once, and nothing is taken by whoever is refused.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seamless_consignments::domain::{
    certificate_use::{judge, seen, taken, write_off},
    model::{
        Amount, CertificateBalance, Claim, Coverage, Doubt, Facts, Goods, InspectionOutcome,
        MatchedInspection, Unit, Used, Verdict,
    },
};
use uuid::Uuid;

fn pieces(thousandths: u64) -> Amount {
    Amount { thousandths, unit: Unit::Pieces }
}

/// Goods that invoke a certificate.
#[derive(Clone, Copy, Debug)]
struct Arriving {
    declaration: u8,
    item: u32,
    /// None where it is not stated.
    quantity: Option<u64>,
}

fn arriving() -> impl Strategy<Value = Arriving> {
    let quantity = prop::option::weighted(0.9, 0u64..4_000);
    (0u8..9, 1u32..3, quantity).prop_map(|(declaration, item, quantity)| Arriving {
        declaration,
        item,
        quantity,
    })
}

fn matched(number: u128, claim: Claim) -> MatchedInspection {
    MatchedInspection {
        id: Uuid::from_u128(number),
        version: 1,
        body: "cn-ciq-shanghai".parse().unwrap(),
        outcome: InspectionOutcome::Pass,
        matched_by: "certificate".to_owned(),
        verdict: Verdict::NotEnoughEvidence,
        ratio: None,
        doubt: None,
        coverage: Some(Box::new(Coverage {
            certificate: format!("SH-{number}"),
            arrangement: "eu-cn".parse().unwrap(),
            findings: Vec::new(),
            claim,
            quantity_withheld: false,
            seen: None,
            inspected: None,
        })),
    }
}

proptest! {
    #[test]
    fn a_certificate_gives_what_it_covers_and_to_the_same_goods_once(
        covers in prop::collection::vec(prop::collection::vec(0u64..6_000, 1..4), 1..3),
        per_consignment in prop::option::of(500u64..5_000),
        single: bool,
        goods in prop::collection::vec(arriving(), 1..40),
    ) {
        let per_consignment = per_consignment.filter(|_| !single);
        let mut balances: Vec<CertificateBalance> =
            (0..covers.len()).map(|number| CertificateBalance::unused(Uuid::from_u128(number as u128))).collect();
        // What goods have taken, by certificate and goods.
        let mut given: BTreeMap<(usize, Goods), Vec<Used>> = BTreeMap::new();
        let all = |taken: &[Used]| taken.iter().map(|used| used.amount.thousandths).sum::<u64>();
        for one in goods {
            let own = Goods { consignment: format!("declarations/{}", one.declaration), item: one.item };
            let amount = one.quantity.map(pieces);
            let mut facts = Facts::default();
            for (number, (covers, balance)) in covers.iter().zip(&balances).enumerate() {
                let from = (0..).zip(covers.iter().copied()).collect();
                let claim = match amount {
                    Some(_) => Claim { amount, from, per_consignment, single },
                    None => Claim { amount: None, from: Vec::new(), per_consignment: None, single: true },
                };
                let of_consignment: Vec<(u32, Vec<Used>)> = given
                    .iter()
                    .filter(|((of, goods), _)| *of == number && goods.consignment == own.consignment)
                    .map(|((_, goods), taken)| (goods.item, taken.clone()))
                    .collect();
                let mut inspection = matched(number as u128, claim);
                let coverage = inspection.coverage.as_mut().unwrap();
                coverage.seen = Some(seen(&coverage.claim, balance, &own, &of_consignment));
                facts.inspections.push(inspection);
            }
            judge(&mut facts);
            let mut again = facts.clone();
            judge(&mut again);
            prop_assert_eq!(&again, &facts, "what was judged is judged the same again");

            let before = balances.clone();
            let mut got = 0;
            for (inspection, coverage, seen) in taken(&facts) {
                let number = inspection.id.as_u128() as usize;
                let is_new = !given.keys().any(|(of, goods)| {
                    *of == number && goods.consignment == own.consignment
                });
                got += seen.takes.unwrap();
                let had = given.get(&(number, own.clone())).cloned().unwrap_or_default();
                let written = write_off(&mut balances[number], &coverage.claim, seen, &own, is_new, &had);
                if let Some(by_now) = written {
                    given.insert((number, own.clone()), by_now);
                }
            }
            let counts = facts.inspections.iter().any(|one| one.doubt.is_none());
            if counts {
                prop_assert_eq!(got, one.quantity.unwrap_or_default(), "they have all that they are, or nothing");
            } else {
                prop_assert_eq!(&balances, &before);
                prop_assert!(facts.inspections.iter().all(|one| one.doubt.is_some_and(Doubt::is_of_use)));
            }
            for (number, (covers, balance)) in covers.iter().zip(&balances).enumerate() {
                let used: u64 = balance.used.iter().map(|used| used.amount.thousandths).sum();
                let of_it = given.iter().filter(|((of, _), _)| *of == number);
                prop_assert_eq!(used, of_it.clone().map(|(_, taken)| all(taken)).sum::<u64>(), "every use is in the balance");
                prop_assert_eq!(balance.uses, of_it.clone().count() as u64);
                for (place, covers) in (0..).zip(covers) {
                    prop_assert!(balance.used_of(place, Unit::Pieces) <= *covers);
                }
                if let Some(each) = per_consignment {
                    for declaration in 0..9 {
                        let name = format!("declarations/{declaration}");
                        let sum: u64 = of_it.clone().filter(|((_, goods), _)| goods.consignment == name).map(|(_, taken)| all(taken)).sum();
                        prop_assert!(sum <= each, "{name} has {sum} of {each}");
                    }
                }
            }
        }
    }
}
