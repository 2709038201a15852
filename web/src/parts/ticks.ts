/** Whole numbers for the side of a chart, from 0 to at least the greatest value: 1, 2 or 5 times a power of ten apart. */
export function ticksTo(greatest: number): number[] {
  const stepsMax = 4;
  const rough = Math.max(1, greatest / stepsMax);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? power;
  const count = Math.max(1, Math.ceil(greatest / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
