import { IconMapQuestion } from '@tabler/icons-react';
import { Blank } from '../parts/notices';
import { LinkButton } from '../parts/router-link';
import { PageLandmark } from './page-landmark';

/** There is nothing at this address, or nothing for this person. */
export function AbsentPage() {
  return (
    <PageLandmark>
      <Blank icon={<IconMapQuestion />} title="Not found" isPage action={<LinkButton to="/">Go to the start</LinkButton>}>
        There is no such page, or it belongs to a team you are not in. An admin of that team can let you in.
      </Blank>
    </PageLandmark>
  );
}
