//! What is withheld keeps every small count from whoever knows all the rest, by an arithmetic of its own; and hardly more is withheld
//! than must be.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be set up is a failed test")]

mod reckoning;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use seamless_suppression::{
    Bounds, Budget, CellId, Choice, Judgement, Part, Rule, SuppressionError, System, bounds, bounds_of,
    tells_more,
};

use reckoning::{Known, fewest};

const RULE: u64 = 5;

fn chosen_of(system: &System) -> Result<Choice, SuppressionError> {
    Judgement::of(system, Rule::of_least(RULE), &Budget::default())?.choose()
}

fn exposed_of(system: &System) -> Vec<CellId> {
    Judgement::of(system, Rule::of_least(RULE), &Budget::default()).unwrap().exposed()
}

/// The counts that are withheld, by index.
fn withheld(known: &Known) -> Vec<usize> {
    let choice = chosen_of(&known.system()).unwrap();
    choice.withheld.iter().map(|cell| cell.index()).collect()
}

/// A table of one property, with its total.
fn one(rows: &[u64]) -> Known {
    let mut known = Known::default();
    let total = known.cell(rows.iter().sum(), Part::Open);
    let rows: Vec<usize> = rows.iter().map(|count| known.cell(*count, Part::Open)).collect();
    known.adds_up(total, &rows);
    known
}

/// A table of two properties, with the totals of rows and columns, and of all.
fn two(counts: &[Vec<u64>]) -> Known {
    let mut known = Known::default();
    let columns = counts[0].len();
    let total = known.cell(counts.iter().flatten().sum(), Part::Open);
    let sums: Vec<usize> = counts.iter().map(|row| known.cell(row.iter().sum(), Part::Open)).collect();
    let down: Vec<usize> =
        (0..columns).map(|at| known.cell(counts.iter().map(|row| row[at]).sum(), Part::Open)).collect();
    let cells: Vec<Vec<usize>> =
        counts.iter().map(|row| row.iter().map(|count| known.cell(*count, Part::Open)).collect()).collect();
    known.adds_up(total, &sums);
    known.adds_up(total, &down);
    for (row, sum) in cells.iter().zip(&sums) {
        known.adds_up(*sum, row);
    }
    for (at, sum) in down.iter().enumerate() {
        let column: Vec<usize> = cells.iter().map(|row| row[at]).collect();
        known.adds_up(*sum, &column);
    }
    known
}

#[test]
fn one_small_count_takes_another_with_it() {
    assert_eq!(
        withheld(&one(&[20, 3, 30])),
        [1, 2],
        "the smaller of both: the total would tell it otherwise"
    );
    assert_eq!(withheld(&one(&[20, 30, 40])), [] as [usize; 0]);
    assert_eq!(withheld(&one(&[20, 0, 30])), [] as [usize; 0], "a zero is of nobody");
    // Of two and three that make five nobody knows how they share it, but that none is five; the total goes, too.
    let known = one(&[2, 3]);
    assert_eq!(withheld(&known), [0, 1, 2]);
    assert_eq!(withheld(&one(&[4])), [0, 1], "the total of a single row is that row");
    assert_eq!(withheld(&one(&[3, 4, 50])), [1, 2], "they make seven, and each may be from one to six of it");
}

#[test]
fn a_table_of_two_properties_takes_a_rectangle() {
    let known = two(&[vec![20, 3, 30], vec![40, 50, 60], vec![70, 80, 90]]);
    let chosen = withheld(&known);
    assert_eq!(chosen.len(), 4, "{chosen:?}");
    assert_eq!(known.exposed(&chosen, RULE), None);
}

#[test]
fn what_was_told_before_is_reckoned_with() {
    // Last year's edition told that there were 20; one more has come since.
    let mut known = Known::default();
    let earlier = known.cell(20, Part::Told);
    let later = known.cell(21, Part::Open);
    let change = known.cell(1, Part::Implied);
    known.adds_up(later, &[earlier, change]);
    assert_eq!(withheld(&known), [later]);
    // What was withheld must not follow from what is published now.
    let mut known = Known::default();
    let total = known.cell(30, Part::Told);
    let rows = [known.cell(3, Part::Withheld), known.cell(7, Part::Withheld), known.cell(20, Part::Told)];
    known.adds_up(total, &rows);
    let by_origin = [known.cell(5, Part::Open), known.cell(2, Part::Open)];
    known.adds_up(rows[1], &by_origin);
    let chosen = withheld(&known);
    assert!(chosen.contains(&by_origin[1]));
    assert_eq!(known.exposed(&chosen, RULE), None);
    // What was told too much cannot be taken back, and is said.
    let mut known = Known::default();
    let (year, rest) = (known.cell(30, Part::Told), known.cell(27, Part::Told));
    let last = known.cell(3, Part::Implied);
    known.adds_up(year, &[rest, last]);
    let choice = chosen_of(&known.system()).unwrap();
    assert_eq!(choice.exposed.iter().map(|cell| cell.index()).collect::<Vec<_>>(), [last]);
    assert!(choice.withheld.is_empty());
    // What need not be kept still ties together what must be: of twelve nine are told, three free; of these one is few.
    for (part, wanted) in [(Part::Free, Vec::new()), (Part::Implied, vec![1])] {
        let mut known = Known::default();
        let (all, three) = (known.cell(12, Part::Told), known.cell(3, part));
        let nine = known.cell(9, Part::Told);
        known.adds_up(all, &[nine, three]);
        let exposed: Vec<usize> =
            chosen_of(&known.system()).unwrap().exposed.iter().map(|cell| cell.index()).collect();
        assert_eq!(exposed, wanted);
        let (two, one) = (known.cell(2, Part::Told), known.cell(1, Part::Implied));
        known.adds_up(three, &[two, one]);
        assert!(chosen_of(&known.system()).unwrap().exposed.iter().any(|cell| cell.index() == one));
    }
}

#[test]
fn counts_that_do_not_add_up_are_refused() {
    let mut system = System::new();
    let (whole, part) = (system.cell(5, Part::Open), system.cell(4, Part::Open));
    assert!(system.adds_up(whole, &[part]).is_err());
}

/// Cases over rows and columns, of which the first have most; the same each time.
fn cases(rows: usize, columns: usize, cases: usize) -> Vec<Vec<u64>> {
    let mut runner = TestRunner::deterministic();
    let mut counts = vec![vec![0; columns]; rows];
    let place = (0.0..1.0_f64, 0.0..1.0_f64);
    for _ in 0..cases {
        let (row, column) = place.new_tree(&mut runner).unwrap().current();
        counts[(row * row * rows as f64) as usize][(column * column * columns as f64) as usize] += 1;
    }
    counts
}

/// Tables that authorities ask for: of categories and notifiers, of months and categories, of some hundred cases to some thousand.
#[test]
fn large_tables_are_judged_and_nothing_small_of_them_is_reckoned() {
    for (rows, columns, number) in [(30, 30, 965), (36, 30, 1_000), (36, 30, 5_000)] {
        let known = two(&cases(rows, columns, number));
        let system = known.system();
        let choice = chosen_of(&system).unwrap();
        assert_eq!(choice.exposed, []);
        let open = system
            .cells()
            .filter(|(id, cell)| Rule::of_least(RULE).is_small(cell.count) && !choice.withheld.contains(id));
        assert_eq!(open.count(), 0);
        // Each by itself, in another way than they were found to be kept.
        for some in choice.withheld.chunks(20) {
            for (id, bounds) in bounds_of(&system, &choice.withheld, some, &Budget::default()).unwrap() {
                let bounds = bounds.unwrap();
                let count = system.of(id).unwrap().count;
                assert!(Rule::of_least(RULE).keeps(count, bounds), "{count} in {bounds:?}");
            }
        }
    }
}

#[test]
fn what_is_too_large_is_refused_before_long() {
    let known = two(&cases(200, 200, 20_000));
    let refused = chosen_of(&known.system()).unwrap_err();
    assert!(matches!(refused, SuppressionError::TooLarge { cells: 40_401 }), "{refused}");
}

#[test]
fn one_budget_holds_for_all_that_is_asked_of_it() {
    let system = two(&cases(30, 30, 900)).system();
    let budget = Budget::default();
    let choose = |_| Judgement::of(&system, Rule::of_least(RULE), &budget)?.choose();
    let answered = (0..2_000).map(choose);
    let answered = answered.take_while(Result::is_ok).count();
    assert!((1..2_000).contains(&answered), "{answered}");
    let all: Vec<CellId> = system.cells().map(|(id, _)| id).collect();
    let refused = bounds(&system, &all, &budget).map(|_| ()).unwrap_err();
    assert!(matches!(refused, SuppressionError::TooLarge { .. }), "{refused}");
}

#[test]
fn nothing_more_is_reckoned_once_nobody_waits() {
    let system = one(&[20, 3, 30]).system();
    let is_gone = std::cell::Cell::new(false);
    let is_stopped = || is_gone.get();
    let budget = Budget::until(&is_stopped);
    let judgement = Judgement::of(&system, Rule::of_least(RULE), &budget).unwrap();
    is_gone.set(true);
    assert_eq!(judgement.choose(), Err(SuppressionError::Stopped));
}

/// Counts as they are where cases are few: mostly small, some zero, some great.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![2 => Just(0_u64), 5 => 1..5_u64, 5 => 5..20_u64, 1 => 20..200_u64]
}

/// An edition, and what has come since: cells of one property, twice.
fn editions() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec((count(), prop_oneof![3 => Just(0_u64), 2 => 0..8_u64]), 2..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn of_one_property_nothing_small_is_reckoned(rows in prop::collection::vec(count(), 1..7)) {
        let known = one(&rows);
        let chosen = withheld(&known);
        prop_assert_eq!(known.exposed(&chosen, RULE), None);
        prop_assert!(chosen.len() <= 2 * fewest(&known, RULE, chosen.len()));
    }

    #[test]
    fn the_bounds_are_those_of_another_arithmetic(rows in prop::collection::vec(count(), 1..7)) {
        let known = one(&rows);
        let chosen = withheld(&known);
        let ids: Vec<CellId> = known.system().cells().map(|(id, _)| id).filter(|id| chosen.contains(&id.index())).collect();
        for (cell, bounds) in bounds(&known.system(), &ids, &Budget::default()).unwrap() {
            let bounds = bounds.unwrap();
            let (lower, upper) = known.reckoned(&chosen, cell.index());
            prop_assert!((bounds.lower - lower).abs() < 1e-6);
            prop_assert!(bounds.upper == upper || (bounds.upper - upper).abs() < 1e-6);
        }
    }

    #[test]
    fn of_a_later_edition_nothing_small_is_reckoned(rows in editions()) {
        // The first edition, as it was published.
        let first: Vec<u64> = rows.iter().map(|(count, _)| *count).collect();
        let hidden = withheld(&one(&first));
        let mut known = Known::default();
        let part = |at: usize| if hidden.contains(&at) { Part::Withheld } else { Part::Told };
        let total = known.cell(first.iter().sum(), part(0));
        let earlier: Vec<usize> = first.iter().enumerate().map(|(at, count)| known.cell(*count, part(at + 1))).collect();
        known.adds_up(total, &earlier);
        let later_total = known.cell(rows.iter().map(|(count, more)| count + more).sum(), Part::Open);
        let later: Vec<usize> = rows.iter().map(|(count, more)| known.cell(count + more, Part::Open)).collect();
        known.adds_up(later_total, &later);
        let more_total = known.cell(rows.iter().map(|(_, more)| *more).sum(), Part::Implied);
        let more: Vec<usize> = rows.iter().map(|(_, more)| known.cell(*more, Part::Implied)).collect();
        known.adds_up(more_total, &more);
        known.adds_up(later_total, &[total, more_total]);
        for ((later, earlier), more) in later.iter().zip(&earlier).zip(&more) {
            known.adds_up(*later, &[*earlier, *more]);
        }
        let chosen = withheld(&known);
        prop_assert_eq!(known.exposed(&chosen, RULE), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn of_two_properties_nothing_small_is_reckoned_and_few_are_withheld(
        counts in (2..4_usize, 2..4_usize).prop_flat_map(|(rows, columns)| {
            prop::collection::vec(prop::collection::vec(count(), columns), rows)
        })
    ) {
        let known = two(&counts);
        let chosen = withheld(&known);
        prop_assert_eq!(known.exposed(&chosen, RULE), None);
        let fewest = fewest(&known, RULE, chosen.len());
        prop_assert!(chosen.len() <= 2 * fewest, "{} instead of {}: {:?}", chosen.len(), fewest, counts);
    }

    #[test]
    fn of_many_rows_nothing_small_is_reckoned(
        counts in (6..12_usize, 6..12_usize).prop_flat_map(|(rows, columns)| {
            prop::collection::vec(prop::collection::vec(count(), columns), rows)
        })
    ) {
        let known = two(&counts);
        prop_assert_eq!(known.exposed(&withheld(&known), RULE), None);
    }
}

#[test]
fn what_was_known_before_is_judged_no_more() {
    let mut system = System::new();
    let total = system.cell(4, Part::Told);
    let parts = [system.cell(2, Part::Withheld), system.cell(2, Part::Withheld)];
    system.adds_up(total, &parts).unwrap();
    let sum = system.cell(20, Part::Open);
    let rows = [system.cell(17, Part::Open), system.cell(3, Part::Open)];
    system.adds_up(sum, &rows).unwrap();
    assert_eq!(exposed_of(&system), parts);
    // The same was known before, and stands in the way of nothing else.
    system.was_known(|said| said.whole == total && said.parts().eq(parts));
    assert_eq!(exposed_of(&system), []);
    let choice = chosen_of(&system).unwrap();
    assert_eq!((choice.withheld, choice.exposed), (vec![rows[0], rows[1]], Vec::new()));
    // What is said of it now is judged.
    let other = system.cell(9, Part::Open);
    let more = system.cell(7, Part::Told);
    system.adds_up(other, &[parts[0], more]).unwrap();
    assert_eq!(exposed_of(&system), parts);
    let bounds = bounds_of(&system, &[], &[parts[1]], &Budget::default()).unwrap();
    assert_eq!(bounds.iter().map(|(cell, _)| *cell).collect::<Vec<_>>(), [parts[1]]);
}

#[test]
fn where_the_arithmetic_fails_nothing_counts_as_known_before() {
    let of = |lower, upper| Some(Bounds { lower, upper });
    assert!(!tells_more(of(1.0, 9.0), of(0.5, 9.5)));
    assert!(!tells_more(of(3.0, 3.0), of(3.0, 3.0)), "it was known already");
    assert!(tells_more(of(1.0, 9.0), of(2.0, 9.0)) && tells_more(of(1.0, 9.0), of(1.0, 8.0)));
    assert!(tells_more(None, of(3.0, 3.0)), "before nothing was found");
    assert!(tells_more(of(3.0, 3.0), None), "now nothing is found");
}
