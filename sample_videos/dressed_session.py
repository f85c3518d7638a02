"""Test people in MakeHuman's clothes, hair and skins instead of the generator's."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from .appearance import Appearance, Colour
from .body import Body, Phenotype
from .body_data import BODY
from .camera import Camera
from .dressed_renderer import DressedRenderer, dressed_renderer
from .figure import ACCESSORY
from .person import Person, Posed
from .posture import Posture
from .renderer import Renderer
from .session import TRAINING_SEEDS, OnCard, Picture, Session, placements
from .wardrobe import Cloth, Piece, load_cloth, load_skin, piece, wardrobe

TROUSERS = "Tightjeans"
SUIT_SHARE, DRESS_SHARE = 0.2, 0.2
"""So many women wear a suit or a dress; the others trousers and something above them."""
OWN_COLOUR_SHARE = 0.5
"""So many clothes and wigs keep their textures' colours; the others take the look's."""
BEARD_FROM = 0.5
"""Stubble is in the skins."""


@dataclass(frozen=True)
class Choice:
    """What people may wear, by its names in the wardrobe. What is named twice is worn more often.

    suits are of one piece, for both sexes, tops are worn over trousers. skins: their ages.
    """

    suits: tuple[str, ...]
    dresses: tuple[str, ...]
    tops: tuple[str, ...]
    mens_hair: tuple[str, ...]
    womens_hair: tuple[str, ...]
    brows: range
    irises: tuple[str, ...]
    skins: tuple[str, ...]


FOR_TRAINING = Choice(
    # a shirt, a striped one, an open jacket, a polo shirt
    suits=("male_casualsuit01", "male_casualsuit03", "male_casualsuit05", "male_casualsuit06"),
    dresses=("female_casualsuit02", "female_elegantsuit01"),
    tops=("Coat", "F_Dress_01", "short_tail_camo_tee", "Tank_Top_01", "VNeckTop"),
    mens_hair=("short01", "short03"),
    womens_hair=("bob01", "Braid01", "long_alpha7", "ponytail01", "short01"),
    brows=range(1, 7),
    irises=("blue", "bluegreen"),
    skins=("middleage",),
)
FOR_TESTS = Choice(
    # a jersey, a T-shirt, a suit, dungarees
    suits=("male_casualsuit02", "male_casualsuit04", "male_elegantsuit01", "male_worksuit01"),
    dresses=("female_casualsuit01",),
    tops=("Asymmetric_Tunic_and_Sash", "Rolled_neck_blouse", "Sleeveless", "spaghetti-top"),
    mens_hair=("afro01", "short02", "short02", "short04", "short04"),
    womens_hair=("afro01", "bob02", "curly2", "long01", "long01", "short02"),
    brows=range(7, 13),
    irises=("brownlight", "green", "grey"),
    skins=("young", "old"),
)


class DressedSession(Session):
    """A session whose person wears what the wardrobe holds.

    In tests none of the training's clothes, hair and skins; jeans, beard and lashes are the same.
    """

    @property
    def choice(self) -> Choice:
        """What there is to wear for people of this seed."""
        return FOR_TRAINING if self.seed in TRAINING_SEEDS else FOR_TESTS

    def _draw(
        self, posed: Posed, camera: Camera, samples: int, others: tuple[Posture, ...]
    ) -> Picture:
        assert not others, "one person in a dressed picture"
        renderer = dressed_renderer(samples)
        scene, (person,) = self._drawables(renderer, camera, samples)
        people = [(person, self.person.look, posed.skeleton.skin_matrices())]
        return renderer.draw(camera, self.scene.light, scene, placements(posed, self.scene), people)

    def _drawables(self, renderer: Renderer, camera: Camera, samples: int) -> OnCard:
        assert isinstance(renderer, DressedRenderer)
        key = (samples, camera)
        if key not in self._on_card:
            self.close()
            pieces = dressed(self.person, self.choice, np.random.default_rng([self.seed, 77]))
            scene = renderer.scene(self.scene.mesh, camera, self.scene.light)
            self._on_card[key] = (scene, [renderer.dressed(pieces)])
        return self._on_card[key]


def in_other_clothes(session: Session) -> DressedSession:
    """The same person, camera and room."""
    return DressedSession(**{field.name: getattr(session, field.name) for field in fields(session)})


def dressed(person: Person, choice: Choice, random: np.random.Generator) -> list[Piece]:
    """All that is to be drawn of a person: skin, eyes, hair, clothes, glasses and headset."""
    body, look = person.body, person.look
    man = person.phenotype.gender > 0.5
    clothes = [load_cloth("clothes", name) for name in outfit(man, choice, random)]
    hidden = np.zeros(BODY.stop, dtype=bool)
    for cloth in clothes:
        hidden[cloth.hides[cloth.hides < BODY.stop]] = True
    skin = replace(load_skin(), texture=skin_texture(person.phenotype, choice, random))
    brow = f"eyebrow{random.choice(choice.brows):03d}"
    pieces = [
        piece(skin, body, gloss=0.06, hidden=hidden),
        piece(eyes(look, choice, random), body, gloss=0.4),
        piece(load_cloth("eyebrows", brow), body),
        piece(load_cloth("eyelashes", "eyelashes02"), body),
    ]
    if man and look.beard > BEARD_FROM:
        pieces.append(piece(load_cloth("hair", "Full_beard"), body))
    hair = str(random.choice(choice.mens_hair if man else choice.womens_hair))
    if look.hair_style != "bald":
        pieces.append(coloured(load_cloth("hair", hair), body, look.hair, random))
    pieces += [coloured(cloth, body, look.shirt, random) for cloth in clothes]
    return pieces + accessories(person)


def outfit(man: bool, choice: Choice, random: np.random.Generator) -> list[str]:
    """Names of the clothes that somebody wears."""
    kind = random.random()
    if man or kind < SUIT_SHARE:
        return [str(random.choice(choice.suits))]
    if kind < SUIT_SHARE + DRESS_SHARE:
        return [str(random.choice(choice.dresses))]
    return [str(random.choice(choice.tops)), TROUSERS]


def skin_texture(phenotype: Phenotype, choice: Choice, random: np.random.Generator) -> Path:
    """A photographed skin of the same sex and about the same ancestry."""
    ancestry = ("african", "asian", "caucasian")[int(np.argmax(phenotype.ancestry))]
    sex = "male" if phenotype.gender > 0.5 else "female"
    folder = f"{random.choice(choice.skins)}_{ancestry}_{sex}"
    found = sorted((wardrobe() / "skins" / folder / "textures").glob("*diffuse*.png"))
    return found[int(random.integers(len(found)))]


def eyes(look: Appearance, choice: Choice, random: np.random.Generator) -> Cloth:
    """Eyes, brown where the look's are."""
    cloth = load_cloth("eyes", "HighPolyEyes")
    iris = str(random.choice(choice.irises))
    if look.eyes[0] > look.eyes[2]:
        iris = "brown"
    return replace(cloth, texture=cloth.texture.with_name(f"{iris}_eye.png"))


def coloured(cloth: Cloth, body: Body, colour: Colour, random: np.random.Generator) -> Piece:
    """A cloth in its own colours or in another."""
    own = random.random() < OWN_COLOUR_SHARE
    return piece(cloth, body, None if own else colour, gloss=0.03)


def accessories(person: Person) -> list[Piece]:
    """Glasses and headset, which are the generator's own."""
    if person.look.glasses is None and person.look.headset is None:
        return []
    figure = person.figure
    own = figure.triangles[figure.traits[figure.triangles[:, 0], 1] == ACCESSORY]
    colours = figure.canonical[own[:, 0]]
    found = []
    for colour in np.unique(colours, axis=0):
        corners, triangles = np.unique(own[(colours == colour).all(axis=1)], return_inverse=True)
        red, green, blue = (float(channel) ** 2 for channel in colour)
        found.append(
            Piece(
                figure.positions[corners],
                figure.normals[corners],
                np.zeros((len(corners), 2)),
                figure.bone_indices[corners],
                figure.bone_weights[corners],
                triangles.reshape(-1, 3),
                np.full((1, 1, 4), 255, dtype=np.uint8),
                (red, green, blue),
                gloss=0.3,
            )
        )
    return found
