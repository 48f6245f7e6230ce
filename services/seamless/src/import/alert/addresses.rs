//! Addresses in an alert, whatever format it came in: mended where that is certain, left out with a remark where not.

use seamless_identifiers::mended_web_address;
use seamless_proto::seamless::notifications::v1::Notification;

use crate::import::RowError;

/// Mends every address of a notification, and tells what it changed or left out. What cannot stand without its address, a
/// picture or an offer, goes with it.
pub fn mend(notification: &mut Notification) -> Vec<RowError> {
    let mut remarks = Vec::new();
    let mut mend = |field: &str, address: &mut String| {
        if address.is_empty() {
            return;
        }
        match mended_web_address(address) {
            Ok((mended, had_user)) => {
                if had_user {
                    remarks.push(RowError::new(field, "had a user and a password, which were taken out"));
                }
                *address = mended;
            }
            Err(wrong) => {
                remarks.push(RowError::new(field, format!("was left out: {wrong}")));
                address.clear();
            }
        }
    };
    if let Some(general) = &mut notification.general {
        mend("general.source_url", &mut general.source_url);
        if let Some(foreign) = general.follow_up_to.as_mut().and_then(|to| to.foreign_alert.as_mut()) {
            mend("general.follow_up_to.foreign_alert.url", &mut foreign.url);
        }
        let joint = &mut general.joint_alerts;
        joint.iter_mut().for_each(|alert| mend("general.joint_alerts.url", &mut alert.url));
        joint.retain(|alert| !alert.url.is_empty() || !alert.reference.is_empty());
    }
    if let Some(product) = &mut notification.product {
        product.pictures.iter_mut().for_each(|picture| mend("product.pictures.uri", &mut picture.uri));
        product.pictures.retain(|picture| !picture.uri.is_empty());
    }
    if let Some(online) = &mut notification.online {
        online.listings.iter_mut().for_each(|listing| mend("online.listings.url", &mut listing.url));
        online.listings.retain(|listing| !listing.url.is_empty());
    }
    for measure in &mut notification.measures {
        mend("measures.consumer_url", &mut measure.consumer_url);
    }
    remarks
}
