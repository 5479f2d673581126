/** One process of a running stack. */
export interface DescribedProcess {
  name: string;
  pid: number;
  url?: string;
  managementUrl?: string;
  log: string;
}

/** `.local/stack.json`: what runs, and where. There only while everything is ready. */
export interface StackDescription {
  ready: boolean;
  processes: DescribedProcess[];
  /** For KAFKA_BROKERS. */
  brokers: string;
  /** For DATABASE_URL. */
  databaseUrl: string;
  topicPrefix: string;
}
