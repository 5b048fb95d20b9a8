"""Who the people are: invented names, e-mails, former e-mails, and how exports write them down."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from demo.months import Bools, Floats, Ints, Texts

DOMAIN = "brightwater.example"
FORMER_DOMAIN = "northmoor.example"  # of the group that Brightwater was carved out of


def _names(text: str) -> list[str]:
    return text.split()


_WOMEN = _names("""
Adaeze Aisha Aleksandra Amara Amélie Ananya Anouk Astrid Ayumi Beatriz Bianca Camila Carmen
Chiamaka Chloé Daniela Deepika Dilnoza Dunja Eilidh Elena Élodie Emine Esperanza Fatima Femke
Freja Gabriela Giulia Hadiza Hanna Hye-jin Ifeoma Imani Ines Ingrid Isabela Jamila Jelena Jia
Kalina Katarzyna Kavita Keiko Lakshmi Latoya Leila Lieke Lucía Magdalena Mahnoor Mairead Mariam
Meera Mei Mireille Nadia Naledi Natalia Ngozi Niamh Nia Noor Oksana Padma Parisa Petra Priya Raquel
Renata Rhiannon Roksana Rukmini Saanvi Salma Sanne Shanice Shirin Siobhan Sofía Svetlana Tamika
Tanvi Thandiwe Ujala Valentina Wanjiru Xiomara Yasmin Yuki Zainab Zanele Zofia
""")
_MEN = _names("""
Abdullah Adebayo Aidan Alejandro Amit Anders Andrei Arjun Babajide Bartosz Bogdan Bram Callum
Carlos Cheng Chidi Daan Darnell Deepak Diego Dmitri Eduardo Emeka Emre Enrique Farhan Faisal
Felipe Fergus Florian Gintaras Giovanni Gustavo Hamza Haruto Henrique Hiroshi Ibrahim Ignacio
Ismail Ivan Jamal Jarosław Jasper Javier Jens Joaquín Jürgen Kamran Kenji Krzysztof Kwame Lars
Leandro Luca Malik Mateo Matthijs Mehmet Min-jun Mohammed Moshe Nikhil Nikolai Obinna Oluwaseun
Omar Oskar Pablo Paweł Piotr Rajesh Ravi Reinier Rodrigo Ruben Sanjay Santiago Sergei Siddharth
Sipho Sven Tadeusz Tariq Thabo Thiago Tomasz Tyrone Umar Vikram Wei Xavier Yannick Yusuf Zoltán
""")
_EITHER = _names(
    "Alexis Ariel Charlie Dakota Ekow Jordan Kai Kiran Lior Noa Quinn Robin Sasha Shay"
)
_SURNAMES = _names("""
Abdi Achterberg Adeyemi Aguilar Akhtar Almeida Andersson Arslan Asante Azevedo Bakker Banerjee
Barbosa Beaumont Bielak Bjornstad Boateng Brennan Calderón Castellanos Chaudhry Chukwu Cohen
Costa Czarnecki Dąbrowski Dekker Demir Desai Diallo Dlamini Doherty Echevarría Ekwueme El-Sayed
Eriksen Espinoza Farouk Fernandes Ferreira Fontaine Fujimoto Gallagher Ganesan García-Robles Gebre
Ghosh Goldberg Grabowski Guerrero Gupta Haddad Hakimi Hashimoto Hendriks Herrera Hofstra Hussain
Ibarra Ikeda Iyer Jankowski Jansen Jović Kamau Kapoor Karlsson Khalil Kimani Kobayashi Kowalczyk
Krishnan Kruger Lambert Laurent Lehmann Lindqvist Luthra Maas Mahlangu Malhotra Marchetti Mazur
McAllister Mendoza Mensah Mbeki Molina Moreau Mukherjee Mwangi Nakamura Nasser Navarro Ndlovu
Nguyen Nieuwenhuis Nowicki O'Connell O'Shea Obi Ochoa Oduya Okafor Okonkwo Oliveira Osei Otieno
Papadakis Pacheco Patel Pereira Petrov Pillai Popescu Qureshi Rahman Ramanathan Reddy Reyes
Ribeiro Rossi Sadiq Salazar Santoro Schreiber Sharma Siddiqui Silva Söderberg Sokolov Solano
Srinivasan Szymański Takahashi Tanaka Thapa Tran Umeh Urbański Valdez Van-den-Broek Vargas Venter
Verhoeven Villanueva Wahlberg Watanabe Wiśniewski Xu Yamamoto Yildiz Zaman Zavala Zhang Zieliński
""")

_GENDERS = np.array(["Female", "Male", "Non-binary", "Not disclosed"], dtype=object)
_GENDER_SHARES = (0.462, 0.505, 0.013, 0.02)
_ETHNICITIES = np.array(
    ["Asian", "Black", "Hispanic or Latino", "White", "Two or more", "Not disclosed"], dtype=object
)
_ETHNICITY_SHARES = (0.21, 0.12, 0.14, 0.41, 0.05, 0.07)

_FOUNDING_SHARE_WITH_FORMER_EMAIL = 0.6
_RENAMED_SHARE = 0.02


@dataclass(frozen=True)
class Directory:
    """One entry per person: what the HRIS knows, and the spellings others use.

    Attributes:
        ids: employee ids.
        first_names, last_names: as in the HRIS.
        emails: as the HRIS writes them, in mixed case.
        former_emails: separated by `;`, mostly empty.
        genders, ethnicities: as recorded.
    """

    ids: Texts
    first_names: Texts
    last_names: Texts
    emails: Texts
    former_emails: Texts
    genders: Texts
    ethnicities: Texts

    def mentions(
        self,
        persons: Ints,
        rng: np.random.Generator,
        *,
        id_share: float = 0.0,
        former_share: float = 0.01,
    ) -> Texts:
        """Return how an export names people, row by row: e-mails in any case, some ids."""
        drawn = rng.random(len(persons))
        known = self.emails[persons]
        plain = _mapped(known, str.lower)
        named = np.where(
            drawn < 0.8, plain, np.where(drawn < 0.98, known, _mapped(known, str.upper))
        )
        former = self.former_emails[persons]
        by_former = (rng.random(len(persons)) < former_share) & (former != "")
        by_id = rng.random(len(persons)) < id_share
        return np.where(by_id, self.ids[persons], np.where(by_former, former, named))


def directory(*, persons_n: int, founders_n: int, rng: np.random.Generator) -> Directory:
    """Return names and e-mails for so many people, the first of them founding staff."""
    genders = rng.choice(4, persons_n, p=_GENDER_SHARES)
    first_names = _first_names(genders, rng)
    last_names = np.array(_SURNAMES, dtype=object)[rng.integers(0, len(_SURNAMES), persons_n)]
    locals_ = _distinct(_local_parts(first_names, last_names))
    is_founder = np.arange(persons_n) < founders_n
    came_along = is_founder & (rng.random(persons_n) < _FOUNDING_SHARE_WITH_FORMER_EMAIL)
    return Directory(
        ids=np.array([f"BW{100_001 + number}" for number in range(persons_n)], dtype=object),
        first_names=first_names,
        last_names=last_names,
        emails=_in_hris_case(locals_, rng.random(persons_n)),
        former_emails=_former(locals_, first_names, came_along, rng),
        genders=_GENDERS[genders],
        ethnicities=_ETHNICITIES[rng.choice(6, persons_n, p=_ETHNICITY_SHARES)],
    )


def outsiders(size: int, rng: np.random.Generator) -> Texts:
    """Return e-mails of people whom the HRIS does not know."""
    first = _local_parts(
        np.array(_EITHER, dtype=object)[rng.integers(0, len(_EITHER), size)],
        np.array(_SURNAMES, dtype=object)[rng.integers(0, len(_SURNAMES), size)],
    )
    return np.array([f"{name}@partner-agency.example" for name in first], dtype=object)


def _mapped(texts: Texts, change: Callable[[str], str]) -> Texts:
    return np.array([change(text) for text in texts.tolist()], dtype=object)


def _first_names(genders: Ints, rng: np.random.Generator) -> Texts:
    size = len(genders)
    women, men, either = (
        np.array(names, dtype=object)[rng.integers(0, len(names), size)]
        for names in (_WOMEN, _MEN, _EITHER)
    )
    return np.where(genders == 0, women, np.where(genders == 1, men, either))


def _local_parts(first_names: Texts, last_names: Texts) -> list[str]:
    """Return `first.last` in plain letters, as mail systems write them."""
    plain = {name: _plain(name) for name in {*first_names.tolist(), *last_names.tolist()}}
    return [
        f"{plain[first]}.{plain[last]}"
        for first, last in zip(first_names.tolist(), last_names.tolist(), strict=True)
    ]


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().replace("ł", "l").replace("ø", "o"))
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalpha())


def _distinct(locals_: list[str]) -> list[str]:
    """Return the names with a number behind the second and later bearer of one."""
    seen: defaultdict[str, int] = defaultdict(int)
    distinct = []
    for name in locals_:
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name}{seen[name]}")
    return distinct


def _in_hris_case(locals_: list[str], drawn: Floats) -> Texts:
    return np.array(
        [
            f"{name.title()}@Brightwater.example" if chance < 0.3 else f"{name}@{DOMAIN}"
            for name, chance in zip(locals_, drawn.tolist(), strict=True)
        ],
        dtype=object,
    )


def _former(
    locals_: list[str], first_names: Texts, came_along: Bools, rng: np.random.Generator
) -> Texts:
    """Return former e-mails: from the old group, or from before a change of surname."""
    renamed = rng.random(len(locals_)) < _RENAMED_SHARE
    former = []
    for number, (name, first) in enumerate(zip(locals_, first_names.tolist(), strict=True)):
        if came_along[number]:
            former.append(f"{name}@{FORMER_DOMAIN}")
        elif renamed[number]:
            former.append(f"{_plain(first)}.{number}@{DOMAIN}")
        else:
            former.append("")
    return np.array(former, dtype=object)
