//! `seamless report verify`, `seamless bulletin verify`: checks a saved report or bulletin with the public keys alone. No service is asked.

use std::{fs, io::ErrorKind, path::Path};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    cli,
    error::{Failure, REFUSED},
    output,
};

/// The file with the signed manifest.
pub const SIGNATURE: &str = "manifest.jws";
/// The file with the public keys.
pub const KEYS: &str = "keys.json";
/// The `typ` of the signature of a report.
const TYPE: &str = "seamless-report+jwt";

/// What is read of a manifest.
#[derive(Deserialize)]
struct Manifest {
    report: String,
    owner: String,
    #[serde(default)]
    partner: String,
    /// Of a bulletin.
    #[serde(default)]
    country_of_origin: String,
    template: String,
    cut_time: String,
    documents: Vec<Document>,
}

#[derive(Deserialize)]
struct Document {
    file_name: String,
    sha256: String,
}

/// What was found of the files.
#[derive(Default)]
struct Found {
    good: Vec<String>,
    missing: Vec<String>,
    wrong: Vec<String>,
}

/// Checks the signature, and that each file is one that was signed; says by which key, and where that is from. A file that is not there is
/// told, and is no fault as long as another one is.
pub fn run(saved: &cli::SavedReport, json: bool) -> Result<(), Failure> {
    let is_folder = saved.saved.is_dir();
    let (folder, signed) = match is_folder {
        true => (saved.saved.clone(), saved.saved.join(SIGNATURE)),
        false => (saved.saved.parent().unwrap_or(Path::new("")).to_owned(), saved.saved.clone()),
    };
    let keys_file = saved.keys.clone().unwrap_or_else(|| folder.join(KEYS));
    let keys = text(&keys_file)?;
    let refused = |why: &dyn std::fmt::Display| Failure {
        exit: REFUSED,
        message: format!("{} is not as it was signed: {why}", signed.display()),
    };
    let verified = seamless_receipts::verify_as::<Manifest>(TYPE, text(&signed)?.trim(), &keys)
        .map_err(|why| refused(&why))?;
    let manifest = verified.claims;
    let mut found = Found::default();
    match saved.files.as_slice() {
        [] => {
            check_named(&folder, &manifest, &mut found);
            if is_folder {
                find_others(&folder, &[&signed, &keys_file], &manifest, &mut found)?;
            }
        }
        files => files.iter().try_for_each(|file| check(file, &manifest, &mut found))?,
    }
    let Found { good, missing, wrong } = found;
    if !wrong.is_empty() {
        let message = format!("not what was signed as {}:\n  {}", manifest.report, wrong.join("\n  "));
        return Err(Failure { exit: REFUSED, message });
    }
    if good.is_empty() {
        let message =
            format!("nothing is there of what was signed as {}: {}", manifest.report, missing.join(", "));
        return Err(Failure { exit: REFUSED, message });
    }
    // Whoever wrote a folder can have put keys of his own there.
    let are_given = saved.keys.is_some();
    let Manifest { report, owner, partner, template, cut_time, country_of_origin, .. } = &manifest;
    if json {
        let key = verified.key_id;
        output::line(serde_json::json!({
            "report": report,
            "keyId": key,
            "keys": keys_file.display().to_string(),
            "keysGiven": are_given,
            "good": good,
            "missing": missing,
        }));
        return Ok(());
    }
    let with = match (partner.as_str(), country_of_origin.as_str()) {
        ("", _) => String::new(),
        (partner, "") => format!(" with {partner}"),
        (recalling, origin) => format!(": alerts of {recalling} on products made in {origin}"),
    };
    let template = output::word(template, "REPORT_TEMPLATE_");
    output::line(format!("{report}: {template} of {owner}{with}, as known at {cut_time}"));
    good.iter().for_each(|file| output::line(format!("good     {file}")));
    missing.iter().for_each(|file| output::line(format!("missing  {file}")));
    let (key, keys) = (&verified.key_id, keys_file.display());
    output::line(format!("signed   with the key {key} of {keys}"));
    if !are_given {
        output::line(
            "The keys lie beside what they verify: this proves that it is whole, and not whose it is. For that give --keys with keys that \
             you have from the service yourself (`seamless report keys`).",
        );
    }
    Ok(())
}

/// Checks what the manifest names, by its name in the folder.
fn check_named(folder: &Path, manifest: &Manifest, found: &mut Found) {
    for Document { file_name, sha256 } in &manifest.documents {
        match fs::read(folder.join(file_name)) {
            Ok(bytes) if hex::encode(Sha256::digest(&bytes)) == *sha256 => found.good.push(file_name.clone()),
            Ok(_) => found.wrong.push(format!("{file_name} was changed")),
            Err(error) if error.kind() == ErrorKind::NotFound => found.missing.push(file_name.clone()),
            Err(error) => found.wrong.push(format!("{file_name} cannot be read: {error}")),
        }
    }
}

/// Finds what lies in the folder as if it were of the report; hidden files are the system's.
fn find_others(folder: &Path, ours: &[&Path], manifest: &Manifest, found: &mut Found) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::usage(format!("{}: {error}", folder.display()));
    let mut others = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = ours.contains(&entry.path().as_path()) || name == KEYS;
        let is_named = manifest.documents.iter().any(|document| document.file_name == name);
        if !is_ours && !is_named && !name.starts_with('.') {
            others.push(format!("{name} is not named in the manifest"));
        }
    }
    others.sort();
    found.wrong.extend(others);
    Ok(())
}

/// Checks one file by its content, whatever it is called now.
fn check(file: &Path, manifest: &Manifest, found: &mut Found) -> Result<(), Failure> {
    let bytes = fs::read(file).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    let digest = hex::encode(Sha256::digest(&bytes));
    let shown = file.display();
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let of_content = manifest.documents.iter().find(|document| document.sha256 == digest);
    let is_named = manifest.documents.iter().any(|document| document.file_name == name);
    match (of_content, is_named) {
        (Some(document), _) if document.file_name == name => found.good.push(shown.to_string()),
        (Some(document), _) => found.good.push(format!("{shown}, signed as {}", document.file_name)),
        (None, true) => found.wrong.push(format!("{shown} was changed")),
        (None, false) => found.wrong.push(format!("{shown} is not named in the manifest")),
    }
    Ok(())
}

fn text(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))
}
