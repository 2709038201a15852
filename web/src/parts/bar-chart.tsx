import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useSpeech } from "../words/provider.tsx";
import { ticksTo } from "./ticks.ts";

interface BarChartProps {
  /** What is shown: read out instead of the picture. The figures themselves stand in the table beside it. */
  label: string;
  /** What a bar is made of, from the ground up. Told apart by their filling, not only by colour. */
  parts: readonly string[];
  points: readonly { name: string; values: readonly number[] }[];
}

const height = 240;
const edge = { top: 12, bottom: 26, left: 52, right: 20 };
const inner = height - edge.top - edge.bottom;
// A name under a bar takes about this much room.
const nameWidth = 64;
const barShare = 0.7;

/** Bars over time, drawn by ourselves: full, hatched and dotted, so that they are told apart in any print. */
export function BarChart({ label, parts, points }: BarChartProps): ReactNode {
  const { format } = useSpeech();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const id = useId().replaceAll(":", "");
  const top = Math.max(1, ...points.map(({ values }) => values.reduce((sum, value) => sum + value, 0)));
  const ticks = ticksTo(top);
  const last = ticks.at(-1) ?? 1;
  const y = (value: number) => edge.top + inner * (1 - value / last);
  const slot = (width - edge.left - edge.right) / Math.max(1, points.length);
  const everyNth = Math.max(1, Math.ceil(nameWidth / slot));
  return (
    <figure className="chart">
      <ul className="chart-key" aria-hidden="true">
        {parts.map((part, index) => (
          <li key={part}>
            <svg width="18" height="18" aria-hidden="true" focusable="false">
              <rect width="18" height="18" rx="3" className={`bar bar-${index}`} />
              <rect width="18" height="18" rx="3" fill={`url(#${id}-${index})`} />
            </svg>
            {part}
          </li>
        ))}
      </ul>
      <div ref={box}>
        <svg width={width} height={height} role="img" aria-label={label}>
          <Patterns id={id} />
          {ticks.map((tick) => (
            <g key={tick}>
              <line className="chart-line" x1={edge.left} x2={width} y1={y(tick)} y2={y(tick)} />
              <text className="chart-text" x={edge.left - 8} y={y(tick) + 4} textAnchor="end">
                {format.number(tick)}
              </text>
            </g>
          ))}
          {points.map((point, index) => {
            const x = edge.left + slot * (index + (1 - barShare) / 2);
            return (
              <g key={point.name}>
                <Bar x={x} width={slot * barShare} values={point.values} y={y} id={id} />
                {index % everyNth === 0 ? (
                  <text
                    className="chart-text"
                    x={edge.left + slot * (index + 0.5)}
                    y={height - 8}
                    textAnchor="middle"
                  >
                    {point.name}
                  </text>
                ) : null}
              </g>
            );
          })}
        </svg>
      </div>
    </figure>
  );
}

interface BarProps {
  x: number;
  width: number;
  values: readonly number[];
  y: (value: number) => number;
  id: string;
}

function Bar({ x, width, values, y, id }: BarProps): ReactNode {
  let below = 0;
  return values.map((value, index) => {
    const from = below;
    below += value;
    const place = { x, width, y: y(below), height: y(from) - y(below) };
    if (value === 0) return null;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a bar is always made of the same parts in the same order.
      <g key={index}>
        <rect {...place} className={`bar bar-${index}`} />
        <rect {...place} fill={`url(#${id}-${index})`} />
      </g>
    );
  });
}

// Full, hatched, dotted: drawn over the colour, in the colour of the paper.
function Patterns({ id }: { id: string }): ReactNode {
  return (
    <defs>
      <pattern id={`${id}-0`} width="1" height="1" />
      <pattern
        id={`${id}-1`}
        width="7"
        height="7"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect className="chart-gap" width="3" height="7" />
      </pattern>
      <pattern id={`${id}-2`} width="8" height="8" patternUnits="userSpaceOnUse">
        <circle className="chart-gap" cx="4" cy="4" r="2.2" />
      </pattern>
    </defs>
  );
}

const widthBefore = 640;

function useWidth(box: { current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(widthBefore);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setWidth(Math.max(1, Math.floor(element.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return width;
}
