//! Whether as many were examined as the chances that were written down say, of all and of any kind of goods.
//!
//! It is tested by betting [Ville 1939; Shafer 2021, Testing by betting]. A gambler begins with 1 and bets, at the odds that the
//! written chance makes fair, that goods of one kind are examined so many times as often as was said: of goods with the chance
//! p his capital is multiplied by r / (1 - p + p r) if they are examined, and by 1 / (1 - p + p r) if not. If the chances are
//! true, that is by 1 on average each time, whatever was drawn before and whatever a chance depends on; and so is what all
//! gamblers have together 1 on average. So it comes to [`RICH`] in at most one of so many runs. That bound holds exactly, for
//! all kinds together and for few goods as for many: it asks for no bell and for no independence.

use std::iter::once;

use seamless_proto::seamless::consignments::v1::Selection;

use super::books::{Books, Entry, draw};

/// Chance makes the gamblers so rich in one of ten thousand runs of both months, at most.
const RICH: f64 = 10_000.0;
/// How many times as often as was said goods are examined, as somebody bets.
const TIMES: [f64; 6] = [0.3, 0.6, 0.8, 1.25, 1.6, 3.0];
/// A chance up to which a bet by inverse chance is made in full.
const SMALL: f64 = 0.02;

/// A kind of goods. Whether goods are of it is known before they are drawn.
struct Kind {
    name: String,
    has: Box<dyn Fn(&Entry) -> bool>,
}

impl Kind {
    fn new(name: &str, has: impl Fn(&Entry) -> bool + 'static) -> Self {
        Self { name: name.to_owned(), has: Box::new(has) }
    }
}

/// What is certain was done; and nobody grows rich who bets against the rest.
#[allow(clippy::print_stderr, reason = "what was found tells what the test is worth")]
pub fn were_true(months: &[Books]) {
    let entries: Vec<&Entry> = months.iter().flat_map(|month| &month.entries).collect();
    for entry in &entries {
        let (chance, was_chosen) = (entry.chance(), entry.was_chosen());
        assert!((0.0..=1.0).contains(&chance));
        assert!(chance < 1.0 || was_chosen, "what is certain was done: {:?}", entry.first());
        assert!(chance > 0.0 || !was_chosen, "what had no chance was not: {:?}", entry.first());
        let is_demanded = draw(entry.first()).0 == Selection::Mandatory;
        assert!(!is_demanded || chance >= 1.0, "what is demanded is certain: {:?}", entry.first());
    }
    let of_sorts = sorts().into_iter().flatten().map(|(name, has)| Kind::new(name, has));
    let kinds: Vec<Kind> = once(Kind::new("all", |_| true)).chain(of_sorts).collect();
    let table = |kinds: &[Kind], bet| -> Vec<Gambler> {
        kinds.iter().flat_map(|kind| gamblers(kind, &entries, bet)).collect()
    };
    // Each table has a third of the money, so that many pairs do not make the others poor.
    let tables = [table(&kinds, Bet::Even), table(&kinds, Bet::ByInverse), table(&pairs(), Bet::Even)];
    let mean =
        |table: &[Gambler]| table.iter().map(|one| one.logarithm.exp()).sum::<f64>() / table.len() as f64;
    let capital = tables.iter().map(|table| mean(table)).sum::<f64>() / tables.len() as f64;
    let (richest, count) = (richest(&tables), tables.iter().flatten().count());
    let won = richest.logarithm.exp();
    for (name, has) in chances() {
        let (chosen, expected) = tally(entries.iter().copied().filter(|entry| has(entry)));
        eprintln!("{name}: {chosen} chosen, {expected:.1} expected");
    }
    eprintln!("{count} gamblers have {capital:.3} of 1; the richest {won:.3}: {}", richest.bet);
    assert!(capital < RICH, "{capital} of 1 was won, most of it by {}", richest.bet);
}

struct Gambler {
    bet: String,
    /// Of what has become of 1.
    logarithm: f64,
}

fn richest(tables: &[Vec<Gambler>]) -> &Gambler {
    let all = tables.iter().flatten();
    all.max_by(|one, other| one.logarithm.total_cmp(&other.logarithm)).unwrap()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bet {
    Even,
    /// As rates are estimated: whoever has a smaller chance stands for more.
    ByInverse,
}

/// Those who bet on a kind.
fn gamblers(kind: &Kind, entries: &[&Entry], bet: Bet) -> Vec<Gambler> {
    let of_kind: Vec<&Entry> = entries.iter().copied().filter(|entry| (kind.has)(entry)).collect();
    let (chosen, expected) = tally(of_kind.iter().copied());
    let gambler = |times: f64| {
        let logarithm = of_kind.iter().map(|entry| match bet {
            Bet::Even => growth(entry, times),
            Bet::ByInverse => growth(entry, times.powf((SMALL / entry.chance()).min(1.0))),
        });
        let (name, all) = (&kind.name, of_kind.len());
        Gambler {
            bet: format!(
                "{name} {times} times as often, {bet:?}: {chosen} of {all} chosen, {expected:.1} expected"
            ),
            logarithm: logarithm.sum(),
        }
    };
    TIMES.into_iter().map(gambler).collect()
}

/// How many were chosen, and how many were to be expected.
fn tally<'a>(entries: impl Iterator<Item = &'a Entry>) -> (usize, f64) {
    entries.fold((0, 0.0), |(chosen, expected), entry| {
        (chosen + usize::from(entry.was_chosen()), expected + entry.chance())
    })
}

/// By what the capital of a gambler is multiplied, in logarithms.
fn growth(entry: &Entry, times: f64) -> f64 {
    let chance = entry.chance();
    let won = if entry.was_chosen() { times.ln() } else { 0.0 };
    won - (chance * (times - 1.0)).ln_1p()
}

/// Every pair of kinds that are not of the same sort.
fn pairs() -> Vec<Kind> {
    let sorts = sorts();
    let mut pairs = Vec::new();
    for (number, sort) in sorts.iter().enumerate() {
        for (name, one) in sort {
            for (further, other) in sorts[number + 1..].iter().flatten() {
                let (one, other) = (*one, *other);
                pairs.push(Kind::new(&format!("{name}, {further}"), move |entry| one(entry) && other(entry)));
            }
        }
    }
    pairs
}

fn sorts() -> [Vec<Named>; 6] {
    [areas(), truths(), parts_of_the_month(), parts_of_a_day(), papers(), chances()]
}

/// A name, and what is of it.
type Named = (&'static str, fn(&Entry) -> bool);

fn areas() -> Vec<Named> {
    vec![
        ("toys", |entry| entry.first().product_area == "toys"),
        ("lighting chains", |entry| entry.first().product_area == "lighting-chains"),
        ("chargers", |entry| entry.first().product_area == "chargers"),
    ]
}

fn truths() -> Vec<Named> {
    vec![("unsafe", |entry| entry.arrival.is_unsafe), ("safe", |entry| !entry.arrival.is_unsafe)]
}

fn parts_of_the_month() -> Vec<Named> {
    vec![
        ("in the first third", |entry| entry.day < 9),
        ("in the second third", |entry| (9..18).contains(&entry.day)),
        ("in the last third", |entry| entry.day >= 18),
    ]
}

fn parts_of_a_day() -> Vec<Named> {
    vec![
        ("in the first half of a day", |entry| entry.moment < 0.5),
        ("in the third quarter of a day", |entry| (0.5..0.75).contains(&entry.moment)),
        ("in the last quarter of a day", |entry| entry.moment >= 0.75),
    ]
}

fn papers() -> Vec<Named> {
    vec![
        ("plain", |entry| entry.arrival.is_plain),
        ("certified", |entry| !entry.arrival.consignment.certificates.is_empty()),
        ("to be amended", |entry| entry.arrival.amendment.is_some()),
        ("of the product of the alert", |entry| entry.arrival.is_alerted()),
    ]
}

fn chances() -> Vec<Named> {
    vec![
        ("with a chance below 0.025", |entry| entry.chance() < 0.025),
        ("with a chance from 0.025 to 0.04", |entry| (0.025..0.04).contains(&entry.chance())),
        ("with a chance from 0.04 to 0.1", |entry| (0.04..0.1).contains(&entry.chance())),
        ("with a chance from 0.1 to 0.4", |entry| (0.1..0.4).contains(&entry.chance())),
        ("with a chance from 0.4 on", |entry| entry.chance() >= 0.4),
    ]
}
