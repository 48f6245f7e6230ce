//! Rows of a workbook (XLSX).
//!
//! Invariant: what a workbook unpacks to is measured before anything of it is kept, and no cell costs more than itself,
//! however far out it stands.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};
use zip::ZipArchive;

use crate::{
    FileFault, Limits, RowFault,
    lines::{Cell, Row, Table},
};

/// Whether the bytes begin as a packed file does.
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK")
}

/// The rows of all sheets, in their order.
pub(crate) fn tables(bytes: &[u8], limits: &Limits) -> Result<Vec<Table>, FileFault> {
    measure(bytes, limits)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let mut tables = Vec::new();
    let mut cells = 0_u64;
    for name in book.sheet_names() {
        let mut table = Table { name: name.clone(), ..Table::default() };
        let mut reader = book.worksheet_cells_reader(&name).map_err(|error| unreadable(&error))?;
        while let Some(cell) = reader.next_cell().map_err(|error| unreadable(&error))? {
            cells += 1;
            if cells > u64::from(limits.rows) * limits.columns as u64 {
                return Err(FileFault::TooMuch {
                    what: "cells",
                    most: u64::from(limits.rows) * limits.columns as u64,
                });
            }
            let (row, column) = cell.get_position();
            let number = row.saturating_add(1);
            let Some(value) = value(cell.get_value()) else { continue };
            let fault = if column as usize >= limits.columns {
                Some(format!("at most {} columns", limits.columns))
            } else if value.text().chars().count() > limits.cell {
                Some(format!("at most {} characters in a cell", limits.cell))
            } else {
                None
            };
            if let Some(wanted) = fault {
                if table.refused.last().is_none_or(|last| last.row != number) {
                    table.refused.push(RowFault::new(number, "", wanted, &value.text()));
                }
                continue;
            }
            if table.rows.last().is_none_or(|last| last.number != number) {
                table.rows.push(Row { number, cells: Vec::new(), is_ended: true });
            }
            if let Some(last) = table.rows.last_mut() {
                let width = last.cells.len().max(column as usize + 1);
                last.cells.resize(width, Cell::Text(String::new()));
                if let Some(place) = last.cells.get_mut(column as usize) {
                    *place = value;
                }
            }
            if table.rows.len() as u64 > u64::from(limits.rows) {
                return Err(FileFault::TooMuch { what: "rows", most: limits.rows.into() });
            }
        }
        let refused: Vec<u32> = table.refused.iter().map(|fault| fault.row).collect();
        table.rows.retain(|row| refused.binary_search(&row.number).is_err());
        tables.push(table);
    }
    Ok(tables)
}

/// Unpacks everything once and keeps nothing, since what an archive says of its sizes may be wrong.
fn measure(bytes: &[u8], limits: &Limits) -> Result<(), FileFault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let too_much = || FileFault::TooMuch { what: "bytes when it is unpacked", most: limits.unpacked };
    let mut left = limits.unpacked;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| unreadable(&error))?;
        let read = std::io::copy(&mut part.take(left.saturating_add(1)), &mut std::io::sink());
        let read = read.map_err(|error| unreadable(&error))?;
        left = left.checked_sub(read).ok_or_else(too_much)?;
    }
    Ok(())
}

fn value(value: &DataRef<'_>) -> Option<Cell> {
    match value {
        DataRef::Empty | DataRef::Error(_) => None,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Some(Cell::Text(text.clone()))
        }
        DataRef::SharedString(text) => Some(Cell::Text((*text).to_owned())),
        DataRef::Int(number) => Some(Cell::Text(number.to_string())),
        // Whether a number is a date says its column.
        DataRef::Float(number) => Some(Cell::Days(*number)),
        DataRef::DateTime(date) => Some(Cell::Days(date.as_f64())),
        DataRef::Bool(flag) => Some(Cell::Text(flag.to_string())),
    }
}

fn unreadable(error: &dyn std::fmt::Display) -> FileFault {
    let words: String = error.to_string().chars().take(200).collect();
    FileFault::Workbook { problem: words }
}
