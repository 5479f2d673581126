import { IconMapQuestion } from '@tabler/icons-react';
import { Blank } from '../parts/notices';
import { LinkButton } from '../parts/router-link';

/** There is nothing at this address: a whole page, outside of the shell. */
export function AbsentPage() {
  return (
    <main>
      <Absent />
    </main>
  );
}

/** There is nothing here, or nothing for this person. */
export function Absent() {
  return (
    <Blank icon={<IconMapQuestion />} title="Not found" isPage action={<LinkButton to="/">Go to the start</LinkButton>}>
      There is no such page, or it belongs to a team you are not in. An admin of that team can let you in.
    </Blank>
  );
}
