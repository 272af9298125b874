//! Covers: at each distribution of a region some policy does it, another one on each part (`proofs/FORMAT.md`, section 1.7).

use std::fmt::Write as _;

use crate::certify::constraint::Property;
use crate::certify::draft::Draft;
use crate::certify::meets::{belongs, meets};
use crate::certify::region::Region;
use crate::certify::subject::Set;
use crate::certify::{Absent, Uncertified};
use crate::lp::{LinearProgram, Outcome, Row};
use crate::mdp::{Policy, RandomizedPolicy, Rational, StateId, Value};
use crate::problem::Relation;
use crate::search::{Profile, profiles};

/// Policies up to which a class is listed.
const MOST_LISTED: usize = 1500;

/// Cuts on the way to one part; deeper covers are given up.
const DEEPEST: usize = 40;

/// `Σ ν(s) gain(s) ≥ bound`.
struct Condition {
    gain: Vec<Rational>,
    bound: Rational,
}

struct Covering<'s> {
    situations: Vec<StateId>,
    profiles: Vec<(Profile, Policy)>,
    set: &'s Set,
    properties: &'s [Property],
}

/// A cover of the region by policies of the class, where these are few enough to be listed.
///
/// # Errors
/// When there is none of this form, or the budget is exhausted.
pub(super) fn cover(
    draft: &mut Draft<'_>,
    region: &Region,
    set: &Set,
    properties: &[Property],
) -> Result<String, Uncertified> {
    let Some(profiles) = profiles(draft.arena, MOST_LISTED)? else { return Err(Uncertified::Beyond(Absent::Cases)) };
    let situations = draft.arena.problem.situations.clone();
    Covering { situations, profiles, set, properties }.part(draft, region)
}

impl Covering<'_> {
    fn part(&self, draft: &mut Draft<'_>, region: &Region) -> Result<String, Uncertified> {
        draft.arena.budget.check()?;
        if draft.cases == 0 || region.cuts > DEEPEST {
            return Err(Uncertified::Beyond(Absent::Cases));
        }
        draft.cases -= 1;
        let Some(here) = some_point(region) else { return Err(Uncertified::Beyond(Absent::Form)) };
        let worth = |row: &Condition| {
            here.iter().fold(Rational::ZERO, |sum, (state, mass)| sum + self.at(&row.gain, *state) * mass) - &row.bound
        };
        for (profile, policy) in &self.profiles {
            let Some(rows) = self.rows(profile) else { continue };
            if rows.iter().any(|row| worth(row) < Rational::ZERO) {
                continue;
            }
            // A condition that does not hold on all of the region cuts it.
            let cutting = rows.iter().find(|row| {
                let loss = |state: StateId| -self.at(&row.gain, state);
                region.point.is_none() && region.largest(&loss).is_none_or(|most| most.value > -&row.bound)
            });
            if let Some(row) = cutting {
                return self.cut(draft, region, row);
            }
            let number = draft.policy(&RandomizedPolicy::from(policy));
            let mut texts = vec![format!("part {number}"), belongs(draft, number, region, self.set)?];
            for property in self.properties {
                texts.push(meets(draft, number, region, property)?);
            }
            return Ok(texts.join(" "));
        }
        Err(Uncertified::Beyond(Absent::Form))
    }

    fn cut(&self, draft: &mut Draft<'_>, region: &Region, row: &Condition) -> Result<String, Uncertified> {
        let mut text = format!("cut {} {}", row.bound, self.situations.len());
        let mut gains: Vec<_> = self.situations.iter().zip(&row.gain).collect();
        gains.sort();
        for (state, gain) in gains {
            let _ = write!(text, " {state} {gain}");
        }
        let above = region.cut(&|state| self.at(&row.gain, state), &row.bound);
        let below = region.cut(&|state| -self.at(&row.gain, state), &-&row.bound);
        let (above, below) = (self.part(draft, &above)?, self.part(draft, &below)?);
        Ok(format!("{text} {above} {below}"))
    }

    fn at(&self, gain: &[Rational], state: StateId) -> Rational {
        self.situations.iter().position(|other| *other == state).map_or(Rational::ZERO, |index| gain[index].clone())
    }

    /// Where the policy is in the set and has all properties; `None` for nowhere.
    fn rows(&self, profile: &Profile) -> Option<Vec<Condition>> {
        let mut rows = Vec::new();
        for property in self.set.iter().chain(self.properties) {
            match property {
                Property::Regret(reward, slack) => {
                    let own = finite(profile.values(*reward))?;
                    for (other, _) in &self.profiles {
                        let Some(other) = finite(other.values(*reward)) else { continue };
                        let gain = own.iter().zip(other).map(|(own, other)| own - other).collect();
                        rows.push(Condition { gain, bound: -slack });
                    }
                }
                Property::Value(reward, bound) => {
                    rows.push(Condition { gain: finite(profile.values(*reward))?, bound: bound.clone() });
                }
                Property::Reach(bound) => {
                    let gain = finite(&profile.reach)?.into_iter().map(|value| -value).collect();
                    rows.push(Condition { gain, bound: -bound });
                }
            }
        }
        Some(rows)
    }
}

fn finite(values: &[Value]) -> Option<Vec<Rational>> {
    values.iter().map(|value| value.finite().cloned()).collect()
}

/// The masses of a distribution of the region that is on no cut which it can be off.
///
/// On a cut the policy that was cut off would do as well, and would be cut off again. In the cone over the region slacks
/// may be scaled up to 1, so that the largest sum of slacks has all of them that are possible.
fn some_point(region: &Region) -> Option<Vec<(StateId, Rational)>> {
    if let Some(point) = &region.point {
        return Some(point.iter().map(|(state, mass)| (state, mass.clone())).collect());
    }
    let scale = region.variables;
    let first_cut = region.rows.len() - region.cuts;
    let mut program = LinearProgram { variables: scale + 1 + region.cuts, rows: Vec::new(), objective: Vec::new() };
    let row = |coefficients, relation, bound| Row { coefficients, relation, bound };
    for (index, own) in region.rows.iter().enumerate() {
        let mut coefficients = own.coefficients.clone();
        coefficients.push((scale, -&own.bound));
        if index >= first_cut {
            coefficients.push((scale + 1 + index - first_cut, -Rational::ONE));
        }
        let relation = if own.equation { Relation::Equal } else { Relation::AtLeast };
        program.rows.push(row(coefficients, relation, Rational::ZERO));
    }
    program.rows.push(row(vec![(scale, Rational::ONE)], Relation::AtLeast, Rational::ONE));
    for slack in scale + 1..program.variables {
        program.rows.push(row(vec![(slack, Rational::ONE)], Relation::AtMost, Rational::ONE));
        program.objective.push((slack, Rational::ONE));
    }
    let Outcome::Optimal { point, .. } = program.solve() else { return None };
    let shared = &point[scale] * Rational::from(if region.blend.is_some() { 2 } else { 1 });
    let mut masses: Vec<(StateId, Rational)> = Vec::new();
    for (state, mass) in region.situations.iter().zip(&point) {
        masses.push((*state, mass / &shared));
    }
    for (state, mass) in region.blend.iter().flat_map(|train| train.iter()) {
        masses.push((state, mass / Rational::from(2)));
    }
    Some(masses)
}
