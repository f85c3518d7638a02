"""A person's naked shape: phenotype -> vertices, joints and normals at rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np

from .body_data import BODY, Array, BodyData, IntArray, load_body_data, load_target

# Detail morphs drawn at random on top of the phenotype: (targets lowering, raising it), half range.
# A pair with "l-" is applied to both sides of the body.
DETAILS: dict[str, tuple[str, str, float]] = {
    "shoulder width": (
        "torso/measure-shoulder-dist-decr",
        "torso/measure-shoulder-dist-incr",
        0.7,
    ),
    "torso length": ("torso/torso-scale-vert-decr", "torso/torso-scale-vert-incr", 0.35),
    "torso width": ("torso/torso-scale-horiz-decr", "torso/torso-scale-horiz-incr", 0.4),
    "torso depth": ("torso/torso-scale-depth-decr", "torso/torso-scale-depth-incr", 0.4),
    "torso shape": ("torso/torso-vshape-decr", "torso/torso-vshape-incr", 0.5),
    "waist": ("torso/measure-waist-circ-decr", "torso/measure-waist-circ-incr", 0.4),
    "belly": ("stomach/stomach-tone-incr", "stomach/stomach-tone-decr", 0.6),
    "neck length": ("neck/neck-scale-vert-decr", "neck/neck-scale-vert-incr", 0.6),
    "neck girth": ("neck/measure-neck-circ-decr", "neck/measure-neck-circ-incr", 0.5),
    "neck place": ("neck/neck-trans-backward", "neck/neck-trans-forward", 0.6),
    "head width": ("head/head-scale-horiz-decr", "head/head-scale-horiz-incr", 0.5),
    "head height": ("head/head-scale-vert-decr", "head/head-scale-vert-incr", 0.5),
    "head depth": ("head/head-scale-depth-decr", "head/head-scale-depth-incr", 0.5),
    "head fat": ("head/head-fat-decr", "head/head-fat-incr", 0.5),
    "head place": ("head/head-trans-backward", "head/head-trans-forward", 0.6),
    "chin": ("chin/chin-prominent-decr", "chin/chin-prominent-incr", 0.6),
    "chin width": ("chin/chin-width-decr", "chin/chin-width-incr", 0.6),
    "jaw": ("head/head-oval", "head/head-square", 0.6),
    "nose width": ("nose/nose-scale-horiz-decr", "nose/nose-scale-horiz-incr", 0.6),
    "nose depth": ("nose/nose-scale-depth-decr", "nose/nose-scale-depth-incr", 0.6),
    "nose height": ("nose/nose-scale-vert-decr", "nose/nose-scale-vert-incr", 0.6),
    "cheeks": ("cheek/l-cheek-volume-decr", "cheek/l-cheek-volume-incr", 0.6),
    "upper arm": ("arms/measure-upperarm-length-decr", "arms/measure-upperarm-length-incr", 0.3),
    "forearm": ("arms/measure-lowerarm-length-decr", "arms/measure-lowerarm-length-incr", 0.3),
    "thigh": ("legs/measure-upperleg-height-decr", "legs/measure-upperleg-height-incr", 0.3),
}


@dataclass(frozen=True)
class Phenotype:
    """What a body looks like; every value 0..1.

    gender: 0 female, 1 male. age: 0 about 25 years, 1 about 90. muscle, weight, height,
    proportions, cup, firmness: 0 least, 0.5 average, 1 most. ancestry: shares of
    (african, asian, caucasian), sum 1. details: -1..1 per key of `DETAILS`.
    """

    gender: float = 0.5
    age: float = 0.1
    muscle: float = 0.5
    weight: float = 0.5
    height: float = 0.5
    proportions: float = 0.5
    cup: float = 0.5
    firmness: float = 0.5
    ancestry: tuple[float, float, float] = (0.33, 0.33, 0.34)
    details: dict[str, float] = field(default_factory=dict)

    @staticmethod
    def random(rng: np.random.Generator) -> Phenotype:
        """An adult at random, men and women alike, thin to heavy, about 20 to 70 years old."""
        shares = rng.dirichlet([0.6, 0.6, 0.6])
        male = rng.random() < 0.5
        return Phenotype(
            gender=float(rng.uniform(0.75, 1.0) if male else rng.uniform(0.0, 0.25)),
            age=float(rng.beta(1.2, 2.0) * 0.75),
            muscle=float(np.clip(rng.normal(0.5, 0.18), 0.1, 0.95)),
            weight=float(np.clip(rng.normal(0.52, 0.2), 0.05, 1.0)),
            height=float(np.clip(rng.normal(0.5, 0.2), 0.05, 0.95)),
            proportions=float(rng.uniform(0.3, 0.9)),
            cup=float(rng.uniform(0.1, 0.65)),
            firmness=float(rng.uniform(0.3, 0.8)),
            ancestry=(float(shares[0]), float(shares[1]), float(shares[2])),
            details={name: float(rng.uniform(-1, 1)) for name in DETAILS},
        )


@dataclass(frozen=True)
class Body:
    """A phenotype's mesh and skeleton at rest (standing, arms half raised), metres.

    vertices: (19158, 3). heads: (B, 3), the joint at which each moving bone turns.
    """

    data: BodyData
    vertices: Array
    heads: Array

    @staticmethod
    def from_phenotype(phenotype: Phenotype) -> Body:
        data = load_body_data()
        vertices = data.vertices.copy()
        for name, weight in morph_weights(phenotype).items():
            target = load_target(name)
            if target is not None and abs(weight) > 1e-3:
                vertices[target[0]] += weight * target[1]
        heads = np.array([data.joint(vertices, bone) for bone in data.bone_names])
        root = data.bone_names.index("root")
        # The body turns about the middle of the hips, which is also where the angles are measured.
        left = data.bone_names.index("upperleg01.L")
        right = data.bone_names.index("upperleg01.R")
        heads[root] = 0.5 * (heads[left] + heads[right])
        return Body(data=data, vertices=vertices, heads=heads)

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of each bone in `heads`."""
        return {name: i for i, name in enumerate(self.data.bone_names)}

    def head_of(self, bone: str) -> Array:
        """Rest place (3,) of the joint at which `bone` turns."""
        place: Array = self.heads[self.index[bone]]
        return place

    @cached_property
    def floor(self) -> float:
        """Height of the soles at rest."""
        return float(self.vertices[list(BODY), 1].min())


def morph_weights(phenotype: Phenotype) -> dict[str, float]:
    """Weight of every MPFB2 target for a phenotype: products of its macro values."""
    p = phenotype
    gender = {"female": 1 - p.gender, "male": p.gender}
    age = {"young": 1 - p.age, "old": p.age}
    muscle = _three(p.muscle, "muscle")
    weight = _three(p.weight, "weight")
    cup = _three(p.cup, "cup")
    firmness = _three(p.firmness, "firmness")
    height = {"minheight": max(0.0, 1 - 2 * p.height), "maxheight": max(0.0, 2 * p.height - 1)}
    proportions = {
        "uncommonproportions": max(0.0, 1 - 2 * p.proportions),
        "idealproportions": max(0.0, 2 * p.proportions - 1),
    }
    weights: dict[str, float] = {}
    for (g, wg), (a, wa) in product(gender.items(), age.items()):
        for ancestry, share in zip(("african", "asian", "caucasian"), p.ancestry, strict=True):
            weights[f"macrodetails/{ancestry}-{g}-{a}"] = share * wg * wa
        for (m, wm), (w, ww) in product(muscle.items(), weight.items()):
            common = wg * wa * wm * ww
            weights[f"macrodetails/universal-{g}-{a}-{m}-{w}"] = common
            for kind, values in (("height", height), ("proportions", proportions)):
                for label, value in values.items():
                    weights[f"macrodetails/{kind}/{g}-{a}-{m}-{w}-{label}"] = common * value
            if g == "female":
                for (c, wc), (f, wf) in product(cup.items(), firmness.items()):
                    weights[f"breast/{g}-{a}-{m}-{w}-{c}-{f}"] = common * wc * wf
    for name, value in p.details.items():
        lower, upper, half_range = DETAILS[name]
        target = lower if value < 0 else upper
        weights[target] = abs(value) * half_range
        if "/l-" in target:
            weights[target.replace("/l-", "/r-")] = abs(value) * half_range
    return {name: value for name, value in weights.items() if value > 1e-3}


def vertex_normals(vertices: Array, triangles: IntArray) -> Array:
    """Area-weighted unit normals (V, 3)."""
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    face = np.cross(b - a, c - a)
    normals = np.zeros_like(vertices)
    for axis in range(3):
        for corner in range(3):
            normals[:, axis] += np.bincount(
                triangles[:, corner], weights=face[:, axis], minlength=len(vertices)
            )
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    unit: Array = normals / np.maximum(length, 1e-12)
    return unit


def _three(value: float, label: str) -> dict[str, float]:
    """Weights of the min, average and max target of a macro value 0..1."""
    return {
        f"min{label}": max(0.0, 1 - 2 * value),
        f"average{label}": 1 - abs(2 * value - 1),
        f"max{label}": max(0.0, 2 * value - 1),
    }
