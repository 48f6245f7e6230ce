//! The certificates of the month: what China inspected, and the goods that invoke it, honestly and otherwise.

use jiff::Timestamp;
use seamless_identifiers::ContainerNumber;
use seamless_proto::seamless::consignments::v1 as wire;

use super::world::{Arrival, Dice, Doubt, World, seconds_of};
use crate::words::{ducks, goods, party};

/// Certificates of a day, each for one consignment.
pub const OF_A_DAY: usize = 10;
/// The certificate that may be used by many.
pub const REUSABLE: &str = "M-R";
/// How much it covers in all, and how much each consignment takes of it.
const IN_ALL: f64 = 20_000.0;
const EACH: f64 = 500.0;

/// The certificate that two more consignments want the rest of, which is enough for one.
const CONTESTED: usize = 1;
/// Those whose goods are declared with another quantity in the middle of the day: with no more than is left, and with more.
const RAISED: usize = 2;
const EXCEEDED: usize = 3;
/// Those that are invoked only then, and instead of one that nobody issued; and the one that is put aside for such one.
const ADDED: usize = 5;
const MENDED: usize = 6;
const SPOILT: usize = 7;

/// What is shared before a day.
pub fn inspections(day: usize) -> Vec<wire::Inspection> {
    let of_the_day = (0..OF_A_DAY).map(|number| {
        let certificate = certificate(day, number);
        let container = wire::SealedContainer { number: container(day, number), seals: Vec::new() };
        wire::Inspection { containers: vec![container], ..ducks(&certificate) }
    });
    let reusable = (day == 0).then(|| {
        let terms = wire::ReuseTerms {
            quantity_per_consignment: Some(EACH),
            total_quantity: Some(IN_ALL),
            ..wire::ReuseTerms::default()
        };
        let mut reusable = wire::Inspection {
            reusable: true,
            reuse: Some(terms),
            containers: Vec::new(),
            ..ducks(REUSABLE)
        };
        // The product of the alert is another one.
        reusable.items[0].gtins.clear();
        reusable
    });
    of_the_day.chain(reusable).collect()
}

pub fn certificate(day: usize, number: usize) -> String {
    format!("M-{day}-{number}")
}

/// How much of each certificate has been used in the end, whoever came first.
pub fn used_in_the_end(certificate: &str) -> f64 {
    if certificate == REUSABLE { IN_ALL } else { 12_000.0 }
}

/// Some goods of the day invoke certificates.
pub fn invoke(world: &mut World, all: &mut [Arrival], dice: &mut Dice, day: usize, noon: Timestamp) {
    let half = all.len() / 2;
    let mut papers = Papers { world, day, noon };
    let mut first: Vec<Certified> = (0..OF_A_DAY).map(|number| papers.of(number)).collect();
    first.extend([0, 4, 8].map(|number| {
        let lent = wire::Consignment { exporter: party("Yiwu Example Trading"), ..papers.honest(number) };
        Certified { consignment: lent, doubt: Doubt::OtherExporter, amendment: None }
    }));
    first.extend([papers.forged(), papers.reusing()]);
    let step = half / (first.len() + 1);
    for (number, certified) in first.into_iter().enumerate() {
        certified.put(&mut all[3 + number * step], dice);
    }
    for at in [half + 2, all.len() - 4] {
        let rest = wire::Consignment { quantity: Some(4_000.0), ..papers.honest(CONTESTED) };
        Certified { consignment: rest, doubt: Doubt::Scarce(1), amendment: None }.put(&mut all[at], dice);
    }
    papers.reusing().put(&mut all[half + 6], dice);
}

/// Goods with what is wrong with their certificate, and what becomes of both in the middle of the day.
struct Certified {
    consignment: wire::Consignment,
    doubt: Doubt,
    amendment: Option<(wire::Consignment, Doubt)>,
}

impl Certified {
    /// In the place of others.
    fn put(self, arrival: &mut Arrival, dice: &mut Dice) {
        let likelihood = 0.05;
        let Self { consignment, doubt, amendment } = self;
        *arrival = Arrival {
            consignment,
            is_unsafe: dice.share() < likelihood,
            likelihood,
            doubt,
            amendment,
            is_plain: false,
            columns: arrival.columns.clone(),
        };
    }
}

struct Papers<'a> {
    world: &'a mut World,
    day: usize,
    noon: Timestamp,
}

impl Papers<'_> {
    /// The goods that were inspected, under another declaration each time.
    fn honest(&mut self, number: usize) -> wire::Consignment {
        let certificate = certificate(self.day, number);
        wire::Consignment {
            arrival_time: seconds_of(self.noon),
            movement_reference_number: self.world.declaration(),
            unique_consignment_reference: format!("6CN{certificate}"),
            containers: vec![container(self.day, number)],
            certificates: vec![reference(&certificate)],
            ..goods()
        }
    }

    /// Those of this certificate as they are declared.
    fn of(&mut self, number: usize) -> Certified {
        let honest = self.honest(number);
        let none = vec![reference(&format!("X-{}-{number}", self.day))];
        let with = |quantity| wire::Consignment { quantity: Some(quantity), ..honest.clone() };
        let invoking = |certificates| wire::Consignment { certificates, ..honest.clone() };
        let plain = |consignment| (consignment, Doubt::None, None);
        let (consignment, doubt, amendment) = match number {
            CONTESTED => plain(with(8_000.0)),
            RAISED => (with(10_000.0), Doubt::None, Some((honest.clone(), Doubt::None))),
            EXCEEDED => (honest.clone(), Doubt::None, Some((with(12_500.0), Doubt::Overdrawn))),
            ADDED => (invoking(Vec::new()), Doubt::None, Some((honest.clone(), Doubt::None))),
            MENDED => (invoking(none), Doubt::Unknown, Some((honest.clone(), Doubt::None))),
            SPOILT => (honest.clone(), Doubt::None, Some((invoking(none), Doubt::Unknown))),
            _ => plain(honest.clone()),
        };
        Certified { consignment, doubt, amendment }
    }

    /// Goods of nobody knows whom, under a certificate that nobody issued.
    fn forged(&mut self) -> Certified {
        let consignment = wire::Consignment {
            certificates: vec![reference(&format!("X-{}", self.day))],
            unique_consignment_reference: String::new(),
            containers: Vec::new(),
            exporter: party("Yiwu Example Trading"),
            ..self.honest(0)
        };
        Certified { consignment, doubt: Doubt::Unknown, amendment: None }
    }

    /// Goods under the certificate that may be used by many.
    fn reusing(&mut self) -> Certified {
        let consignment = wire::Consignment {
            certificates: vec![reference(REUSABLE)],
            unique_consignment_reference: String::new(),
            containers: Vec::new(),
            models: vec!["D-100".to_owned()],
            quantity: Some(EACH),
            ..self.honest(0)
        };
        Certified { consignment, doubt: Doubt::Scarce((IN_ALL / EACH) as usize), amendment: None }
    }
}

fn reference(certificate: &str) -> wire::CertificateReference {
    wire::CertificateReference {
        inspection_body: "cn-ciq-shanghai".to_owned(),
        certificate_id: certificate.to_owned(),
        version: 0,
    }
}

/// The container of the goods of a certificate.
fn container(day: usize, number: usize) -> String {
    let with = |check: u32| ContainerNumber::parse(&format!("CSQU{:06}{check}", 100 * day + number)).ok();
    (0..10).find_map(with).unwrap().as_str().to_owned()
}
