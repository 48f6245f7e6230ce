//! Ranks companies that may have made a product by what they share with it in earlier alerts and traces.
//!
//! Invariant: a suggestion is made only of what was put in, and what was put in is what the reader is shown; more in common
//! never makes a score lower.

use super::{
    company_name::{CompanyName, overlap, significant_words},
    model::{EconomicOperator, NotificationId, SuggestionReasonKind},
    operators::Leads,
};

/// The most reasons of a suggestion.
pub const MAX_REASONS: usize = 10;
/// Names less alike than this say nothing.
const ALIKE: f64 = 0.5;
/// Addresses with less in common than this say nothing.
const SHARED_ADDRESS: f64 = 0.3;

/// A company that may have made the product.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// As a trace confirmed it, or else as it was named last.
    pub operator: EconomicOperator,
    /// 1 to 100.
    pub score: u8,
    /// The strongest first.
    pub reasons: Vec<SuggestionReason>,
}

/// Something that speaks for a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuggestionReason {
    pub kind: SuggestionReasonKind,
    /// The earlier notification that tells it.
    pub notification: NotificationId,
}

/// A company that was met before.
#[derive(Clone, Debug)]
pub struct Met {
    pub operator: EconomicOperator,
    pub notification: NotificationId,
    /// True if a trace confirmed that it made that product.
    pub confirmed: bool,
}

/// Companies that were met before, one entry for each company.
pub struct Suggestions<'a> {
    wanted: &'a Leads,
    companies: Vec<Company>,
}

struct Company {
    operator: EconomicOperator,
    notification: NotificationId,
    confirmed: bool,
    reasons: Vec<(f64, SuggestionReason)>,
}

impl<'a> Suggestions<'a> {
    /// None so far, for an alert with these leads.
    #[must_use]
    pub fn new(wanted: &'a Leads) -> Self {
        Self { wanted, companies: Vec::new() }
    }

    /// Takes in a company that was met in an alert; `leads` are what the reader is shown of that alert, if it is.
    pub fn add(&mut self, met: Met, leads: Option<&Leads>) {
        let reasons = self.weigh(&met, leads);
        if reasons.is_empty() {
            return;
        }
        let known = self.companies.iter_mut().find(|company| is_same(&company.operator, &met.operator));
        match known {
            Some(company) => {
                if (met.confirmed, met.notification) > (company.confirmed, company.notification) {
                    company.operator = met.operator;
                    company.confirmed = met.confirmed;
                    company.notification = met.notification;
                }
                for reason in reasons {
                    if !company.reasons.iter().any(|(_, known)| *known == reason.1) {
                        company.reasons.push(reason);
                    }
                }
            }
            None => self.companies.push(Company {
                operator: met.operator,
                notification: met.notification,
                confirmed: met.confirmed,
                reasons,
            }),
        }
    }

    /// The best, best first.
    #[must_use]
    pub fn best(self, most: usize) -> Vec<Suggestion> {
        let mut ranked: Vec<(String, Suggestion)> = self
            .companies
            .into_iter()
            .map(|company| {
                (CompanyName::parse(&company.operator.operator_name).cleaned(), company.suggestion())
            })
            .collect();
        ranked.sort_by(|(one_name, one), (other_name, other)| {
            other.score.cmp(&one.score).then_with(|| one_name.cmp(other_name))
        });
        ranked.truncate(most);
        ranked.into_iter().map(|(_, suggestion)| suggestion).collect()
    }

    /// What speaks for a company, each with its weight: how far it alone would convince, 0 to 1.
    fn weigh(&self, met: &Met, leads: Option<&Leads>) -> Vec<(f64, SuggestionReason)> {
        use SuggestionReasonKind as Kind;
        let mut reasons: Vec<(f64, Kind)> = Vec::new();
        let name = CompanyName::parse(&met.operator.operator_name);
        let codes = self.wanted.operators.iter().filter_map(|operator| operator.credit_code.as_ref());
        if met.operator.credit_code.as_ref().is_some_and(|code| codes.clone().any(|own| own == code)) {
            reasons.push((0.95, Kind::SameCreditCode));
        }
        let alike = self
            .wanted
            .operators
            .iter()
            .map(|operator| CompanyName::parse(&operator.operator_name).similarity(&name))
            .fold(0.0, f64::max);
        if alike >= 1.0 {
            reasons.push((0.7, Kind::SameName));
        } else if alike >= ALIKE {
            reasons.push((0.6 * alike, Kind::SimilarName));
        }
        if let Some(leads) = leads {
            if !leads.brand.is_empty() && leads.brand == self.wanted.brand {
                reasons.push((0.35, Kind::SameBrand));
            }
            if leads.gtin_prefixes.iter().any(|prefix| self.wanted.gtin_prefixes.contains(prefix)) {
                reasons.push((0.4, Kind::SameGtinPrefix));
            }
        }
        // Where it is, and that it made something before, speak for it only with something else.
        if !reasons.is_empty() {
            let address = significant_words(&met.operator.address);
            let shared = self
                .wanted
                .operators
                .iter()
                .map(|operator| overlap(&significant_words(&operator.address), &address))
                .fold(0.0, f64::max);
            if shared >= SHARED_ADDRESS {
                reasons.push((0.3 * shared, Kind::SimilarAddress));
            }
            if met.confirmed {
                reasons.push((0.3, Kind::ConfirmedEarlier));
            }
        }
        let notification = met.notification;
        reasons.into_iter().map(|(weight, kind)| (weight, SuggestionReason { kind, notification })).collect()
    }
}

impl Company {
    fn suggestion(mut self) -> Suggestion {
        self.reasons.sort_by(|(one, first), (other, second)| {
            other
                .total_cmp(one)
                .then_with(|| first.kind.cmp(&second.kind))
                .then_with(|| second.notification.cmp(&first.notification))
        });
        // Each kind counts once, with its strongest: ten alerts that name a company say the same ten times.
        let mut counted: Vec<SuggestionReasonKind> = Vec::new();
        let mut doubt = 1.0;
        for (weight, reason) in &self.reasons {
            if !counted.contains(&reason.kind) {
                counted.push(reason.kind);
                doubt *= 1.0 - weight;
            }
        }
        let percent = ((1.0 - doubt) * 100.0).round().clamp(1.0, 100.0);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it lies between 1 and 100"
        )]
        let score = percent as u8;
        let reasons = self.reasons.into_iter().map(|(_, reason)| reason).take(MAX_REASONS).collect();
        Suggestion { operator: self.operator, score, reasons }
    }
}

/// True if two records can only mean one company: the same credit code, or the same name unless both have codes.
#[must_use]
pub fn is_same(one: &EconomicOperator, other: &EconomicOperator) -> bool {
    match (&one.credit_code, &other.credit_code) {
        (Some(code), Some(other)) => code == other,
        _ => {
            let cleaned = CompanyName::parse(&one.operator_name).cleaned();
            !cleaned.is_empty() && cleaned == CompanyName::parse(&other.operator_name).cleaned()
        }
    }
}
