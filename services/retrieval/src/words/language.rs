//! The languages whose words are known in their other forms, and which one a text is in.

use rust_stemmers::Algorithm;
use whatlang::{Lang, detect};

use crate::words::{split, stop};

/// The least characters of a text whose language is judged; what is shorter is guessed too often.
const SHORTEST: usize = 40;
/// The most characters that are looked at.
const LOOKED_AT: usize = 4000;

/// A language that words are stemmed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Language {
    /// By ISO 639-1.
    pub(crate) code: &'static str,
    pub(super) algorithm: Algorithm,
    pub(super) script: Script,
    lang: Lang,
}

/// What a language is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Arabic,
    Cyrillic,
    Greek,
    Latin,
    Tamil,
}

/// Each language; the first of a script is what words in it are taken for where nothing is known.
const LANGUAGES: [Language; 18] = [
    Language::new("en", Algorithm::English, Script::Latin, Lang::Eng),
    Language::new("ar", Algorithm::Arabic, Script::Arabic, Lang::Ara),
    Language::new("da", Algorithm::Danish, Script::Latin, Lang::Dan),
    Language::new("de", Algorithm::German, Script::Latin, Lang::Deu),
    Language::new("el", Algorithm::Greek, Script::Greek, Lang::Ell),
    Language::new("es", Algorithm::Spanish, Script::Latin, Lang::Spa),
    Language::new("fi", Algorithm::Finnish, Script::Latin, Lang::Fin),
    Language::new("fr", Algorithm::French, Script::Latin, Lang::Fra),
    Language::new("hu", Algorithm::Hungarian, Script::Latin, Lang::Hun),
    Language::new("it", Algorithm::Italian, Script::Latin, Lang::Ita),
    Language::new("nl", Algorithm::Dutch, Script::Latin, Lang::Nld),
    Language::new("no", Algorithm::Norwegian, Script::Latin, Lang::Nob),
    Language::new("pt", Algorithm::Portuguese, Script::Latin, Lang::Por),
    Language::new("ro", Algorithm::Romanian, Script::Latin, Lang::Ron),
    Language::new("ru", Algorithm::Russian, Script::Cyrillic, Lang::Rus),
    Language::new("sv", Algorithm::Swedish, Script::Latin, Lang::Swe),
    Language::new("ta", Algorithm::Tamil, Script::Tamil, Lang::Tam),
    Language::new("tr", Algorithm::Turkish, Script::Latin, Lang::Tur),
];

impl Language {
    const fn new(code: &'static str, algorithm: Algorithm, script: Script, lang: Lang) -> Self {
        Self { code, algorithm, script, lang }
    }

    /// The language of this code.
    pub(super) fn of(code: &str) -> Option<Self> {
        LANGUAGES.into_iter().find(|language| language.code == code)
    }

    /// What words in a script are taken for where nothing is known of their text.
    pub(super) fn usual(script: Script) -> Option<Self> {
        LANGUAGES.into_iter().find(|language| language.script == script)
    }
}

/// How the words of a text are stemmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tongue {
    /// By a language, each word in another script by the usual one of that.
    Known(Language),
    /// By the usual language of each word's script: the text is too short to tell.
    Unknown,
    /// Not at all: the text is in a language that is none of ours.
    Foreign,
}

impl Tongue {
    /// What a text is in, as far as it can be told.
    pub(crate) fn of_text(text: &str) -> Self {
        let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(end, _)| end);
        if text.chars().take(SHORTEST).count() < SHORTEST {
            return Self::Unknown;
        }
        match detect(&text[..end]).filter(whatlang::Info::is_reliable) {
            None => Self::of_stop_words(&text[..end]),
            Some(found) => LANGUAGES
                .into_iter()
                .find(|language| language.lang == found.lang())
                .map_or(Self::Foreign, Self::Known),
        }
    }

    fn of_stop_words(text: &str) -> Self {
        let found = stop::language(&split(text)).and_then(Language::of);
        found.map_or(Self::Unknown, Self::Known)
    }

    /// As a store keeps it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Known(language) => language.code,
            Self::Unknown => "auto",
            Self::Foreign => "none",
        }
    }

    /// As a store kept it; a code that nobody knows is that of a newer program.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        match code {
            "auto" => Some(Self::Unknown),
            "none" => Some(Self::Foreign),
            code => Language::of(code).map(Self::Known),
        }
    }

    /// Those of a list of codes with spaces between them.
    pub(crate) fn of_codes(codes: &str) -> Vec<Self> {
        codes.split(' ').filter_map(Self::of_code).collect()
    }
}

impl Script {
    /// The script of a word by its first letter.
    pub(super) fn of(word: &str) -> Option<Self> {
        match word.chars().next()? {
            'a'..='z' | '\u{df}'..='\u{24f}' => Some(Self::Latin),
            '\u{370}'..='\u{3ff}' => Some(Self::Greek),
            '\u{400}'..='\u{4ff}' => Some(Self::Cyrillic),
            '\u{600}'..='\u{6ff}' => Some(Self::Arabic),
            '\u{b80}'..='\u{bff}' => Some(Self::Tamil),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_some_length_tells_its_language() {
        for (text, code) in [
            ("We moved the billing of a hotel chain to a new ledger within three months.", "en"),
            ("Wir haben die Abrechnung einer Hotelkette in drei Monaten umgestellt.", "de"),
            ("Nous avons migré la facturation d'une chaîne d'hôtels en trois mois.", "fr"),
            ("Мы перенесли расчёты сети гостиниц на новую систему за три месяца.", "ru"),
            ("Przenieśliśmy rozliczenia sieci hoteli do nowego systemu w trzy miesiące.", "none"),
            ("Die Verwaltung vermittelt den Kollegen Wohnungen in der Stadt.", "de"),
            ("Las nóminas de los empleados se pagan el día veintiocho de cada mes.", "es"),
            ("We migrated three databases.", "auto"),
        ] {
            assert_eq!(Tongue::of_text(text).code(), code, "{text}");
        }
    }

    #[test]
    fn a_code_comes_back_as_what_it_was() {
        for language in LANGUAGES {
            assert_eq!(Tongue::of_code(language.code), Some(Tongue::Known(language)));
        }
        assert_eq!(Tongue::of_codes("none auto xx"), [Tongue::Foreign, Tongue::Unknown]);
    }
}
