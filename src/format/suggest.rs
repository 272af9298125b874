//! “Did you mean …?”

/// The candidate that a name is most likely a misspelling of.
#[must_use]
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let folded = name.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = candidate.chars().count();
        let longest = length.max(other);
        // A third of the letters may differ, but never all of a short name.
        let most = if longest <= 2 { usize::from(longest == 2) } else { (longest / 3).max(1) };
        if length.abs_diff(other) > most {
            continue;
        }
        let distance = if candidate.to_lowercase() == folded && candidate != name {
            0
        } else {
            strsim::damerau_levenshtein(name, candidate)
        };
        if distance <= most && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// A hint for an unknown name: the likely one, or what there is.
pub(crate) fn hint<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str> + Clone, what: &str) -> String {
    if let Some(candidate) = closest(name, candidates.clone()) {
        return format!("did you mean `{candidate}`?");
    }
    let known: Vec<&str> = candidates.into_iter().collect();
    if known.is_empty() { format!("there are no {what}") } else { format!("the {what} are {}", listed(&known, 10)) }
}

/// Names in backquotes, the first few of many.
pub(crate) fn listed<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let shown: Vec<String> = names.iter().take(most).map(|name| format!("`{}`", name.as_ref())).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
