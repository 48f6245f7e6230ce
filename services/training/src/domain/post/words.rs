//! The sentences of mails, in English and Chinese.

use jiff::{Timestamp, civil::Weekday};
use seamless_identifiers::{LanguageTag, LocalizedText};
use seamless_identity::AuthorityId;

use super::occasion::Occasion;
use crate::domain::{Rules, model::EventStatus};

/// In which language it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    /// That of who reads; English where it is neither.
    #[must_use]
    pub fn of(tag: Option<&LanguageTag>) -> Self {
        match tag.map(LanguageTag::language) {
            Some("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// BCP 47.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.pick("en", "zh-Hans")
    }

    pub fn pick<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    /// The text as this language's readers are shown it.
    pub fn text(self, text: &LocalizedText) -> String {
        let wanted = LanguageTag::parse(self.tag()).ok();
        let found = wanted.and_then(|wanted| text.in_language(&wanted).map(|version| version.text.clone()));
        found.unwrap_or_default()
    }

    /// What an authority is called; its id where it has no name.
    pub fn name_of(self, rules: &Rules, id: &AuthorityId) -> String {
        let names = rules.cooperation.authority(id).map(|authority| &authority.names);
        let own = |begins: &str| {
            names
                .and_then(|names| names.iter().find(|(tag, _)| tag.starts_with(begins)).map(|(_, name)| name))
        };
        let any = || names.and_then(|names| names.values().next());
        own(self.pick("en", "zh"))
            .or_else(|| own("en"))
            .or_else(any)
            .cloned()
            .unwrap_or_else(|| id.to_string())
    }

    pub fn and(self) -> &'static str {
        self.pick(", ", "、")
    }

    pub fn colon(self) -> &'static str {
        self.pick(": ", "：")
    }

    pub fn your_time(self) -> &'static str {
        self.pick("Your time: ", "您的当地时间：")
    }

    pub fn day(self, day: Weekday) -> &'static str {
        let (english, chinese) = short_day(day);
        self.pick(english, chinese)
    }

    pub fn greeting(self, name: &str) -> String {
        self.pick(format!("Dear {name},"), format!("{name}，您好！"))
    }

    /// Before the subject of what is not meant.
    pub fn status(self, status: EventStatus) -> &'static str {
        match status {
            EventStatus::Actual => "",
            EventStatus::Exercise => self.pick("[Exercise] ", "[演练] "),
            EventStatus::Test => self.pick("[Test] ", "[测试] "),
        }
    }

    /// What the subject begins with.
    pub fn subject(self, occasion: &Occasion) -> &'static str {
        match occasion {
            Occasion::Pending => self.pick("Registration received", "已收到报名"),
            Occasion::Waiting => self.pick("On the waiting list", "已列入候补名单"),
            Occasion::Offered { .. } => self.pick("A seat is held for you", "已为您保留名额"),
            Occasion::Confirmed => self.pick("Confirmed", "报名已确认"),
            Occasion::Changed { .. } => self.pick("Changed", "活动安排有变"),
            Occasion::Rejected => self.pick("Not admitted", "报名未获批准"),
            Occasion::Declined => self.pick("Seat given up", "已放弃名额"),
            Occasion::Expired => self.pick("The offer has expired", "保留名额已过期"),
            Occasion::Unseated => self.pick("No seat was free", "未能安排名额"),
            Occasion::Withdrawn => self.pick("Registration withdrawn", "报名已撤回"),
            Occasion::Replaced => self.pick("Somebody else takes part in your place", "已由他人代替您参加"),
            Occasion::Cancelled => self.pick("Cancelled", "活动已取消"),
            Occasion::Reminder => self.pick("Reminder", "活动提醒"),
            Occasion::TakenOut { .. } => self.pick("A meeting is called off", "一场会议已取消"),
        }
    }

    /// What has happened, in a sentence or two. `until` is when an offer expires, by the reader's clock; `invitations` is how many
    /// go with what is told, each in a mail of its own.
    pub fn sentence(self, occasion: &Occasion, until: &str, invitations: usize) -> String {
        let plain = match occasion {
            Occasion::Offered { .. } => {
                return self.pick(
                    format!(
                        "A seat is held for you until {until}. To take it, accept the invitation in this mail with your \
                         calendar program, or ask who registered you to confirm. After that it goes to who is next."
                    ),
                    format!(
                        "已为您保留名额至 {until}。如需参加，请在日历程序中接受本邮件中的邀请，或请为您报名的机构确认。逾期名额将转给下一位。"
                    ),
                );
            }
            Occasion::Pending => self.pick(
                "Your registration was received. The organiser decides on it; you will be written to.",
                "我们已收到您的报名，主办方将进行审核，届时另行通知。",
            ),
            Occasion::Waiting => self.pick(
                "All seats are taken at present. You are on the waiting list, and will be written to when a seat is free.",
                "目前名额已满。您已列入候补名单，有空余名额时将另行通知。",
            ),
            Occasion::Confirmed if invitations > 1 => self.pick(
                "You are registered, and have your seat. Each meeting has an invitation of its own, in a mail of its own, \
                 which puts it into your calendar; if you can come to none of them, decline all of them there, so that \
                 somebody else gets the seat.",
                "您的报名已确认，名额已保留。每场会议各有一封邀请邮件，可加入您的日历；如所有会议都不能参加，请在日历中拒绝全部邀请，以便将名额转给他人。",
            ),
            Occasion::Confirmed => self.pick(
                "You are registered, and have your seat. The invitation in this mail puts it into your calendar; if you \
                 cannot come, decline it there, so that somebody else gets the seat.",
                "您的报名已确认，名额已保留。本邮件中的邀请可加入您的日历；如不能参加，请在日历中拒绝邀请，以便将名额转给他人。",
            ),
            Occasion::Changed { .. } => self.pick(
                "What you were told of this activity has changed. What follows holds now.",
                "此前通知您的活动安排有变，请以下列安排为准。",
            ),
            Occasion::Rejected => {
                self.pick("The organiser could not admit your registration.", "主办方未批准您的报名。")
            }
            Occasion::Declined => {
                self.pick("The seat that was held for you goes to who is next.", "为您保留的名额将转给下一位。")
            }
            Occasion::Expired => self.pick(
                "The offer was not answered in time; the seat goes to who is next.",
                "您未在期限内答复，名额将转给下一位。",
            ),
            Occasion::Unseated => self.pick(
                "This activity has taken place, and there was no seat for you.",
                "本活动已举行，未能为您安排名额。",
            ),
            Occasion::Withdrawn => self.pick("Your registration was withdrawn.", "您的报名已撤回。"),
            Occasion::Replaced => self.pick(
                "Your registration was transferred: somebody else takes part in your place.",
                "您的报名已转让，由他人代替您参加。",
            ),
            Occasion::Cancelled => self.pick("This activity was cancelled.", "本活动已取消。"),
            Occasion::TakenOut { .. } => self.pick(
                "The meeting below does not take place, or you are no longer registered for it; this mail takes it out of your \
                 calendar. The rest of your registration stays as other mails say.",
                "以下会议不再举行，或已不属于您报名的内容；本邮件将其从您的日历中移除。您报名的其余部分以其他邮件为准。",
            ),
            Occasion::Reminder => {
                self.pick("This activity begins soon, and you have a seat.", "活动即将开始，您的名额已保留。")
            }
        };
        plain.to_owned()
    }

    /// Why clocks moved.
    pub fn moved_by_law(self, zone: &str) -> String {
        self.pick(
            format!(
                "The clocks of {zone} were changed by law: the local time there stays, elsewhere it is another one."
            ),
            format!("{zone} 的时钟依法调整：会议的当地时间不变，其他地区的对应时间有变。"),
        )
    }

    pub fn reason(self, reason: &str) -> String {
        self.pick(format!("Reason: {reason}"), format!("原因：{reason}"))
    }

    pub fn more_meetings(self, count: usize) -> String {
        self.pick(
            format!("    … and {count} more; the calendar has all of them."),
            format!("    ……另有 {count} 场，详见日历。"),
        )
    }

    pub fn ending(self, organiser: &str) -> String {
        self.pick(
            format!("{organiser}\nThis mail was written by a program. Local times follow the clocks of each place."),
            format!("{organiser}\n本邮件由系统自动发送。当地时间以各地时钟为准。"),
        )
    }

    /// An instant by a clock, to the minute.
    pub fn instant(self, at: Timestamp, clock: &jiff::tz::TimeZone, zone: &str) -> String {
        format!("{} ({zone})", clock.to_datetime(at).strftime("%Y-%m-%d %H:%M"))
    }
}

/// The day of the week, in short.
fn short_day(day: Weekday) -> (&'static str, &'static str) {
    match day {
        Weekday::Monday => ("(Mon)", "(周一)"),
        Weekday::Tuesday => ("(Tue)", "(周二)"),
        Weekday::Wednesday => ("(Wed)", "(周三)"),
        Weekday::Thursday => ("(Thu)", "(周四)"),
        Weekday::Friday => ("(Fri)", "(周五)"),
        Weekday::Saturday => ("(Sat)", "(周六)"),
        Weekday::Sunday => ("(Sun)", "(周日)"),
    }
}
