//! What is known of a case by those who play it, and who may therefore see which of its texts.

use std::collections::{BTreeMap, BTreeSet};

use seamless_disclosure::Audience;
use seamless_proto::seamless::disclosure::v1::{Audience as Circle, FieldDisclosure};

use crate::disclosure::seen::{audiences, contract};

/// Who stands behind the Commission.
const BEHIND_THE_COMMISSION: [&str; 2] = ["nl-nvwa", "fr-dgccrf"];
/// The groups of fields that do not travel to whom.
const WITHHELD: [(&str, &str); 1] = [("us-cpsc", "measures")];

/// One notification, with what was done about it.
pub struct Case {
    pub number: u64,
    pub name: String,
    pub originator: &'static str,
    /// What the originator decided last.
    pub disclosures: Vec<FieldDisclosure>,
    /// Who has it.
    pub recipients: BTreeSet<&'static str>,
    /// How often it was sent to whom: again after a recipient was taken off.
    pub sendings: BTreeMap<&'static str, usize>,
    /// How many acts were allowed.
    pub done: usize,
}

impl Case {
    pub fn is_on_the_side(&self, reader: &str) -> bool {
        let is_behind = BEHIND_THE_COMMISSION.contains(&self.originator);
        reader == self.originator || (is_behind && reader == "eu-just")
    }

    /// Whether the reader may see the text that stands in the field at `path`. Texts of an authority's own stand under
    /// its id: `cn-gacc:internal_note`; texts between both sides of one transmission under `~` and the recipient's id.
    pub fn shows(&self, reader: &str, path: &str) -> bool {
        if let Some((owner, _)) = path.split_once(':') {
            return match owner.strip_prefix('~') {
                None => owner == reader,
                Some(recipient) => {
                    self.is_on_the_side(reader) || (recipient == reader && self.recipients.contains(reader))
                }
            };
        }
        if self.is_on_the_side(reader) {
            return true;
        }
        let group = path.split('.').next().unwrap_or(path);
        self.recipients.contains(reader)
            && !WITHHELD.contains(&(reader, group))
            && self.audience(path) <= Audience::Recipients
    }

    /// The audience of the field: what the originator decided for the longest path that holds it, else the contract's.
    fn audience(&self, path: &str) -> Audience {
        let holds = |decided: &&FieldDisclosure| {
            path == decided.path
                || path.strip_prefix(decided.path.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        let decided = self.disclosures.iter().filter(holds).max_by_key(|decided| decided.path.len());
        match decided.map(FieldDisclosure::audience) {
            Some(Circle::Public) => Audience::Public,
            Some(Circle::Parties) => Audience::Parties,
            Some(Circle::Recipients) => Audience::Recipients,
            Some(_) => Audience::Originator,
            None => by_the_contract(path),
        }
    }
}

/// The audience that the contract declares for the field, or for the value that holds it.
fn by_the_contract(path: &str) -> Audience {
    let mut holder = path;
    loop {
        match (declared().get(holder), holder.rsplit_once('.')) {
            (Some(audience), _) => return *audience,
            (None, Some((above, _))) => holder = above,
            (None, None) => panic!("the contract has no field {path}"),
        }
    }
}

/// The audiences of a notification's fields by the contract.
fn declared() -> &'static BTreeMap<String, Audience> {
    static DECLARED: std::sync::LazyLock<BTreeMap<String, Audience>> =
        std::sync::LazyLock::new(|| audiences(&contract("seamless.notifications.v1.Notification")));
    &DECLARED
}
