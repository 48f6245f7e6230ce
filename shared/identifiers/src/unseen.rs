//! Characters that nobody sees, or that make others be seen in another order: they split words for a search, let two
//! different texts look alike, and break lists apart. What a script needs stays.
//!
//! Invariant: what [`visible`] gives has nothing that [`unseen`] finds in a text of many lines, and is the same text where
//! there was nothing to find.

use std::{borrow::Cow, fmt};

/// Whether a text may have more than one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// A name or number: no line break, no tab.
    One,
    /// A text with line breaks and tabs.
    Many,
}

/// A character that may not stand where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// The character.
    pub character: char,
    /// Where it stands, in characters from 1.
    pub position: usize,
    /// What kind of character that is.
    pub kind: UnseenKind,
}

/// What kind of character somebody does not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnseenKind {
    /// A control character.
    Control,
    /// A line break or tab in a text of one line.
    LineBreak,
    /// It changes the direction of the text around it.
    Direction,
    /// It has no width.
    ZeroWidth,
}

impl fmt::Display for Unseen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            UnseenKind::Control => "a control character",
            UnseenKind::LineBreak => "a line break or tab, in a text of one line",
            UnseenKind::Direction => "a character that changes the direction of text",
            UnseenKind::ZeroWidth => "a character without width",
        };
        write!(formatter, "has {kind}, U+{:04X}, at character {}", u32::from(self.character), self.position)
    }
}

/// The first character of a text that nobody sees and no script needs.
#[must_use]
pub fn unseen(text: &str, lines: Lines) -> Option<Unseen> {
    if is_plain(text, lines) {
        return None;
    }
    found(text, lines).next().map(|(_, unseen)| unseen)
}

/// The text without such characters. A control character becomes a space, since it often stands where one was; line
/// breaks and tabs stay.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text, Lines::Many) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    // A mark may be needed for what stands before it; once that is gone, it is not.
    for (at, Unseen { character, kind, .. }) in found(text, Lines::Many) {
        kept.push_str(&text[from..at]);
        if kind == UnseenKind::Control && character != '\0' {
            kept.push(' ');
        }
        from = at + character.len_utf8();
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(&text[from..]);
    Cow::Owned(kept)
}

/// Whether a character only formats others, wherever it stands.
pub(crate) fn is_format(character: char) -> bool {
    kind_of(character, Lines::Many).is_some_and(|kind| kind != UnseenKind::Control)
}

/// Printable ASCII, as most texts are: nothing else needs to be looked at.
fn is_plain(text: &str, lines: Lines) -> bool {
    let is_break = |byte: u8| lines == Lines::Many && matches!(byte, b'\n' | b'\r' | b'\t');
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') || is_break(byte))
}

fn found(text: &str, lines: Lines) -> impl Iterator<Item = (usize, Unseen)> {
    let is_right_to_left = text.chars().any(is_right_to_left);
    let mut before = None;
    text.char_indices().enumerate().filter_map(move |(index, (at, character))| {
        let previous = before;
        let kind = kind_of(character, lines);
        let needed = match character {
            // Joiners: in Arabic, Indic and related scripts, and between the parts of an emoji.
            '\u{200c}' | '\u{200d}' => previous.is_some_and(joins),
            // A place to break a line, in scripts without spaces.
            '\u{200b}' => previous.is_some_and(is_without_spaces),
            // Forms of a Mongolian letter.
            '\u{180b}'..='\u{180e}' => {
                previous.is_some_and(|letter| matches!(letter, '\u{1820}'..='\u{18aa}'))
            }
            // A place for a hyphen, in running text.
            '\u{ad}' => lines == Lines::Many && previous.is_some_and(char::is_alphabetic),
            '\u{200e}' | '\u{200f}' | '\u{61c}' => is_right_to_left,
            // Flags of parts of a country: a black flag with letters that are not seen.
            '\u{e0020}'..='\u{e007f}' => matches!(previous, Some('\u{1f3f4}' | '\u{e0020}'..='\u{e007f}')),
            _ => false,
        };
        match kind {
            // Made visible, it is a space.
            Some(UnseenKind::Control) if character != '\0' => before = Some(' '),
            Some(_) if !needed => {}
            _ => before = Some(character),
        }
        kind.filter(|_| !needed).map(|kind| (at, Unseen { character, position: index + 1, kind }))
    })
}

fn kind_of(character: char, lines: Lines) -> Option<UnseenKind> {
    Some(match character {
        '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => match lines {
            Lines::One => UnseenKind::LineBreak,
            Lines::Many if character == '\u{85}' => UnseenKind::Control,
            Lines::Many => return None,
        },
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => UnseenKind::Control,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
            UnseenKind::Direction
        }
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fffe}'
        | '\u{ffff}'
        | '\u{e0000}'..='\u{e007f}' => UnseenKind::ZeroWidth,
        _ => return None,
    })
}

fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        if character != '\u{61c}')
}

/// Letters and marks after which a joiner changes what is seen.
fn joins(character: char) -> bool {
    matches!(character,
        '\u{600}'..='\u{7bf}' | '\u{840}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{18af}'
        | '\u{1900}'..='\u{1cff}' | '\u{a840}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{11000}'..='\u{11fff}' | '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
        && character != '\u{61c}'
}

fn is_without_spaces(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' if !matches!(character, '\u{17b4}' | '\u{17b5}'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_nobody_sees_is_found_with_code_point_and_place() {
        for (text, lines, told) in [
            ("Kettle\u{200b} 5", Lines::Many, "a character without width, U+200B, at character 7"),
            ("\u{feff}Kettle", Lines::Many, "a character without width, U+FEFF, at character 1"),
            (
                "水\u{202e}5-K",
                Lines::Many,
                "a character that changes the direction of text, U+202E, at character 2",
            ),
            (
                "a\u{200e}b",
                Lines::Many,
                "a character that changes the direction of text, U+200E, at character 2",
            ),
            ("a\u{7}", Lines::Many, "a control character, U+0007, at character 2"),
            ("é\u{9b}", Lines::Many, "a control character, U+009B, at character 2"),
            ("two\nlines", Lines::One, "a line break or tab, in a text of one line, U+000A, at character 4"),
            ("a\u{200d}b", Lines::One, "a character without width, U+200D, at character 2"),
            ("K\u{ad}7", Lines::One, "a character without width, U+00AD, at character 2"),
        ] {
            let found = unseen(text, lines).map(|found| found.to_string());
            assert_eq!(found.as_deref(), Some(format!("has {told}").as_str()), "{text:?}");
        }
    }

    #[test]
    fn what_a_script_needs_stays() {
        for text in [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "❤\u{fe0f}\u{200d}🔥",
            "ภาษา\u{200b}ไทย",
            "العربية\u{200e} (A-1)",
            "水壶 20 °C – “red”",
            "Ge\u{ad}fahr\nzwei\tdrei\r\n",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}",
        ] {
            assert_eq!(unseen(text, Lines::Many), None, "{text:?}");
            assert_eq!(visible(text), text);
        }
        assert_eq!(visible("\u{202d}6932173550102\u{202c}\u{200b} a\u{7}b\0"), "6932173550102 a b");
    }

    proptest! {
        #[test]
        fn what_was_made_visible_has_nothing_unseen(text in "[a\u{915}\u{e01}\u{627}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{0}-\u{9f}\u{ad}\u{feff}\u{1f3f4}\u{e0020}-\u{e007f}]{0,20}") {
            let seen = visible(&text);
            prop_assert_eq!(unseen(&seen, Lines::Many), None);
            prop_assert_eq!(visible(&seen), seen.as_ref());
        }
    }
}
