import { ConfigError, loadConfig } from '@lever-certn/config/load-config';
import { KafkaConfig, kafkaSettings } from './connection';
import { describeDrift } from './topic-configuration.rules';
import { applyTopics } from './topics-apply';

const EXIT_DIFFERS = 1;
const EXIT_UNAVAILABLE = 69;
const EXIT_BAD_CONFIG = 78;

/**
 * `topics apply`: makes the topics that are missing and says where the others differ. `--alter` also sets right what can be set right (never partitions or the
 * cleanup policy); `--replication-factor=3` decides how many copies new topics have. Exit codes: 0 all is well (with warnings at most), 1 services would not
 * start on these topics, 69 no broker or it refused, 78 configuration.
 */
async function main(args: readonly string[]): Promise<number> {
  const config = loadConfig(KafkaConfig);
  const settings = kafkaSettings(config, 'lever-certn-topics');
  const factor = args.find((arg) => arg.startsWith('--replication-factor='))?.split('=')[1];
  const report = await applyTopics(settings, {
    alter: args.includes('--alter'),
    ...(factor === undefined ? {} : { replicationFactor: Number(factor) }),
  });
  const say = (words: string, names: readonly string[]): void => {
    for (const name of names) console.log(`${words.padEnd(9)} ${settings.topicPrefix}${name}`);
  };
  say('created', report.created);
  say('altered', report.altered);
  say('there', report.unchanged);
  for (const drift of report.drift) console.log(`${drift.fatal ? 'WRONG' : 'differs'}: ${describeDrift(drift)}`);
  return report.drift.some(({ fatal }) => fatal) ? EXIT_DIFFERS : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof ConfigError) {
      for (const problem of error.problems) console.error(problem);
      process.exit(EXIT_BAD_CONFIG);
    }
    console.error(`the topics could not be applied: ${error instanceof Error ? error.message : 'unknown error'}`);
    process.exit(EXIT_UNAVAILABLE);
  },
);
