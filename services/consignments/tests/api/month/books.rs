//! What was answered in the month beside what was true, and whether it agrees.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use seamless_consignments::{domain::ports::PlanReader, store::Store};
use seamless_feed::FeedSignal;
use seamless_proto::seamless::{
    consignments::v1::{self as wire, ReasonKind, Selection},
    r#type::v1::CivilDate,
};
use seamless_testkit::TestDatabase;

use super::{
    ALERT, LEARNED, forest,
    port::{CAPACITY, FOR_THE_LOT, Port},
    world::{ARRIVALS, Arrival},
};
use crate::history::rotterdam;

const AREAS: [&str; 3] = ["chargers", "lighting-chains", "toys"];
/// How many standard deviations what happened may differ from what was said: once in 30,000 months of chance.
const DEVIATIONS: f64 = 4.2;

/// From which variance on a bell is near enough.
const LEAST_VARIANCE: f64 = 4.0;

/// One declaration of the month.
struct Entry {
    day: usize,
    arrival: Arrival,
    /// What was decided first, and what counts.
    first: wire::Screening,
    last: wire::Screening,
    is_examined: bool,
}

impl Entry {
    fn chance(&self) -> f64 {
        self.first.draw.as_ref().unwrap().probability
    }

    fn selection(&self) -> Selection {
        self.last.draw.as_ref().unwrap().selection()
    }

    /// Chosen by what a model says of it.
    fn is_targeted(&self) -> bool {
        self.selection() == Selection::Targeted && self.arrival.is_plain
    }
}

#[derive(Default)]
pub struct Books {
    days: Vec<Date>,
    entries: Vec<Entry>,
}

impl Books {
    /// Takes a day in.
    pub fn close(
        &mut self,
        day: usize,
        date: Date,
        arrivals: Vec<Arrival>,
        screened: Vec<wire::Screening>,
        amended: &HashMap<usize, wire::Screening>,
        selected: &HashSet<usize>,
    ) {
        self.days.push(date);
        for (at, (arrival, first)) in arrivals.into_iter().zip(screened).enumerate() {
            let last = amended.get(&at).unwrap_or(&first).clone();
            if last.name != first.name {
                assert_eq!(last.supersedes, first.name, "an amendment is linked");
                assert_eq!(draw(&last), draw(&first), "and keeps its draw");
            }
            let is_examined = selected.contains(&at);
            let is_chosen = draw(&last).0 != Selection::None;
            assert_eq!(is_examined, is_chosen, "the list of the day is what was chosen");
            self.entries.push(Entry { day, arrival, first, last, is_examined });
        }
    }

    fn of_day(&self, day: usize) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.day == day)
    }

    /// No day gave out more than it had; the lot had its due; each declaration counts once.
    pub async fn capacity_and_floor(&self, database: &TestDatabase) {
        let store = Store::new(database.database.clone(), FeedSignal::new());
        for (day, date) in self.days.iter().enumerate() {
            let plan = store.plan_get(&rotterdam(), *date).await.unwrap().unwrap();
            let count = |selection: Selection| {
                let chosen = self.of_day(day).filter(|entry| entry.selection() == selection);
                u32::try_from(chosen.count()).unwrap()
            };
            let used = plan.used;
            assert_eq!(used.arrivals, ARRIVALS as u64, "none is lost, none counts twice, amended or not");
            assert_eq!(
                (used.random, used.targeted, used.mandatory),
                (count(Selection::Random), count(Selection::Targeted), count(Selection::Mandatory))
            );
            assert!(used.random + used.targeted + used.mandatory <= CAPACITY.unsigned_abs(), "{used:?}");
            assert_eq!(used.random, FOR_THE_LOT, "the lot had its due on {date}: {used:?}");
        }
    }

    /// As many were examined as the chances that were written down say, of all and of any kind of goods.
    pub fn chances_were_true(&self) {
        let by_chance: Vec<&Entry> =
            self.entries.iter().filter(|entry| entry.selection() != Selection::Mandatory).collect();
        let is_true = |what: &str, of: &dyn Fn(&Entry) -> bool| {
            let some: Vec<&&Entry> = by_chance.iter().filter(|entry| of(entry)).collect();
            let examined = some.iter().filter(|entry| entry.is_examined).count() as f64;
            let expected: f64 = some.iter().map(|entry| entry.chance()).sum();
            let variance: f64 = some.iter().map(|entry| entry.chance() * (1.0 - entry.chance())).sum();
            let apart = (examined - expected).abs();
            // Of few no bell tells how far they may be apart.
            let is_near = variance < LEAST_VARIANCE || apart <= DEVIATIONS * variance.sqrt();
            assert!(
                is_near,
                "{what}: {examined} of {} examined, {expected} expected, deviation {}",
                some.len(),
                variance.sqrt()
            );
        };
        is_true("all", &|_| true);
        is_true("unsafe ones", &|entry| entry.arrival.is_unsafe);
        is_true("amended ones", &|entry| entry.first.name != entry.last.name);
        is_true("pre-inspected ones", &|entry| !entry.last.matched_inspections.is_empty());
        for area in AREAS {
            is_true(area, &|entry| entry.last.product_area == area);
        }
        for (from, to) in [(0.0, 0.05), (0.05, 0.1), (0.1, 0.3), (0.3, 0.7), (0.7, 1.0)] {
            is_true(&format!("chances of {from} to {to}"), &|entry| {
                (from..to).contains(&entry.chance()) && entry.chance() > 0.0
            });
        }
        assert!(self.entries.iter().all(|entry| entry.chance() > 0.0 || !entry.is_examined));
    }

    /// Each arrival of the product under an alert was examined once it was known; each lent certificate was found out and told.
    pub async fn alerts_and_certificates_were_heeded(&self, port: &mut Port) {
        let is_alerted = |entry: &&Entry| !entry.arrival.consignment.gtins.is_empty();
        for entry in self.entries.iter().filter(is_alerted) {
            let is_known = entry.day >= ALERT;
            assert_eq!(!entry.last.matched_notifications.is_empty(), is_known, "on day {}", entry.day);
            assert!(!is_known || entry.selection() == Selection::Mandatory, "{:?}", entry.last);
        }
        let lent = self.entries.iter().filter(|entry| entry.arrival.is_lent).count();
        for entry in &self.entries {
            let is_doubt = |kind| {
                use ReasonKind::{CertificateDoubtful, CertificateMismatch, CertificateOverdrawn};
                matches!(kind, CertificateDoubtful | CertificateMismatch | CertificateOverdrawn)
            };
            let is_doubted = entry.last.reasons.iter().any(|reason| is_doubt(reason.kind()));
            assert_eq!(is_doubted, entry.arrival.is_lent, "{:?}", entry.last);
        }
        for authority in ["cn-gacc", "nl-customs"] {
            let told: Vec<wire::CertificateMisused> = port.partner(authority).told().await;
            let told: HashSet<String> = told.into_iter().map(|told| told.certificate_id).collect();
            assert_eq!(told.len(), lent, "each is told to {authority}");
        }
    }

    /// The feed told every decision on which somebody has to act, as it was answered, once; and nobody else was told.
    pub async fn what_is_to_be_done_was_told(&self, port: &mut Port) {
        let told: Vec<wire::ConsignmentScreened> = port.partner("nl-customs").told().await;
        let told: Vec<wire::Screening> = told.into_iter().filter_map(|told| told.screening).collect();
        let told_by_name: HashMap<&str, &wire::Screening> =
            told.iter().map(|screening| (screening.name.as_str(), screening)).collect();
        assert_eq!(told_by_name.len(), told.len(), "each once");
        let mut expected = 0;
        for entry in &self.entries {
            let first = (entry.first.lane() != wire::Lane::Green).then_some(&entry.first);
            let amendment = (entry.last.name != entry.first.name).then_some(&entry.last);
            for screening in first.into_iter().chain(amendment) {
                let told = told_by_name.get(screening.name.as_str());
                // The stream gives the decision without the goods, which its caller has.
                let told = told.map(|told| wire::Screening { consignment: None, ..(*told).clone() });
                assert_eq!(told.as_ref(), Some(screening));
                expected += 1;
            }
        }
        assert_eq!(told.len(), expected, "nothing else");
        assert_eq!(port.partner("cn-gacc").told::<wire::ConsignmentScreened>().await, []);
    }

    /// Decisions can be made again, by the models of their time.
    pub async fn can_be_replayed(&self, port: &mut Port) {
        let mut customs = port.partner("nl-customs");
        for entry in self.entries.iter().step_by(37) {
            let request = wire::ReplayScreeningRequest { name: entry.last.name.clone() };
            let replayed = customs.screenings.replay_screening(request).await.unwrap().into_inner();
            assert!(replayed.identical, "{replayed:#?}");
        }
    }

    /// The intervals of estimated rates hold the truth about as often as they say.
    #[allow(clippy::print_stderr, reason = "what was found tells what the test is worth")]
    pub async fn estimates_cover_the_truth(&self, port: &mut Port) {
        let mut customs = port.partner("nl-customs");
        let (mut covered, mut all) = (0, 0);
        for (day, date) in self.days.iter().enumerate().filter(|(day, _)| day % 2 == 1) {
            for area in AREAS {
                let arrived: Vec<&Entry> = (day - 1..=day)
                    .flat_map(|day| self.of_day(day))
                    .filter(|entry| entry.last.product_area == area)
                    .collect();
                let found = arrived.iter().filter(|entry| entry.arrival.is_unsafe).count() as f64;
                let truth = found / arrived.len() as f64;
                let request = wire::EstimateHitRatesRequest {
                    parent: "entryPoints/NLRTM".to_owned(),
                    start_date: civil(self.days[day - 1]),
                    end_date: civil(*date),
                    product_area: area.to_owned(),
                };
                let rates = customs.targeting.estimate_hit_rates(request).await.unwrap().into_inner();
                let Some(rate) = rates.arriving else { continue };
                all += 1;
                covered += usize::from(rate.lower <= truth && truth <= rate.upper);
            }
        }
        eprintln!("{covered} of {all} intervals of the arriving rate hold the truth");
        assert!(all >= 30, "{all} rates were estimated");
        // Few were examined behind each: what is said to hold in 95 of 100 may hold in somewhat fewer.
        assert!(4 * covered >= 3 * all, "{covered} of {all}: said are 95 %");
    }

    /// Of what the model chose far more was unsafe than of all, and no less than of what a forest would have chosen that learned
    /// from the same examinations.
    #[allow(clippy::print_stderr, reason = "what was found tells what the test is worth")]
    pub fn targets_better_than_a_forest(&self) {
        let (mut by_model, mut by_forest, mut by_lot) =
            (Found::default(), Found::default(), Found::default());
        for day in LEARNED + 1..self.days.len() {
            let examined = self.entries.iter().filter(|entry| entry.day < day && entry.is_examined);
            let labelled: Vec<(Vec<f64>, bool)> = examined
                .filter(|entry| entry.arrival.is_plain)
                .map(|entry| (entry.arrival.columns.clone(), entry.arrival.is_unsafe))
                .collect();
            let plain: Vec<&Entry> = self.of_day(day).filter(|entry| entry.arrival.is_plain).collect();
            let chosen = plain.iter().filter(|entry| entry.is_targeted());
            let before = by_model.all;
            chosen.for_each(|entry| by_model.add(entry));
            let columns: Vec<Vec<f64>> = plain.iter().map(|entry| entry.arrival.columns.clone()).collect();
            // By the harm that is expected, as the service ranks.
            let harm = |entry: &Entry| match entry.last.product_area.as_str() {
                "toys" => 1.0,
                "chargers" => 0.8,
                _ => 0.7,
            };
            let scores = forest::scores(&labelled, &columns).into_iter();
            let mut ranked: Vec<(f64, &&Entry)> =
                scores.zip(&plain).map(|(score, entry)| (score * harm(entry), entry)).collect();
            ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
            ranked.iter().take(by_model.all - before).for_each(|(_, entry)| by_forest.add(entry));
            let drawn = plain.iter().filter(|entry| entry.selection() == Selection::Random);
            drawn.for_each(|entry| by_lot.add(entry));
        }
        let mut arrived = Found::default();
        self.entries.iter().for_each(|entry| arrived.add(entry));
        eprintln!(
            "unsafe among all {:.3}, by lot {:.3} of {}, by the model {:.3} of {}, by a forest {:.3}",
            arrived.share(),
            by_lot.share(),
            by_lot.all,
            by_model.share(),
            by_model.all,
            by_forest.share(),
        );
        assert!(by_model.share() > 1.5 * arrived.share(), "far better than chance");
        // Better by some five hundredths in most months; by chance it may be less.
        assert!(by_model.share() > by_forest.share() - 0.02, "not behind a forest");
    }
}

/// How likely so many were to be unsafe, all together: what is found of them, but for the luck of few.
#[derive(Default)]
struct Found {
    likelihood: f64,
    all: usize,
}

impl Found {
    fn add(&mut self, entry: &Entry) {
        self.all += 1;
        self.likelihood += entry.arrival.likelihood;
    }

    fn share(&self) -> f64 {
        self.likelihood / self.all.max(1) as f64
    }
}

fn draw(screening: &wire::Screening) -> (Selection, f64) {
    let draw = screening.draw.as_ref().expect("goods that arrive have a draw");
    (draw.selection(), draw.probability)
}

fn civil(date: Date) -> Option<CivilDate> {
    Some(CivilDate { year: date.year().into(), month: date.month().into(), day: date.day().into() })
}
