// What both sides embed first: two short texts, and how alike they are.

export const PAIR = ["How do I find the nearest post office?", "Measuring distances between places on a map."];
