//! Identifiers of products, places, companies and authorities, parsed into types.
//!
//! Invariant: a value of a type of this crate is valid and in its canonical form, however it was made (`parse`, `FromStr`,
//! `TryFrom`, serde). `parse` of what `Display` writes gives the same value. No input makes `parse` panic.

mod authority;
mod barcodes;
mod commodity;
mod container;
mod country;
mod country_table;
mod credit_code;
mod error;
mod gtin;
mod gtins_within;
mod id;
mod language;
mod localized_text;
mod missing;
mod movement_reference;
mod operator;
mod partial_date;
mod plain_words;
mod text_form;
mod unlocode;
mod unseen;
mod violation;
mod web_address;

pub use authority::{ArrangementId, AuthorityId};
pub use barcodes::Barcodes;
pub use commodity::{CommodityCode, CommodityCodeKind};
pub use container::ContainerNumber;
pub use country::CountryCode;
pub use credit_code::UnifiedSocialCreditCode;
pub use error::IdentifierError;
pub use gtin::Gtin;
pub use gtins_within::gtins_within;
pub use id::InvalidId;
pub use language::LanguageTag;
pub use localized_text::{LanguageVersion, LocalizedText, TextState};
pub use missing::{identifies_nothing, says_everything, says_nothing};
pub use movement_reference::MovementReference;
pub use operator::{Eori, VatNumber};
pub use partial_date::PartialDate;
pub use plain_words::{json_fault, no_toml, toml_fault, toml_misfit, toml_wanted};
pub use unlocode::Unlocode;
pub use unseen::{Lines, Unseen, UnseenKind, unseen, visible};
pub use violation::Violation;
pub use web_address::{WrongAddress, check_web_address, mended_web_address};
