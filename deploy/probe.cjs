/** Asks the service in this container whether it is ready, for container engines that run a command: exit code 0 means yes. */
const port = process.env.MANAGEMENT_PORT ?? '9464';
fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2500) }).then(
  (answer) => process.exit(answer.ok ? 0 : 1),
  () => process.exit(1),
);
