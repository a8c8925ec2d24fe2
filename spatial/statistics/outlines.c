/* Outlines of areas: which areas touch, told from their coordinates alone.
 *
 * Called from Python through ctypes (outlines.py), which checks types and sizes and provides every array; nothing here
 * allocates, keeps state or calls back. The vertices of area a are xy[2 * v], xy[2 * v + 1] for starts[a] <= v <
 * starts[a + 1], fewer than 2^32, its rings one after the other.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define PUBLIC __attribute__((visibility("default")))

/* What is known of a pair of areas. */
enum { APART = 0, UNKNOWN = 1, TOUCHING = 2 };
/* Vertices in a stretch, whose box tells whether they need to be looked at; a power of two. */
#define STRETCH 16
/* Pairs of segments looked at for one pair of areas, at most: beyond that the answer is UNKNOWN. */
#define PATIENCE 4000000

typedef struct {
    const double *xy, *box, *stretches;
    int64_t begin, end;
} area;

/* Counted up when arguments or results change, so that a library of another version is not used. */
PUBLIC int64_t outlines_version(void) { return 1; }

static const double *vertex(const area *of, int64_t v) { return of->xy + 2 * v; }

/* The other end of the segment that begins at v; the last vertex is a segment of its own. */
static const double *after(const area *of, int64_t v) { return of->xy + 2 * (v + 1 < of->end ? v + 1 : v); }

/* As fmin and fmax, but part of the loop around them. */
static double least(double a, double b) { return a < b ? a : b; }
static double most(double a, double b) { return a < b ? b : a; }

static int same(const double *a, const double *b) { return a[0] == b[0] && a[1] == b[1]; }

/* ---- boxes: west, south, east, north ---- */

/* Box of the vertices from begin to before end; of none at all, one that is not finite. */
static void enclose(const double *xy, int64_t begin, int64_t end, double *box)
{
    double west = INFINITY, south = INFINITY, east = -INFINITY, north = -INFINITY;
    for (int64_t v = begin; v < end; v++) {
        const double x = xy[2 * v], y = xy[2 * v + 1];
        west = x < west ? x : west;
        east = x > east ? x : east;
        south = y < south ? y : south;
        north = y > north ? y : north;
    }
    box[0] = west;
    box[1] = south;
    box[2] = east;
    box[3] = north;
}

static int holds(const double *box, const double *place)
{
    return place[0] >= box[0] && place[0] <= box[2] && place[1] >= box[1] && place[1] <= box[3];
}

static int within(const double *box, const double *other) { return holds(other, box) && holds(other, box + 2); }

static int meet(const double *box, const double *other)
{
    return box[0] <= other[2] && box[2] >= other[0] && box[1] <= other[3] && box[3] >= other[1];
}

/* Boxes of the areas, and of each STRETCH vertices together with the vertex that follows. */
PUBLIC void outlines_boxes(const double *xy, const int64_t *starts, int64_t areas, double *boxes, double *stretches)
{
    const int64_t vertices = starts[areas];
    for (int64_t a = 0; a < areas; a++)
        enclose(xy, starts[a], starts[a + 1], boxes + 4 * a);
    for (int64_t v = 0; v < vertices; v += STRETCH)
        enclose(xy, v, v + STRETCH < vertices ? v + STRETCH + 1 : vertices, stretches + v / STRETCH * 4);
}

/* The first vertex of an area, from v on, whose stretch meets a window. */
static int64_t first_near(const area *of, int64_t v, const double *window)
{
    while (v < of->end && !meet(of->stretches + v / STRETCH * 4, window))
        v = (v | (STRETCH - 1)) + 1;
    return v;
}

/* The first vertex of an area, from v on, that belongs to another stretch. */
static int64_t stretch_end(const area *of, int64_t v)
{
    const int64_t end = (v | (STRETCH - 1)) + 1;
    return end < of->end ? end : of->end;
}

/* ---- vertices in common ---- */

static uint64_t hash(const double *place)
{
    const double unsigned_zeros[2] = {place[0] + 0.0, place[1] + 0.0};
    uint64_t bits[2];
    memcpy(bits, unsigned_zeros, sizeof bits);
    const uint64_t mixed = (bits[0] * UINT64_C(0x9E3779B97F4A7C15)) ^ (bits[1] * UINT64_C(0xC2B2AE3D27D4EB4F));
    return (mixed ^ mixed >> 32) * UINT64_C(0xBF58476D1CE4E5B9) >> 20;
}

/* Where a place stands in the open-addressing table of an area, or the free slot where it would. A slot holds the number
 * of a vertex within its area, plus one; zero is free. */
static uint64_t slot_of(const area *of, const uint32_t *slots, uint64_t mask, const double *place)
{
    uint64_t slot = hash(place) & mask;
    while (slots[slot] != 0 && !same(vertex(of, of->begin + slots[slot] - 1), place))
        slot = (slot + 1) & mask;
    return slot;
}

/* Write the table of an area, at least twice as large as it has vertices; returns its length less one. */
static uint64_t tabulate(const area *of, uint32_t *slots)
{
    uint64_t mask = 1;
    while (mask < 2 * (uint64_t)(of->end - of->begin))
        mask = 2 * mask + 1;
    memset(slots, 0, (size_t)(mask + 1) * sizeof *slots);
    for (int64_t v = of->begin; v < of->end; v++)
        slots[slot_of(of, slots, mask, vertex(of, v))] = (uint32_t)(v - of->begin + 1);
    return mask;
}

static int shares(const area *one, const uint32_t *slots, uint64_t mask, const area *other)
{
    for (int64_t v = first_near(other, other->begin, one->box); v < other->end; v = first_near(other, v, one->box))
        for (const int64_t end = stretch_end(other, v); v < end; v++)
            if (holds(one->box, vertex(other, v)) && slots[slot_of(one, slots, mask, vertex(other, v))] != 0)
                return 1;
    return 0;
}

/* ---- distances: "surely" allows for the rounding of coordinates and arithmetic ---- */

/* Segments of an area that reach into a window, by their first vertex. */
static int64_t reaching(const area *of, const double *window, int64_t *segments)
{
    int64_t count = 0;
    for (int64_t v = first_near(of, of->begin, window); v < of->end; v = first_near(of, v, window))
        for (const int64_t end = stretch_end(of, v); v < end; v++) {
            const double *a = vertex(of, v), *b = after(of, v);
            segments[count] = v;
            count += !(((a[0] < window[0]) & (b[0] < window[0])) | ((a[0] > window[2]) & (b[0] > window[2])) |
                       ((a[1] < window[1]) & (b[1] < window[1])) | ((a[1] > window[3]) & (b[1] > window[3])));
        }
    return count;
}

/* Whether both ends of cd lie on one side of the line through ab and further from it than the margin. */
static int beside(const double *a, const double *b, const double *c, const double *d, double margin)
{
    /* Instead of the length of ab, the sum of its sides: that is more, and cannot overflow. */
    const double x = b[0] - a[0], y = b[1] - a[1], limit = margin * (fabs(x) + fabs(y));
    const double at_c = x * (c[1] - a[1]) - y * (c[0] - a[0]), at_d = x * (d[1] - a[1]) - y * (d[0] - a[0]);
    return (at_c > limit && at_d > limit) || (at_c < -limit && at_d < -limit);
}

/* Whether boxes or lines keep two segments further apart than the margin. */
static int separate(const double *a, const double *b, const double *c, const double *d, double margin)
{
    for (int axis = 0; axis < 2; axis++) {
        const double low = least(a[axis], b[axis]) - margin, high = most(a[axis], b[axis]) + margin;
        if ((c[axis] < low && d[axis] < low) || (c[axis] > high && d[axis] > high))
            return 1;
    }
    return beside(a, b, c, d, margin) || beside(c, d, a, b, margin);
}

/* Distance of a place from some point of segment ab, the nearest unless the arithmetic overflows. */
static double gap(const double *place, const double *a, const double *b)
{
    const double x = b[0] - a[0], y = b[1] - a[1], squared = x * x + y * y;
    const double along = x * (place[0] - a[0]) + y * (place[1] - a[1]);
    const double share = squared > 0.0 ? fmin(fmax(along / squared, 0.0), 1.0) : 0.0;
    return hypot(place[0] - a[0] - share * x, place[1] - a[1] - share * y);
}

/* The first vertex after the ring that begins at v: a ring ends where it comes back to its begin. 0 if it never does. */
static int64_t next_ring(const area *of, int64_t v)
{
    for (int64_t last = v + 3; last < of->end; last++)
        if (same(vertex(of, last), vertex(of, v)))
            return last + 1;
    return 0;
}

/* Whether the segment that begins at v is part of a ring, not the bridge from one ring to the next. */
static int of_a_ring(const area *of, int64_t v)
{
    int64_t next = next_ring(of, of->begin);
    while (next != 0 && next <= v)
        next = next < of->end ? next_ring(of, next) : 0;
    return v + 1 < next;
}

/* Whether a place lies within one of the rings of an area, or the area is not made of rings. */
static int may_hold(const area *of, const double *place)
{
    for (int64_t ring = of->begin, next; ring < of->end; ring = next) {
        int odd = 0;
        if ((next = next_ring(of, ring)) == 0)
            return 1;
        for (int64_t v = ring; v + 1 < next; v++) {
            const double *a = vertex(of, v), *b = vertex(of, v + 1);
            if ((a[1] > place[1]) != (b[1] > place[1]))
                odd ^= place[0] < a[0] + (b[0] - a[0]) * ((place[1] - a[1]) / (b[1] - a[1]));
        }
        if (odd)
            return 1;
    }
    return 0;
}

/* What the segments of two areas tell: TOUCHING if the areas are surely at most `reach` apart, APART if they surely are
 * not. Lengths may be wrong by `doubt`.
 *
 * Each outline is taken as one line from its first vertex to its last, with bridges from ring to ring. Where two such
 * lines keep apart, all of one area lies on one side of the other's outline, and any vertex tells which. */
static int measured(const area *one, const area *other, double reach, double doubt, int64_t *ones, int64_t *others)
{
    const double *a = one->box, *b = other->box, margin = reach + doubt;
    const double window[4] = {fmax(a[0], b[0]) - margin, fmax(a[1], b[1]) - margin,
                              fmin(a[2], b[2]) + margin, fmin(a[3], b[3]) + margin};
    const int64_t count = reaching(other, window, others), against = count == 0 ? 0 : reaching(one, window, ones);
    int close = 0;
    if (count > 0 && against > PATIENCE / count)
        return UNKNOWN;
    for (int64_t s = 0; s < against; s++) {
        const double *from = vertex(one, ones[s]), *to = after(one, ones[s]);
        for (int64_t t = 0; t < count; t++) {
            const double *start = vertex(other, others[t]), *stop = after(other, others[t]);
            if (separate(from, to, start, stop, margin))
                continue;
            close = 1;
            const double nearest = fmin(fmin(gap(from, start, stop), gap(to, start, stop)),
                                        fmin(gap(start, from, to), gap(stop, from, to)));
            if (nearest <= reach - doubt && of_a_ring(one, ones[s]) && of_a_ring(other, others[t]))
                return TOUCHING;
        }
    }
    if (close || (within(a, b) && may_hold(other, vertex(one, one->begin))) ||
        (within(b, a) && may_hold(one, vertex(other, other->begin))))
        return UNKNOWN;
    return APART;
}

/* What is known of each pair of areas: TOUCHING if they share a vertex, else as measured; with a negative reach only
 * shared vertices are looked for.
 *
 * Pairs with the same first area should follow each other. `slots` has room for four times the vertices of the
 * longest area, at least 2; `ones` and `others` have room for as many as it has vertices. */
PUBLIC void outlines_touching(const double *xy, const int64_t *starts, const double *boxes, const double *stretches,
                              const int64_t *pairs, int64_t count, double reach, double doubt, uint32_t *slots,
                              int64_t *ones, int64_t *others, uint8_t *known)
{
    uint64_t mask = 0;
    for (int64_t p = 0; p < count; p++) {
        const int64_t i = pairs[2 * p], j = pairs[2 * p + 1];
        const area one = {xy, boxes + 4 * i, stretches, starts[i], starts[i + 1]};
        const area other = {xy, boxes + 4 * j, stretches, starts[j], starts[j + 1]};
        if (p == 0 || i != pairs[2 * p - 2])
            mask = tabulate(&one, slots);
        known[p] = TOUCHING;
        if (!shares(&one, slots, mask, &other))
            known[p] = reach < 0.0 ? APART : (uint8_t)measured(&one, &other, reach, doubt, ones, others);
    }
}
