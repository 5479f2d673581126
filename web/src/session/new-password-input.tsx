import { PasswordInput, type PasswordInputProps } from '@mantine/core';

export const MIN_PASSWORD_CHARACTERS = 12;

/** What is wrong with a password before it is sent; the API says the rest. */
export function faultOfNewPassword(password: string): string | null {
  const missing = MIN_PASSWORD_CHARACTERS - password.length;
  if (password === '') return 'Choose a password.';
  return missing > 0 ? `It needs ${missing} more ${missing === 1 ? 'character' : 'characters'}.` : null;
}

/** A password that is chosen here. It can be shown while it is typed, so it is asked for once. */
export function NewPasswordInput(props: PasswordInputProps) {
  return (
    <PasswordInput
      label="New password"
      description={`At least ${MIN_PASSWORD_CHARACTERS} characters. A few words that do not belong together are hard to guess and easy to keep.`}
      autoComplete="new-password"
      {...props}
    />
  );
}
