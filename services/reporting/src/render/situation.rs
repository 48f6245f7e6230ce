//! The situation page, for browsers with and without scripts.
//!
//! Invariants: every text is escaped; script and style are files of the site, so that its policy allows nothing else; what a script makes
//! anew is what the page had at first, from the same code.

use jiff::{Timestamp, civil::DateTime};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{html as report, made_of::feed, numbers, section_number, table_number};
use crate::domain::{
    content::{Figure, Language, Section, Text},
    model::Period,
};

/// The style of the page: that of reports, and its own.
pub const STYLE: [&str; 2] = [report::STYLE, include_str!("situation.css")];
/// Keeps an open page new.
pub const SCRIPT: &str = include_str!("situation.js");
/// The icon of the page.
pub const ICON: &str = include_str!("situation.svg");

/// What the page shows.
pub struct Shown<'a> {
    /// Of the authority.
    pub names: &'a Text,
    pub quarter: &'a Period,
    /// As of when.
    pub time: Timestamp,
    /// The same by the clocks of the authority.
    pub local_time: DateTime,
    pub sections: &'a [Section],
    /// Of each feed its source, events, and by how many seconds it is behind; none where that is not known.
    pub feeds: &'a [(&'a str, u64, Option<i64>)],
    pub language: Language,
    /// How often an open page is made anew, in seconds.
    pub refresh: u64,
}

/// Words of the page.
struct Words {
    title: &'static str,
    signed_out: &'static str,
    how: &'static str,
    enter: &'static str,
    once: &'static str,
    leave: &'static str,
    as_of: &'static str,
    quarter: &'static str,
    live: &'static str,
    offline: &'static str,
    feeds: &'static str,
    feed: &'static str,
    seconds: &'static str,
    events: &'static str,
    not_heard: &'static str,
    nothing: &'static str,
    meaning: &'static str,
    other_language: &'static str,
    skip: &'static str,
}

static ENGLISH: Words = Words {
    title: "Situation",
    signed_out: "You are not signed in",
    how: "Make a link with `seamless situation link` (or SituationService.CreateSituationLink) and open it: it is good once, and for a \
          short time. Links that were opened, have expired or were taken back lead here.",
    enter: "Open the page",
    once: "This link is good once. Whoever opens it is signed in for some hours, and sees what the authority that made the link may see.",
    leave: "Sign out",
    as_of: "As of",
    quarter: "Quarter so far",
    live: "This page is kept up to date while it is open.",
    offline: "No connection at present: what is shown is as of the time above.",
    feeds: "Feeds",
    feed: "Feed",
    seconds: "Seconds behind",
    events: "Events",
    not_heard: "not heard since the start",
    nothing: "Nothing is known yet: no feed of this authority was read.",
    meaning: "What is counted",
    other_language: "中文",
    skip: "To the content",
};

static CHINESE: Words = Words {
    title: "态势",
    signed_out: "您尚未登录",
    how: "请用 `seamless situation link`（或 SituationService.CreateSituationLink）生成链接并打开；链接仅可使用一次，且有效期很短。\
          已打开、已过期或已收回的链接均转到本页。",
    enter: "打开页面",
    once: "此链接仅可使用一次。打开者将登录数小时，可查看生成链接的机构有权查看的内容。",
    leave: "退出登录",
    as_of: "截至",
    quarter: "本季度至今",
    live: "页面打开期间自动更新。",
    offline: "目前无法连接：所示内容截至上述时间。",
    feeds: "数据源",
    feed: "数据源",
    seconds: "滞后秒数",
    events: "事件数",
    not_heard: "启动后尚未收到",
    nothing: "尚无数据：该机构的数据源尚未读取。",
    meaning: "统计口径",
    other_language: "English",
    skip: "跳至内容",
};

fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

fn other(language: Language) -> Language {
    match language {
        Language::English => Language::Chinese,
        Language::Chinese => Language::English,
    }
}

/// The whole page.
#[must_use]
pub fn page(shown: &Shown<'_>) -> String {
    let (words, language) = (words(shown.language), shown.language);
    let name = shown.names.in_language(language);
    let content = html! {
        header {
            div.head {
                h1 { (words.title) " – " (name) }
                div.actions {
                    (switch("/", language))
                    form method="post" action=(format!("/leave?lang={}", language.tag())) {
                        button { (words.leave) }
                    }
                }
            }
        }
        main id="content" tabindex="-1" data-source=(format!("/fragment?lang={}", language.tag())) data-every=(shown.refresh)
        {
            (content(shown))
        }
        p #state .small role="status" data-live=(words.live) data-offline=(words.offline) {}
    };
    whole(language, &format!("{} – {name}", words.title), true, &content)
}

/// What stands within the page, for who has the rest.
#[must_use]
pub fn fragment(shown: &Shown<'_>) -> String {
    content(shown).into_string()
}

/// For who is not signed in.
#[must_use]
pub fn signed_out(language: Language) -> String {
    let words = words(language);
    let content = html! {
        header { div.head { h1 { (words.title) } div.actions { (switch("/", language)) } } }
        main id="content" tabindex="-1" { h2 { (words.signed_out) } p { (words.how) } }
    };
    whole(language, words.title, false, &content)
}

/// For who follows a link, before it is used: `path` is that of the link.
#[must_use]
pub fn entrance(path: &str, language: Language) -> String {
    let words = words(language);
    let content = html! {
        header { div.head { h1 { (words.title) } div.actions { (switch(path, language)) } } }
        main id="content" tabindex="-1" {
            p { (words.once) }
            form method="post" action=(format!("{path}?lang={}", language.tag())) { button { (words.enter) } }
        }
    };
    whole(language, words.title, false, &content)
}

fn whole(language: Language, title: &str, is_live: bool, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="/icon.svg";
                link rel="stylesheet" href="/situation.css";
                @if is_live { script src="/situation.js" defer {} }
            }
            body.situation {
                a.skip href="#content" { (words(language).skip) }
                (content)
            }
        }
    };
    page.into_string() + "\n"
}

/// The same page in the other language.
fn switch(path: &str, language: Language) -> Markup {
    let other = other(language).tag();
    html! { a lang=(other) hreflang=(other) href=(format!("{path}?lang={other}")) { (words(language).other_language) } }
}

fn content(shown: &Shown<'_>) -> Markup {
    let (words, language) = (words(shown.language), shown.language);
    let Period { first, last, zone } = shown.quarter;
    html! {
        p.small {
            (words.as_of) " " time datetime=(shown.time) { (shown.local_time.strftime("%Y-%m-%d %H:%M")) } " (" (zone) ") · "
            (words.quarter) ": " (first) " – " (last)
        }
        @if shown.feeds.is_empty() { p { (words.nothing) } }
        @for (index, section) in shown.sections.iter().enumerate() {
            @let id = format!("section-{}", section_number(index));
            section aria-labelledby=(id) {
                h2 id=(id) { (section.title.in_language(language)) }
                (tiles(section, language))
                @for (at, table) in section.tables.iter().enumerate() {
                    (report::table_of(table, &table_number(index, at), language))
                }
            }
        }
        @if !shown.feeds.is_empty() { (feeds(shown, words)) }
    }
}

/// The figures of a section, each large, and what they mean for who wants to know.
fn tiles(section: &Section, language: Language) -> Markup {
    if section.figures.is_empty() {
        return PreEscaped(String::new());
    }
    let is_late = |figure: &Figure| {
        figure.id.starts_with("overdue") && figure.value != crate::domain::content::Value::Count(0)
    };
    html! {
        dl.tiles {
            @for figure in &section.figures {
                div.tile.late[is_late(figure)] {
                    dt { (figure.title.in_language(language)) }
                    dd { (numbers::for_people(figure.value, language)) }
                }
            }
        }
        details id=(format!("meaning-{}", section.id)) {
            summary { (words(language).meaning) }
            dl.meanings {
                @for figure in &section.figures {
                    div {
                        dt { (figure.title.in_language(language)) }
                        dd { (figure.definition.in_language(language)) }
                    }
                }
            }
        }
    }
}

fn feeds(shown: &Shown<'_>, words: &Words) -> Markup {
    html! {
        section aria-labelledby="feeds" {
            h2 #feeds { (words.feeds) }
            div.scroll tabindex="0" role="group" aria-label=(words.feeds) {
                table {
                    thead {
                        tr {
                            th scope="col" { (words.feed) }
                            th.number scope="col" { (words.seconds) }
                            th.number scope="col" { (words.events) }
                        }
                    }
                    tbody {
                        @for (source, events, seconds) in shown.feeds {
                            tr {
                                th scope="row" { (feed(source).in_language(shown.language)) }
                                td.number {
                                    @match seconds { Some(seconds) => { (seconds) } None => { (words.not_heard) } }
                                }
                                td.number { (events) }
                            }
                        }
                    }
                }
            }
        }
    }
}
