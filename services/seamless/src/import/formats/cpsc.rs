//! `cpsc-json`: the answer of the CPSC recall API, an array of recalls. Its mapping is described in
//! `services/seamless/IMPORT.md`.

use std::io::BufRead;

use seamless_identifiers::{Barcodes, CountryCode};
use seamless_proto::seamless::notifications::v1::{
    ForeignAlert, Measure, MeasureAction, MeasureObligation, NotificationType, OperatorRole, ProductCategory,
    Remedy, RemedyKind, RiskLevel,
};
use serde_json::Value;

use super::cpsc_companies::{company, says_online, seller};
use super::cpsc_recall::Recall;
use crate::import::alert::draft::{Draft, append, civil_date, english, excerpt, is_web_address, refused};
use crate::import::alert::text::{hold, one_line, words};
use crate::import::alert::{categories, models, models_in_prose, risks, units};
use crate::import::messages::plain_json::unsound;
use crate::import::records::bounded::{Taken, raw_text};
use crate::import::records::json_array::JsonArray;
use crate::import::records::seems::{self, Kind};
use crate::import::{ReadError, Row, RowError};

/// The system's name in `general.source`.
const SOURCE: &str = "cpsc-recalls";
/// Systems of other authorities, by the end of their host, with the part of the query that is the record's number.
const SYSTEMS: [(&str, &str, &str); 6] = [
    ("recalls-rappels.canada.ca", "health-canada", ""),
    ("healthycanadians.gc.ca", "health-canada", ""),
    ("hc-sc.gc.ca", "health-canada", ""),
    ("tc.gc.ca", "transport-canada", "rn"),
    ("alertas.gob.mx", "mexico-alertas", "alerta"),
    ("profeco.gob.mx", "profeco", ""),
];
/// The words of the agency for remedies.
const REMEDIES: [(&str, RemedyKind); 8] = [
    ("refund", RemedyKind::Refund),
    ("replace", RemedyKind::Replacement),
    ("replacement", RemedyKind::Replacement),
    ("repair", RemedyKind::Repair),
    ("dispose", RemedyKind::Disposal),
    ("new instructions", RemedyKind::NewInstructions),
    ("label", RemedyKind::Label),
    ("labels", RemedyKind::Label),
];
/// Labels of the sellers that say nothing more than that they sold, and where.
const SOLD_AT: [&str; 4] = ["Sold At", "Sold Online At", "Sold Exclusively At", "Sold Exclusively Online"];
/// The most models of a product.
const MOST_MODELS: usize = 100;
/// The longest product name, in characters.
const LONGEST_NAME: usize = 500;

/// The recalls of a file.
pub struct Rows {
    array: JsonArray,
}

impl Rows {
    /// Reads the beginning of the array.
    ///
    /// # Errors
    /// Anything but an array.
    pub fn open(mut reader: Box<dyn BufRead + Send>) -> Result<Self, ReadError> {
        seems::expect(&mut reader, &[Kind::JsonArray], "a JSON array of recalls")?;
        Ok(Self { array: JsonArray::open(reader, "recalls")? })
    }
}

impl Iterator for Rows {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut element = Vec::new();
        let taken = match self.array.next(&mut element) {
            Ok(taken) => taken,
            Err(error) => return Some(Err(error)),
        };
        let place = format!("record {}", self.array.count());
        let raw = raw_text(&element);
        let refuse =
            |why: String| Some(Ok(refused(place.clone(), RowError::new("record", why), raw.clone())));
        if taken == Taken::End {
            return None;
        }
        if taken == Taken::TooLong {
            return refuse("is longer than 1 MiB".to_owned());
        }
        match serde_json::from_slice(&element) {
            Ok(Value::Object(recall)) => {
                let recall = Recall::new(recall);
                let place = match recall.text("RecallID") {
                    id if id.is_empty() => place,
                    id => format!("{place} (RecallID {id})"),
                };
                Some(Ok(read(&recall).finish(place, raw)))
            }
            Ok(_) => refuse("is no object".to_owned()),
            Err(error) => refuse(unsound(&error)),
        }
    }
}

fn read(recall: &Recall) -> Draft {
    let mut draft = Draft::default();
    general(&mut draft, recall);
    product(&mut draft, recall);
    sale(&mut draft, recall);
    traceability(&mut draft, recall);
    risk(&mut draft, recall);
    measure(&mut draft, recall);
    joint_alerts(&mut draft, recall);
    for (path, text) in recall.unread() {
        draft.unread(&path, &text);
    }
    draft
}

/// Recalls that other authorities published together with this one: the system by the address of its page.
fn joint_alerts(draft: &mut Draft, recall: &Recall) {
    for url in recall.list("Inconjunctions", "URL") {
        if !is_web_address(&url) {
            draft.remark("Inconjunctions", format!("is no http or https address: {}", excerpt(&url)));
            continue;
        }
        let host =
            url.split("://").nth(1).unwrap_or_default().split(['/', ':', '?']).next().unwrap_or_default();
        let host = host.to_ascii_lowercase();
        let known = SYSTEMS.iter().find(|(end, ..)| host.ends_with(end));
        let (system, number) = match known {
            Some((_, system, number)) => ((*system).to_owned(), *number),
            None => (host.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"), ""),
        };
        let query = url.split_once('?').map_or("", |(_, query)| query).split('&');
        let numbers = query.filter_map(|pair| pair.split_once('='));
        let reference = numbers.filter(|(name, _)| *name == number).map(|(_, value)| value.to_owned()).next();
        let alert = ForeignAlert {
            system: system.chars().take(40).collect(),
            reference: reference.unwrap_or_default(),
            url,
        };
        if !draft.general.joint_alerts.contains(&alert) {
            draft.general.joint_alerts.push(alert);
        }
    }
}

fn general(draft: &mut Draft, recall: &Recall) {
    let (number, id) = (recall.text("RecallNumber"), recall.text("RecallID"));
    draft.general.source = SOURCE.to_owned();
    draft.general.source_reference = if number.is_empty() { id.clone() } else { key(&number) };
    if draft.general.source_reference.is_empty() {
        draft.error("RecallNumber", "is missing, and RecallID as well");
    } else if is_zero(&id) || is_zero(&number) {
        // The service answers so when it fails.
        let said = excerpt(&one_line(&recall.text("Title")));
        draft.error(
            "RecallID",
            format!("is 0, so this is no recall, but probably an error of the service: {said}"),
        );
    }
    if !number.is_empty() {
        draft.unread("RecallID", &id);
    }
    draft.general.reference = number;
    draft.general.notifying_country = "US".to_owned();
    draft.general.title = one_line(&recall.text("Title"));
    let date = recall.text("RecallDate");
    match civil_date(&date) {
        Some(known) => {
            draft.general.notification_date = Some(known);
            draft.general.publication_date = Some(known);
        }
        None => draft.remark("RecallDate", format!("is no date: {}", excerpt(&date))),
    }
    let last = recall.text("LastPublishDate");
    draft.general.last_publication_date = civil_date(&last);
    if draft.general.last_publication_date.is_none() && !last.is_empty() {
        draft.remark("LastPublishDate", format!("is no date: {}", excerpt(&last)));
    }
    draft.general.source_url = one_line(&recall.text("URL"));
}

/// A recall's number as a key: written 27-902 and 27902 alike.
fn key(number: &str) -> String {
    let is_number = number.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '-' | ' '));
    if is_number { number.replace(['-', ' '], "") } else { number.to_owned() }
}

fn is_zero(number: &str) -> bool {
    !number.is_empty() && number.chars().all(|letter| matches!(letter, '0' | '-' | ' '))
}

fn product(draft: &mut Draft, recall: &Recall) {
    let names = recall.list("Products", "Name");
    let mut description = recall.text("Description");
    let joined = names.join("; ");
    if joined.chars().count() <= LONGEST_NAME {
        draft.product.product_name = english(one_line(&joined));
    } else {
        // The first stands for all; all are told in the description.
        draft.product.product_name = names.first().map(|name| one_line(name)).and_then(english);
        append(&mut description, &format!("Products: {joined}"));
    }
    for more in recall.list("Products", "Description") {
        append(&mut description, &more);
    }
    draft.product.description = english(description);
    for model in recall.list("Products", "Model") {
        draft.models("Products.Model", models::split(&model));
    }
    let described = draft.product.description.iter().flat_map(|text| &text.versions);
    let mut named: Vec<String> = described.flat_map(|version| models_in_prose::find(&version.text)).collect();
    named.retain(|model| !draft.product.models.contains(model));
    let room = MOST_MODELS.saturating_sub(draft.product.models.len());
    if named.len() > room {
        named.truncate(room);
        draft.remark("Description", format!("names more than {MOST_MODELS} models; the first were taken"));
    }
    draft.models("Description", models::Models { models: named, ..Default::default() });
    for upc in recall.list("ProductUPCs", "UPC") {
        let mut codes = Barcodes::of_field(&upc);
        let rest = std::mem::take(&mut codes.rest);
        draft.barcodes("ProductUPCs", codes, &rest);
    }

    draft.product.category_note = one_line(&recall.list("Products", "Type").join("; "));
    let category =
        categories::by_name(&draft.product.category_note).or_else(|| categories::by_keywords(&joined));
    draft.product.set_category(category.unwrap_or(ProductCategory::Other));

    for [uri, caption] in recall.pairs("Images", ["URL", "Caption"]) {
        if uri.is_empty() {
            draft.unread("Images.Caption", &caption);
        } else {
            draft.picture(&uri, one_line(&caption));
        }
    }
    if draft.product.pictures.len() > 50 {
        let count = draft.product.pictures.len();
        draft.product.pictures.truncate(50);
        draft.remark(
            "Images",
            format!("has {count} pictures; the first 50 were taken, all are on the recall's page"),
        );
    }
}

/// How many were sold, where, and whether online.
fn sale(draft: &mut Draft, recall: &Recall) {
    let units = recall.list("Products", "NumberOfUnits");
    match units.as_slice() {
        [] => {}
        [told] => {
            draft.product.units = units::read(told, "US");
            if draft.product.units.is_empty() {
                draft.remark("NumberOfUnits", format!("tells no number of items: {}", excerpt(told)));
            }
        }
        // Whether each product has so many, or all together, is not said.
        several => {
            let told = several.join("; ");
            draft.remark("NumberOfUnits", format!("is told for several products: {}", excerpt(&told)));
        }
    }
    let mut covered = units.join("; ");
    let sellers = recall.list("Retailers", "Name");
    for sentence in &sellers {
        append(&mut covered, &format!("Sold at: {}", one_line(sentence)));
        draft.traceability.operators.extend(seller(sentence));
    }
    append(&mut covered, &std::mem::take(&mut draft.product.items_covered));
    draft.product.items_covered = covered;
    let label = recall.text("SoldAtLabel");
    if !SOLD_AT.iter().any(|known| known.eq_ignore_ascii_case(label.trim_end_matches(':'))) {
        draft.unread("SoldAtLabel", &label);
    }
    if says_online(&label) || sellers.iter().any(|seller| says_online(seller)) {
        draft.online.sold_online = Some(true);
    }
    draft.traceability.destinations.push("US".to_owned());
    for (words, country) in [("in Canada", "CA"), ("in Mexico", "MX")] {
        if units.iter().any(|units| units.contains(words)) {
            draft.traceability.destinations.push(country.to_owned());
        }
    }
}

fn traceability(draft: &mut Draft, recall: &Recall) {
    let countries = recall.list("ManufacturerCountries", "Country");
    let (known, unknown): (Vec<_>, Vec<_>) =
        countries.iter().partition(|name| CountryCode::from_name(name).is_some());
    known.iter().filter_map(|name| CountryCode::from_name(name)).for_each(|one| draft.made_in(one));
    let unknown = unknown.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    if known.is_empty() {
        draft.origin("ManufacturerCountries", &unknown);
    } else if !unknown.is_empty() {
        draft.remark("ManufacturerCountries", format!("names no country: {}", excerpt(&unknown)));
        draft.traceability.origin_note = format!("also: {unknown}");
    }
    for (list, role) in [
        ("Manufacturers", OperatorRole::Manufacturer),
        ("Importers", OperatorRole::Importer),
        ("Distributors", OperatorRole::Distributor),
    ] {
        for text in recall.list(list, "Name") {
            let operator = company(role, &text);
            if operator.country.is_empty() {
                draft.remark(list, format!("does not tell the country: {}", excerpt(&text)));
            }
            draft.traceability.operators.push(operator);
        }
    }
}

fn risk(draft: &mut Draft, recall: &Recall) {
    let hazard = recall.list("Hazards", "Name").join("\n");
    draft.risk.types = risks::by_keywords(&hazard);
    if draft.risk.types.is_empty() {
        // The headline names the hazard where the text only describes it.
        draft.risk.types = risks::by_keywords(&draft.general.title);
    }
    if draft.risk.types.is_empty() {
        draft.remark("Hazards", format!("names no risk type: {}", excerpt(&hazard)));
    }
    let said = words(&format!("{hazard}\n{}", draft.general.title));
    if ["serious*", "death", "fatal*", "die"].iter().any(|word| hold(&said, word)) {
        draft.general.set_type(NotificationType::SeriousRisk);
        draft.risk.set_level(RiskLevel::Serious);
    } else {
        draft.general.set_type(NotificationType::OtherRisk);
    }
    draft.risk.description = english(hazard);
    draft.risk.incidents = recall.list("Injuries", "Name").join("\n");
    if draft.risk.incidents.trim_end_matches('.').eq_ignore_ascii_case("none reported") {
        draft.risk.injury_count = Some(0);
    }
}

/// A recall of the CPSC is the firm's own, agreed with the agency.
fn measure(draft: &mut Draft, recall: &Recall) {
    let mut told = recall.list("Remedies", "Name").join("\n");
    let options = recall.list("RemedyOptions", "Option");
    if !options.is_empty() {
        append(&mut told, &format!("Remedy: {}", options.join(", ")));
    }
    let contact = recall.text("ConsumerContact");
    if !contact.is_empty() {
        append(&mut told, &format!("Contact: {contact}"));
    }
    let mut measure = Measure {
        effective_date: draft.general.notification_date,
        description: english(told),
        consumer_url: draft.general.source_url.clone(),
        remedies: remedies(&options),
        ..Default::default()
    };
    measure.set_action(MeasureAction::RecallFromEndUsers);
    measure.set_obligation(MeasureObligation::Voluntary);
    draft.measures.push(measure);
}

/// What the agency lists, each kind once; what it lists beyond the kinds stays in its words.
fn remedies(options: &[String]) -> Vec<Remedy> {
    let mut found: Vec<Remedy> = Vec::new();
    for option in options {
        let said = words(option);
        let known = REMEDIES.iter().find(|(word, _)| *word == said.trim()).map(|(_, kind)| *kind);
        let kind = known.unwrap_or(RemedyKind::Other);
        let note = if known.is_none() { english(one_line(option)) } else { None };
        let remedy = Remedy { kind: kind.into(), note };
        if !found.contains(&remedy) {
            found.push(remedy);
        }
    }
    found
}
