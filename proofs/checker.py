#!/usr/bin/env python3
"""A second checker of certificates, written from FORMAT.md alone; section numbers are those of that page.

`python3 proofs/checker.py MODEL CERTIFICATE...` prints what each certificate states and `accepted` (exit 0), `rejected: ...` (5) or
`unreadable: ...` (2); of several, the first of 2, 5, 0 that occurs. All arithmetic is in integers and fractions; nothing recurses.
"""
import sys
from fractions import Fraction

from bounds import Policy, domain, lower_reach, lower_reward, step, upper_reach, upper_reward, values
from explicit import REACH, REWARDS, Model, Region, Rejected, Tokens, Unreadable, mean, mixture, require
from refutation import Refutation

LARGEST_EXPONENT = 4096  # section 2.2
FAMILIES = {"train": "the training distribution", "deploy": "each deployment distribution", "all": "each distribution over the situations",
            "encountered": "each even mixture of training and deployment", "situations": "each situation", "situation": "situation"}
TABLE = """each deploy * optimal specified 1 good: wentworth.outer
policy * LEARNABLE 1 deploy optimal specified: wentworth.inner wentworth-literal.inner
each deploy * good 1 optimal specified: wentworth-literal.outer
policy * TRAINED 1 deploy good: wentworth.goal wentworth-literal.goal shah-behavioural.inner shah-behavioural.goal hubinger-train.goal
policy * TRAINED 1 deploy good: hubinger-encountered.goal hubinger-all.goal mesa.goal
policy * optimal specified 1 train good: shah-behavioural.outer hubinger-train.outer quibble.outer quibble-safe.outer
policy * TRAINED 1 train good: shah-catastrophe.outer
policy * TRAINED 1 deploy safe: shah-catastrophe.inner
policy * TRAINED 2 train good deploy safe: shah-catastrophe.goal
policy * TRAINED 1 train optimal specified: hubinger-train.inner
each encountered * optimal specified 1 good: hubinger-encountered.outer mesa.outer
policy * TRAINED 1 encountered optimal specified: hubinger-encountered.inner hubinger-all.inner
each all * optimal specified 1 good: hubinger-all.outer
policy * TRAINED 1 situations good: quibble.inner quibble.goal
policy * TRAINED 1 situations safe: quibble-safe.inner quibble-safe.goal"""
BUILT_IN = {name: line.split(":")[0] for line in TABLE.splitlines() for name in line.split(":")[1].split()}  # section 3



def name(family):
    return FAMILIES[family] if isinstance(family, str) else " ".join(map(str, family))


class Question:
    """A question (sections 1.1 and 2.2). An atom is a kind, a quantity and a number."""

    def __init__(self, t, model):
        start, self.kind = t.at, t.word("each", "policy")
        self.family = self.a_family(t, model) if self.kind == "each" else None
        self.scope, local = t.word("every", "some"), t.word("optimal", "good", "policies", *["given"] * (self.kind == "policy"))
        self.given = local == "given"
        require(not self.given or model.given and self.scope == "every", "the set `given` has scope `every` and needs a given policy")
        reward = t.word(*REWARDS) if local == "optimal" else None
        self.member = ("regret", REWARDS[reward], model.slack) if reward else model.good if local == "good" else None
        demands = t.times(lambda: (self.family or self.a_family(t, model), *self.atom(t, model)))
        self.demands = [(family, atom) for family, atom, _ in demands]
        self.text = " ".join(token for token, _ in t.tokens[start:t.at])
        self.status = {"holds": True, "fails": False, "open": None}[t.word("holds", "fails", "open")]
        policies = {"optimal": f"{self.scope} policy optimal for the {reward} reward", "good": f"{self.scope} good policy",
                    "policies": f"{self.scope} policy of the class", "given": "the given policy"}[local]
        asked = [words + f" at {name(family)}" * (self.kind == "policy") for family, _, words in demands]
        self.words = (f"at {name(self.family)} " if self.family else "") + f"{policies} is {' and '.join(asked) or 'nothing'}"

    @staticmethod
    def a_family(t, model):
        """A family; `situation` with its state."""
        family = t.word(*FAMILIES)
        if family != "situation":
            return family
        require((state := t.natural()) in model.situations, f"state {state} is no situation")
        return family, state

    @staticmethod
    def atom(t, model):
        """An atom and its words."""
        kind = t.word("good", "safe", "optimal", "value", "most", "reach", "arrive")
        require(kind not in ("safe", "reach", "arrive") or model.tolerance is not None, "the model has no catastrophe")
        if kind in ("good", "safe"):
            return model.good if kind == "good" else ("reach", REACH, model.tolerance), kind
        if kind in ("reach", "arrive"):
            return (kind, REACH, b := t.number()), f"in the catastrophe with probability at {'most' if kind == 'reach' else 'least'} {b}"
        reward = t.word(*REWARDS)
        if kind == "optimal":
            return ("regret", REWARDS[reward], model.slack), f"optimal for the {reward} reward"
        return (kind, REWARDS[reward], b := t.number()), f"worth at {'least' if kind == 'value' else 'most'} {b} of the {reward} reward"


class Certificate:
    """The certificate (section 2.2), checked as it is read."""

    def __init__(self, t, model, digest, stated):
        self.t, self.model, self.digest, self.stated = t, model, digest, stated
        self.policies, self.optimal, self.given = [], {}, Policy(model.given, True) if model.given else None

    def check(self):
        t = self.t
        t.after("lavaproof-certificate", t.word, "1")
        require(t.after("model", t.take) == self.digest, "the certificate is of another model")
        self.claim(t.after("claim", t.take), t.word("forall", "exists", "given"), t.word("holds", "fails"))
        self.vectors = t.after("vectors", t.times, self.vector)
        t.after("policies", t.times, self.policy)
        t.after("optimal", t.times, self.optimal_choices)
        t.word("proofs")
        for question in self.questions:
            if question.status is True:
                (self.every_holds if question.scope == "every" and not question.given else self.some_holds)(question)
            elif question.status is False:
                (self.every_fails if question.scope == "every" else self.some_fails)(question)

    def claim(self, name, reading, status):
        """The claim follows from the questions (section 2.2), and a built-in name stands for its question (section 3)."""
        t, given = self.t, self.model.given is not None
        require(all(name.partition(".")[::2]), f"`{name[:40]}` is not of the form decomposition.part", Unreadable)
        self.questions, stack = t.after("questions", t.times, Question, t, self.model), []
        words = ("not", "and", "or")
        formula = t.after("combine", t.times, lambda: next((word for word in words if t.next_is(word)), None) or t.natural(len(self.questions)))
        self.stated += statement(self.model, self.digest, f"{name} [{reading}] {status}", self.questions, formula)
        for token in formula:
            need = 0 if token not in words else 1 if token == "not" else 2
            require(len(stack) >= need, "the formula of `combine` is no formula")
            taken = [stack.pop() for _ in range(need)]
            if need == 0:
                stack.append(self.questions[token].status)
            elif need == 1:
                stack.append(None if taken[0] is None else not taken[0])
            else:
                decides = token == "or"
                stack.append(decides if decides in taken else None if None in taken else not decides)
        require(stack == [status == "holds"], "the questions do not give the claim")
        if name.split(".")[0] in {known.split(".")[0] for known in BUILT_IN}:
            pattern, local = BUILT_IN.get(name, ""), "given" if reading == "given" else "optimal specified"
            fits = (reading == "given") == given if "TRAINED" in pattern else reading != "given" or "LEARNABLE" in pattern and given
            asked = pattern.replace("*", "some" if reading == "exists" else "every").replace("TRAINED", local).replace("LEARNABLE", local)
            require(fits and formula == [0] and [question.text for question in self.questions] == [asked], f"{name} is another question")

    def vector(self):
        dyadic = self.t.word("dyadic", "rational") == "dyadic"
        scale = 2 ** self.t.natural(LARGEST_EXPONENT + 1) if dyadic else None
        require(self.t.natural() == self.model.size, "a vector has not one entry for each state", Unreadable)
        entries = []
        while len(entries) < self.model.size:
            if not dyadic and self.t.next_is("over"):
                require((scale := self.t.integer()) > 0, "the denominator of numbers is not positive", Unreadable)
            elif self.t.next_is("-"):
                entries.append(None)
            else:
                entries.append(Fraction(self.t.integer(), scale) if scale else self.t.number())
        return entries

    def rank(self):
        return [None] * self.model.size if self.t.next_is("-") else self.vectors[self.t.natural(len(self.vectors))]

    def bound(self, reach):
        """A bound reference: a shifted vector and a rank (section 2.2)."""
        vector, shift = self.vectors[self.t.natural(len(self.vectors))], self.t.number()
        fixed = [not choices or reach and state in self.model.catastrophe for state, choices in enumerate(self.model.mask)]
        return [value if value is None or still else value + shift for value, still in zip(vector, fixed)], self.rank()

    def policy(self):
        """A listed policy is in the class, and its bounds hold (section 1.5)."""
        t, model, profiles = self.t, self.model, {}
        if self.given and not self.policies:
            t.word("given")
            self.policies.append(self.given)
        else:
            rows = t.after("policy", lambda: [self.model.read_row(t, c) if c and not t.next_is("-") else {} for c in model.mask])
            for state, row in enumerate(rows):
                profile = {choice.action: mass for choice, mass in row.items()}
                same = not row or profiles.setdefault(model.alike[state][0], profile) == profile
                require(same and (len(row) <= 1 or not model.deterministic), f"the policy is not in the class: state {state}")
            self.policies.append(Policy(rows, False))
        policy = self.policies[-1]
        sides = [(quantity, upper) for quantity in range(3) for upper in (False, True)]
        listed = {side: self.bound(side[0] == REACH) for side in sides if not t.next_is("-")}
        for (quantity, upper), bound in listed.items():
            spoken = all(policy.choices[state] or not model.mask[state] for state, _ in domain(bound))
            require(spoken, "a bound speaks of a state whose row is left out")
            if quantity == REACH:
                (upper_reach if upper else lower_reach)(model, policy.average, bound)
            else:
                (upper_reward if upper else lower_reward)(model, policy.average, bound, (1 - quantity, quantity))
            policy.bounds[quantity, upper] = bound[0]

    def optimal_choices(self):
        """Possible and certain choices of a reward, and where its lower and upper bounds are known (section 1.3)."""
        model, reward = self.model, REWARDS[self.t.word(*REWARDS)]
        require(reward not in self.optimal, "the optimal choices of a reward are listed twice")
        weights, possible, certain = (1 - reward, reward), [], set()
        u, l = self.bound(False), self.bound(False)
        upper_reward(model, model.mask, u, weights)
        lower_reward(model, model.mask, l, weights)
        classes = self.vectors[self.t.natural(len(self.vectors))] if self.t.next_is("alike") else [None] * model.size
        for choices, above, below in zip(model.mask, u[0], l[0]):
            known = above is not None and below is not None
            best = [step(model, u[0], choice, weights) if known else None for choice in choices]
            possible.append(tuple(choice for choice, most in zip(choices, best) if most is None or most >= below))

        def looks(choice, bounded=True):
            masses = {}
            for state, mass in choice.row.items():
                name = (classes[state], None) if bounded and classes[state] is not None else (None, state)
                masses[name] = masses.get(name, 0) + mass
            return choice.rewards[reward], frozenset(masses.items())

        seen = {}
        for state, name in enumerate(classes):
            if name is not None:
                looking = not model.mask[state], {looks(choice) for choice in possible[state]}
                first, like = seen.setdefault(name, (state, looking))
                bounded = u[0][state] is not None and u[0][first] is not None
                require(state == first or bounded and like == looking, f"the states of a class are not alike: state {state}")
        for left, above, below in zip(possible, u[0], l[0]):
            same = len({looks(choice, above is not None) for choice in left}) == 1
            for choice in left if below is not None else ():
                least = step(model, l[0], choice, weights) if above is not None else None
                certain.update([choice] if same or least is not None and least >= above else [])
        self.optimal[reward] = possible, certain, *({state for state, _ in domain(bound)} for bound in (l, u))

    def only_certain(self, reward, start, choices, moves, rank):
        """In all states visited from `start` all choices are certain; with `total`, the moves surely stop (sections 1.3, 1.6, 1.7)."""
        require(reward in self.optimal, "the optimal choices of the reward are not listed")
        seen, stack = set(start), list(start)
        while stack:
            state = stack.pop()
            for choice in choices[state]:
                require(choice in self.optimal[reward][1], f"state {state}: choice {choice.number} is not certain to be optimal")
            require(choices[state] or not self.model.mask[state], f"what is done in state {state} is left out")
            for move in moves[state]:
                require(not self.model.total or move.steps_down(rank, state), f"the rank does not fall: state {state}")
                stack.extend(move.row.keys() - seen)
                seen |= move.row.keys()

    def competitor(self):
        """A listed policy of the class (section 1.5)."""
        found = self.policies[self.t.natural(len(self.policies))]
        require(not found.given, "the given policy is no policy of the class here")
        return found

    def asked_about(self, question):
        """The given policy if the question is about it, otherwise a listed policy of the class (section 1.5)."""
        require(self.policies or not question.given, "the given policy is not listed", Unreadable)
        return self.given if question.given else self.competitor()

    def contains(self, family, distribution):
        """Whether a distribution is of a family (section 1.1)."""
        train, deploy, situations = self.model.train, self.model.deploy, set(self.model.situations)
        if family[0] == "situation":
            return distribution == {family[1]: 1}
        if family == "encountered":
            twice = {state: 2 * distribution.get(state, 0) - train.get(state, 0) for state in distribution.keys() | train.keys()}
            half = {state: mass for state, mass in twice.items() if mass != 0}
            return min(half.values()) > 0 and half in deploy
        known = {"train": distribution == train, "deploy": distribution in deploy}
        return known.get(family, distribution.keys() <= situations and (family == "all" or len(distribution) == 1))

    def regions(self, family, together):
        """The pieces of a family as regions (section 1.4)."""
        model = self.model
        if family == "situations" and not together:
            return [Region(point={state: Fraction(1)}) for state in model.situations]
        if family[0] == "situation":
            return [Region(point={family[1]: Fraction(1)})]
        known = {"train": Region(point=model.train), "deploy": model.deploy, "encountered": model.deploy.mixed(model.train)}
        return [known.get(family, Region(model.situations))]

    def pieces(self, family):
        together = self.t.word("pieces", *(["mixed"] if family == "situations" else [])) == "mixed"
        return self.regions(family, together)

    def where(self, family):
        """A distribution of a family; for `encountered` its deployment half is written (section 2.2)."""
        found = self.t.after("at", self.t.masses, self.model.size)
        require(self.contains("deploy" if family == "encountered" else family, found), f"the distribution is not of the family `{family}`")
        return mixture(self.model.train, found) if family == "encountered" else found

    def meets(self, atom, region, policy):
        """A fixed policy has an atom on a region, or is in the set of all policies, which has none (section 1.7)."""
        how = self.t.word("nothing", "pins", "refute")
        require((how == "nothing") == (atom is None), f"`{how}` does not show what the policy is to meet")
        if how == "pins":
            require(atom[0] == "regret", "`pins` is for regret")
            self.only_certain(atom[1], region.support, policy.choices, policy.average, self.rank())
        elif how == "refute":
            Refutation(self, region, broken=atom, fixed=policy).check()

    def breaks(self, atom, distribution, policy):
        """A fixed policy does not have an atom at a distribution (section 1.7)."""
        kind, quantity, number = atom
        rival = self.t.word("policy" if kind == "regret" else "bound") == "policy" and self.competitor()
        own = mean(distribution, values(policy, quantity, kind not in ("reach", "most")))
        difference = mean(distribution, values(rival, quantity, False)) - own if rival else own
        require(difference < number if kind in ("value", "arrive") else difference > number, "the bounds do not break the atom")

    def every_holds(self, question):
        """No policy of the set breaks an atom on a piece of its family (section 1.7)."""
        each = question.kind == "each"
        atoms = [atom for _, atom in question.demands]
        for family, asked in [(question.family, atoms)] if each else [(family, [atom]) for family, atom in question.demands]:
            for region in self.pieces(family):
                for atom in asked:
                    Refutation(self, region, question, broken=atom).check()

    def every_fails(self, question):
        """A policy of the set breaks an atom at a distribution (section 1.7)."""
        nu = self.where(question.family) if question.kind == "each" else self.model.train
        policy = self.asked_about(question)
        if not question.given:
            self.meets(question.member, Region(point=nu), policy)
        family, atom = question.demands[self.t.natural(len(question.demands))]
        self.breaks(atom, nu if question.kind == "each" else self.where(family), policy)

    def some_holds(self, question):
        """One policy of the set meets all demands; for `each`, one on each part of a cover of each piece (section 1.7)."""
        if self.t.next_is("by-every"):
            self.somebody(question)
            self.every_holds(question)
            return
        if question.kind == "policy":
            policy = self.asked_about(question)
            if not question.given:
                self.meets(question.member, Region(point=self.model.train), policy)
            for family, atom in question.demands:
                for region in self.pieces(family):
                    self.meets(atom, region, policy)
            return
        parts = self.pieces(question.family)[::-1]
        while parts:
            region = parts.pop()
            if self.t.word("part", "cut") == "part":
                policy = self.competitor()
                for atom in [question.member, *(atom for _, atom in question.demands)]:
                    self.meets(atom, region, policy)
            else:
                require(not region.point, "a region that is a point is not cut")
                b, g = self.t.number(), self.t.sparse(self.model.size)
                parts += [region.cut(-b, {state: -factor for state, factor in g.items()}), region.cut(b, g)]

    def somebody(self, question):
        """The set is not empty (section 1.7, `by-every`). Of randomised policies whose total is unbounded, none would be optimal."""
        model, (kind, reward, _) = self.model, question.member or ("class", None, None)
        require(kind != "value" and not question.given and (model.deterministic or model.full), "the set of policies may be empty")
        if kind == "regret" and model.total and not model.deterministic:
            regions = self.regions(question.family, True) if question.kind == "each" else [Region(point=model.train)]
            bounded = reward in self.optimal and all(region.support <= self.optimal[reward][3] for region in regions)
            require(bounded, "no upper bound of the total reward shows that a policy is optimal")

    def some_fails(self, question):
        """No policy of the set meets all demands, at one distribution for `each` (section 1.7)."""
        region = Region(point=self.where(question.family)) if question.kind == "each" else None
        Refutation(self, region, question, meets=question.demands).check()


def statement(model, digest, claim, questions, formula):
    """What the certificate claims, in words (section 4)."""
    def listed(masses):
        return ", ".join(f"{mass} at {state}" for state, mass in masses.items())

    deploy, status = model.deploy, {True: "holds", False: "fails", None: "open"}
    deployment = listed(deploy.point) if deploy.point else f"over {deploy.states} with {len(deploy.rows)} rows"
    caught = "none" if model.tolerance is None else f"{sorted(model.catastrophe)}, reached with probability at most {model.tolerance}"
    return [f"claim: {claim}" + f", as the combination {' '.join(map(str, formula))} of" * (formula != [0]),
            *(f"question {i} ({status[question.status]}): {question.words}" for i, question in enumerate(questions)),
            f"model: {digest}",
            f"  {model.size} states, {len(model.choices)} choices, {'total' if model.total else f'discounted {model.gamma}'}; policies: "
            f"{'deterministic' if model.deterministic else 'stationary'}, of {'the state' if model.full else 'observations'}",
            f"  situations: {model.situations}; training: {listed(model.train)}; deployment: {deployment}",
            f"  catastrophe: {caught}; good: {model.good[0]} {model.good[2]}; slack: {model.slack}; given policy: {'yes' if model.given else 'no'}"]


def judge(path, read):
    """What `read` makes of a file, the verdict with the line where it broke, and the exit status."""
    tokens = None
    try:
        with open(path, "rb") as file:
            tokens = Tokens(file.read())
        result = read(tokens)
        require(tokens.take() == "end" and tokens.at == len(tokens.tokens), "the file does not end with `end`", Unreadable)
        return result, "accepted", 0
    except (Rejected, Unreadable, OSError, MemoryError) as defect:
        rejected = isinstance(defect, Rejected)
        return None, f"{'rejected' if rejected else 'unreadable'}: {tokens.where() if tokens else ''}{defect}", 5 if rejected else 2


def main(arguments):
    sys.set_int_max_str_digits(0)
    if len(arguments) < 2:
        print("usage: python3 proofs/checker.py MODEL CERTIFICATE...", file=sys.stderr)
        return 2
    worst = 0
    model, verdict, _ = judge(arguments[0], lambda tokens: (Model(tokens), tokens.digest))
    for path in arguments[1:]:
        found, status = f"unreadable: the model: {verdict.split(': ', 1)[-1]}", 2
        if model:
            stated = []
            _, found, status = judge(path, lambda tokens: Certificate(tokens, *model, stated).check())
            print("\n".join([path, *stated]))
        print(found)
        worst = max(worst, status, key=[0, 5, 2].index)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
