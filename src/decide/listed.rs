//! Classes with few policies: every question decided from the list of profiles, exactly.
//!
//! A profile is a vector of values over the situations, so membership in `Opt_ε(R, μ)` and every atom are
//! linear conditions on `μ`. "Some distribution breaks it" is then the feasibility of strict and non-strict
//! rows; "each distribution has some policy" is a cover of the set by cells, refuted by a point outside all.
//!
//! With total reward a profile may be −∞ at a situation. It then counts only where that situation has no
//! mass, so the set is split into faces by the support of the distribution.

use crate::decide::threshold::{Bound, bound_of, describe};
use crate::decide::verdict::{Evidence, Undecided, Verdict};
use crate::decomposition::{Atom, Demand, Family, FixedSet, LocalSet, RewardName, Scope};
use crate::mdp::{Policy, RandomizedPolicy, Rational, StateId, Value};
use crate::problem::Good;
use crate::search::{Arena, Condition, DistributionSet, Face, Profile, profile_of};
use crate::solve::Behaviour;

/// Situations beyond which the faces of a set are too many to go through.
const MOST_SITUATIONS: usize = 12;

/// A listed class.
pub(super) struct Listed<'a> {
    pub(super) arena: &'a Arena<'a>,
    pub(super) profiles: Vec<(Profile, Policy)>,
}

/// Whether a condition holds everywhere, nowhere, or where rows say.
enum Membership {
    Nowhere,
    Where(Vec<Condition>),
}

impl Listed<'_> {
    /// Decides *at each `μ` of the family, every or some policy of the set satisfies the atoms*.
    pub(super) fn at_each(
        &self,
        family: Family,
        policies: LocalSet,
        scope: Scope,
        atoms: &[Atom],
    ) -> Result<Verdict, Undecided> {
        for set in DistributionSet::pieces(self.arena.problem, family) {
            for face in self.faces(&set)? {
                let context = self.context(&face)?;
                let found = match scope {
                    Scope::Every => context.some_member_breaks(policies, atoms)?,
                    Scope::Some => context.no_member_satisfies(policies, atoms)?,
                };
                if let Some(evidence) = found {
                    return Ok(Verdict::Fails(Some(evidence)));
                }
            }
        }
        Ok(Verdict::Holds(None))
    }

    /// Decides *every or some policy of the set meets all demands*.
    pub(super) fn of_policy(&self, policies: FixedSet, scope: Scope, demands: &[Demand]) -> Result<Verdict, Undecided> {
        let train = DistributionSet::new(self.arena.problem, Family::Train);
        let local = match policies {
            FixedSet::Given => {
                let Some(given) = &self.arena.problem.learner.given else {
                    return Err(Undecided::Beyond("no policy is given".into()));
                };
                let profile = profile_of(self.arena, Behaviour::Randomized(given))?;
                return Ok(match self.broken_demand(&profile, given, demands)? {
                    Some(evidence) => Verdict::Fails(Some(evidence)),
                    None => Verdict::Holds(None),
                });
            }
            FixedSet::Optimal(reward) => LocalSet::Optimal(reward),
            FixedSet::Good => LocalSet::Good,
            FixedSet::Policies => LocalSet::Policies,
        };
        let mut members = Vec::new();
        for face in self.faces(&train)? {
            let context = self.context(&face)?;
            for (profile, policy) in &self.profiles {
                if let Membership::Where(rows) = context.membership(profile, local)?
                    && face.find(&rows, &[]).is_some()
                {
                    members.push((profile, policy));
                }
            }
        }
        for (profile, policy) in members {
            let policy = RandomizedPolicy::from(policy);
            let broken = self.broken_demand(profile, &policy, demands)?;
            match (scope, broken) {
                (Scope::Every, Some(evidence)) => return Ok(Verdict::Fails(Some(evidence))),
                (Scope::Some, None) => {
                    let evidence = Evidence::of_policy(policy);
                    return Ok(Verdict::Holds(Some(evidence)));
                }
                _ => {}
            }
        }
        Ok(match scope {
            Scope::Every => Verdict::Holds(None),
            Scope::Some => Verdict::Fails(None),
        })
    }

    fn broken_demand(
        &self,
        profile: &Profile,
        policy: &RandomizedPolicy,
        demands: &[Demand],
    ) -> Result<Option<Evidence>, Undecided> {
        for demand in demands {
            for set in DistributionSet::pieces(self.arena.problem, demand.family) {
                for face in self.faces_for(&set, Some(profile))? {
                    let context = self.context(&face)?;
                    for broken in context.ways_to_break(profile, &demand.atom)? {
                        if let Some(distribution) = face.find(&[], &broken) {
                            let evidence =
                                Evidence::breaking(Some(distribution), Some(policy.clone()), &[&demand.atom]);
                            return Ok(Some(evidence));
                        }
                    }
                }
            }
        }
        Ok(None)
    }

    fn faces<'s>(&self, set: &'s DistributionSet) -> Result<Vec<Face<'s>>, Undecided> {
        self.faces_for(set, None)
    }

    fn faces_for<'s>(&self, set: &'s DistributionSet, own: Option<&Profile>) -> Result<Vec<Face<'s>>, Undecided> {
        let endless = |profile: &Profile| {
            profile.specified.iter().chain(&profile.intended).any(|value| value == &Value::MinusInfinity)
        };
        if !own.is_some_and(endless) && !self.profiles.iter().any(|(profile, _)| endless(profile)) {
            return Ok(vec![Face { set, support: None }]);
        }
        let over = set.over();
        if over.len() > MOST_SITUATIONS {
            return Err(Undecided::Beyond("too many situations from which some policy may never stop".into()));
        }
        let subsets = 1usize..1 << over.len();
        Ok(subsets
            .map(|bits| Face {
                set,
                support: Some(
                    (0..over.len()).filter(|index| bits >> index & 1 == 1).map(|index| over[index]).collect(),
                ),
            })
            .filter(|face: &Face<'_>| face.find(&[], &[]).is_some())
            .collect())
    }

    /// What the profiles are worth on a face.
    fn context<'s>(&'s self, face: &'s Face<'s>) -> Result<OnFace<'s>, Undecided> {
        let mut states = match &face.support {
            Some(support) => support.clone(),
            None => face.set.over(),
        };
        states.extend(face.set.blended_support());
        states.sort_unstable();
        states.dedup();
        let positions = states
            .iter()
            .filter_map(|state| self.arena.problem.situations.iter().position(|situation| situation == state))
            .collect();
        let mut context =
            OnFace { arena: self.arena, listed: self, face, states, positions, best: [Vec::new(), Vec::new()] };
        context.best = [context.undominated(RewardName::Specified)?, context.undominated(RewardName::Intended)?];
        Ok(context)
    }
}

struct OnFace<'s> {
    arena: &'s Arena<'s>,
    listed: &'s Listed<'s>,
    face: &'s Face<'s>,
    /// The situations that have mass on the face, and their positions in profiles.
    states: Vec<StateId>,
    positions: Vec<usize>,
    /// The value vectors on the face that no other one exceeds: the competitors that matter, by reward.
    best: [Vec<Vec<Rational>>; 2],
}

impl OnFace<'_> {
    /// The values on the face, if all are finite.
    fn finite(&self, profile: &Profile, reward: RewardName) -> Option<Vec<Rational>> {
        let values = profile.values(reward);
        self.positions.iter().map(|&position| values[position].finite().cloned()).collect()
    }

    fn undominated(&self, reward: RewardName) -> Result<Vec<Vec<Rational>>, Undecided> {
        let mut kept: Vec<Vec<Rational>> = Vec::new();
        for (profile, _) in &self.listed.profiles {
            let Some(values) = self.finite(profile, reward) else { continue };
            let below =
                |left: &[Rational], right: &[Rational]| left.iter().zip(right).all(|(left, right)| left <= right);
            if kept.iter().any(|other| below(&values, other)) {
                continue;
            }
            kept.retain(|other| !below(other, &values));
            kept.push(values);
        }
        if kept.is_empty() {
            let at = self.face.find(&[], &[]).map_or_else(String::new, |at| describe(self.arena, &at));
            return Err(Undecided::NotDefined(at));
        }
        Ok(kept)
    }

    fn competitors(&self, reward: RewardName) -> &[Vec<Rational>] {
        match reward {
            RewardName::Specified => &self.best[0],
            RewardName::Intended => &self.best[1],
        }
    }

    fn condition(&self, gain: impl Iterator<Item = Rational>, bound: Rational) -> Condition {
        Condition { gain: self.states.iter().copied().zip(gain).collect(), bound }
    }

    /// Where regret is at most `slack`.
    fn within(&self, profile: &Profile, reward: RewardName, slack: &Rational) -> Membership {
        let Some(own) = self.finite(profile, reward) else { return Membership::Nowhere };
        let rows = self
            .competitors(reward)
            .iter()
            .map(|other| self.condition(own.iter().zip(other).map(|(own, other)| own - other), -slack));
        Membership::Where(rows.collect())
    }

    fn at_least(&self, profile: &Profile, reward: RewardName, bound: &Rational) -> Membership {
        match self.finite(profile, reward) {
            Some(own) => Membership::Where(vec![self.condition(own.into_iter(), bound.clone())]),
            None => Membership::Nowhere,
        }
    }

    fn membership(&self, profile: &Profile, policies: LocalSet) -> Result<Membership, Undecided> {
        Ok(match (policies, &self.arena.problem.good) {
            (LocalSet::Policies, _) => Membership::Where(Vec::new()),
            (LocalSet::Optimal(reward), _) => self.within(profile, reward, &self.arena.problem.learner.epsilon),
            (LocalSet::Good, Good::Regret(regret)) => self.within(profile, RewardName::Intended, regret),
            (LocalSet::Good, Good::Value(value)) => self.at_least(profile, RewardName::Intended, value),
        })
    }

    /// Where an atom holds.
    fn satisfaction(&self, profile: &Profile, atom: &Atom) -> Result<Membership, Undecided> {
        Ok(match bound_of(self.arena, atom)? {
            Bound::Regret(reward, slack) => self.within(profile, reward, &slack),
            Bound::Value(reward, bound) => self.at_least(profile, reward, &bound),
            Bound::Reach(bound) => {
                let reach =
                    self.positions.iter().map(|&position| -profile.reach[position].finite().unwrap_or(&Rational::ZERO));
                Membership::Where(vec![self.condition(reach, -bound)])
            }
        })
    }

    /// Strict conditions, any one of which breaks the atom; an empty one breaks it everywhere.
    fn ways_to_break(&self, profile: &Profile, atom: &Atom) -> Result<Vec<Vec<Condition>>, Undecided> {
        Ok(match self.satisfaction(profile, atom)? {
            Membership::Nowhere => vec![Vec::new()],
            Membership::Where(rows) => rows.iter().map(|row| vec![row.negated()]).collect(),
        })
    }

    fn some_member_breaks(&self, policies: LocalSet, atoms: &[Atom]) -> Result<Option<Evidence>, Undecided> {
        for (profile, policy) in &self.listed.profiles {
            self.arena.budget.check()?;
            let Membership::Where(rows) = self.membership(profile, policies)? else { continue };
            for atom in atoms {
                for broken in self.ways_to_break(profile, atom)? {
                    if let Some(distribution) = self.face.find(&rows, &broken) {
                        return Ok(Some(Evidence::breaking(
                            Some(distribution),
                            Some(RandomizedPolicy::from(policy)),
                            &[atom],
                        )));
                    }
                }
            }
        }
        Ok(None)
    }

    fn no_member_satisfies(&self, policies: LocalSet, atoms: &[Atom]) -> Result<Option<Evidence>, Undecided> {
        let mut cells = Vec::new();
        'profiles: for (profile, _) in &self.listed.profiles {
            self.arena.budget.check()?;
            let Membership::Where(mut cell) = self.membership(profile, policies)? else { continue };
            for atom in atoms {
                match self.satisfaction(profile, atom)? {
                    Membership::Nowhere => continue 'profiles,
                    Membership::Where(rows) => cell.extend(rows),
                }
            }
            cells.push(cell);
        }
        Ok(self
            .face
            .find_outside(&cells, &self.arena.budget)?
            .map(|distribution| Evidence::breaking(Some(distribution), None, &atoms.iter().collect::<Vec<_>>())))
    }
}
