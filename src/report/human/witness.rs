//! What shows a verdict: where it happens, what the policy does, how it ends, and the exact numbers.

use crate::decomposition::Status;
use crate::report::group::{Group, part_names};
use crate::report::human::map;
use crate::report::naming::{SHOWN_ENTRIES, listed, status_mark};
use crate::report::numbers::{measures, shown};
use crate::report::scene::scene;
use crate::report::style::Ink;
use crate::report::{CheckedModel, Detail, Style};

/// A witness with the parts that it decides; `number` counts the witnesses of a model.
pub(super) fn write(
    model: &CheckedModel,
    group: &Group<'_>,
    status: Status,
    number: Option<(usize, usize)>,
    style: &Style,
) -> String {
    let verb = if status == Status::Holds { "shows" } else { "refutes" };
    let title = number.map_or_else(|| "Witness".to_owned(), |(one, all)| format!("Witness {one} of {all}"));
    let mark = style.paint(status.into(), &status_mark(status).to_string());
    let mut text = format!("  {mark} {} {verb}\n", style.paint(Ink::Heading, &title));
    text.push_str(&style.labelled("      ", &part_names(&group.answers())));
    let mut fact = |label: &str, value: &str| {
        let label = format!("    {label:<13} ");
        text.push_str(&style.labelled(&style.paint(Ink::Dim, &label), value));
    };
    let witness = group.witness;
    let most = if style.detail == Detail::Verbose { usize::MAX } else { SHOWN_ENTRIES };
    if let Some(distribution) = &witness.distribution {
        fact("distribution", &listed(&model.masses_text(distribution), ", ", most));
    }
    let scene = scene(model, witness);
    let drawn = scene.as_ref().is_some_and(|scene| scene.shows_policy);
    if let Some(moves) = model.moves_text(witness).filter(|_| !drawn || style.detail == Detail::Verbose) {
        let nothing = if moves.is_empty() { "nothing to decide" } else { "" };
        fact("policy", &format!("{nothing}{}", listed(&moves, " · ", most)));
    }
    if let Some(path) = &witness.path {
        let ends = if path.catastrophic { ", into the catastrophe" } else { "" };
        fact("path", &format!("{} (probability {}{ends})", model.path_text(path, most), shown(&path.probability)));
    }
    let measured: Vec<_> =
        group.cases.iter().filter_map(|case| Some((measures(case.witness)?, &case.answers))).collect();
    for (measures, answers) in &measured {
        let parts = if measured.len() > 1 { format!(" ({})", part_names(answers)) } else { String::new() };
        fact("value", &format!("{measures}{parts}"));
    }
    if let Some(reach) = group.reach() {
        fact("catastrophe", &format!("reached with probability {reach}"));
    }
    for reason in group.reasons() {
        fact("because", reason);
    }
    if let Some(scene) = &scene {
        text.push('\n');
        text.push_str(&map::write(scene, style));
    }
    text
}
