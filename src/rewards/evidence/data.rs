//! Data on which a learned reward cannot mislead, as linear rows that are proved to be all.

use crate::budget::Budget;
use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::Rational;
use crate::rewards::bisection::{Bisection, Corner};
use crate::rewards::evidence::{EvidenceError, MOST_PIECES, Shown, at_most, columns, listed, sum_of};
use crate::rewards::{Episodes, difference, product, safe_process_data};

const MOST_POLICIES: usize = 1000;

/// The safe data distributions of a process as rows (Fluri et al. 2024): see [`safe_process_data`]. A row is needed since its learned reward misleads; that they are enough
/// is shown at the corners of pieces of the set of distributions, by multipliers that bound from below what it costs to make a policy of too much regret optimal.
///
/// # Errors
/// When policies, vertices or pieces are too many, and when the budget is exhausted.
pub fn data_evidence(
    episodes: &Episodes<'_>,
    reward: &[Rational],
    error: &Rational,
    regret: &Rational,
    budget: &Budget,
) -> Result<Shown, EvidenceError> {
    at_most(episodes.mdp(), MOST_POLICIES)?;
    let rows = safe_process_data(episodes, reward, error, regret, budget)?;
    let mdp = episodes.mdp();
    let mut findings = vec![("rows that a safe distribution satisfies".to_owned(), rows.len().to_string())];
    for row in &rows {
        let named = |choice| format!("{}.{}", mdp.state_name(mdp.state_of(choice)), mdp.action_name(choice));
        let sum = sum_of(row.weights.iter().enumerate().map(|(choice, weight)| (weight, named(choice))));
        findings.push(("row".to_owned(), format!("{sum} > {}", row.bound)));
    }
    let bound = rows.first().map_or(Rational::ZERO, |row| row.bound.clone());
    let mut evidence = format!("claim data {error} {regret}\nbound {bound}\nrows {}\n", rows.len());
    for row in &rows {
        evidence.push_str(&format!("row{} learned{}\n", listed(&row.weights), listed(&row.learned)));
    }
    if !rows.is_empty() {
        let misleading = Misleading::of(episodes, reward, regret, budget)?;
        // The least cost of the rows is the largest of their negatives; the last entries of a corner say where it is.
        let mut functions: Vec<Vec<Rational>> =
            rows.iter().map(|row| row.weights.iter().map(|weight| -weight).collect()).collect();
        let corners = columns(&functions, reward.len());
        let mut left = MOST_PIECES;
        let tree = Bisection::of(&corners, &mut left).ok_or(EvidenceError::TooManyPieces)?;
        let count = functions.len();
        functions.extend(units(reward.len()));
        let placed = columns(&functions, reward.len());
        let mut text = String::new();
        let mut bounded = true;
        let mut of_point = |corner: &Corner| {
            // What is left out here is refused below.
            if budget.exhausted().is_some() {
                return String::new();
            }
            let least = corner[..count].iter().max().map_or(Rational::ZERO, |largest| -largest);
            let (lines, reached) = misleading.bounds(&corner[count..], &least);
            bounded &= reached;
            lines
        };
        for corner in &placed {
            text.push_str(&of_point(corner));
        }
        tree.write(&placed, &mut text, &mut of_point);
        budget.check()?;
        if !bounded {
            return Err(EvidenceError::Disagreement("the cost of misleading data"));
        }
        evidence.push_str(&text);
    }
    evidence.push_str("end\n");
    Ok(Shown { findings, evidence: Ok(evidence) })
}

fn units(entries: usize) -> impl Iterator<Item = Vec<Rational>> {
    (0..entries).map(move |own| (0..entries).map(|entry| Rational::from(u8::from(entry == own))).collect())
}

/// For each policy of too much regret the conditions under which it is optimal, and what the true reward gives them.
struct Misleading {
    conditions: Vec<Vec<(Vec<Rational>, Rational)>>,
}

impl Misleading {
    fn of(
        episodes: &Episodes<'_>,
        reward: &[Rational],
        regret: &Rational,
        budget: &Budget,
    ) -> Result<Self, EvidenceError> {
        let mut measures: Vec<Vec<Rational>> = Vec::new();
        for measure in episodes.occupancies(budget)? {
            if !measures.contains(&measure) {
                measures.push(measure);
            }
        }
        let values: Vec<Rational> = measures.iter().map(|measure| product(measure, reward)).collect();
        let (best, worst) = (values.iter().max().cloned(), values.iter().min().cloned());
        let (best, worst) = (best.unwrap_or(Rational::ZERO), worst.unwrap_or(Rational::ZERO));
        let bad = (0..measures.len()).filter(|&own| &best - &values[own] >= regret * (&best - &worst));
        let conditions = bad.map(|own| {
            let others = measures.iter().enumerate().filter(|(other, _)| *other != own);
            let ahead = others.map(|(_, other)| difference(&measures[own], other));
            ahead.map(|condition| (condition.clone(), product(&condition, reward))).collect()
        });
        Ok(Self { conditions: conditions.collect() })
    }

    /// Multipliers that bound the cost under a distribution from below, a line for each policy, and whether each bound is at least `least`.
    fn bounds(&self, data: &[Rational], least: &Rational) -> (String, bool) {
        let (mut lines, mut reached) = (String::new(), true);
        for conditions in &self.conditions {
            let side = |relation, bound: fn(&Rational) -> Rational| {
                data.iter().enumerate().map(move |(entry, mass)| Row {
                    coefficients: conditions.iter().map(|(row, _)| row[entry].clone()).enumerate().collect(),
                    relation,
                    bound: bound(mass),
                })
            };
            let rows = side(Relation::AtMost, Clone::clone).chain(side(Relation::AtLeast, |mass| -mass));
            let objective = conditions.iter().map(|(_, worth)| -worth).enumerate().collect();
            let program = LinearProgram { variables: conditions.len(), rows: rows.collect(), objective };
            let multipliers = match program.solve() {
                Outcome::Optimal { value, point } => {
                    reached &= value >= *least;
                    point
                }
                Outcome::Infeasible | Outcome::Unbounded => {
                    reached = false;
                    vec![Rational::ZERO; conditions.len()]
                }
            };
            lines.push_str(&format!("dual{}\n", listed(&multipliers)));
        }
        (lines, reached)
    }
}
