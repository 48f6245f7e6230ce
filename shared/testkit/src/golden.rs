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
        Self { folder: folder.into(), update, findings: Vec::new(), compared: BTreeSet::new() }
    }

    /// Wants each of these to have been compared.
    pub fn covers(&mut self, what: &str, names: impl IntoIterator<Item = String>) {
        for name in names {
            if !self.compared.contains(&name) {
                self.wrong(format!("{what} {name}: no golden file of it is compared"));
            }
        }
    }

    /// Adds a finding of the test's own.
    pub fn wrong(&mut self, finding: String) {
        self.findings.push(finding);
    }

    /// Compares the stored documents of one kind, `KIND.jsonl`, one a line: each is read, and written again gives the same
    /// bytes; and each field that the type has is in one of them. Those of `KIND.v1.jsonl`, `KIND.v2.jsonl` and so on were
    /// written by earlier versions: they are read alone.
    pub fn documents<T: Serialize + DeserializeOwned>(&mut self, kind: &str) {
        let fresh = filled::<T>();
        let fresh_lines: Vec<String> =
            fresh.values.iter().map(|value| serde_json::to_string(value).expect("it is written")).collect();
        let file = format!("{kind}.jsonl");
        let Some(stored) = self.stored(kind, &file, &fresh_lines) else { return };
        for (number, line) in (1..).zip(&stored) {
            match again::<T>(line) {
                Err(error) => self.wrong(format!("{file}:{number} is read no more: {error}")),
                Ok(written) if written == *line => {}
                Ok(_) if self.update == Update::Everything => {
                    return self.write(&file, &fresh_lines);
                }
                Ok(written) => {
                    self.wrong(format!(
                        "{file}:{number} is written otherwise: {}",
                        difference(line, &written)
                    ));
                }
            }
        }
        self.add_what_is_new(&file, &stored, &fresh_lines, &fresh.variants);
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
    /// With every finding, one a line; a file of what is not compared is one.
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
        self.conclude();
    }

    #[track_caller]
    fn conclude(&self) {
        assert!(
            self.findings.is_empty(),
            "what is stored changes; read {}/../README.md first:\n  {}\n",
            self.folder.display(),
            self.findings.join("\n  ")
        );
    }

    /// The lines of the file of a name. If there is none it is written as it is `made` today, or a finding.
    ///
    /// # Panics
    /// If it was looked at before.
    pub fn stored(&mut self, name: &str, file: &str, made: &[String]) -> Option<Vec<String>> {
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

    /// Wants every field and variant of the type in a document, and adds documents that have what is missing.
    fn add_what_is_new(
        &mut self,
        file: &str,
        stored: &[String],
        fresh: &[String],
        variants: &BTreeSet<Variant>,
    ) {
        let variants: BTreeSet<&str> = variants.iter().map(|(_, variant)| *variant).collect();
        let parts = |documents: &[String]| {
            let mut parts = Parts::default();
            documents
                .iter()
                .filter_map(|text| serde_json::from_str(text).ok())
                .for_each(|value| parts.add(&value, ""));
            parts.words.retain(|word| variants.contains(word.as_str()));
            parts
        };
        let held = parts(stored);
        let missing = |of: &Parts| -> Vec<String> {
            of.paths.difference(&held.paths).chain(of.words.difference(&held.words)).cloned().collect()
        };
        let all = missing(&parts(fresh));
        match self.update {
            _ if all.is_empty() => {}
            Update::Nothing => self.wrong(format!("{file} has no document with {}", all.join(", "))),
            Update::Missing => {
                let is_new = |line: &&String| !missing(&parts(&[(*line).clone()])).is_empty();
                let added = fresh.iter().filter(is_new).cloned();
                self.write(file, &stored.iter().cloned().chain(added).collect::<Vec<_>>());
            }
            Update::Everything => self.write(file, fresh),
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

/// Compares what the code makes with the lines of one file.
///
/// # Panics
/// If they differ, or there is no such file.
#[track_caller]
pub fn golden_lines(file: impl AsRef<Path>, made: &[String]) {
    let file = file.as_ref();
    let name = file.file_name().and_then(|name| name.to_str()).expect("a file has a name");
    let mut golden = Golden::files_in(file.parent().expect("a file is in a folder"));
    golden.lines(name, made);
    golden.conclude();
}

/// The kinds of records that sources below a folder declare, as `const KIND: &'static str = "…"`.
///
/// # Panics
/// If the sources cannot be read.
pub(crate) fn declared_kinds(sources: &Path) -> BTreeSet<String> {
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

/// Compares the stored documents of records, each under its kind: `golden_records!(golden, Trace Candidate)`.
#[macro_export]
macro_rules! golden_records {
    ($golden:ident, $($record:ident)+) => {
        $($golden.documents::<$record>($record::KIND);)+
    };
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

/// What documents are made of.
#[derive(Default)]
struct Parts {
    /// The paths of all members, whatever their place in a list.
    paths: BTreeSet<String>,
    /// All texts and names.
    words: BTreeSet<String>,
}

impl Parts {
    fn add(&mut self, value: &Value, at: &str) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                    self.add(value, &path);
                    self.paths.insert(path);
                    self.words.insert(name.clone());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.add(item, at)),
            Value::String(text) => {
                self.words.insert(text.clone());
            }
            _ => {}
        }
    }
}
