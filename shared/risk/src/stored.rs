//! Models as bytes: little-endian, cells by name, a checksum at the end. Models of the first form, `SRM1`, have no tallies
//! of labels, and are read still; written is `SRM2`.
//!
//! Invariant: `from_bytes` gives what `to_bytes` was given, or an error; equal models have equal bytes. The checksum finds
//! damage, not forgery: who takes models from others has them signed.

use thiserror::Error;

use crate::{
    cells::{Cell, Tally},
    hashing,
    layout::{Layout, LayoutError},
    model::{Model, Version},
    settings::{Settings, SettingsError},
    weighing::{LIMIT, Weight},
};

const MAGIC: &[u8; 4] = b"SRM2";
/// The first form, which kept no tallies.
const FIRST_MAGIC: &[u8; 4] = b"SRM1";
/// Stands before the three numbers, and the tally, of a cell whose counts do not fit in one byte.
const WIDE: u8 = 0xff;

/// Why bytes are no model.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum StoredError {
    /// They do not begin as models do.
    #[error("expected a risk model that begins with SRM1 or SRM2")]
    Unknown,
    /// They end early, do not add up, or the checksum is another.
    #[error("expected a whole risk model, got a damaged one at byte {at}")]
    Damaged {
        /// How far it could be read.
        at: usize,
    },
    /// The layout is of another version.
    #[error("expected a known layout: {0}")]
    Layout(#[from] LayoutError),
    /// The settings are out of bounds.
    #[error("expected known settings: {0}")]
    Settings(#[from] SettingsError),
}

impl Model {
    /// The whole model, to be kept or sent: some 13 bytes a cell.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let Settings { prior_rate, prior_count, shrinkage, learning_rate, most_cells } = self.settings;
        for number in [prior_rate, prior_count, shrinkage, learning_rate] {
            bytes.extend(number.to_le_bytes());
        }
        let layout = self.layout.to_string();
        for number in [most_cells as u64, self.version.labels, self.version.digest, layout.len() as u64] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(layout.as_bytes());
        for weight in &self.weighing.weights {
            bytes.extend(weight.value.to_le_bytes());
            bytes.extend(weight.squares.to_le_bytes());
        }
        write_cell(&mut bytes, &self.base);
        bytes.extend((self.cells.len() as u64).to_le_bytes());
        for (name, cell) in self.cells.sorted() {
            bytes.extend(name.to_le_bytes());
            write_cell(&mut bytes, &cell);
        }
        let checksum = hashing::bytes(hashing::EMPTY, &bytes);
        bytes.extend(checksum.to_le_bytes());
        bytes
    }

    /// Reads what [`Model::to_bytes`] wrote; the model goes on exactly as the written one would have.
    ///
    /// # Errors
    /// If it is something else, damaged, or has a layout or settings that this version does not know.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredError> {
        let (content, checksum) = bytes.split_last_chunk::<8>().ok_or(StoredError::Unknown)?;
        let has_tallies = content.starts_with(MAGIC);
        if !has_tallies && !content.starts_with(FIRST_MAGIC) {
            return Err(StoredError::Unknown);
        }
        if hashing::bytes(hashing::EMPTY, content) != u64::from_le_bytes(*checksum) {
            return Err(StoredError::Damaged { at: content.len() });
        }
        let mut reading = Reading { bytes: content, at: MAGIC.len(), has_tallies };
        let (prior_rate, prior_count) = (reading.double()?, reading.double()?);
        let (shrinkage, learning_rate) = (reading.double()?, reading.double()?);
        let most_cells = reading.length()?;
        let version = Version { labels: reading.word()?, digest: reading.word()? };
        let length = reading.length()?;
        let text = std::str::from_utf8(reading.slice(length)?).map_err(|_| reading.damaged())?;
        let layout = Layout::new(&text.lines().collect::<Vec<_>>())?;
        let settings = Settings { prior_rate, prior_count, shrinkage, learning_rate, most_cells };
        let mut model = Self::new(layout, settings)?;
        model.version = version;
        for weight in &mut model.weighing.weights {
            *weight = Weight { value: reading.double()?, squares: reading.double()? };
            if !(0.0..=LIMIT).contains(&weight.value) || weight.squares < 0.0 {
                return Err(reading.damaged());
            }
        }
        model.base = reading.cell()?;
        let count = reading.length()?;
        let mut previous = None;
        for _ in 0..count {
            let name = reading.word()?;
            if previous.is_some_and(|previous| previous >= name) {
                return Err(reading.damaged());
            }
            model.cells.restore(name, reading.cell()?);
            previous = Some(name);
        }
        if reading.at != content.len() || count > most_cells {
            return Err(reading.damaged());
        }
        Ok(model)
    }
}

/// Few labels of weight 1, as nearly all cells have, go into one byte: their sums are their tally.
fn write_cell(bytes: &mut Vec<u8>, cell: &Cell) {
    let Tally { labels, bad } = cell.tally;
    let is_plain = cell.total == labels as f32 && cell.bad == bad as f32 && cell.squares == cell.total;
    if is_plain && labels <= 14 {
        bytes.push((labels as u8) << 4 | bad as u8);
    } else {
        bytes.push(WIDE);
        for number in [cell.total, cell.bad, cell.squares] {
            bytes.extend(number.to_le_bytes());
        }
        for number in [labels, bad] {
            bytes.extend(number.to_le_bytes());
        }
    }
    bytes.extend(cell.last.to_le_bytes());
}

struct Reading<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Whether cells whose counts do not fit in one byte have their tally.
    has_tallies: bool,
}

impl<'b> Reading<'b> {
    fn damaged(&self) -> StoredError {
        StoredError::Damaged { at: self.at }
    }

    fn slice(&mut self, length: usize) -> Result<&'b [u8], StoredError> {
        let end = self.at.checked_add(length).ok_or(self.damaged())?;
        let slice = self.bytes.get(self.at..end).ok_or(self.damaged())?;
        self.at = end;
        Ok(slice)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], StoredError> {
        let slice = self.slice(N)?;
        slice.try_into().map_err(|_| self.damaged())
    }

    fn word(&mut self) -> Result<u64, StoredError> {
        Ok(u64::from_le_bytes(self.take()?))
    }

    fn length(&mut self) -> Result<usize, StoredError> {
        usize::try_from(self.word()?).map_err(|_| self.damaged())
    }

    fn double(&mut self) -> Result<f64, StoredError> {
        let number = f64::from_le_bytes(self.take()?);
        if number.is_finite() { Ok(number) } else { Err(self.damaged()) }
    }

    fn cell(&mut self) -> Result<Cell, StoredError> {
        let [small] = self.take()?;
        let (total, bad, squares, tally) = if small == WIDE {
            let mut number = || self.take().map(f32::from_le_bytes);
            let (total, bad, squares) = (number()?, number()?, number()?);
            let tally = match self.has_tallies {
                true => {
                    Tally { labels: u32::from_le_bytes(self.take()?), bad: u32::from_le_bytes(self.take()?) }
                }
                false => Tally::default(),
            };
            (total, bad, squares, tally)
        } else {
            // The first form wrote so what had these sums: of labels of weight 1, in all but made-up models.
            let (labels, bad) = (small >> 4, small & 0x0f);
            let tally = Tally { labels: labels.into(), bad: bad.into() };
            (f32::from(labels), f32::from(bad), f32::from(labels), tally)
        };
        let is_sound = (0.0..=f32::MAX).contains(&bad)
            && (bad..=f32::MAX).contains(&total)
            && (0.0..=f32::MAX).contains(&squares)
            && (total > 0.0) == (squares > 0.0)
            && tally.bad <= tally.labels
            && (tally.labels == 0 || total > 0.0);
        if !is_sound {
            return Err(self.damaged());
        }
        Ok(Cell { total, bad, squares, last: u32::from_le_bytes(self.take()?), tally })
    }
}
