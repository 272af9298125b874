//! A finding for a terminal: the answer, its parts, what shows it, and the map where the model has one.

use crate::decomposition::Witness;
use crate::mdp::Rational;
use crate::problem::Problem;
use crate::report::human::{heading, map};
use crate::report::naming::{SHOWN_ENTRIES, listed};
use crate::report::numbers::{measures, shown};
use crate::report::scene::scene;
use crate::report::style::Ink;
use crate::report::{CheckedModel, Detail, SoughtReport, Style};
use crate::seek::{Content, Optimality, Outcome};

/// Writes the finding for people.
pub(super) fn write(report: &SoughtReport, style: &Style) -> String {
    let finding = &report.finding;
    let (mark, ink) = match finding.outcome {
        Outcome::Found => ("●", Ink::Heading),
        Outcome::None => ("○", Ink::Heading),
        Outcome::Unknown => ("?", Ink::Open),
    };
    let mut text = String::new();
    if style.detail != Detail::Quiet {
        text.push_str(&heading(&report.model, style));
        text.push('\n');
    }
    let outcome = if finding.uncertified { "unknown (uncertified)" } else { finding.outcome.word() };
    let outcome = style.paint(ink, &format!("{mark} {outcome}"));
    text.push_str(&style.labelled(&format!("  {} {outcome}: ", report.kind), &finding.answer));
    if style.detail == Detail::Quiet {
        return text;
    }
    let mut facts = Facts { style, text: String::new() };
    for entry in &finding.entries {
        facts.add(entry.name, &content(&report.model, &entry.content, style.detail));
    }
    if let Some(Optimality { sense, certified }) = finding.optimal {
        facts.add(if certified { "proved" } else { "uncertified" }, sense);
    }
    if let Some(witness) = &finding.witness {
        show(&report.model, witness, &mut facts);
    }
    if style.detail == Detail::Verbose {
        for fact in &finding.facts {
            let train = listed(&report.model.masses_text(&fact.train), ", ", SHOWN_ENTRIES);
            facts.add("rests on", &format!("{} ({}), trained on {train}", fact.role, fact.verdict.status()));
        }
        if let Some(elapsed) = report.elapsed {
            facts.add("time", &format!("{elapsed:.3?}"));
        }
    }
    text.push_str(&facts.text);
    text
}

/// Labelled lines.
struct Facts<'a> {
    style: &'a Style,
    text: String,
}

impl Facts<'_> {
    fn add(&mut self, label: &str, value: &str) {
        let label = format!("    {label:<17} ");
        self.text.push_str(&self.style.labelled(&self.style.paint(Ink::Dim, &label), value));
    }
}

fn content(model: &CheckedModel, content: &Content, detail: Detail) -> String {
    let most = if detail == Detail::Verbose { usize::MAX } else { SHOWN_ENTRIES };
    match content {
        Content::Number(number) => shown(number),
        Content::Count(count) => count.to_string(),
        Content::Situations(states) if states.is_empty() => "none".to_owned(),
        Content::Situations(states) => {
            let names: Vec<_> = states.iter().map(|&state| model.state_name(state).to_owned()).collect();
            listed(&names, ", ", most)
        }
        Content::Masses(masses) => listed(&model.masses_text(masses), ", ", most),
        Content::Weights(weights) => {
            let entries: Vec<_> = weights.iter().map(|(name, weight)| format!("{name}: {}", shown(weight))).collect();
            listed(&entries, ", ", most)
        }
        Content::Curve(points) => {
            let entries: Vec<_> = points.iter().map(|(size, number)| format!("{size}: {}", shown(number))).collect();
            listed(&entries, ", ", most)
        }
        Content::Powers(terms) if terms.is_empty() => "0".to_owned(),
        Content::Powers(terms) => {
            let entries: Vec<_> = terms
                .iter()
                .map(|(base, coefficient)| format!("{} · ({})^n", shown(coefficient), shown(base)))
                .collect();
            listed(&entries, " + ", most)
        }
        Content::Model(found) => listed(&choices(found), " · ", usize::MAX),
        Content::Text(text) => text.clone(),
    }
}

/// Every choice of a problem, with where it leads and what it gives.
fn choices(problem: &Problem) -> Vec<String> {
    let mdp = &problem.mdp;
    let choice = |choice: usize| {
        let row = mdp.row(choice).map(|(state, probability)| match probability == &Rational::ONE {
            true => mdp.state_name(state).to_owned(),
            false => format!("{} {}", shown(probability), mdp.state_name(state)),
        });
        let row: Vec<String> = row.collect();
        let (specified, intended) = (shown(&problem.specified[choice]), shown(&problem.intended[choice]));
        let (from, action) = (mdp.state_name(mdp.state_of(choice)), mdp.action_name(choice));
        format!("{from} –{action}→ {} (specified {specified}, intended {intended})", row.join(" + "))
    };
    (0..mdp.choices()).map(choice).collect()
}

fn show(model: &CheckedModel, witness: &Witness, facts: &mut Facts<'_>) {
    let style = facts.style;
    let most = if style.detail == Detail::Verbose { usize::MAX } else { SHOWN_ENTRIES };
    if let Some(distribution) = &witness.distribution {
        facts.add("at", &listed(&model.masses_text(distribution), ", ", most));
    }
    let scene = scene(model, witness);
    let drawn = scene.as_ref().is_some_and(|scene| scene.shows_policy);
    if let Some(moves) = model.moves_text(witness).filter(|_| !drawn || style.detail == Detail::Verbose) {
        facts.add("policy", &listed(&moves, " · ", most));
    }
    if let Some(path) = &witness.path {
        let ends = if path.catastrophic { ", into the catastrophe" } else { "" };
        let probability = shown(&path.probability);
        facts.add("path", &format!("{} (probability {probability}{ends})", model.path_text(path, most)));
    }
    if let Some(measures) = measures(witness) {
        facts.add("value", &measures);
    }
    if let Some(reach) = &witness.reach {
        facts.add("catastrophe", &format!("reached with probability {}", shown(reach)));
    }
    if let Some(scene) = &scene {
        facts.text.push('\n');
        facts.text.push_str(&map::write(scene, style));
    }
}
