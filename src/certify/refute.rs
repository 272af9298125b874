//! Refutations: trees of cases, each closed by bounds (`proofs/FORMAT.md`, section 1.6).

use std::fmt::Write as _;

use crate::certify::close::{Case, close, close_by_graph};
use crate::certify::constraint::{Actor, Constraint, Place, Places, Property, broken, met};
use crate::certify::draft::Draft;
use crate::certify::explicit::masses;
use crate::certify::joint::{MOST_ROWS, jointly};
use crate::certify::region::Region;
use crate::certify::subject::{Pinning, Pins, Set, agreeing, competitor_at, memberships, pin, pinned};
use crate::certify::{Absent, Uncertified};
use crate::mdp::{ChoiceId, Distribution, Mask, StateId};
use crate::search::{DistributionSet, Requirement, Test, propagate_pins};
use crate::solve::reachable_under;

/// Distributions of one demand that a refutation may speak of.
const MOST_PLACES: usize = 40;

/// Splits on the way to one case; deeper trees are given up.
const DEEPEST: usize = 400;

/// Cases that are tried before lemmas are looked for.
const FEW_CASES: usize = 60;

/// How a case is tried to be closed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    /// By the graph: bounds of 0 and 1.
    Graph,
    /// By bounds of values.
    Values,
}

/// The subject of a refutation.
pub(super) enum Subject<'s> {
    /// Any policy of a set at the variable distribution.
    Local(&'s Set),
    /// Any policy of a set at the training distribution.
    Trained(&'s Set),
    /// A listed policy.
    Listed(usize),
}

/// A refutation in the making.
pub(super) struct Refuter<'d, 'a> {
    pub(super) draft: &'d mut Draft<'a>,
    pub(super) places: Places,
    pub(super) constraints: Vec<Constraint>,
    pub(super) pins: Pins,
    /// The property to be broken, if it is that.
    pub(super) breaks: Option<Property>,
    pub(super) free_subject: bool,
    /// The properties of a subject, and whether it has or lacks them: a hint for the search by lemmas.
    pub(super) sought: Vec<(Test, bool)>,
    /// What each demand is about, where a subject is to meet demands on whole families.
    pub(super) families: Vec<(DistributionSet, Property)>,
    /// A distribution at which a demand is not met, where that closes a case.
    pub(super) missing: Option<(usize, Distribution)>,
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
    refuter.sought = vec![(property.test(region.set.clone()), false)];
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
        refuter.sought = families.iter().map(|(family, property)| (property.test(family.clone()), true)).collect();
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
    let (mut pins, mut header) = pinned(draft, &places, set, home, local.is_some(), local.unwrap_or(Pinning::Allowed))?;
    if let Pins::Visited(choices) = &mut pins {
        let (mdp, train) = (&draft.arena.problem.mdp, &draft.arena.problem.train);
        for (index, (distributions, property)) in demands.iter().enumerate() {
            let Property::Regret(reward, slack) = property else { continue };
            if !slack.is_zero() || !distributions.contains(train) {
                continue;
            }
            let sources = places.sources(home);
            if let Some((own, words)) = pin(draft, *reward, &sources)? {
                let other = (0..mdp.choices()).filter(|&choice| !own.possible.allows(choice));
                other.for_each(|choice| choices.forbid(choice));
                let _ = write!(header, " and {index} {words}");
            }
        }
    }
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

impl<'d, 'a> Refuter<'d, 'a> {
    fn new(draft: &'d mut Draft<'a>, places: Places, constraints: Vec<Constraint>, pins: Pins) -> Self {
        let families = Vec::new();
        let (breaks, sought, missing) = (None, Vec::new(), None);
        Self { draft, places, constraints, pins, breaks, free_subject: true, sought, families, missing }
    }

    fn refutation(&mut self, header: &str) -> Result<String, Uncertified> {
        let everything = self.draft.arena.everything().clone();
        let subject = match &self.pins {
            Pins::Everywhere(reward) => self.draft.optimal(*reward)?.possible.clone(),
            Pins::Free | Pins::Visited(..) => everything.clone(),
        };
        let tree = self.cases(Case { subject, rival: everything, visits: Vec::new(), trained: None })?;
        let constraints: Vec<&str> = self.constraints.iter().map(|constraint| constraint.text.as_str()).collect();
        Ok(format!("refutation {header} constraints {} {} {tree}", constraints.len(), constraints.join(" ")))
    }

    /// Closes the root: a small tree of cases, or lemmas, or any tree.
    fn cases(&mut self, root: Case) -> Result<String, Uncertified> {
        let all = self.draft.cases;
        self.draft.cases = all.min(FEW_CASES);
        let few = self.tree(root.clone(), 0);
        self.draft.cases = all;
        match few {
            Err(Uncertified::Beyond(Absent::Cases)) if all > FEW_CASES => {}
            other => return other,
        }
        match self.by_lemmas(&root)? {
            Some(text) => Ok(text),
            None => self.tree(root, 0),
        }
    }

    /// How a case is closed without splitting it, if it is.
    ///
    /// # Errors
    /// When a demand is not met at a distribution that is not among the places, or the budget is exhausted.
    pub(super) fn closed(&mut self, case: &mut Case, first: Attempt) -> Result<Option<String>, Uncertified> {
        self.draft.arena.budget.check()?;
        if let Pins::Visited(choices) = &self.pins {
            let arena = self.draft.arena;
            let train: Vec<StateId> = arena.problem.train.support().collect();
            let support = train.iter().chain(&case.visits).copied().collect();
            if !propagate_pins(arena, &[Requirement::Pinned { support, choices }], &mut case.subject) {
                return Ok(Some("x".into()));
            }
            let trained = |place: &Place| self.places.sources(*place).iter().all(|state| train.contains(state));
            let places = self.places.all().into_iter().filter(trained).collect();
            case.trained = Some((case.subject.narrowed_to(&arena.problem.mdp, choices), places));
        }
        if let Some(rank) = self.certain(case)? {
            return Ok(Some(format!("certain {rank}")));
        }
        if first == Attempt::Graph
            && let Some(text) = close_by_graph(self.draft, &self.places, &self.constraints, case)
        {
            return Ok(Some(text));
        }
        if let Some(text) = close(self.draft, &self.places, &self.constraints, case)? {
            return Ok(Some(text));
        }
        if let Some(missing) = self.violated(case)? {
            self.missing = Some(missing);
            return Err(Uncertified::Beyond(Absent::Form));
        }
        Ok(None)
    }

    pub(super) fn tree(&mut self, mut case: Case, depth: usize) -> Result<String, Uncertified> {
        if self.draft.cases == 0 || depth > DEEPEST {
            return Err(Uncertified::Beyond(Absent::Cases));
        }
        self.draft.cases -= 1;
        if let Some(text) = self.closed(&mut case, Attempt::Values)? {
            return Ok(text);
        }
        let Some((actor, state)) = self.next_split(&case)? else {
            if let Some(text) = jointly(self.draft, &self.places, &self.constraints, &case, MOST_ROWS)? {
                return Ok(text);
            }
            return self.by_visits(&case, depth);
        };
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

    pub(super) fn decide(&self, mask: &mut Mask, actor: Actor, state: StateId, only: ChoiceId) {
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
            let test = property.test(family.clone());
            let known = |at: &Distribution| {
                let head = format!("meet {index} {} ", masses(at));
                self.constraints.iter().any(|constraint| constraint.text.starts_with(&head))
            };
            let most = test.at_extreme(arena, &case.subject, true)?;
            if let Some(distribution) = most.violation.filter(|at| !known(at)) {
                return Ok(Some((index, distribution)));
            }
            // Where all mass is on the training support, the subject can do less.
            let train = &arena.problem.train;
            let trained = |at: &Distribution| at.support().all(|state| !train.mass(state).is_zero());
            if let Some((mask, _)) = &case.trained {
                let worst = test.at_extreme(arena, mask, true)?.violation;
                let others = family.extreme_points().unwrap_or_else(|| vec![train.clone()]);
                let others = others.into_iter().filter(|at| family.contains(at));
                if let Some(distribution) = worst.into_iter().chain(others).find(|at| trained(at) && !known(at)) {
                    return Ok(Some((index, distribution)));
                }
            }
        }
        Ok(None)
    }
}
