//! Each defect of a DRN file alone, in a model that is otherwise right: one message, at its place, with what to do.

use lavaproof::format::DrnReader;

const RIGHT: &str = "@type: MDP\n@parameters\n\n@placeholders\n$half : 1/2\n@reward_models\nr s\n@nr_states\n3\n@nr_choices\n4\n@model\n\
    state 0 [1, 0] init\n\taction go [1, 0]\n\t\t1 : $half\n\t\t2 : 0.5\n\taction wait [0, 0]\n\t\t0 : 1\n\
    state 1 [0, 0] goal \"all well\"\n\taction stay [0, 0]\n\t\t1 : 1\n\
    state 2 [0, 0]\n\taction stay [0, 0]\n\t\t2 : 1\n";

fn defects(text: &str) -> Vec<lavaproof::format::Diagnostic> {
    let mut reader = DrnReader::default();
    reader.feed(text.as_bytes());
    reader.finish().err().unwrap_or_default()
}

/// What is replaced, by what, the message, and the text at which it points.
const ALONE: [(&str, &str, &str, &str); 26] = [
    ("2 : 0.5", "2 : 0.4", "the probabilities sum to 9/10, not 1", "action go [1, 0]"),
    ("2 : 0.5", "2 : 0.4999999999999999999999", "the probabilities sum to", "action go [1, 0]"),
    ("$half : 1/2", "$half : 0.51", "the probabilities sum to 101/100, not 1", "action go [1, 0]"),
    ("2 : 0.5", "1 : 0.5", "the successor 1 is listed twice", "action go [1, 0]"),
    ("2 : 0.5", "2 : 3/2\n\t\t0 : -1", "the probability -1 is negative", "-1"),
    ("2 : 0.5", "3 : 0.5", "the successor 3 does not exist", "3"),
    ("2 : 0.5", "2 : 1/0", "divides by zero", "1/0"),
    ("2 : 0.5", "2 : p", "`p` is not an exact number", "p"),
    ("2 : 0.5", "2 : nan", "`nan` is not an exact number", "nan"),
    ("$half\n", "$third\n", "$third", "$third"),
    ("state 1 [0, 0]", "state 3 [0, 0]", "state 3 comes where state 1 is expected", "3"),
    ("state 2 [0, 0]", "state 1 [0, 0]", "state 1 comes where state 2 is expected", "1"),
    ("@nr_states\n3", "@nr_states\n4", "4 states are announced, and 3 follow", "4"),
    ("@nr_choices\n4", "@nr_choices\n3", "3 choices are announced, and 4 follow", "3"),
    ("@nr_states\n3", "@nr_states\nthree", "three", "three"),
    ("@nr_states", "@nr_stats", "unknown directive `@nr_stats`", "@nr_stats"),
    ("@reward_models\nr s", "@reward_models\nr r", "r", "r"),
    ("[1, 0] init", "[1] init", "1 reward is given where the header lists 2", "state 0 [1] init"),
    ("[1, 0] init", "[1, x] init", "`x` is not an exact number", "x"),
    ("go [1, 0]", "go [1, 0, 0]", "3 rewards are given where the header lists 2", "action go [1, 0, 0]"),
    ("goal \"all", "goal goal \"all", "the label `goal` is given twice", "goal"),
    ("\"all well\"", "\"all well", "a label in quotes is not closed", "state 1 [0, 0] goal \"all well"),
    (" init", "", "no state is initial", "\n"),
    ("\taction stay [0, 0]\n\t\t2 : 1\n", "", "state 2 has no choice", "state 2 [0, 0]"),
    ("@type: MDP", "@type: CTMC", "CTMC", "CTMC"),
    ("\taction wait", "\tpause wait", "none of a state, a choice and a successor", "pause wait [0, 0]"),
];

#[test]
fn each_alone_is_told_at_its_place() {
    assert_eq!(defects(RIGHT), []);
    for (old, new, message, place) in ALONE {
        assert_eq!(RIGHT.matches(old).count(), 1, "{old}");
        let text = RIGHT.replacen(old, new, 1);
        let found = defects(&text);
        let first = found.iter().find(|one| one.message.contains(message));
        let first = first.unwrap_or_else(|| panic!("{new}: {found:?}"));
        let span = first.span.clone().unwrap_or_else(|| panic!("{new}: {first:?}"));
        assert_eq!(&text[span], place, "{new}: {first:?}");
        assert!(first.hint.as_ref().is_some_and(|hint| !hint.is_empty()), "{new}: {first:?}");
    }
}

/// A file that is cut anywhere is an error, unless only the last line break is missing.
#[test]
fn no_beginning_of_a_file_is_a_model() {
    for end in 0..RIGHT.len() - 1 {
        assert!(!defects(&RIGHT[..end]).is_empty(), "{}", &RIGHT[..end]);
    }
    assert_eq!(defects(RIGHT.trim_end()), []);
}
