// The components of govuk-frontend that have behaviour and that our pages use.
import { Button, CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios, SkipLink, createAll } from 'govuk-frontend';

const COMPONENTS = [Button, CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios, SkipLink];

/** Wakes every component under `scope`, a part of the page that has just appeared. */
export function wake(scope = document) {
  for (const Component of COMPONENTS) createAll(Component, undefined, scope);
}
