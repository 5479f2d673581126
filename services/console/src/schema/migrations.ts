import { AuditFilters1764000000310 } from './audit-filters.migration';
import { CandidateLists1764000000002 } from './candidate-lists.migration';
import { ConnectionTests1764000000210 } from './connection-tests.migration';
import { LiveChanges1764000000100 } from './live-changes.migration';
import { ExternalIdentities1764000000300 } from './external-identities.migration';
import { Overview1764000000110 } from './overview.migration';
import { DeliveryVerdicts1764000000410 } from './delivery-verdicts.migration';
import { FailedSignIns1764000000320 } from './failed-sign-ins.migration';
import { FirstRunAndLinks1764000000200 } from './first-run-and-links.migration';
import { PeopleAndTeams1764000000000 } from './people-and-teams.migration';
import { ReadModel1764000000001 } from './read-model.migration';
import { SearchedWords1764000000400 } from './searched-words.migration';

/** All migrations, in order. */
export const MIGRATIONS = [
  PeopleAndTeams1764000000000,
  ReadModel1764000000001,
  CandidateLists1764000000002,
  LiveChanges1764000000100,
  Overview1764000000110,
  FirstRunAndLinks1764000000200,
  ConnectionTests1764000000210,
  ExternalIdentities1764000000300,
  AuditFilters1764000000310,
  FailedSignIns1764000000320,
  SearchedWords1764000000400,
  DeliveryVerdicts1764000000410,
];
