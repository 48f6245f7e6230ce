//! Whether a certificate covers goods: its exporter, consignment and products are compared with what the goods state.
//!
//! What the certificate does not state cannot disagree; what the goods do not state is said. A certificate for a single
//! consignment covers the goods where its consignment reference, one of its transport documents or its containers are
//! theirs, as far as it states any of these, and nothing disagrees. A reusable one covers them where they state an exporter
//! that may use it, and are its product and nothing else. How much is left of it is another question: [`super::certificate_use`].

use std::{borrow::Cow, cell::OnceCell, collections::BTreeSet};

use seamless_identifiers::ContainerNumber;
use seamless_matching::company_name;

use super::{
    model::{
        Amount, CertificateAgreement as Agreement, CertificateFinding, CertificatePart as Part, Claim,
        Consignment, Doubt, Heading, InspectionKey, KnownInspection, Party, Stated, StatedItem,
    },
    parties::{Compares, same_by},
};

/// What is said instead of what parties are not shown.
pub(super) const NOT_SHOWN: &str = "not shown";
/// Characters that are told of a list.
const LONGEST: usize = 300;

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Why the certificate does not cover the goods; none if it does.
    pub doubt: Option<Doubt>,
    /// Where the two do not agree.
    pub findings: Vec<CertificateFinding>,
    /// What the goods would use of it.
    pub claim: Claim,
}

/// Goods beside certificates: what of them is compared with each is made once.
pub struct Comparison<'g> {
    goods: &'g Consignment,
    exporter: OnceCell<String>,
    reference: OnceCell<Option<InspectionKey>>,
    documents: OnceCell<BTreeSet<InspectionKey>>,
    containers: OnceCell<BTreeSet<&'g ContainerNumber>>,
}

impl<'g> Comparison<'g> {
    /// Of these goods.
    #[must_use]
    pub fn of(goods: &'g Consignment) -> Self {
        let (exporter, reference) = (OnceCell::new(), OnceCell::new());
        Self { goods, exporter, reference, documents: OnceCell::new(), containers: OnceCell::new() }
    }

    /// The exporter's name as names of companies are compared.
    fn exporter(&self) -> &str {
        self.exporter.get_or_init(|| company_name(&self.goods.exporter.name))
    }

    pub(super) fn reference(&self) -> Option<&InspectionKey> {
        let reference = || InspectionKey::reference(&self.goods.unique_consignment_reference);
        self.reference.get_or_init(reference).as_ref()
    }

    pub(super) fn documents(&self) -> &BTreeSet<InspectionKey> {
        self.documents.get_or_init(|| document_keys(&self.goods.transport_documents))
    }

    pub(super) fn containers(&self) -> &BTreeSet<&'g ContainerNumber> {
        self.containers.get_or_init(|| self.goods.containers.iter().collect())
    }
}

/// Compares goods with the certificate of a pre-inspection.
#[must_use]
pub fn compare(inspection: &KnownInspection, goods: &Consignment) -> Compared {
    compare_with(inspection, &Comparison::of(goods))
}

/// As [`compare`], for goods that are compared with several.
#[must_use]
pub fn compare_with(inspection: &KnownInspection, own: &Comparison<'_>) -> Compared {
    let (stated, goods) = (&*inspection.stated, own.goods);
    let mut findings = Findings { stated, found: Vec::new() };
    let mut doubt = None;
    let exporter = exporter_in(stated, own);
    let further = stated.reuse.iter().flat_map(|terms| &terms.exporters);
    let wants = || listed([&stated.exporter.party].into_iter().chain(further).map(told_party));
    findings.note(Part::Exporter, &exporter, wants, || told_party(&goods.exporter));
    // Whoever leaves it out is not the one that is meant. Nothing but its exporter holds a reusable certificate: that must be known to
    // agree, in whichever script.
    let is_other = match exporter {
        Compares::Not(Agreement::NotComparable) => inspection.reusable,
        Compares::Not(_) => true,
        Compares::Agrees | Compares::NotAsked => false,
    };
    if is_other {
        doubt = Some(Doubt::OtherExporter);
    }
    let claim = if inspection.reusable {
        let product = product_in(stated, goods);
        findings.note(Part::Product, &product, || told_products(stated), || listed(own_products(goods)));
        // Whoever leaves out which product of the heading it is could lend the certificate to any.
        if matches!(product, Compares::Not(_)) {
            doubt = doubt.or(Some(Doubt::OtherGoods));
        }
        reused(stated, goods, &mut findings, &mut doubt)
    } else {
        if !is_this_consignment(stated, own, &mut findings) {
            doubt = doubt.or(Some(Doubt::OtherConsignment));
        }
        // Where the goods travel tells which they are; that their heading was not compared is said.
        if heading_of(goods).is_none() && !stated.items.iter().any(|item| shares_a_number(item, goods)) {
            let product = Compares::Not(Agreement::NotStated);
            findings.note(Part::Product, &product, || told_products(stated), String::new);
        }
        of_items(stated, goods, &mut findings, &mut doubt)
    };
    Compared { doubt, findings: findings.found, claim }
}

/// The findings, without what parties are not shown.
struct Findings<'a> {
    stated: &'a Stated,
    found: Vec<CertificateFinding>,
}

impl Findings<'_> {
    fn note(
        &mut self,
        part: Part,
        compares: &Compares,
        wants: impl FnOnce() -> String,
        got: impl FnOnce() -> String,
    ) {
        let Compares::Not(agreement) = *compares else { return };
        let wants = if self.stated.withheld.contains(&part) { NOT_SHOWN.to_owned() } else { wants() };
        let got = if agreement == Agreement::NotStated { String::new() } else { got() };
        self.found.push(CertificateFinding { part, agreement, wants, got });
    }
}

/// Whether the goods are of the one consignment that a certificate describes.
fn is_this_consignment(stated: &Stated, own: &Comparison<'_>, findings: &mut Findings<'_>) -> bool {
    let goods = own.goods;
    let reference = match (InspectionKey::reference(&stated.unique_consignment_reference), own.reference()) {
        (None, _) => Compares::NotAsked,
        (Some(_), None) => Compares::Not(Agreement::NotStated),
        (Some(one), Some(other)) => agreed(one == *other),
    };
    findings.note(
        Part::ConsignmentReference,
        &reference,
        || stated.unique_consignment_reference.to_string(),
        || goods.unique_consignment_reference.clone(),
    );
    let (one, other) = (document_keys(&stated.transport_documents), own.documents());
    let document = compared(&one, other, |one, other| !one.is_disjoint(other));
    findings.note(
        Part::TransportDocument,
        &document,
        || listed(stated.transport_documents.iter().map(String::as_str)),
        || listed(goods.transport_documents.iter().map(String::as_str)),
    );
    let (one, other): (BTreeSet<&ContainerNumber>, _) =
        (stated.containers.iter().collect(), own.containers());
    let container = compared(&one, other, |one, other| other.is_subset(one));
    findings.note(
        Part::Container,
        &container,
        || listed(one.iter().map(|one| one.as_str())),
        || listed(other.difference(&one).map(|one| one.as_str())),
    );
    let all = [reference, document, container];
    let is_asked = all.iter().any(|one| *one != Compares::NotAsked);
    let agrees = all.contains(&Compares::Agrees);
    let differs = all.contains(&Compares::Not(Agreement::Differs));
    !differs && (agrees || !is_asked)
}

/// What goods use of the items of a certificate for a single consignment. Where these are counted, goods that cannot be counted with
/// them are not covered.
fn of_items(
    stated: &Stated,
    goods: &Consignment,
    findings: &mut Findings<'_>,
    doubt: &mut Option<Doubt>,
) -> Claim {
    let items = items_of(stated, goods);
    let amount = goods.amount();
    let counted = items
        .iter()
        .filter_map(|(place, item)| Some((*place, Amount::of(item.quantity?, &item.quantity_unit)?)));
    let is_counted_by_items = counted.clone().next().is_some();
    let covered: Vec<(u32, Amount)> =
        counted.filter(|(_, covers)| amount.is_none_or(|amount| amount.unit == covers.unit)).collect();
    let states_any = items.iter().any(|(_, item)| item.quantity.is_some());
    let compares = match (goods.quantity, amount) {
        _ if !states_any => Compares::NotAsked,
        (None, _) => Compares::Not(Agreement::NotStated),
        (Some(_), Some(_)) if !covered.is_empty() => Compares::Agrees,
        (Some(_), _) => Compares::Not(Agreement::NotComparable),
    };
    let wants = || {
        let stated = items.iter().filter_map(|(_, item)| Some((item.quantity?, &item.quantity_unit)));
        stated.map(|(quantity, unit)| told_quantity(quantity, unit)).collect::<Vec<_>>().join(", ")
    };
    findings.note(Part::Quantity, &compares, wants, || told_own_quantity(goods));
    let is_counted = compares == Compares::Agrees;
    if is_counted_by_items && !is_counted {
        *doubt = doubt.or(Some(Doubt::OtherQuantity));
    }
    Claim {
        amount: amount.filter(|_| is_counted),
        from: match is_counted {
            true => covered.into_iter().map(|(place, covers)| (place, covers.thousandths)).collect(),
            false => Vec::new(),
        },
        per_consignment: None,
        single: true,
    }
}

/// What goods use of a reusable certificate, by its terms.
fn reused(
    stated: &Stated,
    goods: &Consignment,
    findings: &mut Findings<'_>,
    doubt: &mut Option<Doubt>,
) -> Claim {
    let free = Claim { amount: None, from: Vec::new(), per_consignment: None, single: false };
    let Some(terms) = &stated.reuse else { return free };
    let limit = |quantity: Option<f64>| Amount::of(quantity?, &terms.quantity_unit);
    let (total, each) = (limit(terms.total_quantity), limit(terms.quantity_per_consignment));
    let is_next_to_nothing = total.is_none() && terms.total_quantity.is_some()
        || each.is_none() && terms.quantity_per_consignment.is_some();
    // Of certificates of before, which may state such a limit: it lets nothing pass.
    if is_next_to_nothing {
        *doubt = doubt.or(Some(Doubt::OtherQuantity));
        return free;
    }
    let Some(limit) = each.or(total) else { return free };
    let amount = goods.amount();
    let compares = match (goods.quantity, amount) {
        (None, _) => Compares::Not(Agreement::NotStated),
        (Some(_), Some(amount)) if amount.unit == limit.unit => Compares::Agrees,
        (Some(_), _) => Compares::Not(Agreement::NotComparable),
    };
    findings.note(Part::Quantity, &compares, || format!("at most {limit}"), || told_own_quantity(goods));
    if compares != Compares::Agrees {
        *doubt = doubt.or(Some(Doubt::OtherQuantity));
        return free;
    }
    Claim {
        amount,
        from: total.map(|total| (0, total.thousandths)).into_iter().collect(),
        per_consignment: each.map(|each| each.thousandths),
        single: false,
    }
}

/// The items that goods may be: those of their heading, and of these the ones that share a GTIN, model or lot with them, if
/// there are any.
fn items_of<'a>(stated: &'a Stated, goods: &Consignment) -> Vec<(u32, &'a StatedItem)> {
    let heading = heading_of(goods);
    let of_heading = |item: &StatedItem| heading.is_none() || item.heading == heading;
    let items: Vec<_> = (0..).zip(&stated.items).filter(|(_, item)| of_heading(item)).collect();
    let named: Vec<_> = items.iter().copied().filter(|(_, item)| shares_a_number(item, goods)).collect();
    if named.is_empty() { items } else { named }
}

fn shares_a_number(item: &StatedItem, goods: &Consignment) -> bool {
    item.gtins.iter().any(|gtin| goods.gtins.contains(gtin))
        || share_a_number(&item.models, &goods.models)
        || share_a_number(&item.lots, &goods.lots)
}

fn heading_of(goods: &Consignment) -> Option<Heading> {
    goods.commodity_code.as_ref().and_then(Heading::of)
}

/// Whether goods are of the products of a reusable certificate: by GTIN where both state some, else by model, else by nothing but
/// their heading. All that the goods list must be among these: one more, and the certificate would be lent to it.
fn product_in(stated: &Stated, goods: &Consignment) -> Compares {
    let items = || stated.items.iter();
    if !goods.gtins.is_empty() && items().any(|item| !item.gtins.is_empty()) {
        return agreed(goods.gtins.iter().all(|gtin| items().any(|item| item.gtins.contains(gtin))));
    }
    let models: Vec<&[String]> = goods.models.chunks(1).filter(|model| names_a_number(model)).collect();
    if !models.is_empty() && items().any(|item| !item.models.is_empty()) {
        return agreed(models.iter().all(|model| items().any(|item| share_a_number(&item.models, model))));
    }
    let is_named = items().any(|item| !item.gtins.is_empty() || !item.models.is_empty());
    match is_named || heading_of(goods).is_none() {
        true => Compares::Not(Agreement::NotStated),
        false => Compares::NotAsked,
    }
}

pub(super) fn document_keys(documents: &[String]) -> BTreeSet<InspectionKey> {
    documents.iter().filter_map(|one| InspectionKey::transport_document(one)).collect()
}

/// Whether the exporter of goods may use a certificate.
fn exporter_in(stated: &Stated, own: &Comparison<'_>) -> Compares {
    let exporter = &*stated.exporter;
    let own_name = || Cow::from(own.exporter());
    let named = || same_by(&exporter.party, &own.goods.exporter, || exporter.compared_as().into(), own_name);
    let Some(terms) = &stated.reuse else { return named() };
    if terms.any_exporter {
        return Compares::NotAsked;
    }
    let further = terms.exporters.iter();
    let further =
        further.map(|one| same_by(one, &own.goods.exporter, || company_name(&one.name).into(), own_name));
    let compares: Vec<Compares> = [named()].into_iter().chain(further).collect();
    // Whoever cannot be compared may be the one that is meant.
    let order = [
        Compares::Agrees,
        Compares::Not(Agreement::NotComparable),
        Compares::Not(Agreement::NotStated),
        Compares::Not(Agreement::Differs),
    ];
    order.into_iter().find(|one| compares.contains(one)).unwrap_or(Compares::NotAsked)
}

fn agreed(agree: bool) -> Compares {
    if agree { Compares::Agrees } else { Compares::Not(Agreement::Differs) }
}

/// Compares what a certificate lists with what goods list.
fn compared<T>(
    one: &BTreeSet<T>,
    other: &BTreeSet<T>,
    agree: impl Fn(&BTreeSet<T>, &BTreeSet<T>) -> bool,
) -> Compares {
    match (one.is_empty(), other.is_empty()) {
        (true, _) => Compares::NotAsked,
        (false, true) => Compares::Not(Agreement::NotStated),
        (false, false) => agreed(agree(one, other)),
    }
}

/// Whether any of these models or lots is a number at all.
fn names_a_number(all: &[String]) -> bool {
    all.iter().any(|number| InspectionKey::reference(number).is_some())
}

/// Whether two lists of models or lots have one in common, however it is written.
pub(super) fn share_a_number(one: &[String], other: &[String]) -> bool {
    let same = |one: &String, other: &String| {
        let (one, other) = (InspectionKey::reference(one), InspectionKey::reference(other));
        one.is_some() && one == other
    };
    one.iter().any(|number| other.iter().any(|own| same(number, own)))
}

fn told_own_quantity(goods: &Consignment) -> String {
    goods.quantity.map(|quantity| told_quantity(quantity, &goods.quantity_unit)).unwrap_or_default()
}

fn told_quantity(quantity: f64, unit: &str) -> String {
    match Amount::of(quantity, unit) {
        Some(amount) => amount.to_string(),
        None => format!("{quantity} {unit}").trim_end().to_owned(),
    }
}

/// A party by its name, or by an identifier where it has none.
fn told_party(party: &Party) -> String {
    let id = || party.credit_code.as_ref().map(ToString::to_string);
    let eori = || party.eori.as_ref().map(ToString::to_string);
    let name = Some(party.name.clone()).filter(|name| !name.is_empty());
    name.or_else(id).or_else(eori).unwrap_or_else(|| party.external_id.clone())
}

/// The products of a certificate: its GTINs and models, or the headings where it names neither.
fn told_products(stated: &Stated) -> String {
    let items = || stated.items.iter();
    let gtins = items().flat_map(|item| item.gtins.iter().map(ToString::to_string));
    let named = listed(gtins.chain(items().flat_map(|item| item.models.iter().cloned())));
    if !named.is_empty() {
        return named;
    }
    let headings: BTreeSet<Heading> = items().filter_map(|item| item.heading).collect();
    listed(headings.iter().map(Heading::as_str))
}

fn own_products(goods: &Consignment) -> impl Iterator<Item = String> {
    goods.gtins.iter().map(ToString::to_string).chain(goods.models.iter().cloned())
}

/// A list as one text, cut where it is too long.
fn listed(all: impl Iterator<Item = impl AsRef<str>>) -> String {
    let mut text = String::new();
    for one in all {
        if text.len() + one.as_ref().len() > LONGEST {
            text.push('…');
            break;
        }
        let comma = if text.is_empty() { "" } else { ", " };
        text.push_str(comma);
        text.push_str(one.as_ref());
    }
    text
}
