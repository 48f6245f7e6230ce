//! What names a notification, everywhere.

use uuid::Uuid;

/// The key of a notification: a UUID version 7, so that keys sort by the time of creation.
pub type NotificationId = Uuid;

/// `notifications/{id}`.
#[must_use]
pub fn notification_name(id: NotificationId) -> String {
    format!("notifications/{id}")
}

/// The fewest digits of an id that are looked for.
const FEWEST_DIGITS: usize = 4;

/// The first and the last id that begin with these digits; hyphens may stand between them. None where they are fewer than
/// 4, more than an id has, or no hexadecimal digits.
#[must_use]
pub fn ids_beginning(prefix: &str) -> Option<(NotificationId, NotificationId)> {
    let digits: String = prefix.chars().filter(|letter| *letter != '-').collect();
    let is_prefix = (FEWEST_DIGITS..=32).contains(&digits.len())
        && digits.bytes().all(|letter| letter.is_ascii_hexdigit());
    let filled = |with: &str| {
        let rest = 32_usize.checked_sub(digits.len())?;
        Uuid::parse_str(&format!("{digits}{}", with.repeat(rest))).ok()
    };
    if is_prefix { filled("0").zip(filled("f")) } else { None }
}
