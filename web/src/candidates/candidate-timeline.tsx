import '@mantine/core/styles/Timeline.css';
import { Text, Timeline } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsSplit2,
  IconCheck,
  IconCircleCheck,
  IconFileText,
  IconHandClick,
  IconRefresh,
  IconTag,
  IconWebhook,
} from '@tabler/icons-react';
import type { TimelineLineAnswer } from '../api/schema';
import { When } from '../parts/when';

/** What happened to a candidate, oldest first. */
export function CandidateTimeline({ lines }: { lines: TimelineLineAnswer[] }) {
  if (lines.length === 0) return <Text c="dimmed">Nothing is kept of this candidate any more.</Text>;
  return (
    <Timeline bulletSize={26} lineWidth={2} role="list">
      {lines.map((line) => (
        <Timeline.Item
          key={`${line.at} ${line.id}`}
          role="listitem"
          title={line.title}
          bullet={<Bullet line={line} />}
          color={colourOf(line)}
        >
          {line.text && (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {line.text}
            </Text>
          )}
          {line.by && <Text size="sm">By {line.byName ?? 'somebody who is no longer known'}</Text>}
          <Text size="xs" c="dimmed">
            <When at={line.at} exact />
            {line.attempt !== null && ` · attempt ${line.attempt}`}
            {line.nextTryAt && (
              <>
                {' · '}next try <When at={line.nextTryAt} />
              </>
            )}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

const ICON = { size: 14, 'aria-hidden': true } as const;

function Bullet({ line: { kind, step, outcome } }: { line: TimelineLineAnswer }) {
  switch (kind) {
    case 'delivery':
      return <IconWebhook {...ICON} />;
    case 'command':
      return outcome === 'report-opened' ? <IconFileText {...ICON} /> : <IconHandClick {...ICON} />;
    case 'attempt':
      return <IconRefresh {...ICON} />;
    case 'decision':
    case 'requested':
      return <IconArrowsSplit2 {...ICON} />;
    case 'status':
      return <IconCircleCheck {...ICON} />;
    case 'done':
      return step === 'tag' ? <IconTag {...ICON} /> : <IconCheck {...ICON} />;
    case 'problem':
      return <IconAlertTriangle {...ICON} />;
  }
}

function colourOf({ kind, outcome }: TimelineLineAnswer): string {
  if (kind === 'problem') return outcome === 'cleared' ? 'pine' : 'amber';
  if (kind === 'attempt' || outcome === 'failed') return 'amber';
  return kind === 'status' && outcome === 'error' ? 'red' : 'pine';
}
