import { AssignerProtocol, type GroupMember, type GroupMemberAssignment, type PartitionAssigner } from 'kafkajs';

/** Who gets what: partitions per topic per member. */
export type Spread = Map<string, Map<string, number[]>>;

/**
 * Gives one member the same partition of every topic it reads, since everything of a team has the same partition number: one process mostly works
 * one team. Partitions are spread evenly; a topic goes to those who read it.
 */
export function spreadByTeam(
  members: ReadonlyMap<string, readonly string[]>,
  partitionCounts: ReadonlyMap<string, number>,
): Spread {
  const spread: Spread = new Map([...members.keys()].map((member) => [member, new Map<string, number[]>()]));
  for (const [topic, count] of partitionCounts) {
    const readers = [...members].filter(([, topics]) => topics.includes(topic)).map(([member]) => member);
    readers.sort();
    for (let partition = 0; readers.length > 0 && partition < count; partition += 1) {
      const topics = spread.get(readers[Math.floor((partition * readers.length) / count)]!)!;
      const partitions = topics.get(topic);
      if (partitions) partitions.push(partition);
      else topics.set(topic, [partition]);
    }
  }
  return spread;
}

const VERSION = 0;

/** {@link spreadByTeam} in the shape kafkajs takes. */
export const teamAssigner: PartitionAssigner = ({ cluster }) => ({
  name: 'lever-certn-teams',
  version: VERSION,
  async assign({ members, topics }): Promise<GroupMemberAssignment[]> {
    const reads = new Map(members.map((member) => [member.memberId, topicsOf(member)]));
    // Another version of the service may read a topic that this one does not know.
    const all = [...new Set([...topics, ...[...reads.values()].flat()])];
    await cluster.addMultipleTargetTopics(all);
    const counts = new Map(all.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]));
    return [...spreadByTeam(reads, counts)].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: VERSION,
        assignment: Object.fromEntries(assignment),
        userData: Buffer.alloc(0),
      }),
    }));
  },
  protocol({ topics }) {
    const metadata = AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData: Buffer.alloc(0) });
    return { name: this.name, metadata };
  },
});

function topicsOf(member: GroupMember): string[] {
  return AssignerProtocol.MemberMetadata.decode(member.memberMetadata)?.topics ?? [];
}
