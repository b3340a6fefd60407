use retrieval::document::NewDocument;
use retrieval::search::{Mode, Search};

use crate::world::{NOTES, World, ids, make, new, search, tenant};

async fn sorted(world: &World, query: &str) -> Vec<String> {
    let mut ids = world.ids(query).await;
    ids.sort();
    ids
}

pub(crate) async fn any_word_finds(world: &World) {
    world.put("a", "A billing system in Rust.").await;
    world.put("b", "A booking system in Go.").await;
    world.put("c", "Nothing of the sort.").await;
    assert_eq!(sorted(world, "rust booking kubernetes").await, ["a", "b"]);
    assert_eq!(world.ids("system for billing").await, ["a", "b"]);
}

pub(crate) async fn words_are_found_in_other_forms(world: &World) {
    world.put("a", "We migrated three databases.").await;
    assert_eq!(world.ids("migrating a database").await, ["a"]);
    assert_eq!(world.ids("migration").await, ["a"]);
}

pub(crate) async fn words_of_other_languages_are_found_in_other_forms(world: &World) {
    for (id, text) in [
        ("de", "Die Verwaltung vermittelt den neuen Kollegen möblierte Wohnungen in der Stadt."),
        (
            "fr",
            "Les consultations de spécialistes sont remboursées par la mutuelle de l'entreprise.",
        ),
        ("es", "Las nóminas de los empleados se pagan el día veintiocho de cada mes."),
        ("ru", "Авансовый отчёт сдаётся в бухгалтерию в течение трёх рабочих дней."),
        ("en", "The landlords of the region are members of several associations of owners."),
    ] {
        world.put(id, text).await;
    }
    for (query, id) in [
        ("Wohnung", "de"),
        ("consultation spécialiste", "fr"),
        ("nómina", "es"),
        ("отчёты", "ru"),
        ("association", "en"),
    ] {
        assert_eq!(world.ids(query).await[0], id, "{query}");
    }
}

/// `system` has another stem in each of the languages, and says as much in either.
pub(crate) async fn a_word_counts_once_in_whichever_form(world: &World) {
    for n in 0..6 {
        let text =
            format!("The system of record for the accounts of the company, number {n} of many.");
        world.put(&format!("en{n}"), &text).await;
    }
    world
        .put("de", "Das System für die Abrechnung der Firma ist nicht das einzige seiner Art hier.")
        .await;
    for n in 0..20 {
        let text =
            format!("Something about the weather of the day and of the days before, number {n}.");
        world.put(&format!("other{n}"), &text).await;
    }
    let found =
        world.find(Search { explain: true, mode: Mode::Keyword, ..search("system systems") }).await;
    let values: Vec<f64> = found.passages.iter().map(|passage| passage.scores[0].value).collect();
    assert_eq!(values.len(), 7);
    assert!(values.iter().all(|value| (value / values[0] - 1.0).abs() < 0.2), "{values:?}");
}

pub(crate) async fn forms_of_a_language_are_forgotten_with_their_text(world: &World) {
    world
        .put("a", "Die Verwaltung vermittelt den neuen Kollegen möblierte Wohnungen in der Stadt.")
        .await;
    assert_eq!(world.ids("Wohnung").await, ["a"]);
    world
        .put("a", "Die Verwaltung vermittelt den neuen Kollegen möblierte Zimmer in der Stadt.")
        .await;
    assert_eq!(world.ids("Wohnung").await, Vec::<String>::new());
    world.retriever.delete(&tenant(), crate::world::NOTES, &["a".to_owned()]).await.unwrap();
    assert_eq!(world.ids("Zimmer").await, Vec::<String>::new());
}

pub(crate) async fn words_are_found_without_case_and_accents(world: &World) {
    world.put("a", "Das Café in ZÜRICH, 2. Straße; naïve ﬁle.").await;
    for query in ["cafe", "CAFÉ", "zurich", "Zürich", "NAIVE", "file", "straße", "2"] {
        assert_eq!(world.ids(query).await, ["a"], "{query}");
    }
}

pub(crate) async fn words_of_a_title_find_every_chunk(world: &World) {
    let text = "A sentence of no interest at all. ".repeat(80);
    let put = world
        .put_as(&tenant(), NewDocument { title: "Quarterly Ledger".to_owned(), ..new("a", &text) })
        .await;
    assert_eq!(world.search("ledger").await.passages.len(), put.document.chunks as usize);
}

pub(crate) async fn programming_languages_are_words(world: &World) {
    for (id, text) in [
        ("c", "Written in C."),
        ("cpp", "Written in C++."),
        ("cs", "Written in C#."),
        ("node", "Written in Node.js"),
    ] {
        world.put(id, text).await;
    }
    assert_eq!(world.ids("c++").await, ["cpp"]);
    assert_eq!(world.ids("C# developer").await, ["cs"]);
    assert_eq!(world.ids("node").await, ["node"]);
    assert_eq!(world.ids("c").await, ["c"]);
}

pub(crate) async fn scripts_without_spaces_are_found(world: &World) {
    world.put("ja", "東京都で請求システムを作りました。").await;
    world.put("zh", "我们把计费系统迁移到了云端。").await;
    world.put("ru", "Мы перенесли биллинг в облако.").await;
    world.put("hi", "हमने बिलिंग प्रणाली बनाई।").await;
    world.put("ko", "우리는 청구 시스템을 만들었습니다.").await;
    for (query, id) in
        [("請求システム", "ja"), ("计费", "zh"), ("БИЛЛИНГ", "ru"), ("बिलिंग", "hi"), ("청구", "ko")]
    {
        assert_eq!(world.ids(query).await, [id], "{query}");
    }
}

pub(crate) async fn a_query_is_words_and_no_language(world: &World) {
    world.put("a", "What is near or not near the text column").await;
    for query in [
        "text\"",
        "'text'",
        "text*",
        "^text",
        "text:",
        "title:text",
        "-text",
        "text AND",
        "NOT text",
        "NEAR(text",
        "{text}",
        "text & | ! ( ) <-> :*",
        "text\\",
        "text; drop table chunk",
        "%text%",
        "text\u{0}".trim_end_matches('\0'),
        "(text OR",
        "text + #",
    ] {
        assert_eq!(world.ids(query).await, ["a"], "{query}");
    }
}

pub(crate) async fn stop_words_find_where_there_is_nothing_else(world: &World) {
    world.put("a", "To be, or not to be.").await;
    world.put("b", "Something else entirely.").await;
    assert_eq!(world.ids("to be or not to be").await, ["a"]);
    assert_eq!(world.ids("what is it to be something").await, ["b"]);
}

pub(crate) async fn a_query_without_words_finds_nothing_and_says_so(world: &World) {
    world.put("a", "Some text.").await;
    let found = world.search("?! — 🦀").await;
    assert_eq!((found.passages.len(), found.collection_documents), (0, 1));
    assert_eq!(found.warnings, ["query has no letters or digits to search for"]);
}

pub(crate) async fn words_that_nobody_knows_find_nothing(world: &World) {
    world.put("a", "Some text.").await;
    let found = world.search("kubernetes 𞤀𞤣𞤤𞤢𞤥 xyzzy").await;
    assert_eq!((found.passages.len(), found.warnings.len()), (0, 0));
}

pub(crate) async fn too_many_words_are_told(world: &World) {
    world.put("a", "word0 word63").await;
    world.put("b", "word64").await;
    let query: Vec<String> = (0..70).map(|n| format!("word{n}")).collect();
    let found = world.search(&query.join(" ")).await;
    assert_eq!(ids(&found), ["a"]);
    assert_eq!(
        found.warnings,
        ["query has 70 different words; only the first 64 were searched for"]
    );
    let longest = "w ".repeat(2000);
    assert_eq!(world.search(&longest).await.passages.len(), 0);
}

pub(crate) async fn an_empty_collection_answers(world: &World) {
    make(&world.retriever, NOTES, "").await.unwrap();
    let found = world.search("anything").await;
    assert_eq!((found.passages.len(), found.collection_documents), (0, 0));
}

pub(crate) async fn the_dense_leg_is_absent_and_says_so(world: &World) {
    world.put("a", "Some text.").await;
    for (mode, passages, degraded) in [
        (Mode::Hybrid, 1, vec!["dense: absent".to_owned()]),
        (Mode::Keyword, 1, vec![]),
        (Mode::Dense, 0, vec!["dense: absent".to_owned()]),
    ] {
        let found = world.find(Search { mode, ..search("text") }).await;
        assert_eq!((found.passages.len(), found.dense.as_str()), (passages, "absent"), "{mode:?}");
        assert_eq!((found.degraded, found.collection_documents), (degraded, 1), "{mode:?}");
    }
}

pub(crate) async fn several_queries_are_fused(world: &World) {
    world.put("both", "billing and sailing").await;
    world.put("first", "billing alone here").await;
    world.put("second", "sailing alone there").await;
    let fused =
        Search { more_queries: vec![" ".to_owned(), "sailing".to_owned()], ..search("billing") };
    let found = world.find(fused).await;
    assert_eq!(ids(&found)[0], "both");
    assert_eq!(found.passages.len(), 3);
    let only_more =
        Search { query: " ".to_owned(), more_queries: vec!["sailing".to_owned()], ..search("") };
    let mut found = ids(&world.find(only_more).await);
    found.sort();
    assert_eq!(found, ["both", "second"]);
}

pub(crate) async fn an_explanation_names_every_stage(world: &World) {
    world.put("a", "billing in rust").await;
    world.put("b", "sailing in boats").await;
    world.put("c", "painting").await;
    world.put("d", "singing").await;
    let plain = Search { more_queries: vec!["rust boats".to_owned()], ..search("billing") };
    assert!(
        world.find(plain.clone()).await.passages.iter().all(|passage| passage.scores.is_empty())
    );
    let found = world.find(Search { explain: true, ..plain }).await;
    let best = &found.passages[0];
    let stages: Vec<(&str, u32)> =
        best.scores.iter().map(|score| (score.stage.as_str(), score.rank)).collect();
    assert_eq!(best.document_id, "a");
    assert_eq!((stages[0], stages[1].0, stages[2]), (("keyword", 1), "keyword[0]", ("fusion", 1)));
    assert!(best.scores[0].value > 0.0);
    let fusion = &best.scores[2];
    let parts: f64 = fusion.contributions.iter().map(|part| part.1).sum();
    assert!((fusion.value - best.score).abs() < 1e-12 && (parts - best.score).abs() < 1e-12);
}

pub(crate) async fn scores_fall_from_one_and_have_a_floor(world: &World) {
    for n in 0..20 {
        world.put(&format!("d{n:02}"), &format!("billing {}", "filler ".repeat(n))).await;
    }
    let all = world.find(Search { limit: 200, ..search("billing") }).await.passages;
    assert_eq!((all.len(), all[0].score), (20, 1.0));
    assert!(all.iter().all(|passage| passage.score > 0.0));
    assert!(all.is_sorted_by(|a, b| a.score >= b.score));
    let floor = all[9].score;
    let some =
        world.find(Search { limit: 200, min_score: floor, ..search("billing") }).await.passages;
    assert_eq!(some, all[..10]);
}

pub(crate) async fn a_limit_keeps_the_best(world: &World) {
    for n in 0..30 {
        world.put(&format!("d{n:02}"), &format!("billing {}", "filler ".repeat(n))).await;
    }
    let all = world.find(Search { limit: 200, ..search("billing") }).await.passages;
    for (limit, expected) in [(0, 10), (1, 1), (29, 29), (30, 30), (31, 30)] {
        let some = world.find(Search { limit, ..search("billing") }).await.passages;
        assert_eq!(some, all[..expected], "{limit}");
    }
}
