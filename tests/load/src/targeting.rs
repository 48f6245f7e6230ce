//! `targeting`: how well the risk model finds bad consignments, how honest its probabilities are, and how fast it is.
//!
//! The declarations are synthetic and in large part copies of each other; what is measured here claims nothing about a
//! port. The validation months give no label to any scorer, except in the ordered course, which goes through all months.

mod declarations;
mod forest;
mod live;
mod ordered;
mod quality;
mod ranking;
mod scorers;
mod speed;

use std::path::{Path, PathBuf};

use crate::{Failure, outcome::complain};

const TRAINING: &str = "df_syn_train_eng.csv.gz";
const VALIDATION: &str = "df_syn_valid_eng.csv.gz";

/// Measures; a relative folder counts from the root of the workspace. Without the declarations nothing is measured.
///
/// # Errors
/// If a file of declarations is damaged.
pub fn measure(declarations: &Path) -> Result<(), Failure> {
    let Some(folder) = folder("targeting", declarations) else { return Ok(()) };
    let training = declarations::read(&folder.join(TRAINING))?;
    let validation = declarations::read(&folder.join(VALIDATION))?;
    quality::measure(&training, &validation)?;
    ordered::measure(&training.iter().chain(&validation).collect::<Vec<_>>())?;
    speed::measure(&training, &validation)
}

/// Measures the running service over a month of the validation months; as [`measure`] otherwise.
///
/// # Errors
/// As [`measure`], or if the service fails.
pub async fn measure_live(declarations: &Path) -> Result<(), Failure> {
    let Some(folder) = folder("targeting-live", declarations) else { return Ok(()) };
    live::measure(&declarations::read(&folder.join(VALIDATION))?).await
}

/// Where the declarations are; complains where they are not.
fn folder(measure: &str, declarations: &Path) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(declarations);
    if folder.is_dir() {
        return Some(folder);
    }
    let folder = folder.display();
    complain(&format!("NOT MEASURED: {measure}, since {folder} is missing; give it with --declarations"));
    None
}
