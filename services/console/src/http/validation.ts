import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { Problem } from './problem';

interface FieldProblem {
  field: string;
  message: string;
}

const MAX_PROBLEMS = 20;
/** Stands in request classes for a rule over several of their fields. */
const OVER_SEVERAL = 'oneOf';

/** Bodies and queries become instances of their classes, checked; a field that no class names is refused. */
export function requestValidation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => problemOfErrors(errors),
  });
}

/** The problem document for what is wrong with a request. It holds names of fields and rules, never values. */
export function problemOfErrors(errors: readonly ValidationError[]): Problem {
  const fields = flat(errors, '').slice(0, MAX_PROBLEMS);
  return new Problem('invalid', {
    detail: fields.map(({ field, message }) => `${field}: ${message}`).join('; '),
    cure: 'Set right the fields that `errors` names; /api/docs says what each may be.',
    more: { errors: fields },
  });
}

function flat(errors: readonly ValidationError[], parent: string): FieldProblem[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const path =
      property === OVER_SEVERAL
        ? parent
        : /^\d+$/.test(property)
          ? `${parent}[${property}]`
          : [parent, property].filter(Boolean).join('.');
    const own = Object.values(constraints ?? {}).map((message) => ({
      field: path || 'body',
      message: wordsOf(message, property),
    }));
    return [...own, ...flat(children ?? [], path)];
  });
}

/** class-validator quotes the name of an unknown property, which may be anything a person sent. */
function wordsOf(message: string, property: string): string {
  if (/^property .* should not exist$/s.test(message)) return 'is not known here';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
