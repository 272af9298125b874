"""The cases of a refutation: what the subject may still do, and where it is known to go (FORMAT.md, section 1.6: pins and lemmas)."""
from explicit import require

OPPOSITE = {"take": "never", "never": "take", "visit": "avoid", "avoid": "visit"}


def restrict(mask, states, actions):
    for state in states:
        mask[state] = tuple(choice for choice in mask[state] if choice.action in actions)


class Frame:
    """What all cases share: the model, the choices that are possible in visited states (`None`: nothing is pinned where training leads), and
    whether the subject is treated as a policy of the full state."""

    def __init__(self, model, possible, alone):
        self.model, self.possible, self.alone = model, possible, alone
        self.owner = {choice: state for state, choices in enumerate(model.mask) for choice in choices}
        self.sources = [[] for _ in model.mask]
        for choice, state in self.owner.items() if possible else ():
            for after in choice.row:
                self.sources[after].append(state)

    def states(self, state):
        """Where a decision about the subject counts."""
        return [state] if self.alone else self.model.alike[state]


class Case:
    """The masks, the states that the subject surely visits, those that it surely does not, and what it does not do all at once.
    Below a lemma cases are thorough: it is concluded which states are not visited."""

    def __init__(self, frame, subject, rival, seen, avoided=frozenset(), lemmas=(), thorough=False):
        self.frame, self.subject, self.rival = frame, list(subject), rival
        self.seen, self.avoided, self.lemmas, self.thorough = set(seen), set(avoided), lemmas, thorough
        self.settle(list(range(frame.model.size)))

    def child(self, subject=None, rival=None, seen=(), lemmas=(), thorough=False):
        known = self.seen | set(seen), self.avoided, self.lemmas + lemmas, self.thorough or thorough
        return Case(self.frame, subject or self.subject, rival or self.rival, *known)

    def may_follow(self, choice, state):
        return choice in self.frame.possible[state] and not (self.avoided and choice.row.keys() & self.avoided)

    def settle(self, todo):
        """Visited states keep what may be followed; a state's only choice is followed if it is visited, and if that may not be, it is not."""
        while todo and self.frame.possible:
            state = todo.pop()
            if state in self.seen:
                kept = {choice.action for choice in self.subject[state] if self.may_follow(choice, state)}
                if len(kept) < len(self.subject[state]):
                    restrict(self.subject, self.frame.model.alike[state], kept)
                    todo += self.frame.model.alike[state]
            if len(self.subject[state]) == 1:
                only = self.subject[state][0]
                if state in self.seen:
                    todo += only.row.keys() - self.seen
                    self.seen |= only.row.keys()
                elif self.thorough and state not in self.avoided and not self.may_follow(only, state):
                    self.avoided.add(state)
                    todo += self.frame.sources[state]

    def is_dead(self):
        """Some state has lost all choices, or is visited and not."""
        return bool(self.seen & self.avoided) or any(own and not left for own, left in zip(self.frame.model.mask, self.subject))

    def assume(self, literal):
        """A literal holds: a word, and a choice or a state."""
        word, about = literal
        if word in ("take", "never"):
            state = self.frame.owner[about]
            actions = {choice.action for choice in self.frame.model.mask[state] if (choice is about) == (word == "take")}
            restrict(self.subject, self.frame.states(state), actions)
            self.settle(list(self.frame.states(state)))
        else:
            (self.seen if word == "visit" else self.avoided).add(about)
            self.settle([about, *(self.frame.sources[about] if word == "avoid" else ())])

    def surely(self, literal):
        word, about = literal
        if word in ("visit", "avoid"):
            return about in (self.seen if word == "visit" else self.avoided)
        left = self.subject[self.frame.owner[about]]
        return about not in left if word == "never" else left == (about,)

    def use(self, lemma):
        """All literals of a lemma but one surely hold, so that one does not. If all do, the opposite of one leaves nothing."""
        unsure = [literal for literal in lemma if not self.surely(literal)] or list(lemma[-1:])
        require(len(unsure) == 1, "more than one part of the lemma is open")
        word, about = unsure[0]
        self.assume((OPPOSITE[word], about))
