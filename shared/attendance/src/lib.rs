//! Reads what meeting platforms export of who was there, and merges it into presence.
//!
//! [`Mapping::read`] makes sightings of the bytes of one file; [`merge`] makes presence of the sightings of all files. Pure:
//! bytes in, rows and questions out.
//!
//! Invariants: presence is the union of a person's intervals, never a sum of printed minutes, so neither two devices, nor
//! the same file twice, nor the order of files or rows changes it. What can be read in two ways, and who cannot be told
//! apart, is a question to a person, whose answer is passed in again; nothing is guessed. A row that cannot be read is
//! refused by itself, with where, what is wanted and what stands there.

mod dates;
mod encoding;
mod fault;
mod headings;
mod limits;
mod lines;
mod mapping;
mod merge;
mod people;
mod read;
mod sighting;
mod union;
mod workbook;

pub use dates::DateOrder;
pub use fault::{FileFault, RowFault};
pub use limits::Limits;
pub use mapping::{Column, Columns, Layout, Mapping, Mappings};
pub use merge::{Attendance, Margin, Presence, Session, merge};
pub use people::{Answer, Answers, Asked, Doubt, Person, Registrant, WhoQuestion, comparable};
pub use read::{Context, Export, FileQuestion};
pub use sighting::{Sighting, SightingId};
pub use union::covered_seconds;
