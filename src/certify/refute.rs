//! Refutations: trees of cases, each closed by bounds (`proofs/FORMAT.md`, section 1.6).

use std::rc::Rc;

use crate::certify::close::{Case, close};
use crate::certify::constraint::{Actor, Constraint, Place, Places, Property, broken, member, met};
use crate::certify::draft::{Draft, OptimalChoices, Precision, expected};
use crate::certify::explicit::masses;
use crate::certify::region::Region;
use crate::certify::tables::Entries;
use crate::certify::{Absent, Uncertified};
use crate::decomposition::RewardName;
use crate::mdp::{ChoiceId, Distribution, Mask, Policy, RandomizedPolicy, Rational, StateId, Value, closure};
use crate::problem::PolicyClass;
use crate::search::{
    Agreement, DistributionSet, Outcome, Quantity, Requirement, Test, agreement, disagreement, find_policy, profiles,
    propagate_pins, surely_visited,
};
use crate::solve::{Behaviour, Sense, reachable_under};

/// Cases that may be spent on finding a policy that loses nothing to what it does not see.
const ATTAINMENT_CASES: usize = 200;

/// Competitors that are listed where the best policy depends on the distribution.
const MOST_COMPETITORS: usize = 400;

/// Distributions of one demand that a refutation may speak of.
const MOST_PLACES: usize = 40;

/// Splits on the way to one case; deeper trees are given up.
const DEEPEST: usize = 400;

/// A set of policies by its property at a distribution; `None` for the whole class.
pub(super) type Set = Option<Property>;

/// The subject of a refutation.
pub(super) enum Subject<'s> {
    /// Any policy of a set at the variable distribution.
    Local(&'s Set),
    /// Any policy of a set at the training distribution.
    Trained(&'s Set),
    /// A listed policy.
    Listed(usize),
}

/// Whether a subject may be pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pinning {
    Allowed,
    Never,
}

enum Pins {
    Free,
    Everywhere(RewardName),
    Visited(Rc<OptimalChoices>),
}

struct Refuter<'d, 'a> {
    draft: &'d mut Draft<'a>,
    places: Places,
    constraints: Vec<Constraint>,
    pins: Pins,
    /// The property to be broken, if it is that.
    breaks: Option<Property>,
    free_subject: bool,
    /// What each demand is about, where a subject is to meet demands on whole families.
    families: Vec<(DistributionSet, Property)>,
    /// A distribution at which a demand is not met, where that closes a case.
    missing: Option<(usize, Distribution)>,
}

/// Refutes that a subject breaks a property somewhere in a region.
///
/// # Errors
/// When no refutation of this form is found, or the budget is exhausted.
pub(super) fn no_break(
    draft: &mut Draft<'_>,
    region: &Region,
    subject: &Subject<'_>,
    property: &Property,
) -> Result<String, Uncertified> {
    pinned_or_free(draft, matches!(subject, Subject::Local(_)), |draft, pinning| {
        no_break_with(draft, region, subject, property, pinning)
    })
}

/// A refutation with pins or, where policies that are pinned everywhere see too much, without.
fn pinned_or_free(
    draft: &mut Draft<'_>,
    local: bool,
    refute: impl Fn(&mut Draft<'_>, Pinning) -> Result<String, Uncertified>,
) -> Result<String, Uncertified> {
    match refute(draft, Pinning::Allowed) {
        Err(Uncertified::Beyond(_)) if local && !draft.arena.fully_observed => refute(draft, Pinning::Never),
        other => other,
    }
}

fn no_break_with(
    draft: &mut Draft<'_>,
    region: &Region,
    subject: &Subject<'_>,
    property: &Property,
    pinning: Pinning,
) -> Result<String, Uncertified> {
    let mut places = Places { region: Some(region.clone()), fixed: Vec::new() };
    if let Subject::Listed(number) = subject {
        let constraints = vec![broken(property, Actor::Fixed(*number))];
        let mut refuter = Refuter::new(draft, places, constraints, Pins::Free);
        refuter.breaks = Some(property.clone());
        refuter.free_subject = false;
        return refuter.refutation("free");
    }
    let (set, home) = match subject {
        Subject::Local(set) => (*set, Place::Variable),
        Subject::Trained(set) => {
            let train = draft.arena.problem.train.clone();
            (*set, places.of(&train))
        }
        Subject::Listed(_) => (&None, Place::Variable),
    };
    if let Some(text) = agreeing(draft, &places, set, home, property)? {
        return Ok(text);
    }
    let local = matches!(subject, Subject::Local(_));
    let (pins, header) = pinned(draft, &places, set, home, local, pinning)?;
    let mut constraints = Vec::new();
    if matches!(pins, Pins::Free)
        && let Some(set) = set
    {
        constraints.extend(memberships(draft, &places, set, home)?);
    }
    constraints.push(broken(property, Actor::Subject));
    let mut refuter = Refuter::new(draft, places, constraints, pins);
    refuter.breaks = Some(property.clone());
    refuter.refutation(&header)
}

/// Refutes that a policy of a set has some properties at one distribution.
///
/// # Errors
/// When no refutation of this form is found, or the budget is exhausted.
pub(super) fn no_meeting_at(
    draft: &mut Draft<'_>,
    at: &Distribution,
    set: &Set,
    properties: &[Property],
) -> Result<String, Uncertified> {
    let demands: Vec<_> = properties.iter().map(|property| (vec![at.clone()], property.clone())).collect();
    pinned_or_free(draft, true, |draft, pinning| {
        let places = Places { region: Some(Region::at(at.clone())), fixed: Vec::new() };
        let (mut refuter, header) = meeting(draft, places, Some(pinning), set, &demands)?;
        refuter.refutation(&header)
    })
}

/// Refutes that a policy of a set at the training distribution meets all demands, each on all of its family.
///
/// # Errors
/// When no refutation of this form is found, or the budget is exhausted.
pub(super) fn no_meeting(
    draft: &mut Draft<'_>,
    set: &Set,
    families: &[(DistributionSet, Property)],
) -> Result<String, Uncertified> {
    let mut demands: Vec<(Vec<Distribution>, Property)> =
        families.iter().map(|(family, property)| (family.point().into_iter().collect(), property.clone())).collect();
    // A case may need a distribution that no earlier one did; then all cases are made again.
    loop {
        let places = Places { region: None, fixed: Vec::new() };
        let (mut refuter, header) = meeting(draft, places, None, set, &demands)?;
        refuter.families = families.to_vec();
        let failure = match refuter.refutation(&header) {
            Err(Uncertified::Beyond(absent)) => Uncertified::Beyond(absent),
            other => return other,
        };
        let Some((index, distribution)) = refuter.missing else { return Err(failure) };
        if demands[index].0.len() >= MOST_PLACES || demands[index].0.contains(&distribution) {
            return Err(failure);
        }
        demands[index].0.push(distribution);
    }
}

/// A refutation in the making that a policy of a set meets demands, each at some distributions. A set at the variable
/// distribution comes with how its policies may be pinned.
fn meeting<'d, 'a>(
    draft: &'d mut Draft<'a>,
    mut places: Places,
    local: Option<Pinning>,
    set: &Set,
    demands: &[(Vec<Distribution>, Property)],
) -> Result<(Refuter<'d, 'a>, String), Uncertified> {
    let home = if local.is_some() {
        Place::Variable
    } else {
        let train = draft.arena.problem.train.clone();
        places.of(&train)
    };
    let (pins, header) = pinned(draft, &places, set, home, local.is_some(), local.unwrap_or(Pinning::Allowed))?;
    let mut constraints = Vec::new();
    if matches!(pins, Pins::Free)
        && let Some(set) = set
    {
        constraints.extend(memberships(draft, &places, set, home)?);
    }
    for (index, (distributions, property)) in demands.iter().enumerate() {
        for distribution in distributions {
            let place = places.of(distribution);
            let competitor = match property {
                Property::Regret(reward, _) => competitor_at(draft, *reward, distribution)?,
                Property::Value(..) | Property::Reach(_) => 0,
            };
            constraints.push(met(index, property, distribution, place, competitor));
        }
    }
    Ok((Refuter::new(draft, places, constraints, pins), header))
}

/// The listed policy that is best at a distribution.
pub(super) fn competitor_at(
    draft: &mut Draft<'_>,
    reward: RewardName,
    at: &Distribution,
) -> Result<usize, Uncertified> {
    let policy = best_policy(draft, reward, at)?;
    Ok(draft.policy(&RandomizedPolicy::from(&policy)))
}

/// The best value of the class at a distribution.
pub(super) fn best_value(
    draft: &mut Draft<'_>,
    reward: RewardName,
    at: &Distribution,
) -> Result<Rational, Uncertified> {
    let policy = best_policy(draft, reward, at)?;
    let values = draft.arena.values(Quantity::Reward(reward), Behaviour::Deterministic(&policy))?;
    let entries: Entries = values.iter().map(|value| value.finite().cloned()).collect();
    expected(&entries, at).ok_or(Uncertified::Beyond(Absent::Form))
}

fn best_policy(draft: &mut Draft<'_>, reward: RewardName, at: &Distribution) -> Result<Policy, Uncertified> {
    if draft.arena.fully_observed {
        return Ok(draft.best_policy(reward)?);
    }
    match draft.class_optimum(reward, at)? {
        Some(optimum) => Ok(optimum.policy.clone()),
        None => Err(Uncertified::Beyond(Absent::Cases)),
    }
}

/// Constraints of being in a set: against competitors that are best somewhere.
fn memberships(
    draft: &mut Draft<'_>,
    places: &Places,
    set: &Property,
    home: Place,
) -> Result<Vec<Constraint>, Uncertified> {
    let Property::Regret(reward, _) = set else { return Ok(vec![member(set, home, Actor::Subject)]) };
    let point = match home {
        Place::Fixed(index) => Some(places.fixed[index].clone()),
        Place::Variable => places.region.as_ref().and_then(|region| region.point.clone()),
    };
    if draft.arena.fully_observed || point.is_some() {
        let at = point.unwrap_or_else(|| draft.arena.problem.train.clone());
        let number = competitor_at(draft, *reward, &at)?;
        return Ok(vec![member(set, home, Actor::Fixed(number))]);
    }
    // The best policy depends on the distribution: every policy that no other one beats everywhere.
    let Some(profiles) = profiles(draft.arena, MOST_COMPETITORS)? else {
        return Err(Uncertified::Beyond(Absent::Cases));
    };
    let mut kept: Vec<(Vec<Value>, Policy)> = Vec::new();
    for (profile, policy) in profiles {
        let values = profile.values(*reward).to_vec();
        let below = |left: &[Value], right: &[Value]| left.iter().zip(right).all(|(left, right)| left <= right);
        if kept.iter().any(|(other, _)| below(&values, other)) {
            continue;
        }
        kept.retain(|(other, _)| !below(other, &values));
        kept.push((values, policy));
    }
    let mut constraints = Vec::new();
    for (_, policy) in kept {
        let number = draft.policy(&RandomizedPolicy::from(&policy));
        constraints.push(member(set, home, Actor::Fixed(number)));
    }
    Ok(constraints)
}

/// Rewards that agree wherever episodes go leave nothing of the combined constraints.
fn agreeing(
    draft: &mut Draft<'_>,
    places: &Places,
    set: &Set,
    home: Place,
    property: &Property,
) -> Result<Option<String>, Uncertified> {
    let (Some(Property::Regret(first, epsilon)), Property::Regret(second, slack)) = (set, property) else {
        return Ok(None);
    };
    if home != Place::Variable {
        return Ok(None);
    }
    let Some(region) = &places.region else { return Ok(None) };
    let sources = region.sources();
    let (multiplier, weight) = match agreement(draft.arena, *first, *second, &sources) {
        Agreement::Free => (Rational::ZERO, Rational::ONE),
        Agreement::Factor(factor) if &(epsilon / &factor) <= slack => (Rational::ONE, factor),
        Agreement::Factor(_) | Agreement::None => return Ok(None),
    };
    let everything = draft.arena.everything().clone();
    let reached = reachable_under(&draft.arena.problem.mdp, &everything, sources.iter().copied());
    let mut zeros: Entries = vec![None; reached.len()];
    for state in reached.ones() {
        zeros[state] = Some(Rational::ZERO);
    }
    let region = region.clone();
    let Some(dual) = region.largest(&|_| Rational::ZERO) else { return Ok(None) };
    let dual = crate::certify::region::dual_text(&dual.multipliers);
    let mut text = format!("refutation free constraints 2 member rival break close {multiplier} {weight} {dual}");
    // Weights that cancel altogether need no bound.
    if first != second || multiplier != weight {
        let reference = draft.reference(&zeros, &everything, false);
        text.push_str(&format!(" {reference} {reference}"));
    }
    Ok(Some(text))
}

/// How a subject of a set is pinned, and how the certificate says it.
fn pinned(
    draft: &mut Draft<'_>,
    places: &Places,
    set: &Set,
    home: Place,
    local: bool,
    pinning: Pinning,
) -> Result<(Pins, String), Uncertified> {
    let free = Ok((Pins::Free, "free".to_owned()));
    if pinning == Pinning::Never {
        return free;
    }
    let Some(Property::Regret(reward, slack)) = set else { return free };
    if !slack.is_zero() {
        return free;
    }
    let sources = places.sources(home);
    let choices = draft.optimal(*reward)?;
    let attaining = if draft.arena.fully_observed {
        "-".to_owned()
    } else {
        let pin = Requirement::Pinned { support: sources.clone(), choices: &choices.certain };
        let Outcome::Found(policy) = find_policy(draft.arena, &[pin], Some(ATTAINMENT_CASES))? else { return free };
        let number = draft.policy(&RandomizedPolicy::from(&policy));
        let Some(rank) = draft.stops(number, &sources) else { return free };
        format!("{number} {rank}")
    };
    Ok(if local {
        (Pins::Everywhere(*reward), format!("everywhere {} {attaining}", reward.word()))
    } else {
        let header = format!("visited {} {attaining}", reward.word());
        (Pins::Visited(choices), header)
    })
}

impl<'d, 'a> Refuter<'d, 'a> {
    fn new(draft: &'d mut Draft<'a>, places: Places, constraints: Vec<Constraint>, pins: Pins) -> Self {
        let families = Vec::new();
        Self { draft, places, constraints, pins, breaks: None, free_subject: true, families, missing: None }
    }

    fn refutation(&mut self, header: &str) -> Result<String, Uncertified> {
        let everything = self.draft.arena.everything().clone();
        let subject = match &self.pins {
            Pins::Everywhere(reward) => self.draft.optimal(*reward)?.possible.clone(),
            Pins::Free | Pins::Visited(..) => everything.clone(),
        };
        let tree = self.tree(Case { subject, rival: everything }, 0)?;
        let constraints: Vec<&str> = self.constraints.iter().map(|constraint| constraint.text.as_str()).collect();
        Ok(format!("refutation {header} constraints {} {} {tree}", constraints.len(), constraints.join(" ")))
    }

    fn tree(&mut self, mut case: Case, depth: usize) -> Result<String, Uncertified> {
        self.draft.arena.budget.check()?;
        if self.draft.cases == 0 || depth > DEEPEST {
            return Err(Uncertified::Beyond(Absent::Cases));
        }
        self.draft.cases -= 1;
        if let Pins::Visited(choices) = &self.pins {
            let support: Vec<StateId> = self.draft.arena.problem.train.support().collect();
            let pin = Requirement::Pinned { support, choices: &choices.possible };
            if !propagate_pins(self.draft.arena, &[pin], &mut case.subject) {
                return Ok("x".into());
            }
        }
        if let Some(rank) = self.certain(&case)? {
            return Ok(format!("certain {rank}"));
        }
        if let Some(text) = close(self.draft, &self.places, &self.constraints, &case)? {
            return Ok(text);
        }
        if let Some(missing) = self.violated(&case)? {
            self.missing = Some(missing);
            return Err(Uncertified::Beyond(Absent::Form));
        }
        let Some((actor, state)) = self.next_split(&case)? else { return Err(Uncertified::Beyond(Absent::Form)) };
        let mut text = format!("split {} {state}", if actor == Actor::Rival { "rival" } else { "subject" });
        let mask = if actor == Actor::Rival { &case.rival } else { &case.subject };
        let choices: Vec<ChoiceId> = mask.choices_of(&self.draft.arena.problem.mdp, state).collect();
        for only in choices {
            let mut child = case.clone();
            let mask = if actor == Actor::Rival { &mut child.rival } else { &mut child.subject };
            self.decide(mask, actor, state, only);
            text.push(' ');
            text.push_str(&self.tree(child, depth + 1)?);
        }
        Ok(text)
    }

    fn decide(&self, mask: &mut Mask, actor: Actor, state: StateId, only: ChoiceId) {
        let arena = self.draft.arena;
        if actor == Actor::Subject && matches!(self.pins, Pins::Everywhere(_)) {
            for choice in arena.problem.mdp.choices_of(state).filter(|&choice| choice != only) {
                mask.forbid(choice);
            }
        } else {
            arena.restrict_observation(mask, state, |choice| choice == only);
        }
    }

    /// The rank under which a case is closed because its subject can do nothing but what is optimal.
    fn certain(&mut self, case: &Case) -> Result<Option<String>, Uncertified> {
        let (Some(Property::Regret(reward, _)), Some(region), true) =
            (&self.breaks, &self.places.region, self.free_subject)
        else {
            return Ok(None);
        };
        let (reward, sources) = (*reward, region.sources());
        let arena = self.draft.arena;
        let mdp = &arena.problem.mdp;
        let reached = reachable_under(mdp, &case.subject, sources.iter().copied());
        let all = |mask: &Mask| {
            reached.ones().all(|state| case.subject.choices_of(mdp, state).all(|choice| mask.allows(choice)))
        };
        if !all(arena.optimal_choices(reward)?) || !all(&self.draft.optimal(reward)?.certain) {
            return Ok(None);
        }
        if !self.draft.is_total() {
            return Ok(Some("-".into()));
        }
        let rank = self.draft.stopping_rank(&case.subject, &reached);
        Ok(rank.map(|rank| self.draft.vectors.rank(&rank).to_string()))
    }

    /// A demand that no subject of the case meets at a distribution of its family which is not among the places.
    fn violated(&self, case: &Case) -> Result<Option<(usize, Distribution)>, Uncertified> {
        let arena = self.draft.arena;
        for (index, (family, property)) in self.families.iter().enumerate() {
            let test = match property {
                Property::Regret(reward, slack) => {
                    let at_least = -slack;
                    Test::Linear { reward: *reward, set: family.clone(), relative: true, at_least }
                }
                Property::Value(reward, bound) => {
                    let at_least = bound.clone();
                    Test::Linear { reward: *reward, set: family.clone(), relative: false, at_least }
                }
                Property::Reach(bound) => Test::Reach { set: family.clone(), at_most: bound.clone() },
            };
            let most = test.at_extreme(arena, &case.subject, true)?;
            let known = |at: &Distribution| {
                let head = format!("meet {index} {} ", masses(at));
                self.constraints.iter().any(|constraint| constraint.text.starts_with(&head))
            };
            if let Some(distribution) = most.violation.filter(|at| !known(at)) {
                return Ok(Some((index, distribution)));
            }
        }
        Ok(None)
    }

    /// Whether an actor's cases may be split: always for deterministic policies; otherwise all its terms must be
    /// about one quantity with one sign.
    fn may_split(&self, actor: Actor) -> bool {
        let arena = self.draft.arena;
        let relaxed = actor == Actor::Subject && matches!(self.pins, Pins::Everywhere(_));
        if arena.class == PolicyClass::Deterministic {
            return true;
        }
        if !arena.fully_observed && !relaxed {
            return false;
        }
        let mut only = None;
        for constraint in &self.constraints {
            let never = constraint.text.starts_with("meet") && constraint.bound.is_zero();
            for term in constraint.terms.iter().filter(|term| term.actor == actor) {
                if never && term.quantity == Quantity::Reach {
                    continue;
                }
                let kind = (term.quantity, term.positive);
                if *only.get_or_insert(kind) != kind {
                    return false;
                }
            }
        }
        true
    }

    fn next_split(&mut self, case: &Case) -> Result<Option<(Actor, StateId)>, Uncertified> {
        let rival_first = self.rival_is_too_good(case)?;
        if rival_first && let Some(state) = self.open_state(case, Actor::Rival)? {
            return Ok(Some((Actor::Rival, state)));
        }
        if self.free_subject
            && let Some(state) = self.open_state(case, Actor::Subject)?
        {
            return Ok(Some((Actor::Subject, state)));
        }
        Ok(self.open_state(case, Actor::Rival)?.map(|state| (Actor::Rival, state)))
    }

    /// At one distribution: whether the rival's bound is above what the class can do there.
    fn rival_is_too_good(&mut self, case: &Case) -> Result<bool, Uncertified> {
        let Some(Property::Regret(reward, _)) = self.breaks.clone() else { return Ok(false) };
        let Some(point) = self.places.region.as_ref().and_then(|region| region.point.clone()) else {
            return Ok(false);
        };
        if self.draft.arena.fully_observed {
            return Ok(false);
        }
        let sources: Vec<StateId> = point.support().collect();
        let bound = self.draft.bound(Quantity::Reward(reward), true, &case.rival, &sources, Precision::Exact)?;
        let Some(optimum) = self.draft.class_optimum(reward, &point)? else { return Ok(false) };
        Ok(match (expected(&bound, &point), &optimum.value) {
            (Some(bound), Value::Finite(best)) => &bound > best,
            _ => false,
        })
    }

    /// A state at which an actor's case is open, where its terms speak of it.
    fn open_state(&mut self, case: &Case, actor: Actor) -> Result<Option<StateId>, Uncertified> {
        if !self.may_split(actor) {
            return Ok(None);
        }
        let arena = self.draft.arena;
        let mask = if actor == Actor::Rival { &case.rival } else { &case.subject };
        if actor == Actor::Subject && matches!(self.pins, Pins::Visited(..)) {
            let support = arena.problem.train.support();
            let sure = surely_visited(arena, mask, support);
            if let Some(state) = sure.ones().find(|&state| arena.is_undecided(mask, state)) {
                return Ok(Some(state));
            }
        }
        // What the terms, and the demands behind them, are about: a quantity, which way, from where.
        let terms = self.constraints.iter().flat_map(|constraint| &constraint.terms);
        let mut about: Vec<(Quantity, bool, Vec<StateId>)> = terms
            .filter(|term| term.actor == actor)
            .map(|term| (term.quantity, term.positive, self.places.sources(term.place)))
            .collect();
        if actor == Actor::Subject {
            about.extend(self.families.iter().map(|(family, property)| match property {
                Property::Regret(reward, _) | Property::Value(reward, _) => {
                    (Quantity::Reward(*reward), true, family.support())
                }
                Property::Reach(_) => (Quantity::Reach, false, family.support()),
            }));
        }
        let mut sources: Vec<StateId> = Vec::new();
        if matches!(self.pins, Pins::Visited(_)) {
            sources.extend(arena.problem.train.support());
        }
        for (quantity, positive, own) in about {
            let sense = if positive { Sense::Max } else { Sense::Min };
            let relaxed = arena.extreme(quantity, sense, mask)?;
            if let Some(state) = disagreement(arena, mask, &own, &relaxed.policy) {
                return Ok(Some(state));
            }
            sources.extend(own);
            let visited = closure(arena.problem.mdp.states(), sources.iter().copied(), |state| {
                relaxed.policy.choice(state).into_iter().flat_map(|choice| arena.problem.mdp.successors(choice))
            });
            if let Some(state) = visited.ones().find(|&state| arena.is_undecided(mask, state)) {
                return Ok(Some(state));
            }
        }
        let reached = reachable_under(&arena.problem.mdp, mask, sources.iter().copied());
        Ok(reached.ones().find(|&state| arena.is_undecided(mask, state)))
    }
}
