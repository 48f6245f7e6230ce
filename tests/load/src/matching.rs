//! `matching`: whether two records mean the same product, how well, how fast and in how much memory.
//!
//! The validation pairs choose nothing: model, calibration and thresholds, those of the baselines too, come from the
//! training pairs alone.

pub mod baselines;
mod pairs;
mod quality;
mod search;
pub mod synthetic;

use std::path::{Path, PathBuf};

use seamless_matching::fit_for_alerts;

use crate::{Failure, outcome::complain};

/// The public sets of labelled pairs: name, training file, validation file.
const SETS: [(&str, &str, &str); 7] = [
    ("abt-buy", "Abt-Buy_train.txt.gz", "Abt-Buy_valid.txt.gz"),
    ("amazon-google", "Amazon-Google_train.txt.gz", "Amazon-Google_valid.txt.gz"),
    ("walmart-amazon", "Walmart-Amazon_train.txt.gz", "Walmart-Amazon_valid.txt.gz"),
    ("wdc-cameras", "wdc_cameras_train.small.txt.gz", "wdc_cameras_valid.small.txt.gz"),
    ("wdc-computers", "wdc_computers_train.small.txt.gz", "wdc_computers_valid.small.txt.gz"),
    ("wdc-shoes", "wdc_shoes_train.small.txt.gz", "wdc_shoes_valid.small.txt.gz"),
    ("wdc-watches", "wdc_watches_train.small.txt.gz", "wdc_watches_valid.small.txt.gz"),
];

/// Where the public pairs lie; a relative path counts from the root of the workspace.
fn folder(pairs: &Path) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(pairs)
}

/// Measures. Without the public pairs their lines are left out.
///
/// # Errors
/// If a file of pairs is damaged.
pub fn measure(pairs: &Path) -> Result<(), Failure> {
    // First, while nothing else has left free memory behind that the index would fill unseen.
    search::measure()?;
    let folder = folder(pairs);
    if !folder.is_dir() {
        let folder = folder.display();
        complain(&format!(
            "NOT MEASURED: F1 of matching, since {folder} is missing; give the folder with --pairs"
        ));
        return Ok(());
    }
    quality::measure(&folder)
}

/// Trains the weights that the crate embeds on all training pairs, and writes them.
///
/// # Errors
/// If a file of pairs is missing or damaged, or the weights cannot be written.
pub fn train(pairs: &Path, weights: &Path) -> Result<(), Failure> {
    let folder = folder(pairs);
    let mut sets = Vec::new();
    for (_, training, _) in SETS {
        sets.push(pairs::read(&folder.join(training))?);
    }
    let model = fit_for_alerts(&sets);
    std::fs::write(weights, model.to_bytes())?;
    complain(&format!(
        "trained on {} pairs, threshold {:.3}: {}",
        sets.iter().map(Vec::len).sum::<usize>(),
        model.threshold(),
        weights.display()
    ));
    Ok(())
}
