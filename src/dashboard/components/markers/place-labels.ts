interface Label {
  /** Of its line, pixels. */
  x: number;
  width: number;
}

interface Place {
  /** Where the text begins. */
  x: number;
  row: number;
}

interface Room {
  left: number;
  right: number;
  rows: number;
}

interface Span {
  from: number;
  to: number;
}

const GAP = 4;

/** Right of its line, or left of it; where neither side has room, as far left as there is any. */
function sidesOf({ x, width }: Label, { left, right }: Room): number[] {
  const sides = [x + GAP, x - GAP - width].filter((from) => from >= left && from + width <= right);
  return sides.length > 0 ? sides : [Math.max(left, right - width)];
}

/**
 * Where each label stands, none over another; null: there is no room for it, its line says where. Labels come from left to right, and the rightmost
 * choose first: on a chart over time the newest says most.
 */
export function placeLabels(labels: readonly Label[], room: Room): (Place | null)[] {
  const taken: Span[][] = Array.from({ length: room.rows }, () => []);
  const isFree = (row: readonly Span[], { from, to }: Span) =>
    row.every((other) => to + GAP <= other.from || from >= other.to + GAP);
  const placeOne = (label: Label): Place | null => {
    for (const [row, others] of taken.entries()) {
      const x = sidesOf(label, room).find((from) => isFree(others, { from, to: from + label.width }));
      if (x === undefined) continue;
      others.push({ from: x, to: x + label.width });
      return { x, row };
    }
    return null;
  };
  return labels.toReversed().map(placeOne).reverse();
}
