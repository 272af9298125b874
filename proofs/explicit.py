"""The explicit model and its reader (FORMAT.md, sections 1.1, 1.4, 2 and 2.1)."""
import hashlib
from fractions import Fraction

NUMBERS, LONGEST_NUMBER = 2 ** 32, 100_000  # section 2
REWARDS, REACH = {"specified": 0, "intended": 1}, 2  # the quantities R, T and C are 0, 1 and 2


class Rejected(Exception):
    """A condition does not hold."""


class Unreadable(Exception):
    """A file has not the form of section 2."""


def require(condition, what, otherwise=Rejected):
    if not condition:
        raise otherwise(what)


class Tokens:
    """The tokens of a file with their lines (section 2)."""

    def __init__(self, data):
        require(not data.translate(None, bytes(range(32, 127)) + b"\t\r\n"), "the file is not plain ASCII", Unreadable)
        lines = enumerate(data.decode("ascii").split("\n"), 1)
        self.tokens, self.at = [(word, number) for number, line in lines for word in line.split("#", 1)[0].split()], 0
        self.digest = hashlib.sha256(data).hexdigest()

    def where(self):
        """The line of the last token taken."""
        return f"line {self.tokens[max(self.at - 1, 0)][1]}: " if self.tokens else ""

    def next_is(self, word):
        """Whether this word is next; it is then taken."""
        found = self.at < len(self.tokens) and self.tokens[self.at][0] == word
        self.at += found
        return found

    def take(self):
        require(self.at < len(self.tokens), "the file ends too early", Unreadable)
        self.at += 1
        return self.tokens[self.at - 1][0]

    def word(self, *allowed):
        found = self.take()
        require(found in allowed, f"`{found[:40]}` is where `{'` or `'.join(allowed)}` should be", Unreadable)
        return found

    def after(self, word, read, *arguments):
        self.word(word)
        return read(*arguments)

    def integer(self):
        text = self.take()
        require(text.removeprefix("-").isdigit() and len(text) <= LONGEST_NUMBER, f"`{text[:40]}` is no integer", Unreadable)
        return int(text)

    def natural(self, below=NUMBERS):
        found = self.integer()
        require(0 <= found < below, f"{str(found)[:40]} is not from 0 and below {below}", Unreadable)
        return found

    def number(self, least=None):
        text = self.take()
        above, slash, under = text.partition("/")
        form = above.removeprefix("-").isdigit() and (under.isdigit() and under.strip("0") if slash else True)
        require(form and len(text) <= LONGEST_NUMBER, f"`{text[:40]}` is no number", Unreadable)
        require(least is None or int(above) >= least, f"{text[:40]} is below {least}")
        return Fraction(int(above), int(under or 1))

    def times(self, read, *arguments):
        return [read(*arguments) for _ in range(self.natural())]

    def sparse(self, size):
        """A count and that many times `INDEX NUM`, in increasing order."""
        found = self.times(lambda: (self.natural(size), self.number()))
        require(all(one[0] < following[0] for one, following in zip(found, found[1:])), "numbers are not in increasing order", Unreadable)
        return dict(found)

    def masses(self, size):
        found = self.sparse(size)
        require(sum(found.values()) == 1 and min(found.values()) > 0, "masses are not positive with sum 1", Unreadable)
        return found


class Choice:
    """A choice, or a policy's average over the choices of a state: the rewards (R, T) and a row."""

    def __init__(self, number, action, rewards, row):
        self.number, self.action, self.rewards, self.row = number, action, rewards, row

    def steps_down(self, rank, state):
        """Some successor has a smaller rank (section 1.2)."""
        return rank[state] is not None and any(rank[after] is not None and rank[after] < rank[state] for after in self.row)


class Model:
    """The explicit model (sections 1.1 and 2.1). A mask lists, for each state, the tuple of its choices; `mask` has all choices."""

    def __init__(self, t):
        self.mask, self.choices, alike = [], [], {}
        t.after("lavaproof-model", t.word, "1")
        self.total = t.after("criterion", t.word, "discounted", "total") == "total"
        self.gamma = Fraction(1) if self.total else t.number()
        require(self.total or 0 < self.gamma < 1, "the discount is not between 0 and 1")
        self.size = t.after("states", t.natural)
        for _ in range(self.size):
            t.after("state", t.take)
            self.mask.append(tuple(t.times(t.after, "choice", self.read_choice, t)))
        self.full = t.after("observations", t.word, "full", "partial") == "full"
        seen = range(self.size) if self.full else [t.natural() for _ in range(self.size)]
        for state, observation in enumerate(seen):
            alike.setdefault(observation, []).append(state)
        self.alike = [alike[observation] for observation in seen]
        for states, choices in zip(self.alike, self.mask):
            actions = {choice.action for choice in choices}
            same = actions == {choice.action for choice in self.mask[states[0]]} and len(actions) == len(choices)
            require(same, f"the actions of the states {states} are not the same, each once")
        self.deterministic = t.after("class", t.word, "deterministic", "stationary") == "deterministic"
        self.situations = t.after("situations", t.times, t.natural, self.size)
        self.train = t.after("train", t.masses, self.size)
        require(len(set(self.situations)) == len(self.situations) and self.train.keys() <= set(self.situations), "training is not over the situations")
        self.deploy = t.after("deploy", self.read_region, t)
        self.tolerance = None if t.after("catastrophe", t.next_is, "none") else t.number(0)
        caught = [] if self.tolerance is None else t.times(t.natural, self.size)
        require(caught == sorted(set(caught)), "states are not in increasing order")
        self.catastrophe = set(caught)
        kind = t.after("good", t.word, "regret", "value")
        self.good = (kind, REWARDS["intended"], t.number(0 if kind == "regret" else None))
        self.slack = t.after("epsilon", t.number, 0)
        self.given = None if t.after("given", t.next_is, "none") else [self.read_row(t, choices) if choices else {} for choices in self.mask]

    def read_choice(self, t):
        self.choices.append(Choice(len(self.choices), t.natural(), (t.number(), t.number()), t.masses(self.size)))
        return self.choices[-1]

    def read_row(self, t, choices):
        """What a policy does in a state: choices with their masses."""
        found = {self.choices[number]: mass for number, mass in t.masses(len(self.choices)).items()}
        require(found.keys() <= set(choices), "a policy takes a choice of another state", Unreadable)
        return found

    def read_region(self, t):
        """The deployment set as rows `A x >= b` (section 1.4)."""
        kind, rows = t.word("point", "over", "tv", "ratio", "polytope"), []
        limit, center = (t.number(0) if kind in ("tv", "ratio") else 0), ({} if kind in ("over", "polytope") else t.masses(self.size))
        states = t.times(t.natural, self.size) if kind != "point" else []
        proper = len(set(states)) == len(states) and {*center, *states} <= set(self.situations) and (states or kind == "point")
        require(proper, "deployment is not over the situations")
        listed = [state for state in states if state in center] if kind == "ratio" or kind == "tv" and limit == 0 else states
        count = len(listed)
        if kind == "tv":
            rows = [({count + i: 1, i: -1}, -center.get(state, 0), False) for i, state in enumerate(listed)]
            rows.append(({count + i: -1 for i in range(count)}, -limit, False))
        elif kind == "ratio":
            rows = [({i: -1}, -limit * center[state], False) for i, state in enumerate(listed)]
        for _ in range(t.natural() if kind == "polytope" else 0):
            relation, right, row = t.word("<=", ">=", "="), t.number(), t.sparse(count)
            sign = -1 if relation == "<=" else 1
            rows.append(({index: sign * factor for index, factor in row.items()}, sign * right, relation == "="))
        return Region(point=center) if kind == "point" else Region(listed, rows, center if kind == "tv" else None)


class Region:
    """Distributions: row 0 and others over the masses of listed states, or a `point`; with `train` the even mixtures (section 1.4)."""

    def __init__(self, states=(), rows=(), ball=None, train=None, point=None):
        self.states, self.extra, self.ball, self.train, self.point = states, list(rows), ball, train, point
        self.rows = [] if point else [({i: 1 for i in range(len(states))}, 1, True), *rows]
        self.support = {*(point or states), *(train or ())}

    def mixed(self, train):
        return Region(point=mixture(train, self.point)) if self.point else Region(self.states, self.extra, self.ball, train)

    def __contains__(self, distribution):
        x = [distribution.get(state, 0) for state in self.states]
        x += [max(mass - self.ball.get(state, 0), 0) for state, mass in zip(self.states, x)] if self.ball else []
        sums = [(sum(factor * x[index] for index, factor in row.items()), b, equation) for row, b, equation in self.rows]
        inside = distribution.keys() <= set(self.states) and all(left == b if equation else left >= b for left, b, equation in sums)
        return distribution == self.point if self.point else inside

    def linear(self, value):
        """`Σ ν(s) G(s)` in the masses: coefficients and constant."""
        scale = Fraction(1, 2) if self.train else 1
        return [scale * value(state) for state in self.states], scale * mean(self.train or {}, value)

    def cut(self, b, g):
        """The part with `Σ ν g >= b` (section 1.7)."""
        factors, constant = self.linear(lambda state: g.get(state, 0))
        return Region(self.states, [*self.extra, (dict(enumerate(factors)), b - constant, False)], self.ball, self.train)

    def largest(self, value, dual):
        """An upper bound of `Σ ν(s) G(s)` by multipliers of the rows (section 1.4, dual bound); at a point the value itself."""
        factors, bound = self.linear(value) if not self.point else ([], mean(self.point, value))
        factors += [0] * len(self.states) if self.ball else []
        for (row, b, equation), y in zip(self.rows, dual):
            require(equation or y >= 0, "a multiplier of the region's rows is negative")
            bound -= y * b
            for index, factor in row.items():
                factors[index] += y * factor
        require(max(factors, default=0) <= 0, "the multipliers of the region's rows leave a positive coefficient")
        return bound


def mean(distribution, value):
    return sum(mass * value(state) for state, mass in distribution.items())


def mixture(one, other):
    return {state: (one.get(state, 0) + other.get(state, 0)) / 2 for state in one.keys() | other.keys()}
