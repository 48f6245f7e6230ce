//! The rooms of each crate, read from its `use` lines: no two folders need each other, and files that do are few, known and
//! harmless. Who uses a name that a folder hands on uses the file that the name comes from; a file may use what the module
//! around it holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use crate::{
    assert_none,
    source::{Source, sources, workspace},
};

/// Folders of one crate that need each other, and why they may: the crate, its folders from `src`.
const CIRCLES_OF_FOLDERS: [(&str, &[&str], &str); 0] = [];
/// Files of one crate that need each other, and why they may: the crate, its files from `src`.
const CIRCLES_OF_FILES: [(&str, &[&str], &str); 10] = [
    (
        "services/consignments",
        &["domain/alert_search.rs", "domain/alerts.rs"],
        "what goods are looked up by is told by the index that looks it up: one search, in two files for its length",
    ),
    (
        "shared/feed",
        &["epoch.rs", "home.rs"],
        "the home of a database keeps the head that was served from it; an epoch begins where that is another",
    ),
    (
        "shared/feed",
        &["guard.rs", "wake.rs"],
        "who waits for news has the guard read the head, which tells those who wait",
    ),
    (
        "shared/files",
        &["progress.rs", "upload.rs"],
        "an upload, and what of it is there: two halves of one type",
    ),
    (
        "shared/files",
        &["recognise.rs", "zip_directory.rs"],
        "a type that is told by what a ZIP holds, and its name for an unknown one",
    ),
    (
        "shared/identity",
        &["cooperation/check.rs", "cooperation/check_arrangement.rs"],
        "one check, in two files for its length",
    ),
    (
        "shared/storage",
        &["connect.rs", "database.rs", "error.rs", "settings.rs", "write.rs", "writing.rs"],
        "`Database` and its methods: opening it, writing, and when it takes no writes",
    ),
    (
        "tests/load",
        &["fairness/abuse.rs", "fairness/strangers.rs"],
        "abusers, and those among them that nobody knows",
    ),
    ("shared/matching", &["model.rs", "stored.rs"], "a model, and the form in which it is stored"),
    ("shared/risk", &["model.rs", "score.rs"], "a model, and the score that names its version"),
];
/// What declares a name.
const DECLARES: [&str; 9] =
    ["struct", "enum", "fn", "trait", "type", "const", "static", "mod", "macro_rules"];

/// The name of a module, from the crate's root.
type Module = Vec<String>;

/// A name that a `use` line brings in: its path as written, and what it is called then.
struct Import {
    path: Vec<String>,
    called: String,
    is_handed_on: bool,
}

/// Which file of a crate uses which, or which room of a floor.
type Uses = BTreeSet<(String, String)>;

/// The modules of a crate, each a file.
struct House {
    /// The folder of the crate, from the root of the workspace.
    place: String,
    modules: BTreeMap<Module, (Source, Vec<Import>)>,
}

impl House {
    fn of(place: &str, files: Vec<Source>) -> Self {
        let modules = files.into_iter().map(|file| {
            let imports = imports(&file.code);
            (module(file_name(&file, place)), (file, imports))
        });
        Self { place: place.to_owned(), modules: modules.collect() }
    }

    fn file(&self, module: &Module) -> &str {
        file_name(&self.modules[module].0, &self.place)
    }

    /// Which file uses which, from `src`.
    fn uses(&self) -> Uses {
        let mut uses = BTreeSet::new();
        for (user, (_, imports)) in &self.modules {
            for import in imports.iter().filter(|import| !import.is_handed_on) {
                let Some(used) = self.origin(user, &import.path, 0) else { continue };
                if !user.starts_with(&used) {
                    uses.insert((self.file(user).to_owned(), self.file(&used).to_owned()));
                }
            }
        }
        uses
    }

    /// The module that a path leads to, through all that hand the name on; none outside of the crate.
    fn origin(&self, from: &Module, path: &[String], depth: usize) -> Option<Module> {
        let mut at = match path.first()?.as_str() {
            "crate" => Module::new(),
            "self" => from.clone(),
            "super" => from[..from.len().checked_sub(1)?].to_vec(),
            child => self.child(from, child)?,
        };
        let mut rest = &path[1..];
        while let Some(next) = rest.first() {
            at = match (next.as_str(), self.child(&at, next)) {
                ("super", _) => at[..at.len().checked_sub(1)?].to_vec(),
                (_, Some(child)) => child,
                (_, None) => break,
            };
            rest = &rest[1..];
        }
        let (_, imports) = self.modules.get(&at)?;
        let Some(name) = rest.first().filter(|_| depth < 9) else { return Some(at) };
        let handed_on = imports.iter().filter(|import| import.is_handed_on).find_map(|import| {
            let path = [&import.path, &rest[1..]].concat();
            match import.called.as_str() {
                "*" => self.origin(&at, &import.path, 0).filter(|origin| self.declares(origin, name)),
                called if called == name => self.origin(&at, &path, depth + 1),
                _ => None,
            }
        });
        Some(handed_on.unwrap_or(at))
    }

    fn child(&self, module: &Module, name: &str) -> Option<Module> {
        let child = [module.as_slice(), &[name.to_owned()]].concat();
        self.modules.contains_key(&child).then_some(child)
    }

    fn declares(&self, module: &Module, name: &str) -> bool {
        self.modules[module].0.code.iter().any(|line| {
            let words: Vec<&str> = words(line).collect();
            words.windows(2).any(|pair| DECLARES.contains(&pair[0]) && pair[1] == name)
        })
    }
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    let split = line.split(|character: char| !character.is_alphanumeric() && character != '_');
    split.filter(|word| !word.is_empty())
}

/// The name of a file from the `src` of its crate.
fn file_name<'f>(file: &'f Source, place: &str) -> &'f str {
    file.path.strip_prefix(place).and_then(|path| path.strip_prefix("/src/")).unwrap()
}

fn module(file: &str) -> Module {
    let mut module: Module = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        module.pop();
    }
    module
}

/// The names that a file brings in, its tests left out.
fn imports(code: &[String]) -> Vec<Import> {
    let is_of_tests = |index: usize| {
        code[index] == "#[cfg(test)]" && code.get(index + 1).is_some_and(|next| next.ends_with('{'))
    };
    let end = (0..code.len()).find(|index| is_of_tests(*index)).unwrap_or(code.len());
    let (mut found, mut lines) = (Vec::new(), code[..end].iter());
    while let Some(line) = lines.next() {
        let Some((before, tree)) = line.split_once("use ") else { continue };
        let is_handed_on = before.trim_start().starts_with("pub");
        if is_handed_on || before.trim().is_empty() {
            let mut tree = tree.to_owned();
            while !tree.contains(';') {
                tree.push_str(lines.next().map_or(";", String::as_str));
            }
            expand(tree.split(';').next().unwrap_or_default(), &[], is_handed_on, &mut found);
        }
    }
    found
}

/// The names of a tree such as `a::{b, c::{self, d as e}}`.
fn expand(tree: &str, before: &[String], is_handed_on: bool, found: &mut Vec<Import>) {
    let tree = tree.trim();
    let (head, group) = tree.split_once('{').map_or((tree, None), |(head, group)| (head, Some(group)));
    let (head, alias) = head.split_once(" as ").map_or((head, None), |(head, alias)| (head, Some(alias)));
    let segments = head.split("::").map(str::trim).filter(|segment| !segment.is_empty());
    let mut path: Vec<String> = before.iter().cloned().chain(segments.map(str::to_owned)).collect();
    let Some(group) = group else {
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        if let Some(last) = path.last().cloned() {
            let called = alias.map_or(last, |alias| alias.trim().to_owned());
            found.push(Import { path, called, is_handed_on });
        }
        return;
    };
    let (mut depth, mut start) = (0, 0);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                expand(&group[start..at], &path, is_handed_on, found);
                start = at + 1;
                if character == '}' {
                    return;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
}

/// The sets of those that reach each other.
fn circles(uses: &Uses) -> BTreeSet<BTreeSet<String>> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (user, used) in uses.iter().filter(|(user, used)| user != used) {
        next.entry(user).or_default().push(used);
    }
    let mut from: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for start in next.keys() {
        let mut ahead = vec![*start];
        while let Some(at) = ahead.pop() {
            for used in next.get(at).into_iter().flatten() {
                if from.entry(start).or_default().insert(used) {
                    ahead.push(used);
                }
            }
        }
    }
    let reaches = |one: &str, other: &str| from.get(one).is_some_and(|reached| reached.contains(other));
    let in_circles = from.iter().filter(|(start, _)| reaches(start, start));
    let circle = |(start, reached): (&&str, &BTreeSet<&str>)| {
        reached.iter().filter(|other| reaches(other, start)).map(|other| (*other).to_owned()).collect()
    };
    in_circles.map(circle).collect()
}

/// What stands side by side in each folder, and which of it uses which; a folder ends with `/`.
fn rooms(uses: &Uses) -> BTreeMap<String, Uses> {
    let mut floors: BTreeMap<String, Uses> = BTreeMap::new();
    for (user, used) in uses {
        let alike = user.split_inclusive('/').zip(used.split_inclusive('/')).take_while(|(a, b)| a == b);
        let floor: String = alike.map(|(part, _)| part).collect();
        let room = |file: &str| {
            let part = file[floor.len()..].split_inclusive('/').next().unwrap_or_default();
            format!("{floor}{part}")
        };
        let side_by_side = (room(user), room(used));
        floors.entry(floor).or_default().insert(side_by_side);
    }
    floors
}

/// Finds those circles that no exception allows, with the `use` lines between their parts, and exceptions that are needed
/// no more. An exception holds for a circle that has grown smaller.
fn judged<'u>(
    found: &[(String, BTreeSet<String>)],
    exceptions: &[(&str, &[&str], &str)],
    uses: impl Fn(&str) -> &'u Uses,
) -> Vec<String> {
    let holds = |exception: &(&str, &[&str], &str), place: &str, circle: &BTreeSet<String>| {
        exception.0 == place && circle.iter().all(|part| exception.1.contains(&part.as_str()))
    };
    let mut findings = Vec::new();
    for (place, circle) in found {
        if exceptions.iter().any(|exception| holds(exception, place, circle)) {
            continue;
        }
        let parts: Vec<&str> = circle.iter().map(String::as_str).collect();
        findings.push(format!("{place}/src: {} need each other:", parts.join(", ")));
        let part_of = |file: &str| circle.iter().find(|part| file.starts_with(part.as_str()));
        for (user, used) in uses(place) {
            if let (Some(one), Some(other)) = (part_of(user), part_of(used))
                && one != other
            {
                findings.push(format!("    {user} uses {used}"));
            }
        }
    }
    for exception in exceptions {
        if !found.iter().any(|(place, circle)| holds(exception, place, circle)) {
            let (place, parts, reason) = exception;
            findings.push(format!("{place}/src: {parts:?}: the exception is needed no more ({reason})"));
        }
    }
    findings
}

/// Which file of which crate uses which, without their tests.
static USES: LazyLock<BTreeMap<String, Uses>> = LazyLock::new(|| {
    let workspace = workspace();
    let root = &workspace.workspace_root;
    let folders = workspace.packages.iter().filter_map(|package| {
        package.manifest_path.parent()?.strip_prefix(root).ok().map(ToString::to_string)
    });
    let uses = folders.map(|place| {
        let mut files = sources(root, &format!("{place}/src"));
        // Beside a library, the program is a crate of its own.
        if files.iter().any(|file| file.path.ends_with("/src/lib.rs")) {
            files.retain(|file| !file.path.ends_with("/src/main.rs"));
        }
        let uses = House::of(&place, files).uses();
        (place, uses)
    });
    let uses: BTreeMap<String, Uses> = uses.collect();
    let count: usize = uses.values().map(BTreeSet::len).sum();
    assert!(uses.len() > 20 && count > 500, "{} crates, {count} uses: look at this test", uses.len());
    uses
});

#[test]
fn no_two_folders_of_a_crate_need_each_other() {
    let mut found = Vec::new();
    for (place, uses) in &*USES {
        for circle in rooms(uses).values().flat_map(circles) {
            if circle.iter().filter(|room| room.ends_with('/')).count() > 1 {
                found.push((place.clone(), circle));
            }
        }
    }
    let findings = judged(&found, &CIRCLES_OF_FOLDERS, |place| &USES[place]);
    assert_none("what two folders share stands below both", &findings);
}

#[test]
fn files_that_need_each_other_are_known_and_harmless() {
    let mut found = Vec::new();
    for (place, uses) in &*USES {
        found.extend(circles(uses).into_iter().map(|circle| (place.clone(), circle)));
    }
    for (place, circle) in &found {
        println!("{place}/src: {}", circle.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    }
    let findings = judged(&found, &CIRCLES_OF_FILES, |place| &USES[place]);
    assert_none("a circle of files is one job cut in two, or a type in the wrong file", &findings);
}

#[test]
fn a_circle_is_found_through_what_a_folder_hands_on() {
    let file = |name: &str, text: &str| Source::parse(format!("x/src/{name}"), text);
    let files = |last: &str| {
        vec![
            file("lib.rs", "pub mod api;\nmod store;\npub use store::{Rows as Table, *};"),
            file("api/mod.rs", "mod list;\npub use list::List;\nuse crate::Table;"),
            file("api/list.rs", "use super::Unknown;\nuse std::{fmt, io};\nfn f() { let because = 1; }"),
            file("store/mod.rs", "mod rows;\nmod limit;\npub use rows::Rows;\npub use limit::*;"),
            file("store/rows.rs", "use crate::{api::{self as calls, List}, store::Limit};"),
            file("store/limit.rs", last),
        ]
    };
    let none = House::of(
        "x",
        files("pub struct Limit;\n#[cfg(test)]\nmod tests {\n    use super::super::rows::Rows;\n}"),
    );
    let uses = none.uses();
    let shown: Vec<String> = uses.iter().map(|(user, used)| format!("{user} > {used}")).collect();
    assert_eq!(
        shown,
        [
            "api/mod.rs > store/rows.rs",
            "store/rows.rs > api/list.rs",
            "store/rows.rs > api/mod.rs",
            "store/rows.rs > store/limit.rs",
        ]
    );
    let of_root = circles(&rooms(&uses)[""]);
    assert_eq!(of_root, BTreeSet::from([BTreeSet::from(["api/".to_owned(), "store/".to_owned()])]));
    assert_eq!(circles(&uses).len(), 1, "two files: api/mod.rs and store/rows.rs");
    let more =
        House::of("x", files("pub struct Limit;\npub(crate) use super::rows::Other;\nuse super::Rows;"));
    let circle = circles(&more.uses()).into_iter().next().unwrap();
    assert!(circle.contains("store/limit.rs") && circle.contains("store/rows.rs"), "{circle:?}");

    let known: &[(&str, &[&str], &str)] = &[("x", &["api/", "store/", "old/"], "it was so")];
    let found = [("x".to_owned(), of_root.first().unwrap().clone())];
    assert!(judged(&found, known, |_| &uses).is_empty(), "a known one may grow smaller");
    assert!(judged(&[], known, |_| &uses)[0].contains("needed no more (it was so)"));
    assert!(judged(&found, &[], |_| &uses)[1].contains("api/mod.rs uses store/rows.rs"));
}
