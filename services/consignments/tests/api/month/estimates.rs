//! Whether the intervals of estimated rates hold the truth as often as they say.

use jiff::civil::Date;
use seamless_proto::seamless::{
    consignments::v1::{self as wire},
    r#type::v1::CivilDate,
};

use super::{
    books::{Books, Entry},
    port::Port,
};

const AREAS: [&str; 3] = ["chargers", "lighting-chains", "toys"];
/// How often intervals say that they hold the truth.
const LEVEL: f64 = 0.95;
/// So few hold the truth by chance in one of ten thousand runs, if they hold it as often as they say.
const BY_CHANCE: f64 = 1e-4;

/// What was said of a rate, and whether it is so.
pub struct Estimated {
    is_held: bool,
}

/// The rates of each area over each two days, as the service estimates them: goods count as what they were declared as first.
pub async fn of(books: &Books, port: &mut Port) -> Vec<Estimated> {
    let mut customs = port.partner("nl-customs");
    let mut estimated = Vec::new();
    for days in books.days.chunks_exact(2) {
        for area in AREAS {
            let arrived: Vec<&Entry> = days
                .iter()
                .flat_map(|date| books.under(*date))
                .filter(|entry| entry.first().product_area == area)
                .collect();
            // Nothing is said of what had no chance.
            let with_chance: Vec<&&Entry> =
                arrived.iter().filter(|entry| entry.chance() > 0.0 || entry.is_examined).collect();
            let found = with_chance.iter().filter(|entry| entry.arrival.is_unsafe).count() as f64;
            let truth = found / with_chance.len() as f64;
            let request = wire::EstimateHitRatesRequest {
                parent: "entryPoints/NLRTM".to_owned(),
                start_date: civil(days[0]),
                end_date: civil(days[1]),
                product_area: area.to_owned(),
            };
            let rates = customs.targeting.estimate_hit_rates(request).await.unwrap().into_inner();
            let is_examined = arrived.iter().any(|entry| entry.is_examined);
            assert_eq!(
                rates.arriving.is_some(),
                is_examined,
                "a rate wants an examination, and nothing else"
            );
            let Some(rate) = rates.arriving else { continue };
            estimated.push(Estimated { is_held: rate.lower <= truth && truth <= rate.upper });
        }
    }
    estimated
}

/// So many intervals of both months hold the truth that they may well do so as often as they say.
#[allow(clippy::print_stderr, reason = "what was found tells what the test is worth")]
pub fn cover_the_truth(months: &[Books]) {
    let all: usize = months.iter().map(|month| month.estimated.len()).sum();
    let held = months.iter().flat_map(|month| &month.estimated).filter(|one| one.is_held).count();
    let as_few = at_most(held, all, LEVEL);
    eprintln!("{held} of {all} intervals of the arriving rate hold the truth; as few by chance: {as_few:.5}");
    assert!(all >= 60, "{all} rates were estimated");
    assert!(as_few >= BY_CHANCE, "{held} of {all}: said are 95 %");
}

/// How probable it is that at most `count` of `all` come true, each by itself with the probability `each`.
fn at_most(count: usize, all: usize, each: f64) -> f64 {
    let mut ways = 0.0_f64;
    let mut sum = 0.0;
    for number in 0..=count {
        if number > 0 {
            ways += ((all - number + 1) as f64 / number as f64).ln();
        }
        let others = (all - number) as f64;
        sum += (ways + number as f64 * each.ln() + others * (1.0 - each).ln()).exp();
    }
    sum
}

fn civil(date: Date) -> Option<CivilDate> {
    Some(CivilDate { year: date.year().into(), month: date.month().into(), day: date.day().into() })
}

/// Computed by another implementation.
#[test]
fn a_binomial_tail_is_summed_exactly() {
    for (count, all, probability) in
        [(29, 39, 1.624_139e-5), (30, 39, 1.050_797e-4), (64, 78, 3.005_683e-5), (78, 78, 1.0)]
    {
        let got = at_most(count, all, LEVEL);
        assert!((got / probability - 1.0).abs() < 1e-5, "{count} of {all}: {got}");
    }
}
