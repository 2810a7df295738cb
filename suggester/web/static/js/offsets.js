// Offsets of the server count Unicode code points; strings here count UTF-16 units.

/** Return {toUnits, toPoints} for one text. */
export function offsetsOf(text) {
  if (!/[\ud800-\udfff]/.test(text)) return { toUnits: (at) => at, toPoints: (at) => at };
  const units = [0];
  for (const character of text) units.push(units[units.length - 1] + character.length);
  return {
    toUnits: (point) => units[Math.min(point, units.length - 1)],
    toPoints: (unit) => {
      let low = 0;
      let high = units.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (units[middle] <= unit) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}
