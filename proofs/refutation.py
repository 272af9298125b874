"""Refutations (FORMAT.md, section 1.6)."""
from bounds import Policy, known, lower_reach, upper_reach, upper_reward, values
from cases import OPPOSITE, Case, Frame, restrict
from explicit import REACH, REWARDS, Unreadable, mean, require

SUBJECT, RIVAL = "subject", "rival"


class Refutation:
    """No distribution of a region, no subject and no rival satisfy the constraints (section 1.6). A region that is a point is the
    place of its distribution; `places` holds regions and distributions, and `region` is `None` where there is no variable `ν`."""

    def __init__(self, certificate, region, question=None, broken=None, meets=(), fixed=None):
        self.certificate, self.t, self.model, self.region, self.fixed = certificate, certificate.t, certificate.model, region, fixed
        self.trained, self.member = question is not None and question.kind == "policy", question and question.member
        self.broken, self.meets, self.subject = broken, meets, fixed or SUBJECT
        self.places = [region.point or region] if region else []
        self.home = self.place(self.model.train) if self.trained else 0

    def place(self, distribution):
        self.places += [] if distribution in self.places else [distribution]
        return self.places.index(distribution)

    def check(self):
        """The tree of cases, in preorder (sections 1.6 and 2.2)."""
        self.pinned = self.t.after("refutation", self.t.word, "free", "everywhere", "visited")
        root = self.model.mask if self.pinned == "free" else self.pins()
        self.constraints = self.t.after("constraints", self.t.times, self.constraint)
        visited = self.pinned == "visited"
        frame = Frame(self.model, self.possible if visited else None, self.pinned == "everywhere")
        cases = [lambda: Case(frame, root, self.model.mask, self.model.train if visited else ())]
        while cases:
            case = cases.pop()()
            rule = self.t.word("split", "x", "certain", "close", "visits", "learn", "use")
            while rule == "use":
                for _ in range(self.t.natural()):
                    case.use(case.lemmas[self.t.natural(len(case.lemmas))])
                rule = self.t.word("split", "x", "certain", "close", "visits", "learn", "use")
            if rule == "split":
                cases += self.split(case)
            elif rule == "visits":
                cases += self.visits(case)
            elif rule == "learn":
                cases += self.learn(case)
            elif rule == "close":
                self.close(case.subject, case.rival)
            elif rule == "certain":
                self.certain(case.subject)
            else:
                require(case.is_dead(), "no state has lost all choices of the mask")

    def pins(self):
        """The subject takes possible choices (section 1.6, pins): the mask of the root."""
        start = self.model.train.keys() if self.trained else self.region.support
        apt = self.fixed is None and self.trained == (self.pinned == "visited")
        possible = self.pin(self.member if apt else None, start)
        while self.trained and self.t.next_is("and"):
            family, atom = self.meets[self.t.natural(len(self.meets))]
            more = self.pin(atom if self.certificate.contains(family, self.model.train) else None, start)
            possible = [tuple(choice for choice in own if choice in other) for own, other in zip(possible, more)]
        self.possible = possible
        return self.model.mask if self.trained else possible

    def pin(self, atom, start):
        reward = REWARDS[self.t.word(*REWARDS)]
        apt = atom == ("regret", reward, 0) and reward in self.certificate.optimal
        require(apt, f"`{self.pinned}` does not fit the question, or the optimal choices are not listed")
        possible, _, reached, _ = self.certificate.optimal[reward]
        if self.t.next_is("-"):
            require(self.model.full, "without full observation pins need an attaining policy")
            require(not self.model.total or start <= reached, "a situation may have no finite value")
        else:
            policy = self.certificate.competitor()
            self.certificate.only_certain(reward, start, policy.choices, policy.average, self.certificate.rank())
        return possible

    def where_trained(self, mask):
        """What the subject may do in states that it visits from the training distribution (section 1.6, pins)."""
        return [tuple(choice for choice in own if choice in able) for own, able in zip(mask, self.possible)]

    def constraint(self):
        """A constraint: terms (sign, quantity, actor, place), the right side, whether it is strict (section 1.6, the table)."""
        t, kind = self.t, self.t.word("member", "break", "meet")
        if kind == "break":
            require(self.broken, "there is no atom to be broken")
            terms, b, _ = self.having(self.broken, 0, RIVAL)
            return [(-sign, *term) for sign, *term in terms], -b, True
        require(not self.fixed and (self.member if kind == "member" else self.meets), f"`{kind}` does not fit the question")
        atom, place = self.member, self.home
        if kind == "meet":
            family, atom = self.meets[t.natural(len(self.meets))]
            distribution = t.masses(self.model.size)
            apt = self.certificate.contains(family, distribution) if self.trained else distribution == self.places[0]
            require(apt, "the distribution is not where the demand is to be met")
            place = self.place(distribution)
        how = t.word("policy", *(("rival", "value") if kind == "member" else ("bound",)))
        require((how in ("policy", "rival")) == (atom[0] == "regret"), f"`{how}` does not fit the atom")
        return self.having(atom, place, self.certificate.competitor() if how == "policy" else RIVAL)

    def having(self, atom, place, rival):
        kind, quantity, number = atom
        sign = -1 if kind in ("reach", "most") else 1
        against = [(-1, quantity, rival, place)] if kind == "regret" else []
        return [(sign, quantity, self.subject, place), *against], -number if kind == "regret" else sign * number, False

    def has_cases(self, actor):
        """Whether it is enough to refute deterministic policies (section 1.6, splits)."""
        terms = {(sign, quantity) for row, b, strict in self.constraints if strict or b != 0 or row[0][:2] != (-1, REACH)
                 for sign, quantity, who, place in row if who == actor}
        full = self.model.full or actor == SUBJECT and self.pinned == "everywhere"
        return not (actor == SUBJECT and self.fixed) and (self.model.deterministic or full and len(terms) <= 1)

    def split(self, case):
        """One case for each choice that the mask allows in a state, the last first (section 1.6, splits)."""
        actor, state = self.t.word(SUBJECT, RIVAL), self.t.natural(self.model.size)
        alone = actor == SUBJECT and self.pinned == "everywhere"
        require(self.model.mask[state], "an absorbing state is not split")
        require(self.has_cases(actor), f"the {actor} is fixed or may randomise, and may not be split")

        def child(choice):
            own = list(case.subject if actor == SUBJECT else case.rival)
            restrict(own, [state] if alone else self.model.alike[state], {choice.action})
            return case.child(**{actor: own})

        mask = case.subject if actor == SUBJECT else case.rival
        return [lambda choice=choice: child(choice) for choice in reversed(mask[state])]

    def visits(self, case):
        """Two cases: a surely visited state never takes a choice, or (closed first) does with some probability (section 1.6, splits)."""
        choice = self.model.choices[self.t.natural(len(self.model.choices))]
        state = case.frame.owner[choice]
        require(self.pinned == "visited" and state in case.seen, "the state is not surely visited")
        never = list(case.subject)
        restrict(never, self.model.alike[state], {own.action for own in self.model.mask[state]} - {choice.action})
        return [lambda: case.child(subject=never), lambda: case.child(seen=choice.row)]

    def learn(self, case):
        """Two cases: that some facts do not hold together is a lemma, or (closed first) they all do (section 1.6, lemmas)."""
        literals = tuple(self.t.times(self.literal))

        def assumed():
            child = case.child(thorough=True)
            for literal in literals:
                child.assume(literal)
            return child

        return [lambda: case.child(lemmas=(literals,), thorough=True), assumed]

    def literal(self):
        word = self.t.word(*OPPOSITE)
        if word in ("take", "never"):
            about = self.model.choices[self.t.natural(len(self.model.choices))]
        else:
            about = self.t.natural(self.model.size)
            require(self.pinned == "visited", "nothing is pinned where training leads")
        require(self.has_cases(SUBJECT), "the subject is fixed or may randomise, and has no lemmas")
        return word, about

    def certain(self, mask):
        """The subject has no regret wherever it may go (section 1.6, cases closed without values)."""
        rank = self.certificate.rank()
        listed = self.broken and self.broken[0] == "regret" and not self.fixed and any(strict for _, _, strict in self.constraints)
        require(listed, "`certain` is for a subject that is to break a regret, with `break`")
        self.certificate.only_certain(self.broken[1], self.region.support, mask, mask, rank)

    def finite(self):
        """The actors known to surely stop, and where (section 1.6, finite actors); fixed policies do by their bounds."""
        found, size = {(SUBJECT, self.home)} if self.pinned != "free" else set(), -1
        while size < len(found):
            size = len(found)
            for terms, _, strict in self.constraints:
                rewards = [(sign, quantity, (actor, place)) for sign, quantity, actor, place in terms if quantity != REACH]
                for sign, _, at in rewards:
                    others = [(quantity, other) for _, quantity, other in rewards if other != at]
                    if sign > 0 and (strict or all(other in found or self.bounded(quantity, *other) for quantity, other in others)):
                        found.add(at)
        return found

    def without_endless(self, mask):
        """A mask without the choices of states from which it has no way to an absorbing state."""
        ends, size = {state for state, choices in enumerate(self.model.mask) if not choices}, -1
        while size < len(ends):
            size = len(ends)
            ends |= {state for state, choices in enumerate(mask) if any(choice.row.keys() & ends for choice in choices)}
        return [choices if state in ends else () for state, choices in enumerate(mask)]

    def bounded(self, quantity, actor, place):
        """Whether a fixed policy has a lower bound wherever there may be mass at the place."""
        bound = isinstance(actor, Policy) and actor.bounds.get((quantity, False))
        at = self.places[place]
        return bool(bound) and all(bound[state] is not None for state in (at if isinstance(at, dict) else at.support))

    def close(self, subject, rival):
        """The weighted sum of the constraints cannot be satisfied (section 1.6)."""
        t, certificate, model = self.t, self.certificate, self.model
        y = [t.number(0) for _ in self.constraints]
        rows = len(self.region.rows) if self.region else 0
        require(t.after("d", t.natural) == rows, f"the region has {rows} rows", Unreadable)
        dual, weights, parts = [t.number() for _ in range(rows)], {}, [[] for _ in self.places]
        used = [(factor, *constraint) for factor, constraint in zip(y, self.constraints) if factor > 0]
        for factor, terms, _, _ in used:
            for sign, quantity, actor, place in terms:
                weights.setdefault((actor, place), [0, 0, 0])[quantity] += sign * factor
        minus = {(actor, place) for _, terms, _, _ in used for sign, quantity, actor, place in terms if sign < 0 and quantity != REACH}
        finite = self.finite() if model.total else set()
        must_stop = minus - finite if model.total else set()
        for place, at in enumerate(self.places):
            trained = self.pinned == "visited" and (at.keys() if isinstance(at, dict) else at.support) <= self.model.train.keys()
            own = self.where_trained(subject) if trained else subject
            for actor, mask in ((SUBJECT, self.without_endless(own) if (SUBJECT, place) in finite else own), (RIVAL, rival)):
                *rewards, reach = weights.pop((actor, place), (0, 0, 0))
                ranked = (actor, place) in must_stop
                require(any(rewards) or not ranked, f"the {actor} may not stop and has no bound with a rank")
                if any(rewards):
                    bound = certificate.bound(False)
                    upper_reward(model, mask, bound, rewards, ranked)
                    parts[place].append((1, bound[0]))
                if reach:
                    bound = certificate.bound(True)
                    (upper_reach if reach > 0 else lower_reach)(model, mask, bound)
                    parts[place].append((reach, bound[0]))
        for (policy, place), row in weights.items():
            for quantity, weight in enumerate(row):
                if weight:
                    values(policy, quantity, weight > 0)
                    parts[place].append((weight, policy.bounds[quantity, weight > 0]))
        sums = [mean(place, known(part)) if isinstance(place, dict) else place.largest(known(part), dual) for place, part in zip(self.places, parts)]
        left, right = sum(sums), sum(factor * b for factor, _, b, _ in used)
        require(left < right or left == right and any(strict for *_, strict in used), f"the case is not closed: {left} is not below {right}")
