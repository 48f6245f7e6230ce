//! Names of companies, cleaned so that two spellings of one company are one: legal forms, punctuation, width and case do
//! not tell companies apart.
//!
//! Invariant: cleaning is deterministic and never panics; a name that consists of nothing but legal forms keeps them, so
//! that a name with a letter in it never becomes nothing.

use unicode_normalization::UnicodeNormalization;

/// The longest key, in bytes: what the look-up table holds.
const LONGEST_KEY: usize = 120;

/// Legal forms in Latin and Cyrillic script, as single words (dots between single letters are taken out before).
const LEGAL_FORMS: &str = "ab ag aps as asbl bhd bv bvba co company corp corporation doo eirl eood gmbh gbr inc \
    incorporated kft kg kgaa kk lda limited llc llp lp ltd ltda mbh nv ohg oo ood oy oyj oü plc pte \
    pty pvt sa sarl sas sasu sdn sia sl slu snc sp spa spzoo sro srl sti stı şti tic uab ug vof zrt \
    ао зао оао ооо тов";
/// Legal forms and articles that stand before a name.
const LEADING_FORMS: &str = "pt ooo zao oao tov the ооо оао зао ао тов";
/// Words that so many companies have in their names that they tell little.
const TRADE_WORDS: &str = "and appliance appliances business china commerce commercial crafts development electric \
    electrical electronic electronics enterprise enterprises export factory gifts global group \
    hardware holding holdings imp exp import industrial industries industry international intl \
    lighting manufacture manufacturer manufacturing mfg of plastic plastics product products science \
    tech technology technologies toy toys trade trading";
/// Cities and provinces from which most consumer products of Chinese origin come.
const PLACES: &str = "anhui beijing chaozhou chenghai cixi dongguan foshan fujian guangdong guangzhou hangzhou hebei \
    hk hong huizhou jiangmen jiangsu jiangxi jinhua jinjiang kong nanjing ningbo qingdao quanzhou \
    shandong shanghai shantou shaoxing shenzhen suzhou taizhou tianjin wenzhou wuxi xiamen yangjiang \
    yiwu yongkang yuyao zhejiang zhongshan zhuhai";
/// Legal forms in Chinese names, longer ones before those that they end with.
const CHINESE_FORMS: &str = "股份有限公司 有限责任公司 有限責任公司 集团有限公司 集團有限公司 有限公司 分公司 总公司 總公司 公司 集团 集團 制造厂 製造廠 加工厂 加工廠 工厂 工廠 经营部 經營部 商行 厂 \
    廠";
/// What Chinese companies do, at the end of their names.
const CHINESE_TRADE: &str = "进出口贸易 进出口 國際貿易 国际贸易 电子商务 电子科技 电器 電器 电子 電子 科技 贸易 貿易 实业 實業 工贸 工業 工业 玩具 塑料 塑胶 五金 制品 礼品 用品 照明 国际";
/// Places at the beginning of Chinese names.
const CHINESE_PLACES: &str = "浙江 广东 江苏 福建 山东 上海 北京 天津 深圳 广州 宁波 杭州 东莞 佛山 中山 义乌 温州 台州 金华 永康 慈溪 余姚 汕头 澄海 潮州 厦门 泉州 晋江 苏州 无锡 青岛 珠海 \
    惠州 江门 阳江 香港";

/// A company's name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyName {
    words: Vec<String>,
    core: Vec<String>,
}

impl CompanyName {
    /// Cleans a name.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let all = words_of(name);
        let words = non_empty(without_forms(&all), &all);
        let own: Vec<String> = words.iter().filter_map(|word| core_of(word)).collect();
        let core = non_empty(own, &words);
        Self { words, core }
    }

    /// The name without legal form, in one spelling: `Ningbo Example Co., Ltd.` is `ningbo example`. Empty for a name
    /// without letters and digits.
    #[must_use]
    pub fn cleaned(&self) -> String {
        self.words.join(" ")
    }

    /// What a company is looked up by: the name also without place and trade, so that more spellings meet; `None` for a
    /// name without letters and digits. Companies that share it need not be one: compare them with
    /// [`CompanyName::similarity`].
    #[must_use]
    pub fn key(&self) -> Option<String> {
        let mut key = self.core.join(" ");
        let end = (0..=LONGEST_KEY.min(key.len())).rev().find(|end| key.is_char_boundary(*end));
        key.truncate(end.unwrap_or_default());
        Some(key).filter(|key| !key.is_empty())
    }

    /// How alike two names are: 1 for the same cleaned name, 0 for nothing in common.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> f64 {
        if self.words.is_empty() || other.words.is_empty() {
            return 0.0;
        }
        if self.words == other.words {
            return 1.0;
        }
        let alike = overlap(&pieces(&self.words), &pieces(&other.words));
        // The same own name with another place or trade: a sister company, or the same one abridged.
        if self.core == other.core { alike.max(0.75) } else { alike }
    }
}

/// The words of an address or a brand in one spelling, of at least two characters.
#[must_use]
pub fn significant_words(text: &str) -> Vec<String> {
    pieces(&words_of(text)).into_iter().filter(|word| word.chars().count() > 1).collect()
}

/// What two lists of words share, in relation to both: 2·shared / all, 0 to 1.
#[must_use]
pub fn overlap(one: &[String], other: &[String]) -> f64 {
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let mut left: Vec<&String> = other.iter().collect();
    let mut shared = 0_u32;
    for word in one {
        if let Some(at) = left.iter().position(|candidate| *candidate == word) {
            left.swap_remove(at);
            shared += 1;
        }
    }
    let all = u32::try_from(one.len() + other.len()).unwrap_or(u32::MAX);
    f64::from(2 * shared) / f64::from(all)
}

/// Whether a list of words, with a space between two, has the word.
fn is_among(word: &str, list: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Letters and digits in one width and case; ideographs without a space between them are one word.
fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_ideograph = false;
    let mut after_dot = false;
    // Single letters with dots between them are one word: `S.p.A.`, `L.L.C.`; but `Co.Ltd` is two.
    let mut initials = false;
    let mut end = |word: &mut String, dotted: bool| {
        if word.is_empty() {
            return;
        }
        let is_letter = word.chars().count() == 1 && !word.chars().any(is_ideograph);
        match words.last_mut() {
            Some(last) if dotted && initials && is_letter => last.push_str(word),
            _ => {
                words.push(word.clone());
                initials = is_letter;
            }
        }
        word.clear();
    };
    for character in text.nfkc().flat_map(char::to_lowercase) {
        if !character.is_alphanumeric() {
            if matches!(character, '\'' | '’' | '\u{307}') {
                continue;
            }
            let ended = !word.is_empty();
            end(&mut word, after_dot);
            after_dot = character == '.' && (ended || after_dot);
            continue;
        }
        let ideograph = is_ideograph(character);
        if !word.is_empty() && ideograph != was_ideograph {
            end(&mut word, after_dot);
            after_dot = false;
        }
        was_ideograph = ideograph;
        word.push(character);
    }
    end(&mut word, after_dot);
    words
}

fn without_forms(words: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(words.len());
    for (index, word) in words.iter().enumerate() {
        let is_form =
            is_among(word, LEGAL_FORMS) || (index == 0 && words.len() > 1 && is_among(word, LEADING_FORMS));
        // `Sp. z o.o.`: the lone letter belongs to the form.
        let is_joint = word == "z" && words.get(index + 1).is_some_and(|next| next == "oo");
        if is_form || is_joint {
            continue;
        }
        if word.chars().any(is_ideograph) {
            let bare = CHINESE_FORMS.split(' ').fold(word.clone(), |name, form| match form.chars().count() {
                // 厂 ends a name; within one it may be part of it.
                1 => name.strip_suffix(form).map(str::to_owned).unwrap_or(name),
                _ => name.replace(form, ""),
            });
            kept.extend(Some(bare).filter(|bare| !bare.is_empty()));
        } else {
            kept.push(word.clone());
        }
    }
    kept
}

/// The word without place and trade; `None` if nothing is left.
fn core_of(word: &str) -> Option<String> {
    if !word.chars().any(is_ideograph) {
        let is_common = is_among(word, TRADE_WORDS) || is_among(word, PLACES);
        return (!is_common).then(|| word.to_owned());
    }
    let mut bare = word;
    while let Some(rest) = CHINESE_PLACES.split(' ').find_map(|place| bare.strip_prefix(place)) {
        bare = rest.strip_prefix(['省', '市', '区', '县']).unwrap_or(rest);
    }
    while let Some(rest) = CHINESE_TRADE.split(' ').find_map(|trade| bare.strip_suffix(trade)) {
        bare = rest;
    }
    (!bare.is_empty()).then(|| bare.to_owned())
}

/// Words as they are compared one by one: of ideographs every two neighbours.
fn pieces(words: &[String]) -> Vec<String> {
    let mut pieces = Vec::new();
    for word in words {
        let characters: Vec<char> = word.chars().collect();
        if characters.len() > 2 && characters.iter().copied().any(is_ideograph) {
            pieces.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
        } else {
            pieces.push(word.clone());
        }
    }
    pieces
}

fn non_empty(words: Vec<String>, otherwise: &[String]) -> Vec<String> {
    if words.is_empty() { otherwise.to_vec() } else { words }
}
