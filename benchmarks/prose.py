"""Sentences of invented policy prose, from word lists and a small grammar, and the generator of chance behind them.

The words have the lengths of English ones (5.1 letters on average, the sentence 23 words), so that lines break and
words are hyphenated as they are in a real book. Nothing in them is true.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_MASK = (1 << 64) - 1


@dataclass(slots=True)
class Chance:
    """SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed, on every machine and Python."""

    state: int

    @classmethod
    def of(cls, *seeds: int | str) -> Chance:
        """Chance that depends on all the seeds and on nothing else."""
        digest = hashlib.sha256("/".join(map(str, seeds)).encode()).digest()
        return cls(int.from_bytes(digest[:8], "big"))

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return (mixed ^ (mixed >> 31)) % limit

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def happens(self, percent: int) -> bool:
        """True in `percent` of 100 cases."""
        return self.below(100) < percent

    def pick(self, things: Sequence[T]) -> T:
        """One of the things."""
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The things in another order (Fisher and Yates)."""
        order = list(things)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip().replace("\n", " ") for word in text.split(","))


ACTORS = _words(
    "the council, the mayor, the county board, the housing office, a coalition of tenants, the transit agency, "
    "the city attorney, two neighborhood associations, the budget committee, the school district, the public "
    "library, local employers, the planning department, residents of the east side, the health department, a "
    "panel of retired judges, the water utility, community organizers, the auditor, a majority of voters, the "
    "parks commission, small landlords, the state legislature, an appeals court, bus drivers and their union, the "
    "city clerk, a group of nurses, the chamber of commerce, members of the advisory board, the finance director, "
    "the emergency manager, a nonprofit developer"
)
VERBS = _words(
    "adopted, rejected, measured, postponed, funded, opposed, described, published, revised, extended, defended, "
    "weighed, expanded, abandoned, reviewed, questioned, supported, administered, negotiated, simplified, "
    "enforced, drafted, challenged, introduced, monitored, subsidized, recommended, replaced, underestimated, "
    "coordinated, paid for, kept, wrote down, set aside, agreed to, asked for, relied on, voted for, looked into, "
    "gave up"
)
DETERMINERS = _words(
    "the, a, the, one, this, the, its own, another, the first, the only, a second, no other, the city’s"
)
ADJECTIVES = _words(
    "municipal, annual, temporary, affordable, public, narrow, local, regional, independent, voluntary, "
    "mandatory, modest, comprehensive, experimental, seasonal, existing, proposed, emergency, long, short, "
    "written, monthly, neighborhood, administrative, transparent, permanent, unusual, shared, minimum, "
    "environmental, quarterly, open, new, old, fair, larger, cheaper, reasonable, inclusive, preliminary"
)
NOUNS = _words(
    "ordinance, program, wage floor, inspection, contract, hearing, subsidy, shelter, permit, zoning map, bus "
    "lane, clinic, survey, training course, budget line, registry, loan fund, water rate, pilot project, "
    "complaint form, lease, license, deadline, waiting list, agreement, reserve, assessment, tax credit, penalty, "
    "land trust, playground, evaluation, workforce plan, apprenticeship, mediation service, schedule, inventory, "
    "settlement, dashboard, grant, rule, street, night school, fare card, sidewalk, charter amendment, oversight "
    "board, notice period"
)
PLACES = _words(
    "in the older districts, along the river, within 30 days, for 12 months, at a public meeting, after the "
    "election, without a lawyer, outside the downtown area, in three languages, before the end of the fiscal "
    "year, with the help of volunteers, under state law, by a vote of seven to two, near the rail yards, at no "
    "charge, in every ward, on the first of July, against the advice of its own staff, in plain words, during the "
    "winter months, through the mail, for most of a decade, over the objections of the trade groups, in the same "
    "week, to this day"
)
OPENINGS = _words(
    "In the second year, After a long debate, By most accounts, Before the vote, Where rents had risen fastest, "
    "At first, In practice, As the report explains, Two years later, On the other side of the county, With little "
    "money, For that reason, In smaller cities, Since then, Against all expectations, During the drought, Under "
    "the old rules, In the end, Even so, To be sure, When the grant ran out, Over the summer"
)
CONNECTORS = _words("and, but, while, so that, because, although, after, before, until, whereas, even though, once")
GERUNDS = _words(
    "Funding, Protecting, Expanding, Rethinking, Sharing, Measuring, Reforming, Opening, Paying for, Rebuilding, "
    "Planning, Regulating, Restoring, Defending, Financing, Governing, Greening, Staffing, Licensing, Preserving"
)
SUBJECTS = _words(
    "Neighborhood Clinics, Public Bathrooms, Night Buses, Rental Inspections, School Meals, Community Land, "
    "Street Vendors, Home Repairs, Language Access, Child Care, Legal Aid, Water Bills, City Contracts, Small "
    "Grants, Safe Crossings, Vacant Lots, Summer Jobs, Public Records, Tenant Unions, Local Elections, Shade "
    "Trees, Energy Audits, Warming Centers"
)
MODIFIERS = _words(
    "rental, municipal, seasonal, regional, elected, bilingual, nonprofit, coastal, rural, low-income, electric, "
    "public, temporary, immigrant, small, volunteer, part-time, displaced, insured, retired, private, shared, "
    "vacant, historic, certified, senior, disabled, younger, contracted, federal"
)
THINGS = _words(
    "inspections, bonds, workers, tenants, hearings, vouchers, clinics, libraries, pensions, contractors, "
    "utilities, permits, elections, shelters, parks, schools, budgets, taxes, audits, buildings, buses, courts, "
    "fees, loans, ordinances, agencies, landlords, nurses, farms, records, streets, surveys, trees, unions, "
    "wages, zones, bridges, cooperatives, developers, gardens"
)
SUBENTRIES = _words(
    "and small towns, cost of, history of, in state law, opposition to, and renters, enforcement of, exemptions "
    "from, models for, and schools, evaluation of, funding for, after 2010, in rural counties, and the courts, "
    "staffing of, pilot of, penalties and, timing of, and public health, records of, advice on"
)
TOWNS = _words(
    "Alder Bay, Fern Harbor, Millbrook, Stone Ferry, Cedar Point, Eastwick, Pine Hollow, Grand Ridge, Lakeside, "
    "North Haven, Copper Hill, Willow Creek, Red Bank, Oak Landing, Silver Falls, Marsh End, Harper, Union Grove, "
    "Clayton, Blue Mesa"
)
STATES = ("AZ", "CA", "CO", "IL", "MA", "MD", "MN", "NM", "NY", "OH", "OR", "PA", "TX", "VT", "WA", "WI")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without its full stop; `emphasis` are words of it that may be set in italics, or an empty string."""

    text: str
    emphasis: str = ""


def sentence(chance: Chance) -> Sentence:
    """A sentence of 8 to 35 words."""
    opening = f"{chance.pick(OPENINGS)}, " if chance.happens(40) else ""
    first, words = _clause(chance)
    text = opening + first
    if chance.happens(55):
        second, _ = _clause(chance)
        text += f", {chance.pick(CONNECTORS)} {second}"
    return Sentence(text[0].upper() + text[1:], words)


def phrase(chance: Chance) -> str:
    """A noun and what goes with it: “the annual water rate”."""
    determiner = chance.pick(DETERMINERS)
    rest = f"{chance.pick(ADJECTIVES)} {chance.pick(NOUNS)}" if chance.happens(65) else chance.pick(NOUNS)
    if determiner == "a" and rest[0] in "aeiou":
        determiner = "an"
    return f"{determiner} {rest}"


def _clause(chance: Chance) -> tuple[str, str]:
    """A clause, and the words in it that may be emphasized."""
    adjective, noun = chance.pick(ADJECTIVES), chance.pick(NOUNS)
    object_ = f"the {adjective} {noun}" if chance.happens(50) else phrase(chance)
    if chance.happens(35):
        object_ += f" and {phrase(chance)}"
    text = f"{chance.pick(ACTORS)} {chance.pick(VERBS)} {object_}"
    for _ in range(chance.between(0, 2)):
        place = chance.pick(PLACES)
        if place not in text:
            text += f" {place}"
    words = f"{adjective} {noun}"
    return text, words if words in text else ""


def sentences(chance: Chance, words: int) -> list[Sentence]:
    """Sentences that hold at least so many words."""
    made: list[Sentence] = []
    count = 0
    while count < words:
        made.append(sentence(chance))
        count += made[-1].text.count(" ") + 1
    return made
