import { Group, Table, Text, Title } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useId, type ReactNode } from 'react';
import classes from './overview.module.css';

interface ChartFrameProps {
  title: string;
  /** What the chart says, in a sentence; read in its place by who does not see it. */
  says: string;
  legend: { label: string; mark: string }[];
  /** The same numbers as a table. */
  head: string[];
  rows: string[][];
  /** What is drawn, in a place of this width. */
  children: (width: number) => ReactNode;
}

/** A chart with its words, its legend and its numbers as a table. */
export function ChartFrame({ title, says, legend, head, rows, children }: ChartFrameProps) {
  const id = useId();
  const { ref, width } = useElementSize();
  return (
    <figure className={classes.chart} aria-labelledby={id}>
      <Title order={3} id={id}>
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {says}
      </Text>
      <div ref={ref}>
        <svg className={classes.drawing} aria-hidden focusable={false}>
          {width > 0 && children(width)}
        </svg>
      </div>
      <Group gap="md" mt={4} aria-hidden>
        {legend.map(({ label, mark }) => (
          <Group key={label} gap={6}>
            <span className={classes.mark} data-mark={mark} />
            <Text size="xs">{label}</Text>
          </Group>
        ))}
      </Group>
      <details className={classes.numbers}>
        <summary>As a table</summary>
        <Table verticalSpacing={4} fz="sm" aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              {head.map((word) => (
                <Table.Th key={word} scope="col">
                  {word}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(([first, ...others]) => (
              <Table.Tr key={first}>
                <Table.Th scope="row">{first}</Table.Th>
                {others.map((text, index) => (
                  <Table.Td key={head[index + 1]}>{text}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </figure>
  );
}

const DAY = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short' });
const SHORT_DAY = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });

/** A day in words, by its start: `Tue, Nov 3`. */
export function dayWords(start: string): string {
  return DAY.format(Date.parse(start));
}

/** Where things stand in a drawing, from above and from the left. */
export const PLOT = { left: 48, top: 12, bottom: 188 };
const RIGHT_EDGE = 8;
const DAY_WORDS_WIDTH = 52;

/** The middle of a day's column, and how wide it is. */
export function columnOf(index: number, count: number, drawingWidth: number): { middle: number; width: number } {
  const width = Math.max(0, drawingWidth - PLOT.left - RIGHT_EDGE) / count;
  return { middle: PLOT.left + width * (index + 0.5), width };
}

/** A line of the scale, with its words. */
export function ScaleLine({ y, label, width }: { y: number; label: string; width: number }) {
  return (
    <>
      <line x1={PLOT.left} x2={width - RIGHT_EDGE} y1={y} y2={y} className={classes.scale} />
      <text x={PLOT.left - 6} y={y + 4} textAnchor="end" className={classes.words}>
        {label}
      </text>
    </>
  );
}

/** The days below a drawing: as many as there is room for, always today. */
export function DayWords({ starts, width }: { starts: readonly string[]; width: number }) {
  const every = Math.max(1, Math.ceil(DAY_WORDS_WIDTH / columnOf(0, starts.length, width).width));
  return (
    <>
      {starts.map((start, index) => {
        const fromToday = starts.length - 1 - index;
        if (fromToday % every !== 0) return null;
        return (
          <text
            key={start}
            x={columnOf(index, starts.length, width).middle}
            y={208}
            textAnchor="middle"
            className={classes.words}
          >
            {fromToday === 0 ? 'today' : SHORT_DAY.format(Date.parse(start))}
          </text>
        );
      })}
    </>
  );
}
