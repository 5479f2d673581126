import type { OverviewAnswer } from '../api/schema';
import { ChartFrame, columnOf, DayWords, dayWords, PLOT, ScaleLine } from './chart-frame';
import { placeOn, scaleOf, spanWords } from './days.rules';
import classes from './overview.module.css';

const LEGEND = [
  { label: 'Half had their tag within', mark: 'half' },
  { label: 'Nine of ten within', mark: 'most' },
];

interface TagTimes {
  start: string;
  half: number;
  most: number;
}

/** How long it took from the move to the first tag in Lever, day by day. */
export function TagTimesChart({ days }: { days: OverviewAnswer['days'] }) {
  const times = days.map(({ start, toTagP50Ms: half, toTagP90Ms: most }) =>
    half === null || most === null ? undefined : { start, half, most },
  );
  const known = times.filter((time) => time !== undefined);
  const scale = known.length > 0 ? scaleOf(known.flatMap(({ half, most }) => [half, most])) : [];
  const yOf = (ms: number): number => PLOT.bottom - placeOn(scale, ms) * (PLOT.bottom - PLOT.top);
  return (
    <ChartFrame
      title="From the move to the tag"
      says={sentenceOf(known)}
      legend={LEGEND}
      head={['Day', 'With a tag', 'Half within', 'Nine of ten within']}
      rows={days.map(({ start, tagged, toTagP50Ms, toTagP90Ms }) => [
        dayWords(start),
        `${tagged}`,
        toTagP50Ms === null ? '–' : spanWords(toTagP50Ms),
        toTagP90Ms === null ? '–' : spanWords(toTagP90Ms),
      ])}
    >
      {(width) => (
        <>
          {scale.map((ms) => (
            <ScaleLine key={ms} y={yOf(ms)} label={spanWords(ms)} width={width} />
          ))}
          {times.map(
            (time, index) =>
              time && <Span key={time.start} time={time} x={columnOf(index, days.length, width).middle} yOf={yOf} />,
          )}
          <DayWords starts={days.map(({ start }) => start)} width={width} />
        </>
      )}
    </ChartFrame>
  );
}

function Span({ time, x, yOf }: { time: TagTimes; x: number; yOf: (ms: number) => number }) {
  const { start, half, most } = time;
  return (
    <g>
      <title>{`${dayWords(start)}: half within ${spanWords(half)}, nine of ten within ${spanWords(most)}`}</title>
      <line x1={x} x2={x} y1={yOf(half)} y2={yOf(most)} className={classes.span} />
      <circle cx={x} cy={yOf(most)} r={5} className={classes.fill} data-mark="most" />
      <circle cx={x} cy={yOf(half)} r={5} className={classes.fill} data-mark="half" />
    </g>
  );
}

function sentenceOf(known: readonly TagTimes[]): string {
  const last = known.at(-1);
  if (!last) return 'No tag was written in these days.';
  return `Of those who moved in on ${dayWords(last.start)}, half had their tag within ${spanWords(last.half)}, nine of ten within ${spanWords(last.most)}.`;
}
