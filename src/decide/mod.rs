//! Decides every part of every decomposition of a problem, each by the cheapest exact method that settles it.
//!
//! 0. Rewards that agree wherever episodes can go need no values at all (`agreement`).
//! 1. Full observation and no slack: sets of optimal policies are masks (`rectangular`); questions about
//!    trained policies are a search for one policy (`trained`).
//! 2. Otherwise, classes with few policies are listed (`listed`).
//! 3. Otherwise one distribution at a time, with bounds (`pointwise`).
//!
//! Questions about mesa-objectives are about all rewards of a class (`mesa`). One objective can show a failure, which is then a theorem
//! (`objective`); what else is found has no certificate, so it is no verdict.

mod agreement;
mod certified;
mod listed;
mod measure;
mod mesa;
mod objective;
mod pointwise;
mod rectangular;
mod settle;
mod threshold;
mod trained;
mod verdict;
mod witness;

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

pub use mesa::{Mesa, mesa_objectives};
pub use settle::{Settlement, settle, shown_by};
pub use threshold::{best_of_class, test_of};
pub use trained::{Sought, breaking, membership};
pub use verdict::Undecided;

use lavaproof_checker::Model;

use crate::budget::Budget;
use crate::certify::{Listings, explicit_model};
use crate::decide::certified::certified;
use crate::decide::listed::Listed;
use crate::decide::verdict::Verdict;
pub(crate) use crate::decide::verdict::rejection;
use crate::decide::witness::witness_of;
use crate::decomposition::{
    self, Answer, Atom, Claim, Definition, Examined, Family, FixedSet, Formula, Half, LocalSet, Question, Reading,
    Scope, Status, Witness, questions,
};
use crate::mdp::{Rational, StateId, token};
use crate::problem::{Criterion, Good, PolicyClass, Problem, unroll};
use crate::search::rewards::is_combination;
use crate::search::{Arena, DistributionSet, profiles};
use crate::solve::Engine;

/// Behaviours up to which a class is listed.
const MOST_LISTED: usize = 1500;

/// Answers every part of the definitions in every reading that it has.
///
/// The problem must be admissible ([`crate::solve::admissibility_defects`]).
///
/// # Errors
/// [`Undecided::NotDefined`] where the values of the class are not defined at a distribution in question;
/// running out of time is no error but the answer `unknown`.
pub fn examine(
    problem: &Problem,
    definitions: &[Definition],
    budget: &Budget,
    engine: Engine,
) -> Result<Examined, Undecided> {
    let (problem, origin) = unrolled(problem)?;
    let arena = Arena::new(&problem, budget.clone(), engine);
    let explicit: Arc<str> = explicit_model(&problem).into();
    let model = Model::read(explicit.as_bytes()).map_err(|unreadable| Undecided::Rejected(rejection(&unreadable)))?;
    let decider = Decider::new(&arena, &model);
    let mut answers = Vec::new();
    for definition in definitions {
        for (half, formula) in &definition.parts {
            for reading in Definition::readings(formula, problem.learner.given.is_some()) {
                answers.push(decider.answer(&definition.id, *half, reading, formula)?);
            }
        }
    }
    let class = arena.class;
    Ok(Examined { problem: Arc::new(problem), origin, class, answers, explicit })
}

/// Whether exact search says of a part that it has another status, or none: what would take a proof otherwise is known not to be worth
/// one. `false` says nothing.
///
/// # Errors
/// As for [`examine`], and when the budget is exhausted.
pub(crate) fn is_otherwise(
    problem: &Problem,
    formula: &Formula,
    reading: Reading,
    status: Status,
    budget: &Budget,
    engine: Engine,
) -> Result<bool, Undecided> {
    if formula.speaks_of_safety() && problem.catastrophe.is_none() {
        return Ok(true);
    }
    let (problem, _) = unrolled(problem)?;
    let given = problem.learner.given.is_some();
    let Ok(claim) = questions(formula, reading, given, &problem.learner.epsilon) else { return Ok(false) };
    if formula.speaks_of_mesa() {
        return Ok(false);
    }
    let arena = Arena::new(&problem, budget.clone(), engine);
    let model = Model::read(explicit_model(&problem).as_bytes())
        .map_err(|unreadable| Undecided::Rejected(rejection(&unreadable)))?;
    Ok(match Decider::new(&arena, &model).decide(&claim)?.verdict {
        Verdict::Holds(_) => status != Status::Holds,
        Verdict::Fails(_) => status != Status::Fails,
        Verdict::Unknown(_) => false,
    })
}

impl Settled {
    fn negated(self) -> Self {
        Self { verdict: self.verdict.negated(), ..self }
    }

    /// The conjunction, with the witness of the side that decides it.
    fn and(self, other: Self) -> Self {
        let decisive = match (&self.verdict, &other.verdict) {
            (Verdict::Fails(_), _) => self.witness,
            (_, Verdict::Fails(_)) => other.witness,
            _ => self.witness.or(other.witness),
        };
        Self { verdict: self.verdict.and(other.verdict), witness: decisive }
    }
}

/// For an unrolled problem, the state of the file and the time that each state stands for.
pub(crate) type Origin = Option<Vec<(StateId, usize)>>;

/// A problem without a horizon: the time is part of its states, and each has the state of the file and the time that it
/// stands for.
///
/// # Errors
/// [`Undecided::Beyond`] where that is too large.
pub(crate) fn unrolled(problem: &Problem) -> Result<(Problem, Origin), Undecided> {
    match (unroll(problem), &problem.criterion) {
        (Some(unrolled), _) => Ok((unrolled.problem, Some(unrolled.origin))),
        (None, Criterion::Horizon(_)) => {
            Err(Undecided::Beyond("the model is too large with the time as part of its states".into()))
        }
        (None, Criterion::Discounted(_) | Criterion::Total) => Ok((problem.clone(), None)),
    }
}

struct Decider<'a> {
    arena: &'a Arena<'a>,
    listings: Listings,
    /// The problem as the checker reads it.
    model: &'a Model,
    /// The class, if it is small enough to list.
    listed: OnceCell<Option<Listed<'a>>>,
    /// Questions answered before: decompositions share their goals and most of their halves.
    settled: RefCell<Vec<(Question, Settled)>>,
}

/// A verdict with its evidence and its witness.
#[derive(Clone)]
struct Settled {
    verdict: Verdict,
    witness: Option<Witness>,
}

impl<'a> Decider<'a> {
    fn new(arena: &'a Arena<'a>, model: &'a Model) -> Self {
        let (listed, settled) = (OnceCell::new(), RefCell::new(Vec::new()));
        Self { arena, model, listed, listings: Listings::default(), settled }
    }

    fn answer(&self, id: &str, half: Half, reading: Reading, formula: &Formula) -> Result<Answer, Undecided> {
        let answer = |verdict, witness| Answer { decomposition: id.to_owned(), half, reading, verdict, witness };
        let problem = self.arena.problem;
        if formula.speaks_of_safety() && problem.catastrophe.is_none() {
            let reason = "the model declares no catastrophe";
            return Ok(answer(decomposition::Verdict::NotApplicable(reason.into()), None));
        }
        if formula.speaks_of_mesa() && problem.features.is_empty() {
            let reason = "the model declares no features, so there is no class of mesa-objectives";
            return Ok(answer(decomposition::Verdict::NotApplicable(reason.into()), None));
        }
        let given = problem.learner.given.is_some();
        let claim = match questions(formula, reading, given, &problem.learner.epsilon) {
            Ok(claim) => claim,
            Err(outside) => return Ok(answer(decomposition::Verdict::Unknown(outside.to_string().into()), None)),
        };
        if let Some((verdict, witness)) = self.mesa_failure(reading, &claim)? {
            return Ok(answer(verdict, witness));
        }
        let (verdict, witness) = self.prove(&format!("{}.{half} {reading}", token(id)), &claim)?;
        Ok(answer(verdict, witness))
    }

    /// A verdict on a claim about mesa-objectives alone, if one of them shows to the checker that it fails, or if time runs out.
    fn mesa_failure(
        &self,
        reading: Reading,
        claim: &Claim,
    ) -> Result<Option<(decomposition::Verdict, Option<Witness>)>, Undecided> {
        let Claim::Ask(Question::OfPolicy { policies, scope, demands }) = claim else { return Ok(None) };
        if !matches!(demands.as_slice(), [demand] if demand.atom == Atom::Mesa) {
            return Ok(None);
        }
        let failure = || {
            let (objective, witness) = match mesa::of_policies(self.arena, *policies, *scope)? {
                Mesa::Fails { reward, witness, .. } => (Some(reward), Some(*witness)),
                Mesa::Unknown(_) if self.arena.fully_observed && self.arena.problem.learner.epsilon.is_zero() => {
                    // What is meant may be an objective of the class, on which a designer's reward is silent elsewhere.
                    let (intended, features) = (&self.arena.problem.intended, &self.arena.problem.features);
                    let is_zero = intended.iter().all(|value| *value == Rational::ZERO);
                    ((!is_zero && is_combination(intended, features)).then(|| intended.clone()), None)
                }
                Mesa::Holds | Mesa::NotApplicable(_) | Mesa::Unknown(_) => (None, None),
            };
            let Some(objective) = objective else { return Ok(None) };
            let failure = objective::failure(self.arena, reading, *policies, *scope, objective)?;
            Ok(failure.map(|(verdict, shown)| {
                // Nothing is shown for what is not said.
                let witness = witness.or(shown).filter(|_| verdict.proof().is_some());
                (verdict, witness)
            }))
        };
        match failure() {
            Err(Undecided::Beyond(_)) => Ok(None),
            Err(Undecided::Exhausted(reason)) => {
                Ok(Some((decomposition::Verdict::Unknown(reason.to_string().into()), None)))
            }
            other => other,
        }
    }

    /// Decides a claim, and has the checker accept the certificate.
    fn prove(&self, name: &str, claim: &Claim) -> Result<(decomposition::Verdict, Option<Witness>), Undecided> {
        let settled = self.decide(claim)?;
        let holds = match settled.verdict {
            Verdict::Unknown(reason) => {
                let proved = self.refuted(name, claim);
                return Ok((proved.unwrap_or(decomposition::Verdict::Unknown(reason)), None));
            }
            Verdict::Holds(_) => true,
            Verdict::Fails(_) => false,
        };
        let settled_before = self.settled.borrow();
        let verdict = certified(self.arena, &self.listings, self.model, name, holds, claim, &settled_before);
        // Nothing is shown for what is not said.
        let witness = settled.witness.filter(|_| verdict.proof().is_some());
        Ok((verdict, witness))
    }

    /// A verdict that no search found: policies that randomise are more than those that are searched, and a refutation covers
    /// them all. With partial observation it does not.
    fn refuted(&self, name: &str, claim: &Claim) -> Option<decomposition::Verdict> {
        let Claim::Ask(question) = claim else { return None };
        if !self.arena.fully_observed {
            return None;
        }
        let (Question::AtEach { scope, .. } | Question::OfPolicy { scope, .. }) = question;
        let (holds, verdict) = match scope {
            Scope::Every => (true, Verdict::Holds(None)),
            Scope::Some => (false, Verdict::Fails(None)),
        };
        let suspected = [(question.clone(), Settled { verdict, witness: None })];
        let found = certified(self.arena, &self.listings, self.model, name, holds, claim, &suspected);
        matches!(found, decomposition::Verdict::Holds(_) | decomposition::Verdict::Fails(_)).then_some(found)
    }

    fn decide(&self, claim: &Claim) -> Result<Settled, Undecided> {
        Ok(match claim {
            Claim::Not(inner) => self.decide(inner)?.negated(),
            Claim::And(left, right) => self.decide(left)?.and(self.decide(right)?),
            Claim::Or(left, right) => self.decide(left)?.negated().and(self.decide(right)?.negated()).negated(),
            Claim::Ask(question) => self.settle(question)?,
        })
    }

    fn settle(&self, question: &Question) -> Result<Settled, Undecided> {
        if let Some((_, known)) = self.settled.borrow().iter().find(|(asked, _)| asked == question) {
            return Ok(known.clone());
        }
        let verdict = match self.ask(question) {
            Err(Undecided::Beyond(reason)) => Verdict::Unknown(reason),
            Err(Undecided::Exhausted(reason)) => Verdict::Unknown(reason.to_string().into()),
            other => other?,
        };
        let witness = match &verdict {
            Verdict::Holds(Some(evidence)) | Verdict::Fails(Some(evidence)) => Some(witness_of(self.arena, evidence)),
            _ => None,
        };
        let settled = Settled { verdict, witness };
        self.settled.borrow_mut().push((question.clone(), settled.clone()));
        Ok(settled)
    }

    fn ask(&self, question: &Question) -> Result<Verdict, Undecided> {
        let Some(question) = &self.without_implied(question)? else { return Ok(Verdict::Holds(None)) };
        if self.is_rectangular(question) {
            return match question {
                Question::AtEach { family, policies, scope, atoms } => {
                    rectangular::at_each(self.arena, *family, *policies, *scope, atoms)
                }
                Question::OfPolicy { policies, scope, demands } => {
                    trained::of_policy(self.arena, *policies, *scope, demands)
                }
            };
        }
        let listed = self.listed()?;
        match question {
            Question::AtEach { family, policies, scope, atoms } => match listed {
                Some(listed) => listed.at_each(*family, *policies, *scope, atoms),
                None => pointwise::at_each(self.arena, *family, *policies, *scope, atoms),
            },
            Question::OfPolicy { policies, scope, demands } => match listed {
                Some(listed) => listed.of_policy(*policies, *scope, demands),
                None => trained::of_policy(self.arena, *policies, *scope, demands),
            },
        }
    }

    /// The question without the properties that every optimal policy has because rewards agree; `None` if
    /// nothing is left to ask. Optimal policies exist in the classes that are asked about.
    fn without_implied(&self, question: &Question) -> Result<Option<Question>, Undecided> {
        let arena = self.arena;
        if !arena.fully_observed && arena.class == PolicyClass::Stationary {
            return Ok(Some(question.clone()));
        }
        let mut question = question.clone();
        let left = match &mut question {
            Question::AtEach { family, policies: LocalSet::Optimal(reward), atoms, .. } => {
                let support = DistributionSet::new(arena.problem, *family).support();
                let mut kept = Vec::new();
                for atom in std::mem::take(atoms) {
                    if !agreement::implied(arena, *reward, &atom, &support)? {
                        kept.push(atom);
                    }
                }
                *atoms = kept;
                !atoms.is_empty()
            }
            Question::OfPolicy { policies: FixedSet::Optimal(reward), demands, .. } => {
                let support: Vec<_> = arena.problem.train.support().collect();
                let mut kept = Vec::new();
                for demand in std::mem::take(demands) {
                    if demand.family != Family::Train || !agreement::implied(arena, *reward, &demand.atom, &support)? {
                        kept.push(demand);
                    }
                }
                *demands = kept;
                !demands.is_empty()
            }
            _ => true,
        };
        Ok(left.then_some(question))
    }

    /// Whether the optimal policies in question are the policies of a mask.
    fn is_rectangular(&self, question: &Question) -> bool {
        let arena = self.arena;
        if !arena.fully_observed || !arena.problem.learner.epsilon.is_zero() {
            return false;
        }
        let slack = !matches!(&arena.problem.good, Good::Regret(regret) if regret.is_zero());
        let deterministic = arena.class == PolicyClass::Deterministic;
        match question {
            Question::AtEach { policies: LocalSet::Good, scope: Scope::Every, .. } => !(slack && deterministic),
            _ => true,
        }
    }

    /// The class, listed, if it has deterministic policies only and few enough of them.
    fn listed(&self) -> Result<Option<&Listed<'a>>, Undecided> {
        if self.arena.class == PolicyClass::Stationary {
            return Ok(None);
        }
        if let Some(known) = self.listed.get() {
            return Ok(known.as_ref());
        }
        let listed = profiles(self.arena, MOST_LISTED)?.map(|profiles| Listed { arena: self.arena, profiles });
        Ok(self.listed.get_or_init(|| listed).as_ref())
    }
}
