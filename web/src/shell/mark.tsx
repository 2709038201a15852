import type { ReactNode } from "react";

/** The sign of Facteur: a letter on a stamp. */
export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <path className="mark-stamp" d={stampPath} />
      <path className="mark-letter" d="M11 14.5h18v12H11zM11 14.5l9 7.5 9-7.5" />
    </svg>
  );
}

// A square whose edge is bitten by the perforation: seven half circles a side.
const stampPath = perforated(2, 36, 6);

function perforated(from: number, length: number, teeth: number): string {
  const tooth = length / teeth;
  const gap = tooth * 0.5;
  const solid = (tooth - gap) / 2;
  const side = (dx: number, dy: number) =>
    Array.from({ length: teeth }, () => {
      const straight = `l${dx * solid} ${dy * solid}`;
      return `${straight}a${gap / 2} ${gap / 2} 0 0 0 ${dx * gap} ${dy * gap}${straight}`;
    }).join("");
  return `M${from} ${from}${side(1, 0)}${side(0, 1)}${side(-1, 0)}${side(0, -1)}z`;
}
