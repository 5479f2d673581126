import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';

const TYPED_MS = 300;

interface SearchBoxProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  /** What is searched for now, as the address says. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A text that is searched for: asked a moment after the last letter, and at once on Enter. */
export function SearchBox({ value, onChange, ...props }: SearchBoxProps) {
  const [typed, setTyped] = useState(value ?? '');
  const [asked, setAsked] = useState(value);
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    // The address changed without the box: by the back button, or by clearing the filters.
    if (value !== asked) {
      setAsked(value);
      setTyped(value ?? '');
    }
  }
  const ask = (text: string): void => {
    const next = text.trim() || undefined;
    setAsked(next);
    if (next !== value) onChange(next);
  };
  const askLater = useDebouncedCallback(ask, TYPED_MS);
  return (
    <TextInput
      {...props}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        askLater(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        askLater.cancel();
        ask(typed);
      }}
    />
  );
}
