import { PasswordField, type FieldWords } from '../http/fields';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from './passwords';

/** A password that a person chooses. */
export const NewPasswordField = (words: FieldWords = {}): PropertyDecorator =>
  PasswordField(MIN_PASSWORD_CHARACTERS, MAX_PASSWORD_CHARACTERS, words);
