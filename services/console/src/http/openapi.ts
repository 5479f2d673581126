import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const PROBLEM = {
  description: 'Why not, and what to do (RFC 9457)',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'cure'],
        properties: {
          type: { type: 'string', example: 'urn:lever-certn:problem:not-found' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          cure: { type: 'string', description: 'What to do about it.' },
        },
      },
    },
  },
} as const;

/** The OpenAPI document of the API, from the controllers and their classes. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const words = new DocumentBuilder()
    .setTitle('lever-certn console')
    .setDescription(
      'Settings, candidates and reports of background checks that start by themselves. People sign in with a session cookie, scripts send an API token. ' +
        'Every refusal is a problem document that says what to do.',
    )
    .setVersion('1')
    .addCookieAuth('session', { type: 'apiKey', in: 'cookie', name: 'session' }, 'session')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'token')
    .addSecurityRequirements('session')
    .addSecurityRequirements('token')
    .build();
  const document = SwaggerModule.createDocument(app, words, {
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '')}_${method}`,
  });
  for (const path of Object.values(document.paths))
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const operation = path[method];
      if (operation) operation.responses.default = PROBLEM as unknown as (typeof operation.responses)[string];
    }
  return document;
}
