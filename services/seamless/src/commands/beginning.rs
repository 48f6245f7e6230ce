//! The whole name of what is called by a beginning of its id.

use crate::error::{Failure, REFUSED};

/// Those that a complaint names at most.
const NAMED: usize = 5;

/// A name, and what a person knows it by.
pub struct Known {
    pub name: String,
    pub title: String,
}

/// `collection/UUID` for that, for the UUID alone, or for a beginning of it that no other of `all` has.
///
/// # Errors
/// Usage where it could be several; refused where it is none.
pub async fn whole_name(
    collection: &str,
    given: &str,
    all: impl AsyncFnOnce() -> Result<Vec<Known>, Failure>,
) -> Result<String, Failure> {
    let prefix = format!("{collection}/");
    let wanted = given.trim().trim_start_matches(&prefix);
    if uuid::Uuid::try_parse(wanted).is_ok() {
        return Ok(format!("{prefix}{wanted}"));
    }
    let mut found = match wanted.is_empty() {
        true => Vec::new(),
        false => all().await?,
    };
    found.retain(|one| one.name.trim_start_matches(&prefix).starts_with(wanted));
    match found.as_slice() {
        [one] => Ok(one.name.clone()),
        [] => {
            let message =
                format!("{given} is the beginning of none of the {collection} that the authority may see");
            Err(Failure { exit: REFUSED, message })
        }
        several => {
            let mut message = format!("{given} could be several {collection}; say more of the id:");
            for one in several.iter().take(NAMED) {
                message.push_str(&format!("\n  {}  {}", one.name, one.title));
            }
            Err(Failure::usage(message))
        }
    }
}
