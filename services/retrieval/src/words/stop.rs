//! Words that say nothing of what a text is about, and so are not searched for.
//!
//! What is one in any language is left out of every query, whose own language is seldom known: so
//! no list holds a word that means something in another of them, such as German `war`.

const ENGLISH: &str = "\
    a about above after again against all also am an and any are aren as at be because been \
    before being below between both but by can could couldn d did didn do does doesn doing don \
    down during each few for from further had hadn has hasn have haven having he her here hers \
    herself him himself his how i if in into is isn it its itself just ll m me more most my \
    myself no nor not now of off on once only or other our ours ourselves out over own re s same \
    she should shouldn so some such t than that the their theirs them themselves then there \
    these they this those through to too under until up ve very was wasn we were weren what when \
    where which while who whom why will with won would wouldn you your yours yourself yourselves";
const GERMAN: &str = "\
    aber als auch auf aus bei beim bis bist da damit dann das dass dein deine dem den denn der \
    des dich dieser diese dieses doch du durch ein eine einem einen einer eines er es euch \
    haben habt hatte ich ihm ihn ihnen ihr ihre im ins ist jede jeder kann kein keine konnen \
    mein meine mich mir muss nach nicht noch nur ob oder ohne sehr sein seine sich sie sind \
    um und uns unser unsere unter vom von vor waren warum wenn wer werden wie wir wird wo wurde \
    wurden zu zum zur zwischen";
const FRENCH: &str = "\
    au aux avec ce ces cet cette dans de des donc du elle elles en est et etait etre eux il ils je \
    la le les leur leurs lui ma mais mes mon ne nos notre nous ont ou pas qu que quel \
    quelle quels qui sa sans ses si sommes sont sous sur ta te tes toi ton tu un une vos votre vous";
const SPANISH: &str = "\
    al algo como con cual cuando del donde el ella ellas ellos entre eres esa ese eso esta \
    estaba estan este esto estos fue ha las lo los muy nada nosotros nuestra nuestro otra \
    para pero por porque quien se sobre soy su sus tambien tiene una unas uno unos ya y yo";
const ITALIAN: &str = "\
    agli alla alle anche che chi ci cosa cui da dai dal dalla degli dei del della delle di e ed \
    gli hanno ho loro ma mi nei nel nella noi nostro o perche piu quale quando quanto quella \
    quello questa questo siamo sono su sua suo sugli sulla tra tuo vi voi";
const PORTUGUESE: &str = "\
    ao aos as com da das dela dele dos ela eles em essa esse esta foi isso isto ja mais mas meu \
    minha na nao nas nem nos nossa nosso num numa o ou pela pelo porque qual quando quem sao se \
    sem ser seu sua tambem tem uma umas uns voce";
const DUTCH: &str = "\
    aan al bij dan dat deze dit een en er ge geen hebben heeft het hij hoe hun ik is je kan \
    maar meer met mijn naar niet nog nu of om ons ook op te tot uit voor waar wat werd wie wij \
    ze zich zij zijn zo";
const NORDIC: &str = "\
    att av blev de den der det dig din du eller en er ett for fra har hos hun hur hvad hvor i ikke \
    inte ja jag kan med mellem mig nar noe noen och og ogsa om pa sig sin ska skal som til \
    ut vad vara ved vi vid vil";
const RUSSIAN: &str = "\
    а без был была были было быть в вам вас весь во вот все всего вы где да для до его ее если есть \
    еще же за здесь и из или им их к как ко когда кто ли мне мы на над нам нас не него нет ни но ну \
    о об он она они оно от по под при с со так также такой там те то того тоже только том ты у уже \
    чего чем что чтобы эта эти это я";

/// The lists, each with its language; that of the Nordic ones is of three, and tells none.
const LISTS: [(&str, &str); 9] = [
    ("en", ENGLISH),
    ("de", GERMAN),
    ("fr", FRENCH),
    ("es", SPANISH),
    ("it", ITALIAN),
    ("pt", PORTUGUESE),
    ("nl", DUTCH),
    ("", NORDIC),
    ("ru", RUSSIAN),
];
/// How many stop words tell a language, at the least.
const TELLING: usize = 2;

/// Whether a folded word says nothing.
pub(super) fn is_stop_word(word: &str) -> bool {
    LISTS.iter().any(|(_, list)| holds(list, word))
}

/// The language whose stop words a text has most of, if one stands out: what tells the language
/// of a sentence, which is too short for the frequencies of letters.
pub(super) fn language(words: &[String]) -> Option<&'static str> {
    let count = |list: &str| words.iter().filter(|word| holds(list, word)).count();
    let mut votes = LISTS.map(|(code, list)| (count(list), code));
    votes.sort_by(|a, b| b.cmp(a));
    let [(most, code), (next, other), ..] = votes;
    let stands_out = most > next || other.is_empty();
    (most >= TELLING && stands_out && !code.is_empty()).then_some(code)
}

fn holds(list: &str, word: &str) -> bool {
    list.split(' ').any(|stop| stop == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_of_folded_words() {
        for list in [ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH, NORDIC, RUSSIAN]
        {
            assert_eq!(list.split(' ').collect::<Vec<_>>(), crate::words::split(list));
        }
    }

    #[test]
    fn what_means_something_elsewhere_is_searched_for() {
        for word in ["ledger", "war", "die", "car", "come", "door", "os", "van", "mit"] {
            assert!(!is_stop_word(word), "{word}");
        }
        for word in ["the", "und", "dans", "donde", "что", "yourselves"] {
            assert!(is_stop_word(word), "{word}");
        }
    }
}
