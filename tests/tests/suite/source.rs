//! Source files taken apart, so that a rule about code is not broken by a comment, and the other way round.

use std::{collections::BTreeSet, fs, path::Path};

use cargo_metadata::{Metadata, MetadataCommand, camino::Utf8Path};

/// A file of Rust. `code` and `comments` have the lines of the file; in `code` comments and the contents of literals are
/// blank, in `comments` everything else.
pub struct Source {
    /// From the root of the workspace.
    pub path: String,
    pub code: Vec<String>,
    pub comments: Vec<String>,
}

impl Source {
    fn read(root: &Utf8Path, file: &Utf8Path) -> Self {
        let path = file.strip_prefix(root).unwrap().to_string();
        Self::parse(path, &fs::read_to_string(file).unwrap())
    }

    pub fn parse(path: String, text: &str) -> Self {
        let (mut code, mut comments) = (String::new(), String::new());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (length, is_code, is_comment) = token(rest, first, code.chars().next_back());
            let (token, after) = rest.split_at(length);
            for character in token.chars() {
                let blank = if character == '\n' { '\n' } else { ' ' };
                code.push(if is_code { character } else { blank });
                comments.push(if is_comment { character } else { blank });
            }
            rest = after;
        }
        let lines = |text: String| text.lines().map(str::to_owned).collect();
        Self { path, code: lines(code), comments: lines(comments) }
    }

    /// `path:line` of each line of code that meets a condition.
    pub fn lines_of_code(&self, condition: impl Fn(&str) -> bool) -> Vec<String> {
        self.places(&self.code, condition)
    }

    /// The modules beneath the root of its crate that it names: `crate::store::Store`, also within braces.
    pub fn rooms_named(&self) -> BTreeSet<String> {
        let dense: String = self.code.join(" ").split_whitespace().collect();
        let mut named = BTreeSet::new();
        for (at, found) in dense.match_indices("crate::") {
            let rest = &dense[at + found.len()..];
            let group = rest.strip_prefix('{').map_or(rest, |inside| {
                let mut depth = 1;
                let end = inside.find(|character| {
                    depth += i32::from(character == '{') - i32::from(character == '}');
                    depth == 0
                });
                &inside[..end.unwrap_or(inside.len())]
            });
            let mut depth = 0;
            let parts = group.split(|character| {
                depth += i32::from(character == '{') - i32::from(character == '}');
                depth == 0 && character == ','
            });
            let in_braces = rest.starts_with('{');
            for part in parts.take(if in_braces { usize::MAX } else { 1 }) {
                let name: String =
                    part.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
                if part[name.len()..].starts_with("::") {
                    named.insert(name);
                }
            }
        }
        named
    }

    /// `path:line` of each line of comments that meets a condition.
    pub fn lines_of_comment(&self, condition: impl Fn(&str) -> bool) -> Vec<String> {
        self.places(&self.comments, condition)
    }

    fn places(&self, lines: &[String], condition: impl Fn(&str) -> bool) -> Vec<String> {
        let meets = lines.iter().enumerate().filter(|(_, line)| condition(line));
        meets.map(|(index, line)| format!("{}:{}: {}", self.path, index + 1, line.trim())).collect()
    }
}

/// The length of what begins `rest`, and whether it is code, or a comment; else it is the content of a literal.
fn token(rest: &str, first: char, before: Option<char>) -> (usize, bool, bool) {
    let until =
        |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), false, true);
    }
    if rest.starts_with("/*") {
        return (until("*/", 2), false, true);
    }
    let in_word = before.is_some_and(|character| character.is_alphanumeric() || character == '_');
    let raw = rest.trim_start_matches('b');
    let prefix = rest.len() - raw.len();
    if !in_word && prefix <= 1 && raw.starts_with('r') {
        let hashes = raw[1..].len() - raw[1..].trim_start_matches('#').len();
        if raw[1 + hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            return (until(&end, prefix + hashes + 2), false, false);
        }
    }
    match first {
        '"' => (quoted(rest, '"'), false, false),
        '\'' if rest[1..].starts_with('\\') => (quoted(rest, '\''), false, false),
        // A lifetime has no second quote behind its first character.
        '\'' if rest.chars().nth(2) == Some('\'') => (quoted(rest, '\''), false, false),
        other => (other.len_utf8(), true, false),
    }
}

/// The length of a literal between quotes, with escapes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            end if end == quote => return at + end.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// True if a line of code has the name as a word of its own.
pub fn names(line: &str, name: &str) -> bool {
    line.split(|character: char| !character.is_alphanumeric() && character != '_').any(|word| word == name)
}

/// The members of the workspace, without what they depend on.
pub fn workspace() -> Metadata {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let mut command = MetadataCommand::new();
    command.manifest_path(manifest).no_deps().other_options(vec!["--offline".to_owned()]);
    command.exec().unwrap()
}

/// Every Rust file of the workspace below `folder` (from the root; empty for all), generated ones left out.
pub fn sources(root: &Utf8Path, folder: &str) -> Vec<Source> {
    let mut files: Vec<_> = files(&root.join(folder), "rs");
    files.sort();
    files.iter().map(|file| Source::read(root, file)).collect()
}

/// Every file with this extension below a folder.
pub fn files(folder: &Utf8Path, extension: &str) -> Vec<cargo_metadata::camino::Utf8PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().into_iter().flatten() {
            let path = entry.unwrap().into_path();
            let is_ours = !path.file_name().is_some_and(|name| name == "target" || name.starts_with('.'));
            if path.is_dir() && is_ours {
                folders.push(path);
            } else if path.extension() == Some(extension) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn a_source_is_taken_apart_into_code_and_comments() {
    let text = "let a = \"http // no\"; // http\nlet b = 'x'; let c: &'static str = r#\"todo \"!\"#;\n/* sqlx\n */ d('\\'', b\"q\")\n";
    let source = Source::parse("a.rs".to_owned(), text);
    let code: Vec<String> =
        source.code.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(code, ["let a = ;", "let b = ; let c: &'static str = ;", "", "d( , b )"]);
    assert_eq!(source.lines_of_comment(|line| names(line, "http")), ["a.rs:1: // http"]);
    assert_eq!(source.lines_of_comment(|line| names(line, "sqlx")), ["a.rs:3: /* sqlx"]);
    assert!(source.lines_of_code(|line| names(line, "http") || names(line, "todo")).is_empty());
}
