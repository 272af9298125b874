//! Any bytes as a certificate for the model whose digest they name: what is accepted has a claim about this model.

#![no_main]

use std::sync::LazyLock;

use lavaproof_checker::{Model, check};
use libfuzzer_sys::fuzz_target;

/// Models of all kinds: discounted and total, aliased, each kind of deployment set, with and without a given policy.
static MODELS: LazyLock<Vec<(String, Model)>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../certificates/accepted");
    let entries = std::fs::read_dir(folder).expect("the fixtures");
    let paths = entries.map(|entry| entry.expect("a file").path());
    let models = paths.filter(|path| path.extension().is_some_and(|extension| extension == "model"));
    models
        .map(|path| Model::read(&std::fs::read(path).expect("a file")).expect("a model"))
        .map(|model| (model.digest().to_owned(), model))
        .collect()
});

fuzz_target!(|text: &[u8]| {
    let named = |digest: &String| text.windows(digest.len()).any(|window| window == digest.as_bytes());
    let model = MODELS.iter().find(|(digest, _)| named(digest)).or_else(|| MODELS.first());
    let Some((digest, model)) = model else { panic!("there are no models") };
    if let Ok(theorem) = check(model, text) {
        assert_eq!(theorem.digest(), digest);
        assert!(!theorem.claim().is_empty());
    }
});
