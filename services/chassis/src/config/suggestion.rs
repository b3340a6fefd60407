/// What to do about a name that nobody knows: take the known name that is nearest, if one is near.
pub(super) fn remedy<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, known)| *distance <= known.len() / 3)
        .min();
    match near {
        Some((_, known)) => format!("did you mean {known}?"),
        None => {
            "remove it, or see `throughline config check` for the settings there are".to_owned()
        }
    }
}
