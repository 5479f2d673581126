import { randomUUID } from 'node:crypto';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { MAX_PACKAGES, type TeamPackage, type TeamSettings } from '@lever-certn/events/team-settings';
import type { AuditEntry } from '../audit/audit.store';
import { From, type Caller } from '../http/caller';
import { ExactlyOneOf, FlagField, IdField, JsonField, ListField, TextField } from '../http/fields';
import { notFound, Problem } from '../http/problem';
import { PackageAnswer, PackagePage, TeamAnswer } from './answers';
import {
  withDefault,
  withoutPackage,
  withPackage,
  withPackageChanged,
  type PackageRefusal,
  type PackagesAfter,
} from './packages.rules';
import { packageAnswers } from './team-answer.rules';
import { TeamAnswers } from './team-answers';
import type { TeamRecord } from './team-record';
import { TeamsStore } from './teams.store';

const NAME_CHARACTERS = 200;
const MAX_SERVICES = 50;

class ServiceRequest {
  @TextField(100, { says: 'A Certn check type.', example: 'IDENTITY_VERIFICATION_1' }) type!: string;
  @JsonField({ optional: true, says: 'What Certn wants to know for it.' }) arguments?: Record<string, unknown>;
}

class NewPackage {
  @ExactlyOneOf('services', 'certnPackageId')
  oneOf?: never;

  @TextField(NAME_CHARACTERS, { says: 'A tag of this name on a candidate chooses the package.' }) name!: string;
  @ListField(ServiceRequest, MAX_SERVICES, { optional: true }) services?: ServiceRequest[];
  @IdField({ optional: true, says: "A package made in Certn's portal." }) certnPackageId?: string;
  @FlagField({ optional: true }) active?: boolean;
}

class PackageChange {
  @TextField(NAME_CHARACTERS, { optional: true }) name?: string;
  @ListField(ServiceRequest, MAX_SERVICES, { optional: true }) services?: ServiceRequest[];
  @IdField({ optional: true }) certnPackageId?: string;
  @FlagField({ optional: true }) active?: boolean;
}

class DefaultPackage {
  @IdField() packageId!: string;
}

/** A team's packages, and which of them is ordered where no tag says otherwise. */
@ApiTags('packages')
@Controller('api/teams/:teamId')
export class PackagesController {
  constructor(
    private readonly teams: TeamsStore,
    private readonly answers: TeamAnswers,
  ) {}

  @Get('packages')
  @ApiOperation({ summary: 'The packages of a team' })
  @ApiOkResponse({ type: PackagePage })
  async list(@Param('teamId') teamId: string): Promise<PackagePage> {
    return { items: packageAnswers(await this.teams.require(teamId)), next: null };
  }

  @Post('packages')
  @ApiOperation({ summary: 'Make a package of services, or of a package in Certn’s portal' })
  @ApiCreatedResponse({ type: PackageAnswer })
  async add(@From() caller: Caller, @Param('teamId') teamId: string, @Body() body: NewPackage): Promise<PackageAnswer> {
    requireServices(body.services);
    const packageId = randomUUID();
    const { name, services, certnPackageId, active = true } = body;
    const added: TeamPackage = { packageId, name, active, ...whatOf({ services, certnPackageId }) };
    const record = await this.change(caller, teamId, (settings) => withPackage(settings, added, MAX_PACKAGES), {
      action: 'package-made',
      subject: packageId,
      detail: { name },
    });
    return answerOf(record, packageId);
  }

  @Patch('packages/:id')
  @ApiOperation({ summary: 'Rename, change, activate or deactivate a package' })
  @ApiOkResponse({ type: PackageAnswer })
  async edit(
    @From() caller: Caller,
    @Param('teamId') teamId: string,
    @Param('id') packageId: string,
    @Body() body: PackageChange,
  ): Promise<PackageAnswer> {
    requireServices(body.services);
    if (body.services && body.certnPackageId) throw both();
    const { name, active } = body;
    const changes = { ...(name !== undefined ? { name } : {}), ...(active !== undefined ? { active } : {}), ...whatOf(body) };
    const record = await this.change(caller, teamId, (settings) => withPackageChanged(settings, packageId, changes), {
      action: 'package-changed',
      subject: packageId,
      detail: { name, active, changed: Object.keys(changes) },
    });
    return answerOf(record, packageId);
  }

  @Delete('packages/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a package, unless it is the default one' })
  @ApiNoContentResponse()
  async remove(@From() caller: Caller, @Param('teamId') teamId: string, @Param('id') packageId: string): Promise<void> {
    await this.change(caller, teamId, (settings) => withoutPackage(settings, packageId), {
      action: 'package-deleted',
      subject: packageId,
    });
  }

  @Put('default-package')
  @ApiOperation({ summary: 'Make a package the default one' })
  @ApiOkResponse({ type: TeamAnswer })
  async makeDefault(@From() caller: Caller, @Param('teamId') teamId: string, @Body() body: DefaultPackage): Promise<TeamAnswer> {
    const record = await this.change(caller, teamId, (settings) => withDefault(settings, body.packageId), {
      action: 'default-package-chosen',
      subject: body.packageId,
    });
    return this.answers.one(record);
  }

  private change(
    caller: Caller,
    teamId: string,
    decide: (settings: TeamSettings) => PackagesAfter,
    audit: Omit<AuditEntry, 'teamId' | 'changes'>,
  ): Promise<TeamRecord> {
    return this.teams.change(caller, teamId, ({ settings, notes }) => {
      const after = decide(settings);
      if (!after.ok) throw problemOf(after.refusal);
      return { settings: after.settings, notes, audit };
    });
  }
}

function whatOf(body: {
  services?: ServiceRequest[];
  certnPackageId?: string;
}): Pick<TeamPackage, 'services' | 'certnPackageId'> {
  if (body.services)
    return {
      services: body.services.map(({ type, arguments: values }) => ({ type, ...(values ? { arguments: values } : {}) })),
    };
  return body.certnPackageId ? { certnPackageId: body.certnPackageId } : {};
}

function answerOf(record: TeamRecord, packageId: string): PackageAnswer {
  const answer = packageAnswers(record).find(({ id }) => id === packageId);
  if (!answer) throw notFound();
  return answer;
}

function requireServices(services: readonly ServiceRequest[] | undefined): void {
  if (services === undefined) return;
  const types = services.map(({ type }) => type);
  if (types.length > 0 && new Set(types).size === types.length) return;
  throw new Problem('invalid', {
    detail: types.length === 0 ? 'A package needs at least one service.' : 'A service stands twice in the package.',
    cure: 'Choose at least one service, each once; GET /api/services lists them.',
    more: { errors: [{ field: 'services', message: types.length === 0 ? 'at least one' : 'each once' }] },
  });
}

function both(): Problem {
  return new Problem('invalid', {
    detail: 'A package is either a list of services or a package in Certn’s portal.',
    cure: 'Send `services` or `certnPackageId`, not both.',
    more: { errors: [{ field: 'services', message: 'not together with certnPackageId' }] },
  });
}

function problemOf(refusal: PackageRefusal): Problem {
  switch (refusal) {
    case 'absent':
      return notFound();
    case 'name-taken':
      return new Problem('name-taken', {
        detail: 'Another package of the team has this name; case and surrounding space do not count.',
        cure: 'Choose another name, or change that package.',
      });
    case 'status-tag':
      return new Problem('name-taken', {
        detail: 'This is the name of a status tag, which never chooses a package.',
        cure: 'Choose another name.',
      });
    case 'is-default':
      return new Problem('is-default', {
        detail: 'The default package can be neither deleted nor deactivated.',
        cure: 'Make another package the default one first.',
      });
    case 'inactive':
      return new Problem('conflict', { detail: 'The package is not active.', cure: 'Activate it first, or choose another one.' });
    case 'too-many':
      return new Problem('conflict', {
        detail: `A team has at most ${MAX_PACKAGES} packages.`,
        cure: 'Delete one that is not used.',
      });
  }
}
