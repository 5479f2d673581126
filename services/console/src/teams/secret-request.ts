import { ExactlyOneOf, IdField, SecretField } from '../http/fields';

const SECRET_CHARACTERS = 500;

/** One of several secrets: a new one by its value, a saved one by its id. */
export class SecretRequest {
  @ExactlyOneOf('id', 'value')
  oneOf?: never;

  @IdField({ optional: true, says: 'Keeps the saved secret.' }) id?: string;
  @SecretField(SECRET_CHARACTERS, { optional: true, says: 'A new secret.' }) value?: string;
}
