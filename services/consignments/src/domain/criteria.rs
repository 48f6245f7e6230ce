//! Criteria that customs writes itself: which goods meet their conditions.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    model::{Consignment, CriterionHit, CriterionState, Lane, Operator},
    records::{Place, Record},
};

/// A criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    pub id: Uuid,
    pub authority: AuthorityId,
    pub title: String,
    pub conditions: Vec<Condition>,
    pub lane: Lane,
    /// Above 0, at most 1.
    pub apply_probability: f64,
    pub start: Timestamp,
    pub end: Timestamp,
    pub state: CriterionState,
    pub author: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<DryRun>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub revision: i64,
}

/// One condition on a field of the goods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    pub field: String,
    pub operator: Operator,
    /// Cleaned: lower case, without blanks at the ends.
    pub values: Vec<String>,
}

/// What a criterion would have done to past screenings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DryRun {
    pub start: Timestamp,
    pub end: Timestamp,
    pub screened: u64,
    pub hits: u64,
    pub lanes: Vec<(Lane, u64)>,
    pub examined: u64,
    pub found_unsafe: u64,
    pub run_time: Timestamp,
}

impl Record for Criterion {
    const KIND: &'static str = "criterion";
    type Place = Place;

    fn name(&self) -> String {
        format!("criteria/{}", self.id)
    }

    fn place(&self) -> Place {
        Place {
            owner: self.authority.clone(),
            party: None,
            arrangement: None,
            group: String::new(),
            state: self.state as i32,
            order: self.create_time.as_microsecond(),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Criterion {
    /// True while it is in force.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.state == CriterionState::Active && self.start <= now && now < self.end
    }

    /// True if the goods meet all its conditions.
    #[must_use]
    pub fn meets(&self, consignment: &Consignment) -> bool {
        self.conditions.iter().all(|condition| condition.meets(consignment))
    }

    /// The hit, if the goods meet it; whether it is applied is drawn later.
    #[must_use]
    pub fn hit(&self, consignment: &Consignment) -> Option<CriterionHit> {
        self.meets(consignment).then(|| CriterionHit {
            criterion: self.name(),
            lane: self.lane,
            probability: self.apply_probability,
            applied: false,
        })
    }
}

impl Condition {
    /// True if a value of the field meets it; a missing field meets nothing.
    #[must_use]
    pub fn meets(&self, consignment: &Consignment) -> bool {
        let found = values_of(consignment, &self.field).unwrap_or_default();
        if found.is_empty() {
            return false;
        }
        let texts = found.iter().map(|value| cleaned(value));
        let compares = |holds: fn(f64, f64) -> bool| {
            let limit = self.values.first().and_then(|value| value.parse::<f64>().ok());
            let numbers = found.iter().filter_map(|value| value.parse::<f64>().ok());
            limit.is_some_and(|limit| numbers.clone().any(|number| holds(number, limit)))
        };
        let any = |holds: fn(&str, &str) -> bool| {
            texts.clone().any(|text| self.values.iter().any(|value| holds(&text, value)))
        };
        match self.operator {
            Operator::In => any(|text, value| text == value),
            Operator::NotIn => !any(|text, value| text == value),
            Operator::StartsWith => any(|text, value| text.starts_with(value)),
            Operator::Contains => any(|text, value| text.contains(value)),
            Operator::LessThan => compares(|number, limit| number < limit),
            Operator::GreaterThan => compares(|number, limit| number > limit),
        }
    }
}

/// A text as it is compared: without regard to case and blanks at the ends.
#[must_use]
pub fn cleaned(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The fields that conditions may name, besides `features.{name}`.
pub const FIELDS: [&str; 39] = [
    "entry_point",
    "movement_reference_number",
    "unique_consignment_reference",
    "transport_documents",
    "containers",
    "certificates.inspection_body",
    "certificates.certificate_id",
    "port_of_loading",
    "country_of_origin",
    "country_of_dispatch",
    "commodity_code",
    "description",
    "brand",
    "models",
    "gtins",
    "lots",
    "quantity",
    "gross_mass_kg",
    "value_eur",
    "carrier",
    "listing_url",
    "parcel_id",
    "exporter.name",
    "exporter.country_code",
    "exporter.unified_social_credit_code",
    "exporter.external_id",
    "manufacturer.name",
    "manufacturer.country_code",
    "manufacturer.unified_social_credit_code",
    "manufacturer.external_id",
    "importer.name",
    "importer.country_code",
    "importer.eori",
    "importer.external_id",
    "seller.name",
    "seller.country_code",
    "seller.eori",
    "seller.external_id",
    "transport_mode",
];

/// The values that goods have in a field; none for a field that there is not.
#[must_use]
pub fn values_of(consignment: &Consignment, field: &str) -> Option<Vec<String>> {
    let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    fn shown<T: ToString>(value: Option<&T>) -> Vec<String> {
        value.map(ToString::to_string).into_iter().collect()
    }
    fn all<T: ToString>(values: &[T]) -> Vec<String> {
        values.iter().map(ToString::to_string).collect()
    }
    if let Some(name) = field.strip_prefix("features.") {
        return Some(shown(consignment.features.get(name)));
    }
    if let Some((who, what)) = field.split_once('.')
        && who != "certificates"
    {
        let party = match who {
            "exporter" => &consignment.exporter,
            "manufacturer" => &consignment.manufacturer,
            "importer" => &consignment.importer,
            "seller" => &consignment.seller,
            _ => return None,
        };
        return match what {
            "name" => Some(one(&party.name)),
            "country_code" => Some(shown(party.country.as_ref())),
            "unified_social_credit_code" => Some(shown(party.credit_code.as_ref())),
            "eori" => Some(shown(party.eori.as_ref())),
            "external_id" => Some(one(&party.external_id)),
            _ => None,
        };
    }
    Some(match field {
        "entry_point" => vec![consignment.entry_point.to_string()],
        "movement_reference_number" => one(&consignment.movement_reference_number),
        "unique_consignment_reference" => one(&consignment.unique_consignment_reference),
        "transport_documents" => consignment.transport_documents.clone(),
        "containers" => all(&consignment.containers),
        "certificates.inspection_body" => {
            consignment.certificates.iter().map(|one| one.body.to_string()).collect()
        }
        "certificates.certificate_id" => {
            consignment.certificates.iter().map(|one| one.certificate.clone()).collect()
        }
        "port_of_loading" => shown(consignment.port_of_loading.as_ref()),
        "country_of_origin" => shown(consignment.country_of_origin.as_ref()),
        "country_of_dispatch" => shown(consignment.country_of_dispatch.as_ref()),
        "commodity_code" => shown(consignment.commodity_code.as_ref()),
        "description" => one(&consignment.description),
        "brand" => one(&consignment.brand),
        "models" => consignment.models.clone(),
        "gtins" => all(&consignment.gtins),
        "lots" => consignment.lots.clone(),
        "quantity" => shown(consignment.quantity.as_ref()),
        "gross_mass_kg" => shown(consignment.gross_mass_kg.as_ref()),
        "value_eur" => shown(consignment.value_eur.as_ref()),
        "carrier" => one(&consignment.carrier),
        "listing_url" => one(&consignment.listing_url),
        "parcel_id" => one(&consignment.parcel_id),
        "transport_mode" => {
            consignment.transport_mode.map(|mode| <&str>::from(mode).to_owned()).into_iter().collect()
        }
        _ => return None,
    })
}
