//! The limits of the contract, checked before anything is sent, so that a text is refused with its field and never cut.

use seamless_proto::seamless::{notifications::v1 as wire, r#type::v1 as value};

use crate::import::RowError;

/// Every limit that the notification breaks, as the comments of the contract state them.
pub fn broken(notification: &wire::Notification) -> Vec<RowError> {
    let mut found = Found(Vec::new());
    if let Some(general) = &notification.general {
        found.text("general.reference", &general.reference, 100);
        found.text("general.source_reference", &general.source_reference, 200);
        found.text("general.source_url", &general.source_url, 2_000);
        found.text("general.title", &general.title, 500);
        found.localized("general.title_texts", general.title_texts.as_ref(), 500);
        found.count("general.joint_alerts", general.joint_alerts.len(), 20);
        let followed = general.follow_up_to.iter().filter_map(|followed| followed.foreign_alert.as_ref());
        for alert in general.joint_alerts.iter().chain(followed) {
            found.text("general.joint_alerts.reference", &alert.reference, 200);
            found.text("general.joint_alerts.url", &alert.url, 2_000);
        }
    }
    if let Some(product) = &notification.product {
        found.localized("product.product_name", product.product_name.as_ref(), 500);
        found.text("product.brand", &product.brand, 200);
        found.list("product.models", &product.models, 100, 200);
        found.list("product.batch_numbers", &product.batch_numbers, 100, 200);
        found.list("product.gtins", &product.gtins, 100, 14);
        found.list("product.unparsed_barcodes", &product.unparsed_barcodes, 100, 200);
        found.text("product.category_note", &product.category_note, 200);
        found.localized("product.description", product.description.as_ref(), 10_000);
        found.text("product.items_covered", &product.items_covered, 1_000);
        found.localized("product.items_covered_texts", product.items_covered_texts.as_ref(), 1_000);
        found.count("product.units", product.units.len(), 250);
        found.count("product.pictures", product.pictures.len(), 50);
        for picture in &product.pictures {
            found.text("product.pictures.uri", &picture.uri, 2_000);
            found.text("product.pictures.caption", &picture.caption, 500);
        }
    }
    if let Some(traceability) = &notification.traceability {
        found.text("traceability.origin_note", &traceability.origin_note, 200);
        let additional = &traceability.additional_countries_of_origin;
        found.count("traceability.additional_countries_of_origin", additional.len(), 20);
        found.count("traceability.operators", traceability.operators.len(), 50);
        for operator in &traceability.operators {
            found.text("traceability.operators.operator_name", &operator.operator_name, 300);
            found.text("traceability.operators.address", &operator.address, 1_000);
        }
    }
    if let Some(online) = &notification.online {
        found.count("online.listings", online.listings.len(), 200);
        for listing in &online.listings {
            found.text("online.listings.url", &listing.url, 2_000);
        }
    }
    if let Some(risk) = &notification.risk {
        found.text("risk.type_note", &risk.type_note, 500);
        found.localized("risk.description", risk.description.as_ref(), 10_000);
        found.list("risk.provisions_not_met", &risk.provisions_not_met, 100, 500);
        found.text("risk.incidents", &risk.incidents, 5_000);
        found.localized("risk.incidents_texts", risk.incidents_texts.as_ref(), 5_000);
    }
    found.count("measures", notification.measures.len(), 50);
    for measure in &notification.measures {
        found.text("measures.addressed_to", &measure.addressed_to, 300);
        found.localized("measures.description", measure.description.as_ref(), 5_000);
        found.text("measures.consumer_url", &measure.consumer_url, 2_000);
        found.count("measures.remedies", measure.remedies.len(), 20);
        for remedy in &measure.remedies {
            found.localized("measures.remedies.note", remedy.note.as_ref(), 500);
        }
    }
    found.text("internal_note", &notification.internal_note, 10_000);
    found.0
}

struct Found(Vec<RowError>);

impl Found {
    fn text(&mut self, field: &str, text: &str, longest: usize) {
        if text.len() > longest {
            let length = text.chars().count();
            if length > longest {
                let description = format!("would have {length} characters, at most {longest} are allowed");
                self.0.push(RowError::new(field, description));
            }
        }
    }

    fn localized(&mut self, field: &str, text: Option<&value::LocalizedText>, longest: usize) {
        for version in text.iter().flat_map(|text| &text.versions) {
            self.text(field, &version.text, longest);
        }
    }

    fn count(&mut self, field: &str, count: usize, most: usize) {
        if count > most {
            self.0
                .push(RowError::new(field, format!("would have {count} items, at most {most} are allowed")));
        }
    }

    fn list(&mut self, field: &str, texts: &[String], most: usize, longest: usize) {
        self.count(field, texts.len(), most);
        for text in texts {
            self.text(field, text, longest);
        }
    }
}
