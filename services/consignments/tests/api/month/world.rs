//! The traffic of a month, made up and the same in every run: who trades what, and which goods are unsafe in truth, which
//! only their examination shows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use seamless_identifiers::MovementReference;
use seamless_proto::seamless::{consignments::v1 as wire, notifications::v1 as told};

use crate::{
    history::lot,
    words::{ducks, goods, party},
};

/// Consignments of a day.
pub const ARRIVALS: usize = 220;
/// Pre-inspected ones among them.
const INSPECTED: usize = 10;
/// Of the certificates one in so many is lent to another exporter.
const LENT: usize = 4;
/// The product of which an alert is told in the course of the month.
pub const ALERTED: &str = "6291041500213";

const EXPORTERS: usize = 70;
const CODES: [&str; 4] = ["950300", "950590", "940542", "850440"];
const ORIGINS: [&str; 4] = ["CN", "VN", "IN", "TR"];
const DECLARANTS: usize = 9;
const IMPORTERS: usize = 40;

/// Goods with what nobody knows of them.
pub struct Arrival {
    pub consignment: wire::Consignment,
    pub is_unsafe: bool,
    /// How likely that was before the dice were thrown.
    pub likelihood: f64,
    /// The certificate that they invoke is of others.
    pub is_lent: bool,
    /// Nothing is known of them but what they are: no pre-inspection, no alert.
    pub is_plain: bool,
    /// What is known of them in numbers, as forests take it.
    pub columns: Vec<f64>,
}

/// Numbers as good as drawn by lot, the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed << 32)
    }

    /// From 0 (included) to 1 (excluded).
    fn share(&mut self) -> f64 {
        self.0 += 1;
        lot(self.0)
    }

    /// One of so many.
    fn one_of(&mut self, of: usize) -> usize {
        ((self.share() * of as f64) as usize).min(of - 1)
    }

    /// One of so many, of which the first are more frequent.
    fn one_of_uneven(&mut self, of: usize) -> usize {
        let share = self.share();
        ((share * share * of as f64) as usize).min(of - 1)
    }

    /// As a bell: around 0, mostly within 1.
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// How much unsafer goods are for what they have in common, in log-odds.
struct Habits {
    exporters: Vec<f64>,
    declarants: Vec<f64>,
    codes: Vec<f64>,
    origins: Vec<f64>,
    /// Of an exporter's goods of a code.
    lines: BTreeMap<(usize, usize), f64>,
}

impl Habits {
    fn new() -> Self {
        let mut dice = Dice::of(1);
        let mut some = |count: usize, width: f64| (0..count).map(|_| width * dice.bell()).collect();
        let (exporters, declarants) = (some(EXPORTERS, 1.3), some(DECLARANTS, 0.5));
        let (codes, origins) = (some(CODES.len(), 0.5), some(ORIGINS.len(), 0.3));
        let pairs = (0..EXPORTERS).flat_map(|exporter| (0..CODES.len()).map(move |code| (exporter, code)));
        let lines = pairs.map(|pair| (pair, 0.7 * dice.bell())).collect();
        Self { exporters, declarants, codes, origins, lines }
    }
}

/// The month.
pub struct World {
    habits: Habits,
    number: u64,
}

impl World {
    pub fn new() -> Self {
        Self { habits: Habits::new(), number: 7_000_000_000 }
    }

    /// The pre-inspections that are shared before a day.
    pub fn inspections(&self, day: usize) -> Vec<wire::Inspection> {
        (0..INSPECTED).map(|number| inspection(day, number)).collect()
    }

    /// What arrives on a day.
    pub fn arrivals(&mut self, day: usize, arrival: Timestamp) -> Vec<Arrival> {
        let mut dice = Dice::of(100 + day as u64);
        let mut all: Vec<Arrival> = (0..ARRIVALS).map(|_| self.any(&mut dice, arrival)).collect();
        for number in 0..INSPECTED {
            let at = 3 + number * 20;
            let likelihood = 0.05;
            let is_unsafe = dice.share() < likelihood;
            let columns = all[at].columns.clone();
            let consignment = self.inspected(arrival, day, number);
            all[at] =
                Arrival { consignment, is_unsafe, likelihood, is_lent: false, is_plain: false, columns };
            if number.is_multiple_of(LENT) {
                let lent = &mut all[at + 7];
                lent.consignment.certificates = vec![reference(day, number)];
                (lent.is_lent, lent.is_plain) = (true, false);
            }
        }
        let alerted = &mut all[dice.one_of(3)];
        (alerted.consignment.gtins, alerted.is_plain) = (vec![ALERTED.to_owned()], false);
        all
    }

    fn declaration(&mut self) -> String {
        self.number += 1;
        MovementReference::of_body(&format!("26NL{:013}", self.number)).unwrap().into()
    }

    fn any(&mut self, dice: &mut Dice, arrival: Timestamp) -> Arrival {
        let (exporter, code) = (dice.one_of_uneven(EXPORTERS), dice.one_of(CODES.len()));
        let (origin, declarant) = (dice.one_of_uneven(ORIGINS.len()), dice.one_of(DECLARANTS));
        let importer = dice.one_of(IMPORTERS);
        let mass = (100.0 + 900.0 * dice.share()).round();
        let value = (mass * (2.0 + 18.0 * dice.share())).round();
        let cheap = if value / mass < 5.0 { 0.9 } else { 0.0 };
        let habits = &self.habits;
        let odds = -3.0
            + habits.exporters[exporter]
            + habits.codes[code]
            + habits.origins[origin]
            + habits.declarants[declarant]
            + habits.lines[&(exporter, code)]
            + cheap;
        let likelihood = 1.0 / (1.0 + (-odds).exp());
        let is_unsafe = dice.share() < likelihood;
        let consignment = wire::Consignment {
            arrival_time: Some(prost_types::Timestamp { seconds: arrival.as_second(), nanos: 0 }),
            movement_reference_number: self.declaration(),
            commodity_code: CODES[code].to_owned(),
            country_of_origin: ORIGINS[origin].to_owned(),
            description: "household goods".to_owned(),
            quantity: Some(100.0 + exporter as f64),
            gross_mass_kg: Some(mass),
            value_eur: Some(value),
            exporter: party(&format!("Exporting House {exporter}")),
            importer: party(&format!("Importer {importer}")),
            features: BTreeMap::from([
                ("declarant".to_owned(), format!("NL{declarant:09}")),
                ("tax_rate".to_owned(), ["0", "4.7"][code % 2].to_owned()),
            ]),
            ..goods()
        };
        let columns = [exporter, code, origin, declarant, importer].map(|number| number as f64);
        let columns = columns.into_iter().chain([mass, value, value / mass]).collect();
        Arrival { consignment, is_unsafe, likelihood, is_lent: false, is_plain: true, columns }
    }

    /// Goods as they were inspected.
    fn inspected(&mut self, arrival: Timestamp, day: usize, number: usize) -> wire::Consignment {
        wire::Consignment {
            arrival_time: Some(prost_types::Timestamp { seconds: arrival.as_second(), nanos: 0 }),
            movement_reference_number: self.declaration(),
            unique_consignment_reference: inspection(day, number).unique_consignment_reference,
            containers: vec!["CSQU3054383".to_owned()],
            certificates: vec![reference(day, number)],
            ..goods()
        }
    }
}

fn inspection(day: usize, number: usize) -> wire::Inspection {
    ducks(&format!("M-{day}-{number}"))
}

fn reference(day: usize, number: usize) -> wire::CertificateReference {
    wire::CertificateReference {
        inspection_body: "cn-ciq-shanghai".to_owned(),
        certificate_id: format!("M-{day}-{number}"),
        version: 0,
    }
}

/// The alert on the product that came in all the time.
pub fn alert() -> told::NotificationCreated {
    told::NotificationCreated {
        notification: Some(told::Notification {
            name: "notifications/month".to_owned(),
            state: told::NotificationState::Validated.into(),
            product: Some(told::Product { gtins: vec![ALERTED.to_owned()], ..told::Product::default() }),
            ..told::Notification::default()
        }),
    }
}
