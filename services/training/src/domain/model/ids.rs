//! Ids that people choose: short, and the same for good.

use seamless_identifiers::id;

id! {
    /// A session within its activity: `day-1`.
    SessionId, 1..=40
}
id! {
    /// A question of a form, or a choice of one.
    FormKey, 1..=40
}
id! {
    /// A product area: `toys`.
    ProductAreaId, 2..=40
}
