//! Proofs of questions (FORMAT.md, section 1.7). Soundness: `proofs/theory/questions.md`.

use crate::backup::Valuation;
use crate::bound::{Quantity, Side, read_rank};
use crate::claim::Status;
use crate::condition::{Broken, Condition};
use crate::explicit::{distribution, sparse};
use crate::lists::{Lists, Rejection, Rejects};
use crate::model::{Class, Distribution};
use crate::question::{Question, Scope, Set, Test};
use crate::rational::Rational;
use crate::read::Reader;
use crate::refute::{Setting, refute};
use crate::region::{Family, Region, belongs, expectation, mixture};

/// The number of the given policy.
const GIVEN: usize = 0;

/// `PROOF` of a question that `holds` or `fails`.
pub(crate) fn prove(
    r: &mut Reader<'_>,
    lists: &Lists<'_>,
    question: &Question,
    status: Status,
) -> Result<(), Rejection> {
    let proof = Proof { lists };
    match question {
        Question::Each { family, scope, set, atoms } => {
            let tests: Result<Vec<Test>, Broken> = atoms.iter().map(|atom| atom.test(lists.model)).collect();
            let tests = tests.map_err(|broken| r.reject(lists.model, broken))?;
            match (scope, status) {
                (Scope::Every, Status::Holds) => proof.each_every_holds(r, *family, *set, &tests),
                (Scope::Every, Status::Fails) => proof.each_every_fails(r, *family, *set, &tests),
                (Scope::Some, Status::Holds) if r.accept("by-every") => {
                    // The parts of a family have no other situations than the whole.
                    for region in Region::pieces(lists.model, *family, true) {
                        proof.is_not_empty(r, *set, &region.starts())?;
                    }
                    proof.each_every_holds(r, *family, *set, &tests)
                }
                (Scope::Some, Status::Holds) => proof.each_some_holds(r, *family, *set, &tests),
                (Scope::Some, Status::Fails) => proof.each_some_fails(r, *family, *set, &tests),
            }
        }
        Question::Policy { scope, set, demands } => {
            let tests: Result<Vec<(Family, Test)>, Broken> =
                demands.iter().map(|(family, atom)| Ok((*family, atom.test(lists.model)?))).collect();
            let tests = tests.map_err(|broken| r.reject(lists.model, broken))?;
            match (set, scope, status) {
                (Set::Given, _, Status::Holds) => proof.meets_demands(r, proof.given(r)?, &tests),
                (Set::Given, _, Status::Fails) => proof.breaks_demand(r, proof.given(r)?, &tests),
                (_, Scope::Every, Status::Holds) => proof.policy_every_holds(r, *set, &tests),
                (_, Scope::Some, Status::Holds) if r.accept("by-every") => {
                    let train: Vec<usize> = lists.model.train.iter().map(|(state, _)| *state).collect();
                    proof.is_not_empty(r, *set, &train)?;
                    proof.policy_every_holds(r, *set, &tests)
                }
                (_, Scope::Every, Status::Fails) => {
                    let policy = proof.member_in_training(r, *set)?;
                    proof.breaks_demand(r, policy, &tests)
                }
                (_, Scope::Some, Status::Holds) => {
                    let policy = proof.member_in_training(r, *set)?;
                    proof.meets_demands(r, policy, &tests)
                }
                (_, Scope::Some, Status::Fails) => {
                    let member = proof.membership(r, *set)?;
                    let demands = tests;
                    refute(r, lists, &Setting { region: None, each: false, fixed: None, member, target: None, demands })
                }
            }
        }
    }
}

struct Proof<'a> {
    lists: &'a Lists<'a>,
}

impl<'a> Proof<'a> {
    fn reject(&self, r: &Reader<'_>, broken: impl Into<Broken>) -> Rejection {
        r.reject(self.lists.model, broken)
    }

    fn membership(&self, r: &Reader<'_>, set: Set) -> Result<Option<Test>, Rejection> {
        set.test(self.lists.model).map_err(|broken| self.reject(r, broken))
    }

    fn given(&self, r: &Reader<'_>) -> Result<usize, Rejection> {
        match self.lists.policies.first() {
            Some(policy) if policy.is_given() => Ok(GIVEN),
            _ => Err(r.unreadable("the given policy is not listed").into()),
        }
    }

    /// `PIECES`: the regions that make up a family, one after the other.
    fn pieces(
        &self,
        r: &mut Reader<'_>,
        family: Family,
    ) -> Result<Box<dyn Iterator<Item = Region<'a>> + 'a>, Rejection> {
        let words = [("pieces", false), ("mixed", true)];
        let words = if family == Family::Situations { words.get(..) } else { words.get(..1) };
        let mixed = r.one_of(words.unwrap_or(&[]))?;
        Ok(Region::pieces(self.lists.model, family, mixed))
    }

    /// `WHERE`: a distribution of the family; for `encountered` the deployment half is written.
    fn place(&self, r: &mut Reader<'_>, family: Family) -> Result<Distribution, Rejection> {
        let model = self.lists.model;
        r.expect("at")?;
        let written = distribution(r, model.states())?;
        let (point, of) = match family {
            Family::Encountered => (mixture(&model.train, &written), Family::Deploy),
            _ => (written.clone(), family),
        };
        belongs(model, of, &written).map_err(|broken| self.reject(r, broken))?;
        Ok(point)
    }

    /// That a set has a policy at each distribution over these states (`by-every`).
    ///
    /// Legal for the class itself; for a regret if the class is finite, or with full observation if the best value is attained.
    fn is_not_empty(&self, r: &Reader<'_>, set: Set, starts: &[usize]) -> Result<(), Rejection> {
        let (model, lists) = (self.lists.model, self.lists);
        let attained = |reward| lists.optimal(reward)?.is_attained(model, &lists.vectors, starts);
        match self.membership(r, set)? {
            None => Ok(()),
            Some(Test::Regret(..)) if model.class == Class::Deterministic => Ok(()),
            Some(Test::Regret(reward, _)) if model.observations.is_none() => {
                if model.is_total() {
                    attained(reward).map_err(|broken| self.reject(r, broken))
                } else {
                    Ok(())
                }
            }
            Some(_) => Err(self.reject(r, Condition::MaybeEmpty)),
        }
    }

    /// Legal with a refutation for each piece and each atom.
    fn each_every_holds(&self, r: &mut Reader<'_>, family: Family, set: Set, tests: &[Test]) -> Result<(), Rejection> {
        for region in self.pieces(r, family)? {
            for test in tests {
                let member = self.membership(r, set)?;
                let target = Some(test.clone());
                let region = Some(&region);
                refute(
                    r,
                    self.lists,
                    &Setting { region, each: true, fixed: None, member, target, demands: Vec::new() },
                )?;
            }
        }
        Ok(())
    }

    /// Legal with a policy of the set at a distribution of the family that breaks an atom there.
    fn each_every_fails(&self, r: &mut Reader<'_>, family: Family, set: Set, tests: &[Test]) -> Result<(), Rejection> {
        let point = self.place(r, family)?;
        let policy = self.lists.read_competitor(r)?;
        let member = self.membership(r, set)?;
        self.meets(r, policy, member.as_ref(), &Region::Point(point.clone()))?;
        let test = tests.get(r.index(tests.len(), "atom")?).ok_or_else(|| r.unreadable("no such atom"))?;
        self.breaks(r, policy, test, &point)
    }

    /// Legal with a cover of each piece by parts, and for each part one policy that is in the set and has the atoms.
    fn each_some_holds(&self, r: &mut Reader<'_>, family: Family, set: Set, tests: &[Test]) -> Result<(), Rejection> {
        let member = self.membership(r, set)?;
        for mut region in self.pieces(r, family)? {
            // The cuts around the present part; the second part of a cut comes after the first.
            let mut cuts: Vec<(Vec<_>, Rational, bool)> = Vec::new();
            'cover: loop {
                if r.one_of(&[("cut", true), ("part", false)])? {
                    let bound = r.number()?.exact();
                    let terms = sparse(r, self.lists.model.states(), "state")?;
                    region.cut(&terms, &bound, false).map_err(|broken| self.reject(r, broken))?;
                    cuts.push((terms, bound, false));
                    continue;
                }
                let policy = self.lists.read_competitor(r)?;
                self.meets(r, policy, member.as_ref(), &region)?;
                for test in tests {
                    self.meets(r, policy, Some(test), &region)?;
                }
                loop {
                    let Some((terms, bound, second)) = cuts.pop() else { break 'cover };
                    region.uncut();
                    if !second {
                        region.cut(&terms, &bound, true).map_err(|broken| self.reject(r, broken))?;
                        cuts.push((terms, bound, true));
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// Legal with a refutation, at one distribution of the family, of a member that has all atoms.
    fn each_some_fails(&self, r: &mut Reader<'_>, family: Family, set: Set, tests: &[Test]) -> Result<(), Rejection> {
        let region = Region::Point(self.place(r, family)?);
        let member = self.membership(r, set)?;
        let demands = tests.iter().map(|test| (family, test.clone())).collect();
        let region = Some(&region);
        refute(r, self.lists, &Setting { region, each: true, fixed: None, member, target: None, demands })
    }

    /// Legal with a refutation for each demand and each piece of its family.
    fn policy_every_holds(&self, r: &mut Reader<'_>, set: Set, tests: &[(Family, Test)]) -> Result<(), Rejection> {
        for (family, test) in tests {
            for region in self.pieces(r, *family)? {
                let member = self.membership(r, set)?;
                let target = Some(test.clone());
                let region = Some(&region);
                refute(
                    r,
                    self.lists,
                    &Setting { region, each: false, fixed: None, member, target, demands: Vec::new() },
                )?;
            }
        }
        Ok(())
    }

    /// A listed policy of the class that is in the set at the training distribution.
    fn member_in_training(&self, r: &mut Reader<'_>, set: Set) -> Result<usize, Rejection> {
        let policy = self.lists.read_competitor(r)?;
        let member = self.membership(r, set)?;
        self.meets(r, policy, member.as_ref(), &Region::Point(self.lists.model.train.clone()))?;
        Ok(policy)
    }

    /// Legal if the policy meets each demand on each piece of its family.
    fn meets_demands(&self, r: &mut Reader<'_>, policy: usize, tests: &[(Family, Test)]) -> Result<(), Rejection> {
        for (family, test) in tests {
            for region in self.pieces(r, *family)? {
                self.meets(r, policy, Some(test), &region)?;
            }
        }
        Ok(())
    }

    /// Legal if the policy breaks a demand at a distribution of its family.
    fn breaks_demand(&self, r: &mut Reader<'_>, policy: usize, tests: &[(Family, Test)]) -> Result<(), Rejection> {
        let demand = tests.get(r.index(tests.len(), "demand")?);
        let (family, test) = demand.ok_or_else(|| r.unreadable("no such demand"))?;
        let point = self.place(r, *family)?;
        self.breaks(r, policy, test, &point)
    }

    /// `MEETS`: that a policy has an atom at each distribution of a region.
    ///
    /// Legal without proof if there is nothing to meet; by certain choices if the atom is a regret; by a refutation.
    fn meets(
        &self,
        r: &mut Reader<'_>,
        policy: usize,
        test: Option<&Test>,
        region: &Region<'_>,
    ) -> Result<(), Rejection> {
        let lists = self.lists;
        match (r.one_of(&[("nothing", 0), ("pins", 1), ("refute", 2)])?, test) {
            (0, None) => Ok(()),
            (1, Some(Test::Regret(reward, _))) => {
                let rank = read_rank(r, &lists.vectors)?;
                let loses_nothing = || {
                    let optimal = lists.optimal(*reward)?;
                    optimal.policy_loses_nothing(lists.model, lists.rank(rank), &region.starts(), lists.policy(policy)?)
                };
                loses_nothing().map_err(|broken| self.reject(r, broken))
            }
            (2, Some(test)) => {
                let (target, fixed, region) = (Some(test.clone()), Some(policy), Some(region));
                refute(r, lists, &Setting { region, each: true, fixed, member: None, target, demands: Vec::new() })
            }
            _ => Err(self.reject(r, Condition::Membership)),
        }
    }

    /// `BREAKS`: that a policy does not have an atom at a distribution.
    ///
    /// Legal if a listed policy of the class has more than the slack more, or if a bound is beyond the threshold.
    fn breaks(&self, r: &mut Reader<'_>, policy: usize, test: &Test, point: &Distribution) -> Result<(), Rejection> {
        let better = if matches!(test, Test::Regret(..)) {
            r.expect("policy")?;
            Some(self.lists.read_competitor(r)?)
        } else {
            r.expect("bound")?;
            None
        };
        let broken = || -> Result<bool, Broken> {
            Ok(match (test, better) {
                (Test::Regret(reward, slack), Some(better)) => {
                    let most = self.value(policy, reward.quantity(), Side::Upper, point)?;
                    self.value(better, reward.quantity(), Side::Lower, point)?.minus(&most) > *slack
                }
                (Test::Value(reward, least), None) => {
                    self.value(policy, reward.quantity(), Side::Upper, point)? < *least
                }
                (Test::Most(reward, most), None) => self.value(policy, reward.quantity(), Side::Lower, point)? > *most,
                (Test::Reach(most), None) => self.value(policy, Quantity::Reach, Side::Lower, point)? > *most,
                (Test::Arrive(least), None) => self.value(policy, Quantity::Reach, Side::Upper, point)? < *least,
                _ => false,
            })
        };
        match broken() {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.reject(r, Condition::NotBroken)),
            Err(broken) => Err(self.reject(r, broken)),
        }
    }

    /// A listed bound of a policy at a distribution.
    fn value(&self, policy: usize, quantity: Quantity, side: Side, point: &Distribution) -> Result<Rational, Broken> {
        let lists = self.lists;
        let bound = lists.policy(policy)?.bound(quantity, side).ok_or(Condition::BoundMissing)?;
        let values = Valuation::new(lists.model, &lists.vectors, bound, quantity == Quantity::Reach);
        let values = values.ok_or(Condition::OutsideDomain)?;
        expectation(point, |state| values.value(state).ok_or(Broken::at(Condition::OutsideDomain, state)))
    }
}
