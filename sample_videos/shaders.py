"""GLSL programs: skinned people, the room, and the depth pass for shadows."""

from __future__ import annotations

SKINNING = """
uniform vec4 bones[{rows}];
vec3 row_product(int bone, vec4 point) {{
    int b = 3 * bone;
    return vec3(dot(bones[b], point), dot(bones[b + 1], point), dot(bones[b + 2], point));
}}
vec3 skinned(vec4 point, uvec4 index, vec4 weight) {{
    return weight.x * row_product(int(index.x), point)
         + weight.y * row_product(int(index.y), point)
         + weight.z * row_product(int(index.z), point)
         + weight.w * row_product(int(index.w), point);
}}
"""

OBJECT = """
uniform vec4 objects[{rows}];
vec3 placed(float owner, vec4 point) {{
    int o = 3 * int(owner + 0.5);
    return vec3(dot(objects[o], point), dot(objects[o + 1], point), dot(objects[o + 2], point));
}}
"""

PERSON_VERTEX = """
in vec3 position; in vec3 normal; in vec3 canonical;
in vec4 traits; in uvec4 bone; in vec4 weight;
uniform mat4 clip; uniform mat4 light_clip;
out vec3 world; out vec3 facing; out vec3 place; out vec4 trait; out vec4 in_light;
void main() {
    world = skinned(vec4(position, 1.0), bone, weight);
    facing = skinned(vec4(normal, 0.0), bone, weight);
    place = canonical; trait = traits;
    in_light = light_clip * vec4(world, 1.0);
    gl_Position = clip * vec4(world, 1.0);
}
"""

SCENE_VERTEX = """
in vec3 position; in vec3 normal; in vec3 colour; in vec2 tag;
uniform mat4 clip; uniform mat4 light_clip;
out vec3 world; out vec3 facing; out vec3 local; out vec3 paint;
out float surface; out vec4 in_light;
void main() {
    world = placed(tag.x, vec4(position, 1.0));
    facing = placed(tag.x, vec4(normal, 0.0));
    local = position; paint = colour; surface = tag.y;
    in_light = light_clip * vec4(world, 1.0);
    gl_Position = clip * vec4(world, 1.0);
}
"""

PERSON_DEPTH = """
in vec3 position; in uvec4 bone; in vec4 weight;
uniform mat4 light_clip;
void main() { gl_Position = light_clip * vec4(skinned(vec4(position, 1.0), bone, weight), 1.0); }
"""

SCENE_DEPTH = """
in vec3 position; in vec2 tag;
uniform mat4 light_clip;
void main() { gl_Position = light_clip * vec4(placed(tag.x, vec4(position, 1.0)), 1.0); }
"""

EMPTY_FRAGMENT = """
void main() {}
"""

LIGHTING = """
uniform vec3 eye; uniform vec3 key_direction; uniform vec3 key_colour; uniform vec3 fill_colour;
uniform vec3 ambient_colour; uniform float exposure;
uniform sampler2DShadow shadow; uniform sampler2D grain;
out vec4 picture;
float hash(vec3 p) { return fract(sin(dot(p, vec3(12.9898, 78.233, 37.719))) * 43758.5453); }
// smooth noise 0..1 with about one cell per unit, from a texture of 128 cells that repeats
float noise(vec3 p) { return texture(grain, (p.xy + p.z * vec2(0.73, 0.41)) / 128.0).r; }
float power24(float x) { float a = x * x * x; a *= a; a *= a; return a * a; }
vec3 linear(vec3 srgb) { return srgb * srgb; }
vec4 lit(vec3 albedo, vec3 n, vec3 world, vec4 in_light, float gloss, float wrap) {
    vec3 to_eye = normalize(eye - world);
    n = normalize(n); if (dot(n, to_eye) < 0.0) n = -n;
    vec3 at = in_light.xyz * 0.5 + 0.5;
    float open = texture(shadow, vec3(at.xy, at.z - 0.003));
    float key = max((dot(n, key_direction) + wrap) / (1.0 + wrap), 0.0) * mix(0.25, 1.0, open);
    vec3 other_side = normalize(vec3(-key_direction.x, 0.3, key_direction.z));
    float fill = max(dot(n, other_side) * 0.5 + 0.5, 0.0);
    float sky = 0.75 + 0.25 * n.y;
    float mirror = max(dot(n, normalize(key_direction + to_eye)), 0.0);
    vec3 shine = vec3(gloss) * power24(mirror) * open;
    vec3 light = key_colour * key + fill_colour * fill + ambient_colour * sky;
    vec3 c = (albedo * light + shine * key_colour) * exposure;
    c = c / (1.0 + 0.25 * max(max(c.r, c.g), c.b));
    return vec4(sqrt(clamp(c, 0.0, 1.0)), 1.0);  // near enough to the sRGB curve
}
"""

PERSON_INPUTS = """
in vec3 world; in vec3 facing; in vec3 place; in vec4 trait; in vec4 in_light;
uniform vec3 skin; uniform vec3 hair;
"""

CLOTHES_FRAGMENT = """
uniform vec3 shirt; uniform vec3 shirt_second; uniform vec3 trousers;
uniform float sleeve; uniform float v_neck; uniform int pattern; uniform float pattern_scale;
float second_share(vec3 p, float arm) {
    if (pattern == 0) return 0.0;
    float size = 0.035 * pattern_scale;
    float u = fract((arm > 0.2 ? arm * 0.25 : p.y) / size);
    float v = fract((arm > 0.2 ? p.y : p.x) / size);
    if (pattern == 1) return step(0.5, u);
    if (pattern == 2) return step(0.8, v);
    if (pattern == 3) return 0.5 * (step(0.5, u) + step(0.5, v));
    vec2 from_print = (p.xy - vec2(0.0, 0.40)) * vec2(1.0, 0.83);
    float size2 = 0.0081 * pattern_scale * pattern_scale;
    bool printed = arm < 0.2 && p.z > 0.03 && dot(from_print, from_print) < size2;
    return printed ? step(0.45, noise(p * 90.0)) : 0.0;
}
void main() {
    float arm = trait.x;
    vec3 p = place;
    float ax = abs(p.x);
    float collar = 0.583 - 0.3 * p.z;
    collar -= v_neck * 0.09 * smoothstep(0.075, 0.0, ax) * step(0.0, p.z);
    bool torso = arm < 0.15 && p.y > 0.0 && (p.y < collar || ax > 0.10);
    bool on_sleeve = arm >= 0.15 && arm < sleeve;
    bool legs = arm < 0.01 && p.y < 0.03;
    bool bare = !(torso || on_sleeve || legs);
    float weave = noise(p * (bare ? vec3(180.0) : vec3(45.0, 14.0, 45.0)));
    vec3 c = skin * (0.96 + 0.07 * weave);
    if (torso || on_sleeve) {
        c = mix(shirt, shirt_second, second_share(p, arm)) * (0.88 + 0.20 * weave);
        bool at_collar = arm < 0.15 && ax < 0.10 && p.y > collar - 0.012;
        if (at_collar || (on_sleeve && arm > sleeve - 0.05)) c *= 0.8;
    } else if (legs) {
        c = p.y < -0.72 ? vec3(0.03) : trousers * (0.88 + 0.24 * weave);
    }
    picture = lit(c, facing, world, in_light, bare ? 0.05 : 0.0, bare ? 0.25 : 0.1);
}
"""

HEAD_FRAGMENT = """
uniform float beard; uniform int bald;
const vec2 eye_place = vec2(0.0308, 0.7284);
void main() {
    vec3 p = place;
    float ax = abs(p.x);
    float fine = noise(p * 180.0);
    vec3 c = skin * (0.96 + 0.07 * fine);
    float lips = smoothstep(0.3, 0.7, trait.z);
    c *= mix(vec3(1.0), vec3(0.88, 0.50, 0.50), 0.75 * lips);
    vec2 cheek = (vec2(ax, p.y) - vec2(0.045, 0.69)) / 0.022;
    vec2 tip = (p.xy - vec2(0.0, 0.69)) / 0.014;
    float red = max(1.0 - dot(cheek, cheek), 1.0 - dot(tip, tip));
    c *= mix(vec3(1.0), vec3(1.06, 0.90, 0.88), 0.7 * max(red, 0.0));
    float front = step(0.06, p.z);
    vec2 e = vec2(ax, p.y) - eye_place;
    vec2 socket = e / vec2(0.034, 0.022);
    c *= 1.0 - 0.22 * front * max(1.0 - dot(socket, socket), 0.0);
    float arch = 0.0215 - 7.0 * (e.x - 0.004) * (e.x - 0.004);
    float brow = smoothstep(0.0052, 0.0025, abs(e.y - arch) + max(e.x - 0.012, 0.0) * 0.10)
               * smoothstep(-0.021, -0.015, e.x) * smoothstep(0.029, 0.020, e.x) * front;
    c = mix(c, hair * 0.8 + 0.01, 0.85 * brow * (0.7 + 0.3 * fine));
    // the beard: jaw and chin below a line from the mouth's corners to the ears, and a moustache
    float below = smoothstep(0.006, -0.006, p.y - 0.657 - 0.75 * max(ax - 0.028, 0.0));
    float jaw = below * smoothstep(0.078, 0.092, p.z + 0.40 * max(ax - 0.03, 0.0));
    float lip = smoothstep(0.036, 0.026, ax) * smoothstep(0.668, 0.673, p.y)
              * smoothstep(0.690, 0.684, p.y);
    float chin_sides = smoothstep(0.020, 0.028, ax) * smoothstep(0.036, 0.030, ax)
                     * step(p.y, 0.675);
    jaw = max(jaw, max(lip, chin_sides) * front) * (1.0 - lips);
    c = mix(c, hair * (0.8 + 0.5 * fine), beard * jaw);
    if (bald == 0) {
        float strand = noise(p * vec3(220.0, 30.0, 220.0));
        float on = smoothstep(0.25, 0.75, trait.w + 0.35 * (fine - 0.5));
        c = mix(c, hair * (0.65 + 0.6 * strand), on);
    }
    picture = lit(c, facing, world, in_light, 0.05, 0.25);
}
"""

DETAIL_FRAGMENT = """
uniform vec3 iris; uniform float hair_end;
const vec2 eye_place = vec2(0.0308, 0.7284);
void main() {
    int kind = int(trait.y + 0.5);
    vec3 p = place, c = vec3(0.012);
    float gloss = 0.0;
    if (kind == 1) {
        vec2 e = vec2(abs(p.x), p.y) - eye_place;
        float r = length(e);
        c = mix(vec3(0.72, 0.70, 0.68), iris, smoothstep(0.0062, 0.0056, r));
        c = mix(c, vec3(0.01), smoothstep(0.0030, 0.0024, r)) * smoothstep(0.0135, 0.004, e.y);
        gloss = 0.35;
    } else if (kind == 3) {
        if (p.y < hair_end + 0.03 * noise(p * vec3(90.0, 8.0, 90.0))) discard;
        // the hair's front is parted to leave the face free
        float ax = abs(p.x);
        if (p.z > 0.055 && ax < 0.105 && p.y < 0.815 - 0.9 * max(ax - 0.03, 0.0)) discard;
        c = hair * (0.55 + 0.75 * noise(p * vec3(200.0, 6.0, 200.0)));
        gloss = 0.04;
    } else if (kind == 4) {
        c = linear(place);
        gloss = 0.3;
    }
    picture = lit(c, facing, world, in_light, gloss, 0.25);
}
"""

SCENE_FRAGMENT = """
in vec3 world; in vec3 facing; in vec3 local; in vec3 paint; in float surface; in vec4 in_light;
void main() {
    int kind = int(surface + 0.5);
    vec3 c = linear(paint);
    float gloss = 0.03;
    if (kind == 1) {
        c *= 0.94 + 0.05 * noise(world * 3.0) + 0.03 * noise(world * 90.0);
    } else if (kind == 2) {
        float plank = floor(world.x / 0.14);
        float offset = hash(vec3(plank, 1.0, 2.0));
        float board = hash(vec3(plank, floor(world.z / 0.9 + offset), 3.0));
        c *= 0.75 + 0.3 * board + 0.12 * noise(world * vec3(40.0, 1.0, 4.0));
        c *= 1.0 - 0.4 * step(0.965, fract(world.x / 0.14));
        gloss = 0.08;
    } else if (kind == 3) {
        float fibre = noise(world * vec3(4.0, 60.0, 60.0));
        c *= 0.90 + 0.25 * fibre * noise(world * vec3(2.0, 11.0, 11.0) + 5.0);
        gloss = 0.06;
    } else if (kind == 4) {
        float sky = clamp((world.y - 0.9) / 1.2, 0.0, 1.0);
        float tree = smoothstep(0.45, 0.6, noise(world.xzy * 3.0) + 0.35 - 0.5 * sky);
        vec3 outside = mix(vec3(0.92, 0.95, 0.97), paint, sky);
        outside = mix(outside, vec3(0.45, 0.58, 0.42), 0.5 * tree);
        picture = vec4(outside * min(exposure, 1.0), 1.0);
        return;
    } else if (kind == 5) {
        c *= 0.8 + 0.25 * noise(local * 150.0) + 0.1 * noise(local * 20.0);
        gloss = 0.0;
    } else if (kind == 6) {
        float a = noise(world * 5.0), b = noise(world * 9.0 + 7.0);
        c = mix(c, linear(vec3(0.9, 0.85, 0.75)), smoothstep(0.45, 0.5, a));
        c = mix(c, linear(paint.bgr), smoothstep(0.55, 0.6, b));
    }
    picture = lit(c, facing, world, in_light, gloss, 0.05);
}
"""
