import { CertnClient } from '@lever-certn/certn/certn.client';
import { Database } from '@lever-certn/database/database';
import { Outbox } from '@lever-certn/database/outbox';
import { LeverClient } from '@lever-certn/lever/lever.client';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import type { Provider } from '@nestjs/common';
import { AuditStore } from './audit/audit.store';
import { ApplicantIndex } from './candidates/applicant-index';
import { CandidateAnswers } from './candidates/candidate-answers';
import { CandidateListStore } from './candidates/candidate-list.store';
import { CandidatesStore } from './candidates/candidates.store';
import { CommandsStore } from './candidates/commands.store';
import { DeadLettersStore } from './candidates/dead-letters.store';
import { DeliveriesStore } from './candidates/deliveries.store';
import { ErasureStore } from './candidates/erasure.store';
import { ProblemsStore } from './candidates/problems.store';
import { ReadModelStore } from './candidates/read-model.store';
import { ConsoleConfig } from './config';
import { ChangeFeed } from './live/change-feed';
import { ChangesStore } from './live/changes.store';
import { LiveStreams } from './live/live-streams';
import { OverviewStore } from './overview/overview.store';
import { Authentication } from './people/authentication';
import { ApiTokensStore } from './people/api-tokens.store';
import { CallerNames } from './people/caller-names';
import { InvitationsStore } from './people/invitations.store';
import { Inviting } from './people/inviting';
import { JoiningDesk } from './people/joining';
import { OwnPassword } from './people/own-password';
import { PasswordResetsStore } from './people/password-resets.store';
import { PasswordResetting } from './people/password-resetting';
import { Passwords } from './people/passwords';
import { PeopleStore } from './people/people.store';
import { SessionAnswers } from './people/session-answers';
import { SessionsStore } from './people/sessions.store';
import { SignIn } from './people/sign-in';
import { SignInFailuresStore } from './people/sign-in-failures.store';
import { SignInLimit } from './people/sign-in-limit';
import { ReportDesk } from './reports/report-desk';
import { ReportOpenings } from './reports/report-openings.store';
import { ReportsStore } from './reports/reports.store';
import { CertnSetup } from './teams/certn-setup';
import { ConnectionTestsStore } from './teams/connection-tests.store';
import { ConnectionsStore } from './teams/connections.store';
import { IntegrationSwitch } from './teams/enabling';
import { KnownRecords } from './teams/known-records';
import { LeverProbe } from './teams/lever-probe';
import { LeverSetup } from './teams/lever-setup';
import { LeverTest } from './teams/lever-test';
import { StandingDesk } from './teams/standing-desk';
import { TeamAnswers } from './teams/team-answers';
import { TeamsStore } from './teams/teams.store';
import { TestEventSender } from './teams/test-event';
import { CertnPace, LeverPace } from './teams/vendor-paces';

/** What the console is built on: opened before Nest begins, closed after it ends. */
export interface Foundations {
  config: ConsoleConfig;
  database: Database;
  outbox: Outbox;
  keyring: Keyring;
  indexKey: IndexKey;
  lever: LeverClient;
  certn: CertnClient;
  leverPace: LeverPace;
  certnPace: CertnPace;
}

/** Everything that controllers and handlers are given. */
export function consoleParts(on: Foundations): Provider[] {
  const { config, database, outbox, keyring, indexKey } = on;
  const changes = new ChangesStore(database);
  const signInFailures = new SignInFailuresStore(database);
  return [
    { provide: ConsoleConfig, useValue: config },
    { provide: Database, useValue: database },
    { provide: Outbox, useValue: outbox },
    { provide: Keyring, useValue: keyring },
    { provide: IndexKey, useValue: indexKey },
    { provide: LeverClient, useValue: on.lever },
    { provide: CertnClient, useValue: on.certn },
    { provide: LeverPace, useValue: on.leverPace },
    { provide: CertnPace, useValue: on.certnPace },
    { provide: PeopleStore, useValue: new PeopleStore(database, keyring, indexKey) },
    {
      provide: SessionsStore,
      useValue: new SessionsStore(database, { idleMs: config.SESSION_IDLE_MS, maxMs: config.SESSION_MAX_MS }),
    },
    { provide: InvitationsStore, useValue: new InvitationsStore(database, keyring, indexKey) },
    { provide: PasswordResetsStore, useValue: new PasswordResetsStore(database) },
    { provide: ApiTokensStore, useValue: new ApiTokensStore(database) },
    { provide: AuditStore, useValue: new AuditStore(database) },
    { provide: TeamsStore, useValue: new TeamsStore(database, outbox) },
    { provide: ConnectionsStore, useValue: new ConnectionsStore(database) },
    { provide: ConnectionTestsStore, useValue: new ConnectionTestsStore(database) },
    { provide: KnownRecords, useValue: new KnownRecords(database) },
    { provide: ReadModelStore, useValue: new ReadModelStore(database) },
    { provide: ErasureStore, useValue: new ErasureStore(database) },
    { provide: DeadLettersStore, useValue: new DeadLettersStore(database) },
    { provide: CandidateListStore, useValue: new CandidateListStore(database) },
    { provide: CandidatesStore, useValue: new CandidatesStore(database) },
    { provide: CommandsStore, useValue: new CommandsStore(database, outbox) },
    { provide: DeliveriesStore, useValue: new DeliveriesStore(database) },
    { provide: ProblemsStore, useValue: new ProblemsStore(database) },
    { provide: ReportOpenings, useValue: new ReportOpenings(database) },
    { provide: ReportsStore, useValue: new ReportsStore(database) },
    { provide: OverviewStore, useValue: new OverviewStore(database) },
    { provide: ChangesStore, useValue: changes },
    { provide: ChangeFeed, useValue: new ChangeFeed(changes) },
    { provide: ApplicantIndex, useValue: new ApplicantIndex(keyring, indexKey) },
    { provide: Passwords, useValue: new Passwords() },
    LiveStreams,
    { provide: SignInLimit, useValue: new SignInLimit(signInFailures, indexKey) },
    { provide: SignInFailuresStore, useValue: signInFailures },
    Authentication,
    SignIn,
    SessionAnswers,
    OwnPassword,
    Inviting,
    JoiningDesk,
    PasswordResetting,
    LeverProbe,
    LeverTest,
    TestEventSender,
    StandingDesk,
    LeverSetup,
    CertnSetup,
    TeamAnswers,
    CandidateAnswers,
    CallerNames,
    ReportDesk,
    IntegrationSwitch,
  ];
}
