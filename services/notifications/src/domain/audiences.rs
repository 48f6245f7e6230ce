//! What the contract says of the fields of a notification, as far as the rules ask for it.

use seamless_disclosure::{Audience, View};

use super::{
    model::{Content, Notification},
    search::ShownText,
};

/// What the contract declares of a notification's fields: the audience of each, and so what a reader is shown.
pub trait FieldAudiences: Send + Sync {
    /// The audience of the field at `path` from the notification (`product.brand`), or `None` where there is no such
    /// field.
    fn audience(&self, path: &str) -> Option<Audience>;

    /// The paths of the fields without fields of their own that a content has set; all that the contract knows where
    /// none is given.
    fn leaves(&self, content: Option<&Content>) -> Vec<String>;

    /// The texts of a notification that the view shows, to search in: taken from what a reader with this view gets, so
    /// that they hold nothing else, whatever fields are added.
    fn shown_texts(&self, notification: &Notification, view: &View<'_>) -> Vec<ShownText>;
}
