import type { OverviewAnswer } from '../api/schema';
import { ChartFrame, columnOf, DayWords, dayWords, PLOT, ScaleLine } from './chart-frame';
import { roundTop } from './days.rules';
import classes from './overview.module.css';

const LEGEND = [
  { label: 'Moved in', mark: 'moved' },
  { label: 'Completed', mark: 'completed' },
];
const WIDEST_BAR = 16;

/** How many moved in and how many checks became complete, day by day. */
export function DaysChart({ days }: { days: OverviewAnswer['days'] }) {
  const top = roundTop(Math.max(...days.flatMap(({ moved, completed }) => [moved, completed])));
  const yOf = (count: number): number => PLOT.bottom - (count / top) * (PLOT.bottom - PLOT.top);
  const sum = (of: 'moved' | 'completed'): number => days.reduce((total, day) => total + day[of], 0);
  return (
    <ChartFrame
      title="Moved in and completed"
      says={`In ${days.length} days ${sum('moved')} moved in, and ${sum('completed')} checks became complete.`}
      legend={LEGEND}
      head={['Day', 'Moved in', 'Completed']}
      rows={days.map(({ start, moved, completed }) => [dayWords(start), `${moved}`, `${completed}`])}
    >
      {(drawingWidth) => (
        <>
          {[0, top / 2, top].map((count) => (
            <ScaleLine key={count} y={yOf(count)} label={`${count}`} width={drawingWidth} />
          ))}
          {days.map(({ start, moved, completed }, index) => {
            const { middle, width } = columnOf(index, days.length, drawingWidth);
            const bar = Math.min(WIDEST_BAR, width * 0.36);
            return (
              <g key={start}>
                <title>{`${dayWords(start)}: ${moved} moved in, ${completed} completed`}</title>
                <rect x={middle - width / 2} width={width} y={PLOT.top} height={PLOT.bottom - PLOT.top} fill="transparent" />
                <Bar x={middle - bar - 1} width={bar} y={yOf(moved)} mark="moved" />
                <Bar x={middle + 1} width={bar} y={yOf(completed)} mark="completed" />
              </g>
            );
          })}
          <DayWords starts={days.map(({ start }) => start)} width={drawingWidth} />
        </>
      )}
    </ChartFrame>
  );
}

function Bar({ x, width, y, mark }: { x: number; width: number; y: number; mark: string }) {
  const height = PLOT.bottom - y;
  return (
    <rect x={x} width={width} y={y} height={height} rx={Math.min(2, height / 2)} className={classes.fill} data-mark={mark} />
  );
}
