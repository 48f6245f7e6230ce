//! Documents as PDF: a template that is part of the program, values that stay values, fonts that are part of the program.
//!
//! A [`Typesetter`] takes a [`Template`] (typst source), values (anything serde can write as an object), the date and the
//! [`Language`] of the document, and gives a [`Made`]: the bytes of a tagged PDF/A-2a and its [`Facts`]. Invariants: values
//! reach the template as data (`sys.inputs`), never as source, so that markup in a name is text; nothing is read but what
//! the program holds (no file, package, network, clock or font of the machine); the same inputs give the same bytes of the
//! same program; a character that no font holds is refused by name, or shown by its code point where the caller asks
//! for that, never drawn as a box ([`missing_characters`] tells them beforehand); one document is made at a time.

mod fonts;
mod glyphs;
mod typesetter;
mod world;

pub use glyphs::{Missing, MissingGlyph, code_point, missing_characters};
pub use typesetter::{Document, Facts, Language, Made, Template, TypesetError, Typesetter};
