import { notifications } from '@mantine/notifications';
import { ApiProblem } from '../api/client';

/** Says a "no" of the API where there is no place for a notice: what is wrong, and what to do. */
export function problemNotification(error: Error): void {
  const problem = error instanceof ApiProblem ? error : undefined;
  notifications.show({
    title: problem?.detail ?? problem?.title ?? 'Something went wrong',
    message: problem?.cure ?? 'Try again; if it stays, tell the people who run this console.',
    color: 'red',
    autoClose: 10_000,
  });
}
