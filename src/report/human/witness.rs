//! What shows a verdict: where it happens, what the policy does, how it ends, and the exact numbers.

use crate::decomposition::{Status, Witness};
use crate::mdp::{ObservationId, StateId};
use crate::report::group::{Group, part_names};
use crate::report::human::map;
use crate::report::naming::{Move, status_mark};
use crate::report::numbers::{measures, shown};
use crate::report::scene::scene;
use crate::report::style::Ink;
use crate::report::{CheckedModel, Detail, Style};

/// Decisions of a policy that are written out unless everything is asked for.
const SHOWN_DECISIONS: usize = 12;
/// Steps of a path that are written out unless everything is asked for.
const SHOWN_STEPS: usize = 24;

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
    if let Some(distribution) = &witness.distribution {
        fact("distribution", &model.distribution_text(distribution));
    }
    let scene = scene(model, witness);
    let drawn = scene.as_ref().is_some_and(|scene| scene.shows_policy);
    if let Some(policy) = policy_text(model, witness, style).filter(|_| !drawn || style.detail == Detail::Verbose) {
        fact("policy", &policy);
    }
    if let Some(path) = path_text(model, witness, style) {
        fact("path", &path);
    }
    let measured: Vec<_> =
        group.cases.iter().filter_map(|case| Some((measures(case.witness)?, &case.answers))).collect();
    for (measures, answers) in &measured {
        let parts = if measured.len() > 1 { format!(" ({})", part_names(answers)) } else { String::new() };
        fact("value", &format!("{measures}{parts}"));
    }
    if let Some(reach) = group.reach() {
        fact("catastrophe", &format!("reached with probability {}", shown(reach)));
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

/// What the policy does where it is and has a choice; states that look alike are named together.
fn policy_text(model: &CheckedModel, witness: &Witness, style: &Style) -> Option<String> {
    let policy = witness.policy.as_ref()?;
    let mut moves: Vec<(Seen<'_>, Move<'_>)> = Vec::new();
    for state in model.decisions(witness) {
        let Some(action) = model.move_in(policy, state) else { continue };
        let seen = Seen::of(model, state);
        match moves.iter_mut().find(|(known, done)| seen.looks_like(known) && *done == action) {
            Some((known, _)) => known.states.extend(seen.states),
            None => moves.push((seen, action)),
        }
    }
    if moves.is_empty() {
        return Some("nothing to decide".to_owned());
    }
    let moves: Vec<String> = moves.iter().map(|(seen, action)| format!("{}: {}", seen.text(), action.text())).collect();
    let kept = if style.detail == Detail::Verbose { moves.len() } else { moves.len().min(SHOWN_DECISIONS) };
    let mut text = moves[..kept].join(" · ");
    if kept < moves.len() {
        text.push_str(&format!(" · … {} more (-v shows all)", moves.len() - kept));
    }
    Some(text)
}

/// States that look alike to the policy.
struct Seen<'a> {
    states: Vec<&'a str>,
    observation: Option<ObservationId>,
    name: Option<&'a str>,
}

impl<'a> Seen<'a> {
    fn of(model: &'a CheckedModel, state: StateId) -> Self {
        // With a finite horizon the time is seen too, so what looks alike is a matter of the unrolled problem.
        let observation = model.examined.problem.observations.as_ref().map(|observations| observations.of(state));
        let in_file = model.problem.observations.as_ref();
        let name = in_file.and_then(|observations| observations.name(observations.of(model.state_in_file(state))));
        Self { states: vec![model.timed_state_name(state)], observation, name }
    }

    fn looks_like(&self, other: &Self) -> bool {
        self.observation.is_some() && self.observation == other.observation
    }

    fn text(&self) -> String {
        let states = self.states.join(", ");
        self.name.map_or_else(|| states.clone(), |name| format!("{states} (seen as {name})"))
    }
}

fn path_text(model: &CheckedModel, witness: &Witness, style: &Style) -> Option<String> {
    let path = witness.path.as_ref()?;
    let mut text = model.path_text(path);
    let skipped = path.steps.len().saturating_sub(SHOWN_STEPS);
    if skipped > 0 && style.detail != Detail::Verbose {
        let mut end = path.clone();
        end.steps.drain(..skipped);
        text = format!("… {skipped} steps … {}", model.path_text(&end));
    }
    let ends = if path.catastrophic { ", into the catastrophe" } else { "" };
    Some(format!("{text} (probability {}{ends})", shown(&path.probability)))
}
