//! Golden files: what today's code stores, hashes or signs, as it was when it was written first.
//!
//! Rows of running services have that shape. So a test reads each file back, writes it again and wants the same bytes; and
//! what has no file fails. `UPDATE_GOLDEN=1` writes files that are missing, `UPDATE_GOLDEN=overwrite` those that differ, too.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::databases::environment;
use crate::filled::{Variant, filled};

/// What is done where a file and the code differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Update {
    /// It is a finding.
    Nothing,
    /// What is missing is written.
    Missing,
    /// What differs is, too.
    Everything,
}

/// A folder of golden files, and what is found when they are compared. A value that is dropped before
/// [`Golden::finish`] has proved nothing.
#[must_use]
pub struct Golden {
    folder: PathBuf,
    update: Update,
    findings: Vec<String>,
    /// The names of what was compared, without extension.
    compared: BTreeSet<String>,
    /// The variants of the enumerations in the types, and all words that the files have.
    variants: BTreeSet<Variant>,
    words: BTreeSet<String>,
}

impl Golden {
    /// The golden files in a folder; more than one may not look at the same.
    ///
    /// # Panics
    /// If `UPDATE_GOLDEN` is anything but `1` or `overwrite`.
    pub fn files_in(folder: impl Into<PathBuf>) -> Self {
        let update = match environment("UPDATE_GOLDEN").as_deref() {
            None => Update::Nothing,
            Some("1") => Update::Missing,
            Some("overwrite") => Update::Everything,
            Some(other) => panic!("UPDATE_GOLDEN is \"1\" or \"overwrite\"; got {other:?}"),
        };
        Self {
            folder: folder.into(),
            update,
            findings: Vec::new(),
            compared: BTreeSet::new(),
            variants: BTreeSet::new(),
            words: BTreeSet::new(),
        }
    }

    /// Wants each of these to have been compared.
    pub fn covers(&mut self, what: &str, names: impl IntoIterator<Item = String>) {
        for name in names {
            if !self.compared.contains(&name) {
                self.wrong(format!("{what} {name}: no golden file of it is compared"));
            }
        }
    }

    fn wrong(&mut self, finding: String) {
        self.findings.push(finding);
    }

    /// Compares the stored documents of one kind, `KIND.jsonl`, one a line: each is read, and written again gives the same
    /// bytes; and each field that the type has is in one of them. Those of `KIND.v1.jsonl`, `KIND.v2.jsonl` and so on were
    /// written by earlier versions: they are read alone.
    pub fn documents<T: Serialize + DeserializeOwned>(&mut self, kind: &str) {
        let fresh = filled::<T>();
        let fresh_lines: Vec<String> =
            fresh.values.iter().map(|value| serde_json::to_string(value).expect("it is written")).collect();
        self.variants.extend(fresh.variants);
        let file = format!("{kind}.jsonl");
        let Some(stored) = self.stored(kind, &file, &fresh_lines) else { return };
        for (number, line) in (1..).zip(&stored) {
            match again::<T>(line) {
                Err(error) => self.wrong(format!("{file}:{number} is read no more: {error}")),
                Ok(written) if written == *line => {}
                Ok(_) if self.update == Update::Everything => {
                    self.write(&file, &fresh_lines);
                    return self.note_words(&fresh_lines);
                }
                Ok(written) => {
                    self.wrong(format!(
                        "{file}:{number} is written otherwise: {}",
                        difference(line, &written)
                    ));
                }
            }
        }
        let held = paths(&stored);
        let missing: Vec<String> =
            paths(&fresh_lines).into_iter().filter(|path| !held.contains(path)).collect();
        match (missing.is_empty(), self.update) {
            (true, _) => {}
            (false, Update::Everything) => self.write(&file, &fresh_lines),
            (false, _) => self.wrong(format!("{file} has no document with {}", missing.join(", "))),
        }
        self.note_words(&stored);
        for (name, lines) in self.superseded(kind) {
            for (number, line) in (1..).zip(&lines) {
                if let Err(error) = serde_json::from_str::<T>(line) {
                    self.wrong(format!("{name}:{number}, of an earlier version, is read no more: {error}"));
                }
            }
        }
    }

    /// Compares what the code makes with the lines of a file.
    pub fn lines(&mut self, file: &str, made: &[String]) {
        let name = file.split('.').next().unwrap_or(file);
        let Some(stored) = self.stored(name, file, made) else { return };
        if stored == made {
            return;
        }
        if self.update == Update::Everything {
            return self.write(file, made);
        }
        let differ = stored.iter().zip(made).position(|(stored, made)| stored != made);
        let at = differ.unwrap_or(stored.len().min(made.len()));
        let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
        self.wrong(format!("{file}:{} changed: {}", at + 1, difference(&line(&stored), &line(made))));
    }

    /// Ends the comparison.
    ///
    /// # Panics
    /// With every finding, one a line; a file of what is not there any more and a variant that no document has are some.
    #[track_caller]
    pub fn finish(mut self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        files.sort();
        for file in &files {
            let name = file.split('.').next().unwrap_or(file);
            if !self.compared.contains(name) {
                self.findings
                    .push(format!("{file} is of a kind that is not compared: stored rows may have it"));
            }
        }
        for (enumeration, variant) in &self.variants {
            if !self.words.contains(*variant) {
                self.findings.push(format!("no document has {variant} of {enumeration}"));
            }
        }
        assert!(
            self.findings.is_empty(),
            "what is stored changes; read {}/../README.md first:\n  {}\n",
            self.folder.display(),
            self.findings.join("\n  ")
        );
    }

    /// The lines of a file. If there is none it is written, or a finding.
    fn stored(&mut self, name: &str, file: &str, made: &[String]) -> Option<Vec<String>> {
        assert!(self.compared.insert(name.to_owned()), "{name} is compared twice");
        match fs::read_to_string(self.folder.join(file)) {
            Ok(text) => Some(text.lines().map(str::to_owned).collect()),
            Err(_) if self.update != Update::Nothing => {
                self.write(file, made);
                Some(made.to_vec())
            }
            Err(_) => {
                self.wrong(format!("{file} is missing: UPDATE_GOLDEN=1 writes it"));
                None
            }
        }
    }

    fn write(&self, file: &str, lines: &[String]) {
        fs::create_dir_all(&self.folder).expect("the folder can be made");
        fs::write(self.folder.join(file), lines.join("\n") + "\n").expect("the file can be written");
    }

    fn note_words(&mut self, documents: &[String]) {
        for document in documents {
            if let Ok(value) = serde_json::from_str(document) {
                words(&value, &mut self.words);
            }
        }
    }

    /// The files of earlier versions of a kind, with their lines.
    fn superseded(&self, kind: &str) -> Vec<(String, Vec<String>)> {
        (1..)
            .map(|version| format!("{kind}.v{version}.jsonl"))
            .map_while(|name| fs::read_to_string(self.folder.join(&name)).ok().map(|text| (name, text)))
            .map(|(name, text)| (name, text.lines().map(str::to_owned).collect()))
            .collect()
    }
}

/// The kinds of records that sources below a folder declare, as `const KIND: &'static str = "…"`.
///
/// # Panics
/// If the sources cannot be read.
#[must_use]
pub fn declared_kinds(sources: &Path) -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for entry in fs::read_dir(sources).expect("there are sources") {
        let path = entry.expect("there are sources").path();
        if path.is_dir() {
            kinds.extend(declared_kinds(&path));
        } else {
            let text = fs::read_to_string(&path).expect("sources are text");
            let declared = text.split("const KIND: &'static str = \"").skip(1);
            kinds.extend(declared.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
    kinds
}

fn again<T: Serialize + DeserializeOwned>(line: &str) -> serde_json::Result<String> {
    serde_json::to_string(&serde_json::from_str::<T>(line)?)
}

/// Where two lines part, with what surrounds it.
fn difference(before: &str, after: &str) -> String {
    let common = before.chars().zip(after.chars()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| text.chars().skip(common.saturating_sub(40)).take(100).collect::<String>();
    format!("… {} … is now … {} …", around(before), around(after))
}

/// The paths of all members in these documents, whatever the place in a list.
fn paths(documents: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for document in documents {
        if let Ok(value) = serde_json::from_str(document) {
            add_paths(&value, "", &mut found);
        }
    }
    found
}

fn add_paths(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            add_paths(value, &path, found);
            found.insert(path);
        }),
        Value::Array(items) => items.iter().for_each(|item| add_paths(item, at, found)),
        _ => {}
    }
}

fn words(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            found.insert(name.clone());
            words(value, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| words(item, found)),
        Value::String(text) => {
            found.insert(text.clone());
        }
        _ => {}
    }
}
