"""Ties told a second time, in plain Python and from `docs/ties.md` alone: no numba, no sharing of code with the engine."""

import hashlib

KINDS = [
    "household",
    "partner",
    "parent_child",
    "best_friend",
    "friends",
    "online_friends",
    "colleagues",
    "school",
    "representative",
]
KINDS += ["staff"]
H = 4096


def philox(counter, key):
    (a, b, c, d), (k, h) = counter, key
    for _ in range(10):
        p, q = a * 0xD2511F53, c * 0xCD9E8D57
        a, b, c, d = (q >> 32) ^ b ^ k, q % 2**32, (p >> 32) ^ d ^ h, p % 2**32
        k, h = (k + 0x9E3779B9) % 2**32, (h + 0xBB67AE85) % 2**32
    return a, b, c, d


def stream(name):
    return int.from_bytes(hashlib.sha256(f"tie/{name}".encode()).digest()[:4], "big")


def P(x, n, w):  # noqa: N802 - named as in the text
    """The bijection, paragraph 7."""
    bits = max(len(f"{n - 1:b}"), 1)
    m, h = 2**bits - 1, (bits + 1) // 2
    while True:
        for word in w[:3]:
            x = (x * (((word & 0xFFFF) | 1) & m) + ((word >> 16) & m)) & m
            x ^= x >> h
        if x < n:
            return x


class Ties:
    """The whole graph of one kind, by asking nobody: every group of the kind is laid out, then everybody in it is tied."""

    def __init__(self, tables, people, seed):
        self.t, self.n, self.seed, self.slots = tables, min(people, int(tables.beyond[0])), seed, people

    def key(self, kind, index, where):
        return philox((index, 5 << 16, where, stream(KINDS[kind])), (self.seed % 2**32, self.seed >> 32))

    def graph(self, kind):
        """Neighbours of everybody: a list of sorted lists."""
        out = [set() for _ in range(self.slots)]
        if self.t.on[kind]:
            most = self.slots if kind >= 8 else self.n
            for i, j in self.pairs(kind):
                if i != j and i < most and j < most:
                    out[i].add(j)
                    out[j].add(i)
        return [sorted(x) for x in out]

    def pairs(self, kind):
        if kind >= 8:
            return self.work_pairs(kind)
        if kind >= 3:
            return self.circle_pairs(kind)
        return [self.household_pairs, self.partner_pairs, self.generation_pairs][kind]()

    def houses(self):
        """(street, template, first slot, size) of every household of every street."""
        for b in range((self.n + H - 1) // H):
            t, s = self.key(0, 0, b)[0] >> 28, 0
            while s < H:
                yield b, t, s, int(self.t.house_size[t, s])
                s += int(self.t.house_size[t, s])

    def household_pairs(self):
        for b, _, s, z in self.houses():
            yield from ((b * H + i, b * H + j) for i in range(s, s + z) for j in range(s, i))

    def partner_pairs(self):
        for b, _, s, z in self.houses():
            if z >= 2 and self.key(1, 0, b * H + s)[0] < int(self.t.share[1]):
                yield b * H + s, b * H + s + 1

    def generation_pairs(self):
        role = self.t.house_role
        for b, t, s, z in self.houses():
            inside = range(s, s + z)
            yield from ((b * H + i, b * H + j) for i in inside for j in inside if role[t, i] == 0 and role[t, j] == 1)
        for b in range((self.n + H - 1) // H):
            t = self.key(0, 0, b)[0] >> 28
            adults = [s for s in range(H) if role[t, s] == 0]
            elders = [s for s in range(H) if role[t, s] == 2]
            c = min(len(elders) * int(self.t.share[2]) >> 32, len(adults))
            child_of = {P(a, len(adults), self.key(2, 1, b)): s for a, s in enumerate(adults)} if c else {}
            for e, s in enumerate(elders):
                pair = P(e, len(elders), self.key(2, 0, b))
                if pair < c:
                    yield b * H + s, b * H + child_of[pair]

    def circle_pairs(self, kind):
        W, first = int(self.t.window[kind]), int(self.t.layer_first[kind])
        for v in range((self.n + W - 1) // W):
            n = min(W, self.n - v * W)
            who = [v * W + P(rank, n, self.key(kind, 0, v)) for rank in range(n)]
            for m in range(int(self.t.layer_count[kind])):
                f, o, g = (int(x[first + m]) for x in (self.t.layer_from, self.t.layer_to, self.t.layer_clique))
                lo, c = f * n // W, (o - f) * n // W // g * g
                w = self.key(kind, 1 + m, v)
                rank = [lo + P(p, c, w) if kind in (4, 5) else lo + p for p in range(c)]
                for start in range(0, c, g):
                    circle = [who[r] for r in rank[start : start + g]]
                    yield from ((i, j) for i in circle for j in circle if i < j)

    def work_pairs(self, kind):
        """Firms are dealt to windows of people, ranked, cut into runs by size, and each run takes the next people in line."""
        W, first, many = 65536, int(self.t.first[kind]), int(self.t.beyond[kind]) - int(self.t.first[kind])
        firms = self.slots - self.n
        for v in range((many + W - 1) // W):
            start, end = v * W, min(v * W + W, many)
            a, b = start * firms // many, end * firms // many
            people = [first + start + P(r, end - start, self.key(kind, 0, v)) for r in range(end - start)]
            ranked = [self.n + a + P(r, b - a, self.key(kind, 1, v)) for r in range(b - a)]
            row, taken = int(self.t.layer_first[kind]), 0
            for x in range(row, row + int(self.t.layer_count[kind])):
                f, o, g = (int(y[x]) for y in (self.t.layer_from, self.t.layer_to, self.t.layer_clique))
                layer = ranked[f * (b - a) // W : o * (b - a) // W]
                step, each = (1, g) if kind == 9 else (g, 1)
                for at in range(0, len(layer), step):
                    yield from ((i, j) for i in layer[at : at + step] for j in people[taken : taken + each])
                    taken += each
